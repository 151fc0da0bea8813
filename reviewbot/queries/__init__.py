"""What people are shown, read from the rows; nothing here writes."""
