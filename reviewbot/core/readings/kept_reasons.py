"""How a verdict's reasons are kept with their review: without what the review's own words say.

The sentence of a reason is kept as its place among those words. Rows of versions before have the
sentence itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reviewbot.core.model import Reason, Severity

Kept = dict[str, Any]
"""`rule`, `words`, `points` and, where there are any, `topic`, `severity`, `probability` and `at`,
where the sentence begins and ends."""


def words_of(*texts: str | None) -> str:
    """Return what places are counted in: a review's title, text, pros and cons."""
    return "\n".join(text or "" for text in texts)


def kept(reasons: Iterable[Reason], words: str) -> list[Kept]:
    """Return reasons as a review's column holds them; `words` are its `words_of`."""
    rows = []
    for reason in reasons:
        row: Kept = {"rule": reason.rule, "words": reason.words, "points": reason.points}
        if reason.topic is not None:
            row["topic"] = reason.topic
        if reason.severity is not None:
            row["severity"] = reason.severity.value
        if reason.probability is not None:
            row["probability"] = reason.probability
        if reason.sentence:
            start = words.find(reason.sentence)
            if start < 0:
                row["sentence"] = reason.sentence
            else:
                row["at"] = [start, start + len(reason.sentence)]
        rows.append(row)
    return rows


def read_reason(row: Mapping[str, Any], words: str) -> Reason:
    """Return one reason of a review whose `words_of` these are."""
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
