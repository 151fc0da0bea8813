"""One seed of `make reliability`: kills at moments that dice choose, compared with a model."""

from pathlib import Path

import pytest

from reliability import random_kills
from reliability.figures import Case


@pytest.mark.slow
async def test_after_kills_at_random_all_is_as_the_model_says(tmp_path: Path) -> None:
    case = await random_kills.tried(tmp_path / "world", seed=1, kills=2)
    assert case == Case(case.name, seconds=case.seconds)
