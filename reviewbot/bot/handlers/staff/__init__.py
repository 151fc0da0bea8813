"""Staff about themselves and each other: what they get, who is listed, on duty; templates."""
