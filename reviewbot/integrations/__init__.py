"""Tells other systems, people by another way, asks for drafts: webhooks, mail, health, figures."""
