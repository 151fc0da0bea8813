"""Fitting the danger model of a pack, for `reviewbot.core.classifier.danger`.

What tells of a danger comes from the lists made by hand and from labelled spans of real low-star
reviews (labels.csv); what tells of none from the look-alikes, from every 4–5★ review and from
low-star reviews in which no rule fires. Only the part of the sets that is not held out is used.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fitting import (
    FREE,
    UP,
    Features,
    bounded_regression,
    matrix_of,
    open_lexicon,
)
from benchmarks.labelled import Row, is_held_out
from reviewbot.core.classifier.classify import joined, read
from reviewbot.core.classifier.danger import (
    Tokens,
    brevity,
    features,
    review_features,
    windows_of,
)
from reviewbot.core.classifier.entries import Stem
from reviewbot.core.classifier.language_detection import detect
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.score import kind_of, weigh
from reviewbot.core.classifier.weights import ANY

LISTS = Path(__file__).parents[1] / "tests" / "core" / "data"
LABELS = Path(__file__).parent / "labels.csv"
SHORTEST = "_thirteenth"
OLDER_LISTS = ("", "_second", "_third", "_fourth", "_sixth", "_eighth", SHORTEST)
"""The rules were written with these in view, so that they know them better than what others write:
their sentences teach more of stems and less of rules. The last is of events and look-alikes of
two to five words. The fifth and the seventh list are
of events and look-alikes nobody fitted to; settings were chosen with them in view."""
ORDINARY = ("_twelfth", "_sixteenth")
WRITERS = ("_ninth", "_tenth", "_eleventh", "_fourteenth", "_fifteenth", *ORDINARY)
"""A list each by seven people who saw nothing of the rules: five of events and look-alikes, two of
ordinary complaints alone, told as shortly as events are. Of the last three writers' lists, the
fourteenth to the sixteenth, a third is kept aside by a hash."""
WRITTEN = "written_*_HANDMADE.jsonl"
"""A list each by sixteen more people who saw nothing of the rules, with kinds and stars: by trade
and language; long and natural; terse; the shortest plain events; ordinary complaints told as
vividly as events are; what happened elsewhere; plain events in the midst of long reviews."""
WRITERS_WEIGHT = 3.0
"""How much more a sentence of theirs counts. Chosen on each writer's list left out of the fit."""
EVENTS_SEEN = ((None, False, 0.5), (1, False, 0.4), (1, True, 0.07), (5, False, 0.03))
LOOK_ALIKES_SEEN = ((None, False, 0.5), (1, False, 0.25), (1, True, 0.05), (5, False, 0.2))
COMPLAINTS_SEEN = ((None, False, 0.5), (1, False, 0.5))
"""With which stars a sentence of the lists is seen, whether in a review as long as those that tell
of real events, and the share of each. The lists hold neither stars nor whole reviews: seen bare
only, low stars and length would speak against a danger because all bare events are short."""
SCALES = {
    "stem": 0.6, "manner": 0.6, "sort": 0.6, "kind": 0.6, "pair": 0.5, "rule": 2.0, "review": 0.9,
    "review:brief": 1.5,
}  # fmt: skip
"""How freely a feature may move. What words share, their kind or sort, is learned beside what each
of them says by itself, and added to it in the pack."""
RARE_SAY_MORE = ("stem", "pair")
USUAL_RARITY = 5.0
THRESHOLDS = {"ru": 0.38, "en": 0.35}
"""From this probability on a review is critical: chosen on labelled reviews of the part that is
looked at, each left out of the fit that judged it, and on lists that were not fitted to."""
UNNAMED = {"ru": -2.0, "en": -1.0}
"""What a window of a longer review loses in which no rule names a danger, chosen like THRESHOLDS:
of false verdicts in real reviews most were such windows, of the true ones one in twenty."""
UNNAMED_IN = {"shop": -2.0}
"""What a window in which no rule names a danger loses in one kind of business, however long the
review: of goods people tell in a few words what smells, stings or came torn, as they tell of
harm elsewhere. Chosen like UNNAMED."""
LONG_PRAISE = -2.0
"""What a longer review of 4–5★ loses, so that it needs .9: it tells enough for a danger somewhere
else, or long ago, or warded off, to be among it. Set by hand after one more held-out review of
praise had become critical, of which the count and the quote were seen."""
LEAST = {"stem": 0.1, "manner": 0.05, "pair": 0.3, "review": 0.01}
"""Features with fewer points than this say nothing and are left out."""
SEEN = 2
ROUNDS = 3
NEAR_MISS = -4.0
"""Windows of reviews without a danger that come this near are shown to the next round."""
OF_RULES = ("rule:", "review:brief")
BLIND = 0.25
"""The share of a sentence of the older lists that is seen without its rules."""
SHORTEST_WEIGHT = 1.5
"""How much more one of the shortest counts: there are few, and each has few words."""
ARGUABLE, UNLABELLED = 0.4, 3.0
"""How much of an example an arguable span is, and a window of a low-star review nobody read: it
counts like a writer's sentence, or the writers' vividness would win over how people complain."""
PRAISE_WEIGHT = 8.0
"""How much more a window of a 4–5★ review counts that comes near."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader said of a span of tokens: "true", "arguable" or "false"."""

    dataset: str
    row: int
    first: int
    last: int
    digest: str
    label: str
    reason: str


@dataclass(slots=True)
class Told:
    """A text with its windows as features. `danger` is None where nobody read it; `blind` is the
    share that is seen without its rules."""

    windows: list[Features]
    danger: bool | None
    stars: int | None
    row: int = 0
    fires: bool = False
    kind: str = ""
    spans: list[tuple[Features, str]] = field(default_factory=list)
    weight: float = 1.0
    blind: float = 0.0
    is_complaint: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by hand: how much it counts, and the share of it seen without its rules."""

    text: str
    is_event: bool
    weight: float = 1.0
    blind: float = BLIND
    is_complaint: bool = False


def handmade(
    language: str, lists: Iterable[str] = (*OLDER_LISTS, *WRITERS), folder: Path = LISTS
) -> list[Sentence]:
    """Return the sentences of the lists in one language, and of WRITTEN."""
    found = [
        Sentence(line, sort == "critical", *_share(name), name in ORDINARY)
        for name in lists
        for sort in ("critical", "harmless")
        for line in _lines(folder / f"{sort}{name}_HANDMADE.txt")
        if line and not line.startswith("#")
    ]
    for path in sorted(folder.glob(WRITTEN)):
        for said in map(json.loads, _lines(path)):
            is_event = said["kind"] in ("plain", "roundabout")
            is_complaint = said["kind"] == "ordinary"
            # Rules were written for kinds of plain events that were missed in these lists.
            blind = BLIND if said["kind"] == "plain" else 0.0
            found.append(Sentence(said["text"], is_event, WRITERS_WEIGHT, blind, is_complaint))
    return [one for one in found if (detect(one.text) or "ru") == language]


def _share(name: str) -> tuple[float, float]:
    if name in WRITERS:
        return WRITERS_WEIGHT, 0.0
    return (SHORTEST_WEIGHT, BLIND) if name == SHORTEST else (1.0, BLIND)


def _lines(path: Path) -> list[str]:
    # A list may be of one sort alone.
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def read_labels(path: Path = LABELS) -> list[Label]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Label(
                line["dataset"], int(line["row"]), int(line["first"]), int(line["last"]),
                line["hash"], line["label"], line["reason"],
            )
            for line in csv.DictReader(stream)
        ]  # fmt: skip


def span_digest(forms: Iterable[str]) -> str:
    """Return by what a span is known again without its words."""
    return hashlib.sha256(" ".join(forms).encode()).hexdigest()[:16]


def danger_lexicon(pack: dict[str, Any], texts: Sequence[str]) -> Lexicon:
    """Compile the pack so that every stem, small word and pair can earn points of a danger."""
    stems = open_lexicon(pack, texts).stem_names
    table = {
        "model": {"bias": 0.0, "threshold": 0.5},
        "words": {ANY: dict.fromkeys(stems, 1.0)},
        "small": dict.fromkeys(pack["marks"]["stop"], 1.0),
    }
    lexicon = Lexicon({**pack, "danger": table})
    assert lexicon.danger is not None
    lexicon.danger = replace(lexicon.danger, pairs=_EveryPair())
    return lexicon


class _EveryPair(dict[tuple[str, str], Stem]):
    """Every two words are a pair, signs are not."""

    def get(self, key: tuple[str, str], default: Any = None) -> Any:
        if key not in self:
            if not all(root == "#" or root[:1].isalnum() for root in key):
                return default
            self[key] = Stem("_".join(key), 1.0, sort="pair")
        return self[key]


def shared(lexicon: Lexicon, name: str) -> tuple[str, ...]:
    """Return what a word has in common with others, by its feature: `kind:…` of a stem (with `!`
    after a negation), `sort:…` of a small word."""
    sort, _, rest = name.partition(":")
    if sort == "manner":
        return tuple(f"sort:{one}" for one in lexicon.sorts_of.get(rest, ()))
    if sort != "stem":
        return ()
    denied = "!" if rest.startswith("!") else ""
    return tuple(f"kind:{denied}{kind}" for kind in lexicon.word_kinds.of(rest.removeprefix("!")))


def told(
    text: str, lexicon: Lexicon, danger: bool | None, stars: int | None, row: int = 0,
    labels: Sequence[Label] = (),
) -> Told:  # fmt: skip
    walked = read(text, lexicon)
    kind = kind_of(walked)
    weighed = weigh(walked, lexicon, kind)
    assert lexicon.danger is not None
    tokens = Tokens(walked, lexicon.danger)
    whole = review_features(weighed, stars, len(tokens.entries))
    whole.pop("review:long praise", None)

    def of_window(first: int, last: int) -> Features:
        found: Features = dict.fromkeys(features(tokens, first, last), 1.0)
        for name in [*found]:
            for kind_of_word in shared(lexicon, name):
                found[kind_of_word] = found.get(kind_of_word, 0.0) + 1.0
        if kind:
            rules = [name[5:] for name in found if name.startswith("rule:")]
            found |= {f"rule:{kind} {name}": 1.0 for name in rules}
        named = {danger for danger, _, _ in tokens.said_by_rules(first, last)}
        if short := brevity(named, last - first):
            found["review:brief"] = short
        return found | whole

    result = Told(
        [of_window(*window) for window in windows_of(tokens.entries)],
        danger,
        stars,
        row,
        fires=any(not hit.negated for hit, _, _ in tokens.hits),
        kind=kind,
    )
    forms = [entry.form for entry in tokens.entries]
    for label in labels:
        if span_digest(forms[label.first : label.last]) != label.digest:
            raise ValueError(f"{label.dataset} row {label.row}: the span is another text")
        middle = (label.first + label.last) // 2
        first = max(0, middle - 7)
        result.spans.append((of_window(first, min(len(forms), first + 14)), label.label))
    return result


def examples(
    pack: dict[str, Any], lists: Sequence[Sentence], reviews: Sequence[Row]
) -> list[Told]:
    """Return everything a model of the pack's language is fitted to."""
    lexicon = danger_lexicon(pack, [one.text for one in (*lists, *reviews)])
    labels: dict[tuple[str, int], list[Label]] = {}
    for label in read_labels():
        labels.setdefault((label.dataset, label.row), []).append(label)
    found = []
    for sentence in lists:
        one = told(sentence.text, lexicon, sentence.is_event, None)
        one.weight, one.blind = sentence.weight, sentence.blind
        one.is_complaint = sentence.is_complaint
        found.append(one)
    for row in reviews:
        if is_held_out(row):
            continue
        whole = joined(row.title, row.text, row.pros, row.cons)
        if (detect(whole) or "") != row.language:
            continue
        said = labels.get((row.dataset, row.number), ())
        found.append(
            told(whole, lexicon, False if row.stars >= 4 else None, row.stars, row.number, said)
        )
    return found


@dataclass(slots=True)
class _Batch:
    rows: list[Features] = field(default_factory=list)
    answers: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, row: Features, answer: bool, weight: float = 1.0, blind: float = 0.0) -> None:
        """Add a window, in part as if no rule knew it.

        The rules were written by people who had read the older lists: fitted beside them, stems
        would explain what the rules left over, which is mostly chance.
        """
        bare = {name: v for name, v in row.items() if not name.startswith(OF_RULES)}
        known = blind and len(bare) < len(row)
        for features_seen, share in ((row, 1 - blind), (bare, blind)) if known else ((row, 1.0),):
            self.rows.append(features_seen)
            self.answers.append(answer)
            self.weights.append(weight * share)


def fit_danger(found: Sequence[Told]) -> dict[str, float]:
    """Return points by feature name, and `bias`: several rounds, each shown the windows of praise
    that came near in the one before."""
    points: dict[str, float] = {}
    for _ in range(ROUNDS):
        points = _regression(_batch(found, points))
    return points


def total(points: dict[str, float], window: Features) -> float:
    get = points.get
    return points.get("bias", 0.0) + sum([get(name, 0.0) * v for name, v in window.items()])


def _batch(found: Sequence[Told], points: dict[str, float]) -> _Batch:
    batch = _Batch()
    lengths = _lengths_of_events(found)
    for number, one in enumerate(found, 1):
        length = max(len(one.windows), lengths[number * 7919 % len(lengths)])
        for window, label in one.spans:
            batch.add(window, label != "false", ARGUABLE if label == "arguable" else 1.0)
        if not one.windows or one.spans:
            continue
        totals = [total(points, window) for window in one.windows] if points else []
        some = (one.row * 7919) % len(one.windows)
        if one.danger is True:
            strongest = totals.index(max(totals)) if totals else len(one.windows) // 2
            for seen, share in _seen(one.windows[strongest], EVENTS_SEEN, length):
                batch.add(seen, True, share * one.weight, one.blind)
        elif one.danger is False and one.stars is None:
            as_seen = COMPLAINTS_SEEN if one.is_complaint else LOOK_ALIKES_SEEN
            for window in one.windows:
                for seen, share in _seen(window, as_seen, length):
                    batch.add(seen, False, share * one.weight, one.blind)
        elif not one.fires or one.danger is False:
            # A low-star review in which no rule fires tells of no danger but very seldom.
            near = {number for number, value in enumerate(totals) if value > NEAR_MISS}
            for number in {some, *near}:
                batch.add(
                    one.windows[number], False, UNLABELLED if one.danger is None else PRAISE_WEIGHT
                )
    return batch


def _lengths_of_events(found: Sequence[Told]) -> list[int]:
    """Return how many windows the reviews have in which a reader found a danger."""
    return sorted(
        len(one.windows) for one in found if any(label != "false" for _, label in one.spans)
    ) or [1]


def _seen(
    window: Features, as_seen: Sequence[tuple[int | None, bool, float]], length: int
) -> Iterator[tuple[Features, float]]:
    """Yield a window of a list's sentence with each of the stars and lengths, and its share."""
    for stars, in_review, share in as_seen:
        seen = dict(window)
        if stars is not None:
            seen["review:high stars" if stars >= 4 else "review:low stars"] = 1.0
        if in_review:
            seen["review:length"] = log(length)
        yield seen, share


def _regression(batch: _Batch) -> dict[str, float]:
    seen = Counter(name for row in batch.rows for name in row)
    names = [name for name, times in seen.items() if times >= SEEN]
    scales = np.array([_scale(name, seen[name], len(batch.rows)) for name in names])
    coefficients, bias = bounded_regression(
        matrix_of(batch.rows, names, scales),
        np.array(batch.answers),
        np.array(batch.weights),
        [_bounds(name) for name in names],
    )
    return {**dict(zip(names, coefficients * scales, strict=True)), "bias": bias}


def _bounds(name: str) -> tuple[float | None, float | None]:
    """A rule that names a danger never speaks against one, in whatever trade."""
    return UP if name.startswith("rule:") and "not " not in name else FREE


def _scale(name: str, seen: int, rows: int) -> float:
    sort = name.partition(":")[0]
    scale = SCALES.get(name) or SCALES[sort]
    return (
        scale * max(0.05, log(rows / (seen + 1)) / USUAL_RARITY)
        if sort in RARE_SAY_MORE
        else scale
    )


_TABLES = {
    "review": ("model", 2),
    "rule": ("groups", 2),
    "sort": ("manner", 2),
    "kind": ("kinds", 2),
    "manner": ("small", 1),
    "pair": ("pairs", 1),
}
"""Where the points of each sort of feature stand in a pack, and with how many digits."""


def danger_table(
    points: Mapping[str, float], found: Sequence[Told], language: str
) -> dict[str, Any]:
    """Return the pack's table `danger`. What speaks of a danger stands under the one whose rules
    fired most beside it."""
    table: dict[str, Any] = {
        "model": {
            "bias": round(points["bias"], 2),
            "threshold": THRESHOLDS[language],
            "unnamed": UNNAMED[language],
            **{f"unnamed {kind}": value for kind, value in UNNAMED_IN.items()},
            "long praise": LONG_PRAISE,
        },
        "groups": {}, "manner": {}, "small": {}, "kinds": {}, "pairs": {}, "words": {},
    }  # fmt: skip
    beside = _beside(found)
    for name, value in sorted(points.items()):
        sort, _, rest = name.partition(":")
        if abs(value) < LEAST.get(sort, 0.05):
            continue
        if sort in _TABLES:
            name_of_table, digits = _TABLES[sort]
            table[name_of_table][rest] = round(value, digits)
        elif sort == "stem":
            of = beside.get(name, ANY) if value > 0 else ANY
            table["words"].setdefault(of, {})[rest] = round(value, 1)
    return table


def _beside(found: Sequence[Told]) -> dict[str, str]:
    """Return by feature the danger whose rules fire beside it more often than elsewhere."""
    counted: dict[str, Counter[str]] = {}
    usual: Counter[str] = Counter()
    for one in found:
        if one.danger is not True:
            continue
        for window in one.windows:
            dangers = {name[5:] for name in window if name.startswith("rule:") and " " not in name}
            usual.update(dangers)
            for name in window:
                if name.startswith("stem:"):
                    counted.setdefault(name, Counter()).update(dangers)
    return {
        name: max(dangers, key=lambda danger: dangers[danger] / (usual[danger] + 20) ** 0.5)
        for name, dangers in counted.items()
        if dangers
    }
