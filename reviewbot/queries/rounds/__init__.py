"""How rounds of tickets ended, and which of them count in a period."""
