"""The one port the bot listens on, where the operator asks for it: routes of other rooms."""
