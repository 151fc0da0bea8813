"""Whom a reminder reaches, and what it says: one message a chat; who is on duty then."""
