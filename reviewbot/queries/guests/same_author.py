"""What else a guest wrote, here and on other sites: for a card, and before they are forgotten.

Which reviews are one guest's is `core.readings.same_guest`'s rule.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
from reviewbot.store.database import chunks
from reviewbot.store.tables import ReviewRow, RevisionRow, TargetRow, TicketRow
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
    another name; each as it is and as it was before the guest changed it. Reads every review
    once: for a guest who is to be forgotten."""
    found, read = dict[int, list[Wrote]](), dict[int, list[Wrote]]()
    start = session.get_one(ReviewRow, review_id)
    target = session.get_one(TargetRow, start.target_id)
    new = _with_earlier(session, {review_id: _of(target.source, start)})
    while new:
        found |= new
        read |= _near(session, [each for texts in new.values() for each in texts])
        new = {
            key: texts
            for key, texts in read.items()
            if key not in found and _is_any(is_same_author, new, texts)
        }
    copies = [
        key
        for key, texts in read.items()
        if key not in found and _is_any(is_same_words, found, texts)
    ]
    return [review_id, *sorted({*found, *copies} - {review_id})]


def namesakes(session: Session, review_id: int, known: Collection[int]) -> list[int]:
    """Return the ids of reviews kept, beside those known, that are signed by the same full name:
    of the same guest, or of another of that name."""
    review = session.get_one(ReviewRow, review_id)
    one = _of("", review)
    if not is_full(one.author):
        return []
    rows = session.execute(
        select(col(ReviewRow.id), col(ReviewRow.author)).where(
            col(ReviewRow.forgotten_at).is_(None), _is_called(one)
        )
    )
    same = (key for key, author in rows if Wrote("", author, None, "").name == one.name)
    return sorted(key for key in same if key is not None and key not in known)


def _is_any(
    is_same: Callable[[Wrote, Wrote], bool],
    some: Mapping[int, Sequence[Wrote]],
    texts: Sequence[Wrote],
) -> bool:
    return any(is_same(one, other) for each in some.values() for one in each for other in texts)


def _near(session: Session, known: Iterable[Wrote]) -> dict[int, list[Wrote]]:
    """Return every review that may be of one guest with these, with its earlier texts."""
    asked = [condition for each in known for condition in _may_be_of(each)]
    if not asked:
        return {}
    query = (
        select(col(ReviewRow.id), *_WROTE)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(col(ReviewRow.forgotten_at).is_(None), or_(*asked))
        .order_by(col(ReviewRow.id))
    )
    rows = session.execute(query)
    found = {
        number: _wrote(source, author, site, texts)
        for number, source, author, site, *texts in rows
    }
    return _with_earlier(session, found)


def _with_earlier(session: Session, reviews: Mapping[int, Wrote]) -> dict[int, list[Wrote]]:
    """Return reviews with what they said before the guest changed them."""
    found = {number: [one] for number, one in reviews.items()}
    for some in chunks(reviews):
        rows = select(col(RevisionRow.review_id), *(col(each) for each in _words_of(RevisionRow)))
        for number, *texts in session.execute(rows.where(col(RevisionRow.review_id).in_(some))):
            one = reviews[number]
            earlier = _wrote(one.source, one.author, {AUTHOR: one.known_as}, texts)
            if earlier not in found[number]:
                found[number].append(earlier)
    return found


def _words_of(table: type[ReviewRow] | type[RevisionRow]) -> tuple[Any, ...]:
    return (table.title, table.text, table.pros, table.cons)


def _is_called(one: Wrote) -> ColumnElement[bool]:
    written = one.author or ""
    spelled = {written, written.lower(), written.upper(), written.title(), one.name}
    spelled |= {each.replace("ё", "е") for each in spelled}
    return col(ReviewRow.author).in_(sorted(spelled))


def _may_be_of(one: Wrote) -> Iterator[ColumnElement[bool]]:
    if one.author:
        yield _is_called(one)
    if one.known_as:
        told = col(ReviewRow.site)[AUTHOR].as_string()
        yield (col(TargetRow.source) == one.source) & (told == str(one.known_as))
    if len(one.words) >= LONG_TEXT:
        shown = len(one.words)
        least, most = shown * 9 // 10 - 5, shown * 11 // 10 + 5
        yield _length(ReviewRow).between(least, most)
        earlier = select(col(RevisionRow.review_id)).where(
            _length(RevisionRow).between(least, most)
        )
        yield col(ReviewRow.id).in_(earlier)


def _length(table: type[ReviewRow] | type[RevisionRow]) -> ColumnElement[Any]:
    lengths = [func.length(func.coalesce(col(each), "")) for each in _words_of(table)]
    total: ColumnElement[Any] = lengths[0]
    for each in lengths[1:]:
        total = total + each
    return total


def _of(source: str, review: ReviewRow) -> Wrote:
    texts = (review.title, review.text, review.pros, review.cons)
    return _wrote(source, review.author, review.site, texts)


def _wrote(source: str, author: str | None, site: Any, texts: Sequence[str | None]) -> Wrote:
    words = "\n".join(each for each in texts if each)
    return Wrote(source, author, (site or {}).get(AUTHOR), words)
