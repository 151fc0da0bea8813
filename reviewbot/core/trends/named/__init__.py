"""Whom a name in a review is of."""
