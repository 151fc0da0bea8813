"""Presses and messages while the database is locked, full or read-only."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from reviewbot.bot.telegram.intake import Connection
from reviewbot.store.database import Database
from reviewbot.store.tables import InboxRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.database_trouble import Failures, full, locked, read_only

Trouble = Callable[[Database], AbstractContextManager[None]]


@pytest.mark.parametrize("trouble", [locked, read_only])
async def test_a_press_that_cannot_be_saved_is_not_acknowledged_and_counts_later(
    bot_world: BotWorld, caplog: pytest.LogCaptureFixture, trouble: Trouble
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.written(lambda: bot_world.store_world.outbox()[0].sent_at)
    failures = Failures(bot_world.store_world.db)
    with trouble(bot_world.store_world.db):
        press = await bot_world.telegram.press(card, "Беру", 504)
        await failures.more(4)
        assert bot_world.telegram.pending()
        assert press.answers == []
        assert bot_world.rows_of(InboxRow) == []
        assert bot_world.intake.state is Connection.STORE
    # Nobody restarts anything.
    assert "ваш" in await bot_world.telegram.answered(press)
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending(), "acknowledged")
    assert bot_world.store_world.look(number).holder == "ivan"
    assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "take"]
    assert bot_world.intake.state is Connection.OK
    assert "Telegram intake, store" in caplog.text


@pytest.mark.parametrize("trouble", [locked, read_only, full])
async def test_a_card_waits_for_the_database_and_comes_once(
    bot_world: BotWorld, trouble: Trouble
) -> None:
    number = bot_world.store_world.ticket()
    failures = Failures(bot_world.store_world.db)
    with trouble(bot_world.store_world.db):
        await bot_world.start()
        if trouble is not full:
            await failures.more(3)
            assert bot_world.telegram.count("sendMessage") == 0
    await bot_world.card(number)
    await bot_world.written(lambda: bot_world.store_world.outbox()[0].sent_at)
    assert len([one for one in bot_world.telegram.chat(SUPPORT).of_bot if "№" in one.text]) == 1


async def test_a_stop_before_the_first_write_is_no_fault(bot_world: BotWorld) -> None:
    """A new file read at that moment ended the bot."""
    failures = Failures(bot_world.store_world.db)
    with locked(bot_world.store_world.db):
        await bot_world.start()
        await failures.more(2)
        await bot_world.stop()


async def test_presses_under_a_full_disk_are_answered_when_they_count_and_all_count_in_the_end(
    bot_world: BotWorld,
) -> None:
    """Some still fit the pages there are, others do not: a toast comes for what is saved only."""
    numbers = [bot_world.store_world.ticket() for _ in range(4)]
    await bot_world.start()
    cards = {number: await bot_world.card(number) for number in numbers}
    await bot_world.written(lambda: all(row.sent_at for row in bot_world.store_world.outbox()))
    failures = Failures(bot_world.store_world.db)
    with full(bot_world.store_world.db):
        presses = {
            number: await bot_world.telegram.press(card, "Беру", 504)
            for number, card in cards.items()
        }
        await failures.more(4)
        answered = [number for number in numbers if presses[number].answers]
        assert len(answered) < len(numbers)
        assert all("ваш" in presses[number].answers[0] for number in answered)
        assert all(bot_world.store_world.look(number).holder == "ivan" for number in answered)
        assert bot_world.telegram.pending() or inbox_waiting(bot_world)
    for number, press in presses.items():
        assert "ваш" in await bot_world.telegram.answered(press)
        await bot_world.shows(cards[number], "В работе: Иван")
        assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "take"]
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending(), "acknowledged")
    assert all(row.done_at and not row.parked_at for row in bot_world.rows_of(InboxRow))
    assert bot_world.intake.state is Connection.OK


def inbox_waiting(bot_world: BotWorld) -> list[InboxRow]:
    return [row for row in bot_world.rows_of(InboxRow) if row.done_at is None]
