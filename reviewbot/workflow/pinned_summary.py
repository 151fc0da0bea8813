"""The pinned summary of a chat: looked at as often as the file says, edited when it says something
else, pinned when it was sent anew.

Pinning is a row of the outbox of its own: what Telegram refuses there must not send the summary
once more.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, select

from reviewbot.core.calendar import digest_days
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.core.trends.summary import SummaryFacts
from reviewbot.queries.trends.summary_facts import summary_facts
from reviewbot.store.chats import known_chat, moved_to
from reviewbot.store.queues import outbox
from reviewbot.store.tables import OutboxRow, SummaryRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.attempts import Attempted, attempt, is_true_or_raises
from reviewbot.workflow.chats import is_alive, tell_operator

AGAIN = timedelta(days=1)
"""Until something that Telegram refused is tried once more."""


@dataclass(frozen=True, slots=True)
class ShownSummary:
    """Which chat's summary was sent, and what it says since when."""

    chat: str
    fingerprint: str = ""
    since: datetime | None = None


def are_due(tx: Tx) -> bool:
    """Whether `put_due` would look at a summary; reads only."""
    return bool(_unwanted(tx)) or any(
        is_true_or_raises(partial(_is_due, tx, key)) for key in tx.settings.summaries
    )


def put_due(tx: Tx) -> int:
    """Look at the summaries whose time has come; return how many say something else."""
    for row in _unwanted(tx):
        _end(tx, row)
    return sum(_attend(tx, key) for key in tx.settings.summaries if _is_due(tx, key))


def _attend(tx: Tx, key: str) -> int:
    # Written down first: one that raises is tried again no sooner than any other.
    row = tx.session.get(SummaryRow, key) or SummaryRow(chat_key=key, looked_at=tx.now)
    row.looked_at = tx.now
    tx.session.add(row)
    tx.session.flush()
    return attempt(tx, Attempted("summary", key), partial(_look, tx, row)) or 0


def _is_due(tx: Tx, key: str) -> bool:
    chat, row = tx.settings.chats[key], tx.session.get(SummaryRow, key)
    # Looked at later than now: the clock was set back.
    if row and row.looked_at <= tx.now < row.looked_at + tx.settings.summaries[key]:
        return False
    return bool(digest_days.places_of(tx.settings, chat)) and is_alive(tx.session, chat)


def _unwanted(tx: Tx) -> list[SummaryRow]:
    """Return the summaries that the file asks for no more, or that have no place to tell of."""
    return [
        row
        for row in tx.session.exec(select(SummaryRow))
        if row.chat_key not in tx.settings.summaries
        or not digest_days.places_of(tx.settings, tx.settings.chats[row.chat_key])
    ]


def _end(tx: Tx, row: SummaryRow) -> None:
    """The message stays where it is, but says that it is kept no more."""
    if row.message_id is not None and row.chat_id is not None:
        chat, key = (
            Chat(row.chat_key, row.chat_id, row.thread_id),
            f"summary:over:{row.message_id}",
        )
        payload = {"chat": row.chat_key, "over": row.message_id}
        outbox.put(tx.session, OutboxKind.SUMMARY, key, chat, payload, tx.now, silent=True)
    tx.session.delete(row)
    tx.session.flush()


def _look(tx: Tx, row: SummaryRow) -> int:
    """Put the summary if it says something else than what was shown, or its pin."""
    key, chat = row.chat_key, tx.settings.chats[row.chat_key]
    if _is_waiting(tx, key):
        return 0
    facts = summary_facts(tx, digest_days.places_of(tx.settings, chat), tx.now)
    if _is_there(tx, chat, row):
        _pin_again(tx, chat, row)
        if facts.fingerprint == row.shown:
            return 0
    put_key, payload = f"summary:{key}:{tx.now.isoformat()}", {"chat": key}
    return outbox.put(tx.session, OutboxKind.SUMMARY, put_key, chat, payload, tx.now, silent=True)


def _is_waiting(tx: Tx, key: str) -> bool:
    """Whether one is on its way, or was refused within a day."""
    waiting = select(OutboxRow.id).where(
        OutboxRow.kind == OutboxKind.SUMMARY,
        OutboxRow.chat_key == key,
        col(OutboxRow.sent_at).is_(None),
        col(OutboxRow.parked_at).is_(None) | (col(OutboxRow.parked_at) > tx.now - AGAIN),
    )
    return tx.session.exec(waiting.limit(1)).first() is not None


def to_show(tx: Tx, key: str) -> tuple[SummaryFacts, int | None] | None:
    """Return what a chat's summary says now, and the message to edit; None: none is kept there."""
    row = tx.session.get(SummaryRow, key)
    if row is None or key not in tx.settings.summaries:
        return None
    chat = tx.settings.chats[key]
    facts = summary_facts(tx, digest_days.places_of(tx.settings, chat), tx.now)
    if facts.fingerprint == row.shown and row.since_at is not None:
        facts = replace(facts, since=row.since_at)
    return facts, row.message_id if _is_there(tx, chat, row) else None


def _is_there(tx: Tx, chat: Chat, row: SummaryRow) -> bool:
    """Whether the message that was sent is in the chat and topic where the summary belongs."""
    here = (moved_to(tx.session, chat.chat_id), _open_topic(tx, chat))
    return row.message_id is not None and (row.chat_id, row.thread_id) == here


def _open_topic(tx: Tx, chat: Chat) -> int | None:
    known = known_chat(tx.session, moved_to(tx.session, chat.chat_id))
    is_closed = known is not None and chat.thread_id in known.topics_closed
    return None if is_closed else chat.thread_id


def remember_sent(
    tx: Tx, shown: ShownSummary, message_id: int, chat_id: int, thread_id: int | None
) -> None:
    """Write down what the summary says; one that is a new message is pinned."""
    row = tx.session.get(SummaryRow, shown.chat)
    if row is None:
        return
    is_new = (row.message_id, row.chat_id) != (message_id, chat_id)
    row.message_id, row.chat_id, row.thread_id = message_id, chat_id, thread_id
    row.shown, row.since_at = shown.fingerprint, shown.since
    if is_new:
        _put_pin(tx, Chat(row.chat_key, chat_id, thread_id), row)
    tx.session.add(row)
    tx.session.flush()


def _pin_again(tx: Tx, chat: Chat, row: SummaryRow) -> None:
    is_late = row.pin_asked_at is None or row.pin_asked_at <= tx.now - AGAIN
    if row.pinned_id != row.message_id and is_late:
        _put_pin(tx, chat, row)


def _put_pin(tx: Tx, chat: Chat, row: SummaryRow) -> None:
    row.pin_asked_at = tx.now
    key = f"summary:pin:{chat.key}:{row.message_id}:{tx.now.isoformat()}"
    payload = {"chat": row.chat_key, "pin": row.message_id}
    outbox.put(tx.session, OutboxKind.SUMMARY, key, chat, payload, tx.now, silent=True)


def remember_pin(tx: Tx, key: str, message_id: int, refusal: str) -> None:
    """Write down that it is pinned, or that Telegram would not: the operator is told once, and it
    goes on unpinned."""
    row = tx.session.get(SummaryRow, key)
    if row is None:
        return
    if not refusal:
        row.pinned_id, row.pin_error = message_id, None
    elif row.pin_error is None:
        tell_operator(tx, NoticeCode.CANNOT_PIN, {"chat": key, "reason": refusal}, subject=key)
    if refusal:
        row.pin_error = refusal[:300]
    tx.session.add(row)
    tx.session.flush()
