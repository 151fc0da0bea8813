"""What the rows say together: ratings, topics, replies and places over time, each defined once."""
