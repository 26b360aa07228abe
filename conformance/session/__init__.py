"""One check against one target, and what comes of it."""
