"""What happens after the bot was away: restored from a copy, or off for long."""
