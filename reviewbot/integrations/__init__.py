"""Tells other systems, and people by another way: webhooks, mail, health, figures to monitor."""
