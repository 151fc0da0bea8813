"""What is written down where a message could not be sent: one function per kind of failure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from reviewbot.bot.telegram.delivery import note_error
from reviewbot.bot.telegram.send_errors import Failure, FailureKind
from reviewbot.core.model import OPEN_STATES, BotKey, OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.store import chats as chat_rows
from reviewbot.store.queues import outbox, unsent
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.tables import ChatRow, OutboxRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import chats

MOST_REFUSALS = 5
"""So often a message is refused by one chat; tries of an outage are none."""
FIRST_WAIT = timedelta(seconds=30)
"""After the first refusal; each further one doubles it: a chat in trouble may get well."""
SELDOM = timedelta(days=1)
PROBE_AFTER = timedelta(minutes=10)
"""When every chat is dead, the first is tried again this long after it died."""
MUST_ARRIVE = frozenset(
    {OutboxKind.ALERT, OutboxKind.REMINDER, OutboxKind.ESCALATION, OutboxKind.HANDOFF}
)


@dataclass(frozen=True, slots=True)
class FailedSend:
    """One message that was not sent. `again_at`: when the chat's next turn would be."""

    chat_id: int
    claimed: Claimed
    failure: Failure
    reason: str
    again_at: datetime

    @property
    def bot(self) -> BotKey:
        """Which bot could not send it."""
        return BotKey(self.claimed.first.bot)


def rests_until(failed: FailedSend, now: datetime) -> datetime | None:
    """Until when the chat is left alone. None: a poisoned message must not hold up its chat, while
    a silent network must hold its order."""
    match failed.failure.kind:
        case FailureKind.HOLD:
            return now + failed.failure.span
        case FailureKind.MOVED | FailureKind.DEAD_CHAT | FailureKind.CLOSED_TOPIC:
            return now
        case FailureKind.UNKNOWN:
            # Telegram may have taken it: the claim runs out by itself, then once more.
            return failed.claimed.first.claimed_until or failed.again_at
        case FailureKind.NOT_SENT:
            return failed.again_at
        case FailureKind.POISON:
            return None


def write_down(tx: Tx, failed: FailedSend) -> None:
    """Leave the rows as this kind of failure asks."""
    _WRITERS[failed.failure.kind](tx, failed)


def _hold(tx: Tx, failed: FailedSend) -> None:
    until = tx.now + failed.failure.span
    chat_rows.hold_chat(tx.session, failed.chat_id, until, failed.bot)
    unsent.postpone(tx.session, failed.claimed.row_ids, until, failed.reason)
    if failed.failure.asked_for > failed.failure.span:
        name = chats.name_of_chat(tx, failed.chat_id)
        hours = round(failed.failure.asked_for.total_seconds() / 3600)
        key = f"notice:{NoticeCode.LONG_WAIT}:{failed.chat_id}:{tx.now:%Y-%m-%d}"
        chats.tell_operator(tx, NoticeCode.LONG_WAIT, {"chat": name, "hours": hours}, key=key)


def _follow(tx: Tx, failed: FailedSend) -> None:
    chats.move_chat(tx.session, failed.chat_id, failed.failure.new_chat_id, tx.now)


def _lose(tx: Tx, failed: FailedSend) -> None:
    chats.lose_chat(tx, failed.chat_id, failed.reason, failed.bot)


def _leave_topic(tx: Tx, failed: FailedSend) -> None:
    """A closed or deleted topic: its messages go to General, with one notice that says so."""
    row, session = failed.claimed.first, tx.session
    chat_id, thread_id = row.chat_id, row.thread_id
    if chat_id is None or thread_id is None or row.kind == OutboxKind.EDIT:
        unsent.park(session, failed.claimed.row_ids, failed.reason, tx.now)
        return
    chat = chat_rows.chat_row(session, chat_id)
    if thread_id not in chat.topics_closed:
        chat.topics_closed = [*chat.topics_closed, thread_id]
        outbox.put(
            session,
            OutboxKind.NOTICE,
            f"notice:topic_closed:{chat_id}:{thread_id}:{tx.now.isoformat()}",
            Chat(row.chat_key, chat_id),
            {
                "code": NoticeCode.TOPIC_CLOSED,
                "params": {"chat": row.chat_key, "thread": thread_id},
            },
            tx.now,
        )
    here = (col(OutboxRow.chat_id) == chat_id, col(OutboxRow.thread_id) == thread_id)
    session.execute(
        update(OutboxRow)
        .where(*here, *outbox.UNSENT)
        .values(thread_id=None, claimed_until=None, bundle_id=None)
    )


def _note(tx: Tx, failed: FailedSend) -> None:
    note_error(tx.session, failed.claimed.row_ids, failed.reason)


def _postpone(tx: Tx, failed: FailedSend) -> None:
    unsent.postpone(tx.session, failed.claimed.row_ids, failed.again_at, failed.reason)


def _try_elsewhere(tx: Tx, failed: FailedSend) -> None:
    """A few times more, each row by itself; then what must arrive goes to the next chat, then once
    a day while its ticket is open; anything else is set aside. The operator is told."""
    for row_id in failed.claimed.row_ids:
        row = tx.session.get_one(OutboxRow, row_id)
        refusals = unsent.refuse(tx.session, row)
        if refusals < MOST_REFUSALS:
            wait = FIRST_WAIT * 2 ** (refusals - 1)
            unsent.postpone(tx.session, [row_id], tx.now + wait, failed.reason)
        else:
            _give_up_here(tx, row, row_id, failed)


def _give_up_here(tx: Tx, row: OutboxRow, row_id: int, failed: FailedSend) -> None:
    must_arrive = row.kind in MUST_ARRIVE and not outbox.is_private_copy(row)
    if not must_arrive or not _is_open(tx, row):
        unsent.park(tx.session, [row_id], failed.reason, tx.now)
        if row.kind != OutboxKind.NOTICE:
            _tell_parked(tx, row, failed)
        return
    instead = chats.next_chat(tx, failed.chat_id) if not unsent.was_sent_on(row) else None
    if instead is not None:
        unsent.send_on(tx.session, row, instead, tx.now)
    else:
        unsent.postpone(tx.session, [row_id], tx.now + SELDOM, failed.reason)
    _tell_parked(tx, row, failed, instead=instead.key if instead else "", daily=not instead)


def _is_open(tx: Tx, row: OutboxRow) -> bool:
    """Whether what a row speaks of still waits for somebody."""
    items = row.payload.get("items") or ()
    numbers = [row.ticket_id, *(item.get("ticket") for item in items)]
    found = (tx.session.get(TicketRow, number) for number in numbers if number is not None)
    return any(ticket is not None and ticket.state in OPEN_STATES for ticket in found)


def _tell_parked(
    tx: Tx, row: OutboxRow, failed: FailedSend, *, instead: str = "", daily: bool = False
) -> None:
    params = {"ticket": row.ticket_id, "error": failed.reason, "instead": instead, "daily": daily}
    key = f"notice:{NoticeCode.TELEGRAM_PARKED}:{row.dedupe_key}"[:300]
    chats.tell_operator(tx, NoticeCode.TELEGRAM_PARKED, params, key=key)


def chats_to_leave(tx: Tx, bot: BotKey) -> list[tuple[ChatRow, bool]]:
    """Return the dead chats that something waits for, where something can be done: those with a
    chat to go to instead, and (False) those to be tried again, for there is none."""
    waiting = select(OutboxRow.chat_id).where(OutboxRow.bot == bot, *outbox.UNSENT)
    dead = select(ChatRow).where(
        ChatRow.bot == bot,
        col(ChatRow.dead_since).is_not(None),
        col(ChatRow.chat_id).in_(waiting),
    )
    leaving = []
    for chat in tx.session.exec(dead).all():
        has_next = bot is BotKey.STAFF and chats.next_chat(tx, chat.chat_id) is not None
        if has_next or (chat.dead_since or tx.now) <= tx.now - PROBE_AFTER:
            leaving.append((chat, has_next))
    return leaving


def leave_dead_chats(tx: Tx, bot: BotKey) -> None:
    """What waits for a chat that had already died goes through the next one."""
    for chat, has_next in chats_to_leave(tx, bot):
        if has_next:
            chats.lose_chat(tx, chat.chat_id, chat.reason or "")
        else:
            chats.chat_is_back(tx, chat.chat_id, bot)


_WRITERS: dict[FailureKind, Callable[[Tx, FailedSend], None]] = {
    FailureKind.HOLD: _hold,
    FailureKind.MOVED: _follow,
    FailureKind.DEAD_CHAT: _lose,
    FailureKind.CLOSED_TOPIC: _leave_topic,
    FailureKind.UNKNOWN: _note,
    FailureKind.NOT_SENT: _postpone,
    FailureKind.POISON: _try_elsewhere,
}
