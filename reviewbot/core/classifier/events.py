"""Critical events told in words that no rule has: fitted points of stems, two sentences at a time.

Rules know what is usually said of an event; people find other words. The stems' points come from
lists of events and of look-alikes, with sentences of real reviews as what is no event.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import log, sqrt
from operator import attrgetter
from typing import NamedTuple

from reviewbot.core.classifier.lexicon import Lexicon, Stem
from reviewbot.core.classifier.scan_result import Hit, Scan

SENTENCES = 2
"""An event is seldom told in fewer words than one sentence has, nor in more than two have."""
FEWEST = 6
PER_WINDOW = 0.7
"""How much more a longer review must say: each further window is one more chance to err."""


class Window(NamedTuple):
    """Sentences in a row: the stems of each, once a sentence, and what their points are
    multiplied with."""

    stems: tuple[Stem, ...]
    scale: float


def windows(walked: Scan) -> Iterator[Window]:
    """Yield every two sentences in a row; the only one where there is no second."""
    last = len(walked.entries)
    for first in range(max(min(1, last), last - 1)):
        yield window_from(walked, first)


def window_from(walked: Scan, first: int) -> Window:
    """Return the window that begins with a sentence."""
    starts = _starts(walked)
    middle = starts[first + 1]
    end = starts[min(first + SENTENCES, len(starts) - 1)]
    stems = (
        *dict.fromkeys(filter(None, walked.said[starts[first] : middle])),
        *dict.fromkeys(filter(None, walked.said[middle:end])),
    )
    return Window(stems, _scale(end - starts[first]))


def _starts(walked: Scan) -> list[int]:
    """Return the number of each sentence's first token, and of the end."""
    return [0, *accumulate(map(len, walked.entries))]


def _scale(tokens: int) -> float:
    return 2 / sqrt(max(FEWEST, tokens))


class Told(NamedTuple):
    """How much a review tells of an event: one from `total` 0 on; the sentence where the window
    begins that tells most of it."""

    total: float
    needed: float
    first: int


def told_most(walked: Scan, lexicon: Lexicon) -> Told | None:
    """Return what a review tells of an event; None where no word names one."""
    if lexicon.event is None or lexicon.event_stems.isdisjoint(walked.stems):
        return None
    said, starts = walked.said, _starts(walked)
    # Summed by sentence: to gather the stems of every window took as long as all the rest of a
    # long review.
    sums = [
        sum([stem.event for stem in {*said[start:end]} if stem]) for start, end in pairwise(starts)
    ]
    totals = [
        sum(sums[first : first + SENTENCES])
        * _scale(starts[min(first + SENTENCES, len(sums))] - starts[first])
        for first in range(max(1, len(sums) - 1))
    ]
    best = max(range(len(totals)), key=totals.__getitem__)
    needed = PER_WINDOW * log(len(totals)) - lexicon.event_bias
    return Told(totals[best] - needed, needed, best)


def search_events(walked: Scan, lexicon: Lexicon) -> None:
    """Add a hit of the pack's event rule where the window that tells most has its strong words."""
    told = told_most(walked, lexicon)
    if told is None or told.total < 0 or lexicon.event is None:
        return
    starts = _starts(walked)
    strongest = max(window_from(walked, told.first).stems, key=attrgetter("event"))
    token = walked.said.index(strongest, starts[told.first])
    number = walked.sentence_of(token)
    said = walked.said[starts[number] : starts[number + 1]]
    naming = {strongest, *lexicon.event_stems.intersection(said)}
    strong = [place for place, stem in enumerate(said) if stem in naming]
    walked.hits.append(Hit(lexicon.event, False, 1.0, number, strong[0], strong[-1] + 1))
