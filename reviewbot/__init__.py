"""reviewbot: no bad review stays unanswered."""

__version__ = "0.1.0"
