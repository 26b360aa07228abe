"""Servers that keep the contract and still differ from the reference server: none of them may be blamed."""
