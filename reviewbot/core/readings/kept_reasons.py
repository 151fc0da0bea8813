"""How a verdict's reasons are kept with their review: without what the review's own words say.

The sentence of a reason and the words that the rule found are kept as their places in those words.
Rows of versions before hold objects, and more of the text; they are read, too.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reviewbot.core.model import Reason, Severity

Kept = list[Any]
"""Rule, words (None: they stand in the sentence), points, place, topic, severity, probability;
what is None at the end is left out. The place is where the sentence begins and ends and, within
it, the words; or the sentence itself, where it is not in the review."""
_FIELDS = 7


def words_of(*texts: str | None) -> str:
    """Return what places are counted in: a review's title, text, pros and cons."""
    return "\n".join(text or "" for text in texts)


def kept(reasons: Iterable[Reason], words: str) -> list[Kept]:
    """Return reasons as a review's column holds them; `words` are its `words_of`."""
    rows = []
    for reason in reasons:
        said, place = _placed(reason, words)
        severity = reason.severity.value if reason.severity is not None else None
        row = [reason.rule, said, reason.points, place, reason.topic, severity, reason.probability]
        while row[-1] is None:
            row.pop()
        rows.append(row)
    return rows


def read_reason(row: Kept | Mapping[str, Any], words: str = "") -> Reason:
    """Return one reason of a review whose `words_of` these are; without them its words may be
    missing."""
    if isinstance(row, Mapping):
        return _read_object(row, words)
    fields = [*row, *[None] * (_FIELDS - len(row))]
    rule, said, points, place, topic, severity, probability = fields
    sentence = place or ""
    if not isinstance(sentence, str):
        start, end, *within = place
        sentence = words[start:end]
        said = sentence[slice(*within)].lower() if said is None else said
    return Reason(
        rule=rule,
        words=said or "",
        sentence=sentence,
        points=float(points),
        topic=topic,
        severity=Severity(severity) if severity else None,
        probability=probability,
    )


def _placed(reason: Reason, words: str) -> tuple[str | None, list[int] | str | None]:
    """Return the words, None where they are in place, and the place."""
    if not reason.sentence:
        return reason.words, None
    start = words.find(reason.sentence)
    if start < 0:
        return reason.words, reason.sentence
    end, at = start + len(reason.sentence), reason.sentence.lower().find(reason.words)
    until = at + len(reason.words)
    if at < 0 or not reason.words or reason.sentence[at:until].lower() != reason.words:
        return reason.words, [start, end]
    return None, [start, end, at, until]


def _read_object(row: Mapping[str, Any], words: str) -> Reason:
    start, end = row.get("at") or (0, 0)
    severity = row.get("severity")
    return Reason(
        rule=row.get("rule", ""),
        words=row.get("words", ""),
        sentence=row.get("sentence") or words[start:end],
        points=row.get("points", 0.0),
        topic=row.get("topic"),
        severity=Severity(severity) if severity else None,
        probability=row.get("probability"),
    )
