"""A real organisation as a target: let in with care, asked within its limits, and left as it was found."""
