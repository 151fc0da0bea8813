"""A real kill -9 at the seams between this process's database and Telegram."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from reviewbot.store.tables import CardRow, OutboxRow
from tests.bot.office import SUPPORT, Office
from tests.telegram_fake import Gate


@asynccontextmanager
async def bot(office: Office) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot in a child process, killed at the end if it still lives."""
    office.telegram.patience = 60.0  # a process starts slowly on a busy machine
    database = str(office.house.db.url.removeprefix("sqlite:///"))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.child",
        database,
        office.telegram.base_url,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def kill(office: Office, process: asyncio.subprocess.Process, gate: Gate) -> None:
    """Wait for the seam, then end the process there."""
    await gate.reached.wait()
    process.kill()
    await process.wait()
    office.telegram.abandon(gate)


async def test_killed_before_telegram_took_it(office: Office) -> None:
    """Neither the card nor a press that was delivered but not stored is lost or doubled."""
    number = office.house.ticket()
    gate = office.telegram.gate("sendMessage", "before")
    async with bot(office) as process:
        await kill(office, process, gate)
    chat = office.telegram.chat(SUPPORT)
    async with bot(office) as process:
        card = await office.card(number)
        await office.telegram.wait_for(lambda: office.rows_of(CardRow), "the mark")
        gate = office.telegram.gate("getUpdates", "after")
        polls = office.telegram.count("getUpdates")
        await office.telegram.wait_for(lambda: office.telegram.count("getUpdates") > polls)
        await office.telegram.press(card, "Беру", 504)
        await kill(office, process, gate)
    async with bot(office):
        await office.shows(card, "В работе: Иван")
        await office.telegram.wait_for(lambda: not office.telegram.pending(), "acknowledged")
    assert len(chat.of_bot) == 1
    assert [row.action for row in office.house.audit(number)] == ["opened", "take"]


async def test_killed_before_it_was_written_down(office: Office) -> None:
    """One duplicate of the card, and it is kept in step; the press counts once."""
    number = office.house.ticket()
    gate = office.telegram.gate("sendMessage", "after")
    async with bot(office) as process:
        await kill(office, process, gate)
    chat = office.telegram.chat(SUPPORT)
    async with bot(office) as process:
        await office.telegram.wait_for(lambda: len(chat.of_bot) == 2, "the card again")
        await office.telegram.wait_for(lambda: office.rows_of(CardRow), "the mark")
        gate = office.telegram.gate("answerCallbackQuery", "before")
        await office.telegram.press(chat.of_bot[0], "готов", 502)
        await kill(office, process, gate)
    async with bot(office):
        for copy in chat.of_bot:
            await office.shows(copy, "Утверждено: Марина")
    assert len(chat.of_bot) == 2
    assert [row.action for row in office.house.audit(number)] == ["opened", "approve"]
    assert [row for row in office.rows_of(OutboxRow) if row.parked_at] == []
