"""Rows of guests: links handed out, surveys as they were answered."""
