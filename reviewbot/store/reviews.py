"""Reviews as rows: loaded to be compared, written in bulk by Core statements."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Update, bindparam, insert, literal_column, or_, select, update
from sqlmodel import Session, col

from reviewbot.core.contract import Item
from reviewbot.core.model import Kind, Precision, Verdict
from reviewbot.core.readings import identity, kept_reasons
from reviewbot.core.readings.changes import Change, Known, diff, is_answered
from reviewbot.core.readings.forgotten_marks import is_forgotten
from reviewbot.core.readings.reading import Links
from reviewbot.store.database import MOST_VALUES, chunks, is_given, run
from reviewbot.store.tables import ReviewRow, RevisionRow, TargetRow

A_DAY_ANYWHERE = timedelta(days=2)
"""A date told in one zone and kept in another is at most this far off, and never so far."""

_MADE = re.compile("t[0-9a-f]{24}")
"""How `content_id` writes; what else happens to fit is only compared in vain."""

REPLY_URL = "reply_url"
PARTIAL = "partial"
_OURS = frozenset({REPLY_URL, PARTIAL})
"""Keys we add to a review's `site`; the rest is the source's."""

_AS_SHOWN = (
    "kind",
    "rating",
    "score",
    "scale",
    "title",
    "text",
    "pros",
    "cons",
    "author",
    "published_at",
    "published_precision",
    "edited_at",
    "language",
    "translation",
    "url",
    "reply_text",
    "reply_at",
    "reply_state",
    "can_reply",
)
_SELDOM_SHOWN = ("title", "pros", "cons", "score", "scale", "translation", "edited_at")
SELDOM = (*_SELDOM_SHOWN, "reply_text", "reply_at", "reply_state", "reply_seen_at", "forgotten_at")
"""What most new reviews are without."""
_NOT_UNSAID = frozenset({"published_at", "author", "language", "translation", "url"})
"""A page that leaves these out does not take them back."""

_TABLE = ReviewRow.__table__  # type: ignore[attr-defined]
_STATE = ("missed", "gone_at", "last_seen_at", "read_by", "tone", "topics", "severity")
_COLUMNS = [
    _TABLE.c[name]
    for name in ("id", "external_id", "fingerprint", "photos", "site", *_STATE, *_AS_SHOWN)
]


_NAMES = tuple(column.key for column in _COLUMNS)
_PLACES = {name: place for place, name in enumerate(_NAMES)}
_SHOWN = slice(len(_NAMES) - len(_AS_SHOWN), None)
_shown_of = attrgetter(*_AS_SHOWN)

# Every reading asks these: they are built once.
_LOAD = select(*_COLUMNS).where(
    _TABLE.c.target_id == bindparam("target_id"),
    is_given(_TABLE.c.external_id, "names"),
)
_MADE_HERE = select(*_COLUMNS).where(
    _TABLE.c.target_id == bindparam("target_id"),
    # The index has them together; a target's reviews may be hundreds of thousands.
    _TABLE.c.external_id >= "t",
    _TABLE.c.external_id < "u",
    # Written out: for a pattern that is bound SQLite makes its plan at each reading anew.
    _TABLE.c.external_id.like(literal_column(f"'t{'_' * 24}'")),
)
_ANY_HERE = select(_TABLE.c.id).where(_TABLE.c.target_id == bindparam("target_id")).limit(1)
_THESE = update(_TABLE).where(is_given(_TABLE.c.id, "ids"))
_SEEN = _THESE.values(last_seen_at=bindparam("at"))
_UNANSWERED = _THESE.values(last_seen_at=bindparam("at"), unanswered_seen_at=bindparam("at"))
_READ = _THESE.values(read_by=bindparam("reader"))
_BACK = _THESE.values(missed=0, missed_since=None)


@dataclass(frozen=True, slots=True)
class Stored:
    """A review's row as far as a reading needs it."""

    row: Sequence[Any]

    def of(self, name: str) -> Any:
        """Return what a column holds."""
        return self.row[_PLACES[name]]

    @property
    def values(self) -> Mapping[str, Any]:
        """All columns by name; of most reviews at most readings a few are asked for."""
        return dict(zip(_NAMES, self.row, strict=True))

    @property
    def review_id(self) -> int:
        return int(self.row[0])

    def known(self, reader: str = "") -> Known:
        """The same as the core compares it with what `reader` reads now."""
        values, site = self.values, self.of("site")
        item = Item(
            external_id=values["external_id"],
            **{name: values[name] for name in _AS_SHOWN if name not in _ENUMS},
            kind=Kind(values["kind"]),
            published_precision=Precision(values["published_precision"]),
            photos=tuple(values["photos"]),
            site={key: value for key, value in site.items() if key not in _OURS},
            partial=tuple(site.get(PARTIAL, ())),
        )
        gone, seen_at = values["gone_at"] is not None, values["last_seen_at"]
        return Known(item, values["fingerprint"], gone, seen_at, self.is_of_another(reader))

    def is_of_another(self, reader: str) -> bool:
        """Whether another version of the code read it last. Without a name nobody knows."""
        return bool(reader) and self.of("read_by") != reader

    def shows(self, item: Item) -> bool:
        """Whether the site shows exactly what is stored: most reviews at most readings."""
        site = self.of("site")
        if item.partial or self.of("gone_at") is not None or site.get(PARTIAL):
            return False
        if (shown := _shown_of(item)) != (kept := tuple(self.row[_SHOWN])):
            for name, here, there in zip(_AS_SHOWN, shown, kept, strict=True):
                if here != there and not (here is None and name in _NOT_UNSAID):
                    return False
        return list(item.photos) == self.of("photos") and all(
            site.get(key) == value for key, value in item.site.items()
        )


_ENUMS = frozenset({"kind", "published_precision"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One shown review beside its row. `change` is None where nothing at all differs."""

    item: Item
    stored: Stored | None
    known: Known | None
    change: Change | None


def load(session: Session, target_id: int, external_ids: Iterable[str]) -> dict[str, Stored]:
    """Return the target's stored reviews of these ids, by id of the site."""
    rows = run(session, _LOAD, {"target_id": target_id, "names": list(external_ids)}).all()
    return {str(row[1]): Stored(row) for row in rows}


def every(session: Session, target_id: int) -> Iterator[Stored]:
    """All stored reviews of a target, a few at a time."""
    query = select(*_COLUMNS).where(_TABLE.c.target_id == target_id)
    for row in session.execute(query.execution_options(yield_per=MOST_VALUES)):
        yield Stored(row)


def identified(
    session: Session, target_id: int, items: Sequence[Item], reader: str
) -> tuple[Item, ...]:
    """Return what `reader` read with the reviews' ids settled, on sites without ids by the stored
    reviews of the same authors (and of none: a version may have missed the name)."""
    nameless = [item for item in items if item.derived]
    held = load(session, target_id, [item.external_id for item in nameless])
    # Most are as they were at the last reading: the id made of their words is theirs.
    sure = {item.external_id: item for item in reversed(nameless) if _says_the_same(item, held)}
    items = [
        item.with_(derived=False) if sure.get(item.external_id) is item else item for item in items
    ]
    nameless = [item for item in items if item.derived]
    if not nameless:
        return tuple(items)
    query = select(*_COLUMNS).where(_TABLE.c.target_id == target_id)
    dates = [item.published_at for item in nameless if item.published_at]
    if len(dates) == len(nameless):
        earliest = min(dates) - A_DAY_ANYWHERE
        # Of a date moved by edits the former one may be any time ago.
        if all(item.published_precision is not Precision.LAST_CHANGE for item in nameless):
            query = query.where(
                or_(_TABLE.c.published_at.is_(None), _TABLE.c.published_at >= earliest)
            )
    query = query.order_by(_TABLE.c.last_seen_at.desc(), _TABLE.c.id)
    found: dict[str, Stored] = {}
    authors = {item.author for item in nameless}
    for some in chunks(author for author in authors if author):
        for row in session.execute(query.where(_TABLE.c.author.in_(some))):
            found[row.external_id] = Stored(row)
    for row in session.execute(query.where(_TABLE.c.author.is_(None))):
        found[row.external_id] = Stored(row)
    for external_id, stored in held.items():
        if external_id not in sure:
            found.setdefault(external_id, stored)
    read_anew = {name for name, row in found.items() if row.is_of_another(reader)}
    return identity.identified(items, [row.known().item for row in found.values()], read_anew)


def _says_the_same(item: Item, held: Mapping[str, Stored]) -> bool:
    row = held.get(item.external_id)
    said = ("author", "title", "text", "pros", "cons", "rating", "score")
    return row is not None and all(row.of(name) == getattr(item, name) for name in said)


def learn_ids(session: Session, target_id: int, items: Sequence[Item]) -> dict[str, Stored]:
    """Return the stored reviews of a reading's items, by id of the site. Where a reading tells
    the site's own ids at last, those stored under an id made of what they say (a page saved as the
    browser shows it has none) get them."""
    known = load(session, target_id, [item.external_id for item in items])
    told = {
        item.external_id: item
        for item in items
        if not (_MADE.fullmatch(item.external_id) or is_forgotten(item.external_id))
    }
    new = [item for external_id, item in told.items() if external_id not in known]
    if not new:
        return known
    rows = [Stored(row) for row in run(session, _MADE_HERE, {"target_id": target_id})]
    if not rows:
        return known
    settled = identity.identified(
        [item.with_(derived=True) for item in new], [row.known().item for row in rows]
    )
    by_id = {row.of("external_id"): row for row in rows}
    for item, found in zip(new, settled, strict=True):
        if row := by_id.get(found.external_id):
            update_one(session, row.review_id, {"external_id": item.external_id})
    return load(session, target_id, [item.external_id for item in items])


def latest_texts(session: Session, location_key: str, most: int) -> Iterator[str]:
    """Yield the words of the reviews of a location that were seen last, at most so many, on all
    its sites together. Nothing is read before the first is asked for."""
    here = select(col(TargetRow.id)).where(col(TargetRow.location_key) == location_key)
    found: list[tuple[datetime, int, str]] = []
    for target_id in session.scalars(here).all():
        latest = (
            select(_TABLE.c.first_seen_at, _TABLE.c.id, _TABLE.c.text)
            .where(_TABLE.c.target_id == target_id, _TABLE.c.text.is_not(None))
            .order_by(_TABLE.c.first_seen_at.desc(), _TABLE.c.id.desc())
            .limit(most)
        )
        found += [(seen, number, text) for seen, number, text in session.execute(latest)]
    found.sort(reverse=True)
    yield from [text for _, _, text in found[:most]]


def are_known(session: Session, target_id: int) -> bool:
    """Whether any review of a target is stored."""
    return run(session, _ANY_HERE, {"target_id": target_id}).first() is not None


def seen_since(
    session: Session, target_id: int, external_ids: Iterable[str], moment: datetime
) -> set[str]:
    """Return those of these ids whose review was seen at `moment` or later."""
    found: set[str] = set()
    for some in chunks(external_ids):
        rows = session.execute(
            select(_TABLE.c.external_id).where(
                _TABLE.c.target_id == target_id,
                _TABLE.c.external_id.in_(some),
                _TABLE.c.last_seen_at >= moment,
            )
        )
        found.update(rows.scalars())
    return found


def compare(
    items: Sequence[Item], stored: Mapping[str, Stored], reader: str = ""
) -> list[Compared]:
    """Put each review that `reader` was shown beside its row."""
    out = []
    for item in items:
        row = stored.get(item.external_id)
        if row is not None and row.shows(item):
            out.append(Compared(item, row, None, None))
            continue
        known = row.known(reader) if row is not None else None
        out.append(Compared(item, row, known, diff(known, item)))
    return out


def values_of(
    change: Change, links: Links, kept: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the columns that hold what the site shows; `kept` is the row's `site` so far."""
    item = change.item
    values = dict(zip(_AS_SHOWN, _shown_of(item), strict=True))
    # Of what is forgotten no address may be made: the site's own id of it is not kept.
    page, reply_page = (None, None) if is_forgotten(item.external_id) else links(item)
    site = {**(kept or {}), **item.site}
    site.pop(PARTIAL, None)
    if reply_page:
        site[REPLY_URL] = reply_page
    if item.partial:
        site[PARTIAL] = list(item.partial)
    values.update(
        kind=item.kind.value,
        published_precision=item.published_precision.value,
        photos=list(item.photos),
        site=site,
        url=item.url or page,
        fingerprint=change.fingerprint,
    )
    return values


def verdict_values(verdict: Verdict, words: str) -> dict[str, Any]:
    """Return the columns that hold a verdict on a review of these words (`words_of`)."""
    return {
        "tone": verdict.tone.value,
        "severity": verdict.severity.value,
        "topics": list(verdict.topics),
        "praise": list(verdict.praise),
        "hints": [hint.value for hint in verdict.hints],
        "needs_human": verdict.needs_human,
        "text_score": verdict.score,
        "reasons": kept_reasons.kept(verdict.reasons, words),
        "verdict_language": verdict.language,
    }


def update_one(session: Session, review_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(_TABLE).where(_TABLE.c.id == review_id).values(**values))


def mark_seen(session: Session, shown: Sequence[Compared], now: datetime, reader: str) -> None:
    """Move the last sight of reviews, and of their being unanswered, to `now`; `reader` read
    them."""
    known = [(entry, entry.stored) for entry in shown if entry.stored is not None]
    split: dict[bool, list[int]] = {True: [], False: []}
    for entry, row in known:
        split[tells_reply(entry.item) and not is_answered(entry.item)].append(row.review_id)
    missed = [row.review_id for _, row in known if row.of("missed")]
    # What changes is written down with who read it.
    anew = [
        row.review_id
        for entry, row in known
        if row.is_of_another(reader) and not (entry.change and entry.change.is_to_write)
    ]
    _run(session, _SEEN, split[False], at=now)
    _run(session, _UNANSWERED, split[True], at=now)
    _run(session, _BACK, missed)
    _run(session, _READ, anew, reader=reader)


def still_seen(session: Session, review_ids: Sequence[int], now: datetime) -> None:
    """The page with these unanswered reviews is as it was."""
    _run(session, _UNANSWERED, review_ids, at=now)


_REVISED = (
    "fingerprint",
    "rating",
    "title",
    "text",
    "pros",
    "cons",
    "reply_text",
    "tone",
    "topics",
)


def add_revision(session: Session, stored: Stored, change: str, now: datetime) -> None:
    """Keep what a review looked like before it changed."""
    values = stored.values
    session.execute(
        insert(RevisionRow.__table__).values(  # type: ignore[attr-defined]
            review_id=stored.review_id,
            at=now,
            change=change,
            **{name: values[name] for name in _REVISED},
        )
    )


def tells_reply(item: Item) -> bool:
    """Whether the page says that there is no reply, rather than leaving replies out."""
    return not item.partial or not {"reply_text", "reply_state"} & set(item.partial)


def _run(session: Session, marks: Update, review_ids: Sequence[int], **values: Any) -> None:
    if review_ids:
        run(session, marks, {"ids": list(review_ids), **values})
