"""Fitting points: two logistic regressions, one over rules, one over words, put back into a pack.

A rule's points are the sum of what its side, its group and the rule itself earned; each of the
three is drawn to zero, so a rule seen rarely keeps what its group and its `prior` give it. Signs
are kept: a complaint word never speaks for praise, whatever the sets' accidents say.

Rules and stems are fitted apart and their shares added: fitted together, the stems explain what
the rules left over, which is mostly chance. On rows not seen the sum is ahead (English +.01 F1,
banks +.006 AUC, hotels +.006).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from benchmarks.labelled import Row
from reviewbot.core.classifier.classify import joined
from reviewbot.core.classifier.entries import TOKEN, Rule
from reviewbot.core.classifier.language_detection import STEMMERS
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.scan import scan
from reviewbot.core.classifier.score import evidence, kind_of, sides_of_topics, topic_shape, whole
from reviewbot.core.classifier.weights import SHAPE

Features = dict[str, float]
STRENGTH = 1.0
"""Inverse regularisation, one for all; the kinds of features differ by their scales below."""
SCALES = {"rule": 1.0, "group": 2.0, "side": 2.0, "word": 1.2, "shape": 0.5}
USUAL_RARITY = 4.0
"""A stem in one review of 50 has its scale as it is; a rarer one has more, a frequent one less."""
SEEN_RULE, SEEN_WORD = 3, 4
"""How many training reviews must hold a rule or a stem for it to get points of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the regressions: the features it sees, and its share in the sum.

    `kinds` says by language which features a kind of business has numbers of its own for, on top
    of everybody's; `kind_scale` how freely those move.
    """

    features: tuple[str, ...]
    share: float
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]
    kind_scale: float

    def sees(self, name: str) -> bool:
        return name in self.features or name.split(":", 1)[0] in self.features


PARTS = (
    Part(
        features=("rule", "group", "side", "shape"),
        share=0.65,
        kinds={"ru": dict.fromkeys(("hotel", "bank", "shop"), ("group", "side", "shape"))},
        kind_scale=0.8,
    ),
    Part(
        features=("word", "shape:words"),
        share=0.5,
        kinds={"ru": dict.fromkeys(("hotel", "bank"), ("word",))},
        kind_scale=1.5,
    ),
)
WEIGHTS: Mapping[str, float] = {"ru_social_ok_telegram": 0.5}


@dataclass(frozen=True, slots=True)
class Example:
    features: Features
    kind: str
    negative: bool
    weight: float


def open_lexicon(pack: Mapping[str, Any], texts: Sequence[str]) -> Lexicon:
    """Compile the pack with every stem of the texts allowed, so that each can earn points."""
    stem = STEMMERS[pack["language"]]
    stems = {
        stem(token)
        for text in texts
        for token in TOKEN.findall(text.lower().replace("ё", "е"))
        if token[0].isalpha()
    }
    words = {key: 1.0 for name in stems for key in (name, f"!{name}")}
    open_pack = {**pack, "words": words, "points": {}, "model": {}}
    open_pack.pop("danger", None)
    return Lexicon(open_pack)


def group_of(rule: Rule) -> str:
    return ".".join(rule.id.split(".")[:2])


def example(row: Row, lexicon: Lexicon) -> Example:
    walked = scan(joined(row.title, row.text, row.pros, row.cons), lexicon)
    hits, scale = evidence(walked)
    found: Features = {}
    for (rule_id, negated), hit in hits.items():
        if hit.rule.mention:
            continue
        prefix = "not " if negated else ""
        value = hit.weight * scale
        found[f"rule:{prefix}{rule_id}"] = value
        for key, share in (
            (f"group:{prefix}{group_of(hit.rule)}", 1.0),
            (f"side:{prefix}{'+' if hit.rule.prior > 0 else '-'}", abs(hit.rule.prior)),
        ):
            found[key] = found.get(key, 0.0) + value * share
    for stem in walked.stems:
        found[f"word:{stem.name}"] = scale
    for name, value in zip(SHAPE, whole(walked), strict=True):
        if value:
            found[f"shape:{name}"] = value
    for name, value in topic_shape(sides_of_topics(walked)).items():
        found[f"shape:{name}"] = value
    return Example(found, kind_of(walked), row.negative, WEIGHTS.get(row.dataset, 1.0))


def fit(examples: Sequence[Example], lexicon: Lexicon) -> dict[str, float]:
    """Return weight by feature name; features of a kind are prefixed `kind|`."""
    sides = {group_of(rule): rule.prior for rule in lexicon.rules.values()}
    weights: dict[str, float] = {}
    for part in PARTS:
        for name, weight in _fit_part(part, examples, lexicon.language, sides).items():
            weights[name] = weights.get(name, 0.0) + part.share * weight
    return weights


def _fit_part(
    part: Part, examples: Sequence[Example], language: str, sides: Mapping[str, float]
) -> dict[str, float]:
    counted: Counter[str] = Counter()
    kinds = part.kinds.get(language, {})
    rows: list[Features] = []
    for one in examples:
        row = {name: value for name, value in one.features.items() if part.sees(name)}
        sorts = kinds.get(one.kind)
        if sorts:
            own = {
                f"{one.kind}|{name}": value
                for name, value in row.items()
                if name.split(":", 1)[0] in sorts
            }
            row |= own
            row[f"{one.kind}|bias"] = 1.0
        rows.append(row)
        counted.update(row.keys())
    names = [name for name, seen in counted.items() if seen >= _needed(name)]
    scales = np.array([_scale(name, part, counted, len(examples)) for name in names])
    coefficients, intercept = bounded_regression(
        matrix_of(rows, names, scales),
        np.array([one.negative for one in examples]),
        np.array([one.weight for one in examples]),
        [_bounds(name, sides) for name in names],
    )
    weights = dict(zip(names, coefficients * scales, strict=True))
    weights["shape:bias"] = intercept
    return weights


def matrix_of(rows: Sequence[Features], names: Sequence[str], scales: np.ndarray) -> csr_matrix:
    """Return the named features of all rows, each multiplied with its scale."""
    column = {name: number for number, name in enumerate(names)}
    data, indices, starts = [], [], [0]
    for row in rows:
        for name, value in row.items():
            number = column.get(name)
            if number is not None:
                indices.append(number)
                data.append(value * scales[number])
        starts.append(len(indices))
    return csr_matrix((data, indices, starts), shape=(len(rows), len(names)))


def bounded_regression(
    matrix: csr_matrix,
    answers: np.ndarray,
    weights: np.ndarray,
    bounds: list[tuple[float | None, float | None]],
) -> tuple[np.ndarray, float]:
    """Return the coefficients and the intercept of an L2 logistic regression within bounds."""
    signs = np.where(answers, 1.0, -1.0)
    transposed = matrix.T.tocsr()

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (matrix @ at[:-1] + at[-1])
        value = STRENGTH * float(weights @ np.logaddexp(0, -margins))
        slope = -STRENGTH * weights * signs * expit(-margins)
        gradient = np.append(transposed @ slope + at[:-1], slope.sum())
        return value + 0.5 * float(at[:-1] @ at[:-1]), gradient

    start = np.zeros(len(bounds) + 1)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)],
        options={"maxiter": 200, "ftol": 1e-6},
    )  # fmt: skip
    return found.x[:-1], float(found.x[-1])


UP, DOWN, FREE = (0.0, None), (None, 0.0), (None, None)
_SIGNED = {
    **dict.fromkeys(
        ("complaint", "complaint-share", "balance", "complaint-density", "clauses-against",
         "strongest-complaint", "begins", "ends", "turned-complaint", "frowns", "pros-empty",
         "cons-many", "pros-side", "cons-side"), UP),
    **dict.fromkeys(
        ("praise", "praise-density", "clauses-towards", "strongest-praise", "turned-praise",
         "smiles", "cons-empty", "pros-many"), DOWN),
}  # fmt: skip


def _bounds(name: str, sides: Mapping[str, float]) -> tuple[float | None, float | None]:
    """Return the sign a weight may take; what a kind of business adds is free."""
    if "|" in name:
        return FREE
    sort, _, rest = name.partition(":")
    if sort == "side":
        return {"+": UP, "-": DOWN}.get(rest, FREE)
    if sort == "group" and rest in sides:
        return UP if sides[rest] > 0 else DOWN
    if sort == "shape":
        if rest in _SIGNED:
            return _SIGNED[rest]
        return UP if rest.endswith("-") else DOWN if rest.endswith("+") else FREE
    return FREE


def _needed(name: str) -> int:
    return SEEN_WORD if "word:" in name else SEEN_RULE


def _scale(name: str, part: Part, seen: Mapping[str, int], reviews: int) -> float:
    kind, _, rest = name.rpartition("|")
    scale = SCALES.get(rest.split(":", 1)[0], 1.0) * (part.kind_scale if kind else 1.0)
    return scale * rarity(seen[rest], reviews) if rest.startswith("word:") else scale


def rarity(seen: int, reviews: int) -> float:
    """Return how much a stem seen in so many of the reviews may earn beside a usual one."""
    return max(0.01, log(reviews / (seen + 1)) / USUAL_RARITY)


def fitted_pack(
    pack: Mapping[str, Any], lexicon: Lexicon, weights: Mapping[str, float]
) -> dict[str, Any]:
    """Return the pack with the weights as its numbers."""
    result = deepcopy(dict(pack))
    rules = [rule for rule in lexicon.rules.values() if not rule.mention]
    result["model"] = _shape(weights, "")
    result["points"] = _points(weights, "", rules)
    result["words"] = _words(weights, "")
    for kind in sorted({name for part in PARTS for name in part.kinds.get(lexicon.language, {})}):
        prefix = f"{kind}|"
        profile = result["profile"][kind]
        profile["model"] = _shape(weights, prefix)
        if f"{prefix}bias" in weights:
            profile["model"]["bias"] = round(weights[f"{prefix}bias"], 3)
        profile["points"] = _points(weights, prefix, rules)
        profile["words"] = _words(weights, prefix)
    return result


def _shape(weights: Mapping[str, float], prefix: str) -> dict[str, float]:
    start = f"{prefix}shape:"
    return {
        name.removeprefix(start): round(value, 3)
        for name, value in sorted(weights.items())
        if name.startswith(start) and abs(value) >= 0.005
    }


def _points(weights: Mapping[str, float], prefix: str, rules: Sequence[Rule]) -> dict[str, float]:
    groups: dict[str, float] = {}
    points: dict[str, float] = {}
    for rule in rules:
        group = group_of(rule)
        side = "+" if rule.prior > 0 else "-"
        for no in ("", "not "):
            shared = weights.get(f"{prefix}group:{no}{group}", 0.0)
            shared += weights.get(f"{prefix}side:{no}{side}", 0.0) * abs(rule.prior)
            own = weights.get(f"{prefix}rule:{no}{rule.id}")
            groups[f"{no}{group}"] = round(shared, 2)
            if own is not None:
                points[f"{no}{rule.id}"] = _kept_sign(shared + own, rule, no, prefix)
    # What is nothing is not written, in the packs as in what is measured: a rule too rare for
    # points of its own, in a group that came to nothing, speaks with half its prior.
    return {name: value for name, value in (groups | points).items() if value}


LEAST_SHARE = 0.2
"""A rule keeps at least this share of its prior, so that what it says can be seen."""


def _kept_sign(value: float, rule: Rule, no: str, prefix: str) -> float:
    if not prefix and not no:
        least = LEAST_SHARE * abs(rule.prior)
        value = max(value, least) if rule.prior > 0 else min(value, -least)
    return round(value, 2)


def _words(weights: Mapping[str, float], prefix: str) -> dict[str, float]:
    start = f"{prefix}word:"
    return rounded(
        {
            name.removeprefix(start): value
            for name, value in weights.items()
            if name.startswith(start)
        }
    )


def rounded(stems: Mapping[str, float]) -> dict[str, float]:
    """Return the points of stems to a tenth, finer says nothing; without those that round away."""
    return {name: round(value, 1) for name, value in stems.items() if abs(value) >= 0.05}
