"""What answers: one method behind one string."""
