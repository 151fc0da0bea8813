"""What the rules know of one word form, and the remembered forms. No rule is read here."""

import re
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from reviewbot.core.classifier.patterns import Element
from reviewbot.core.model import Severity

TOKEN = re.compile(r"\w[\w*'’\-]*|[!?]+|[()]+|[,:+=—–\-\u2600-\u27bf\U0001f300-\U0001faff]")
LONGEST_PIECE, MAX_PIECES = 40, 15_000
"""What stands between blanks is remembered up to this length, in twice this number: some 10 MB."""

NEGATION, THROUGH, CONTRAST, STRONG, WEAK, UNREAL = 1, 2, 4, 8, 16, 32
HEAD_PROS, HEAD_CONS, HEAD_COMMENT, HEAD_BEGINS = 64, 128, 256, 512
BEGINS_PARTS, STOP, UNTOLD = 1024, 2048, 4096
QUIET, WORD, PAUSE, SIGN = range(4)
"""Sorts of tokens: words that bring their stem's points at most, words with rules, signs."""
HEADS_MASK = HEAD_PROS | HEAD_CONS | HEAD_COMMENT
ACTING = NEGATION | CONTRAST | STRONG | WEAK | UNREAL | BEGINS_PARTS | HEADS_MASK
"""Flags of words that do something where they stand."""
FLAGS = {
    "negation": NEGATION,
    "through": THROUGH,
    "contrast": CONTRAST,
    "strong": STRONG,
    "weak": WEAK,
    "unreal": UNREAL,
    "stop": STOP,
    "untold": UNTOLD,
}
HEADS = {"pros": HEAD_PROS, "cons": HEAD_CONS, "comment": HEAD_COMMENT}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as matched. `prior` is its side in a sentence, `points` what it adds to the score.

    `faces` 2: the word has two faces and counts only beside a second complaint. `danger` is the
    name of the danger a group of the packs is evidence of, `about` the topic of such a review;
    `severity` is certain.
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
    about: str | None = None


def rule_of(
    rule_id: str,
    group: Mapping[str, Any],
    fitted: Mapping[str, float],
    *,
    own: bool,
    unless: int,
) -> Rule:
    """Return one rule of a group with its points; a rule too rare to have earned points of its
    own has those of its group."""
    prior = float(group.get("points", 1.5) if own else group.get("prior", 0.0))
    of_group = ".".join(rule_id.split(".")[:2])
    unfitted = prior if own else fitted.get(of_group, prior * 0.5)
    points = fitted.get(rule_id, unfitted)
    faces = int(group.get("faces", 1))
    severity = Severity(group["severity"]) if group.get("severity") else None
    # What the packs call critical is evidence of a danger; the operator's word is certain.
    is_danger = severity is Severity.CRITICAL and not own
    return Rule(
        rule_id,
        prior,
        points,
        fitted.get(f"not {rule_id}", fitted.get(f"not {of_group}", -0.4 * points)),
        group.get("topic"),
        None if is_danger else severity,
        bool(group.get("mention")),
        faces,
        side=prior / faces,
        own=own,
        unless=unless,
        hint=group.get("hint"),
        danger=group["id"] if is_danger else None,
        about=group.get("topic", group.get("about")) if is_danger else None,
    )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern by its first word. No `rule`: inside the phrase no rule sees anything.

    `rest` are the elements after the first, None is a gap; `second` is the number of the first
    of them among all such, ANY_SECOND where every word may follow.
    """

    rule: Rule | None
    rest: tuple[Element | None, ...]
    second: int


ANY_SECOND = -1


class Second(NamedTuple):
    """A word that may follow the first of a phrase; `number` is its element's."""

    number: int


class Together(NamedTuple):
    """A rule whose parts stand near each other, in any order; numbers are bits of the parts."""

    rule: Rule
    rest: int


class Stem:
    """A stem with points; `!` before its name: after a negation. One object each, told by what it
    is: so many are gathered and counted per review that comparing names would show.

    `points` speak for a complaint, `danger` for a danger, of the sort named by `of`. `most` is
    what it can add at most to a danger.
    """

    __slots__ = ("danger", "most", "name", "of", "points", "sort")

    def __init__(
        self, name: str, points: float, danger: float = 0.0, of: str = "", sort: str = "stem"
    ) -> None:
        self.name = name
        self.sort = sort
        self.points = points
        self.danger = danger
        self.most = max(0.0, danger)
        self.of = of

    @property
    def feature(self) -> str:
        """Its name for the danger model. Made when it is asked for: 27,000 took two megabytes."""
        return f"{self.sort}:{self.name}"


class Part(NamedTuple):
    """A word that rules of several parts ask for; `bit` is its number among them."""

    bit: int


class Trade(NamedTuple):
    """A word that shows the kind of business."""

    name: str


@dataclass(slots=True)
class Entry:
    """All that the rules know of one word form.

    `acts` are those of its flags that do something where it stands. The first of `rules` is the
    one that takes a side, if `sided`. Of its `topics` the `things` are named even inside a phrase
    that says nothing: «холодный борщ» is food, «в час дня» no waiting. `said` is the stem where it
    has points, `said_negated` what it is after a negation. `seconds` are the numbers of the
    phrases' second elements that it fits. `begins` are those of
    `bits` that a rule of several parts begins with.
    `manner` is the manner of telling the word belongs to, if any, said or denied. `alarms` is
    whether the word is reason enough to look for a danger around it. What is `beside` the point
    says nothing of one by its stem: stop words. `kind` is the kind of business the word shows, or
    "". `punctuation` is the sign where the token is no word. `root` is what root_of says.
    """

    form: str
    sort: int
    flags: int
    acts: int
    said: Stem | None
    said_negated: Stem | None
    rules: tuple[Rule, ...]
    sided: bool
    topics: tuple[str, ...]
    things: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    seconds: frozenset[int]
    bits: int
    begins: int
    manner: Stem | None
    alarms: bool
    beside: bool
    known: bool
    kind: str
    punctuation: str
    root: str


Key = TypeVar("Key", bound=Sized)
Value = TypeVar("Value")


class Remembered(dict[Key, Value], Generic[Key, Value]):
    """Answers remembered in two generations: what was asked of lately outlives a full memory.

    At most `most` answers stand in each generation. A full one becomes the old one; what is asked
    of again comes back from there, the rest is forgotten with the next. To look up is as fast as
    a dict; only a miss runs Python. A key longer than `longest` is answered and not kept.
    """

    def __init__(self, make: Callable[[Key], Value], most: int, longest: int = 1_000) -> None:
        super().__init__()
        self._make = make
        self._most = most
        self._longest = longest
        self._old: dict[Key, Value] = {}

    def __missing__(self, key: Key) -> Value:
        value = self._old.get(key)
        if value is None:
            value = self._make(key)
            if len(key) > self._longest:
                return value
        if len(self) >= self._most:
            self._old = dict(self)
            self.clear()
        self[key] = value
        return value


class KnownWord(NamedTuple):
    """What stands for one word in the tree of a pack, sorted out. `speaks` unless the word only
    follows others in phrases."""

    speaks: bool
    rules: tuple[Rule, ...]
    sided: bool
    topics: tuple[str, ...]
    things: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    seconds: frozenset[int]
    bits: int
    kind: str


NOTHING = KnownWord(False, (), False, (), (), (), frozenset(), 0, "")


def known_of(values: list[object]) -> KnownWord:
    """Sort out what stands for a word; `values` come with the longest pattern first.

    The longest pattern is the most specific: it alone gives the word its side.
    """
    single: list[Rule] = []
    phrases: list[Phrase] = []
    seconds: list[int] = []
    bits = 0
    kind = ""
    for value in values:
        if isinstance(value, Second):
            seconds.append(value.number)
        elif isinstance(value, Part):
            bits |= value.bit
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
        len(seconds) < len(values),
        tuple(dict.fromkeys([sided, *others] if sided else others)),
        sided is not None,
        tuple(dict.fromkeys(rule.topic for rule in single if rule.topic)),
        tuple(dict.fromkeys(rule.topic for rule in single if rule.topic and rule.mention)),
        tuple(sorted(phrases, key=precedence)),
        frozenset(seconds),
        bits,
        kind,
    )


def root_of(word: str, stem: str) -> str:
    """Return by what a word is known in a pair of neighbours: its stem, `#` for any number, a sign
    as it stands."""
    return "#" if word.isdigit() else stem if word[0].isalnum() else word


def unknown_word(form: str, root: str) -> Entry:
    """Return what is known of a word that no rule, no stem and no mark knows: nearly half of all
    new ones."""
    return Entry(
        form, QUIET, 0, 0, None, None, (), False, (), (), (), frozenset(), 0, 0, None, False,
        False, False, "", "", root,
    )  # fmt: skip


def precedence(phrase: Phrase) -> tuple[int, int]:
    """What says nothing shields first, then the operator's own, the severe, and the longest."""
    rule = phrase.rule
    rank = 0 if rule is None else 1 if rule.own else 2 if rule.severity or rule.danger else 3
    return rank, -len(phrase.rest)
