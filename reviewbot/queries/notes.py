"""What colleagues said: notes, why a text was sent back, what the guest is offered, what the place
was asked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from reviewbot.core.beside_reply.said import (
    BesideReply,
    ComplaintFacts,
    ComplaintOutcome,
    GestureFacts,
    MeasureNoted,
    NoteFacts,
    PlaceFacts,
)
from reviewbot.core.parse_time import instant
from reviewbot.core.ticket import SITE
from reviewbot.store.cases import Case
from reviewbot.store.database import is_one_of, padded
from reviewbot.store.people import name_of
from reviewbot.store.tables import AuditRow, ReviewRow, TicketRow
from reviewbot.store.tx import Tx

MOST_NOTES = 3
STANDS_BESIDE = "beside"
"""In a gesture's detail: it stands beside the earlier ones of its round; without it, in the place
of them (so did every gesture of earlier versions)."""


def last_notes(tx: Tx, case: Case) -> tuple[NoteFacts, ...]:
    """Return the last notes of a ticket, and why it was sent back, oldest first."""
    said_by = col(AuditRow.action).in_(("note", "send_back"))
    rows = select(AuditRow).where(AuditRow.ticket_id == case.ticket_id, said_by)
    newest = tx.session.exec(rows.order_by(col(AuditRow.id).desc()).limit(MOST_NOTES * 2))
    said = [
        NoteFacts(row.at, _who(tx, row), text)
        for row in newest
        if (text := row.detail.get("note") or row.detail.get("reason"))
    ]
    return tuple(reversed(said[:MOST_NOTES]))


def gestures(tx: Tx, case: Case) -> tuple[GestureFacts, ...]:
    """Return what was offered to the guest in the present round and stands, oldest first."""
    standing = _standing(tx, case).get(case.ticket.round, ())
    return tuple(
        GestureFacts(_who(tx, row), int(row.detail["sum"]), str(row.detail.get("note") or ""))
        for row in standing
    )


def offered_in_all(tx: Tx, case: Case, *, but_this_round: bool = False) -> int:
    """Return the sum of what was offered for a review, in every round of its ticket, or in those
    before this one."""
    return sum(
        int(row.detail["sum"])
        for number, rows in _standing(tx, case).items()
        if not (but_this_round and number == case.ticket.round)
        for row in rows
    )


def _standing(tx: Tx, case: Case) -> dict[int, list[AuditRow]]:
    """Return the gestures that stand, by round."""
    rows = select(AuditRow).where(
        AuditRow.ticket_id == case.ticket_id, AuditRow.action == "gesture"
    )
    found: dict[int, list[AuditRow]] = {}
    for row in tx.session.exec(rows.order_by(col(AuditRow.id))):
        here = found.setdefault(row.detail.get("round", 1), [])
        if not row.detail.get(STANDS_BESIDE):
            here.clear()
        here.append(row)
    return found


BESIDE = (
    "place_asked",
    "place_answered",
    "measure",
    "measure_done",
    "fault_confirmed",
    "site_complaint",
)
"""Actions of the audit that are beside the reply."""


def beside_reply(tx: Tx, case: Case) -> BesideReply:
    """Return what was asked and done beside a ticket's reply."""
    rows = tx.session.exec(
        select(AuditRow)
        .where(AuditRow.ticket_id == case.ticket_id, col(AuditRow.action).in_(BESIDE))
        .order_by(col(AuditRow.id))
    ).all()
    said = {action: [row for row in rows if row.action == action] for action in BESIDE}
    complaints, faults = said["site_complaint"], said["fault_confirmed"]
    return BesideReply(
        may_ask=bool(case.place.place_chat),
        questions=_questions(tx, said["place_asked"], said["place_answered"]),
        measures=_measures(tx, said["measure"], said["measure_done"]),
        fault=_who(tx, faults[-1]) if faults else "",
        complaint=_complaint(tx, complaints[-1]) if complaints else None,
    )


def measures_noted(
    tx: Tx, places: Collection[str], since: datetime
) -> Iterator[tuple[int, str, Sequence[str], MeasureNoted]]:
    """Yield the measures noted since then for reviews of these places: a ticket's number, its
    place, the topics of its review, the measure."""
    here = is_one_of(col(TicketRow.location_key), places)
    return _noted_for(tx, here, col(AuditRow.at) > since)


def noted_for(tx: Tx, tickets: Collection[int]) -> tuple[tuple[int, MeasureNoted], ...]:
    """Return the measures noted for these tickets, each with its ticket's number: what waits
    first, the soonest due first, then what is done, the newest first."""
    found = _noted_for(tx, col(TicketRow.id).in_(padded(tickets))) if tickets else ()

    def order(each: tuple[int, MeasureNoted]) -> tuple[bool, float]:
        _, noted = each
        done = noted.done_at
        return done is not None, -done.timestamp() if done else noted.due_at.timestamp()

    return tuple(sorted(((number, noted) for number, *_, noted in found), key=order))


def _noted_for(
    tx: Tx, *where: ColumnElement[bool]
) -> Iterator[tuple[int, str, Sequence[str], MeasureNoted]]:
    rows = tx.session.exec(
        select(AuditRow, TicketRow.location_key, ReviewRow.topics)
        .join(TicketRow, col(TicketRow.id) == AuditRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(col(AuditRow.action).in_(("measure", "measure_done")), *where)
        .order_by(col(AuditRow.ticket_id), col(AuditRow.id))
    )
    for number, found in groupby(rows, lambda each: each[0].ticket_id or 0):
        several = list(found)
        said = [row for row, _, _ in several]
        noted = [row for row in said if row.action == "measure"]
        done = [row for row in said if row.action == "measure_done"]
        _, place, topics = several[0]
        for measure in _measures(tx, noted, done):
            yield number, place, topics, measure


def _who(tx: Tx, row: AuditRow) -> str:
    return name_of(tx, row.actor) or row.actor


def _questions(
    tx: Tx, questions: Sequence[AuditRow], answers: Sequence[AuditRow]
) -> tuple[PlaceFacts, ...]:
    """Return the questions to the place, each with its last answer."""
    last = {row.detail.get("question"): row.detail for row in answers}
    found = []
    for asked in questions:
        number = asked.detail["question"]
        said = last.get(number)
        found.append(
            PlaceFacts(
                number,
                _who(tx, asked),
                str(asked.detail.get("note") or ""),
                instant(asked.detail.get("due_at")) or asked.at,
                str(said.get("note") or "") if said else None,
                str(said.get("name") or "") if said else "",
            )
        )
    return tuple(found)


def _measures(
    tx: Tx, noted: Sequence[AuditRow], done: Sequence[AuditRow]
) -> tuple[MeasureNoted, ...]:
    ended = {row.detail["measure"]: row for row in done}
    found = []
    for row in noted:
        number, end = row.detail["measure"], ended.get(row.detail["measure"])
        found.append(
            MeasureNoted(
                number,
                str(row.detail.get("note") or ""),
                _named(tx, row.detail),
                instant(row.detail.get("due_at")) or row.at,
                end.at if end else None,
                _who(tx, end) if end else "",
            )
        )
    return tuple(found)


def _named(tx: Tx, detail: Mapping[str, Any]) -> str:
    """Return the name of who is to take a measure, also of one who is on the list no longer."""
    key = detail.get("to")
    name = name_of(tx, key) or ""
    return str(detail.get("name") or name) if name == key else name


def _complaint(tx: Tx, row: AuditRow) -> ComplaintFacts:
    who = "" if row.actor == SITE.key else _who(tx, row)
    return ComplaintFacts(ComplaintOutcome(row.detail["outcome"]), row.at, who)
