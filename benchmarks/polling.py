"""Polling a page that did not change, against fetching it with the same client and no more; and
reading a page of Otzovik, against its library alone.

Times are those of the processor; the server that answers runs in the same process in both.
"""

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bs4 import BeautifulSoup

from benchmarks.installation import START, StillClock, configured
from reviewbot.app import App
from reviewbot.collect.fetching.fetch import Validators
from reviewbot.core.contract import Payload, Request, Target
from reviewbot.core.model import Health
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.demo.site import Site, Written
from sources import otzovik

ROUNDS = 60
PAGES = 100
REVIEWS = 50
TARGET = "place0/yandex_maps"
TAG = '"unchanged"'
OTZOVIK = Path("tests/sources/data/otzovik/list_page_cut_COMPOSED.html")


@dataclass
class Tagged:
    """A site whose pages have a tag, where it is asked to: who has that one gets a 304."""

    site: Site
    tells_tag: bool

    async def handle(self, request: LoopbackRequest) -> LoopbackResponse:
        if self.tells_tag and request.headers.get("if-none-match") == TAG:
            return LoopbackResponse(304, headers={"etag": TAG})
        answer = await self.site.handle(request)
        headers = {**answer.headers, "etag": TAG} if self.tells_tag else answer.headers
        return replace(answer, headers=headers)


async def _measure(folder: Path, *, tells_tag: bool) -> tuple[float, float]:
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
    has = Validators(TAG) if tells_tag else None
    async with Loopback(Tagged(site, tells_tag).handle) as server:
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
                await app.fetcher.fetch(page, "yandex_maps", has)
                fetches.append(time.process_time() - started)
    return statistics.median(polls), statistics.median(fetches)


def _otzovik() -> tuple[float, float]:
    """Return what the source and what its library alone take of a list's page of about 12 kB."""
    html = OTZOVIK.read_bytes()
    payload = Payload(200, "https://otzovik.com/reviews/place/", html, {}, START)
    target = Target(key="place/otzovik", source="otzovik", ref="place")

    def took(work: object) -> float:
        assert callable(work)
        times = []
        for _ in range(PAGES):
            started = time.process_time()
            work()
            times.append(time.process_time() - started)
        return statistics.median(times)

    return (
        took(lambda: otzovik.parse(payload, target)),
        took(lambda: BeautifulSoup(html, "html.parser")),
    )


def table() -> list[str]:
    """Return the table's lines (Markdown)."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        poll, fetch = asyncio.run(_measure(Path(one), tells_tag=False))
        poll_304, fetch_304 = asyncio.run(_measure(Path(two), tells_tag=True))
    source, library = _otzovik()
    size = OTZOVIK.stat().st_size / 1000

    def row(what: str, goal: str, seconds: float, base: float) -> str:
        return f"| {what} | {goal} | {seconds * 1000:.1f} ms | {seconds / base:.1f} |"

    return [
        f"A page of {REVIEWS} reviews on loopback, unchanged; time of the processor, medians of "
        f"{ROUNDS}.",
        "",
        "| polling | goal | measured | against what stands above |",
        "|---|---|---|---|",
        row("the bare fetch", "", fetch, fetch),
        row("a whole reading, nothing new", "≤ 2.2 ×", poll, fetch),
        row("the bare fetch of a 304", "", fetch_304, fetch_304),
        row("a whole reading, answered by a 304", "≤ 1.2 ×", poll_304, fetch_304),
        row(f"a list's page of {size:.0f} kB by BeautifulSoup alone", "", library, library),
        row("the same read by `otzovik`", "≤ 1.5 ms", source, library),
    ]
