"""The copy nobody wrote down: where a card went once more after an unknown outcome, the earlier
one stands above it. It is looked for there, and kept in step like every other."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy import func
from sqlmodel import Session, col, select
from telegram.error import TelegramError

from reviewbot.bot.telegram.delivery import Delivered
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, OutboxRow, TicketRow

log = logging.getLogger(__name__)

MOST_TRIED = 20
"""Messages above the repeat that no row knows; each try takes a turn of the chat as any edit does:
in a group a minute of them."""


async def earlier_copy(
    numbers: Iterable[int], give_keys: Callable[[int], Awaitable[Delivered]]
) -> int | None:
    """Return the first of these numbers that is a message of ours.

    `give_keys` gives a message the keys that the repeat has. Telegram lets a bot do that to its
    own alone: people's messages, and what is not there, say no. Whatever else goes wrong ends the
    search; the copy is then kept in step from the first press on it.
    """
    for number in numbers:
        try:
            if not (await give_keys(number)).note:
                return number
        except TelegramError as error:
            log.info("an earlier copy of a card is not looked for: %s", error)
            return None
    return None


def unknown_above(
    session: Session, chat_id: int, message_id: int, asked_at: datetime
) -> list[int]:
    """Return the numbers of messages above `message_id` that no row knows, nearest first: as far
    up as what had gone when the message was first asked for (`asked_at`)."""
    known: set[int] = set()
    lowest = 0
    for row in (OutboxRow, CardRow):
        above = (col(row.chat_id) == chat_id, col(row.message_id) < message_id)
        before = select(func.max(row.message_id)).where(*above, col(row.sent_at) < asked_at)
        lowest = max(lowest, session.exec(before).one() or 0)
    for row in (OutboxRow, CardRow):
        between = col(row.message_id).between(lowest + 1, message_id - 1)
        found = session.exec(select(row.message_id).where(col(row.chat_id) == chat_id, between))
        known.update(number for number in found if number is not None)
    unknown = (number for number in range(message_id - 1, lowest, -1) if number not in known)
    return list(islice(unknown, MOST_TRIED))


def remember_earlier(session: Session, row_id: int, message_id: int, now: datetime) -> None:
    """Write down that an earlier copy of a sent card was found, and have it shown what is true."""
    row = session.get_one(OutboxRow, row_id)
    known = select(CardRow.id).where(
        CardRow.chat_id == row.chat_id, CardRow.message_id == message_id
    )
    if row.ticket_id is None or row.chat_id is None or session.exec(known).first() is not None:
        return
    session.add(
        CardRow(
            ticket_id=row.ticket_id,
            round=row.round or 1,
            chat_key=row.chat_key,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            message_id=message_id,
            shown_revision=-1,
            sent_at=now,
        )
    )
    session.flush()
    revision = session.get_one(TicketRow, row.ticket_id).revision
    outbox.put_edits(session, row.ticket_id, revision, now)
