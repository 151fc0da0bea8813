"""How a site is asked: politely, signed where it must be, and never inside the own network."""
