"""How people and templates answer: speed, share in time, unchanged texts, stars raised after it.

A reply counts in the period in which it was seen on its site; what only staff marked does not. It
is that of who posted it, or approved it where the bot posted; its template is the approved
text's, changed or not.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from reviewbot.core.model import DraftSource
from reviewbot.core.trends.page import Answering
from reviewbot.core.trends.stars import Share
from reviewbot.queries.figures import middle
from reviewbot.store.people import name_of
from reviewbot.store.tables import (
    DraftRow,
    ReviewRow,
    RevisionRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply seen on its site. `raised`: the guest gave more stars after it."""

    person: str | None
    template: str | None
    took: timedelta
    in_time: bool | None
    unchanged: bool
    raised: bool


def replies(tx: Tx, places: Collection[str], since: datetime, until: datetime) -> list[Reply]:
    """Return the replies of these places first seen in [since, until)."""
    rows = tx.session.exec(
        select(TicketRoundRow, TicketRow, DraftRow, ReviewRow.rating)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(DraftRow, col(DraftRow.id) == TicketRow.approved_draft_id)
        .where(
            col(TicketRoundRow.answered_by) >= since,
            col(TicketRoundRow.answered_by) < until,
            col(TicketRow.location_key).in_(places),
        )
    ).all()
    before = _stars_before(tx, [ticket.review_id for _, ticket, _, _ in rows])
    found = []
    for round_, ticket, draft, rating in rows:
        seen_at = round_.answered_by
        assert seen_at is not None
        answered_at = round_.marked_at or seen_at
        due = round_.reply_deadline
        earlier = [stars for at, stars in before[ticket.review_id] if at >= seen_at]
        found.append(
            Reply(
                person=ticket.posted_by or ticket.approved_by,
                template=draft.template_id,
                took=answered_at - round_.clock_start_at,
                in_time=None if due is None else answered_at <= due,
                unchanged=draft.author_kind == DraftSource.TEMPLATE,
                raised=rating is not None and any(stars < rating for stars in earlier),
            )
        )
    return found


def _stars_before(tx: Tx, reviews: Collection[int]) -> dict[int, list[tuple[datetime, int]]]:
    """Return what each review had before its changes: (when changed, stars until then)."""
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = tx.session.exec(
        select(RevisionRow.review_id, RevisionRow.at, RevisionRow.rating).where(
            col(RevisionRow.review_id).in_(reviews), col(RevisionRow.rating).is_not(None)
        )
    )
    for review_id, at, rating in rows:
        found[review_id].append((at, rating or 0))
    return found


def by_person(tx: Tx, found: list[Reply]) -> tuple[Answering, ...]:
    """Return the figures of each person; empty where the operator does not want them."""
    if not tx.settings.people_figures:
        return ()
    return _by(found, lambda reply: name_of(tx, reply.person) if reply.person else None)


def by_template(found: list[Reply]) -> tuple[Answering, ...]:
    return _by(found, lambda reply: reply.template)


def raised(found: list[Reply]) -> Share:
    """Of all replies, those after which the guest gave more stars."""
    return Share(sum(reply.raised for reply in found), len(found))


def _by(found: list[Reply], key: Callable[[Reply], str | None]) -> tuple[Answering, ...]:
    groups: dict[str, list[Reply]] = defaultdict(list)
    for reply in found:
        name = key(reply)
        if name:
            groups[name].append(reply)
    figures = [_figures(name, each) for name, each in groups.items()]
    return tuple(sorted(figures, key=lambda each: (-each.answered, each.name)))


def _figures(name: str, found: list[Reply]) -> Answering:
    judged = [reply.in_time for reply in found if reply.in_time is not None]
    return Answering(
        name=name,
        answered=len(found),
        median=middle([reply.took for reply in found]),
        in_time=Share(sum(judged), len(judged)),
        unchanged=Share(sum(reply.unchanged for reply in found), len(found)),
        raised=raised(found),
    )
