"""Recorded exchanges in vcrpy's file format: read and checked, written and played."""
