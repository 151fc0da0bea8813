"""Staff about themselves and each other: what they get, who is on the list, who is on duty."""
