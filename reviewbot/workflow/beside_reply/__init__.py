"""What is done about a review beside its reply: place, measures, site; the thanks of the bot."""
