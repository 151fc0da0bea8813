"""The whole arithmetic of one verdict, and what would have changed it."""

from dataclasses import dataclass, replace

from reviewbot.core.classifier.classify import Classifier, joined, read, read_language
from reviewbot.core.classifier.danger import Danger, find_danger
from reviewbot.core.classifier.scan_result import Hit, Scan
from reviewbot.core.classifier.score import Weighed, evidence, topic_shape, weigh, whole
from reviewbot.core.classifier.weights import SHAPE
from reviewbot.core.model import Verdict

LEAST_SHOWN = 0.05
TRIED = 6
"""Without how many of the strongest rules the verdict is tried again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One rule that fired. `points` are as added to the sum; `damped` says why they are few.

    `damped` is "", "negated", "two faces", "weakened", "not real" or "strengthened".
    """

    rule: str
    words: str
    sentence: str
    points: float
    topic: str | None
    damped: str = ""


@dataclass(frozen=True, slots=True)
class Without:
    """The verdict had a rule been silent."""

    rule: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a verdict came about: `bias` + pieces + words + shape = `total`, the score's logit.

    `danger` are the parts of the window that tells most of a danger, by points, with what is true
    of the whole review; `danger_words` is the window. It makes the review critical if the
    probability reaches `danger_needed`.
    """

    verdict: Verdict
    kind: str = ""
    threshold: float = 0.0
    bias: float = 0.0
    total: float = 0.0
    pieces: tuple[Piece, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    shape: tuple[tuple[str, float], ...] = ()
    danger: tuple[tuple[str, float], ...] = ()
    danger_name: str = ""
    danger_words: str = ""
    danger_probability: float = 0.0
    danger_needed: float = 0.0
    changes: tuple[Without, ...] = ()


def explain(
    classifier: Classifier,
    *,
    rating: int | None = None,
    title: str | None = None,
    text: str | None = None,
    pros: str | None = None,
    cons: str | None = None,
    comment: bool = False,
) -> Explanation:
    """Return the verdict with everything that went into it; `comment` as for `classify`."""
    fields = {"title": title, "text": text, "pros": pros, "cons": cons}
    verdict = classifier.classify(rating=rating, comment=comment, **fields)
    review = joined(title, text, pros, cons)
    lexicon = classifier.lexicons.get(read_language(review)[0] or "")
    if not review or lexicon is None:
        return Explanation(verdict)
    walked = read(review, lexicon)
    kind = classifier.kind(walked)
    weighed = weigh(walked, lexicon, kind)
    danger = find_danger(walked, lexicon, weighed, kind, rating)
    pieces = _pieces(walked, weighed)
    model = weighed.model
    shape = dict(zip(SHAPE, whole(walked), strict=True)) | topic_shape(weighed.sides)
    parts = {name: value * model.shape.get(name, 0.0) for name, value in shape.items()}
    words = {
        stem.name: (stem.points + model.words.get(stem.name, 0.0)) * weighed.scale
        for stem in walked.stems
    }
    changes = []
    strongest = sorted(pieces, key=lambda piece: -abs(piece.points))[:TRIED]
    for rule_id in dict.fromkeys(piece.rule for piece in strongest):
        off = replace(classifier.rules, off=(*classifier.rules.off, rule_id))
        without = classifier.with_rules(off, lexicon.language)
        other = without.classify(rating=rating, comment=comment, **fields)
        changes.append(Without(rule_id, other))
    return Explanation(
        verdict,
        kind=kind,
        threshold=model.threshold,
        bias=model.bias,
        total=weighed.total,
        pieces=pieces,
        words=_by_size(words),
        shape=_by_size(parts),
        danger=_by_size(danger.parts) if danger else (),
        danger_name=danger.name if danger else "",
        danger_words=_window(walked, danger) if danger else "",
        danger_probability=round(danger.probability, 3) if danger else 0.0,
        danger_needed=lexicon.danger.needed(comment=comment) if lexicon.danger else 0.0,
        changes=tuple(changes),
    )


def _window(walked: Scan, danger: Danger) -> str:
    forms = [entry.form for read in walked.entries for entry in read]
    return " ".join(forms[danger.first : danger.last + 1])


def _by_size(parts: dict[str, float]) -> tuple[tuple[str, float], ...]:
    shown = [(name, round(value, 2)) for name, value in parts.items() if abs(value) >= LEAST_SHOWN]
    return tuple(sorted(shown, key=lambda part: -abs(part[1])))


def _pieces(walked: Scan, weighed: Weighed) -> tuple[Piece, ...]:
    counted, _ = evidence(walked)
    pieces = []
    seen: set[tuple[str, bool]] = set()
    for hit in walked.hits:
        key = (hit.rule.id, hit.negated)
        if key in seen or hit.rule.mention:
            continue
        seen.add(key)
        strongest = counted.get(key)
        value = hit.rule.negated if hit.negated else hit.rule.points
        if weighed.model.points:
            value += weighed.model.added(*key)
        points = value * strongest.weight * weighed.scale if strongest else 0.0
        tokens = [entry.form for entry in walked.entries[hit.sentence][hit.start : hit.end]]
        pieces.append(
            Piece(
                hit.rule.id,
                " ".join(tokens),
                walked.sentences[hit.sentence].strip(),
                round(points, 2),
                hit.rule.topic,
                _damped(strongest or hit, strongest is None),
            )
        )
    return tuple(pieces)


def _damped(hit: Hit, left_out: bool) -> str:
    if left_out:
        return "two faces"
    if hit.negated:
        return "negated"
    if hit.weight > 1:
        return "strengthened"
    if hit.weight == 1:
        return ""
    return "not real" if hit.weight in (0.5, 0.625) else "weakened"
