"""The command, and `python -m reviewbot`: obeys signals from its first line on.

Loading the bot takes a second. Until it listens itself nothing is under way, so a stop is an end,
and the file is read anyway.
"""

import os
import signal
import sys


def _end(*_signal: object) -> None:
    os._exit(0)


def main() -> None:
    """Run the command line."""
    if "run" in sys.argv[1:]:
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from reviewbot.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
