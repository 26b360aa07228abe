"""The packaged test module, and the pytest engine that drives it."""
