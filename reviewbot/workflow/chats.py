"""Chats that moved or died: who hears instead, and where that goes which waited.

A chat is written to under the id it moved to, so it is dead where that one is. This is the one
rule; senders, handlers and whoever opens a round ask it here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from reviewbot.core.calendar import digest_days
from reviewbot.core.model import ROLE_ORDER, BotKey, OutboxKind, Role
from reviewbot.core.settings import MANAGERS, SUPPORT, Chat, Person
from reviewbot.store import chats
from reviewbot.store.chats import chat_row, earlier_ids, known_chat, moved_to, takes_messages
from reviewbot.store.database import announce
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import UNSENT, is_private_copy
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow, PersonRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode


def configured_chat(tx: Tx, chat_id: int) -> Chat | None:
    """Return the configured chat of this id, also where the group has moved; None: a foreign one.

    Several configured chats may be topics of one group; the first tells enough.
    """
    ids = {chat_id, *earlier_ids(tx.session, chat_id)}
    return next((chat for chat in tx.settings.chats.values() if chat.chat_id in ids), None)


def places_shown_in(tx: Tx, chat_id: int) -> tuple[str, ...] | None:
    """Return the locations a group may be shown, whoever asks there; None: no bound, for the chat
    is a person's own or not configured."""
    ids = {chat_id, *earlier_ids(tx.session, chat_id)}
    here = [chat for chat in tx.settings.chats.values() if chat.chat_id in ids]
    if chat_id > 0 or not here:
        return None
    return tuple(
        dict.fromkeys(key for chat in here for key in digest_days.places_of(tx.settings, chat))
    )


def shows_all(tx: Tx, chat_id: int, places: Collection[str]) -> bool:
    """Whether a chat may be shown all of these locations, whoever asks there."""
    here = places_shown_in(tx, chat_id)
    return here is None or set(places) <= set(here)


def is_alive(session: Session, chat: Chat) -> bool:
    """Whether a chat takes messages, as far as we know."""
    return takes_messages(session, chat.chat_id)


def private_chat(tx: Tx, person: Person) -> Chat | None:
    """Return a person's private chat, if they pressed /start and it is alive."""
    known = tx.session.get(PersonRow, person.telegram_id)
    if known is None or known.started_at is None:
        return None
    chat = known_chat(tx.session, person.telegram_id)
    return None if chat is not None and chat.dead_since else outbox.private(person.telegram_id)


def next_chat(tx: Tx, chat_id: int) -> Chat | None:
    """Return where to send what a dead chat would not take: support, managers, the operator, any
    other chat, then anybody of the staff list who can be written to. A group is one that may be
    shown all that the dead one was; of people those come first who may see it, and where none is
    left the others: they are staff, and an alert that nobody hears is worse."""
    dead = _dead_ids(tx.session) | {chat_id, *earlier_ids(tx.session, chat_id)}
    shown = places_shown_in(tx, chat_id)
    groups = [each for each in _chats_in_order(tx) if _may_be_shown(tx, each, shown)]
    people = sorted(
        _private_chats_in_order(tx), key=lambda each: not _may_be_shown(tx, each, shown)
    )
    return next((each for each in (*groups, *people) if each.chat_id not in dead), None)


def living_chats(tx: Tx, keys: Sequence[str]) -> list[Chat]:
    """Return the chats of these keys, each once; for a dead one the next that lives and may be
    shown the same. Where every chat is dead, support: what waits there is sent on to a person, or
    tried again."""
    chosen: dict[str, Chat] = {}
    for key in keys:
        chat = tx.settings.chats.get(key)
        if chat is None or not is_alive(tx.session, chat):
            shown = places_shown_in(tx, chat.chat_id) if chat is not None else None
            living = (
                each
                for each in _chats_in_order(tx)
                if is_alive(tx.session, each) and _may_be_shown(tx, each, shown)
            )
            chat = next(living, tx.settings.chats[SUPPORT])
        chosen[chat.key] = chat
    return list(chosen.values()) or [tx.settings.chats[SUPPORT]]


def _may_be_shown(tx: Tx, chat: Chat, places: Sequence[str] | None) -> bool:
    """Whether a chat may be shown these places; None: all there are. The operator's may: whoever
    keeps the bot reads its database."""
    settings = tx.settings
    if chat.key == settings.operator_chat:
        return True
    if places is None:
        places = [place.key for place in settings.locations.values() if place.role == "own"]
    person = settings.person_by_id(chat.chat_id)
    if person is not None:
        return all(settings.may_see(person, place) for place in places)
    return set(places) <= set(digest_days.places_of(settings, chat))


def _chats_in_order(tx: Tx) -> Iterator[Chat]:
    settings = tx.settings
    for key in dict.fromkeys((SUPPORT, MANAGERS, settings.operator_chat, *settings.chats)):
        if key in settings.chats:
            yield settings.chats[key]


def _private_chats_in_order(tx: Tx) -> Iterator[Chat]:
    staff = (each for each in tx.settings.people.values() if each.role is not Role.VIEWER)
    for person in sorted(staff, key=lambda each: -ROLE_ORDER.index(each.role)):
        yield outbox.private(person.telegram_id)


def _dead_ids(session: Session) -> set[int]:
    known = select(ChatRow).where(
        ChatRow.bot == BotKey.STAFF,
        or_(col(ChatRow.dead_since).is_not(None), col(ChatRow.migrated_to).is_not(None)),
    )
    rows = {row.chat_id: row for row in session.exec(known)}
    dead = set()
    for row in rows.values():
        last = rows.get(row.migrated_to) if row.migrated_to is not None else row
        if last is not None and last.dead_since is not None:
            dead.add(row.chat_id)
    return dead


def lose_chat(tx: Tx, chat_id: int, reason: str, bot: BotKey = BotKey.STAFF) -> None:
    """A chat takes no messages any more: what waits goes through the next one, the operator is
    told once. What waits for a guest goes nowhere else, and nobody is told."""
    if bot is not BotKey.STAFF:
        disable_chat(tx.session, chat_id, reason, tx.now, bot=bot)
        return
    before = known_chat(tx.session, chat_id)
    known_since = before.dead_since if before is not None else None
    instead = next_chat(tx, chat_id)
    # `chat_is_back` knows by the instant which cards these are.
    outbox.bury_cards(tx.session, chat_id, known_since or tx.now)
    disable_chat(tx.session, chat_id, reason, tx.now, instead)
    lost, person = configured_chat(tx, chat_id), tx.settings.person_by_id(chat_id)
    if known_since is not None or (lost is None and person is None):
        return
    name = person.name if person and not lost else (lost.key if lost else "")
    params = {"chat": name, "person": bool(person), "reason": reason, "at": tx.now.isoformat()}
    params["instead"] = instead.key if instead else None
    tell_operator(tx, NoticeCode.DEAD_CHAT, params, subject=str(chat_id))


def name_of_chat(tx: Tx, chat_id: int) -> str:
    """Return the name people know a chat by: its key, the person's, else its number."""
    chat, person = configured_chat(tx, chat_id), tx.settings.person_by_id(chat_id)
    return chat.key if chat else person.name if person else str(chat_id)


def chat_is_back(tx: Tx, chat_id: int, bot: BotKey = BotKey.STAFF) -> None:
    """A chat speaks to us: if it had been dead, its cards are brought up to date."""
    if bot is not BotKey.STAFF:
        chats.revive_chat(tx.session, chat_id, bot)
        return
    chat = known_chat(tx.session, chat_id)
    if chat is None or chat.dead_since is None:
        return
    buried = tx.session.exec(
        select(CardRow).where(CardRow.chat_id == chat_id, CardRow.dead_at == chat.dead_since)
    ).all()
    chats.revive_chat(tx.session, chat_id)
    for card in buried:
        card.dead_at = None
        tx.session.add(card)
    tx.session.flush()
    for ticket_id in {card.ticket_id for card in buried}:
        ticket = tx.session.get_one(TicketRow, ticket_id)
        outbox.put_edits(tx.session, ticket_id, ticket.revision, tx.now)


def tell_operator(
    tx: Tx, code: NoticeCode, params: Mapping[str, Any], *, subject: str = "", key: str = ""
) -> None:
    """Put a notice about the bot itself, once per change of the subject's state; with a `key`,
    once for that key."""
    operator = tx.settings.chats[tx.settings.operator_chat]
    chat: Chat | None = operator
    if not is_alive(tx.session, operator):
        chat = next_chat(tx, operator.chat_id)
    if chat is not None:
        outbox.put(
            tx.session,
            OutboxKind.NOTICE,
            key or f"notice:{code}:{subject}:{tx.now.isoformat()}:{chat.key}",
            chat,
            {"code": code, "params": dict(params)},
            tx.now,
        )


def disable_chat(
    session: Session,
    chat_id: int,
    reason: str,
    now: datetime,
    instead: Chat | None = None,
    bot: BotKey = BotKey.STAFF,
) -> int:
    """Note that a chat takes no messages; return how many that waited for it moved, as `redirect`
    says."""
    chat = chat_row(session, chat_id, bot)
    chat.dead_since = chat.dead_since or now
    chat.reason = reason[:300]
    return redirect(session, chat_id, reason, now, instead, bot)


_OF_ONE_CHAT = (
    OutboxKind.EDIT,
    OutboxKind.REPLY,
    OutboxKind.DIGEST,
    OutboxKind.SUMMARY,
    OutboxKind.PRAISE,
)


def redirect(
    session: Session,
    chat_id: int,
    reason: str,
    now: datetime,
    instead: Chat | None = None,
    bot: BotKey = BotKey.STAFF,
) -> int:
    """Send what waits for a chat and people must know `instead` to another; return how many moved.
    Edits, answers to presses, digests, summaries and praise (which are about one chat's places)
    and the copies a person asked for are parked."""
    moved = 0
    here = (OutboxRow.chat_id == chat_id, OutboxRow.bot == bot)
    waiting = session.exec(select(OutboxRow).where(*UNSENT, *here)).all()
    for row in waiting:
        row.claimed_until = None
        personal = row.kind in _OF_ONE_CHAT or is_private_copy(row)
        if instead is None or instead.chat_id == chat_id or personal:
            if personal:
                row.parked_at, row.error = now, reason[:1000]
        else:
            row.chat_key, row.chat_id = instead.key, moved_to(session, instead.chat_id)
            row.thread_id, row.bundle_id = instead.thread_id, None
            moved += 1
        session.add(row)
    session.flush()
    announce(session)
    return moved


def move_chat(session: Session, old_id: int, new_id: int, now: datetime) -> None:
    """Note that a group became a supergroup: what waits goes there; the old cards, whose message
    numbers the new chat does not know, are dead."""
    chat_row(session, old_id).migrated_to = new_id
    session.execute(
        update(OutboxRow)
        .where(*UNSENT, col(OutboxRow.chat_id) == old_id)
        .values(chat_id=new_id, claimed_until=None)
    )
    session.execute(
        update(CardRow)
        .where(col(CardRow.chat_id) == old_id, col(CardRow.dead_at).is_(None))
        .values(dead_at=now)
    )
    session.flush()
    announce(session)
