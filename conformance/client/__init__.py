"""Judging clients: what a build sends, what it hands back to its caller, and what it survives."""
