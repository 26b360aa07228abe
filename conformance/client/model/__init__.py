"""A small correct client of our own, and the ways in which it can be told to be wrong: proof that cases notice."""
