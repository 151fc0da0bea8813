"""Draws figures as pictures, in one style, in a process of its own."""
