"""Messages to send: put once per dedupe key, marked when Telegram took them. `claims` says which
goes next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, update
from sqlmodel import Session, col, select

from reviewbot.core.model import BotKey, OutboxKind, ReminderKind
from reviewbot.core.settings import Chat
from reviewbot.store.chats import moved_among, moved_to
from reviewbot.store.database import announce
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow, TicketRow
from reviewbot.store.upserts import Values, insert_all_new, insert_new
from reviewbot.words.vocabulary import View

LONGEST_HOLD = timedelta(hours=1)
"""For so long a chat is left alone at Telegram's word; then it is asked again."""


def private(telegram_id: int, bot: BotKey = BotKey.STAFF) -> Chat:
    """Return the private chat of a Telegram user, or any chat the config does not name."""
    return Chat(key=f"id:{telegram_id}", chat_id=telegram_id, bot=bot)


def alert_key(ticket_id: int, n: int, chat: Chat) -> str:
    return f"alert:{ticket_id}:{n}:{chat.key}:{chat.thread_id or 0}"


def is_private_copy(row: OutboxRow) -> bool:
    """Whether an alert is the copy a person asked for. One that came to a private chat because
    its own chat is dead still has that chat's dedupe key, and must reach somebody."""
    return (
        row.kind == OutboxKind.ALERT
        and row.ticket_id is not None
        and row.dedupe_key == alert_key(row.ticket_id, row.round or 1, private(row.chat_id or 0))
    )


def put(
    session: Session,
    kind: OutboxKind,
    dedupe_key: str,
    chat: Chat | str,
    payload: dict[str, Any],
    now: datetime,
    *,
    ticket_id: int | None = None,
    round: int | None = None,
    silent: bool = False,
    not_before: datetime | None = None,
) -> bool:
    """Put a message in the queue; return False where its dedupe key was there already.

    `chat` is one of the config's, or "id:<telegram id>". `payload` holds facts, not text.
    """
    if isinstance(chat, str):
        chat = private(int(chat.removeprefix("id:")))
    chat = replace(chat, chat_id=moved_to(session, chat.chat_id))
    values = message(
        kind,
        dedupe_key,
        chat,
        payload,
        now,
        ticket_id=ticket_id,
        round=round,
        silent=silent,
        not_before=not_before,
    )
    is_new = insert_new(session, OutboxRow(**values)) is not None
    if is_new:
        announce(session)
    return is_new


def was_put(session: Session, stem: str, since: datetime) -> bool:
    """Whether a message whose dedupe key begins with `stem` was put after `since`."""
    row = select(OutboxRow.id).where(
        col(OutboxRow.dedupe_key).startswith(stem, autoescape=True),
        col(OutboxRow.created_at) > since,
    )
    return session.exec(row.limit(1)).first() is not None


def put_all(session: Session, messages: Sequence[Values]) -> None:
    """Put what `message` made in the queue, but for what is there already."""
    if not messages:
        return
    homes = moved_among(session, {row["chat_id"] for row in messages})
    if homes:
        messages = [
            row | {"chat_id": homes.get(row["chat_id"], row["chat_id"])} for row in messages
        ]
    insert_all_new(session, OutboxRow, messages)
    announce(session)


def message(
    kind: OutboxKind,
    dedupe_key: str,
    chat: Chat,
    payload: dict[str, Any],
    now: datetime,
    *,
    ticket_id: int | None = None,
    round: int | None = None,
    silent: bool = False,
    not_before: datetime | None = None,
) -> Values:
    """Return a message to a chat as an outbox row's columns; it is in no queue yet."""
    return {
        "kind": kind,
        "dedupe_key": dedupe_key,
        "bot": chat.bot,
        "chat_key": chat.key,
        "chat_id": chat.chat_id,
        "thread_id": chat.thread_id,
        "ticket_id": ticket_id,
        "round": round,
        "payload": payload,
        "silent": silent,
        "created_at": now,
        "not_before": not_before or now,
        "attempts": 0,
    }


def message_of(session: Session, row_id: int) -> int | None:
    """Return the number Telegram gave to what a row sent; None: it is not sent."""
    row = session.get(OutboxRow, row_id)
    return row.message_id if row is not None else None


def put_edits(session: Session, ticket_id: int, revision: int, now: datetime) -> int:
    """Ask for an edit of every living copy of a card; return how many. Older edits of the same
    card that nobody has claimed are superseded: a card is edited to what is true, not through
    everything that was."""
    cards = session.exec(
        select(CardRow).where(CardRow.ticket_id == ticket_id, col(CardRow.dead_at).is_(None))
    ).all()
    return sum(_put_edit(session, card, revision, now) for card in cards)


def waiting_chats(session: Session, now: datetime, bot: BotKey = BotKey.STAFF) -> list[int]:
    """Return the lanes of a bot with something to send now, those waiting longest first.

    Left out: dead chats, chats Telegram told us to leave alone, lanes with a live claim.
    """
    claimed = select(OutboxRow.chat_id).where(
        *UNSENT, OutboxRow.bot == bot, col(OutboxRow.claimed_until) > now
    )
    resting = select(ChatRow.chat_id).where(
        ChatRow.bot == bot,
        or_(
            col(ChatRow.dead_since).is_not(None),
            # Beyond the longest there is, it was written down by an earlier version, or before the
            # clock was set back.
            and_(
                col(ChatRow.retry_after_until) > now,
                col(ChatRow.retry_after_until) <= now + LONGEST_HOLD,
            ),
        ),
    )
    lanes = session.exec(
        select(OutboxRow.chat_id)
        .where(
            *UNSENT,
            OutboxRow.bot == bot,
            OutboxRow.not_before <= now,
            col(OutboxRow.chat_id).is_not(None),
            col(OutboxRow.chat_id).not_in(claimed),
            col(OutboxRow.chat_id).not_in(resting),
        )
        .group_by(col(OutboxRow.chat_id))
        .order_by(func.min(OutboxRow.not_before), func.min(OutboxRow.id))
    )
    return [lane for lane in lanes if lane is not None]


def next_due_at(
    session: Session, after: datetime | None = None, bot: BotKey = BotKey.STAFF
) -> datetime | None:
    """Return when a bot's earliest unsent message may go (its claim over, its time come), of those
    that may not go before `after`."""
    at = func.coalesce(OutboxRow.claimed_until, OutboxRow.not_before)
    earliest = select(func.min(at)).where(*UNSENT, OutboxRow.bot == bot)
    return session.exec(earliest.where(at > after) if after else earliest).one()


def mark_sent(
    session: Session,
    row_ids: Sequence[int],
    message_id: int | None,
    chat_id: int,
    now: datetime,
    *,
    shown: int | None = None,
) -> None:
    """Write down that Telegram took a message. `shown` is the ticket revision it was made of, by
    default the one at claiming; where the ticket has moved on since, an edit is asked for.

    An alert alone, a reply that shows a card, and a private "take it" become a copy that is kept
    in step.
    """
    for row_id in row_ids:
        row = session.get_one(OutboxRow, row_id)
        row.sent_at, row.message_id, row.chat_id = now, message_id, chat_id
        row.claimed_until, row.error = None, None
        session.add(row)
        if message_id is None or row.bundle_id is not None or row.ticket_id is None:
            continue
        revision = shown if shown is not None else int(row.payload.get("revision") or 0)
        if row.kind == OutboxKind.EDIT:
            card = session.get(CardRow, row.payload.get("card_id"))
            if card is not None:
                card.message_id, card.chat_id = message_id, chat_id
                card.shown_revision = max(card.shown_revision, revision)
                session.add(card)
        elif is_kept_in_step(row):
            _remember_card(session, row, message_id, chat_id, revision, now)
    session.flush()


def card_message(
    session: Session, ticket_id: int, chat_id: int, thread_id: int | None = None
) -> int | None:
    """Return the newest living card of a ticket in a chat (and topic): what one replies to."""
    query = select(CardRow.message_id).where(
        CardRow.ticket_id == ticket_id,
        CardRow.chat_id == chat_id,
        col(CardRow.dead_at).is_(None),
    )
    if thread_id is not None:
        query = query.where(CardRow.thread_id == thread_id)
    return session.exec(query.order_by(col(CardRow.id).desc()).limit(1)).first()


def bury_cards(session: Session, chat_id: int, dead_at: datetime) -> None:
    """Cards that are not to be kept in step any more take no edits."""
    session.execute(
        delete(OutboxRow).where(
            *UNSENT, col(OutboxRow.chat_id) == chat_id, col(OutboxRow.kind) == OutboxKind.EDIT
        )
    )
    session.execute(
        update(CardRow)
        .where(col(CardRow.chat_id) == chat_id, col(CardRow.dead_at).is_(None))
        .values(dead_at=dead_at)
    )


UNSENT = (col(OutboxRow.sent_at).is_(None), col(OutboxRow.parked_at).is_(None))

WAITS_SINCE = case(
    (col(OutboxRow.attempts) == 0, col(OutboxRow.not_before)), else_=col(OutboxRow.created_at)
)
"""Since when a message waits that was not sent: one put for a later day waits from that day on."""


def put_keys_when_posting(
    session: Session, ticket_id: int, posting_at: datetime | None, now: datetime
) -> None:
    """Ask for other keys under every living copy of a card once its reply goes to the site: what
    cannot be undone any more must not look as if it could."""
    if posting_at is None:
        return
    cards = select(CardRow).where(CardRow.ticket_id == ticket_id, col(CardRow.dead_at).is_(None))
    for card in session.exec(cards):
        put(
            session,
            OutboxKind.REPLY,
            f"posting:{card.id}:{posting_at.isoformat()}",
            Chat(card.chat_key, card.chat_id, card.thread_id),
            {"view": View.POSTING, "params": {"message_id": card.message_id}},
            now,
            ticket_id=ticket_id,
            silent=True,
            not_before=posting_at,
        )


def _put_edit(session: Session, card: CardRow, revision: int, now: datetime) -> bool:
    session.execute(
        delete(OutboxRow).where(
            *UNSENT,
            col(OutboxRow.kind) == OutboxKind.EDIT,
            col(OutboxRow.dedupe_key).startswith(f"edit:{card.id}:", autoescape=True),
            or_(col(OutboxRow.claimed_until).is_(None), col(OutboxRow.claimed_until) <= now),
        )
    )
    chat = Chat(card.chat_key, card.chat_id, card.thread_id)
    return put(
        session,
        OutboxKind.EDIT,
        f"edit:{card.id}:{revision}",
        chat,
        {"card_id": card.id},
        now,
        ticket_id=card.ticket_id,
        round=card.round,
        silent=True,
    )


def is_kept_in_step(row: OutboxRow) -> bool:
    """Whether a message becomes a copy of the card: a card, and the private word that somebody
    must take it, which would lie there for ever after somebody did."""
    if row.kind == OutboxKind.ALERT or row.payload.get("view") == View.CARD:
        return True
    items = row.payload.get("items") or ()
    kinds = {item["kind"] for item in items}
    return (row.chat_id or 0) > 0 and kinds <= _TAKE_BY and len(items) == 1


_TAKE_BY = {ReminderKind.SEEN, ReminderKind.SEEN_BREACH}


def _remember_card(
    session: Session,
    row: OutboxRow,
    message_id: int,
    chat_id: int,
    revision: int,
    now: datetime,
) -> None:
    assert row.ticket_id is not None
    card = CardRow(
        ticket_id=row.ticket_id,
        round=row.round or 1,
        chat_key=row.chat_key,
        chat_id=chat_id,
        thread_id=row.thread_id,
        message_id=message_id,
        shown_revision=revision,
        sent_at=now,
    )
    session.add(card)
    session.flush()
    ticket = session.get_one(TicketRow, row.ticket_id)
    if ticket.revision > revision:
        _put_edit(session, card, ticket.revision, now)


PREFIX = "notice:first_contact:"
