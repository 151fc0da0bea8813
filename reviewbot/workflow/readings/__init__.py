"""What a reading brings with it: reviews and tickets, health and its notices."""
