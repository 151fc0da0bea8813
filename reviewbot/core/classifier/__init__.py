"""What a review says: tone, severity, topics, and the reasons for them."""
