"""Reviews that came and got no card: `reply_time` gives their kind no time."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.facts import UncardedFacts
from reviewbot.core.source_facts import title_of
from reviewbot.drafting.shown_name import shown_author
from reviewbot.queries.counting import counted
from reviewbot.store.cases import place_of
from reviewbot.store.database import run
from reviewbot.store.days.pages import count_by_page
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import TOGETHER, Page, Tx

LOOKED_BACK = timedelta(days=30)
"""How far back the key under a list of open tickets looks."""


def uncarded(tx: Tx, places: Collection[str], since: datetime, until: datetime) -> list[int]:
    """Return the ids of those that came in [since, until), newest first; bare good stars say
    nothing and are left out."""
    newest_first = (col(ReviewRow.first_seen_at).desc(), col(ReviewRow.id).desc())
    found = tx.session.execute(_uncarded(tx.session, places, since, until).order_by(*newest_first))
    return [number for (number,) in found]


def uncarded_count(tx: Tx, places: Collection[str], since: datetime, until: datetime) -> int:
    """Return how many they are."""

    def read(some: Collection[str], _source: str | None) -> dict[Page, int]:
        found = _uncarded(tx.session, some, since, until)
        if tx.once is not None:
            return count_by_page(tx.session, found)
        count = found.with_only_columns(func.count(), maintain_column_froms=True)
        return {TOGETHER: run(tx.session, count).scalar_one()}

    return sum(tx.of_pages(("uncarded", since, until), places, None, read).values())


def _uncarded(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> Select[Any]:
    fields = (ReviewRow.title, ReviewRow.text, ReviewRow.pros, ReviewRow.cons)
    carded = columns(col(TicketRow.id)).where(col(TicketRow.review_id) == ReviewRow.id)
    says_something = or_(col(ReviewRow.rating) <= 3, *(col(each).is_not(None) for each in fields))
    return (
        columns(col(ReviewRow.id))
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(
            # What rules out most comes first: conditions are looked at in their order.
            col(ReviewRow.gone_at).is_(None),
            col(ReviewRow.forgotten_at).is_(None),
            col(ReviewRow.reply_text).is_(None),
            says_something,
            counted(session, since, until, places),
            ~carded.exists(),
        )
    )


def uncarded_facts(tx: Tx, review_ids: Sequence[int]) -> list[UncardedFacts]:
    """Return what is shown of them, in order; what got a card meanwhile is left out."""
    found = []
    for review_id in review_ids:
        review = tx.session.get(ReviewRow, review_id)
        if review is None or ticket_about(tx.session, review_id) is not None:
            continue
        target = tx.session.get_one(TargetRow, review.target_id)
        words = (review.title, review.text, review.pros, review.cons)
        found.append(
            UncardedFacts(
                review_id,
                title_of(tx.sources, target.source),
                place_of(tx, target.location_key).name,
                shown_author(review.author, tx.settings.author_names),
                review.rating,
                " ".join(filter(None, words)),
            )
        )
    return found
