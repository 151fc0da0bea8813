"""The command line: every command an operator has. Only this package and the demo print."""

from reviewbot.cli.app import app, main

__all__ = ["app", "main"]
