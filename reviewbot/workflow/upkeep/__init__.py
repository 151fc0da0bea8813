"""What the bot does about itself as time passes: a clock set back, what is not mended yet."""
