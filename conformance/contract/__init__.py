"""What one generation of the API promises, as frozen values read from ``specs/``."""
