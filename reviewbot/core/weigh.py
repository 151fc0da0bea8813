"""From what fired to a probability: points over the square root of how much was said, plus shape.

Shape is what a review says as a whole: which side its sentences take, how it ends, empty fields,
length. Both the points and the shape's weights stand in the pack, fitted from labelled reviews.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log1p, sqrt, tanh

from reviewbot.core.scan import Hit, Scan

FEWEST = 4.0
"""A text with fewer pieces of evidence than this is damped as if it had as many."""


@dataclass(slots=True)
class Weighed:
    """`score` is P(negative); `total` its logit; `scale` what each point was multiplied with."""

    score: float
    total: float
    scale: float
    shape: dict[str, float]
    hits: dict[tuple[str, bool], Hit]
    stems: Mapping[str, tuple[float, int]]


def shape_of(scan: Scan) -> dict[str, float]:
    """Return the features of a review as a whole, by name, zeros left out."""
    complaint = praise = 0.0
    against = towards = 0
    top_complaint = top_praise = 0.0
    turned_complaint = turned_praise = 0.0
    cons_side = pros_side = 0.0
    sides: list[float] = []
    for clause in scan.clauses:
        c, p = clause.complaint, clause.praise
        if not c and not p:
            continue
        complaint += c
        praise += p
        side = c - p
        sides.append(side)
        if side > 0:
            against += 1
            top_complaint = max(top_complaint, side)
        elif side < 0:
            towards += 1
            top_praise = max(top_praise, -side)
        if clause.contrast:
            turned_complaint += c
            turned_praise += p
        if clause.field == 128:
            cons_side += side
        elif clause.field == 64:
            pros_side += side
    words = scan.words
    clauses = max(1, len(scan.clauses))
    length = sqrt(words + 3)
    values = {
        "words": log1p(words) - 3,
        "silent": 0.0 if sides else 1.0,
        "complaint": log1p(complaint),
        "praise": log1p(praise),
        "complaint-share": complaint / (complaint + praise + 1.0),
        "balance": tanh((complaint - praise) / 3),
        "complaint-density": complaint / length,
        "praise-density": praise / length,
        "clauses-against": against / clauses,
        "clauses-towards": towards / clauses,
        "strongest-complaint": log1p(top_complaint),
        "strongest-praise": log1p(top_praise),
        "begins": tanh(sides[0] / 2) if sides else 0.0,
        "ends": tanh(sides[-1] / 2) if sides else 0.0,
        "turned-complaint": log1p(turned_complaint),
        "turned-praise": log1p(turned_praise),
        "exclamations": min(scan.exclamations, 5) / 5,
        "questions": min(scan.questions, 4) / 4,
        "smiles": min(scan.smiles, 4) / 4,
        "frowns": min(scan.frowns, 4) / 4,
        "pros-empty": float(scan.pros_empty),
        "cons-empty": float(scan.cons_empty),
        "pros-many": float(scan.pros_many),
        "cons-many": float(scan.cons_many),
        "pros-words": log1p(scan.pros_words),
        "cons-words": log1p(scan.cons_words),
        "pros-side": tanh(pros_side / 3),
        "cons-side": tanh(cons_side / 3),
    }
    return {name: value for name, value in values.items() if value}


def evidence(scan: Scan) -> tuple[dict[tuple[str, bool], Hit], float]:
    """Return each rule's first hit (a rule counts once a review) and the damping scale."""
    hits: dict[tuple[str, bool], Hit] = {}
    complaints = 0
    for hit in scan.hits:
        key = (hit.rule.id, hit.negated)
        known = hits.get(key)
        if known is None:
            hits[key] = hit
            complaints += hit.rule.prior > 0
        elif hit.weight > known.weight:
            hits[key] = hit
    if complaints == 1:
        # A word with two faces says nothing without a second complaint.
        for key, hit in list(hits.items()):
            if hit.rule.faces > 1 and not hit.negated:
                del hits[key]
    return hits, 1 / sqrt(max(FEWEST, len(hits) + len(scan.stems)))


def weigh(scan: Scan, model: Mapping[str, float]) -> Weighed:
    hits, scale = evidence(scan)
    points = 0.0
    for hit in hits.values():
        points += (hit.rule.negated if hit.negated else hit.rule.points) * hit.weight
    for value, _ in scan.stems.values():
        points += value
    shape = shape_of(scan)
    total = model.get("bias", 0.0) + points * scale
    for name, value in shape.items():
        total += model.get(name, 0.0) * value
    return Weighed(1 / (1 + exp(-max(-30.0, min(30.0, total)))), total, scale, shape, hits, scan.stems)
