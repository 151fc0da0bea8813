"""A ticket with all that decides about it, loaded from its rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from reviewbot.core.calendar import hours
from reviewbot.core.calendar.round_reasons import Counts, RoundReasons
from reviewbot.core.calendar.ticket_clock import TicketClock, is_recorded
from reviewbot.core.classifier.language_detection import is_surely_english
from reviewbot.core.model import LANGUAGES, Hint
from reviewbot.core.settings import Desk, Location, Settings, Subject
from reviewbot.core.source_facts import Sources
from reviewbot.store.tables import (
    LocationRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with everything that decides about it."""

    ticket: TicketRow
    round: TicketRoundRow
    review: ReviewRow
    target: TargetRow
    place: Location
    desk: Desk

    @property
    def ticket_id(self) -> int:
        assert self.ticket.id is not None
        return self.ticket.id

    @property
    def subject(self) -> Subject:
        return subject_of(self.review, self.target, self.place)

    @property
    def is_reply_breach_recorded(self) -> bool:
        return is_recorded(self.round.breached_at, self.round.reply_deadline)

    @property
    def reasons(self) -> RoundReasons:
        return RoundReasons.read(self.round.why)

    def clock(self, settings: Settings) -> TicketClock:
        """Return what decides when something is due about it."""
        round_, reasons = self.round, self.reasons
        reply, seen = reasons.reply, reasons.seen
        # A pause that the file names no more was given all the same: time did not count in it.
        given = reply.pause(self.place.zone) if reply else None
        return TicketClock(
            state=self.ticket.state,
            desk=self.desk,
            ladders=settings.ladders,
            cls=reasons.cls or self.review.tone,
            started_at=(reply.start if reply else None) or round_.clock_start_at,
            seen_started_at=(seen.start if seen else None) or round_.clock_start_at,
            reply_deadline=None if reasons.stopped else round_.reply_deadline,
            breached_at=round_.breached_at,
            seen_deadline=None if reasons.stopped else round_.seen_deadline,
            seen_breached_at=round_.seen_breached_at,
            seen_done_at=round_.seen_done_at,
            steps_done=tuple(round_.steps_done),
            reply_counts=reasons.reply_counts,
            seen_counts=reasons.seen_counts,
            snoozed_until=self.ticket.snoozed_until,
            posted_at=self.ticket.posted_at,
            pause=self.place.paused or given,
            pause_zone=self.place.zone,
        )


def place_of(tx: Tx, key: str) -> Location:
    """Return the location; for one the operator has removed, what the database remembers."""
    place = tx.settings.locations.get(key)
    if place is not None:
        return place
    row = tx.session.get(LocationRow, key)
    if row is None:
        return Location(key, key)
    return Location(key, row.name, groups=tuple(row.groups), zone=row.zone)


def load(tx: Tx, ticket_id: int) -> Case | None:
    """Return the ticket with its current round, review, target, place and desk."""
    ticket = tx.session.get(TicketRow, ticket_id)
    if ticket is None:
        return None
    round_ = tx.session.exec(
        select(TicketRoundRow).where(
            TicketRoundRow.ticket_id == ticket_id, TicketRoundRow.n == ticket.round
        )
    ).one()
    # Readings write reviews past the session's identity map.
    tx.session.flush()
    review = tx.session.get_one(ReviewRow, ticket.review_id, populate_existing=True)
    target = tx.session.get_one(TargetRow, review.target_id)
    place = place_of(tx, ticket.location_key)
    return Case(ticket, round_, review, target, place, tx.settings.desk_of(ticket.location_key))


def is_present_round() -> ColumnElement[bool]:
    """Joins a ticket with the round it is in."""
    return and_(
        col(TicketRoundRow.ticket_id) == TicketRow.id, col(TicketRoundRow.n) == TicketRow.round
    )


def language_of_guest(review: ReviewRow) -> str | None:
    """Return the language of a review, by its words, else by its site; None where nobody knows: a
    site that calls German words Russian tells the language of its page."""
    if review.verdict_language or Hint.UNKNOWN_LANGUAGE not in review.hints:
        return review.verdict_language or review.language
    return None if review.language in LANGUAGES else review.language


def language_to_answer_in(review: ReviewRow) -> str | None:
    """Return the language that a reply must be in; None where that is not certain."""
    language = language_of_guest(review)
    words = " ".join(filter(None, (review.title, review.text, review.pros, review.cons)))
    return None if language == "en" and not is_surely_english(words) else language


def subject_of(review: ReviewRow, target: TargetRow, place: Location) -> Subject:
    """Return the facts of a review that first-match lists look at."""
    return Subject(
        tone=review.tone,
        severity=review.severity,
        source=target.source,
        location=place.key,
        topics=tuple(review.topics),
        groups=place.groups,
        language=language_of_guest(review),
        rating=review.rating,
        wordless=not any((review.title, review.text, review.pros, review.cons)),
        kind=review.kind,
    )


def time_taken(
    start: datetime, until: datetime, counts: Counts, place: Location, desk: Desk
) -> timedelta:
    """Return the time between two instants, counted as a round's reply time counts."""
    pause, pause_zone = place.paused, place.zone
    if counts == "clock":
        return hours.clock_time(start, until, pause=pause, pause_zone=pause_zone)
    return hours.working_time(desk, start, until, pause=pause, pause_zone=pause_zone)


def is_posted_by_us(sources: Sources, case: Case) -> bool:
    """Whether an approved reply goes to the site by itself; else a person posts it."""
    source = sources.get(case.target.source)
    return bool(
        source
        and source.publishes(case.target.key)
        and case.target.retired_at is None
        and case.review.can_reply is not False
    )
