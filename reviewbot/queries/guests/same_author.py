"""What else a guest wrote, here and on other sites: for a card, and before they are forgotten.

Which reviews are one guest's is `core.readings.same_guest`'s rule.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from reviewbot.core.facts import AlsoWrote
from reviewbot.core.readings.same_guest import (
    LONG_TEXT,
    Wrote,
    is_full,
    is_same_author,
    is_same_words,
)
from reviewbot.core.source_facts import title_of
from reviewbot.store.cases import Case
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx

SAME_NAME, ALSO_SHOWN = 50, 3
"""How many reviews of one name are looked at for a card, and how many are shown."""
AUTHOR = "author"
"""The key of a review's `site` under which sources put the site's own number for the author."""

_WROTE = (
    col(TargetRow.source),
    col(ReviewRow.author),
    col(ReviewRow.site),
    col(ReviewRow.title),
    col(ReviewRow.text),
    col(ReviewRow.pros),
    col(ReviewRow.cons),
)


def also_wrote(tx: Tx, case: Case, named: Callable[[str], str]) -> tuple[AlsoWrote, ...]:
    """Return what the author wrote at other places of ours, or on other sites of this one, newest
    first; `named` names a place."""
    review, here = case.review, case.target
    if review.author is None:
        return ()
    one = _of(here.source, review)
    if not (one.known_as or is_full(one.author)):
        return ()
    own = [key for key, place in tx.settings.locations.items() if place.role == "own"]
    place, number = col(TargetRow.location_key), col(TicketRow.id)
    rows = tx.session.execute(
        select(ReviewRow, col(TargetRow.source), place, number)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(
            col(ReviewRow.author) == review.author,
            place.in_(own),
            col(ReviewRow.target_id) != here.id,
            or_(place != case.place.key, col(TargetRow.source) != here.source),
            col(ReviewRow.gone_at).is_(None),
        )
        .order_by(col(ReviewRow.first_seen_at).desc())
        .limit(SAME_NAME)
    ).all()
    found = (
        AlsoWrote(
            key,
            named(key),
            row.published_at or row.first_seen_at,
            row.rating,
            ticket,
            title_of(tx.sources, source) if source != here.source else None,
        )
        for row, source, key, ticket in rows
        if is_same_author(one, _of(source, row))
    )
    return tuple(islice(found, ALSO_SHOWN))


def reviews_of_guest(session: Session, review_id: int) -> list[int]:
    """Return the ids of all reviews kept that are of one guest, this one first, whosever place
    they stand at: what the author wrote, what they wrote under these, and the same words under
    another name. Reads every review once: for a guest who is to be forgotten."""
    found, read = dict[int, Wrote](), dict[int, Wrote]()
    start = session.get_one(ReviewRow, review_id)
    target = session.get_one(TargetRow, start.target_id)
    new = {review_id: _of(target.source, start)}
    while new:
        found |= new
        read |= _near(session, new.values())
        new = {
            key: each
            for key, each in read.items()
            if key not in found and any(is_same_author(one, each) for one in new.values())
        }
    copies = [
        key
        for key, each in read.items()
        if key not in found and any(is_same_words(one, each) for one in found.values())
    ]
    return [review_id, *sorted({*found, *copies} - {review_id})]


def _near(session: Session, known: Iterable[Wrote]) -> Iterator[tuple[int, Wrote]]:
    """Yield every review that may be of one guest with these."""
    asked = [condition for each in known for condition in _may_be_of(each)]
    if not asked:
        return
    query = (
        select(col(ReviewRow.id), *_WROTE)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(col(ReviewRow.forgotten_at).is_(None), or_(*asked))
        .order_by(col(ReviewRow.id))
    )
    for review_id, source, author, site, *texts in session.execute(query):
        yield review_id, _wrote(source, author, site, texts)


def _may_be_of(one: Wrote) -> Iterator[ColumnElement[bool]]:
    if one.author:
        written = one.author
        spelled = {written, written.lower(), written.upper(), written.title(), one.name}
        spelled |= {each.replace("ё", "е") for each in spelled}
        yield col(ReviewRow.author).in_(sorted(spelled))
    if one.known_as:
        told = col(ReviewRow.site)[AUTHOR].as_string()
        yield (col(TargetRow.source) == one.source) & (told == str(one.known_as))
    if len(one.words) >= LONG_TEXT:
        length: ColumnElement[Any] = func.length(func.coalesce(col(ReviewRow.text), ""))
        for each in (ReviewRow.title, ReviewRow.pros, ReviewRow.cons):
            length = length + func.length(func.coalesce(col(each), ""))
        shown = len(one.words)
        yield length.between(shown * 9 // 10 - 5, shown * 11 // 10 + 5)


def _of(source: str, review: ReviewRow) -> Wrote:
    texts = (review.title, review.text, review.pros, review.cons)
    return _wrote(source, review.author, review.site, texts)


def _wrote(source: str, author: str | None, site: Any, texts: Sequence[str | None]) -> Wrote:
    words = "\n".join(each for each in texts if each)
    return Wrote(source, author, (site or {}).get(AUTHOR), words)
