"""The fitted numbers of a pack: what a review as a whole, a rule and a stem add to the score, and
what tells of a danger."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain
from math import log
from typing import Any, NamedTuple

from reviewbot.core.classifier.entries import Stem

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
    on, a text alone is a complaint. `topics` says what a topic's words mean in this business, ""
    where there is no such thing in it; `usual_topic` is what a complaint is about that names none.
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
    topics: Mapping[str, str]
    usual_topic: str
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
        threshold=kind.get("threshold", threshold),
        whole=tuple(shape.get(feature, 0.0) for feature in SHAPE),
        against=_signed(shape, "-"),
        towards=_signed(shape, "+"),
        mentioned=_signed(shape, "?"),
        shape=shape,
        points=kind.get("points", {}),
        words=unpacked(kind.get("words", {})),
        topics=kind.get("topics", {}),
        usual_topic=kind.get("usual_topic", ""),
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


STRONG_FROM = 0.8
"""Stems with fewer points than this are counted but not quoted as a reason."""
ANY = "any"
"""Stands in a pack for what speaks of no danger more than of the others."""


COMMENT_FROM = 0.95
"""From this probability on what a comment under a post tells is a danger: people speak of anything
there, and of 46 comments that were read because their words sounded critical none was true."""
_COMMENT_TOTAL = log(COMMENT_FROM / (1 - COMMENT_FROM))


LEAD = 1.0
"""By so many points the words of one danger are ahead of those of others where they alone name it:
of the names that a smaller lead gave three of five were wrong."""


def named_danger(of: Mapping[str, float], told: Collection[str]) -> str:
    """Return which danger a window tells of, by the points `of` each: the strongest of those that
    rules have `told`, else one whose words are clearly ahead, "" for any."""
    by_rules = [danger for danger in of if danger in told]
    if by_rules:
        return max(by_rules, key=of.__getitem__)
    first, second, *_ = sorted((0.0, 0.0, *of.values()), reverse=True)
    return max(of, key=of.__getitem__) if first - second >= LEAD else ""


class Points(NamedTuple):
    """What one feature of a window adds to the sum, and of which danger it speaks."""

    value: float
    of: str


@dataclass(frozen=True, slots=True)
class DangerModel:
    """The numbers of one language.

    `features` are points by feature name: `rule:theft` or `rule:not theft` a group's rule fired
    near, `review:…` what is true of the review. The points of stems and of manners of telling
    stand with the words themselves. From `threshold` on a review is critical; `probability` is the
    same as P. `most_of_rule` is how much the rules of a danger can add. `pairs` are words that
    stand next to each other, by their roots. `unnamed` is added to a
    window of a longer review in which no rule names a danger, `unnamed_in` to such a window of any
    review of that kind of business; `brief` to one in which a rule does, the more the shorter it
    is.
    """

    bias: float
    threshold: float
    probability: float
    features: Mapping[str, Points]
    most_of_rule: Mapping[str, float]
    pairs: Mapping[tuple[str, str], Stem]
    unnamed: float = 0.0
    unnamed_in: Mapping[str, float] = field(default_factory=dict)
    brief: float = 0.0

    def needed(self, *, comment: bool) -> float:
        """Return the probability from which a review is critical."""
        return max(self.probability, COMMENT_FROM) if comment else self.probability

    def total_needed(self, *, comment: bool) -> float:
        """Return what a window must add up to for that."""
        return max(self.threshold, _COMMENT_TOTAL) if comment else self.threshold


_UNNAMED = "unnamed"


def danger_model_of(table: Mapping[str, Any]) -> DangerModel | None:
    """Compile a pack's table `danger`; None where nothing is fitted."""
    model = table.get("model")
    if not model:
        return None
    features = {
        f"review:{name}": Points(float(value), "")
        for name, value in model.items()
        if name not in ("bias", "threshold", "brief") and not name.startswith(_UNNAMED)
    }
    for name, value in table.get("groups", {}).items():
        features[f"rule:{name}"] = Points(float(value), name.rpartition(" ")[2])
    probability = float(model["threshold"])
    return DangerModel(
        bias=float(model["bias"]),
        threshold=log(probability / (1 - probability)),
        probability=probability,
        features=features,
        most_of_rule=_most_of_rules(table.get("groups", {})),
        pairs=_pairs(unpacked(table.get("pairs", {}))),
        unnamed=float(model.get(_UNNAMED, 0.0)),
        unnamed_in={
            name.removeprefix(f"{_UNNAMED} "): float(value)
            for name, value in model.items()
            if name.startswith(f"{_UNNAMED} ")
        },
        brief=float(model.get("brief", 0.0)),
    )


def _pairs(points: Mapping[str, float]) -> dict[tuple[str, str], Stem]:
    """Return pairs of neighbours by their roots, from names like "до_сих"."""
    split = {name: name.partition("_") for name in points}
    return {
        (first, second): Stem(name, 0.0, points[name], sort="pair")
        for name, (first, _, second) in split.items()
    }


def _most_of_rules(groups: Mapping[str, Any]) -> dict[str, float]:
    """Return the most that a danger's rules add: everywhere and in one trade, or denied."""
    most: dict[str, float] = {}
    for name, value in groups.items():
        danger = name.rpartition(" ")[2]
        most[danger] = most.get(danger, 0.0) + max(0.0, float(value))
    return most


def danger_stems(table: Mapping[str, Any]) -> dict[str, Points]:
    """Return the stems' points by stem, with the danger each speaks of."""
    return {
        stem: Points(value, _danger(of))
        for of, words in table.get("words", {}).items()
        for stem, value in unpacked(words).items()
    }


def _danger(name: str) -> str:
    return "" if name == ANY else name


SHORTEST_START = 4
"""No word of a kind has fewer letters before its `*`: by so many they are looked up."""


class WordKinds:
    """The kinds of things a pack's words name, by stems, and their points; `!` before a kind:
    after a negation. A word without points of its own still speaks by its kind: «лангета» is a
    patient's thing, «повестка» a court's.
    """

    def __init__(self, pack: Mapping[str, Any], stem: Callable[[str], str]) -> None:
        points = pack.get("danger", {}).get("kinds", {})
        self._points = {name: float(value) for name, value in points.items()}
        self._words: dict[str, tuple[str, ...]] = {}
        self._starts: dict[str, list[tuple[str, str]]] = {}
        for kind, words in pack.get("kinds", {}).items():
            for word in words.split():
                start = word.removesuffix("*")
                if start != word:
                    self._starts.setdefault(start[:SHORTEST_START], []).append((start, kind))
                named = stem(start)
                self._words[named] = (*self._words.get(named, ()), kind)
        self._named: dict[tuple[str, ...], tuple[Stem | None, Stem | None]] = {}

    def of(self, stem: str) -> tuple[str, ...]:
        """Return the kinds of a stem, in the order of their names."""
        found = self._words.get(stem, ())
        for start, kind in self._starts.get(stem[:SHORTEST_START], ()):
            if stem.startswith(start):
                found = (*found, kind)
        return tuple(sorted({*found})) if found else ()

    def points_of(self, name: str) -> float:
        """Return what the kinds of a stem add; `!` before it: after a negation."""
        denied = "!" if name.startswith("!") else ""
        return self._sum(self.of(name.removeprefix("!")), denied)

    def named(self, stem: str) -> tuple[Stem | None, Stem | None]:
        """Return what a stem without points of its own is known as, said and denied: its kinds,
        one object for all such words of the same kinds; None where they add nothing."""
        kinds = self.of(stem)
        if kinds not in self._named:
            self._named[kinds] = self._stem(kinds, ""), self._stem(kinds, "!")
        return self._named[kinds]

    def _stem(self, kinds: tuple[str, ...], denied: str) -> Stem | None:
        points = self._sum(kinds, denied)
        return Stem(denied + "+".join(kinds), 0.0, points, sort="kind") if points else None

    def _sum(self, kinds: tuple[str, ...], denied: str) -> float:
        return sum([self._points.get(f"{denied}{kind}", 0.0) for kind in kinds])


def small_words(pack: Mapping[str, Any]) -> tuple[dict[str, Stem], dict[str, tuple[str, ...]]]:
    """Return what each small word adds, its sort's points and its own together, and the sorts of
    each."""
    table = pack.get("danger", {})
    points = unpacked(table.get("small", {}))
    sorts: dict[str, tuple[str, ...]] = {}
    for name, words in pack.get("manner", {}).items():
        for word in words:
            points[word] = points.get(word, 0.0) + float(table.get("manner", {}).get(name, 0.0))
            sorts[word] = (*sorts.get(word, ()), name)
    return {word: Stem(word, 0.0, value, sort="manner") for word, value in points.items()}, sorts


class FittedWords:
    """What a pack's numbers say of words: the same under all profiles and operators' rules, so
    that the classifiers of a business with several kinds of places share it. Half of what one
    weighs is this.

    `said`: stems by name, everywhere, of a danger, or in one trade; `strong`: those that are
    quoted as a reason; `models`: by kind of business, "" for any.
    """

    def __init__(self, pack: Mapping[str, Any], stem: Callable[[str], str]) -> None:
        self.said = _stems(pack)
        self.strong = frozenset(
            stem for stem in self.said.values() if abs(stem.points) >= STRONG_FROM
        )
        self.models = _models(pack)
        self.danger = danger_model_of(pack.get("danger", {}))
        self.manner, self.sorts_of = small_words(pack)
        self.kinds = WordKinds(pack, stem)
        # A stem's points hold those of its kinds, so that they are added once.
        for name, said in self.said.items():
            said.danger += self.kinds.points_of(name)


def fitted_words(pack: Mapping[str, Any], stem: Callable[[str], str]) -> FittedWords:
    """Return them, of the last pack of a language the same ones again. A pack is not changed once
    it was asked for."""
    kept = _last.get(pack["language"])
    if kept is None or kept[0] is not pack:
        kept = _last[pack["language"]] = (pack, FittedWords(pack, stem))
    return kept[1]


_last: dict[str, tuple[Mapping[str, Any], FittedWords]] = {}


def _stems(pack: Mapping[str, Any]) -> dict[str, Stem]:
    points = unpacked(pack.get("words", {}))
    dangers = danger_stems(pack.get("danger", {}))
    of_kinds = [unpacked(kind.get("words", {})) for kind in pack.get("profile", {}).values()]
    return {
        name: Stem(name, points.get(name, 0.0), *dangers.get(name, (0.0, "")))
        for name in dict.fromkeys(chain(points, dangers, *of_kinds))
    }


def _models(pack: Mapping[str, Any]) -> dict[str, Model]:
    base = pack.get("model", {})
    usual = pack.get("threshold", 0.5)
    models = {"": model_of("", base, {}, usual)}
    for name, kind in pack.get("profile", {}).items():
        added = kind.get("model", {})
        shape = {key: base.get(key, 0.0) + added.get(key, 0.0) for key in {*base, *added}}
        models[name] = model_of(name, shape, kind, usual)
    return models
