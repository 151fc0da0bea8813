"""Guests as their reviews tell of them: what else one wrote, and how a name is shown."""
