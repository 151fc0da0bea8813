"""The commands that try rules out and explain verdicts."""
