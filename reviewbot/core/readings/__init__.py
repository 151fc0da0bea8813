"""What a reading tells: what is new in it, whether it can be believed, when to read again."""
