"""Changes of the file that a command or a chat makes: shown, checked, written, undone."""
