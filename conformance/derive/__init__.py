"""What follows from a contract: its cases, its faults, its coverage. Pure: contract in, values out."""
