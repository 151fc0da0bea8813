"""Dangers: harm, theft, discrimination, … told in a few words in a row, as a probability.

A window of tokens is weighed by the rules that fired in it, the sets of words that stand in it
together, its stems, and by the review: its tone, its stars, the kind of business. The window that
tells most decides, and is what is quoted. What is denied, feared or supposed counts apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, combinations
from math import exp

from reviewbot.core.classifier.entries import CONTRAST, SIGN, STOP, Entry
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.nearby_parts import is_denied_after
from reviewbot.core.classifier.scan_result import Hit, Scan
from reviewbot.core.classifier.score import Weighed

WINDOW, STEP = 14, 4
"""Tokens of a window, and how far apart windows begin: ten in a row stand in one together."""
TOGETHER_TOKENS = 12
"""The parts of a rule stand within so many tokens: farther apart they are together by chance."""
LIST_REACH = 7
"""How many tokens after a thing a denial of it may stand."""
FIRM = 0.65
"""A hit weakened below this (feared, supposed, slight) is no danger told."""
TELLING_FROM = 0.3
"""A token is quoted for stems from this many points on, or as a part of a rule or a pair."""


@dataclass(frozen=True, slots=True)
class Danger:
    """The window of a review that tells most of a danger.

    `name` is the danger, `first` and `last` the tokens of the window that speak of it, counted
    over the whole review; `parts` what was added to the sum, by feature.
    """

    name: str
    total: float
    first: int
    last: int
    parts: dict[str, float]

    @property
    def probability(self) -> float:
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.total))))


class Tokens:
    """A review's tokens in one row, with what is denied, silent, and said by rules."""

    def __init__(self, walked: Scan) -> None:
        self.walked = walked
        self.entries: list[Entry] = [entry for read in walked.entries for entry in read]
        starts = [0, *accumulate(map(len, walked.entries))]
        self.hits: list[tuple[Hit, int, int]] = [
            (hit, starts[hit.sentence] + hit.start, starts[hit.sentence] + hit.end)
            for hit in walked.hits
            if hit.rule.danger and hit.end - hit.start <= TOGETHER_TOKENS
        ]

    def windows(self) -> Iterator[tuple[int, int]]:
        """Yield the first token of every window, and the one after its last."""
        n = len(self.entries)
        for first in range(0, max(1, n - WINDOW + STEP), STEP):
            last = min(first + WINDOW, n)
            yield max(0, last - WINDOW), last

    def is_denied(self, token: int) -> bool:
        """Whether a token is under a negation, a fear or a supposition."""
        if any(token in places for places in self.walked.denied):
            return True
        n = len(self.entries)
        if token + 1 < n and is_denied_after(self.entries, token + 1, n):
            return True
        # «тараканов, клопов и прочей живности не видели»: a denial at the end of a list.
        for place in range(token + 1, min(token + LIST_REACH, n)):
            entry = self.entries[place]
            if entry.flags & CONTRAST or entry.sort == SIGN:
                return False
            if entry.form == "не":
                return is_denied_after(self.entries, place, n)
        return False


def features(tokens: Tokens, first: int, last: int) -> dict[str, list[int]]:
    """Return what a window holds: features by name, each with the tokens that are it.

    Names are those of DangerModel, and `stem:…`.
    """
    found: dict[str, list[int]] = {}
    for hit, start, end in tokens.hits:
        if first <= (start + end - 1) // 2 < last:
            said = not hit.negated and hit.weight >= FIRM and not tokens.is_denied(start)
            no = "" if said else "not "
            found.setdefault(f"rule:{no}{hit.rule.danger}", []).extend((start, end - 1))
    placed: list[tuple[int, str]] = []
    stems, silent = tokens.walked.said, tokens.walked.silent
    for token in range(first, last):
        stem = stems[token]
        if stem is not None and not _is_beside_the_point(tokens.entries[token]):
            found.setdefault(f"stem:{stem.name}", []).append(token)
        sets = tokens.entries[token].sets
        if sets and token not in silent:
            no = "not " if tokens.is_denied(token) else ""
            placed += [(token, f"{no}{name}") for name in sets]
    for token, name in placed:
        found.setdefault(f"set:{name}", []).append(token)
    for (one, name), (two, other) in combinations(placed, 2):
        if one != two and name != other:
            pair = f"{name} + {other}" if name < other else f"{other} + {name}"
            found.setdefault(f"pair:{pair}", []).extend((one, two))
    return found


def _is_beside_the_point(entry: Entry) -> bool:
    """Whether a word's stem says nothing of a danger: stop words, and praise, which the review's
    tone tells already («вкусно, но в супе стекло»)."""
    return bool(entry.flags & STOP) or (entry.sided and entry.rules[0].prior < 0)


def review_features(weighed: Weighed, rating: int | None) -> dict[str, float]:
    """Return what is true of the whole review, by feature name."""
    found = {"review:tone": max(-6.0, min(6.0, weighed.total_without_danger)) / 3}
    if rating is not None:
        found["review:high stars" if rating >= 4 else "review:low stars"] = 1.0
    return found


def find_danger(
    walked: Scan, lexicon: Lexicon, weighed: Weighed, kind: str, rating: int | None
) -> Danger | None:
    """Return the window that tells most of a danger; None where none is worth a look."""
    model = lexicon.danger
    if model is None or not _is_worth_a_look(walked):
        return None
    tokens = Tokens(walked)
    whole = {
        name: model.features[name].value * value
        for name, value in review_features(weighed, rating).items()
        if name in model.features
    }
    base = model.bias + sum(whole.values())
    sums = [0.0, *accumulate([stem.danger if stem else 0.0 for stem in walked.said])]
    alarms = [0, *accumulate([entry.alarms for entry in tokens.entries])]
    best: Danger | None = None
    for first, last in tokens.windows():
        rules = any(first <= (start + end - 1) // 2 < last for _, start, end in tokens.hits)
        if not rules and (
            alarms[last] == alarms[first]
            or base + sums[last] - sums[first] + model.most < model.threshold
        ):
            continue
        danger = _weigh_window(tokens, lexicon, base, kind, first, last)
        if lexicon.silences(lexicon.danger_id(danger.name)):
            continue
        if best is None or danger.total > best.total:
            best = danger
    return best and replace(best, parts={"bias": model.bias} | whole | best.parts)


def _is_worth_a_look(walked: Scan) -> bool:
    # A list is made at once; a generator takes twice as long for each of a long review's words.
    if True in [entry.alarms for read in walked.entries for entry in read]:
        return True
    return any(hit[0].danger for hit in walked.hits)


def _weigh_window(
    tokens: Tokens, lexicon: Lexicon, base: float, kind: str, first: int, last: int
) -> Danger:
    model = lexicon.danger
    assert model is not None
    parts: dict[str, float] = {}
    of: dict[str, float] = {}
    telling: list[int] = []
    said = tokens.walked.said
    for name, places in features(tokens, first, last).items():
        sort, _, rest = name.partition(":")
        if sort == "stem":
            stem = said[places[0]]
            assert stem is not None
            value, danger = stem.danger, stem.of
        else:
            points = model.features.get(name)
            value, danger = points if points else (0.0, "")
            if sort == "rule" and kind:
                more = model.features.get(f"rule:{kind} {rest}")
                value += more.value if more else 0.0
        if not value:
            continue
        parts[name] = value
        if value >= TELLING_FROM and sort != "set":
            telling += places
        if danger and value > 0:
            of[danger] = of.get(danger, 0.0) + value
    spoken = telling or [first, last - 1]
    return Danger(
        max(of, key=of.__getitem__, default=""),
        base + sum(parts.values()),
        max(first, min(spoken)),
        min(last - 1, max(spoken)),
        parts,
    )
