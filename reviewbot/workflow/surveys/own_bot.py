"""Guests had a bot of their own, and the file names it no longer."""

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from reviewbot.core.model import BotKey
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.store.tables import InboxRow, OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.chats import tell_operator

WHY = "the guests' own bot is not in the file any more"


def leave(tx: Tx) -> None:
    """Let go what waits for that bot, and tell the operator how many surveys are cut short.

    What was answered is taken in as of any guest who pauses; who opens a link again goes on with
    the survey in the bot it leads into.
    """
    running = select(func.count(col(SurveyRow.id))).where(
        SurveyRow.bot == BotKey.GUESTS, col(SurveyRow.ended_at).is_(None)
    )
    surveys = tx.session.exec(running).one()
    tx.session.execute(delete(OutboxRow).where(*UNSENT, col(OutboxRow.bot) == BotKey.GUESTS))
    came = update(InboxRow).where(
        col(InboxRow.bot) == BotKey.GUESTS,
        col(InboxRow.done_at).is_(None),
        col(InboxRow.parked_at).is_(None),
    )
    tx.session.execute(came.values(done_at=tx.now, error=WHY))
    tell_operator(tx, NoticeCode.GUESTS_BOT, {"state": "gone", "surveys": surveys})
