"""Bytes into documents and back: nothing here knows what an API promises, only how it is spelt."""
