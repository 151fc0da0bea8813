"""What was written, counted."""
