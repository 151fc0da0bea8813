"""A database brought back from a copy: nothing of the copy's time is said again.

What the copy was about to say was said long ago, or stands in the list of what is open. What
happened since then the copy does not know: sites are read anew, and the presses are lost.
"""

from datetime import datetime
from functools import partial

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from reviewbot.core.calendar.ticket_clock import (
    SEEN,
    due_reply_steps,
    due_seen_steps,
    next_duty_at,
)
from reviewbot.core.model import OPEN_STATES, BotKey, WorkKind
from reviewbot.store import cases
from reviewbot.store.queues import deliveries, outbox, work
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.tables import CardRow, DeliveryRow, MeasureRow, OutboxRow, TicketRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import digests
from reviewbot.workflow.absences import open_cards
from reviewbot.workflow.attempts import Attempted, attempt

RESTORED = "restored"
"""The measure that says so; its subject is when the copy was taken."""


def is_from_before(session: Session, chat_id: int, message_id: int) -> bool:
    """Whether a message may be of the time that was lost: after it, numbers of reviews are given
    anew, so that a key of it could speak of another review."""
    was = select(MeasureRow.id).where(MeasureRow.name == RESTORED).limit(1)
    if session.exec(was).first() is None:
        return False
    card = select(CardRow.id).where(CardRow.chat_id == chat_id, CardRow.message_id == message_id)
    sent = select(OutboxRow.id).where(
        OutboxRow.chat_id == chat_id,
        OutboxRow.bot == BotKey.STAFF,
        OutboxRow.message_id == message_id,
    )
    return not (session.exec(card).first() or session.exec(sent.limit(1)).first())


def settle(tx: Tx, taken_at: datetime) -> None:
    """Bring the rows of a copy into the present. To be done once, before the bot starts."""
    _keep_silent(tx, taken_at)
    _doubt_what_was_under_way(tx, taken_at)
    tx.session.execute(delete(DeliveryRow).where(*deliveries.WAITING))
    open_tickets = select(TicketRow.id).where(col(TicketRow.state).in_(OPEN_STATES))
    for ticket_id in tx.session.exec(open_tickets.order_by(col(TicketRow.id))).all():
        subject = Attempted("ticket", str(ticket_id), ticket_id)
        attempt(tx, subject, partial(_pass_over, tx, ticket_id or 0))
    digests.pass_over(tx)
    tx.session.flush()


def tell(tx: Tx, taken_at: datetime) -> None:
    """Say from when the bot goes on, and what is open: once whoever was forgotten since is so."""
    tx.session.add(MeasureRow(at=tx.now, name=RESTORED, subject=taken_at.isoformat(), value=1))
    open_cards.tell(tx, NoticeCode.RESTORED, {"taken_at": taken_at.isoformat()})
    tx.session.flush()


def _keep_silent(tx: Tx, taken_at: datetime) -> None:
    """Close what waited to be sent; cards of what is open are shown anew, without a sound."""
    tx.session.execute(
        update(OutboxRow)
        .where(*UNSENT)
        .values(sent_at=taken_at, claimed_until=None, error="an older state was restored")
        .execution_options(synchronize_session=False)
    )
    tx.session.expire_all()
    for ticket in tx.session.exec(select(TicketRow).where(col(TicketRow.state).in_(OPEN_STATES))):
        ticket.revision += 1
        tx.session.add(ticket)
        tx.session.flush()
        outbox.put_edits(tx.session, ticket.id or 0, ticket.revision, tx.now)


def _doubt_what_was_under_way(tx: Tx, taken_at: datetime) -> None:
    """A reply that was about to be posted may stand on the site by now: it is read back, never
    posted blindly. Errands of commands have nobody left who waits for them."""
    unfinished = (col(WorkRow.done_at).is_(None), col(WorkRow.cancelled_at).is_(None))
    tx.session.execute(
        update(WorkRow)
        .where(*unfinished, col(WorkRow.kind).in_(work.ONCE))
        .values(claimed_at=taken_at, claimed_until=taken_at)
    )
    tx.session.execute(
        update(WorkRow)
        .where(*unfinished, col(WorkRow.kind).in_((WorkKind.POLL_NOW, WorkKind.IMPORT_FILE)))
        .values(cancelled_at=tx.now)
    )
    tx.session.expire_all()


def _pass_over(tx: Tx, ticket_id: int) -> None:
    """Note what the ladders would have said by now as said. A breach is still recorded, after a
    look at the site; a daily step comes again tomorrow, while the review is open."""
    case = cases.load(tx, ticket_id)
    if case is None:
        return
    ticket, round_ = case.ticket, case.round
    if ticket.snoozed_until is not None and ticket.snoozed_until <= tx.now:
        ticket.snoozed_until = None
    clock = case.clock(tx.settings)
    replies = [step.name for step in due_reply_steps(clock, tx.now)]
    seen = [SEEN + step.name for step in due_seen_steps(clock, tx.now)]
    round_.steps_done = [*round_.steps_done, *replies, *seen]
    ticket.next_duty_at = next_duty_at(case.clock(tx.settings), tx.now)
    tx.session.add_all((ticket, round_))
    tx.session.flush()
