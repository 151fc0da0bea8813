"""A real kill -9 at the seams between this process's database and Telegram."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reviewbot.store.tables import CardRow, OutboxRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.telegram_fake import Gate


@asynccontextmanager
async def bot(bot_world: BotWorld) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot in a child process, killed at the end if it still lives."""
    database = str(bot_world.store_world.db.url.removeprefix("sqlite:///"))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.child",
        database,
        bot_world.telegram.base_url,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def kill(bot_world: BotWorld, process: asyncio.subprocess.Process, gate: Gate) -> None:
    """Wait for the seam, then end the process there."""
    await gate.reached.wait()
    process.kill()
    await process.wait()
    bot_world.telegram.abandon(gate)


@pytest.mark.slow
async def test_killed_before_telegram_took_it(bot_world: BotWorld) -> None:
    """Neither the card nor a press that was delivered but not stored is lost or doubled."""
    number = bot_world.store_world.ticket()
    gate = bot_world.telegram.gate("sendMessage", "before")
    async with bot(bot_world) as process:
        await kill(bot_world, process, gate)
    chat = bot_world.telegram.chat(SUPPORT)
    async with bot(bot_world) as process:
        card = await bot_world.card(number)
        await bot_world.telegram.wait_for(lambda: bot_world.rows_of(CardRow), "the mark")
        gate = bot_world.telegram.gate("getUpdates", "after")
        polls = bot_world.telegram.count("getUpdates")
        await bot_world.telegram.wait_for(lambda: bot_world.telegram.count("getUpdates") > polls)
        await bot_world.telegram.press(card, "Беру", 504)
        await kill(bot_world, process, gate)
    async with bot(bot_world):
        await bot_world.shows(card, "В работе: Иван")
        await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending(), "acknowledged")
    assert len(chat.of_bot) == 1
    assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "take"]


@pytest.mark.slow
async def test_killed_before_it_was_written_down(bot_world: BotWorld) -> None:
    """One duplicate of the card, and it is kept in step; the press counts once."""
    number = bot_world.store_world.ticket()
    gate = bot_world.telegram.gate("sendMessage", "after")
    async with bot(bot_world) as process:
        await kill(bot_world, process, gate)
    chat = bot_world.telegram.chat(SUPPORT)
    async with bot(bot_world) as process:
        await bot_world.telegram.wait_for(lambda: len(chat.of_bot) == 2, "the card again")
        await bot_world.telegram.wait_for(lambda: bot_world.rows_of(CardRow), "the mark")
        repeat = chat.of_bot[1].text.splitlines()[-1]
        gate = bot_world.telegram.gate("answerCallbackQuery", "before")
        await bot_world.telegram.press(chat.of_bot[0], "готов", 502)
        await kill(bot_world, process, gate)
    async with bot(bot_world):
        for copy in chat.of_bot:
            await bot_world.shows(copy, "Утверждено: Марина")
    assert len(chat.of_bot) == 2
    assert repeat.startswith("↻ Возможно, это повтор"), "it said that it may be one"
    assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "approve"]
    assert [row for row in bot_world.rows_of(OutboxRow) if row.parked_at] == []
