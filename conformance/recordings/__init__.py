"""Files in which exchanges or answers were recorded, by whatever recorder: read, and never trusted."""
