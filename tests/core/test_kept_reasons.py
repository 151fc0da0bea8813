"""A verdict's reasons as they lie beside their review: nothing is said twice, nothing is lost."""

import json

from reviewbot.core.model import Reason, Severity
from reviewbot.core.readings.kept_reasons import kept, read_reason, words_of

TEXT = "Ждали час. Официант хамил, ушли."
WORDS = words_of("Ужасно", TEXT, None, None)
REASONS = (
    Reason("stars", "1★", points=2.0),
    Reason("ru.staff.ham", "хамил", "Официант хамил, ушли.", 0.23, "staff"),
    Reason("ru.danger", "ждали", "Ждали час.", severity=Severity.CRITICAL, probability=0.8),
    Reason("own.word", "счёт", "A sentence that stands nowhere in it.", -0.5),
)


def test_reasons_come_back_as_they_were_given() -> None:
    rows = json.loads(json.dumps(kept(REASONS, WORDS)))
    assert tuple(read_reason(row, WORDS) for row in rows) == REASONS


def test_a_sentence_of_the_review_is_kept_as_its_place() -> None:
    rows = kept(REASONS, WORDS)
    assert "хамил, ушли" not in json.dumps(rows, ensure_ascii=False)
    assert rows[0] == {"rule": "stars", "words": "1★", "points": 2.0}


def test_what_version_0_1_0_wrote_is_read() -> None:
    old = {
        "rule": "ru.staff.ham",
        "words": "хамил",
        "sentence": "Официант хамил, ушли.",
        "points": 0.23,
        "topic": "staff",
        "severity": None,
        "probability": None,
    }
    assert read_reason(old, "other words by now") == REASONS[1]
