"""Processes of their own, with limits, in which sources read what others sent, and plugins run."""
