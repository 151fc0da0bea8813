"""A ticket in words: its card in each state, the keys under it, reminders, its history."""
