"""The only rooms that speak to Telegram: updates taken in, messages paced, sent and edited."""
