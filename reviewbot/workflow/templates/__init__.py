"""What happens with templates in chat: a text is kept as one, one is retired and restored."""
