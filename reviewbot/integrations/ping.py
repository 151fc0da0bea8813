"""Asks an address while all is well: who watches that address notices a bot that is gone."""

import logging
from collections.abc import Callable

import httpx

log = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds."""


async def ask(url: str, is_well: Callable[[], bool]) -> bool:
    """Ask once, unless something of the bot is stuck; return whether it was answered. A failure is
    logged and no more: the watcher will say so by itself."""
    if not is_well():
        log.error("something of the bot is stuck: the address of the ping is not asked")
        return False
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client,
            client.stream("GET", url) as answer,
        ):
            good = answer.is_success
    except httpx.HTTPError as error:
        # Not its text: it may hold the address, which is a secret.
        log.warning("the address of the ping does not answer: %s", type(error).__name__)
        return False
    if not good:
        log.warning("the address of the ping answered %s", answer.status_code)
    return good
