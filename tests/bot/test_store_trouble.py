"""Presses and messages while the database is locked, full or read-only."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from reviewbot.bot.intake import Connection
from reviewbot.store.database import Database
from reviewbot.store.tables import InboxRow
from tests.bot.office import SUPPORT, Office
from tests.trouble import Failures, full, locked, read_only

Trouble = Callable[[Database], AbstractContextManager[None]]


@pytest.mark.parametrize("trouble", [locked, read_only])
async def test_a_press_that_cannot_be_saved_is_not_acknowledged_and_counts_later(
    office: Office, caplog: pytest.LogCaptureFixture, trouble: Trouble
) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.written(lambda: office.house.outbox()[0].sent_at)
    failures = Failures(office.house.db)
    with trouble(office.house.db):
        press = await office.telegram.press(card, "Беру", 504)
        await failures.more(4)
        assert office.telegram.pending()
        assert press.answers == []
        assert office.rows_of(InboxRow) == []
        assert office.intake.state is Connection.STORE
    # Nobody restarts anything.
    assert "ваш" in await office.telegram.answered(press)
    await office.telegram.wait_for(lambda: not office.telegram.pending(), "acknowledged")
    assert office.house.look(number).holder == "ivan"
    assert [row.action for row in office.house.audit(number)] == ["opened", "take"]
    assert office.intake.state is Connection.OK
    assert "Telegram intake, store" in caplog.text


@pytest.mark.parametrize("trouble", [locked, read_only, full])
async def test_a_card_waits_for_the_database_and_comes_once(
    office: Office, trouble: Trouble
) -> None:
    number = office.house.ticket()
    failures = Failures(office.house.db)
    with trouble(office.house.db):
        await office.start()
        if trouble is not full:
            await failures.more(3)
            assert office.telegram.count("sendMessage") == 0
    await office.card(number)
    await office.written(lambda: office.house.outbox()[0].sent_at)
    assert len([one for one in office.telegram.chat(SUPPORT).of_bot if "№" in one.text]) == 1


async def test_presses_under_a_full_disk_are_answered_when_they_count_and_all_count_in_the_end(
    office: Office,
) -> None:
    """Some still fit the pages there are, others do not: a toast comes for what is saved only."""
    numbers = [office.house.ticket() for _ in range(4)]
    await office.start()
    cards = {number: await office.card(number) for number in numbers}
    await office.written(lambda: all(row.sent_at for row in office.house.outbox()))
    failures = Failures(office.house.db)
    with full(office.house.db):
        presses = {
            number: await office.telegram.press(card, "Беру", 504)
            for number, card in cards.items()
        }
        await failures.more(4)
        answered = [number for number in numbers if presses[number].answers]
        assert len(answered) < len(numbers)
        assert all("ваш" in presses[number].answers[0] for number in answered)
        assert all(office.house.look(number).holder == "ivan" for number in answered)
        assert office.telegram.pending() or inbox_waiting(office)
    for number, press in presses.items():
        assert "ваш" in await office.telegram.answered(press)
        await office.shows(cards[number], "В работе: Иван")
        assert [row.action for row in office.house.audit(number)] == ["opened", "take"]
    await office.telegram.wait_for(lambda: not office.telegram.pending(), "acknowledged")
    assert all(row.done_at and not row.parked_at for row in office.rows_of(InboxRow))
    assert office.intake.state is Connection.OK


def inbox_waiting(office: Office) -> list[InboxRow]:
    return [row for row in office.rows_of(InboxRow) if row.done_at is None]
