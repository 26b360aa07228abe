"""What changed between two documents or two generations, and whom it breaks."""
