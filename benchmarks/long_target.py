"""A target with very many reviews, ten of them with an open ticket: its plan, a reading of a page
that is as it was, and one of fifty known reviews; beside the same rows asked for by sqlite3."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, update
from sqlmodel import Session, select

from benchmarks.ingest import Constant, loaded_and_marked
from benchmarks.installation import START, configured
from reviewbot.config import Loaded
from reviewbot.core.contract import Counters, Item
from reviewbot.core.readings.reading import Reading
from reviewbot.drafting.drafts import choose
from reviewbot.registry import source_facts_of
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import ingest

TEXT = "Nobody came for an hour. " * 5 + "Nobody came."
PAGE = 50
TIMES = 12
Row = tuple[str, str, str, str]


def rows(folder: Path, reviews: int) -> list[Row]:
    """Return the rows of the table: what, goal, measured, beside it."""
    loaded = configured(folder, 1, site="http://127.0.0.1:9", telegram="http://127.0.0.1:9")
    db = Database(loaded.settings.database)
    upgrade.prepare(db)
    db.write_now(lambda session: _fill(session, loaded, reviews))
    plan = _median(
        lambda _n: db.read_now(lambda rows: targets.plan_for(rows, "place0/yandex_maps", START))
    )
    known = _median(lambda n: _take(db, loaded, _page(reviews, n)))
    unchanged = _median(lambda n: _take(db, loaded, _same(reviews, TIMES + n)))
    db.close()
    with closing(sqlite3.connect(loaded.settings.database)) as raw:
        names = [f"r{number}" for number in range(reviews - PAGE, reviews)]
        one = _median(lambda _n: raw.execute("SELECT * FROM target WHERE id = 1").fetchall())
        page = _median(lambda _n: loaded_and_marked(raw, 1, names))
        mark = _median(lambda _n: _marked(raw))
    what = f"of a target with {reviews:,} reviews"
    return [
        (f"the plan {what}", "≤ 1 ms", told(plan), f"its row by sqlite3: {told(one)}"),
        (
            f"a page that is as it was {what}",
            "≤ 3 ms",
            told(unchanged),
            f"its row read and marked by sqlite3: {told(mark)}",
        ),
        (
            f"a page of {PAGE} known {what}",
            "≤ 6 ms",
            told(known),
            f"its rows read and marked by sqlite3: {told(page)}",
        ),
    ]


def told(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _fill(rows: Session, loaded: Loaded, reviews: int) -> None:
    targets.sync_settings(rows, loaded.settings, START)
    target = rows.exec(select(TargetRow)).one()
    met = {"first_contact_at": START, "last_sweep_at": START, "last_reading_at": START}
    rows.execute(update(TargetRow).values(**met, last_complete_at=START, health="ok"))
    lists = {name: [] for name in ("photos", "topics", "praise", "hints", "reasons")}
    plain = {
        **{"target_id": target.id, "fingerprint": "x", "kind": "review", "text": TEXT},
        **{"published_precision": "unknown", "first_seen_at": START, "last_seen_at": START},
        **{"tone": "negative", "severity": "normal", "missed": 0, "site": {}},
        **{"found_late": False, "needs_human": False, **lists},
    }
    some = [{**plain, "external_id": f"r{number}"} for number in range(reviews)]
    rows.execute(insert(ReviewRow), some)
    for review_id in range(1, reviews, reviews // 10):
        rows.add(
            TicketRow(
                review_id=review_id,
                target_id=target.id,
                location_key=target.location_key,
                state="waiting",
                opened_at=START,
            )
        )


def _page(reviews: int, n: int) -> Reading:
    """The newest of them once more, as they are stored."""
    items = tuple(
        Item(external_id=f"r{number}", text=TEXT) for number in range(reviews - PAGE, reviews)
    )
    return Reading(
        read_at=START + timedelta(minutes=10 * (n + 1)),
        items=items,
        pages=1,
        counters=Counters(rating=4.2, reviews=reviews),
        first_page=tuple(item.external_id for item in items),
        essence="same",
    )


def _same(reviews: int, n: int) -> Reading:
    return Reading(
        read_at=START + timedelta(minutes=10 * (n + 1)),
        pages=1,
        unchanged=True,
        counters=Counters(rating=4.2, reviews=reviews),
        essence="same",
    )


def _take(db: Database, loaded: Loaded, reading: Reading) -> None:
    settings, sites = loaded.settings, source_facts_of(loaded.settings)

    def work(rows: Session) -> None:
        target = rows.exec(select(TargetRow)).one()
        tx = Tx(rows, settings, sites, reading.read_at)
        ingest.ingest(tx, target, reading, lambda _location: Constant(), choose)

    db.write_now(work)


def _marked(raw: sqlite3.Connection) -> None:
    raw.execute("SELECT * FROM target WHERE id = 1").fetchall()
    raw.execute("UPDATE target SET last_reading_at = last_reading_at WHERE id = 1")
    raw.commit()


def _median(work: Callable[[int], object]) -> float:
    spent = []
    for n in range(TIMES):
        began = time.process_time()
        work(n)
        spent.append(time.process_time() - began)
    return statistics.median(spent[1:])
