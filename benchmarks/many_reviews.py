"""A database of a business that has run for two years, with as many reviews as asked, made once by
bulk statements and kept between runs (`.bench/`, which git ignores)."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.installation import START, configured
from reviewbot.config import Loaded
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.days.instants import kept_instant as _at
from reviewbot.store.migrations import upgrade
from reviewbot.workflow.upkeep import day_counts

KEPT = Path(".bench").absolute()
TARGETS = 2000
SPAN = timedelta(days=730)
BEGAN = START - SPAN
MADE_WITH = "3"
"""Of what is written below: another number makes the databases anew."""
SITE = "http://127.0.0.1:9"

WORDS = {
    "negative": "Nobody came to our table for an hour, and the soup was cold when it did. ",
    "positive": "Lovely place, quick and kind, we shall come again with the children. ",
    "neutral": "It was as it always is here, neither better nor worse than before. ",
}
TOPICS = ("waiting", "food", "staff", "price", "cleanliness", "noise", "booking", "delivery")
STARS = (5, 5, 1, 5, 4, 5, 3, 5, 2, 5)
"""One in five is a complaint, which has a ticket."""
WHY = json.dumps(
    {
        "class": "negative",
        "rule": "reply_time",
        "reply": {
            "span": "4h",
            "minutes": 240,
            "days": 0,
            "counts": "work",
            "rule": "reply_time",
            "why": [["started", {"at": "2026-01-12T08:00:00+00:00"}], ["span", {"span": "4h"}]],
        },
        "route": "all",
        "chats": ["support"],
    }
)
REASONS = json.dumps([{"rule": "en.waiting.hour", "topic": "waiting", "words": "for an hour"}])


def made(reviews: int, folder: Path = KEPT) -> Loaded:
    """Return the configuration of a database with that many reviews; it is made where it is not
    there yet."""
    home = folder / f"{reviews}"
    mark = home / "made"
    if not mark.exists() or mark.read_text() != MADE_WITH:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        loaded = configured(home, TARGETS, site=SITE, telegram=SITE)
        began = time.perf_counter()
        _fill(loaded, home / "bench.sqlite3", reviews)
        print(f"made {reviews:,} reviews in {time.perf_counter() - began:.0f} s: {home}")
        mark.write_text(MADE_WITH)
    loaded = configured(home, TARGETS, site=SITE, telegram=SITE)
    # Made with an earlier schema it is migrated, as a living installation is.
    db = Database(loaded.settings.database)
    upgrade.upgrade(db, backup=False)
    # As the bot does once an hour.
    while db.write_now(lambda rows: day_counts.count_days(rows, START)):
        pass
    db.close()
    return loaded


def _fill(loaded: Loaded, file: Path, reviews: int) -> None:
    db = Database(loaded.settings.database)
    upgrade.prepare(db)
    db.write_now(lambda rows: targets.sync_settings(rows, loaded.settings, BEGAN))
    db.close()
    with closing(sqlite3.connect(file)) as rows:
        # Nobody else has it, and half of one is made anew.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            rows.execute(f"PRAGMA {pragma}")
        places = rows.execute("SELECT id, location_key FROM target ORDER BY id").fetchall()
        rows.execute(
            "UPDATE target SET first_contact_at = ?, last_reading_at = ?, last_complete_at = ?,"
            " last_sweep_at = ?, health = 'ok', health_since = ?",
            (_at(BEGAN - timedelta(days=1)), *[_at(START)] * 3, _at(BEGAN)),
        )
        for statement, values in _rows(reviews, places):
            while some := list(islice(values, 20_000)):
                rows.executemany(statement, some)
        rows.commit()
        rows.execute("PRAGMA journal_mode=WAL")


def _insert(table: str, columns: Sequence[str], fixed: dict[str, Any]) -> str:
    """A statement whose fixed values stand in it."""
    told = [*(["?"] * len(columns)), *("'" + str(value) + "'" for value in fixed.values())]
    names = ", ".join([*columns, *fixed])
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(told)})"


_Some = tuple[str, Iterator[tuple[Any, ...]]]


def _rows(reviews: int, places: Sequence[tuple[int, str]]) -> Iterator[_Some]:
    step = SPAN / reviews
    lists = {"photos": "[]", "site": "{}", "hints": "[]"}
    columns = (
        *("id", "target_id", "external_id", "rating", "text", "tone", "topics", "praise"),
        *("reasons", "published_at", "first_seen_at", "last_seen_at", "unanswered_seen_at"),
        *("reply_text", "reply_at", "gone_at", "author"),
    )
    plain = {
        "kind": "review",
        "fingerprint": "0" * 32,
        "published_precision": "second",
        "severity": "normal",
        **lists,
        **dict.fromkeys(("missed", "found_late", "needs_human"), 0),
    }
    yield _insert("review", columns, plain), (_review(n, step, places) for n in range(reviews))
    yield (
        _insert("target_state", ("target_id", "since"), {"health": "ok"}),
        ((number, _at(BEGAN)) for number, _ in places),
    )
    yield (
        _insert(
            "reading",
            ("target_id", "read_at", "site_rating", "site_reviews"),
            {"outcome": "ok", "complete": 1},
        ),
        (
            (places[n % len(places)][0], _at(BEGAN + n * step), 4.1 + n % 7 / 10, n)
            for n in range(0, reviews, 3)
        ),
    )
    flagged = [n for n in range(reviews) if STARS[n % 10] <= 2]
    yield (
        _insert(
            "ticket",
            (
                *("id", "review_id", "target_id", "location_key", "state", "opened_at"),
                *("closed_at", "next_duty_at", "posted_at"),
            ),
            {"desk": "", "round": 1, "revision": 3, "backlog": 0, "carded": 1, "site_differs": 0},
        ),
        (_ticket(number, n, step, places) for number, n in enumerate(flagged, 1)),
    )
    yield (
        _insert(
            "ticket_round",
            (
                *("ticket_id", "clock_start_at", "reply_deadline", "answered_after"),
                *("answered_by", "closed_at", "breached_at", "marked_at"),
            ),
            {"n": 1, "reason": "opened", "why": WHY, "steps_done": "[]", "refuted": 0},
        ),
        (_round(number, n, step) for number, n in enumerate(flagged, 1)),
    )
    yield (
        _insert(
            "draft",
            ("ticket_id", "at"),
            {
                "author_kind": "template",
                "text": "Dear guest, we are sorry. " * 8,
                "hash": "0" * 32,
                "why": "",
                "topic": "waiting",
            },
        ),
        ((number, _at(BEGAN + n * step)) for number, n in enumerate(flagged, 1)),
    )
    for action in ("open", "answered"):
        yield (
            _insert(
                "audit",
                ("ticket_id", "at"),
                {"actor": "site", "action": action, "detail": "{}", "to_state": "waiting"},
            ),
            ((number, _at(BEGAN + n * step)) for number, n in enumerate(flagged, 1)),
        )


def _review(n: int, step: timedelta, places: Sequence[tuple[int, str]]) -> tuple[Any, ...]:
    stars, seen = STARS[n % 10], BEGAN + n * step
    tone = "negative" if stars <= 2 else "neutral" if stars == 3 else "positive"
    is_bad, is_open = tone == "negative", START - seen < timedelta(days=2)
    topics = [TOPICS[n % 7], TOPICS[n // 10 % 8]][: 1 + n % 3 % 2] if is_bad else []
    praise = [TOPICS[n // 10 % 8]] if tone == "positive" and n % 2 else []
    replied = None if is_open or n % 3 == 0 else _at(seen + timedelta(hours=1 + n % 40))
    return (
        n + 1,
        places[_place(n, len(places))][0],
        f"r{n}",
        stars,
        None if is_bad and n % 50 == 8 else WORDS[tone] * (1 + n % 3),
        tone,
        json.dumps(topics),
        json.dumps(praise),
        REASONS if is_bad else "[]",
        _at(seen - timedelta(minutes=20 + n % 90)),
        _at(seen),
        _at(START),
        _at(START) if replied is None else _at(seen),
        replied and "Dear guest, thank you for telling us.",
        replied,
        _at(seen + timedelta(days=9)) if n % 100 == 42 and not is_open else None,
        f"Guest {n % 9973}",
    )


def _place(n: int, count: int) -> int:
    """Scattered, so that stars are no place's own."""
    return n * 7919 % 104729 % count


def _ticket(
    number: int, n: int, step: timedelta, places: Sequence[tuple[int, str]]
) -> tuple[Any, ...]:
    seen = BEGAN + n * step
    is_open = START - seen < timedelta(days=2)
    state = ("waiting" if n % 3 else "posted") if is_open else "answered" if n % 9 else "skipped"
    target, place = places[_place(n, len(places))]
    closed = None if is_open else _at(seen + timedelta(hours=30))
    duty = _at(START + timedelta(hours=1 + n % 40)) if is_open else None
    posted = _at(seen + timedelta(hours=1)) if state == "posted" else None
    return (number, n + 1, target, place, state, _at(seen), closed, duty, posted)


def _round(number: int, n: int, step: timedelta) -> tuple[Any, ...]:
    seen = BEGAN + n * step
    due, by = seen + timedelta(hours=4), seen + timedelta(hours=1 + n % 7)
    is_open = START - seen < timedelta(days=2)
    was_answered = not is_open and n % 9
    return (
        number,
        _at(seen),
        _at(due),
        _at(by - timedelta(hours=1)) if was_answered else None,
        _at(by) if was_answered else None,
        None if is_open else _at(by),
        _at(due) if by > due else None,
        _at(by) if was_answered and n % 4 else None,
    )


def main() -> None:
    for reviews in (10_000, 1_000_000):
        made(reviews)


if __name__ == "__main__":
    main()
