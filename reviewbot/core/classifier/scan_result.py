"""What one walk over a review finds: hits, and the sides of its clauses."""

from itertools import accumulate
from typing import NamedTuple

from reviewbot.core.classifier.entries import Entry, Rule, Stem

REACH_BACK, REACH_AHEAD = 6, 4
"""How many words apart a judgement and the topic it is about may stand."""


class Hit(NamedTuple):
    """A rule that fired: tokens `start` to `end` of sentence `sentence`."""

    rule: Rule
    negated: bool
    weight: float
    sentence: int
    start: int
    end: int


class Clause:
    """A part of a sentence between contrasts: how much complaint and praise, about what.

    Most stay empty, so what they hold by default stands in the class: making one costs little.
    """

    field = 0
    contrast = False
    complaint = 0.0
    praise = 0.0
    complained: dict[str, float] | None = None
    praised: dict[str, float] | None = None
    topics: set[str] | None = None
    near: tuple[str, ...] = ()
    near_at = -REACH_BACK
    waiting = 0.0
    waiting_at = -REACH_BACK

    def add(self, rule: Rule, negated: bool, weight: float, place: int) -> None:
        """Put a hit on its side, and to the topic it or the words near it name.

        A negated word stands, weaker, on the other side. `place` is its token's number.
        """
        value = rule.side * weight
        if negated:
            value *= -0.7 if value < 0 else -0.4
        if value > 0:
            self.complaint += value
        elif value < 0:
            self.praise -= value
        else:
            return
        if rule.topic:
            self.about(rule.topic, value)
        elif place - self.near_at <= REACH_BACK:
            for topic in self.near:
                self.about(topic, value)
        else:
            self.waiting = value
            self.waiting_at = place

    def about(self, topic: str, value: float) -> None:
        """Add to what is complained (over zero) or praised of a topic."""
        if value > 0:
            sums = self.complained
            if sums is None:
                sums = self.complained = {}
            sums[topic] = sums.get(topic, 0.0) + value
        else:
            sums = self.praised
            if sums is None:
                sums = self.praised = {}
            sums[topic] = sums.get(topic, 0.0) - value

    def mention(self, topics: tuple[str, ...], place: int) -> None:
        """Note topics named at a token; a hit just before them is about them."""
        if self.topics is None:
            self.topics = set(topics)
        else:
            self.topics.update(topics)
        self.near = topics
        self.near_at = place
        if self.waiting and place - self.waiting_at <= REACH_AHEAD:
            for topic in topics:
                self.about(topic, self.waiting)
            self.waiting = 0.0


class Scan:
    """What one walk found, sentence by sentence.

    `said` holds each token's stem where it has points; `stems` each of them once. `kinds` are
    business → how many of its words stand in the review. `denied` are the tokens under a negation
    or a supposition, `silent` those inside a phrase that says nothing, counted over the review.
    """

    words = 0
    exclamations = 0
    questions = 0
    smiles = 0
    frowns = 0
    pros_words = 0
    cons_words = 0
    pros_empty = False
    cons_empty = False
    pros_many = False
    cons_many = False

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.entries: list[list[Entry]] = []
        self.said: list[Stem | None] = []
        self.hits: list[Hit] = []
        self.stems: list[Stem] = []
        self.kinds: dict[str, int] = {}
        self.denied: list[range] = []
        self.silent: set[int] = set()
        self.clauses: list[Clause] = []

    def sentence_of(self, token: int) -> int:
        """Return the number of the sentence that holds a token of the review."""
        ends = accumulate(map(len, self.entries))
        return next(number for number, end in enumerate(ends) if token < end)
