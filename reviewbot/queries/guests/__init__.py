"""Guests as their reviews tell of them: what else one wrote."""
