"""Critical events told in words that no rule has: fitted points of stems, two sentences at a time.

Rules know what is usually said of an event; people find other words. The stems' points come from
lists of events and of look-alikes, with sentences of real reviews as what is no event.
"""

from collections.abc import Iterator
from itertools import accumulate
from math import log, sqrt
from operator import attrgetter, itemgetter
from typing import NamedTuple

from reviewbot.core.found import Hit, Scan
from reviewbot.core.lexicon import Lexicon, Stem

SENTENCES = 2
"""An event is seldom told in fewer words than one sentence has, nor in more than two have."""
FEWEST = 6
PER_WINDOW = 0.7
"""How much more a longer review must say: each further window is one more chance to err."""


class Window(NamedTuple):
    """Sentences in a row: the number of the first, the stems in them, each once, and what their
    points are multiplied with."""

    first: int
    stems: list[Stem]
    scale: float


def windows(walked: Scan) -> Iterator[Window]:
    """Yield every two sentences in a row that hold a stem with points."""
    starts = [0, *accumulate(map(len, walked.entries))]
    last = len(walked.entries)
    for first in range(max(1, last - SENTENCES + 1)):
        said = walked.said[starts[first] : starts[min(first + SENTENCES, last)]]
        stems = [*dict.fromkeys(filter(None, said))]
        if stems:
            yield Window(first, stems, 2 / sqrt(max(FEWEST, len(said))))


class Told(NamedTuple):
    """How much a review tells of an event: one from `total` 0 on; where it tells most of it."""

    total: float
    needed: float
    window: Window


def told_most(walked: Scan, lexicon: Lexicon) -> Told | None:
    """Return what a review tells of an event; None where no word names one."""
    if lexicon.event is None or lexicon.event_stems.isdisjoint(walked.stems):
        return None
    told = [
        (sum([stem.event for stem in window.stems]) * window.scale, window)
        for window in windows(walked)
    ]
    points, window = max(told, key=itemgetter(0))
    needed = PER_WINDOW * log(len(told)) - lexicon.event_bias
    return Told(points - needed, needed, window)


def search_events(walked: Scan, lexicon: Lexicon) -> None:
    """Add a hit of the pack's event rule where the window that tells most has its strong words."""
    told = told_most(walked, lexicon)
    if told is None or told.total < 0 or lexicon.event is None:
        return
    window = told.window
    strongest = max(window.stems, key=attrgetter("event"))
    token = walked.said.index(strongest, sum(map(len, walked.entries[: window.first])))
    number = walked.sentence_of(token)
    begins = sum(map(len, walked.entries[:number]))
    said = walked.said[begins : begins + len(walked.entries[number])]
    strong = [place for place, stem in enumerate(said) if stem in lexicon.event_stems]
    walked.hits.append(Hit(lexicon.event, False, 1.0, number, strong[0], strong[-1] + 1))
