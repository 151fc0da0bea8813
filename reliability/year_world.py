"""The rows of a simulated year: what readings, presses and the clock would have made of events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

from sqlmodel import Session, select

from reliability.year_ratings import GOALS, SOURCES, WEIGHED, Blind, Measure, Shown
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
)
from reviewbot.core.model import DraftSource, TicketState
from reviewbot.core.settings import DigestTime, Location, Pause
from reviewbot.core.trends.concern import ConcernKind, ConcernState, MeasureTaken, Sign
from reviewbot.store import cases
from reviewbot.store.tables import (
    ConcernRow,
    DraftRow,
    LocationRow,
    ReadingRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
    TargetStateRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.upserts import Values, ids_for, insert_all, values_of
from reviewbot.workflow import open
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


@dataclass(frozen=True)
class Story:
    """What happened, in events; what sites showed; what was done; what was out of sight."""

    told: Sequence[Event]
    shown: Sequence[Shown]
    done: Sequence[Measure]
    blind: Sequence[Blind]


def world_of(folder: Path, story: Story, length: Length) -> StoreWorld:
    """A database that readings, presses and the clock would have made of the story."""
    world = StoreWorld(folder)
    desk = replace(world.settings.desks[""], closed=CLOSED, worked=WORKED, shortened=SHORTENED)
    places = {
        f"place{n}": Location(f"place{n}", f"Точка, Улица {n}", zone=ZONE, goal=goal_of(n))
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
    sites = dict(world.source_facts)
    sites[SOURCES[0]] = replace(sites[SOURCES[0]], rating_days=WEIGHED)
    world.source_facts = sites
    ids: dict[str, int] = world.db.write_now(lambda session: _pages(session, world, story))
    pages = {key: number for key, number in ids.items() if "/" in key}
    world.db.write_now(lambda session: _shown(session, story, pages))
    numbered = list(enumerate(story.told))
    for n in range(0, len(numbered), 500):
        some = numbered[n : n + 500]
        world.db.write_now(lambda session, some=some: _store(world, session, some, ids))
    return world


def _pages(session: Session, world: StoreWorld, story: Story) -> dict[str, int]:
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
        other = TargetRow(
            key=f"{key}/google_business", location_key=key, **about | {"source": "google_business"}
        )
        other.first_contact_at = CONTACT
        session.add(other)
        session.flush()
        ids |= {f"{key}/yandex_maps": target.id or 0, f"{key}/google_business": other.id or 0}
    for each in sorted(story.blind, key=lambda each: each.since):
        about = {"target_id": ids[each.place]}
        session.add(TargetStateRow(health="blocked", since=each.since, **about))
        session.add(TargetStateRow(health="ok", since=each.until, **about))
    return ids


def goal_of(place: int) -> float | None:
    return GOALS.get(f"place{place}")


def _shown(session: Session, story: Story, pages: dict[str, int]) -> None:
    for each in story.shown:
        about = {"outcome": "ok", "complete": True, "read_at": each.at}
        row = ReadingRow(target_id=pages[f"{each.place}/{each.source}"], **about)
        row.site_rating, row.site_ratings = each.rating, each.count
        session.add(row)
    for done in story.done:
        taken = (MeasureTaken(done.on.isoformat(), done.by),)
        concern = ConcernRow(
            kind=ConcernKind.BURST,
            location_key=done.place,
            topic=done.topic,
            state=ConcernState.OPEN,
            found_at=done.found_at,
            facts=Sign(measures=taken).to_json(),
        )
        session.add(concern)


def _store(
    world: StoreWorld, session: Session, told: Sequence[tuple[int, Event]], ids: dict[str, int]
) -> None:
    rows = [_PLAIN | _row(n, event, ids) for n, event in told]
    (numbers,) = ids_for(session, {ReviewRow: len(rows)})
    numbered = [{**row, "id": number} for row, number in zip(rows, numbers, strict=True)]
    insert_all(session, ReviewRow, numbered)
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
        _replied(session, number, review, event)


_PLAIN = values_of(
    ReviewRow(
        target_id=0,
        external_id="",
        fingerprint="f",
        kind="review",
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
        "text": event.text,
        "reply_text": event.reply if event.replied else None,
        "reply_at": event.reply_at,
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


def _replied(session: Session, number: int, review: ReviewRow, event: Event) -> None:
    """Who answered with which words, and what the review was before the guest changed it."""
    ticket = session.get_one(TicketRow, number)
    if event.person is not None and event.marked_at is not None:
        about = {"ticket_id": number, "at": event.seen_at, "text": "Простите.", "hash": "h"}
        drafts = [DraftRow(author_kind=DraftSource.TEMPLATE, template_id=event.template, **about)]
        if event.own_words:
            drafts.append(DraftRow(author_kind=DraftSource.PERSON, **about))
        for draft in drafts:
            session.add(draft)
            session.flush()
        ticket.posted_by, ticket.approved_draft_id = event.person, drafts[-1].id
    if event.shown_at is not None:
        # An edit before the reply, with fewer stars too, says nothing of the reply.
        edits = [(event.shown_at - timedelta(minutes=1), 1, "Раньше.")]
        if event.raised or event.changed:
            text = "Было иначе." if event.changed else review.text or ""
            before = 1 if event.raised else event.rating
            edits.append((event.shown_at + timedelta(days=3), before, text))
        elif review.id and review.id % 3 == 0:
            # Fewer stars in other words, then what it was: nothing came of the reply.
            edits.append((event.shown_at + timedelta(days=3), event.rating, review.text or ""))
            edits.append((event.shown_at + timedelta(days=4), None, "Хуже."))
        for at, rating, text in edits:
            about = {"review_id": review.id or 0, "change": "edited", "fingerprint": "f"}
            session.add(RevisionRow(at=at, rating=rating, text=text, **about))
    session.add(ticket)
