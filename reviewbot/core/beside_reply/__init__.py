"""What is known of a review beside its reply: what colleagues noted, what the place said."""
