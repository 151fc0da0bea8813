"""Which review is which on sites that give no ids: known ones are matched, only the rest is new.

A page's order, its paging and newer reviews above it take no part. Pure; nothing is ever dropped:
each shown review keeps a place of its own in the result.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from itertools import islice

from reviewbot.core.contract import Item, content_id
from reviewbot.core.model import Precision
from reviewbot.core.text import folded

KEPT = 0.5
"""The share of a known text's words that an edit leaves: below it, it is another review."""
MOST_WORDS = 400
"""Words of a text that are compared: the comparison grows with their square."""
MOST_UNDATED = 2000
"""Known reviews without a date that one review is compared with, those seen last first."""
MOST_CANDIDATES = 60
"""Known reviews of one author and day that a review is compared with word by word."""

_TAG = re.compile(r"<[^<>]{1,200}>")
_WORD = re.compile(r"\w+")
_CUT = re.compile(r"\s{0,9}(?:…|\.\.\.)(?:\s{0,9}(?:ещ[её]|more))?\s{0,9}$", re.IGNORECASE)


def identified(
    shown: Sequence[Item], known: Iterable[Item], read_anew: Collection[str] = ()
) -> tuple[Item, ...]:
    """Return the shown reviews of one reading with their ids settled.

    A review whose id is derived takes that of the known review (one of the target, as stored) by
    the same author, of the same day, with the same words; then of the one of the very moment of
    last change; then of the one whose words it shows cut; then of the one of which it keeps at
    least half; then of the one with the same mark of which another reader (`read_anew`: its id)
    could not read the words. No known review is taken twice. What matches none keeps its own id,
    or gets another where a different review has it.
    """
    if not any(item.derived for item in shown):
        return tuple(shown)
    match = _Match(shown, known)
    match.nearest(match.of_the_same_id, _says_the_same)
    match.nearest(match.of_the_same_words, _same_words)
    match.nearest(match.of_the_author, _same_moment)
    match.nearest(match.of_the_author, _shows_cut)
    match.nearest(match.of_the_same_id, lambda one, row: 1.0)
    match.nearest(match.of_the_author, _edit)
    if read_anew:
        match.nearest(
            match.of_the_author,
            lambda one, row: row.item.external_id in read_anew and _is_worded_now(one, row),
        )
    return tuple(match.settled(place) for place in range(len(shown)))


@dataclass(frozen=True, slots=True)
class _Review:
    """A review with what is compared of it, worked out once."""

    item: Item
    author: str
    words: tuple[str, ...]


def _review(item: Item) -> _Review:
    said = " ".join(part for part in (item.title, item.text, item.pros, item.cons) if part)
    # A version that did not take HTML off stored it with the text.
    plain = _TAG.sub(" ", html.unescape(said))
    author = folded(item.author or "").casefold()
    return _Review(item, author, tuple(_WORD.findall(plain.casefold())))


class _ByDay:
    """Known reviews by a key and the day of their dates: thousands of nameless guests say the
    same, and of them only those of the day count."""

    def __init__(self) -> None:
        self._of_key: dict[object, list[_Review]] = defaultdict(list)
        self._of_day: dict[tuple[object, date | None], list[_Review]] = defaultdict(list)

    def add(self, key: object, row: _Review) -> None:
        self._of_key[key].append(row)
        self._of_day[key, _fixed_day(row.item)].append(row)

    def near(self, key: object, one: _Review) -> Iterator[_Review]:
        day = _fixed_day(one.item)
        if day is None:
            yield from islice(self._of_key.get(key, ()), MOST_UNDATED)
            return
        for days in (0, -1, 1):  # a day is told in one zone and kept in another
            yield from self._of_day.get((key, day + timedelta(days=days)), ())
        yield from islice(self._of_day.get((key, None), ()), MOST_UNDATED)


def _fixed_day(item: Item) -> date | None:
    """The day of a date in UTC; None where it may be any, or is moved by edits."""
    if item.published_at is None or item.published_precision is Precision.LAST_CHANGE:
        return None
    return item.published_at.astimezone(UTC).date()


class _Match:
    """The reviews of a reading, the known ones, and which of them belong together so far."""

    def __init__(self, shown: Sequence[Item], known: Iterable[Item]) -> None:
        self._shown = [_review(item) for item in shown]
        self._known = [_review(item) for item in known]
        self._ids: dict[int, str] = {
            place: item.external_id for place, item in enumerate(shown) if not item.derived
        }
        self._taken = set(self._ids.values())
        self._by_words = _ByDay()
        self._by_author = _ByDay()
        for row in self._known:
            self._by_words.add(row.words, row)
            self._by_author.add(row.author, row)
        self._by_id = {row.item.external_id: row for row in self._known}

    def of_the_same_words(self, one: _Review) -> Iterator[_Review]:
        for row in self._by_words.near(one.words, one):
            # A version that could not read the author stored the review without.
            if row.author == one.author or (one.words and not row.author):
                yield row

    def of_the_author(self, one: _Review) -> Iterator[_Review]:
        yield from self._by_author.near(one.author, one)

    def of_the_same_id(self, one: _Review) -> Iterator[_Review]:
        if row := self._by_id.get(one.item.external_id):
            yield row

    def nearest(
        self,
        candidates: Callable[[_Review], Iterator[_Review]],
        nearness: Callable[[_Review, _Review], float],
    ) -> None:
        """Join open reviews with free known ones, the nearest pair of all first."""
        pairs = []
        for place, one in enumerate(self._shown):
            if place in self._ids:
                continue
            tried = 0
            for row in candidates(one):
                if row.item.external_id in self._taken or not is_same_day(one.item, row.item):
                    continue
                tried += 1
                if (near := nearness(one, row)) > 0:
                    pairs.append((-near, place, row.item.external_id))
                if tried == MOST_CANDIDATES:
                    break
        for _, place, external_id in sorted(pairs):
            if place not in self._ids and external_id not in self._taken:
                self._ids[place] = external_id
                self._taken.add(external_id)

    def settled(self, place: int) -> Item:
        """The review with the id it has, or a new one that no other has."""
        item = self._shown[place].item
        if not item.derived:
            return item
        found, ordinal = self._ids.get(place), 0
        while found is None:
            own = content_id(item.external_id, None, "", ordinal, day=True)
            own = item.external_id if ordinal == 0 else own
            if own not in self._taken and own not in self._by_id:
                found = self._ids[place] = own
                self._taken.add(own)
            ordinal += 1
        return item.with_(external_id=found, derived=False)


def is_same_day(item: Item, row: Item) -> bool:
    """Whether the dates of a shown and a known review may be one: exact ones are equal, or differ
    as a time read without its zone does; one that is not known may be any."""
    one, other = item.published_at, row.published_at
    if one is None or other is None:
        return True
    precisions = {item.published_precision, row.published_precision}
    if Precision.LAST_CHANGE in precisions:
        return one >= other
    if Precision.DAY in precisions:
        return _day(one, one) == _day(other, one)
    return one == other or other - one == one.utcoffset()


def _day(moment: datetime, here: datetime) -> date:
    """The day a date means in the zone of `here`; a day kept as midnight UTC is that day."""
    in_utc = moment.astimezone(UTC)
    if moment is not here and (in_utc.hour, in_utc.minute, in_utc.second) == (0, 0, 0):
        return in_utc.date()
    return moment.astimezone(here.tzinfo).date()


def _says_the_same(one: _Review, row: _Review) -> float:
    """Whether words and mark are one: of equal words another mark is another guest's, if that
    guest is shown too."""
    item, other = one.item, row.item
    return float(
        one.words == row.words and (item.rating, item.score) == (other.rating, other.score)
    )


def _same_words(one: _Review, row: _Review) -> float:
    item, other = one.item, row.item
    is_dated = item.published_at is not None and other.published_at is not None
    if not one.words and not (is_dated and item.rating == other.rating):
        return 0
    return (
        1
        + 4 * (item.published_at == other.published_at)
        + 2 * (one.author == row.author)
        + (item.rating == other.rating)
    )


def _same_moment(one: _Review, row: _Review) -> float:
    """Whether both tell one last change of one named author: sites keep it to the millisecond."""
    item, other = one.item, row.item
    is_last = item.published_precision is other.published_precision is Precision.LAST_CHANGE
    return 1 if is_last and one.author and item.published_at == other.published_at else 0


def _shows_cut(one: _Review, row: _Review) -> float:
    """Whether one of the two is the beginning of the other, cut as its page says."""
    for cut, full in ((one.item, row.item), (row.item, one.item)):
        if "text" in cut.partial and cut.text and full.text:
            start = folded(_CUT.sub("", cut.text))
            if start and folded(full.text).startswith(start):
                return 2 if one.item.published_at == row.item.published_at else 1
    return 0


def _is_worded_now(one: _Review, row: _Review) -> bool:
    item, other = one.item, row.item
    is_dated = item.published_at is not None and other.published_at is not None
    is_bare = not row.words and bool(one.words) and other.rating is not None
    return is_bare and is_dated and item.rating == other.rating


def _edit(one: _Review, row: _Review) -> float:
    """The share of the known words that are left, where that is enough for an edit."""
    before, now = row.words[:MOST_WORDS], one.words[:MOST_WORDS]
    if not before or not now or len(set(before) & set(now)) * 2 < len(set(before)) * KEPT:
        return 0
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    kept = sum(block.size for block in blocks)
    # The few words of a short text stand in many a long one, unless it goes on from them.
    is_by_chance = len(before) < 4 and now[: len(before)] != before
    of = max(len(before), len(now)) if is_by_chance else len(before)
    return kept / of if kept / of >= KEPT else 0
