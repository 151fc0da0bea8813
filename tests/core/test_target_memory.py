"""What a target's readings remember is read from what version 0.1.0 wrote, and written so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.target_memory import TargetMemory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OLD = {
    "history_pages": 3,
    "history_read": True,
    "counter": 120,
    "lacking": 2,
    "doubts": 1,
    "owed": 4,
    "canaries": ["a", "b"],
    "open_on_first": [7, 9],
    "rhythm": [2.5, [1.0] * 7, [1.0] * 24, 60],
    "rhythm_at": "2026-03-01T09:00:00+00:00",
    "rung": ["2026-03-02T08:00:00+00:00", 2],
}


def test_what_an_earlier_version_kept_is_read_and_written_alike() -> None:
    memory = TargetMemory.from_json(OLD)
    assert memory.to_json() == OLD
    assert (memory.counter, memory.canaries, memory.unheard) == (120, ("a", "b"), 2)
    assert memory.expected_gap == timedelta(days=0.4)


@pytest.mark.parametrize("kept", [None, [], "text", {}, {"rung": None, "rhythm": None}])
def test_what_was_never_kept_is_as_at_first(kept: object) -> None:
    assert TargetMemory.from_json(kept) == TargetMemory()


def test_an_announcement_is_counted_until_there_is_news_or_for_a_day() -> None:
    announced = TargetMemory().announced(NOW)
    once = announced.looked(Reading(read_at=NOW + timedelta(hours=1)), news=False)
    assert (announced.announced(NOW + timedelta(hours=2)), once.unheard) == (announced, 1)
    assert once.looked(Reading(read_at=NOW + timedelta(hours=2)), news=True) == TargetMemory()
    assert once.looked(Reading(read_at=NOW + timedelta(hours=25)), news=False) == TargetMemory()


def test_a_count_taken_at_a_persons_word_leaves_the_rest() -> None:
    memory = TargetMemory.from_json(OLD)
    assert memory.count_accepted() == replace(memory, counter=None, lacking=None, doubts=0)
