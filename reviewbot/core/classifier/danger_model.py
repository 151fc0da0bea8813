"""The fitted numbers by which a few words in a row are known to tell of a danger.

Dangers are named as the critical groups of the packs: poisoning, object, harm, safety, theft,
swindle, discrimination, threat, children, privacy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

from reviewbot.core.classifier.weights import unpacked

ANY = "any"
"""Stands in a pack for what speaks of no danger more than of the others."""


class Points(NamedTuple):
    """What one feature of a window adds to the sum, and of which danger it speaks."""

    value: float
    of: str


@dataclass(frozen=True, slots=True)
class DangerModel:
    """The numbers of one language.

    `features` are points by feature name: `rule:theft` or `rule:not theft` a group's rule fired
    near, `set:child` a word of a set stands there, `pair:child + hit` words of two sets do,
    `review:…` what is true of the review. Stems' points stand with the stems themselves. From
    `threshold` on a review is critical; `probability` is the same as P. `most` is how much sets
    and pairs can add, so that a window whose stems say too little need not be looked at.
    """

    bias: float
    threshold: float
    probability: float
    features: Mapping[str, Points]
    most: float


MOST_OF_SETS = 4.0


def danger_model_of(table: Mapping[str, Any]) -> DangerModel | None:
    """Compile a pack's table `danger`; None where nothing is fitted."""
    model = table.get("model")
    if not model:
        return None
    features = {
        f"review:{name}": Points(float(value), "")
        for name, value in model.items()
        if name not in ("bias", "threshold")
    }
    for name, value in table.get("groups", {}).items():
        features[f"rule:{name}"] = Points(float(value), name.rpartition(" ")[2])
    for sort in ("sets", "pairs"):
        for of, values in table.get(sort, {}).items():
            for name, value in values.items():
                features[f"{sort[:-1]}:{name}"] = Points(float(value), _danger(of))
    probability = float(model["threshold"])
    return DangerModel(
        bias=float(model["bias"]),
        threshold=log(probability / (1 - probability)),
        probability=probability,
        features=features,
        most=MOST_OF_SETS,
    )


def danger_stems(table: Mapping[str, Any]) -> dict[str, Points]:
    """Return the stems' points by stem, with the danger each speaks of."""
    return {
        stem: Points(value, _danger(of))
        for of, words in table.get("words", {}).items()
        for stem, value in unpacked(words).items()
    }


def _danger(name: str) -> str:
    return "" if name == ANY else name
