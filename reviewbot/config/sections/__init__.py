"""The sections of the file, each checked and resolved into what it sets."""
