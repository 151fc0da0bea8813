"""Rows for people's spreadsheets and other programs: plain values under stable names, streamed."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.readings.kept_reasons import read_reason, words_of
from reviewbot.core.ticket import OUTCOMES, Action
from reviewbot.drafting.shown_name import shown_author
from reviewbot.queries.counting import BATCH, is_new
from reviewbot.queries.notes import STANDS_BESIDE
from reviewbot.queries.rounds import outcomes
from reviewbot.store import drafts
from reviewbot.store.audit import detail_of
from reviewbot.store.database import rows_of
from reviewbot.store.tables import (
    AuditRow,
    LocationRow,
    ReviewRow,
    SavedTemplateRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)

REVIEW_COLUMNS = (
    "location",
    "source",
    "external_id",
    "kind",
    "rating",
    "title",
    "text",
    "pros",
    "cons",
    "author",
    "published_at",
    "published_precision",
    "edited_at",
    "language",
    "url",
    "reply_text",
    "reply_at",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
    "tone",
    "severity",
    "topics",
    "reasons",
    "location_role",
    "counts_as_new",
)

TEMPLATE_COLUMNS = ("id", "language", "when", "text", "retired", "saved_at", "saved_by")

TICKET_COLUMNS = (
    "number",
    "location",
    "source",
    "external_id",
    "rating",
    "tone",
    "severity",
    "state",
    "round",
    "round_reason",
    "clock_start_at",
    "seen_deadline",
    "seen_done_at",
    "reply_deadline",
    "breached_at",
    "refuted",
    "marked_at",
    "answered_after",
    "answered_by",
    "outcome",
    "decided_at",
    "backlog",
    "holder",
    "proposed_by",
    "approved_by",
    "posted_by",
    "skipped_by",
    "skip_reason",
    "opened_at",
    "closed_at",
    "url",
    "kind",
    "gesture",
    "gesture_by",
    "site_complaint",
    "site_complaint_at",
    "site_complaint_by",
)


AUDIT_COLUMNS = (
    "at",
    "actor",
    "role",
    "number",
    "location",
    "round",
    "action",
    "from_state",
    "to_state",
    "text_hash",
    "detail",
)

_PEOPLE_OF = {
    Action.PROPOSE: "proposed_by",
    Action.APPROVE: "approved_by",
    Action.POSTED: "posted_by",
    Action.PUBLISHED: "posted_by",
    Action.ALREADY_ANSWERED: "posted_by",
    Action.SKIP: "skipped_by",
    **dict.fromkeys(OUTCOMES, "posted_by"),
}
"""Which act tells which column; the last one of a round counts."""
_GESTURE = ("gesture", "gesture_by")
_COMPLAINT = ("site_complaint", "site_complaint_at", "site_complaint_by")
_BESIDE = ("gesture", "site_complaint")


def reviews(session: Session, author_names: str = "full") -> Iterator[dict[str, Any]]:
    """Yield every review as REVIEW_COLUMNS, oldest first, without holding them in memory.

    `author_names`: how much of a name is told. `counts_as_new`: whether the figures count it, in
    the period of its `first_seen_at`.
    """
    for row in rows_of(session, _EVERY_REVIEW, BATCH):
        found = dict(row._mapping)
        contact_at, role = found["first_contact_at"], found["role"]
        words = words_of(found["title"], found["text"], found["pros"], found["cons"])
        yield {
            **{name: found.get(name) for name in REVIEW_COLUMNS},
            "author": shown_author(found["author"], author_names),
            "reasons": [asdict(read_reason(row, words)) for row in found["reasons"]],
            "location": found["location_key"],
            "location_role": role or "own",
            "counts_as_new": is_new(found, contact_at, role),
        }


_TOLD: list[Any] = [
    *(each for each in inspect(ReviewRow).columns if each.key in REVIEW_COLUMNS),
    ReviewRow.found_late,
    TargetRow.location_key,
    TargetRow.source,
    TargetRow.first_contact_at,
    LocationRow.role,
]
_EVERY_REVIEW = (
    columns(*_TOLD)
    .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
    .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
    .where(col(ReviewRow.forgotten_at).is_(None))
    .order_by(col(ReviewRow.id))
)


def tickets(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield every round of every ticket as TICKET_COLUMNS, in the order of numbers.

    Who proposed, approved, posted or skipped, what the guest was offered and how far a complaint
    to the site came, is told of each round, from the audit. `decided_at`:
    the instant by which the figures put the round into a period.
    """
    rows = session.execute(
        columns(
            *(TicketRoundRow, TicketRow, ReviewRow, TargetRow),
            *(outcomes.outcome(now), outcomes.decided_at()),
        )
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .order_by(col(TicketRow.id), col(TicketRoundRow.n))
        .execution_options(yield_per=BATCH)
    )
    people: dict[int, dict[str, Any]] = {}
    number: int | None = None
    for round_, ticket, review, target, outcome, decided_at in rows:
        if ticket.id != number:
            number, people = ticket.id, _people_of(session, ticket)
        values: dict[str, Any] = {}
        for name in TICKET_COLUMNS:
            for row in (round_, ticket, review):
                if hasattr(row, name):
                    values[name] = getattr(row, name)
                    break
        is_current = round_.n == ticket.round
        who = {
            name: people.get(round_.n, {}).get(name, values.get(name) if is_current else None)
            for name in _PEOPLE_OF.values()
        }
        beside = {name: people.get(round_.n, {}).get(name) for name in (*_GESTURE, *_COMPLAINT)}
        yield (
            {name: values.get(name) for name in TICKET_COLUMNS}
            | who
            | beside
            | {
                "number": ticket.id,
                "location": ticket.location_key,
                "source": target.source,
                "round": round_.n,
                "round_reason": round_.reason,
                "outcome": outcome,
                "decided_at": decided_at,
            }
        )
        session.expunge(round_)


def audit(session: Session) -> Iterator[dict[str, Any]]:
    """Yield who did what, as AUDIT_COLUMNS, oldest first; texts stand in it as hashes only."""
    rows = session.exec(
        select(AuditRow, TicketRow.location_key)
        .join(TicketRow, col(TicketRow.id) == AuditRow.ticket_id, isouter=True)
        .order_by(col(AuditRow.id))
        .execution_options(yield_per=BATCH)
    )
    for row, location in rows:
        whole = detail_of(row)
        detail = {key: value for key, value in whole.items() if key != "round"}
        values = {name: getattr(row, name, None) for name in AUDIT_COLUMNS}
        yield values | {
            "number": row.ticket_id,
            "location": location,
            "round": whole.get("round"),
            "detail": detail,
        }
        session.expunge(row)


def _people_of(session: Session, ticket: TicketRow) -> dict[int, dict[str, Any]]:
    """Return who did what in each round of a ticket, by the names of columns, what the guest was
    offered and what the site was asked."""
    acts = session.exec(
        select(AuditRow.action, AuditRow.actor, AuditRow.detail, AuditRow.at)
        .where(AuditRow.ticket_id == ticket.id, col(AuditRow.action).in_([*_PEOPLE_OF, *_BESIDE]))
        .order_by(col(AuditRow.id))
    )
    people: dict[int, dict[str, Any]] = {}
    for action, actor, detail, at in acts:
        known = people.setdefault(detail.get("round", 1), {})
        if action == "gesture":
            known.update(_with_gesture(known, actor, detail))
        elif action == "site_complaint":
            known.update(zip(_COMPLAINT, (detail.get("outcome"), at, actor), strict=True))
        else:
            known[_PEOPLE_OF[Action(action)]] = actor
    return people


def _with_gesture(
    known: Mapping[str, Any], actor: str, detail: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the sum of what was offered and by whom, with one gesture more, or another one."""
    total, by = known.get("gesture") or 0, str(known.get("gesture_by") or "")
    if not detail.get(STANDS_BESIDE):
        total, by = 0, ""
    people = dict.fromkeys(filter(None, (*by.split(", "), actor)))
    return {"gesture": total + int(detail.get("sum") or 0), "gesture_by": ", ".join(people)}


def authors(session: Session, target_key: str) -> list[str]:
    """Return everybody known to have written at a target, for taking their names out."""
    named = (
        select(ReviewRow.author)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(TargetRow.key == target_key, col(ReviewRow.author).is_not(None))
        .distinct()
    )
    return sorted(name for name in session.exec(named) if name)


def templates(session: Session) -> Iterator[dict[str, Any]]:
    """Yield the templates that were saved in chat, as TEMPLATE_COLUMNS, oldest first; `when` as
    the operator's file says it."""
    retired = drafts.retired_templates(session)
    for row in session.exec(select(SavedTemplateRow).order_by(col(SavedTemplateRow.id))):
        name = drafts.saved_id(row.id or 0)
        asked = {field: each[0] if len(each) == 1 else each for field, each in row.when.items()}
        yield {
            "id": name,
            "language": row.language,
            "when": asked,
            "text": row.text,
            "retired": name in retired,
            "saved_at": row.at,
            "saved_by": row.by,
        }
