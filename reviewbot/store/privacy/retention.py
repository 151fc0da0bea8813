"""Rows that are over and may go: updates handled, messages sent, work done, samples of old pages.

They hold what people wrote and are needed no more. A row whose dedupe key keeps something from
happening twice stays for as long as that could happen again; each rule says why it cannot.
Reviews, tickets, drafts, cards and the audit are what happened: nothing here touches them.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, not_, or_, update
from sqlmodel import Session, col, select

from reviewbot.core.model import OPEN_STATES, SIGHTED
from reviewbot.store.database import padded
from reviewbot.store.queues.outbox import PREFIX as GREETINGS
from reviewbot.store.queues.work import FOLDER
from reviewbot.store.tables import (
    DeliveryRow,
    HostRow,
    InboxRow,
    OutboxRow,
    TargetRow,
    TargetStateRow,
    TicketRow,
    WorkRow,
)

BATCH = 200
"""Rows of one transaction: a press or an alert that comes meanwhile waits for milliseconds."""

BLIND = "notice:blind:"
FILES = "file:"


def prune(session: Session, now: datetime, keep: timedelta) -> int:
    """Let a batch of each kind go, of what ended longer than `keep` ago; return how many rows
    that were. 0: nothing is left. To be called again until then, each time in a transaction of
    its own."""
    before = now - keep
    return sum(
        (
            _delete(session, InboxRow, _updates(session, before)),
            _delete(session, OutboxRow, _messages(before)),
            _delete(session, WorkRow, _work(session, before)),
            _delete(session, DeliveryRow, _deliveries(before)),
            _forget_samples(session, before),
        )
    )


def _updates(session: Session, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Updates handled or given up. Telegram keeps an update for a day at most, and asks no more
    for what was acknowledged: none of these comes again, nor do the answers keyed by its number.
    """
    return (
        col(InboxRow.id) < _first_since(session, InboxRow, InboxRow.received_at, before),
        or_(col(InboxRow.done_at) < before, col(InboxRow.parked_at) < before),
    )


def _messages(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Messages that went. What was given up stays: /health shows it.

    * alert, reminder, escalation, and what was said or asked beside a card: once the ticket is
      closed. Its rounds count on, and a round holds the steps that fired: none is made again.
      While it is open their buttons and prompts must be known, too.
    * edit: a card's revisions count on; one that still misses the newest may well be edited.
    * reply: made when an update is handled or a work row ends, and neither happens twice.
    * file: a card's text as a file, made whenever the card is; it stays.
    * notice: keyed by the instant or the day it is about, which is past. But the greeting's says
      up to which target people were greeted, and a blind target asks for its notice at every
      reading until it is seen again: these stay.
    * digest: `digest_sent` knows which went.
    """
    key = col(OutboxRow.dedupe_key)
    closed = col(OutboxRow.ticket_id).not_in(
        select(TicketRow.id).where(col(TicketRow.state).in_(OPEN_STATES))
    )
    return (
        col(OutboxRow.sent_at) < before,
        col(OutboxRow.id) < select(func.max(OutboxRow.id)).scalar_subquery(),
        or_(col(OutboxRow.ticket_id).is_(None), closed),
        not_(key.startswith(GREETINGS, autoescape=True)),
        not_(key.startswith(FILES, autoescape=True)),
        not_(and_(key.startswith(BLIND, autoescape=True), _still_blind())),
    )


def _deliveries(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """What other systems and mailboxes took. What was given up stays: doctor shows it. Events are
    made once, as the cursors go on; of a silence the newest word stays, which tells if it is over.
    """
    newest = select(func.max(DeliveryRow.id)).group_by(col(DeliveryRow.event))
    return (col(DeliveryRow.sent_at) < before, col(DeliveryRow.id).not_in(newest))


def _still_blind() -> ColumnElement[bool]:
    key = col(OutboxRow.dedupe_key)
    host = select(HostRow.name).where(
        col(HostRow.bad_since).is_not(None),
        key.startswith(literal(f"{BLIND}host:").concat(col(HostRow.name)).concat(":")),
    )
    target = select(TargetRow.id).where(
        col(TargetRow.health).not_in(sorted(SIGHTED)),
        key.startswith(literal(f"{BLIND}target:").concat(col(TargetRow.id)).concat(":")),
    )
    return or_(host.exists(), target.exists())


def _work(session: Session, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Work done or cancelled, of no open ticket: a publication's key is that of one approval, a
    look's that of one step of a round. A file of the watched folder that could not be moved away
    is met there again: its row stays."""
    closed = col(WorkRow.ticket_id).not_in(
        select(TicketRow.id).where(col(TicketRow.state).in_(OPEN_STATES))
    )
    key = col(WorkRow.dedupe_key)
    return (
        col(WorkRow.id) < _first_since(session, WorkRow, WorkRow.created_at, before),
        or_(col(WorkRow.done_at) < before, col(WorkRow.cancelled_at) < before),
        or_(col(WorkRow.ticket_id).is_(None), closed),
        or_(key.is_(None), not_(key.startswith(FOLDER, autoescape=True))),
    )


def _first_since(session: Session, table: Any, moment: Any, before: datetime) -> int:
    """Return the lowest id that is not to go: rows are made in the order of time, so that no more
    than the old ones are looked at. The newest row always stays: SQLite gives the id of a deleted
    last row anew, and keys are made of ids; the offset of updates is told by it."""
    since = select(table.id).where(moment >= before).order_by(table.id).limit(1)
    first = session.exec(since).first()
    if first is None:
        first = session.exec(select(func.max(table.id))).one()
    return int(first or 0)


def _delete(session: Session, table: Any, over: tuple[ColumnElement[bool], ...]) -> int:
    chosen = session.exec(select(table.id).where(*over).limit(BATCH)).all()
    if chosen:
        session.execute(delete(table).where(col(table.id).in_(padded(chosen))))
    return len(chosen)


def _forget_samples(session: Session, before: datetime) -> int:
    """Cut pages of earlier troubles: `doctor` shows the newest state's alone."""
    newest = select(func.max(TargetStateRow.id)).group_by(col(TargetStateRow.target_id))
    chosen = session.exec(
        select(TargetStateRow.id)
        .where(
            col(TargetStateRow.since) < before,
            col(TargetStateRow.sample).is_not(None),
            col(TargetStateRow.id).not_in(newest),
        )
        .limit(BATCH)
    ).all()
    if chosen:
        session.execute(
            update(TargetStateRow)
            .where(col(TargetStateRow.id).in_(padded(chosen)))
            .values(sample=None)
        )
    return len(chosen)
