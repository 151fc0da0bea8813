"""Fitting the stems' points for critical events, for `reviewbot.core.classifier.events`.

Events and their look-alikes come from lists made by hand; what is no event also from real reviews:
of praise any part, of the others a part of those in which no rule knows an event.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fitting import (
    FREE,
    Features,
    bounded_regression,
    matrix_of,
    open_lexicon,
    rarity,
    rounded,
)
from benchmarks.labelled import Row
from reviewbot.core.classifier.events import Window, windows
from reviewbot.core.classifier.language_detection import detect
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.scan import scan
from reviewbot.core.model import Severity

LISTS = Path(__file__).parents[1] / "tests" / "core" / "data"
SCALE = 1.7
SEEN = 2
MARGIN = 0.3
"""A window must tell this much more of an event than of none: a false alarm wakes somebody."""


def handmade(language: str, folder: Path = LISTS) -> list[tuple[str, bool]]:
    """Return the sentences of the lists in one language, with whether each is an event."""
    return [
        (line, path.name.startswith("critical"))
        for path in sorted(folder.glob("*_HANDMADE.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#") and (detect(line) or "ru") == language
    ]


def fit_events(
    pack: dict[str, Any], told: Sequence[tuple[str, bool]], reviews: Sequence[Row]
) -> dict[str, Any]:
    """Return the pack's table `event`: bias and the stems' points."""
    lexicon = open_lexicon(pack, [*(text for text, _ in told), *(row.text for row in reviews)])
    rows: list[Features] = []
    answers: list[bool] = []
    for text, is_event in told:
        rows.append(_features(windows(scan(text, lexicon))))
        answers.append(is_event)
    for row in reviews:
        part = _part_without_event(row, lexicon)
        if part:
            rows.append(_features([part]))
            answers.append(False)
    seen = Counter(name for row in rows for name in row)
    names = [name for name, times in seen.items() if times >= SEEN]
    scales = np.array([SCALE * rarity(seen[name], len(rows)) for name in names])
    coefficients, bias = bounded_regression(
        matrix_of(rows, names, scales),
        np.array(answers),
        np.ones(len(rows)),
        [FREE] * len(names),
    )
    points = dict(zip(names, coefficients * scales, strict=True))
    return {"bias": round(bias - MARGIN, 2), "words": rounded(points)}


def _features(parts: Iterable[Window]) -> Features:
    """Return the stems of a told event, as much as each counts in a window."""
    found: Features = {}
    for part in parts:
        for stem, times in Counter(stem.name for stem in part.stems).items():
            found[stem] = max(found.get(stem, 0.0), times * part.scale)
    return found


def _part_without_event(row: Row, lexicon: Lexicon) -> Window | None:
    """Return some two sentences of a review, the same ones every time; None where a rule knows an
    event in it."""
    walked = scan(row.text, lexicon)
    found = list(windows(walked))
    known = any(hit.rule.severity is Severity.CRITICAL and not hit.negated for hit in walked.hits)
    if not found or (known and row.stars <= 3):
        return None
    return found[len(row.text) % len(found)]
