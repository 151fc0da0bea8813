"""A year of twenty places: every figure equals a reference counted from the list of events.

    python -m reliability.simulated_year [--seed 1]

Reviews are written, found late, edited, answered and gone; pages go out of sight; a competitor is
read beside. Each month the overview that messages, pictures, the page and files are made of is
compared with a reference that knows the events alone. Ends with code 1 where one differs.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a simulation, seeded

from sqlmodel import Session, select

from reviewbot.core.calendar.digest_days import Days, Period, days_of
from reviewbot.core.model import Tone
from reviewbot.core.settings import Location
from reviewbot.core.trends.stars import StarFigures
from reviewbot.queries.trends.report_stars import report_stars
from reviewbot.store.tables import LocationRow, ReviewRow, TargetRow, TargetStateRow
from reviewbot.workflow.digests import period_facts
from tests.store.store_world import StoreWorld, at

PLACES = 20
START = at("2025-01-01 00:00")
CONTACT = START - timedelta(days=1)
TOPICS = ("waiting", "staff", "food", "price")
ZONE = "Europe/Moscow"


@dataclass
class Event:
    """One review as it happened. `seen_at` lies behind `written_at`; far behind: found late."""

    place: str
    written_at: datetime
    seen_at: datetime
    rating: int | None
    tone: Tone
    topics: tuple[str, ...]
    answered: bool
    found_late: bool

    @property
    def is_news(self) -> bool:
        return self.seen_at > CONTACT and (self.found_late or self.written_at >= CONTACT)


def events(rng: Random) -> Iterator[Event]:
    """A year and the history before it."""
    for n in range(PLACES + 1):
        place = f"place{n}" if n < PLACES else "rival"
        rate = rng.choice((0.1, 0.5, 2.0, 6.0))
        for day in range(-60, 365):
            holiday = day % 90 == 0
            for _ in range(0 if holiday else _count(rng, rate)):
                written = START + timedelta(days=day, minutes=rng.randrange(1440))
                late = rng.random() < 0.02
                wait = timedelta(days=rng.randrange(6, 20)) if late else timedelta(hours=1)
                seen = CONTACT if written < CONTACT else written + wait
                rating = rng.choice((5, 5, 5, 4, 3, 1, None))
                bad = rating is not None and rating <= 2
                yield Event(
                    place,
                    written,
                    seen,
                    rating,
                    Tone.NEGATIVE if bad else Tone.POSITIVE,
                    tuple(rng.sample(TOPICS, rng.randrange(1, 3))) if bad else (),
                    rng.random() < 0.6,
                    late and written >= CONTACT,
                )


def _count(rng: Random, rate: float) -> int:
    whole, rest = divmod(rate * rng.gammavariate(4, 0.25), 1)
    return int(whole) + (rng.random() < rest)


def world_of(folder: Path, told: list[Event], rng: Random) -> StoreWorld:
    """A database that readings would have made of the events."""
    world = StoreWorld(folder)
    places = {f"place{n}": Location(f"place{n}", f"Точка, Улица {n}", zone=ZONE)
              for n in range(PLACES)}  # fmt: skip
    rival = {"rival": Location("rival", "Чужое", role="competitor")}
    world.settings = replace(world.settings, locations={**places, **rival}, targets={})

    def store(session: Session) -> None:
        for row in session.exec(select(TargetRow)):
            row.retired_at = START
            session.add(row)
        ids = {}
        for key in (*places, "rival"):
            role = "competitor" if key == "rival" else "own"
            session.add(LocationRow(key=key, name=key, role=role))
            session.flush()
            about = {"source": "yandex_maps", "ref": key, "host": "x", "health": "ok"}
            target = TargetRow(key=f"{key}/yandex_maps", location_key=key, **about)
            target.first_contact_at = CONTACT
            session.add(target)
            session.flush()
            ids[key] = target.id or 0
            for day in rng.sample(range(365), 5):
                blind = START + timedelta(days=day)
                session.add(TargetStateRow(target_id=ids[key], health="blocked", since=blind))
                seen = blind + timedelta(hours=rng.randrange(2, 60))
                session.add(TargetStateRow(target_id=ids[key], health="ok", since=seen))
        for n, event in enumerate(told):
            session.add(
                ReviewRow(
                    target_id=ids[event.place],
                    external_id=str(n),
                    fingerprint="f",
                    kind="review",
                    rating=event.rating,
                    text="…",
                    published_at=event.written_at,
                    published_precision="second",
                    first_seen_at=event.seen_at,
                    last_seen_at=event.seen_at,
                    reply_text="Спасибо!" if event.answered else None,
                    tone=event.tone,
                    topics=list(event.topics),
                    found_late=event.found_late,
                    edited_at=event.seen_at if n % 17 == 0 else None,
                )
            )

    world.db.write_now(store)
    return world


def reference(told: list[Event], days: Days) -> dict[str, object]:
    """The same figures from the events alone."""
    own = [each for each in told if each.place != "rival"]
    written = [each for each in own if days.since <= each.written_at < days.until]
    came = [each for each in own if days.since <= each.seen_at < days.until and each.is_news]
    rated = [each.rating for each in written if each.rating is not None]
    bad = [each for each in written if each.tone is Tone.NEGATIVE]
    return {
        "new": len(came),
        "complaints": sum(each.tone is Tone.NEGATIVE for each in came),
        "stars": StarFigures.of(rated),
        "answered": (sum(each.answered for each in written), len(written)),
        "topics": Counter(topic for each in bad for topic in each.topics),
        "places": {
            place: StarFigures.of(
                [each.rating for each in written if each.place == place and each.rating]
            )
            for place in (f"place{n}" for n in range(PLACES))
        },
    }


def shown(world: StoreWorld, days: Days, on: date) -> dict[str, object]:
    """The figures as the product tells them."""
    places = tuple(f"place{n}" for n in range(PLACES))
    now = days.until + timedelta(hours=10)

    def look(session: Session) -> dict[str, object]:
        tx = world.tx(session, now)
        facts = period_facts(tx, places, Period.MONTHLY, days, ZONE)
        assert facts.overview is not None
        overview = facts.overview
        filed = report_stars(session, days.since, days.until)["total"]
        assert filed.stars == overview.stars, "files and messages differ"
        assert sum(day.stars.n for day in overview.days) == overview.stars.n
        return {
            "new": facts.figures.new,
            "complaints": facts.figures.complaints,
            "stars": overview.stars,
            "answered": (overview.replies.rate.k, overview.replies.rate.n),
            "topics": Counter({t: bad for t, (bad, _) in overview.topics.items() if bad}),
            "places": {place.key: place.stars for place in overview.places},
        }

    return world.db.read_now(look)


def compare(seed: int) -> list[str]:
    """Live a year; return where a figure differs from the reference."""
    rng = Random(seed)
    told = list(events(rng))
    differing = []
    with tempfile.TemporaryDirectory(prefix="reviewbot-year-") as folder:
        world = world_of(Path(folder), told, rng)
        for month in range(2, 14):
            on = date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 1)
            days = days_of(Period.MONTHLY, on, ZONE)
            is_told, expected = shown(world, days, on), reference(told, days)
            differing += [
                f"{days.first}: {name} {is_told[name]} ≠ {expected[name]}"
                for name in expected
                if is_told[name] != expected[name]
            ]
        world.db.close()
    print(f"seed {seed}: {len(told)} reviews, 12 months, {len(differing)} figures differ")
    return differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    differing = compare(parser.parse_args().seed)
    print("\n".join(differing))
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
