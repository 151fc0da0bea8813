"""The pinned summary through the real application: sent once, pinned, edited in place, never
ringing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewbot.store.tables import SummaryRow
from tests.journeys.journey_world import MANAGERS, JourneyWorld, moscow
from tests.telegram_world import Shown

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."
SUMMARY = '[summary]\nmanagers = "10m"'


def summaries(world: JourneyWorld, chat_id: int = MANAGERS) -> list[Shown]:
    return [shown for shown in world.telegram.chat(chat_id).of_bot if "Как сейчас" in shown.text]


async def test_it_is_pinned_once_and_edited_in_place(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", SUMMARY) as world:
        await world.pass_until("2026-03-02 11:10")
        [shown] = summaries(world)
        assert shown.silent, "it asks nothing of anybody"
        assert "Открытых нет" in shown.text
        assert "Все площадки видны" in shown.text
        chat = world.telegram.chat(MANAGERS)
        assert chat.pinned == [shown.message_id]

        await world.pass_until("2026-03-02 11:20")
        edits = shown.edits
        await world.pass_until("2026-03-02 11:35")
        assert shown.edits == edits, "what stands as it did is not written again"
        world.guest(1, RUDE)
        await world.pass_until("2026-03-02 12:25")
        assert "Открыт 1" in shown.text
        assert 1 <= shown.edits - edits <= 4, "at most once in ten minutes"
        await world.restart()
        await world.pass_until("2026-03-02 12:40")
        assert summaries(world) == [shown], "a restart sends none anew"
        assert chat.pinned == [shown.message_id]
        assert world.telegram.violations == []


@pytest.mark.slow
async def test_one_that_was_deleted_comes_anew_and_is_pinned(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", SUMMARY) as world:
        await world.pass_until("2026-03-02 11:10")
        [first] = summaries(world)
        first.deleted = True
        world.guest(1, RUDE)
        await world.pass_until("2026-03-02 12:25")
        [second] = summaries(world)
        assert "Открыт 1" in second.text
        assert second.silent
        assert world.telegram.chat(MANAGERS).pinned[-1] == second.message_id


@pytest.mark.slow
async def test_without_the_right_to_pin_it_is_kept_unpinned_and_told_once(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", "") as world:
        chat = world.telegram.chat(MANAGERS)
        chat.may_pin = False
        await restart_with(world, {"managers": timedelta(minutes=10)})
        await world.pass_until("2026-03-02 11:30")
        [shown] = summaries(world)
        assert chat.pinned == []
        told = [each for each in _everywhere(world) if "Не могу закрепить" in each.text]
        assert len(told) == 1
        assert "ot enough rights to manage pinned messages" in told[0].text

        world.guest(1, RUDE)
        await world.pass_until("2026-03-02 12:25")
        assert "Открыт 1" in shown.text, "it goes on without"
        chat.may_pin = True
        world.clock.set(moscow("2026-03-03 13:00"))
        await world.turn()
        await world.turn()
        assert chat.pinned == [shown.message_id], "a day later it was tried again"
        told = [each for each in _everywhere(world) if "Не могу закрепить" in each.text]
        assert len(told) == 1
        [row] = world.read(lambda rows: rows.exec(select(SummaryRow)).all())
        assert (row.pinned_id, row.pin_error) == (shown.message_id, None)


@pytest.mark.slow
async def test_where_the_file_names_it_no_more_it_says_so(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", SUMMARY) as world:
        await world.pass_until("2026-03-02 11:10")
        [shown] = summaries(world)
        await restart_with(world, {})
        await world.pass_until("2026-03-02 11:30")
        assert shown.text == "Эти итоги больше не ведутся."
        assert summaries(world) == []


def _everywhere(world: JourneyWorld) -> list[Shown]:
    return [shown for chat in world.telegram.chats.values() for shown in chat.of_bot]


async def restart_with(world: JourneyWorld, summaries: dict[str, timedelta]) -> None:
    """End the bot and start another, as after a change of the file."""
    settings = replace(world.loaded.settings, summaries=summaries)
    world.loaded = replace(world.loaded, settings=settings)
    await world.restart()
