"""What systemd is told of a service of type notify: ready, alive, about to end."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence

from reviewbot.clock import is_set_within


def notify(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Tell systemd a state like "READY=1"; return False where nobody asked for it."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # a name of the kernel's own
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
        try:
            told.sendto(state.encode(), address)
        except OSError:
            return False
    return True


def watchdog_seconds(environ: Mapping[str, str] = os.environ) -> float | None:
    """Return how often systemd wants a sign of life at the least; None: it does not."""
    written = environ.get("WATCHDOG_USEC", "")
    asked = environ.get("WATCHDOG_PID", str(os.getpid()))
    if not written.isdecimal() or int(written) == 0 or asked != str(os.getpid()):
        return None
    return int(written) / 1_000_000


async def show_life(ended: asyncio.Event, stuck: Callable[[], Sequence[str]]) -> None:
    """Feed the watchdog until the end, unless a part is stuck: then systemd starts the bot anew.
    A loop that does not run at all feeds nothing either."""
    seconds = watchdog_seconds()
    if seconds is None:
        return
    while not ended.is_set():
        parts = stuck()
        notify(f"STATUS=stuck: {', '.join(parts)}" if parts else "WATCHDOG=1")
        await is_set_within(ended, seconds / 3)
