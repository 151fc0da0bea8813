"""A collector for tests: the small site on loopback, a database, a clock by hand.

2026-03-02 is a Monday; the desk works 10:00-19:00 in Moscow (UTC+3).
"""

import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from sqlmodel import Session, col, select

from reviewbot.collect.collector import Collector, ReadingReport
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.parsing import Parsing
from reviewbot.collect.publish import Publisher
from reviewbot.collect.reader import Reader
from reviewbot.collect.requested_polls import RequestedPolls
from reviewbot.collect.worker import Worker, handlers
from reviewbot.config.credentials import sealed
from reviewbot.core.connections import Fetching, SourceSettings, TargetSettings
from reviewbot.core.contract import Source, Target
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import SourceFacts
from reviewbot.lexicons import classifier
from reviewbot.processes.child_processes import Processes
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.tables import (
    HostRow,
    OutboxRow,
    ReviewRow,
    TargetRow,
    TicketRow,
)
from tests.collect import small_site
from tests.collect.loopback import Server, serving
from tests.collect.small_site import SmallSite
from tests.hand_clock import HandClock
from tests.patience import PATIENCE
from tests.store.made import with_tables
from tests.store.store_world import MONDAY
from tests.store.store_world import settings as world_settings

SITES = {"small": SourceFacts(small_site.TITLE, small_site.REPLY_LIMIT, can_publish=True)}
KEY = "tverskaya/small"


_CLASSIFIER = classifier()
PROCESSES = Processes()
"""One set for all tests: starting one takes longer than most of them."""


def entry(
    name: str, at: datetime, rating: int | None = 1, text: str = "", **more: Any
) -> dict[str, Any]:
    """A review as the small site holds it."""
    told = text or "Ждали сорок минут, официант нахамил, еда холодная."
    return {
        "id": name,
        "at": at.isoformat(),
        "rating": rating,
        "text": told,
        "author": "Анна",
        **more,
    }


@dataclass
class CollectWorld:
    site: SmallSite
    server: Server
    db: Database
    clock: HandClock
    settings: Settings
    fetcher: Fetcher
    collector: Collector
    worker: Worker

    async def read(self, key: str = KEY) -> ReadingReport:
        return await self.collector.collect_target(key)

    def rows(self, table: type[Any], *conditions: Any) -> list[Any]:
        def find(session: Session) -> list[Any]:
            key = next(iter(table.__table__.primary_key.columns))
            return list(session.exec(select(table).where(*conditions).order_by(key)).all())

        return self.db.read_now(find)

    def target(self, key: str = KEY) -> TargetRow:
        return cast(TargetRow, self.rows(TargetRow, TargetRow.key == key)[0])

    def review(self, name: str) -> ReviewRow:
        return cast(ReviewRow, self.rows(ReviewRow, ReviewRow.external_id == name)[0])

    def ticket(self, name: str) -> TicketRow | None:
        found = self.rows(TicketRow, TicketRow.review_id == self.review(name).id)
        return found[0] if found else None

    def tickets(self) -> list[TicketRow]:
        return self.rows(TicketRow)

    def alerts(self) -> list[OutboxRow]:
        return self.rows(OutboxRow, OutboxRow.kind == "alert")

    def notices(self, code: str) -> list[OutboxRow]:
        found = self.rows(OutboxRow, col(OutboxRow.kind) == "notice")
        return [row for row in found if row.payload.get("code") == code]

    def host(self) -> HostRow:
        return cast(HostRow, self.rows(HostRow)[0])


def a_setup(base_url: str, **fetching: Any) -> Settings:
    """The business with its two places on the small site."""
    made = world_settings()
    targets = {
        f"{place}/small": TargetSettings(
            Target(
                f"{place}/small",
                "small",
                place,
                base_url=base_url,
                secret_ref="small",
                options=small_site.Options(),
            ),
            place,
            timedelta(minutes=30),
            timedelta(hours=3),
            ("127.0.0.1",),
        )
        for place in ("tverskaya",)
    }
    return replace(
        made,
        targets=targets,
        locations={"tverskaya": made.locations["tverskaya"]},
        sources={"small": SourceSettings("small", gap=timedelta(seconds=10))},
        fetching=replace(
            Fetching(timeout=timedelta(seconds=PATIENCE), allowed_hosts=("127.0.0.1",)), **fetching
        ),
    )


@asynccontextmanager
async def collect_world(
    folder: Path,
    site: SmallSite | None = None,
    *,
    shape: Callable[[Settings], Settings] = lambda settings: settings,
    secrets: dict[str, dict[str, str]] | None = None,
    jitter: float = 0.0,
    source: ModuleType = sys.modules["tests.collect.small_site"],
    database: str = "collect.sqlite3",
    clock: HandClock | None = None,
    sites: Mapping[str, SourceFacts] = SITES,
) -> AsyncIterator[CollectWorld]:
    """A running collector; everything is closed afterwards."""
    site = site or SmallSite()
    clock = clock or HandClock(MONDAY)
    async with serving(site) as server:
        settings = shape(a_setup(server.url))
        db = with_tables(database if "://" in database else folder / database)
        db.write_now(lambda session: targets.sync_settings(session, settings, clock.now()))
        parsing = Parsing(PROCESSES)
        held = {name: sealed(fields) for name, fields in (secrets or {}).items()}
        async with Fetcher(db, settings, clock, lambda: jitter, held) as fetcher:
            collector = Collector(
                db,
                settings,
                sites,
                clock,
                Reader(
                    db, fetcher, clock, _registry(source), settings.fetching.max_pages, parsing
                ),
                lambda _location: _CLASSIFIER,
                lambda: jitter,
            )
            publisher = Publisher(
                db,
                settings,
                sites,
                clock,
                fetcher,
                collector,
                _registry(source),
                parsing=parsing,
            )
            worker = worker_of(db, clock, publisher, settings, collector)
            yield CollectWorld(site, server, db, clock, settings, fetcher, collector, worker)
        db.close()


def worker_of(
    db: Database,
    clock: HandClock,
    publisher: Publisher,
    settings: Settings,
    collector: Collector,
) -> Worker:
    async def soon() -> None:
        """The tests read what is due themselves."""

    requested = RequestedPolls(db, settings, clock, collector, soon)
    return Worker(db, clock, handlers(publisher, requested=requested))


def _registry(source: ModuleType) -> Callable[[str], Source]:
    return lambda _name: cast(Source, source)


def days_ago(days: float, now: datetime = MONDAY) -> datetime:
    return now - timedelta(days=days)


def many(count: int, *, prefix: str = "old", start: float = 40.0) -> Sequence[dict[str, Any]]:
    """Answered good reviews of the past, newest first, one a day from `start` days ago."""
    return [
        entry(f"{prefix}{n}", days_ago(start + n), 5, "Очень вкусно, спасибо!", reply="Спасибо!")
        for n in range(count)
    ]


__all__ = ["KEY", "MONDAY", "UTC", "CollectWorld", "collect_world", "days_ago", "entry", "many"]
