"""The JSON Schema of the lines between the suite and a driver."""
