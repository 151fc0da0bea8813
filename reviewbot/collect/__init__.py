"""Brings reviews in and publishes replies. Meets the bot only in tables."""
