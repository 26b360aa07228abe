"""The JSON Schema of the event stream."""
