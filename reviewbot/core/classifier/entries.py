"""What the rules know of one word form, and the remembered forms. No rule is read here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from reviewbot.core.classifier.patterns import Element
from reviewbot.core.model import Severity

TOKEN = re.compile(r"\w[\w*'’\-]*|[!?]+|[()]+|[,:+=—–\-\u2600-\u27bf\U0001f300-\U0001faff]")
LONGEST_PIECE, MAX_PIECES = 40, 15_000
"""What stands between blanks is remembered up to this length, in twice this number: some 10 MB."""

NEGATION, THROUGH, CONTRAST, STRONG, WEAK, UNREAL = 1, 2, 4, 8, 16, 32
HEAD_PROS, HEAD_CONS, HEAD_COMMENT, HEAD_BEGINS = 64, 128, 256, 512
BEGINS_PARTS, STOP = 1024, 2048
QUIET, WORD, PAUSE, SIGN = range(4)
"""Sorts of tokens: words that bring their stem's points at most, words with rules, signs."""
HEADS_MASK = HEAD_PROS | HEAD_CONS | HEAD_COMMENT
ACTING = NEGATION | CONTRAST | STRONG | WEAK | UNREAL | BEGINS_PARTS | HEADS_MASK
"""Flags of words that do something where they stand."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as matched. `prior` is its side in a sentence, `points` what it adds to the score.

    `faces` 2: the word has two faces and counts only beside a second complaint. `danger` is the
    name of the danger a group of the packs is evidence of; `severity` is certain.
    """

    id: str
    prior: float
    points: float
    negated: float
    topic: str | None
    severity: Severity | None
    mention: bool
    faces: int
    side: float
    own: bool = False
    unless: int = 0
    hint: str | None = None
    danger: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern by its first word. No `rule`: inside the phrase no rule sees anything."""

    rule: Rule | None
    rest: tuple[Element | None, ...]
    """The elements after the first; None is a gap."""


class Together(NamedTuple):
    """A rule whose parts stand near each other, in any order; numbers are bits of the parts."""

    rule: Rule
    rest: int


class Stem:
    """A stem with points; `!` before its name: after a negation. One object each, told by what it
    is: so many are gathered and counted per review that comparing names would show.

    `points` speak for a complaint, `danger` for a danger, of the sort named by `of`.
    """

    __slots__ = ("danger", "name", "of", "points")

    def __init__(self, name: str, points: float, danger: float = 0.0, of: str = "") -> None:
        self.name = name
        self.points = points
        self.danger = danger
        self.of = of


class Part(NamedTuple):
    """A word that rules of several parts ask for; `bit` is its number among them."""

    bit: int


class Trade(NamedTuple):
    """A word that shows the kind of business."""

    name: str


class SetName(NamedTuple):
    """A set of the pack that the danger model asks for."""

    name: str


@dataclass(slots=True)
class Entry:
    """All that the rules know of one word form.

    `acts` are those of its flags that do something where it stands. The first of `rules` is the
    one that takes a side, if `sided`. `said` is the stem where it has points, `said_negated` what
    it is after a negation. `begins` are those of `bits` that a rule of several parts begins with.
    `sets` are the sets of the danger model that hold it; `alarms` where the word is reason enough
    to look for a danger around it. `kind` is the kind of business the word
    shows, or "". `punctuation` is the sign where the token is no word.
    """

    form: str
    sort: int
    flags: int
    acts: int
    stem: str
    said: Stem | None
    said_negated: Stem | None
    rules: tuple[Rule, ...]
    sided: bool
    topics: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    bits: int
    begins: int
    sets: tuple[str, ...]
    alarms: bool
    known: bool
    kind: str
    punctuation: str


Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(dict[Key, Value], Generic[Key, Value]):
    """Answers remembered in two generations: what was asked of lately outlives a full memory.

    At most `most` answers stand in each generation. A full one becomes the old one; what is asked
    of again comes back from there, the rest is forgotten with the next. To look up is as fast as
    a dict; only a miss runs Python. A key that is not `worth` it is answered and not kept.
    """

    def __init__(
        self,
        make: Callable[[Key], Value],
        most: int,
        worth: Callable[[Key], bool] = lambda _: True,
    ) -> None:
        super().__init__()
        self._make = make
        self._most = most
        self._worth = worth
        self._old: dict[Key, Value] = {}

    def __missing__(self, key: Key) -> Value:
        value = self._old.get(key)
        if value is None:
            value = self._make(key)
            if not self._worth(key):
                return value
        if len(self) >= self._most:
            self._old = dict(self)
            self.clear()
        self[key] = value
        return value


class KnownWord(NamedTuple):
    """What stands for one word in the tree of a pack, sorted out."""

    rules: tuple[Rule, ...]
    sided: bool
    topics: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    bits: int
    kind: str
    sets: tuple[str, ...]


NOTHING = KnownWord((), False, (), (), 0, "", ())


def known_of(values: list[object]) -> KnownWord:
    """Sort out what stands for a word; `values` come with the longest pattern first.

    The longest pattern is the most specific: it alone gives the word its side.
    """
    single: list[Rule] = []
    phrases: list[Phrase] = []
    bits = 0
    kind = ""
    sets: dict[str, None] = {}
    for value in values:
        if isinstance(value, Part):
            bits |= value.bit
        elif isinstance(value, SetName):
            sets[value.name] = None
        elif isinstance(value, Trade):
            kind = kind or value.name
        elif isinstance(value, Phrase):
            if value.rest:
                phrases.append(value)
            elif value.rule is not None:
                single.append(value.rule)
    sided = next((rule for rule in single if rule.prior), None)
    others = [
        rule
        for rule in single
        if (rule.danger or rule.severity or rule.own or rule.hint) and rule is not sided
    ]
    return KnownWord(
        tuple(dict.fromkeys([sided, *others] if sided else others)),
        sided is not None,
        tuple(dict.fromkeys(rule.topic for rule in single if rule.topic)),
        tuple(sorted(phrases, key=precedence)),
        bits,
        kind,
        tuple(sets),
    )


def precedence(phrase: Phrase) -> tuple[int, int]:
    """What says nothing shields first, then the operator's own, the severe, and the longest."""
    rule = phrase.rule
    rank = 0 if rule is None else 1 if rule.own else 2 if rule.severity or rule.danger else 3
    return rank, -len(phrase.rest)
