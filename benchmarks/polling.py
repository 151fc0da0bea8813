"""Polling a page that did not change, against fetching it with the same client and no more.

Times are those of the processor; the server that answers runs in the same process in both.
"""

import asyncio
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.installation import START, StillClock, configured
from reviewbot.app import App
from reviewbot.core.contract import Request
from reviewbot.core.model import Health
from reviewbot.demo.loopback import Loopback
from reviewbot.demo.site import Site, Written

ROUNDS = 60
REVIEWS = 50
TARGET = "place0/yandex_maps"


async def _measure(folder: Path) -> tuple[float, float]:
    clock = StillClock()
    site = Site(clock.now, "Place 0")
    # A slow rhythm: a day without news is nothing to suspect.
    site.maps = [
        Written(
            f"m{number}",
            "Guest",
            5,
            "Lovely coffee, thank you! " * 6,
            START - timedelta(days=10 * number + 1),
        )
        for number in range(REVIEWS)
    ]
    async with Loopback(site.handle) as server:
        loaded = configured(folder, 1, site=server.url, telegram="http://127.0.0.1:9")
        async with App(loaded, clock=clock, jitter=lambda: 0.0) as app:
            await app.collector.collect_target(TARGET)
            polls, fetches = [], []
            page = Request("GET", f"{server.url}/maps/org/org/1000000000/reviews/")
            for _ in range(ROUNDS):
                clock.advance(timedelta(minutes=10))
                started = time.process_time()
                report = await app.collector.collect_target(TARGET)
                polls.append(time.process_time() - started)
                assert report.health is Health.UNCHANGED, report
                clock.advance(timedelta(minutes=10))
                started = time.process_time()
                await app.fetcher.fetch(page, "yandex_maps")
                fetches.append(time.process_time() - started)
    return statistics.median(polls), statistics.median(fetches)


def table() -> list[str]:
    """Return the table's lines (Markdown)."""
    with tempfile.TemporaryDirectory() as folder:
        poll, fetch = asyncio.run(_measure(Path(folder)))
    return [
        f"A page of {REVIEWS} reviews on loopback, unchanged; time of the processor, medians of "
        f"{ROUNDS}.",
        "",
        "| polling | goal | measured | against the fetch |",
        "|---|---|---|---|",
        f"| the bare fetch | | {fetch * 1000:.1f} ms | 1.0 |",
        f"| a whole reading, nothing new | ≤ 2.2 × | {poll * 1000:.1f} ms | {poll / fetch:.1f} |",
    ]
