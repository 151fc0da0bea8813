"""Copies of a SQLite database: written while the bot runs, checked, kept in a folder."""
