"""Polling a page that did not change, against fetching it and no more: one after another, at the
pace of ten thousand pages, and many at once; and reading a page of Otzovik, against its library
alone.

Times are those of the processor. The server that answers one after another runs in the same
process; the one for many has its own.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
from bs4 import BeautifulSoup

from benchmarks.child_processes import beside
from benchmarks.installation import START, StillClock, configured, places
from benchmarks.watched import Watched, until_polled
from reviewbot.app import App
from reviewbot.collect.fetching.fetch import Validators
from reviewbot.core.contract import Payload, Request, Target
from reviewbot.core.model import Health
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.demo.site import Site, Written
from sources import otzovik

AT_ONCE = 16
APART = 0.06
"""Seconds: ten thousand pages at ten minutes."""
REVIEWS = 50
TARGET = "place0/yandex_maps"
TAG = '"unchanged"'
OTZOVIK = Path("tests/sources/data/otzovik/list_page_cut_COMPOSED.html")


@dataclass(frozen=True, slots=True)
class Scale:
    """How often a reading by itself is measured, how many pages are read at once and how often,
    and how many times the page of Otzovik."""

    rounds: int = 60
    many: int = 400
    turns: int = 5
    pages: int = 100


QUICK, USUAL = Scale(12, 60, 1, 20), Scale()


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


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of the processor: a whole reading, its request by the bot, the same by httpx."""

    reading: float
    fetch: float
    httpx: float


async def _measure(folder: Path, rounds: int, *, tells_tag: bool) -> Took:
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
        async with (
            App(loaded, clock=clock, jitter=lambda: 0.0) as app,
            httpx.AsyncClient() as client,
        ):
            await app.collector.collect_target(TARGET)
            polls, fetches, alone = [], [], []
            page = Request("GET", f"{server.url}/maps/org/org/1000000000/reviews/")
            for _ in range(rounds):
                clock.advance(timedelta(minutes=10))
                started = time.process_time()
                report = await app.collector.collect_target(TARGET)
                polls.append(time.process_time() - started)
                assert report.health is Health.UNCHANGED, report
                clock.advance(timedelta(minutes=10))
                started = time.process_time()
                await app.fetcher.fetch(page, "yandex_maps", has)
                fetches.append(time.process_time() - started)
                started = time.process_time()
                await client.get(page.url, headers=has.headers if has else {})
                alone.append(time.process_time() - started)
    return Took(*map(statistics.median, (polls, fetches, alone)))


async def _many(folder: Path, port: int, scale: Scale, *, tells_tag: bool) -> tuple[Took, Took]:
    """So many pages of as many hosts, due one after another, APART, and all at once."""
    many = scale.many
    loaded = places(folder, many, many, port, "t" if tells_tag else "p")
    has = Validators(TAG) if tells_tag else None
    room = asyncio.Semaphore(AT_ONCE)
    async with Watched(loaded) as app, httpx.AsyncClient() as client:
        urls = [entry.target.ref for entry in loaded.settings.targets.values()]

        async def by_bot(url: str) -> None:
            async with room:
                await app.fetcher.fetch(Request("GET", url), "json_ld", has)

        async def by_httpx(url: str) -> None:
            async with room:
                await client.get(url, headers=has.headers if has else {})

        async def all_of(one: Callable[[str], Awaitable[None]]) -> float:
            started = time.process_time()
            await asyncio.gather(*map(one, urls))
            return (time.process_time() - started) / many

        await until_polled(app, lambda _number: 0.0)
        started = time.process_time()
        await until_polled(app, lambda number: number * APART)
        apart = (time.process_time() - started) / many
        readings, fetches, alone = [], [], []
        for _ in range(scale.turns):
            started = time.process_time()
            await until_polled(app, lambda _number: 0.0)
            readings.append((time.process_time() - started) / many)
            await asyncio.sleep(1.0)  # the gap that each host has
            fetches.append(await all_of(by_bot))
            alone.append(await all_of(by_httpx))
            await asyncio.sleep(1.0)
    at_once, fetch, bare = map(statistics.median, (readings, fetches, alone))
    return Took(apart, fetch, bare), Took(at_once, fetch, bare)


def _otzovik(pages: int) -> tuple[float, float]:
    """Return what the source and what its library alone take of a list's page of about 12 kB."""
    html = OTZOVIK.read_bytes()
    payload = Payload(200, "https://otzovik.com/reviews/place/", html, {}, START)
    target = Target(key="place/otzovik", source="otzovik", ref="place")

    def took(work: object) -> float:
        assert callable(work)
        times = []
        for _ in range(pages):
            started = time.process_time()
            work()
            times.append(time.process_time() - started)
        return statistics.median(times)

    return (
        took(lambda: otzovik.parse(payload, target)),
        took(lambda: BeautifulSoup(html, "html.parser")),
    )


def table(scale: Scale = USUAL) -> list[str]:
    """Return the table's lines (Markdown)."""
    took: dict[str, Took] = {}
    for tells_tag, answer in ((False, "nothing new"), (True, "answered by a 304")):
        with tempfile.TemporaryDirectory() as folder:
            took[answer] = asyncio.run(_measure(Path(folder), scale.rounds, tells_tag=tells_tag))
        with tempfile.TemporaryDirectory() as folder, beside("site_process") as (port, _):
            many = asyncio.run(_many(Path(folder), int(port), scale, tells_tag=tells_tag))
        took[f"{answer}, {1 / APART:.0f} a second"] = many[0]
        took[f"{answer}, {scale.many} at once"] = many[1]
    source, library = _otzovik(scale.pages)
    size = OTZOVIK.stat().st_size / 1000
    goals = {what: "≤ 2.2 ×" if "new" in what else "≤ 1.2 ×" for what in took}

    def row(what: str, goal: str, seconds: float, *bases: float) -> str:
        beside_it = (f"{seconds / base:.1f}" for base in bases)
        return f"| {what} | {goal} | {seconds * 1000:.1f} ms | {' | '.join(beside_it)} |"

    lines = [
        f"A page of {REVIEWS} reviews on loopback, unchanged; time of the processor, medians of "
        f"{scale.rounds}. Many, {1 / APART:.0f} a second (as of 10,000 pages at 10 minutes) or at "
        f"once: pages of 20 reviews of {scale.many} hosts; their requests at once.",
        "",
        "| polling | goal | measured | × its request by the bot | × by httpx |",
        "|---|---|---|---|---|",
    ]
    for what, each in took.items():
        lines += [
            row(
                f"a whole reading, {what}",
                goals[what],
                each.reading,
                each.fetch,
                each.httpx,
            ),
            row("its request alone", "", each.fetch, each.fetch, each.httpx),
        ]
    return [
        *lines,
        "",
        "| reading a page | goal | measured | × BeautifulSoup |",
        "|---|---|---|---|",
        row(f"a list's page of {size:.0f} kB by BeautifulSoup alone", "", library, library),
        row("the same read by `otzovik`", "≤ 1.5 ms", source, library),
    ]
