"""Mails, notifications and calls that say where to look now, between two polls."""
