"""What is done about a review beside its reply: the place is asked what happened."""
