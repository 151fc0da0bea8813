"""The program that writes drafts, as the operator's file names it."""

from pathlib import Path

import pytest

from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from tests.bot.test_machine_drafts import GOOD, saying
from tests.journeys.journey_world import JourneyWorld

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


@pytest.mark.slow
async def test_the_bot_asks_where_its_file_names_a_program(tmp_path: Path) -> None:
    """From the operator's file, with its key, to the card."""
    (tmp_path / "drafting.key").write_text("sk-of-the-file")
    calls: list[LoopbackRequest] = []

    async def answer(call: LoopbackRequest) -> LoopbackResponse:
        calls.append(call)
        return await saying(GOOD)(call)

    async with Loopback(answer) as server:
        more = f'[drafting]\nurl = "{server.url}/v1/"\nkey_file = "drafting.key"\n'
        async with JourneyWorld(tmp_path, "2026-03-02 11:00", more) as world:
            world.guest(1, RUDE)
            await world.pass_until("2026-03-02 11:50")
            await world.app.ticks.more("drafts")
            await world.app.lanes.settle()
            await world.turn()
            card = world.card()
            assert "написан машиной" in card.text
    assert [call.headers["authorization"] for call in calls] == ["Bearer sk-of-the-file"]
    assert "model" not in calls[0].json()
