"""What one update changes: a press, a command, a text, a file, in one transaction."""
