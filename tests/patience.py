"""How long a test waits for what must happen: a guard against hanging, never a measurement."""

PATIENCE = 120.0
"""Real seconds. Two cores kept busy by others start a process in twenty; nothing is slower."""
