"""The fitted numbers of a pack: what a review as a whole, a rule and a stem add to the score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHAPE = (
    "words", "silent", "complaint", "praise", "complaint-share", "balance", "complaint-density",
    "praise-density", "clauses-against", "clauses-towards", "strongest-complaint",
    "strongest-praise", "begins", "ends", "turned-complaint", "turned-praise", "exclamations",
    "questions", "smiles", "frowns", "pros-empty", "cons-empty", "pros-many", "cons-many",
    "pros-words", "cons-words", "pros-side", "cons-side",
)  # fmt: skip
"""What is told of a review as a whole, in the order of `whole`."""


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted numbers of one kind of business: what stands in [profile.X] is added to [model].

    `points` and `words` are additions to the pack's own, by rule id and by stem; from `threshold`
    on, a text alone is a complaint.
    """

    name: str
    bias: float
    threshold: float
    whole: tuple[float, ...]
    against: Mapping[str, float]
    towards: Mapping[str, float]
    mentioned: Mapping[str, float]
    shape: Mapping[str, float]
    points: Mapping[str, float]
    words: Mapping[str, float]
    # What was asked before: a name is built from parts once a rule, not once a review.
    _added: dict[tuple[str, bool], float] = field(default_factory=dict, compare=False)

    def added(self, rule_id: str, negated: bool) -> float:
        """Return what this kind adds to a rule's points, its group's where it has none."""
        key = rule_id, negated
        value = self._added.get(key)
        if value is None:
            name = f"not {rule_id}" if negated else rule_id
            of_group = self.points.get(name.rpartition(".")[0], 0.0)
            value = self._added[key] = self.points.get(name, of_group)
        return value


def model_of(
    name: str, shape: Mapping[str, float], kind: Mapping[str, Any], threshold: float
) -> Model:
    return Model(
        name,
        bias=shape.get("bias", 0.0),
        threshold=threshold,
        whole=tuple(shape.get(feature, 0.0) for feature in SHAPE),
        against=_signed(shape, "-"),
        towards=_signed(shape, "+"),
        mentioned=_signed(shape, "?"),
        shape=shape,
        points=kind.get("points", {}),
        words=unpacked(kind.get("words", {})),
    )


def _signed(shape: Mapping[str, float], sign: str) -> dict[str, float]:
    """Return the weights of topics by topic: complained of -, praised +, mentioned ?."""
    return {name[:-1]: value for name, value in shape.items() if name.endswith(sign)}


def unpacked(words: Mapping[str, Any]) -> dict[str, float]:
    """Return points by stem from the packs' form, where stems stand in lines by their points.

    `!` before a stem: what it says after a negation.
    """
    points: dict[str, float] = {}
    for value, stems in words.items():
        if isinstance(stems, str):
            points.update(dict.fromkeys(stems.split(), float(value)))
        else:
            points[value] = float(stems)
    return points
