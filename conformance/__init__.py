"""A contract-test and conformance suite for the Xero Contacts API in its three generations."""

__version__ = "0.1.0"
