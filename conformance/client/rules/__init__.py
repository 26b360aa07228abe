"""The kinds of duties of a client: one file a kind."""
