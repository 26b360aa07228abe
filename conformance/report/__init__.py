"""Renderings of a run."""
