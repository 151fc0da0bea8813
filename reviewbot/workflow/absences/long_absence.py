"""The bot was off for long: Telegram keeps presses for a day; what came before that is gone."""

from datetime import datetime, timedelta

from sqlalchemy import union_all
from sqlmodel import Session, col, func, select

from reviewbot.store.tables import AuditRow, InboxRow, MeasureRow, OutboxRow, TargetRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.absences import open_cards

TELEGRAM_KEEPS = timedelta(hours=24)
"""Incoming updates are stored "not longer than 24 hours" (Bot API, Getting updates)."""


def notice_at_start(tx: Tx) -> bool:
    """Tell, at a start, that presses may be lost; return whether that is so."""
    last = last_sign(tx.session)
    return last is not None and tell(tx, last)


def tell(tx: Tx, since: datetime) -> bool:
    """Tell that presses since then may be lost, if that is longer ago than Telegram keeps them."""
    if since > tx.now - TELEGRAM_KEEPS:
        return False
    params = {"since": since.isoformat(), "lost_until": (tx.now - TELEGRAM_KEEPS).isoformat()}
    open_cards.tell(tx, NoticeCode.AWAY, params)
    return True


def last_sign(session: Session) -> datetime | None:
    """Return when the bot last did or heard anything; None: it never ran on this database."""
    signs = union_all(
        select(func.max(TargetRow.last_reading_at).label("at")),
        select(func.max(InboxRow.received_at)),
        select(func.max(OutboxRow.sent_at)),
        select(func.max(AuditRow.at)),
        select(func.max(MeasureRow.at)).where(col(MeasureRow.name) == "telegram"),
    ).subquery()
    found: datetime | None = session.execute(select(func.max(signs.c.at))).scalar_one()
    return found
