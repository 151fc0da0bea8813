"""People of the config and people invited in chat, by one key; the copies they asked for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.model import Alerts, BotKey, Muted, Role
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.ticket import BOT
from reviewbot.store.database import run
from reviewbot.store.queues import outbox
from reviewbot.store.tables import AuditRow, ChatRow, PersonRow, TicketRow
from reviewbot.store.tx import Tx

GUEST = "tg:"
"""Begins the keys of people invited in chat, before their number. No key of the config holds a
colon, so nobody comes in under somebody else's."""


def invited(row: PersonRow | None) -> Person | None:
    """Return the person somebody invited in chat is; None for a row that lets nobody in."""
    if row is None or row.role is None or row.key is None or row.removed_at is not None:
        return None
    return Person(
        key=row.key,
        telegram_id=row.telegram_id,
        name=row.name,
        role=Role(row.role),
        only=tuple(row.only),
        language=row.language,
    )


def person_of(tx: Tx, key: str) -> Person | None:
    """Return a person of the config or, by the same key, one invited in chat."""
    return tx.settings.people.get(key) or invited(_row_of(tx.session, key))


def person_by_id(tx: Tx, telegram_id: int) -> Person | None:
    """The same by the number Telegram gave them."""
    return tx.settings.person_by_id(telegram_id) or invited(tx.session.get(PersonRow, telegram_id))


def all_invited(tx: Tx) -> list[Person]:
    """Return the people invited in chat, the newest first."""
    rows = tx.session.exec(
        select(PersonRow)
        .where(col(PersonRow.role).is_not(None), col(PersonRow.removed_at).is_(None))
        .order_by(col(PersonRow.started_at).desc(), col(PersonRow.telegram_id))
    )
    guests = [person for row in rows if (person := invited(row))]
    return [person for person in guests if tx.settings.person_by_id(person.telegram_id) is None]


def name_of(tx: Tx, key: str | None) -> str | None:
    """Return the name people are shown: the person's, also of one who was removed; the key of one
    nothing is known of."""
    if key is None:
        return None
    person = tx.settings.people.get(key)
    if person is None and key.startswith(GUEST):
        # Also of one who has another key by now: the config's.
        telegram_id = int(key.removeprefix(GUEST))
        row = tx.session.get(PersonRow, telegram_id)
        person = tx.settings.person_by_id(telegram_id)
        return person.name if person else (row.name if row else key)
    if person is None:
        # Taken out of the config: the name they had when they wrote to the bot.
        row = _row_of(tx.session, key)
        return row.name if row and row.name else key
    return person.name


def may_see(tx: Tx, key: str, location: str) -> bool:
    """Whether a person of the config or one invited in chat works for the location."""
    person = person_of(tx, key)
    return person is not None and tx.settings.may_see(person, location)


def met(tx: Tx, person: Person) -> PersonRow:
    """Note that somebody wrote in private: from now on the bot may write there first."""
    row = tx.session.get(PersonRow, person.telegram_id)
    row = row or PersonRow(telegram_id=person.telegram_id, name=person.name)
    _free_key(tx.session, person)
    row.key = person.key
    row.started_at = row.started_at or tx.now
    tx.session.add(row)
    return row


def leave_to_the_file(session: Session, settings: Settings, now: datetime) -> None:
    """Who now stands in the config needs no invitation: taken out of it, they are out. What they
    hold stays theirs."""
    rows = session.exec(select(PersonRow).where(col(PersonRow.role).is_not(None))).all()
    for row in rows:
        person = settings.person_by_id(row.telegram_id)
        if person is None:
            continue
        _free_key(session, person)
        session.execute(
            update(TicketRow)
            .where(col(TicketRow.holder) == row.key)
            .values(holder=person.key)
            .execution_options(synchronize_session=False)
        )
        detail = {"telegram_id": row.telegram_id, "was": row.key}
        session.add(AuditRow(at=now, actor=BOT.key, action="person_in_file", detail=detail))
        row.key, row.role, row.only, row.invited_by = person.key, None, [], None
        row.removed_at = None
        session.add(row)


def muted_by(tx: Tx, person: Person) -> frozenset[Muted]:
    """Return what a person does without."""
    row = tx.session.get(PersonRow, person.telegram_id)
    return (
        frozenset(Muted(kind) for kind in row.muted if kind in set(Muted)) if row else frozenset()
    )


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who asked for copies of alerts, and of which."""

    person: Person
    alerts: Alerts


_WATCHING = (
    columns(PersonRow.__table__)  # type: ignore[attr-defined]
    .outerjoin(
        ChatRow,
        and_(
            col(ChatRow.chat_id) == col(PersonRow.telegram_id),
            col(ChatRow.bot) == BotKey.STAFF,
        ),
    )
    .where(
        col(PersonRow.alerts) != Alerts.CRITICAL,
        col(PersonRow.started_at).is_not(None),
        col(ChatRow.dead_since).is_(None),
    )
    .order_by(col(PersonRow.telegram_id))
)


def watchers(tx: Tx) -> list[Watcher]:
    """Return those of today's people who asked for copies and can be written to."""
    rows: Iterable[Any] = run(tx.session, _WATCHING)
    asking = (
        (tx.settings.person_by_id(row.telegram_id) or invited(row), row.alerts) for row in rows
    )
    return [Watcher(person, Alerts(alerts)) for person, alerts in asking if person is not None]


def private_copies(
    settings: Settings, watching: Sequence[Watcher], location: str, besides: Collection[Chat]
) -> list[Chat]:
    """Return the private chats that get a copy of a location's alert, but for those among the
    chats it goes to anyway."""
    reached = {chat.chat_id for chat in besides}
    return [
        outbox.private(each.person.telegram_id)
        for each in watching
        if each.person.telegram_id not in reached and _wants(settings, each, location)
    ]


def _wants(settings: Settings, watcher: Watcher, location: str) -> bool:
    if watcher.alerts is Alerts.MINE:
        return settings.is_own(watcher.person, location)
    return watcher.alerts is Alerts.ALL and settings.may_see(watcher.person, location)


def _row_of(session: Session, key: str) -> PersonRow | None:
    return session.exec(select(PersonRow).where(PersonRow.key == key)).first()


def _free_key(session: Session, person: Person) -> None:
    """The same key may have had another number before: somebody changed the phone."""
    others = session.exec(
        select(PersonRow).where(
            PersonRow.key == person.key, PersonRow.telegram_id != person.telegram_id
        )
    )
    for other in others:
        other.key = None
        session.add(other)
    session.flush()
