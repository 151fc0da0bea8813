"""Taking reviews in, against SQLAlchemy Core and raw sqlite3 writing the same rows in the same
batches. Times are those of the processor: what the disk takes is the machine's.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, text
from sqlmodel import Session, SQLModel, col, select

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

TARGETS = 30
WARM = 5
"""Readings that are not counted: what is read or made once is no cost of a review."""
BATCH = 50
ROUNDS = 3
TEXTS = (
    (1, "Ждали заказ {n} минут, официант хамил, а суп был холодным. Больше сюда ни ногой."),
    (
        5,
        "Lovely place, great coffee, friendly people at table {n}. We will come back.",
    ),
    (
        4,
        "Еда хорошая, хотя музыка вечером немного громкая, столик {n}. Довольны, спасибо.",
    ),
    (2, "Order {n} came late and half of it was missing, nobody apologised."),
    (5, "Всё было прекрасно, спасибо! Гость {n}."),
)
_TICKETS = (
    "ticket_id IN (SELECT t.id FROM ticket t JOIN review r ON r.id = t.review_id "
    "WHERE r.target_id = :target)"
)
# The rows of one reading, in the order of their foreign keys.
CONDITIONS = {
    "review": "target_id = :target",
    "ticket": "target_id = :target",
    "ticket_round": _TICKETS,
    "draft": _TICKETS,
    "outbox": _TICKETS,
    "audit": _TICKETS,
    "reading": "target_id = :target",
    "target_state": "target_id = :target",
}

TABLES = ("review", "ticket", "ticket_round", "draft", "outbox", "audit")
"""Those that grow with the reviews."""


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
            text=TEXTS[place % len(TEXTS)][1].format(n=BATCH * number + place),
            author=f"Guest {place}",
            published_at=START + timedelta(minutes=place),
            published_precision=Precision.SECOND,
        )
        for place in range(BATCH)
    )
    counters = Counters(rating=4.2, reviews=BATCH, ratings=BATCH)
    return Reading(read_at=START + timedelta(hours=2), items=items, counters=counters, pages=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What readings took of the processor, in seconds, median: those that brought BATCH reviews,
    the same readings a third time (at the second the rhythm of what came is learned, which is
    done once a day); and the database they filled."""

    new: float
    known: float
    database: Path


def _ingest(folder: Path, *, constant: bool) -> Taken:
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

    def take(target: TargetRow, reading: Reading) -> float:
        began = time.process_time()
        database.write_now(
            lambda rows: ingest.ingest(
                Tx(rows, settings, sites, reading.read_at), target, reading, judge, choose
            )
        )
        return time.process_time() - began

    readings = [_reading(number) for number in range(TARGETS)]
    new = [take(target, reading) for target, reading in zip(known, readings, strict=True)]
    again: list[float] = []
    for minutes in (10, 20):
        later = timedelta(minutes=minutes)
        again = [
            take(target, replace(reading, read_at=reading.read_at + later))
            for target, reading in zip(known, readings, strict=True)
        ]
    database.close()
    return Taken(
        statistics.median(new[WARM:]), statistics.median(again[WARM:]), Path(settings.database)
    )


def _batches(filled: Path) -> list[list[tuple[Table, list[dict[str, Any]]]]]:
    """Return the rows that each target's reading wrote, ready to be inserted."""
    database = Database(str(filled))

    def of(rows: Session) -> list[list[tuple[Table, list[dict[str, Any]]]]]:
        batches = []
        for target in rows.exec(select(TargetRow.id).order_by(col(TargetRow.id))).all():
            batch = []
            for name, condition in CONDITIONS.items():
                table = SQLModel.metadata.tables[name]
                query = table.select().where(text(condition)).params(target=target)
                batch.append((table, [dict(row) for row in rows.execute(query).mappings()]))
            batches.append(batch)
        return batches

    found = database.read_now(of)
    database.close()
    return found


def _core(filled: Path, folder: Path) -> float:
    """Insert the same rows by Core's executemany; return the median of a batch, in seconds."""
    database = Database(str(folder / "core.sqlite3"))
    upgrade.prepare(database)
    source = _batches(filled)
    took = []
    with database.engine.connect() as connection:
        # The rows point at places and targets that are not copied.
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for batch in source:
            began = time.process_time()
            for table, rows in batch:
                if rows:
                    connection.execute(insert(table), rows)
            connection.commit()
            took.append(time.process_time() - began)
    database.close()
    return statistics.median(took[WARM:])


def _raw(filled: Path, folder: Path) -> float:
    """The same with sqlite3 alone: same schema, batches, pragmas."""
    source = sqlite3.connect(filled)
    copy = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    for statement in (
        f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=OFF",
    ):
        copy.execute(statement)
    made = source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    )
    for (statement,) in made:
        copy.execute(statement)
    took = []
    for (target,) in source.execute("SELECT id FROM target ORDER BY id").fetchall():
        batch = [
            (name, source.execute(f"SELECT * FROM {name} WHERE {where}", {"target": target}))
            for name, where in CONDITIONS.items()
        ]
        ready = [(name, rows.fetchall()) for name, rows in batch]
        began = time.process_time()
        copy.execute("BEGIN IMMEDIATE")
        for name, rows in ready:
            if rows:
                marks = ",".join("?" * len(rows[0]))
                copy.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        copy.execute("COMMIT")
        took.append(time.process_time() - began)
    copy.close()
    source.close()
    return statistics.median(took[WARM:])


def loaded_and_marked(raw: sqlite3.Connection, target: int, names: Sequence[str]) -> None:
    """Read reviews of a page by sqlite3, and mark them as seen."""
    marks = ",".join("?" * len(names))
    asked = f"SELECT * FROM review WHERE target_id = ? AND external_id IN ({marks})"
    ids = [row[0] for row in raw.execute(asked, (target, *names))]
    raw.execute(f"UPDATE review SET last_seen_at = last_seen_at WHERE id IN ({marks})", ids)
    raw.commit()


def _raw_known(filled: Path) -> float:
    """Return what reading and marking a page's rows takes with sqlite3 alone, in seconds."""
    took = []
    with closing(sqlite3.connect(filled)) as raw:
        for (target,) in raw.execute("SELECT id FROM target ORDER BY id").fetchall():
            asked = "SELECT external_id FROM review WHERE target_id = ?"
            names = [name for (name,) in raw.execute(asked, (target,))]
            began = time.process_time()
            loaded_and_marked(raw, target, names)
            took.append(time.process_time() - began)
    return statistics.median(took[WARM:])


def _values(filled: Path) -> float:
    """Return the bytes of a review's values above its text, with all that follows: what would be
    left without pages, headers, keys and indexes."""
    with closing(sqlite3.connect(filled)) as source:
        (count, words) = source.execute(
            "SELECT count(*), sum(length(CAST(text AS BLOB))) FROM review"
        ).fetchone()
        size = 0
        for name in TABLES:
            columns = [row[1] for row in source.execute(f"PRAGMA table_info({name})")]
            sizes = "+".join(f'coalesce(length(CAST("{each}" AS BLOB)), 0)' for each in columns)
            size += source.execute(f"SELECT coalesce(sum({sizes}), 0) FROM {name}").fetchone()[0]
    return (size - words) / int(count)


def _bytes(filled: Path) -> float:
    """Return how much of the database a review takes above its text, with all that follows."""
    source = sqlite3.connect(filled)
    (count, words) = source.execute(
        "SELECT count(*), sum(length(CAST(text AS BLOB))) FROM review"
    ).fetchone()
    marks = ",".join("?" * len(TABLES))
    (pages,) = source.execute(
        "SELECT sum(pgsize) FROM dbstat WHERE name IN "
        f"(SELECT name FROM sqlite_master WHERE tbl_name IN ({marks}))",
        TABLES,
    ).fetchone()
    source.close()
    return float(pages - words) / int(count)


def table(rounds: int = ROUNDS) -> list[str]:
    """Return the table's lines (Markdown)."""
    whole, store, core, raw, known, marked = [], [], [], [], [], []
    size = values = 0.0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            taken = _ingest(Path(one), constant=False)
            whole.append(taken.new)
            core.append(_core(taken.database, Path(two)))
            raw.append(_raw(taken.database, Path(two)))
            size, values = _bytes(taken.database), _values(taken.database)
            marked.append(_raw_known(taken.database))
            given = _ingest(Path(two), constant=True)
            store.append(given.new)
            known.append(given.known)
    base = statistics.median(core)

    def told(times: list[float]) -> str:
        seconds = statistics.median(times)
        return f"{seconds / BATCH * 1e6:.0f} µs, {seconds / base:.1f} ×"

    return [
        f"{TARGETS} readings of {BATCH} new reviews, each with a ticket, two of five with an "
        f"alert; time of the processor a review, medians of {rounds} runs; × what Core takes.",
        "",
        "| ingest | goal | measured |",
        "|---|---|---|",
        f"| the same rows by raw sqlite3, same batches and pragmas | | {told(raw)} |",
        f"| the same rows by Core's executemany | | {told(core)} |",
        f"| a new review stored with its ticket, the verdict given | ≤ 220 µs, ≤ 2.2 × "
        f"| {told(store)} |",
        f"| the same with its verdict | | {told(whole)} |",
        f"| the rows of {BATCH} known read and marked by raw sqlite3 | "
        f"| {statistics.median(marked) * 1e3:.1f} ms |",
        f"| a reading of {BATCH} known, nothing new | ≤ 1.5 ms "
        f"| {statistics.median(known) * 1e3:.1f} ms, "
        f"{statistics.median(known) / statistics.median(marked):.1f} × |",
        f"| the values of a review's rows above its text, alone | | {values / 1024:.2f} KiB |",
        f"| the database, a review above its text | ≤ 1.25 KiB | {size / 1024:.2f} KiB |",
    ]
