"""Dangers: harm, theft, discrimination, … told in a few words in a row, as a probability.

A window of tokens is weighed by the rules that fired in it, its stems, its manner of telling
(«хоть», «будто», «мне», «ваш»), and by the review: its tone, its length, its stars, the kind of
business. The window that tells most decides, and is what is quoted. What is denied, feared or
supposed counts apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise
from math import exp, log

from reviewbot.core.classifier.entries import CONTRAST, Entry, Stem
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.nearby_parts import is_denied_behind
from reviewbot.core.classifier.scan_result import Hit, Scan
from reviewbot.core.classifier.score import Weighed
from reviewbot.core.classifier.weights import DangerModel, Points, named_danger

WINDOW, STEP = 14, 4
"""Tokens of a window, and how far apart windows begin: ten in a row stand in one together."""
SHORT = 30
"""A review of no more tokens is one window: it tells of one thing, often in two sentences. One of
more tells enough for a window to sound of a danger by chance: there one counts less in which no
rule names a danger."""
BRIEF = 8
"""In a window of fewer tokens a rule that names a danger names nearly all that is told there: a
joke or a comparison needs more words («нашли таракана», «пожар на кухне»)."""
TURN_LEAVES = 2
"""With so many tokens after its last «но», what follows that is a window of its own: praise before
an event does not make it less («всё хорошо, но у жены украли кошелёк»)."""
LEAST_SENTENCE, MOST_SENTENCE = 3, 20
"""Tokens of a sentence that is a window of its own where a rule names a danger in it."""
TOGETHER_TOKENS = 12
"""The parts of a rule stand within so many tokens: farther apart they are together by chance."""
FIRM = 0.65
"""A hit weakened below this (feared, supposed, slight) is no danger told."""
QUOTED_GAP = 4
"""Words that tell of a danger are quoted together from so near."""
QUOTED_TOKENS = 12
"""A quote is no longer than this."""
TELLING_FROM = 0.3
"""A token is quoted for stems from this many points on, or as a part of a rule."""


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
    """A review's tokens in one row, with what is denied, and said by rules.

    `stems` holds each token's manner of telling, or its stem where it may speak of a danger;
    `pairs` what each token is together with the next one.
    """

    def __init__(
        self, walked: Scan, model: DangerModel, entries: list[Entry] | None = None
    ) -> None:
        self.walked = walked
        self.entries = entries or [*chain.from_iterable(walked.entries)]
        self.stems = telling_stems(self.entries, walked.said)
        self.pairs = pairs_of(self.entries, model)

    @cached_property
    def hits(self) -> list[tuple[Hit, int, int]]:
        """What is said by rules: found only where a window is worth a closer look."""
        starts = [0, *accumulate(map(len, self.walked.entries))]
        return [
            (hit, starts[hit[3]] + hit[4], starts[hit[3]] + hit[5])
            for hit in self.walked.hits
            if hit[0].danger and hit[5] - hit[4] <= TOGETHER_TOKENS
        ]

    @cached_property
    def _denied(self) -> set[int]:
        return {token for places in self.walked.denied for token in places}

    @cached_property
    def named_sentences(self) -> list[tuple[int, int]]:
        """The sentences in which a rule names a danger, as windows of their own, and what of them
        follows a «но»: what is ordinary around does not make it less («Ждали час. Отравились,
        вызывали скорую», «Кофе вкусный, но в нём было стекло. Деньги вернули»)."""
        starts = [0, *accumulate(map(len, self.walked.entries))]
        named: dict[int, int] = {}
        for hit, start, _ in self.hits:
            if self._is_told(hit, start):
                named[hit[3]] = max(start, named.get(hit[3], 0))
        found = []
        for sentence, token in sorted(named.items()):
            first, last = starts[sentence], starts[sentence + 1]
            after_turns = [n + 1 for n in range(first, token) if self.entries[n].flags & CONTRAST]
            found += [(begin, last) for begin in (first, *after_turns[-1:])]
        most = min(MOST_SENTENCE, len(self.entries) - 1)
        return [(first, last) for first, last in found if LEAST_SENTENCE <= last - first <= most]

    def brevity_in(self, named: Iterable[str], first: int, last: int) -> float:
        """Return the brevity of a window: none of a whole sentence, since others tell the rest."""
        is_clause = first > 0 and self.entries[first - 1].flags & CONTRAST
        alone = is_clause or (first, last) not in self.named_sentences
        return brevity(named, last - first) if alone else 0.0

    def said_by_rules(self, first: int, last: int) -> list[tuple[str, int, int]]:
        """Return the dangers that rules tell in a window, each with where; denied ones apart."""
        return [
            (
                hit.rule.danger if self._is_told(hit, start) else f"not {hit.rule.danger}",
                start,
                end,
            )
            for hit, start, end in self.hits_in(first, last)
            if hit.rule.danger
        ]

    def hits_in(self, first: int, last: int) -> list[tuple[Hit, int, int]]:
        """Return the hits of a window: those whose middle stands in it."""
        return [each for each in self.hits if first <= (each[1] + each[2] - 1) // 2 < last]

    def _is_told(self, hit: Hit, start: int) -> bool:
        return not hit.negated and hit.weight >= FIRM and not self.is_denied(start)

    def is_denied(self, token: int) -> bool:
        """Whether a token is under a negation, a fear or a supposition."""
        return token in self._denied or is_denied_behind(self.entries, token)


def telling_stems(entries: list[Entry], said: list[Stem | None]) -> list[Stem | None]:
    """Return what each token adds by itself: a manner of telling, a stem, or nothing."""
    return [
        entry.manner or (None if entry.beside else stem)
        for stem, entry in zip(said, entries, strict=True)
    ]


def pairs_of(entries: list[Entry], model: DangerModel) -> list[Stem | None]:
    """Return what each token but the last adds together with the next one, or None."""
    get = model.pairs.get
    return [*map(get, pairwise([entry.root for entry in entries]))]


def features(tokens: Tokens, first: int, last: int) -> dict[str, list[int]]:
    """Return what a window holds: features by name, each with the tokens that are it.

    Names are those of DangerModel, `stem:…`, `manner:…` and `pair:…`.
    """
    found: dict[str, list[int]] = {}
    for danger, start, end in tokens.said_by_rules(first, last):
        found.setdefault(f"rule:{danger}", []).extend((start, end - 1))
    for token, stem in enumerate(tokens.stems[first:last], first):
        if stem is not None:
            found.setdefault(stem.feature, []).append(token)
    for token, pair in enumerate(tokens.pairs[first : last - 1], first):
        if pair is not None:
            found.setdefault(pair.feature, []).append(token)
    return found


def brevity(named: Iterable[str], tokens: int) -> float:
    """Return how much of a short window its dangers named by rules are, from 0 to 1."""
    return max(0.0, 1 - tokens / BRIEF) if _is_named(named) else 0.0


def review_features(weighed: Weighed, rating: int | None, tokens: int) -> dict[str, float]:
    """Return what is true of the whole review, by feature name.

    The more windows a review has, the sooner one of them sounds of a danger by chance.
    """
    found = {
        "review:tone": max(-6.0, min(6.0, weighed.total_without_danger)) / 3,
        "review:length": log(windows_in(tokens)),
    }
    if rating is not None:
        found["review:high stars" if rating >= 4 else "review:low stars"] = 1.0
        if rating >= 4 and tokens > SHORT:
            found["review:long praise"] = 1.0
    return found


def find_danger(
    walked: Scan,
    lexicon: Lexicon,
    weighed: Weighed,
    kind: str,
    rating: int | None,
    *,
    at_least: float = float("-inf"),
) -> Danger | None:
    """Return the window that tells most of a danger; None where none is worth a look, or none
    adds up to `at_least`."""
    model = lexicon.danger
    if model is None:
        return None
    whole = {
        name: model.features[name].value * value
        for name, value in review_features(weighed, rating, sum(map(len, walked.entries))).items()
        if name in model.features
    }
    base = model.bias + sum(whole.values())
    tokens, windows = _worth_a_look(walked, model, at_least - base)
    if tokens is None or not windows:
        return None
    # Stems are added in the order of memory: rounded, of equal windows the first is told.
    totals = [(round(-base - _sum_of(tokens, model, kind, each), 9), *each) for each in windows]
    for less, first, last in sorted(totals):
        if -less < at_least:
            return None
        danger = _weigh_window(tokens, lexicon, base, kind, (first, last))
        if not lexicon.silences(lexicon.danger_id(danger.name)):
            return replace(danger, parts={"bias": model.bias} | whole | danger.parts)
    return None


def windows_in(tokens: int) -> int:
    """Return how many windows of the usual width so many tokens have, one at least."""
    return len(_first_tokens(tokens))


def _first_tokens(tokens: int) -> range:
    return range(0, max(1, tokens - WINDOW + STEP), STEP)


def windows_of(entries: list[Entry]) -> Iterator[tuple[int, int]]:
    """Yield the first token of every window of a review, and the one after its last."""
    tokens = len(entries)
    if tokens <= SHORT:
        yield 0, tokens
        turns = [place for place, entry in enumerate(entries) if entry.flags & CONTRAST]
        if turns and 0 < turns[-1] < tokens - TURN_LEAVES:
            yield turns[-1] + 1, tokens
        return
    for first in _first_tokens(tokens):
        last = min(first + WINDOW, tokens)
        yield max(0, last - WINDOW), last


def _worth_a_look(
    walked: Scan, model: DangerModel, needed: float
) -> tuple[Tokens | None, list[tuple[int, int]]]:
    """Return the windows in which something speaks of a danger, but for those that cannot reach
    what is needed whatever their words come to together; and the tokens, if any was looked at."""
    entries = [*chain.from_iterable(walked.entries)]
    told = [model.most_of_rule.get(hit[0].danger, 0.0) for hit in walked.hits if hit[0].danger]
    # A list is made at once; a generator takes twice as long for each of a long review's words.
    alarming = [entry.alarms for entry in entries]
    if not told and True not in alarming:
        return None, []
    tokens = Tokens(walked, model, entries)
    by_rules = sum(told) + max(0.0, model.brief)
    alarms = [0, *accumulate(alarming)]
    stems = [0.0, *accumulate(_most_of_tokens(tokens.stems))]
    pairs = [0.0, *accumulate([pair.most if pair else 0.0 for pair in tokens.pairs])]
    windows = windows_of(entries)
    return tokens, [
        (first, last)
        for first, last in (chain(windows, tokens.named_sentences) if told else windows)
        if stems[last] - stems[first] + pairs[last - 1] - pairs[first]
        >= needed - (by_rules if told and tokens.hits_in(first, last) else 0.0)
        and (told or alarms[last] > alarms[first])
    ]


def _most_of_tokens(stems: list[Stem | None]) -> list[float]:
    """Return what each token can add at most. A stem that speaks against a danger counts once
    within a window, as in the sum itself."""
    most = []
    against: dict[Stem, int] = {}
    width = SHORT if len(stems) <= SHORT else WINDOW
    for place, stem in enumerate(stems):
        points = stem.danger if stem is not None else 0.0
        if stem is not None and points < 0:
            if place - against.get(stem, -width) < width:
                points = 0.0
            else:
                against[stem] = place
        most.append(points)
    return most


def _sum_of(tokens: Tokens, model: DangerModel, kind: str, window: tuple[int, int]) -> float:
    """Return what the features of a window add up to, without telling which they are: all windows
    are summed, one is told."""
    first, last = window
    stems = {*tokens.stems[first:last], *tokens.pairs[first : last - 1]}
    stems.discard(None)
    value = sum([stem.danger for stem in stems if stem])
    get, nothing = model.features.get, _NO_POINTS
    told = {danger for danger, _, _ in tokens.said_by_rules(first, last)} if tokens.hits else ()
    for danger in told:
        value += get(f"rule:{danger}", nothing).value
        value += get(f"rule:{kind} {danger}", nothing).value
    return value + _of_naming(tokens, model, kind, told, window)[1]


def _of_naming(
    tokens: Tokens, model: DangerModel, kind: str, told: Iterable[str], window: tuple[int, int]
) -> tuple[str, float]:
    """Return what a window gains or loses by the dangers that rules name in it, with its name."""
    if _is_named(told):
        return "review:brief", model.brief * tokens.brevity_in(told, *window)
    of_length = model.unnamed if len(tokens.entries) > SHORT else 0.0
    return "review:unnamed", of_length + model.unnamed_in.get(kind, 0.0)


def _is_named(told: Iterable[str]) -> bool:
    """Whether a rule names a danger that is not denied."""
    return not all(danger.startswith("not ") for danger in told)


_NO_POINTS = Points(0.0, "")


def _weigh_window(
    tokens: Tokens,
    lexicon: Lexicon,
    base: float,
    kind: str,
    window: tuple[int, int],
) -> Danger:
    model = lexicon.danger
    assert model is not None
    first, last = window
    parts: dict[str, float] = {}
    of: dict[str, float] = {}
    telling: dict[int, float] = {}
    by_rule: tuple[float, list[int]] = (0.0, [])
    for name, places in features(tokens, first, last).items():
        sort, _, rest = name.partition(":")
        if sort != "rule":
            stem = (tokens.pairs if sort == "pair" else tokens.stems)[places[0]]
            assert stem is not None
            value, danger = stem.danger, stem.of
        else:
            points = model.features.get(name)
            value, danger = points if points else (0.0, "")
            if kind:
                more = model.features.get(f"rule:{kind} {rest}")
                value += more.value if more else 0.0
        if not value:
            continue
        parts[name] = value
        if value >= TELLING_FROM and sort not in ("manner", "pair"):
            for place in places:
                telling[place] = telling.get(place, 0.0) + value
        if sort == "rule" and value > by_rule[0]:
            by_rule = value, places
        if danger and value > 0:
            of[danger] = of.get(danger, 0.0) + value
    told = {danger for danger, _, _ in tokens.said_by_rules(first, last)}
    name, value = _of_naming(tokens, model, kind, told, window)
    if value:
        parts[name] = value
    spoken = _spoken(tokens, telling, by_rule[1]) or range(first, last)
    return Danger(
        named_danger(of, told),
        base + sum(parts.values()),
        max(first, spoken.start),
        min(last, spoken.stop) - 1,
        parts,
    )


def _spoken(tokens: Tokens, telling: dict[int, float], by_rule: list[int]) -> range | None:
    """Return the tokens to quote: what the strongest rule saw, else the word that tells most, and
    what tells too right beside it in the same sentence."""
    if not telling:
        return None
    first = last = max(telling, key=telling.__getitem__)
    if by_rule:
        # Several rules of one danger may have fired: the one beside which most is told is quoted.
        hits = zip(by_rule[::2], by_rule[1::2], strict=True)
        first, last = max(hits, key=lambda hit: _told_around(telling, *hit))
    sentences = [n for n, read in enumerate(tokens.walked.entries) for _ in read]
    for place in sorted(telling, key=lambda place: min(abs(place - first), abs(place - last))):
        near = first - QUOTED_GAP <= place <= last + QUOTED_GAP
        short = max(last, place) - min(first, place) < QUOTED_TOKENS
        if near and short and sentences[first] <= sentences[place] <= sentences[last]:
            first, last = min(first, place), max(last, place)
    return range(first, last + 1)


def _told_around(telling: dict[int, float], first: int, last: int) -> float:
    around = range(first - QUOTED_GAP, last + QUOTED_GAP + 1)
    return sum([value for place, value in telling.items() if place in around])
