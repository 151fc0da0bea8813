"""The command, and `python -m reviewbot`: obeys signals from its first line on.

Loading the bot takes a second. Until it listens itself nothing is under way, so a stop is an end;
the word to read the file again waits until then.
"""

import gc
import os
import signal
import sys

MMAP_THRESHOLD, ARENA_MAX = -3, -8
"""Names of glibc's settings, from its malloc.h."""
BLOCK = 128 * 1024
"""Bytes; glibc's own threshold at a start."""


def _end(*_signal: object) -> None:
    os._exit(0)


def give_memory_back() -> None:
    """Let what was freed go back to the system, where the C library is glibc.

    It raises its threshold to the largest block that was freed: from then on pages of sites lie in
    the heap, whose holes grew by a megabyte an hour. Each thread's arena has holes of its own.
    """
    import ctypes

    settings = getattr(ctypes.CDLL(None), "mallopt", None)
    if settings is not None:
        settings(MMAP_THRESHOLD, BLOCK)
        settings(ARENA_MAX, 2)


def main() -> None:
    """Run the command line. Ctrl-C ends it with 130, also while it loads."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        # Where Ctrl-C came while `exec` ran a text (libraries make classes so), `python -m` ends
        # by the signal, whoever caught it since. The next text that is run takes that mark away.
        exec("")  # noqa: S102 - an empty one


def _run() -> None:
    if "run" in sys.argv[1:]:
        signal.signal(signal.SIGTERM, _end)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        give_memory_back()
        # A start makes hundreds of thousands of objects and next to no garbage: to look for it
        # took a fifth of its time. `run` enables it.
        gc.disable()
    from reviewbot.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
