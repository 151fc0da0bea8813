"""What is asked of guests after a visit, in which order, and what a score means; pure."""
