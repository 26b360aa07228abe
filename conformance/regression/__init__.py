"""Two runs side by side: which verdicts changed, what is answered differently, and whom it breaks."""
