"""A small one of `make reliability`: guests at once while the bot is killed at each stage."""

from pathlib import Path

import pytest

from reliability import guests_killed
from reliability.figures import Case


@pytest.mark.slow
async def test_no_answer_of_a_guest_is_lost_or_counted_twice_by_a_kill(tmp_path: Path) -> None:
    case = await guests_killed.tried(tmp_path / "world", seed=1, guests=30, kills=1)
    assert case == Case(case.name, seconds=case.seconds)
