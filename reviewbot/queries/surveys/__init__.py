"""What guests answered, counted; and the pages they are shown."""
