"""How long what people wrote is kept, and by what the forgotten are known again."""
