"""The copy nobody wrote down: where a card went once more after an unknown outcome, the earlier
one may stand just above it. It is looked for there, and kept in step like every other."""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from sqlmodel import Session, col, select
from telegram.error import TelegramError

from reviewbot.bot.telegram.delivery import Delivered
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, OutboxRow, TicketRow

log = logging.getLogger(__name__)

MOST_TRIED = 5
"""Messages above the repeat; each try takes a turn of the chat, as any edit does."""


async def earlier_copy(
    message_id: int, known: Collection[int], give_keys: Callable[[int], Awaitable[Delivered]]
) -> int | None:
    """Return the number of a message of ours that no row knows, nearest above `message_id`.

    `give_keys` gives a message the keys that the repeat has. Telegram lets a bot do that to its
    own alone: people's messages, and what is not there, say no. Whatever else goes wrong ends the
    search; the copy is then kept in step from the first press on it.
    """
    for number in range(message_id - 1, max(0, message_id - 1 - MOST_TRIED), -1):
        if number in known:
            continue
        try:
            if not (await give_keys(number)).note:
                return number
        except TelegramError as error:
            log.info("an earlier copy of a card is not looked for: %s", error)
            return None
    return None


def known_numbers(session: Session, chat_id: int, below: int) -> set[int]:
    """Return the numbers of messages just above one that the rows know."""
    known: set[int] = set()
    for row in (OutboxRow, CardRow):
        above = col(row.message_id).between(below - MOST_TRIED, below - 1)
        found = session.exec(select(row.message_id).where(col(row.chat_id) == chat_id, above))
        known.update(number for number in found if number is not None)
    return known


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
