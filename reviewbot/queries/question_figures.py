"""Buyers' questions of a period, counted alone: what came, what was in time, what waits."""

from collections import Counter, defaultdict
from collections.abc import Collection

from sqlalchemy import select as columns
from sqlmodel import col

from reviewbot.core.calendar.digest_days import Days, QuestionFigures
from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.queries.counting import counted, has_questions, is_question
from reviewbot.queries.open_tickets import Among, Chosen, to_do
from reviewbot.queries.rounds.decided import decided
from reviewbot.store.days.pages import count_by_page, pages_of
from reviewbot.store.tables import LocationRow, ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Page, Tx


def question_figures(
    tx: Tx, places: Collection[str], days: Days, source: str | None = None
) -> QuestionFigures | None:
    """Return the figures of these places (of one source, where it is named); None where nobody
    asked anything and nothing waits."""
    if not has_questions(tx.session):
        return None
    pages = tx.of_pages(
        ("questions", days), places, source, lambda some, on: _of_pages(tx, some, days, on)
    )
    counts = sum(pages.values(), Counter[str]())
    found = QuestionFigures(*(counts[name] for name in ("new", "in_time", "late", "open")))
    return found if counts else None


def _of_pages(
    tx: Tx, places: Collection[str], days: Days, source: str | None
) -> dict[Page, Counter[str]]:
    found: dict[Page, Counter[str]] = defaultdict(Counter)
    new = (
        columns(col(ReviewRow.id))
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
        .where(counted(tx.session, days.since, days.until, places, source, questions=True))
    )
    for page, count in count_by_page(tx.session, new).items():
        found[page]["new"] += count
    known = pages_of(tx.session)
    for each in decided(
        tx.session, days.since, days.until, tx.now, places, source, questions=True, targets=True
    ):
        if each.outcome in (RoundOutcome.IN_TIME, RoundOutcome.LATE):
            found[each.location, known[each.target_id or 0][1]][each.outcome.value] += 1
    among = Among(tx.now, tuple(places), chosen=Chosen(source=source))
    waiting = to_do(tx, None, among).where(is_question())
    for page, count in count_by_page(tx.session, waiting, TicketRow.location_key).items():
        found[page]["open"] += count
    return found
