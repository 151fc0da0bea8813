"""How long somebody at a terminal waits for a network: name servers that are dead take half a
minute for a name, and nothing can stop the thread that asks them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import httpx

PATIENCE = timedelta(seconds=10)
"""For one answer."""

NETWORK = (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL)
"""What names and answers fail with; it is handed on to whoever asked."""

T = TypeVar("T")


class LooseThreads(ThreadPoolExecutor):
    """Runs each call in a thread that nobody waits for at the end."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Start it at once."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # from here on nothing cancels it

        def work() -> None:
            try:
                found = fn(*args, **kwargs)
            except NETWORK as error:
                future.set_exception(error)
            else:
                future.set_result(found)

        threading.Thread(target=work, daemon=True).start()
        return future


def runner() -> asyncio.Runner:
    """Return a runner of coroutines whose end waits for no name server."""
    made = asyncio.Runner()
    made.get_loop().set_default_executor(LooseThreads())
    return made


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run one coroutine in such a runner."""
    with runner() as made:
        return made.run(coroutine)


def within_patience(ask: Callable[[], T]) -> T:
    """Return what a call gives. Raises TimeoutError where it takes too long."""
    return LooseThreads().submit(ask).result(timeout=PATIENCE.total_seconds())
