"""Which message of a chat goes next, and the claim on it.

A lane is a chat's Telegram id within one bot; it has one claim at a time. A claim is a lease: what
was claimed and not marked is claimed again (at least once). Pacing is decided by the caller before
it claims; order and bundling are decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, sql, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewbot.core import pacing
from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.store.database import run
from reviewbot.store.queues.lists import (
    LIST_LENGTH,
    MOST_REMINDED,
    REMINDERS,
    going_together,
    is_picture,
)
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.queues.sending_pace import handoffs_go_at, sent_times
from reviewbot.store.queues.unsent import is_foreign, note_perhaps_sent
from reviewbot.store.tables import CardRow, OutboxRow, TicketRow

LEASE = timedelta(seconds=60)
GATHERING = (OutboxKind.ALERT, OutboxKind.HANDOFF, *REMINDERS)
ORDER = {kind.value: position for position, kind in enumerate(OutboxKind)}


@dataclass(frozen=True, slots=True)
class Claimed:
    """What goes out as one message: one row, or those of one list."""

    rows: tuple[OutboxRow, ...]
    is_bundle: bool = False

    @property
    def first(self) -> OutboxRow:
        return self.rows[0]

    @property
    def row_ids(self) -> tuple[int, ...]:
        return tuple(row.id for row in self.rows if row.id is not None)


def ready_at(
    session: Session, lane: int, now: datetime, bot: BotKey = BotKey.STAFF
) -> datetime | None:
    """Return from when `claim` would find something in a chat: `now`, or later (its claim must run
    out, its time come, its company gather). None: nothing waits there. Writes nothing."""
    if until := _claimed_until(session, lane, bot, now):
        return until
    earliest = min((at for _, at in _kinds(session, lane, now, bot)), default=None)
    return max(earliest, now) if earliest else None


def claim(
    session: Session,
    lane: int,
    now: datetime,
    lease: timedelta = LEASE,
    bot: BotKey = BotKey.STAFF,
) -> Claimed | None:
    """Claim the next message of a chat, or None: nothing is due, or the lane has a live claim.

    By kind, then by age. What goes together becomes one list (`lists.going_together`). The
    claimed rows' payload gets "revision": the ticket's at this moment.
    """
    if _claimed_until(session, lane, bot, now):
        return None
    for kind, at in _kinds(session, lane, now, bot):
        if at <= now and (rows := _next_of(session, lane, kind, now, bot)):
            return _take(session, rows, now + lease)
    return None


def release(session: Session, now: datetime, bot: BotKey) -> None:
    """Let the claims of a process that is no more (one process per database) run out now: nobody
    knows whether those messages went."""
    session.execute(
        update(OutboxRow)
        .where(*UNSENT, col(OutboxRow.bot) == bot, col(OutboxRow.claimed_until).is_not(None))
        .values(claimed_until=now, bundle_id=None)
    )


# Each message asks these: they are built once. Each takes one step in an index, or one for each
# kind, however many wait.
_LANE = (*UNSENT, col(OutboxRow.chat_id) == bindparam("lane"), OutboxRow.bot == bindparam("bot"))
_CLAIM = select(func.max(OutboxRow.claimed_until)).where(
    *_LANE, col(OutboxRow.claimed_until).is_not(None)
)
_FIRST_KIND = select(func.min(OutboxRow.kind).label("kind")).where(*_LANE)
_KINDS = _FIRST_KIND.cte("kinds", recursive=True)
_NEXT_KIND = select(func.min(OutboxRow.kind)).where(*_LANE, OutboxRow.kind > _KINDS.c.kind)
_KINDS = _KINDS.union_all(
    sql.select(_NEXT_KIND.scalar_subquery()).where(_KINDS.c.kind.is_not(None))
)
_FIRST_TIME = select(func.min(OutboxRow.not_before)).where(*_LANE, OutboxRow.kind == _KINDS.c.kind)
_WAIT = sql.select(_KINDS.c.kind, _FIRST_TIME.scalar_subquery()).where(_KINDS.c.kind.is_not(None))
_DUE = (
    select(OutboxRow)
    .where(*_LANE, OutboxRow.kind == bindparam("kind"))
    # Not by the index of times: all that are due would have to be put in order for the oldest.
    .where(func.coalesce(OutboxRow.not_before, bindparam("now")) <= bindparam("now"))
    .order_by(col(OutboxRow.id))
    .limit(1)
)


def _claimed_until(session: Session, lane: int, bot: BotKey, now: datetime) -> datetime | None:
    until = session.exec(_CLAIM, params={"lane": lane, "bot": bot}).one()
    return until if until is not None and until > now else None


def _here(lane: int, bot: BotKey) -> tuple[ColumnElement[bool], ...]:
    """What waits in a lane."""
    return (*UNSENT, col(OutboxRow.chat_id) == lane, col(OutboxRow.bot) == bot)


def _kinds(
    session: Session, lane: int, now: datetime, bot: BotKey
) -> Iterator[tuple[str, datetime]]:
    """Yield the kinds that wait for a chat in their order, with when the first of each may go."""
    waiting = run(session, _WAIT, {"lane": lane, "bot": bot}).all()
    for kind, at in sorted(waiting, key=lambda each: ORDER.get(each[0], len(ORDER))):
        if kind == OutboxKind.ALERT and at <= now:
            sent = _alerts_sent(session, lane, now)
            yield kind, pacing.alerts_wait_until(1, at, sent, now)
        elif kind == OutboxKind.HANDOFF and at <= now:
            yield kind, handoffs_go_at(session, lane, now)
        else:
            yield kind, at


def _next_of(
    session: Session, lane: int, kind: str, now: datetime, bot: BotKey
) -> list[OutboxRow]:
    """Return the rows of a kind that make the next message; what can never be one goes."""
    asked = {"lane": lane, "bot": bot, "kind": kind, "now": now}
    while row := session.exec(_DUE, params=asked).first():
        if is_foreign(session, row, now):
            continue
        if kind == OutboxKind.EDIT and not _is_needed(session, row):
            session.delete(row)
            session.flush()
            continue
        gathers = kind in GATHERING or is_picture(row)
        company = session.exec(_beside(row, lane, bot)).all() if gathers else [row]
        sent = _alerts_sent(session, lane, now) if kind == OutboxKind.ALERT else []
        return going_together(session, row, company, sent, now)
    return []


def _beside(row: OutboxRow, lane: int, bot: BotKey) -> SelectOfScalar[OutboxRow]:
    """What waits beside a row and may go with it; the oldest of many."""
    kinds = REMINDERS if row.kind in REMINDERS else (row.kind,)
    return (
        select(OutboxRow)
        .where(*_here(lane, bot), col(OutboxRow.kind).in_(kinds))
        .where(OutboxRow.thread_id == row.thread_id)
        .order_by(col(OutboxRow.id))
        .limit(MOST_REMINDED if row.kind in REMINDERS else 2 * LIST_LENGTH)
    )


def _alerts_sent(session: Session, lane: int, now: datetime) -> list[datetime]:
    return sent_times(session, lane, now - pacing.BUNDLE_WINDOW, kind=OutboxKind.ALERT)


def _is_needed(session: Session, row: OutboxRow) -> bool:
    """Whether an edit would still change what people see."""
    card = session.get(CardRow, row.payload.get("card_id"))
    if card is None or card.dead_at is not None:
        return False
    ticket = session.get_one(TicketRow, card.ticket_id)
    return card.shown_revision < ticket.revision


def _take(session: Session, rows: list[OutboxRow], until: datetime) -> Claimed:
    is_bundle = len(rows) > 1
    about = {row.ticket_id for row in rows if row.ticket_id is not None}
    revisions = select(TicketRow.id, TicketRow.revision).where(col(TicketRow.id).in_(about))
    revision_of = dict(session.exec(revisions).all()) if about else {}
    for row in rows:
        note_perhaps_sent(row)
        row.claimed_until = until
        row.attempts += 1
        row.bundle_id = rows[0].id if is_bundle else None
        if row.ticket_id is not None:
            row.payload = {**row.payload, "revision": revision_of[row.ticket_id]}
        session.add(row)
    session.flush()
    return Claimed(tuple(rows), is_bundle)
