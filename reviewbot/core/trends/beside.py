"""Ourselves and competitors side by side, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from reviewbot.core.trends.stars import Share, StarFigures, share_difference

STEM = 5
"""A word of a name this long may be inflected: its last letter may differ."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A review that names a competitor: `about_us` (a guest of ours speaks of them) or a guest of
    theirs who speaks of us. `number`: of our review, where it has one."""

    quote: str
    about_us: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Ourselves (`is_ours`) or a competitor in the period: what the sites show, what was written,
    the topics complained of and praised most, and how it is answered. `praised_more`: topics
    praised in a larger share of its reviews than of ours beyond doubt; `named`: how many reviews
    set us beside it, of which `said` are the newest. `is_unseen`: too much of the period was out
    of sight to compare it."""

    name: str
    is_ours: bool
    site_rating: float | None
    stars: StarFigures
    complaints: Share
    bad: tuple[str, ...]
    good: tuple[str, ...]
    replies: Share
    reply_time: timedelta | None
    praised_more: tuple[str, ...] = ()
    named: int = 0
    said: tuple[Comparison, ...] = ()
    is_unseen: bool = False

    @property
    def is_ranked(self) -> bool:
        """Whether enough is known of it to set it beside others."""
        return not self.stars.is_few and not self.is_unseen


def praised_more(
    theirs: Mapping[str, int], n: int, ours: Mapping[str, int], our_n: int
) -> tuple[str, ...]:
    """Return the topics that a larger share of their `n` reviews praises than of ours, where the
    interval of the difference leaves no doubt; the largest difference first. None under ten
    reviews on either side."""
    found = []
    for topic, count in theirs.items():
        differs = share_difference(Share(ours.get(topic, 0), our_n), Share(count, n))
        if differs is not None and differs[1] > 0:
            found.append((-differs[0], topic))
    return tuple(topic for _, topic in sorted(found))


def named_by(name: str) -> re.Pattern[str]:
    """Return what finds a name in a text, whatever case it stands in; words of five letters and
    more may end otherwise (Шоколадница, в Шоколаднице)."""
    words = [
        re.escape(word[:-1]) + r"\w{0,3}" if len(word) >= STEM else re.escape(word)
        for word in re.findall(r"\w+", name)
    ]
    return re.compile(r"\b" + r"\W+".join(words) + r"\b" if words else r"(?!)", re.IGNORECASE)
