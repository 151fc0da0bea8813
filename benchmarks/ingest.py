"""Taking reviews in, against raw sqlite3 writing the same rows in the same batches."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from benchmarks.installation import START, configured
from reviewbot.core.contract import Counters, Item, Precision
from reviewbot.core.model import Tone, Verdict
from reviewbot.core.readings.reading import Reading
from reviewbot.drafting.drafts import choose
from reviewbot.lexicons import classifier_for
from reviewbot.registry import source_facts_of
from reviewbot.store import targets
from reviewbot.store.database import BUSY_TIMEOUT_MS, Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import ingest

TARGETS = 40
BATCH = 50
ROUNDS = 3
TEXTS = (
    (1, "Waited forty minutes, the waiter was rude and the soup was cold. Never again."),
    (5, "Lovely place, great coffee, friendly people. We will come back with friends."),
    (4, "Good food, though the music was a little loud in the evening."),
    (2, "The order came late and half of it was missing, nobody apologised."),
    (5, "Everything was perfect, thank you!"),
)
# The rows of one reading, in the order of their foreign keys.
OF_TARGET = {
    "review": "target_id = ?",
    "ticket": "review_id IN (SELECT id FROM review WHERE target_id = ?)",
}
OF_TICKET = ("ticket_round", "draft", "outbox", "audit")
TICKETS = (
    "ticket_id IN (SELECT t.id FROM ticket t JOIN review r ON r.id = t.review_id "
    "WHERE r.target_id = ?)"
)


class Constant:
    """A classifier that costs nothing: what is left is the store."""

    def classify(self, *, rating: int | None = None, **_fields: Any) -> Verdict:
        return Verdict(Tone.NEGATIVE if (rating or 5) < 3 else Tone.POSITIVE, language="en")

    def knowing(self, _past: Iterable[str]) -> "Constant":
        return self


def _reading(number: int) -> Reading:
    items = tuple(
        Item(
            external_id=f"r{number}-{place}",
            rating=TEXTS[place % len(TEXTS)][0],
            text=TEXTS[place % len(TEXTS)][1],
            author=f"Guest {place}",
            published_at=START + timedelta(minutes=place),
            published_precision=Precision.SECOND,
        )
        for place in range(BATCH)
    )
    counters = Counters(rating=4.2, reviews=BATCH, ratings=BATCH)
    return Reading(read_at=START + timedelta(hours=2), items=items, counters=counters, pages=1)


def _ingest(folder: Path, *, constant: bool) -> tuple[float, Path]:
    """Return the seconds that TARGETS readings took, and the database they filled."""
    loaded = configured(folder, TARGETS, site="http://127.0.0.1:9", telegram="http://127.0.0.1:9")
    settings, sites = loaded.settings, source_facts_of(loaded.settings)
    database = Database(settings.database)
    upgrade.prepare(database)

    def met(rows: Session) -> None:
        """Every target has been met an hour ago: what comes now is news."""
        targets.sync_settings(rows, settings, START)
        for target in rows.exec(select(TargetRow)):
            target.first_contact_at = target.last_complete_at = START - timedelta(hours=1)
            target.last_reading_at = target.first_contact_at
            target.health = "ok"
            rows.add(target)

    database.write_now(met)
    known = database.read_now(
        lambda rows: rows.exec(select(TargetRow).order_by(col(TargetRow.id))).all()
    )
    judge = (lambda _location: Constant()) if constant else partial(classifier_for, settings)
    judge(known[0].location_key).classify(rating=1, text=TEXTS[0][1])
    started = time.perf_counter()
    for number, target in enumerate(known):
        reading = _reading(number)
        database.write_now(
            lambda rows, target=target, reading=reading: ingest.ingest(
                Tx(rows, settings, sites, reading.read_at), target, reading, judge, choose
            )
        )
    seconds = time.perf_counter() - started
    database.close()
    return seconds, Path(settings.database)


def _raw(filled: Path, folder: Path) -> tuple[float, int]:
    """Write the same rows with sqlite3 alone: same schema, batches, pragmas; seconds and rows."""
    source = sqlite3.connect(filled)
    batches: list[list[tuple[str, list[tuple[Any, ...]]]]] = []
    for (target,) in source.execute("SELECT id FROM target ORDER BY id").fetchall():
        conditions = OF_TARGET | dict.fromkeys(OF_TICKET, TICKETS)
        conditions |= {"reading": "target_id = ?", "target_state": "target_id = ?"}
        batch = []
        for table, condition in conditions.items():
            rows = source.execute(f"SELECT * FROM {table} WHERE {condition}", (target,)).fetchall()
            if rows:
                batch.append((table, rows))
        batches.append(batch)
    copy = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    for statement in (
        f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=OFF",
    ):
        copy.execute(statement)
    for (statement,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
        copy.execute(statement)
    count = 0
    started = time.perf_counter()
    for batch in batches:
        copy.execute("BEGIN IMMEDIATE")
        for table, rows in batch:
            marks = ",".join("?" * len(rows[0]))
            copy.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            count += len(rows)
        copy.execute("COMMIT")
    seconds = time.perf_counter() - started
    copy.close()
    source.close()
    return seconds, count


def table() -> list[str]:
    """Return the table's lines (Markdown)."""
    whole, store, raw = [], [], []
    count = 0
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            seconds, filled = _ingest(Path(one), constant=False)
            whole.append(seconds)
            bare, count = _raw(filled, Path(two))
            raw.append(bare)
            store.append(_ingest(Path(two), constant=True)[0])
    base = statistics.median(raw)
    lines = [
        f"{TARGETS} readings of {BATCH} new reviews, each with a ticket: {count} rows in all "
        f"tables; medians of {ROUNDS}.",
        "",
        "| ingest | rows/s | time against raw sqlite3 |",
        "|---|---|---|",
    ]
    for name, times in (
        ("raw sqlite3, same rows, batches and pragmas", raw),
        ("`reviews.ingest`, the verdict given", store),
        ("`reviews.ingest` whole: classify, draft, route, deadlines", whole),
    ):
        seconds = statistics.median(times)
        lines.append(f"| {name} | {count / seconds:,.0f} | {seconds / base:.1f} |")
    return lines
