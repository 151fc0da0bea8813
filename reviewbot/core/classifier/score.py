"""From what fired to a probability: points over the root of the review's length, plus shape.

Shape is what a review says as a whole: which side its sentences take, how it ends, empty fields,
length. Both the points and the shape's weights stand in the pack, fitted from labelled reviews.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log1p, sqrt, tanh
from operator import mul
from typing import NamedTuple

from reviewbot.core.classifier.entries import HEAD_CONS, HEAD_PROS
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.scan_result import Hit, Scan
from reviewbot.core.classifier.weights import Model

KIND_FROM = 2
"""How many of a business's words a long review must hold to count as one about it."""
FEWEST = 4
"""A text with fewer words than this is damped as if it had as many."""
PAST_REVIEWS = 30
"""How many of a location's latest reviews with words are asked."""
PAST_CHARACTERS = 300
"""How much of each is read."""
FEWEST_SHOW = 5
MOST_OF = 2 / 3


class Sides(NamedTuple):
    """Per topic how much was complained and praised, and the topics mentioned at all."""

    against: dict[str, float]
    towards: dict[str, float]
    mentioned: set[str]


@dataclass(slots=True)
class Weighed:
    """`score` is P(negative); `total` its logit; `scale` what each point was multiplied with.

    `total_without_danger` leaves out what the rules of dangers added.
    """

    score: float
    total: float
    total_without_danger: float
    scale: float
    hits: dict[tuple[str, bool], Hit]
    sides: Sides
    model: Model


def whole(scan: Scan) -> tuple[float, ...]:
    """Return the values of fitted.SHAPE for one review."""
    complaint = praise = top_complaint = top_praise = 0.0
    turned_complaint = turned_praise = cons_side = pros_side = begins = ends = 0.0
    against = towards = 0
    for clause in scan.clauses:
        c, p = clause.complaint, clause.praise
        if not c and not p:
            continue
        complaint += c
        praise += p
        side = c - p
        if not against and not towards:
            begins = side
        ends = side
        if side > 0:
            against += 1
            if side > top_complaint:
                top_complaint = side
        else:
            towards += 1
            if -side > top_praise:
                top_praise = -side
        if clause.contrast:
            turned_complaint += c
            turned_praise += p
        if clause.field == HEAD_CONS:
            cons_side += side
        elif clause.field == HEAD_PROS:
            pros_side += side
    words = scan.words
    clauses = len(scan.clauses) or 1
    length = sqrt(words + 3)
    return (
        log1p(words) - 3,
        0.0 if complaint or praise else 1.0,
        log1p(complaint),
        log1p(praise),
        complaint / (complaint + praise + 1.0),
        tanh((complaint - praise) / 3),
        complaint / length,
        praise / length,
        against / clauses,
        towards / clauses,
        log1p(top_complaint),
        log1p(top_praise),
        tanh(begins / 2),
        tanh(ends / 2),
        log1p(turned_complaint),
        log1p(turned_praise),
        min(scan.exclamations, 5) / 5,
        min(scan.questions, 4) / 4,
        min(scan.smiles, 4) / 4,
        min(scan.frowns, 4) / 4,
        float(scan.pros_empty),
        float(scan.cons_empty),
        float(scan.pros_many),
        float(scan.cons_many),
        log1p(scan.pros_words),
        log1p(scan.cons_words),
        tanh(pros_side / 3),
        tanh(cons_side / 3),
    )


def sides_of_topics(scan: Scan) -> Sides:
    """Return who was complained about and praised.

    A word that names its topic speaks of that; another of the topic named nearest to it.
    """
    against: dict[str, float] = {}
    towards: dict[str, float] = {}
    mentioned: set[str] = set()
    for clause in scan.clauses:
        if clause.complained:
            for topic, value in clause.complained.items():
                against[topic] = against.get(topic, 0.0) + value
        if clause.praised:
            for topic, value in clause.praised.items():
                towards[topic] = towards.get(topic, 0.0) + value
        if clause.topics:
            mentioned |= clause.topics
    return Sides(against, towards, mentioned)


def topic_shape(sides: Sides) -> dict[str, float]:
    """Return how much the review holds against and for each topic, by the model's names."""
    shape = {f"{topic}?": 0.35 for topic in sides.mentioned}
    for topic, value in sides.against.items():
        shape[f"{topic}-"] = log1p(value) / 2
    for topic, value in sides.towards.items():
        shape[f"{topic}+"] = log1p(value) / 2
    return shape


def evidence(scan: Scan) -> tuple[dict[tuple[str, bool], Hit], float]:
    """Return each rule's strongest hit (a rule counts once a review) and the damping scale."""
    hits: dict[tuple[str, bool], Hit] = {}
    faced = False
    for hit in scan.hits:
        rule = hit[0]
        key = (rule.id, hit[1])
        known = hits.get(key)
        if known is None or hit[2] > known[2]:
            hits[key] = hit
            faced = faced or rule.faces > 1
    if faced and sum(hit.rule.prior > 0 for hit in hits.values()) == 1:
        # A word with two faces says nothing without a second complaint.
        hits = {key: hit for key, hit in hits.items() if hit.rule.faces == 1 or hit.negated}
    return hits, 2 / sqrt(max(FEWEST, scan.words))


def kind_of(scan: Scan) -> str:
    """Return the kind of business the words show, or "" where they do not say."""
    kinds = scan.kinds
    if not kinds:
        return ""
    name = max(kinds, key=kinds.__getitem__)
    return name if kinds[name] >= min(KIND_FROM, 1 + scan.words // 12) else ""


def usual_kind(kinds: Iterable[str]) -> str:
    """Return the kind of business of a location whose past reviews show these, each "" where one
    shows none: what at least FEWEST_SHOW show and two thirds of those that show any, else "".
    """
    counted = Counter(kind for kind in kinds if kind)
    if not counted:
        return ""
    kind, times = counted.most_common(1)[0]
    return kind if times >= FEWEST_SHOW and times >= MOST_OF * counted.total() else ""


def weigh(scan: Scan, lexicon: Lexicon, kind: str | None = None) -> Weighed:
    """Return P(negative) and its parts. `kind` of business: told, or read off the words."""
    model = lexicon.models.get(kind_of(scan) if kind is None else kind) or lexicon.models[""]
    hits, scale = evidence(scan)
    points = of_dangers = 0.0
    added = model.added if model.points else None
    for (rule_id, negated), hit in hits.items():
        rule = hit[0]
        value = rule.negated if negated else rule.points
        if added:
            value += added(rule_id, negated)
        points += value * hit[2]
        if rule.danger:
            of_dangers += value * hit[2]
    points += sum([stem.points for stem in scan.stems])
    if model.words:
        points += sum([model.words.get(stem.name, 0.0) for stem in scan.stems])
    sides = sides_of_topics(scan)
    total = model.bias + points * scale + sum(map(mul, model.whole, whole(scan)))
    for topic in sides.mentioned:
        total += model.mentioned.get(topic, 0.0) * 0.35
    for topic, value in sides.against.items():
        total += model.against.get(topic, 0.0) * log1p(value) / 2
    for topic, value in sides.towards.items():
        total += model.towards.get(topic, 0.0) * log1p(value) / 2
    score = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
    return Weighed(score, total, total - of_dangers * scale, scale, hits, sides, model)
