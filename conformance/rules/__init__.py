"""Kinds of promise, one file each; every file holds the four faces of its kind: checks, judge, enforce, faults."""
