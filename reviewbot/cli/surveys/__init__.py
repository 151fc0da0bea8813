"""The command that prints what guests answered."""
