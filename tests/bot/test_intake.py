import logging

import pytest

from reviewbot.bot.intake import CALM, Connection
from reviewbot.clock import FastClock
from reviewbot.core.model import TicketState
from reviewbot.store import inbox
from reviewbot.store.tables import InboxRow, MeasureRow, OutboxRow
from tests.bot.office import OPERATOR, STRANGER, SUPPORT, Office
from tests.store.house import MONDAY
from tests.telegram_wire import Answer
from tests.telegram_world import TOKEN


def run(office: Office, statement: str) -> None:
    office.house.db.write_now(lambda session: session.connection().exec_driver_sql(statement))


def telegram_states(office: Office) -> list[str]:
    return [row.subject for row in office.rows_of(MeasureRow) if row.name == "telegram"]


async def test_presses_come_though_a_webhook_had_switched_them_off(office: Office) -> None:
    assert office.telegram.allowed == ["message"]
    number = office.house.ticket()
    await office.start()
    assert await office.press(await office.card(number), "Беру", "ivan")


async def test_only_what_is_on_disk_is_acknowledged(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    seen: list[set[int]] = []

    def acknowledged() -> bool:
        known = {row.update_id for row in office.rows_of(InboxRow)}
        told = {each["update_id"] for each in office.telegram.pending()}
        seen.append(sent - told - known)
        return not told

    sent = {each["update_id"] for each in office.telegram.pending()}
    for label in ("Беру", "Ещё", "Другой"):
        await office.telegram.press(card, label, 504)
        sent |= {each["update_id"] for each in office.telegram.pending()}
        await office.telegram.wait_for(acknowledged)
    assert len(sent) == 3
    assert not any(seen)


async def test_a_malformed_update_does_not_block_the_others(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    bad = await office.telegram.push({"callback_query": {"id": 5, "from": "nobody"}})
    await office.telegram.push({"message": {"message_id": "x"}})
    await office.telegram.push({"edited_message": []})
    assert await office.press(card, "Беру", "ivan")

    def parked() -> list[InboxRow]:
        return [row for row in office.rows_of(InboxRow) if row.parked_at is not None]

    await office.written(lambda: len(parked()) == 2, "parked updates")
    assert parked()[0].update_id == bad
    assert parked()[0].attempts == inbox.MAX_ATTEMPTS
    assert parked()[0].error


async def test_a_lone_surrogate_is_kept_and_handled(office: Office) -> None:
    office.house.ticket()
    await office.start()
    await office.card(1)
    await office.telegram.say(SUPPORT, 504, "\ud83d привет \x00", reply_to=1)
    question = await office.said(SUPPORT, "Это к отзыву")
    assert "привет" in question.text
    [row] = office.rows_of(InboxRow)
    assert "\\ud83d" in row.raw


async def test_a_press_stored_but_not_handled_before_a_crash(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.stop()
    await office.telegram.press(card, "Беру", 504)
    raw = office.telegram.pending()
    office.house.db.write_now(lambda s: inbox.store_updates(s, raw, office.clock.now()))
    await office.start()
    await office.written(lambda: office.house.look(number).holder == "ivan")
    await office.telegram.wait_for(lambda: not office.telegram.pending(), "acknowledged")
    assert [row.action for row in office.house.audit(number)] == ["opened", "take"]


async def test_a_crash_in_the_middle_of_a_handler_loses_and_doubles_nothing(
    office: Office,
) -> None:
    """The transaction is rolled back as a whole: no effect, no done mark; then once."""
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    run(
        office,
        "CREATE TRIGGER crash BEFORE UPDATE OF done_at ON inbox "
        "BEGIN SELECT RAISE(ABORT, 'the lights went out'); END",
    )
    await office.telegram.press(card, "Беру", 504)
    await office.written(lambda: any(row.attempts for row in office.rows_of(InboxRow)))
    assert office.house.look(number).holder is None
    run(
        office,
        "DROP TRIGGER crash",
    )
    await office.written(lambda: office.house.look(number).holder == "ivan")
    assert [row.action for row in office.house.audit(number)] == ["opened", "take"]


async def test_a_refused_token_is_loud_and_polling_goes_on(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    office.telegram.bad_token = True
    await office.written(lambda: Connection.REFUSED in telegram_states(office))
    assert office.intake.state is Connection.REFUSED
    office.telegram.bad_token = False
    assert await office.press(card, "Беру", "ivan")
    assert telegram_states(office)[-1] == Connection.OK


async def test_telegram_down_at_the_start(office: Office) -> None:
    number = office.house.ticket()
    await office.telegram.go_away()
    await office.start()
    await office.written(lambda: Connection.UNREACHABLE in telegram_states(office))
    await office.telegram.come_back()
    assert await office.press(await office.card(number), "Беру", "ivan")
    assert office.intake.state is Connection.OK


async def test_another_poller_is_told_to_the_operator(office: Office) -> None:
    office.telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    await office.start()
    told = await office.said(OPERATOR, "Сообщения этого бота забирает другая программа")
    assert "вебхук" in told.text
    await office.written(lambda: telegram_states(office)[-1] == Connection.OK)
    assert Connection.CONFLICT in telegram_states(office)


async def test_two_copies_taking_turns_are_told_of_once(office: Office) -> None:
    office.clock = FastClock(MONDAY, 10.0)
    await office.start(intake=False, sender=False)
    await office.application.initialize()
    for _ in range(3):
        office.telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        await office.intake.step()
        await office.telegram.say(SUPPORT, STRANGER, "слышно?")
        await office.intake.step()
    assert telegram_states(office) == [Connection.CONFLICT]
    [notice] = office.rows_of(OutboxRow)
    assert (notice.chat_id, notice.payload["code"]) == (OPERATOR, "telegram_conflict")
    office.clock.leap(CALM)
    await office.telegram.say(SUPPORT, STRANGER, "слышно?")
    await office.intake.step()
    assert telegram_states(office) == [Connection.CONFLICT, Connection.OK]
    await office.intake.close()
    await office.application.bot.shutdown()


async def test_nonsense_from_telegram_is_survived(office: Office) -> None:
    number = office.house.ticket()
    for body in (
        {"ok": True, "result": {"no": "list"}},
        {"ok": True},
        {"ok": True, "result": [7]},
    ):
        office.telegram.answer_once("getUpdates", Answer(200, body))
    office.telegram.fail("getUpdates", 502, "Bad Gateway")
    await office.start()
    assert await office.press(await office.card(number), "Беру", "ivan")


async def test_an_update_that_fails_is_tried_again(office: Office) -> None:
    """One attempt fails, the next one succeeds; the person is answered once."""
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    run(
        office,
        "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'x'); END",
    )
    press = await office.telegram.press(card, "готов", 502)
    await office.written(lambda: any(row.attempts for row in office.rows_of(InboxRow)))
    run(
        office,
        "DROP TRIGGER broken",
    )
    assert "Утверждено" in await office.telegram.answered(press)
    assert office.house.look(number).state == TicketState.APPROVED
    assert len(press.answers) == 1


async def test_menus_are_set_per_scope_and_language_also_after_a_failure(
    office: Office,
) -> None:
    office.telegram.fail("setMyCommands", 500, "Internal Server Error", times=2)
    await office.start()
    await office.telegram.wait_for(lambda: len(office.telegram.commands) == 6, "menus")
    private = office.telegram.commands["all_private_chats", "ru"]
    group = office.telegram.commands["all_group_chats", ""]
    assert "start" in [command["command"] for command in private]
    assert "start" not in [command["command"] for command in group]


async def test_what_cannot_be_saved_is_not_acknowledged(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    run(office, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'x'); END")
    press = await office.telegram.press(card, "Беру", 504)
    await office.written(lambda: Connection.STORE in telegram_states(office))
    assert office.telegram.pending()
    run(office, "DROP TRIGGER full")
    assert "ваш" in await office.telegram.answered(press)
    await office.telegram.wait_for(lambda: not office.telegram.pending(), "acknowledged")


async def test_the_token_is_in_no_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    number = office.house.ticket()
    office.telegram.fail("getUpdates", 502, "Bad Gateway")
    office.telegram.fail("sendMessage", 502, "Bad Gateway")
    await office.start()
    await office.press(await office.card(number), "Беру", "ivan")
    assert caplog.text
    assert TOKEN.split(":")[1] not in caplog.text
