"""What is new on the site: compares a review as stored with the review as shown now. Pure."""

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from reviewbot.core.contract import Item, Precision
from reviewbot.core.text import folded, is_same_text

COMPARED = ("rating", "score", "scale", "title", "text", "pros", "cons")
"""What a guest says. Dates stay out: sites move them, show them relative or round them. So do
photos (their links carry sizes and tokens), the author's name and translations."""

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_REPLY_FIELDS = frozenset({"reply_text", "reply_at", "reply_state"})

GONE_READINGS = 3
MASS = 3
GONE_AFTER = timedelta(hours=24)
LATE_MARGIN = timedelta(days=1)
"""Sites show reviews hours after they were written (moderation, dates without a time of day)."""


class ChangeKind(StrEnum):
    """What happened to a review between two readings. Values are the revision's text."""

    NEW = "new"
    EDITED = "edited"
    ANSWERED = "answered"
    REPLY_VANISHED = "reply_vanished"
    REPLY_CHANGED = "reply_changed"
    BACK = "back"


_NEW = frozenset({ChangeKind.NEW})


@dataclass(frozen=True, slots=True)
class Known:
    """A stored review. `item` holds its values; its `partial` names those never seen in full.
    `seen_at`: when the site last showed it. `read_anew`: another version of the source's reader
    read it then."""

    item: Item
    fingerprint: str
    gone: bool = False
    seen_at: datetime | None = None
    read_anew: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """`kinds` is empty where the guest's and the owner's words are the same. `item` is what to
    store: the shown values, with stored ones in place of those shown cut. `touched`: something
    else differs (a link, a translation, a date) and is worth writing down. `read_better`: the
    guest's words and mark are the same, and an earlier version of ours did not read them as well.
    """

    kinds: frozenset[ChangeKind]
    item: Item
    fingerprint: str
    touched: bool = False
    read_better: bool = False

    @property
    def is_same(self) -> bool:
        return not self.kinds

    @property
    def is_to_write(self) -> bool:
        return bool(self.kinds) or self.touched


MARK = 16
"""Letters of a fingerprint; versions before kept twice as many of the same."""


def fingerprint(item: Item) -> str:
    """Return what an edit changes: the guest's words and marks, white space folded."""
    plain = [folded(value) if isinstance(value, str) else value for value in _compared_of(item)]
    return hashlib.sha256(_AS_JSON.encode(plain).encode()).hexdigest()[:MARK]


_compared_of = attrgetter(*COMPARED)
_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def is_answered(item: Item) -> bool:
    """Whether the site shows the owner's reply to everyone: a reply under moderation is none."""
    state = item.reply_state or ("published" if item.reply_text else None)
    return state == "published"


def diff(stored: Known | None, item: Item) -> Change:
    """Compare what is stored with what the site shows now.

    Fields that the page shows cut (`item.partial`) take no part where a full value is stored, and
    a value first seen in full is not an edit of its teaser.
    """
    if stored is None:
        return Change(_NEW, item, fingerprint(item))
    before = stored.item
    filled = frozenset(before.partial) - frozenset(item.partial)
    shown = _merged(before, item)
    kinds = set()
    if stored.gone:
        kinds.add(ChangeKind.BACK)
    now_mark = fingerprint(shown)
    read_better = False
    if now_mark != stored.fingerprint[:MARK]:
        if _differs(before, shown, filled) and not _is_the_readers(stored, shown):
            kinds.add(ChangeKind.EDITED)
        else:
            read_better = not filled
    if kind := _reply_change(before, shown):
        kinds.add(kind)
    return Change(frozenset(kinds), shown, now_mark, shown != before, read_better)


def _merged(before: Item, item: Item) -> Item:
    cut = set(item.partial)
    if cut & _REPLY_FIELDS and item.reply_state is None:
        # What says that there is an answer, and not what it says, says that much.
        cut |= _REPLY_FIELDS
    still_cut = cut & set(before.partial)
    keep = {
        entry.name: getattr(before, entry.name)
        for entry in fields(Item)
        if entry.name in cut - still_cut
    }
    # Also a page that leaves a date out (a list without it) does not unsay it.
    for name in ("published_at", "author", "language", "translation", "url"):
        if getattr(item, name) is None and getattr(before, name) is not None:
            keep[name] = getattr(before, name)
            if name == "published_at":
                keep["published_precision"] = before.published_precision
    return item.with_(**keep, partial=tuple(sorted(still_cut)), site={**before.site, **item.site})


def _differs(before: Item, shown: Item, filled: Collection[str]) -> bool:
    marks = ("rating", "score", "scale")
    # A mark where none was, and not a word changed: it was there, and was not understood.
    is_unmarked = all(getattr(before, name) is None for name in marks)
    for name in COMPARED:
        was, now = getattr(before, name), getattr(shown, name)
        if name in filled or name in shown.partial:
            continue
        if isinstance(was, str) and isinstance(now, str):
            if folded(was) != folded(now) and _words(was) != _words(now):
                return True
        elif was != now and not (name in marks and is_unmarked and _is_worded(before)):
            return True
    return False


def _is_the_readers(stored: Known, shown: Item) -> bool:
    """Whether a difference comes of another version of the reader, and not of the guest: that one
    reads more (notes, a title, every part of a text) or less (a translation apart, a scale), and
    the site does not say that the review changed since it was last seen."""
    if not stored.read_anew:
        return False
    is_last = shown.published_precision is Precision.LAST_CHANGE
    changed_at = shown.edited_at or (shown.published_at if is_last else None)
    if changed_at and stored.seen_at and changed_at > stored.seen_at:
        return False
    was, now = _said(stored.item), _said(shown)
    is_kept = (not was - now and _is_added_apart(stored.item, shown)) or (
        bool(now) and not now - was
    )
    return is_kept and _is_mark_kept(stored.item, shown)


def _is_added_apart(before: Item, shown: Item) -> bool:
    """Whether what was read then stands whole in what is read now: a reader adds fields and
    lines, or the rest of a text that it had cut; words inside of a line a guest adds."""
    return all(
        _has_whole(was, now)
        for name in ("title", "text", "pros", "cons")
        if (was := getattr(before, name)) and (now := getattr(shown, name))
    )


def _has_whole(was: str, now: str) -> bool:
    words = _WORD.findall(_words(was).casefold())
    if was.rstrip().endswith(("…", "...")):
        return True
    lines = [_WORD.findall(_words(line).casefold()) for line in now.split("\n")]
    for start in range(len(lines)):
        rest = words
        for line in lines[start:]:
            if rest[: len(line)] != line:
                break
            rest = rest[len(line) :]
            if not rest:
                return True
    return not words


def _said(item: Item) -> Counter[str]:
    parts = (item.title, item.text, item.pros, item.cons, item.translation)
    return Counter(_WORD.findall(_words("\n".join(filter(None, parts))).casefold()))


def _is_mark_kept(before: Item, shown: Item) -> bool:
    was = (before.rating, before.score, before.scale)
    if was in ((None, None, None), (shown.rating, shown.score, shown.scale)):
        return True
    # 4 of 10 was once taken for four stars.
    return before.score is None and shown.score is not None and shown.score == before.rating


def _words(text: str) -> str:
    """A text without the HTML that was once stored with it."""
    return folded(_TAG.sub(" ", html.unescape(html.unescape(text))))


def _is_worded(item: Item) -> bool:
    return any((item.title, item.text, item.pros, item.cons))


def _reply_change(before: Item, shown: Item) -> ChangeKind | None:
    was, now = is_answered(before), is_answered(shown)
    if now and not was:
        return ChangeKind.ANSWERED
    if was and not now:
        # A reply the owner rewrote waits for moderation again: not gone, not yet there.
        return None if shown.reply_state == "pending" else ChangeKind.REPLY_VANISHED
    if was and now and before.reply_text is None:
        return None  # an answer that was seen without its words
    if was and now and not is_same_text(before.reply_text, shown.reply_text):
        return ChangeKind.REPLY_CHANGED
    return None


def mass_loss(pairs: Collection[tuple[Known, Change]]) -> str:
    """Why this many losses at once speak for a changed page rather than for many people, or an
    empty string: replies or texts that left most of the reviews that had them, three or more.
    """
    had_reply = [pair for pair in pairs if is_answered(pair[0].item)]
    lost_reply = [pair for pair in had_reply if ChangeKind.REPLY_VANISHED in pair[1].kinds]
    if len(lost_reply) >= MASS and len(lost_reply) * 2 > len(had_reply):
        return f"the replies of {len(lost_reply)} reviews left the page at once"
    for name in ("text", "rating"):
        had = [pair for pair in pairs if getattr(pair[0].item, name) is not None]
        lost = [pair for pair in had if getattr(pair[1].item, name) is None]
        if len(lost) >= MASS and len(lost) * 2 > len(had):
            return f"the {name} of {len(lost)} reviews left the page at once"
    return ""


@dataclass(frozen=True, slots=True)
class Missing:
    """How often in a row, and since when, complete healthy readings were without a review."""

    missed: int
    since: datetime
    gone: bool


def missing(
    missed: int, since: datetime | None, read_at: datetime, *, counter_fell: bool | None
) -> Missing:
    """Count one more complete healthy reading without the review.

    `counter_fell`: whether the site's own counter is lower than it should be with the review
    still there; None where the site has no counter. Gone: three readings over at least 24 hours.
    """
    count, first = missed + 1, since or read_at
    enough = count >= GONE_READINGS and read_at - first >= GONE_AFTER
    return Missing(count, first, gone=enough and counter_fell is not False)


def is_within(
    published_at: datetime | None,
    read_at: datetime,
    *,
    listed: int,
    depth: int | None,
    window: timedelta | None,
) -> bool:
    """Whether a complete list of `listed` reviews must show a review: beyond the site's depth or
    its window of time, absence says nothing."""
    if depth is not None and listed >= depth:
        return False
    if window is None:
        return True
    return published_at is not None and published_at > read_at - window


class Arrival(StrEnum):
    """How a review that we did not have is treated."""

    FRESH = "fresh"
    FOUND_LATE = "found_late"
    BACKLOG = "backlog"
    HISTORY = "history"


def above_known(listed: Sequence[Item], known: Collection[str], *, pages: int) -> frozenset[str]:
    """Return the ids of a list's unknown reviews that stand above known ones: they were not there
    when those were read, whatever their date. Below them may stand what was not read yet.

    A list in which none is known has moved on by more than it shows. One that begins with its
    oldest (a table somebody writes on) grows at its end.
    """
    met = [item for item in listed if item.external_id in known]
    dates = [item.published_at for item in met if item.published_at is not None]
    order = list(listed)
    if pages == 1 and len(dates) > 1 and dates[0] < dates[-1]:
        order.reverse()
    above: set[str] = set()
    waiting: list[str] = []
    for item in order:
        if item.external_id in known:
            above.update(waiting)
            waiting.clear()
        else:
            waiting.append(item.external_id)
    return frozenset(above if met else waiting)


def arrival(
    published_at: datetime | None,
    *,
    first_contact_at: datetime | None,
    last_complete_at: datetime | None,
    now: datetime,
    backlog_within: timedelta,
    above_known_of: datetime | None = None,
) -> Arrival:
    """Tell a review of today from the past that a first reading brings up.

    Before the list was read to its end once, what was written before first contact is history:
    backlog within `backlog_within`, or where its date is not known at first contact; older ones
    get no ticket. Later, a review older than the last complete reading was found late; so was one
    that stands above what was known at the last reading (`above_known_of`).
    """
    if first_contact_at is None:
        within = published_at is None or published_at >= now - backlog_within
        return Arrival.BACKLOG if within else Arrival.HISTORY
    without_it_at = last_complete_at or above_known_of
    if without_it_at is None:
        # Written shortly before first contact and shown after it: nobody would be told otherwise.
        if published_at is None or published_at >= first_contact_at - LATE_MARGIN:
            return Arrival.FRESH
        within = published_at >= first_contact_at - backlog_within
        return Arrival.BACKLOG if within else Arrival.HISTORY
    if published_at is not None and published_at < without_it_at - LATE_MARGIN:
        return Arrival.FOUND_LATE
    return Arrival.FRESH
