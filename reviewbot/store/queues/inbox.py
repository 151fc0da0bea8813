"""Raw updates from Telegram: stored before they are acknowledged, done together with their effect.

An update is JSON we did not make: it is kept as it came and parsed by the intake, row by row.
"""

import json
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.model import BotKey
from reviewbot.store.tables import InboxRow, MeasureRow
from reviewbot.store.upserts import insert_new

MAX_ATTEMPTS = 5
PASSED_OVER = "of a stranger who sends too much"
NUMBERS_LAST = timedelta(days=6)
"""After a week without updates Telegram numbers them anew (Bot API, Update.update_id); an offset
kept for longer could acknowledge updates nobody has seen."""


_CODE = re.compile(r"(start[= ])[\w-]{24,}", re.ASCII)
"""An invitation's, as a link holds it or a person sends it. Presses come with their message, and
a link may still be good when its update is handled: the row does not keep it."""


def store_updates(
    session: Session,
    raw: Sequence[dict[str, Any]],
    now: datetime,
    passed_over: Collection[int] = (),
    bot: BotKey = BotKey.STAFF,
) -> int:
    """Store what is not stored yet; return how many were new. Of those `passed_over` (by number)
    only the number is kept, so that they are acknowledged; nobody works them.

    JSON is written in ASCII: lone surrogates stay escaped, which SQLite could not hold.
    """
    stored = 0
    for update in sorted(raw, key=lambda each: int(each["update_id"])):
        row = InboxRow(
            bot=bot,
            update_id=int(update["update_id"]),
            raw=json.dumps(update, ensure_ascii=True),
            received_at=now,
        )
        if row.update_id in passed_over:
            row.raw, row.done_at, row.error = "{}", now, PASSED_OVER
        stored += insert_new(session, row) is not None
    return stored


def next_offset(
    session: Session, now: datetime | None = None, bot: BotKey = BotKey.STAFF
) -> int | None:
    """Return the offset that acknowledges exactly what is stored of a bot; None: ask for whatever
    waits."""
    own = select(InboxRow).where(InboxRow.bot == bot)
    last = session.exec(own.order_by(col(InboxRow.id).desc()).limit(1)).first()
    if last is None or (now is not None and last.received_at < now - NUMBERS_LAST):
        return None
    return last.update_id + 1


def waiting(session: Session, limit: int = 100, bot: BotKey = BotKey.STAFF) -> list[InboxRow]:
    """Return stored updates of a bot that nobody has handled, in the order of their arrival."""
    rows = session.exec(
        select(InboxRow)
        .where(
            InboxRow.bot == bot,
            col(InboxRow.done_at).is_(None),
            col(InboxRow.parked_at).is_(None),
        )
        .order_by(col(InboxRow.id))
        .limit(limit)
    )
    return list(rows)


def done(session: Session, row_id: int, now: datetime) -> bool:
    """Mark an update handled, in the transaction of its effect.

    Returns False where it was handled before: the caller must then change nothing.
    """
    row = session.get(InboxRow, row_id)
    if row is None or row.done_at is not None:
        return False
    row.done_at, row.error = now, None
    row.raw = _CODE.sub(r"\1...", row.raw)
    session.add(row)
    session.flush()
    return True


def failed(session: Session, row_id: int, error: str, now: datetime) -> bool:
    """Count a failed attempt; return True where the update is now parked, out of the way."""
    row = session.get(InboxRow, row_id)
    if row is None or row.done_at is not None:
        return False
    row.attempts += 1
    row.error = error[:1000]
    if row.attempts >= MAX_ATTEMPTS:
        row.parked_at = now
    session.add(row)
    session.flush()
    return row.parked_at is not None


def counts(session: Session) -> tuple[int, int]:
    """Return how many updates wait and how many were given up."""
    pending = select(func.count()).where(
        col(InboxRow.done_at).is_(None), col(InboxRow.parked_at).is_(None)
    )
    parked = select(func.count()).where(col(InboxRow.parked_at).is_not(None))
    return session.exec(pending).one(), session.exec(parked).one()


CONNECTION = {BotKey.STAFF: "telegram", BotKey.GUESTS: "telegram_of_guests"}
"""The measure that says how Telegram and a bot get on."""


def last_state(session: Session, bot: BotKey) -> str | None:
    """Return how Telegram and a bot got on at last; None: it was never there."""
    states = select(MeasureRow.subject).where(MeasureRow.name == CONNECTION[bot])
    return session.exec(states.order_by(col(MeasureRow.id).desc()).limit(1)).first()


def trouble(session: Session, bot: BotKey = BotKey.STAFF) -> tuple[str, datetime] | None:
    """Return what is wrong between Telegram and a bot, and since when; None: nothing we know of.

    bot.telegram.intake writes the state down whenever it changes.
    """
    name = CONNECTION[bot]
    states = select(MeasureRow).where(MeasureRow.name == name)
    newest = session.exec(states.order_by(col(MeasureRow.id).desc()).limit(1)).first()
    if newest is None or newest.value:
        return None
    well = select(func.max(MeasureRow.id)).where(
        MeasureRow.name == name, col(MeasureRow.value) > 0
    )
    last_well = session.exec(well).one() or 0
    # A restart in the middle of an outage writes a state of its own: the first one counts.
    first = session.exec(
        states.where(col(MeasureRow.id) > last_well).order_by(col(MeasureRow.id)).limit(1)
    ).one()
    return newest.subject, first.at
