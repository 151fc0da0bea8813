"""Buyers' questions of a period, counted alone: what came, what was in time, what waits."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import Days, QuestionFigures
from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.queries.counting import counted, decided, is_question
from reviewbot.queries.open_tickets import Among, to_do
from reviewbot.store.tables import LocationRow, ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx


def question_figures(
    tx: Tx, places: Collection[str], days: Days, source: str | None = None
) -> QuestionFigures | None:
    """Return the figures of these places (of one source, where it is named); None where nobody
    asked anything and nothing waits."""
    new = tx.session.exec(
        select(func.count())
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
        .where(counted(days.since, days.until, places, source, questions=True))
    ).one()
    outcomes = Counter(
        each.outcome
        for each in decided(
            tx.session, days.since, days.until, tx.now, places, source, questions=True
        )
    )
    waiting = to_do(tx, None, Among(tx.now, tuple(places))).where(is_question())
    if source is not None:
        waiting = waiting.where(col(TargetRow.source) == source)
    ids = waiting.with_only_columns(col(TicketRow.id)).subquery()
    open_ = tx.session.exec(select(func.count()).select_from(ids)).one()
    found = QuestionFigures(
        new, outcomes[RoundOutcome.IN_TIME], outcomes[RoundOutcome.LATE], open_
    )
    return found if any((found.new, found.in_time, found.late, found.open)) else None
