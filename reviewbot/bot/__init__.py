"""Talks to staff: takes their presses and commands in, sends what waits in the outbox."""
