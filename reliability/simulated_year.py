"""A year of twenty places: every figure equals a reference counted from the list of events.

    python -m reliability.simulated_year [--seed 1]

Reviews are written, found late, edited, answered, marked and gone; there are holidays, short days
and a repair; pages go out of sight; a competitor is read beside. The clock moves through the year:
digests go out once each. Each month what messages, pictures, the page and files are made of is
compared with a reference that knows the events alone (`year_reference`). Ends with code 1 where
one differs.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a simulation, seeded

from sqlmodel import Session, select

from reliability.figures import Case, Figures
from reliability.year_reference import (
    CLOSED,
    CONTACT,
    REPAIR,
    RIVAL,
    SHORTENED,
    START,
    WORKED,
    End,
    Event,
    Reference,
    digests_expected,
    events,
    months,
)
from reviewbot.core.calendar.digest_days import DigestFacts, Due, Period
from reviewbot.core.model import OutboxKind, TicketState
from reviewbot.core.settings import DigestTime, Location, Pause
from reviewbot.core.trends.stars import StarFigures
from reviewbot.queries import figures as reports
from reviewbot.queries.trends.report_stars import report_competitors, report_stars
from reviewbot.store import cases
from reviewbot.store.tables import (
    DigestSentRow,
    LocationRow,
    OutboxRow,
    ReviewRow,
    TargetRow,
    TargetStateRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import Values, insert_numbered, values_of
from reviewbot.workflow import open
from reviewbot.workflow.digests import digest_facts, put_due
from tests.store.store_world import StoreWorld

ZONE = "Europe/Moscow"
STATES = {
    End.SEEN: TicketState.ANSWERED,
    End.MARKED: TicketState.ANSWERED,
    End.BY_MARK: TicketState.POSTED,
    End.SKIPPED: TicketState.SKIPPED,
    End.GONE: TicketState.GONE,
    End.LEFT: TicketState.WAITING,
    End.UNSEEN: TicketState.WAITING,
}
DIGESTS = {
    "daily": DigestTime(time(9, 15)),
    "weekly": DigestTime(time(9, 30), weekday=0),
    "monthly": DigestTime(time(10), monthday=1),
}


@dataclass(frozen=True)
class Length:
    """How much is simulated."""

    places: int = 20
    days: int = 365


def world_of(folder: Path, told: Sequence[Event], rng: Random, length: Length) -> StoreWorld:
    """A database that readings, presses and the clock would have made of the events."""
    world = StoreWorld(folder)
    desk = replace(world.settings.desks[""], closed=CLOSED, worked=WORKED, shortened=SHORTENED)
    places = {
        f"place{n}": Location(f"place{n}", f"Точка, Улица {n}", zone=ZONE)
        for n in range(length.places)
    }
    if "place1" in places:
        places["place1"] = replace(places["place1"], paused=Pause(*REPAIR))
    rival = {RIVAL: Location(RIVAL, "Чужое", role="competitor", zone=ZONE)}
    world.settings = replace(
        world.settings,
        desks={"": desk},
        locations={**places, **rival},
        targets={},
        digest={"managers": DIGESTS},
    )
    ids: dict[str, int] = world.db.write_now(lambda session: _pages(session, world, rng, length))
    numbered = list(enumerate(told))
    for n in range(0, len(numbered), 500):
        some = numbered[n : n + 500]
        world.db.write_now(lambda session, some=some: _store(world, session, some, ids))
    return world


def _pages(session: Session, world: StoreWorld, rng: Random, length: Length) -> dict[str, int]:
    for row in session.exec(select(TargetRow)):
        row.retired_at = START
        session.add(row)
    ids = {}
    for key, place in world.settings.locations.items():
        session.add(LocationRow(key=key, name=place.name, role=place.role))
        session.flush()
        about = {"source": "yandex_maps", "ref": key, "host": "x", "health": "ok"}
        target = TargetRow(key=f"{key}/yandex_maps", location_key=key, **about)
        target.first_contact_at = CONTACT
        session.add(target)
        session.flush()
        ids[key] = target.id or 0
        for day in sorted(rng.sample(range(0, length.days, 3), 5)):
            blind = START + timedelta(days=day)
            session.add(TargetStateRow(target_id=ids[key], health="blocked", since=blind))
            seen = blind + timedelta(hours=rng.randrange(2, 60))
            session.add(TargetStateRow(target_id=ids[key], health="ok", since=seen))
    return ids


def _store(
    world: StoreWorld, session: Session, told: Sequence[tuple[int, Event]], ids: dict[str, int]
) -> None:
    rows = [_PLAIN | _row(n, event, ids) for n, event in told]
    numbers = insert_numbered(session, ReviewRow, rows)
    for (_, event), review_id in zip(told, numbers, strict=True):
        if not event.is_owed:
            continue
        review = session.get_one(ReviewRow, review_id)
        target = session.get_one(TargetRow, ids[event.place])
        tx = world.tx(session, event.seen_at)
        place = cases.place_of(tx, event.place)
        case = open.first_case(tx, review, target, place)
        assert case is not None
        [number] = open.open_all(tx, [open.Opening(case, None)])
        _end(session, number, event)


_PLAIN = values_of(
    ReviewRow(
        target_id=0,
        external_id="",
        fingerprint="f",
        kind="review",
        text="…",
        published_precision="second",
        first_seen_at=START,
        last_seen_at=START,
    )
)
"""What all reviews have in common."""


def _row(n: int, event: Event, ids: dict[str, int]) -> Values:
    return {
        "target_id": ids[event.place],
        "external_id": str(n),
        "rating": event.rating,
        "published_at": event.written_at,
        "first_seen_at": event.seen_at,
        "last_seen_at": event.seen_at,
        "unanswered_seen_at": event.looked_at,
        "reply_text": "Спасибо!" if event.replied else None,
        "tone": event.tone,
        "topics": list(event.topics),
        "found_late": event.found_late,
        "edited_at": event.seen_at if n % 17 == 0 else None,
        "gone_at": event.gone_at,
    }


def _end(session: Session, number: int, event: Event) -> None:
    """What people did and readings saw, as it stands in the rows."""
    assert event.end is not None
    ticket = session.get_one(TicketRow, number)
    round_ = session.exec(select(TicketRoundRow).where(TicketRoundRow.ticket_id == number)).one()
    ticket.state = STATES[event.end]
    round_.marked_at, round_.answered_by = event.marked_at, event.shown_at
    round_.answered_after = event.looked_at if event.shown_at is not None else None
    round_.closed_at = event.marked_at or event.shown_at or event.gone_at
    session.add_all((ticket, round_))


def shown(tx: Tx, on: date) -> dict[str, object]:
    """The figures of the month before `on`, as the monthly digest and the files tell them."""
    chat = tx.settings.chats["managers"]
    facts = digest_facts(tx, chat, Due(Period.MONTHLY, on))
    figures, overview, days = facts.figures, facts.overview, facts.days
    assert overview is not None
    report = reports.summary(tx.session, days.since, days.until, tx.now)
    _check_files(tx, facts, report)
    rivals = report_competitors(tx.session, days.since, days.until)[RIVAL]
    replies = overview.replies
    return {
        "new": figures.new,
        "complaints": figures.complaints,
        "gone": figures.gone,
        "stars": _stars(overview.stars),
        "by day": {day.on: _stars(day.stars) for day in overview.days if day.stars.n},
        "replied": (replies.rate.k, replies.rate.n),
        "topics": Counter({topic: bad for topic, (bad, _) in overview.topics.items() if bad}),
        "places": {place.key: _stars(place.stars) for place in overview.places},
        "new by place": Counter({place.key: place.new for place in overview.places if place.new}),
        "rival": (rivals.reviews, rivals.complaints),
        "rival stars": _stars(rivals.rating.stars),
        "in time": figures.in_time,
        "by mark": figures.marked,
        "late": figures.late,
        "undecided": figures.undecided,
        "usual": figures.usual,
        "reaction": report.total.reaction,
        "on site": (replies.n, replies.median, replies.slowest),
        "by week": {monday: middle for monday, middle, _ in replies.by_week if middle is not None},
    }


def _check_files(tx: Tx, facts: DigestFacts, report: reports.Summary) -> None:
    """What files hold is what messages tell, in total and by place."""
    figures, total, days = facts.figures, report.total, facts.days
    told = (figures.new, figures.complaints, figures.in_time, figures.late, figures.undecided)
    filed = (total.reviews, total.complaints, total.in_time, total.late, total.undecided)
    assert filed == told, f"files {filed}, messages {told}"
    assert total.in_time_marked == figures.marked
    for name in ("reviews", "complaints", "in_time", "late", "undecided"):
        assert sum(getattr(each, name) for each in report.places.values()) == getattr(total, name)
    stars = report_stars(tx.session, days.since, days.until)["total"].stars
    assert facts.overview is not None
    assert stars == facts.overview.stars, "files and messages differ"
    rivals = report_competitors(tx.session, days.since, days.until)
    in_files = {(each.name, each.reviews, each.complaints) for each in rivals.values()}
    in_digest = {(each.name, each.new, each.complaints) for each in facts.competitors}
    assert {each for each in in_files if each[1]} == in_digest, (in_files, in_digest)


def _stars(stars: StarFigures) -> tuple[int, float | None]:
    return stars.n, round(stars.mean, 9) if stars.mean is not None else None


def digests_put(world: StoreWorld, days: int) -> Counter[str]:
    """Let the clock pass the hours of digests on every day, now and then set back, or with a bot
    that starts anew; return how many were put, by period."""
    for n in range(1, days + 1):
        morning = START + timedelta(days=n, hours=9)
        moments = [morning + timedelta(minutes=minutes) for minutes in (5, 16, 31, 61, 62, 300)]
        if n % 7 == 0:
            moments.append(moments[2])  # the clock is set back
        for now in moments:
            world.db.write_now(lambda session, now=now: put_due(world.tx(session, now)))

    def look(session: Session) -> Counter[str]:
        rows = session.exec(select(OutboxRow).where(OutboxRow.kind == OutboxKind.DIGEST)).all()
        noted = session.exec(select(DigestSentRow)).all()
        assert len({row.dedupe_key for row in rows}) == len(rows) == len(noted)
        return Counter(str(row.payload["period"]) for row in rows)

    return world.db.read_now(look)


def deadlines_of(world: StoreWorld) -> dict[str, datetime | None]:
    """Return the deadline of each review that has one, by its number."""

    def look(session: Session) -> dict[str, datetime | None]:
        rows = session.exec(
            select(ReviewRow.external_id, TicketRoundRow.reply_deadline)
            .join(TicketRow, TicketRow.review_id == ReviewRow.id)  # type: ignore[arg-type]
            .join(TicketRoundRow, TicketRoundRow.ticket_id == TicketRow.id)  # type: ignore[arg-type]
        )
        return dict(rows.all())

    return world.db.read_now(look)


def differing(world: StoreWorld, reference: Reference, length: Length) -> Iterator[str]:
    """Yield where a figure differs from the reference."""
    due = {str(n): reference.deadline(e) for n, e in enumerate(reference.told) if e.is_owed}
    wrong = {n: at for n, at in deadlines_of(world).items() if due.pop(n, None) != at}
    if wrong or due:
        yield f"deadlines: {len(wrong)} differ, {len(due)} are missing: {wrong or due}"[:300]
    for on, since, until in months(length.days):
        now = until + timedelta(hours=10)
        told = world.db.read_now(lambda session, now=now, on=on: shown(world.tx(session, now), on))
        expected = reference.month(since, until)
        assert told.keys() == expected.keys()
        for name, value in expected.items():
            if told[name] != value:
                yield f"{since:%Y-%m}: {name} {told[name]} ≠ {value}"
    put, wanted = digests_put(world, length.days), digests_expected(length.days)
    if put != wanted:
        yield f"digests: {put} ≠ {wanted}"


def compare(seed: int, length: Length | None = None) -> list[str]:
    """Live the time; return where a figure differs from the reference."""
    length, rng = length or Length(), Random(seed)
    told = list(events(rng, length.places, length.days))
    with tempfile.TemporaryDirectory(prefix="reviewbot-year-") as folder:
        world = world_of(Path(folder), told, rng, length)
        reference = Reference(told, length.places, length.days)
        found = list(differing(world, reference, length))
        world.db.close()
    owed = sum(event.is_owed for event in told)
    print(
        f"seed {seed}: {len(told)} reviews, {owed} deadlines, {length.days} days of"
        f" {length.places} places, {len(found)} figures differ"
    )
    return found


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """A year of each of three seeds."""
    promise = "Every figure of a simulated year is what its events say, digests come once"
    cases_ = [
        Case(f"seed {seed}", problem="; ".join(compare(seed))[:300])
        for seed in range(1, min(seeds, 3) + 1)
    ]
    return [Figures(promise, "not timed", cases_)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    found = compare(parser.parse_args().seed)
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
