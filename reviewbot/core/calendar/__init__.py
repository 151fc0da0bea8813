"""Time as the desk counts it: working hours, deadlines and their ladders, days of digests."""
