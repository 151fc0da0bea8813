import json
import logging
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from reviewbot.bot.telegram import strangers
from reviewbot.bot.telegram.intake import CALM, Connection
from reviewbot.clock import FastClock
from reviewbot.core.model import TicketState
from reviewbot.store.queues import inbox
from reviewbot.store.tables import InboxRow, MeasureRow, OutboxRow
from tests.bot.bot_world import OPERATOR, STRANGER, SUPPORT, BotWorld
from tests.store.store_world import MONDAY
from tests.telegram_wire import Answer
from tests.telegram_world import TOKEN

IVAN = 504


def run(bot_world: BotWorld, statement: str) -> None:
    bot_world.store_world.db.write_now(
        lambda session: session.connection().exec_driver_sql(statement)
    )


def telegram_states(bot_world: BotWorld) -> list[str]:
    return [row.subject for row in bot_world.rows_of(MeasureRow) if row.name == "telegram"]


async def test_presses_come_though_a_webhook_had_switched_them_off(bot_world: BotWorld) -> None:
    assert bot_world.telegram.allowed == ["message"]
    number = bot_world.store_world.ticket()
    await bot_world.start()
    assert await bot_world.press(await bot_world.card(number), "Беру", "ivan")


async def test_only_what_is_on_disk_is_acknowledged(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    seen: list[set[int]] = []

    def acknowledged() -> bool:
        known = {row.update_id for row in bot_world.rows_of(InboxRow)}
        told = {each["update_id"] for each in bot_world.telegram.pending()}
        seen.append(sent - told - known)
        return not told

    sent = {each["update_id"] for each in bot_world.telegram.pending()}
    for label in ("Беру", "Ещё", "Другой"):
        await bot_world.telegram.press(card, label, 504)
        sent |= {each["update_id"] for each in bot_world.telegram.pending()}
        await bot_world.telegram.wait_for(acknowledged)
    assert len(sent) == 3
    assert not any(seen)


async def test_a_malformed_update_does_not_block_the_others(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    bad = await bot_world.telegram.push({"callback_query": {"id": 5, "from": "nobody"}})
    await bot_world.telegram.push({"message": {"message_id": "x"}})
    await bot_world.telegram.push({"edited_message": []})
    assert await bot_world.press(card, "Беру", "ivan")

    def parked() -> list[InboxRow]:
        rows = [row for row in bot_world.rows_of(InboxRow) if row.parked_at is not None]
        return sorted(rows, key=lambda row: row.update_id)

    await bot_world.written(lambda: len(parked()) == 3, "parked updates")
    assert parked()[0].update_id == bad
    assert parked()[0].attempts == inbox.MAX_ATTEMPTS
    assert parked()[0].error


DEEP = b"[" * 3000 + b"]" * 3000


@pytest.mark.parametrize(
    ("bad", "is_parked"),
    [
        (b'{"update_id": %d, "message": {"a": ' + DEEP + b"}}", True),
        (b'{"update_id": %d, "message": {"text": "}]\\" {", "a": ' + DEEP + b"}}", True),
        (b'{"update_id": %d, "message": {"message_id": ' + b"9" * 5000 + b"}}", True),
        (b'{"message": {"a": ' + DEEP + b"}}", False),
        (b'{"update_id": 9223372036854775808, "message": {}}', False),
        (b'{"update_id": true}', False),
        (b'{"update_id": -5}', False),
    ],
    ids=["deep", "deep with brackets in texts", "digits", "no number", "huge", "bool", "below"],
)
async def test_json_beyond_measure_hides_no_other_update(
    bot_world: BotWorld, bad: bytes, is_parked: bool
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.stop()
    await bot_world.telegram.press(card, "Беру", 504)
    good = json.dumps(bot_world.telegram.pending()[0]).encode()
    first = bot_world.telegram.pending()[0]["update_id"] - 1
    bad = bad.replace(b"%d", str(first).encode())
    answer = b'{"ok": true, "result": [' + bad + b", " + good + b"]}"
    bot_world.telegram.answer_once("getUpdates", Answer(200, answer))
    await bot_world.start()
    await bot_world.written(lambda: bot_world.store_world.look(number).holder == "ivan")

    def parked() -> list[int]:
        return [row.update_id for row in bot_world.rows_of(InboxRow) if row.parked_at is not None]

    if is_parked:
        await bot_world.written(lambda: parked() == [first], "parked")


async def test_a_lone_surrogate_is_kept_and_handled(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.card(1)
    await bot_world.telegram.say(SUPPORT, 504, "\ud83d привет \x00", reply_to=1)
    question = await bot_world.said(SUPPORT, "Это к отзыву")
    assert "привет" in question.text
    [row] = bot_world.rows_of(InboxRow)
    assert "\\ud83d" in row.raw


async def test_a_press_stored_but_not_handled_before_a_crash(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.stop()
    await bot_world.telegram.press(card, "Беру", 504)
    raw = bot_world.telegram.pending()
    bot_world.store_world.db.write_now(
        lambda s: inbox.store_updates(s, raw, bot_world.clock.now())
    )
    await bot_world.start()
    await bot_world.written(lambda: bot_world.store_world.look(number).holder == "ivan")
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending(), "acknowledged")
    assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "take"]


async def test_a_crash_in_the_middle_of_a_handler_loses_and_doubles_nothing(
    bot_world: BotWorld,
) -> None:
    """The transaction is rolled back as a whole: no effect, no done mark; then once."""
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    run(
        bot_world,
        "CREATE TRIGGER crash BEFORE UPDATE OF done_at ON inbox "
        "BEGIN SELECT RAISE(ABORT, 'the lights went out'); END",
    )
    await bot_world.telegram.press(card, "Беру", 504)
    await bot_world.written(lambda: any(row.attempts for row in bot_world.rows_of(InboxRow)))
    assert bot_world.store_world.look(number).holder is None
    run(
        bot_world,
        "DROP TRIGGER crash",
    )
    await bot_world.written(lambda: bot_world.store_world.look(number).holder == "ivan")
    assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "take"]


async def test_a_refused_token_is_loud_and_polling_goes_on(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    bot_world.telegram.bad_token = True
    await bot_world.written(lambda: Connection.REFUSED in telegram_states(bot_world))
    assert bot_world.intake.state is Connection.REFUSED
    bot_world.telegram.bad_token = False
    assert await bot_world.press(card, "Беру", "ivan")
    assert telegram_states(bot_world)[-1] == Connection.OK


async def test_telegram_down_at_the_start(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.telegram.go_away()
    await bot_world.start()
    await bot_world.written(lambda: Connection.UNREACHABLE in telegram_states(bot_world))
    await bot_world.telegram.come_back()
    assert await bot_world.press(await bot_world.card(number), "Беру", "ivan")
    assert bot_world.intake.state is Connection.OK


async def test_an_answer_that_is_not_telegrams_at_the_start_ends_nothing(
    bot_world: BotWorld,
) -> None:
    """A portal that answers everything with JSON of its own; seen with another Bot API."""
    number = bot_world.store_world.ticket()
    bot_world.telegram.answer_once("getMe", Answer(200, {"ok": True, "result": {"id": 666}}))
    await bot_world.start()
    assert await bot_world.press(await bot_world.card(number), "Беру", "ivan")
    assert bot_world.intake.state is Connection.OK


async def test_another_poller_is_told_to_the_operator(bot_world: BotWorld) -> None:
    bot_world.telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    await bot_world.start()
    told = await bot_world.said(OPERATOR, "Сообщения этого бота забирает другая программа")
    assert "вебхук" in told.text
    await bot_world.written(lambda: telegram_states(bot_world)[-1] == Connection.OK)
    assert Connection.CONFLICT in telegram_states(bot_world)


async def test_two_copies_taking_turns_are_told_of_once(bot_world: BotWorld) -> None:
    bot_world.clock = FastClock(MONDAY, 10.0)
    await bot_world.start(intake=False, sender=False)
    await bot_world.application.initialize()
    for _ in range(3):
        bot_world.telegram.fail(
            "getUpdates", 409, "Conflict: terminated by other getUpdates request"
        )
        await bot_world.intake.step()
        await bot_world.telegram.say(SUPPORT, STRANGER, "слышно?")
        await bot_world.intake.step()
    assert telegram_states(bot_world) == [Connection.CONFLICT]
    [notice] = bot_world.rows_of(OutboxRow)
    assert (notice.chat_id, notice.payload["code"]) == (OPERATOR, "telegram_conflict")
    bot_world.clock.leap(CALM)
    await bot_world.telegram.say(SUPPORT, STRANGER, "слышно?")
    await bot_world.intake.step()
    assert telegram_states(bot_world) == [Connection.CONFLICT, Connection.OK]
    await bot_world.intake.close()
    await bot_world.application.bot.shutdown()


async def test_a_flood_of_strangers_holds_up_no_press_of_ours(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.stop()
    for nth in range(400):
        sender = {"id": 700_000 + nth % 40, "is_bot": False, "first_name": "X"}
        chat = {"id": sender["id"], "type": "private", "first_name": "X"}
        message = {"message_id": nth + 1, "date": 0, "chat": chat, "from": sender, "text": "hi"}
        await bot_world.telegram.push({"message": message})
    press = await bot_world.telegram.press(card, "Беру", IVAN)
    bot_world.clock.run_at(0.0)
    await bot_world.start(sender=False)
    assert await bot_world.telegram.answered(press)
    rows = bot_world.rows_of(InboxRow)
    passed_over = [row for row in rows if row.error == inbox.PASSED_OVER]
    assert len(passed_over) == 400 - strangers.ALL
    assert all(row.raw == "{}" and row.done_at for row in passed_over)
    assert [row for row in rows if row.done_at is None] == []
    waiting = [
        row for row in bot_world.rows_of(OutboxRow) if row.payload.get("view") == "stranger"
    ]
    assert len(waiting) <= 40, "one answer each"


def test_one_stranger_is_worked_a_little_and_ours_always() -> None:
    limits, now = strangers.StrangerLimits(), datetime(2026, 3, 2, tzinfo=UTC)
    numbers = count(1)

    def beyond(sender: int, at: datetime, **message: object) -> int:
        told = [
            {"update_id": next(numbers), "message": {"from": {"id": sender}, **message}}
            for _ in range(20)
        ]
        return len(limits.beyond(told, {IVAN}, at))

    assert beyond(IVAN, now) == 0
    assert beyond(7, now) == 15
    assert beyond(7, now + timedelta(seconds=50)) == 20
    assert beyond(7, now + timedelta(seconds=61)) == 15
    assert beyond(7, now - timedelta(hours=1)) == 15, "the clock was set back"
    assert beyond(8, now, migrate_to_chat_id=-5) == 0, "what happens to a chat always counts"
    assert (
        limits.beyond([{"update_id": 1, "my_chat_member": {"from": {"id": 7}}}], (), now) == set()
    )
    assert limits.beyond([{"update_id": 1, "message": {"from": {"id": 2**70}}}], (), now) == set()


async def test_a_wait_of_years_that_telegram_names_to_the_intake_is_bounded_and_told(
    bot_world: BotWorld,
) -> None:
    bot_world.telegram.fail("getUpdates", 429, "Too Many Requests", retry_after=10**9)
    bot_world.clock.run_at(3600.0)
    await bot_world.start()
    await bot_world.said(OPERATOR, "к нему не обращаться")
    await bot_world.telegram.wait_for(
        lambda: bot_world.telegram.count("getUpdates") > 1, "asked again within the hour"
    )


async def test_nonsense_from_telegram_is_survived(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    for body in (
        {"ok": True, "result": {"no": "list"}},
        {"ok": True},
        {"ok": True, "result": [7]},
    ):
        bot_world.telegram.answer_once("getUpdates", Answer(200, body))
    bot_world.telegram.fail("getUpdates", 502, "Bad Gateway")
    await bot_world.start()
    assert await bot_world.press(await bot_world.card(number), "Беру", "ivan")


async def test_an_update_that_fails_is_tried_again(bot_world: BotWorld) -> None:
    """One attempt fails, the next one succeeds; the person is answered once."""
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    run(
        bot_world,
        "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'x'); END",
    )
    press = await bot_world.telegram.press(card, "готов", 502)
    await bot_world.written(lambda: any(row.attempts for row in bot_world.rows_of(InboxRow)))
    run(
        bot_world,
        "DROP TRIGGER broken",
    )
    assert "Утверждено" in await bot_world.telegram.answered(press)
    assert bot_world.store_world.look(number).state == TicketState.APPROVED
    assert len(press.answers) == 1


async def test_menus_are_set_per_scope_and_language_also_after_a_failure(
    bot_world: BotWorld,
) -> None:
    bot_world.tells_menus = True
    bot_world.telegram.fail("setMyCommands", 500, "Internal Server Error", times=2)
    await bot_world.start()
    await bot_world.telegram.wait_for(lambda: len(bot_world.telegram.commands) == 8, "menus")
    private = bot_world.telegram.commands["all_private_chats", "ru"]
    group = bot_world.telegram.commands["all_group_chats", ""]
    assert "start" in [command["command"] for command in private]
    assert "start" not in [command["command"] for command in group]
    [admin] = [key for key in bot_world.telegram.commands if "chat " in key[0] and key[1]]
    assert "invite" in [each["command"] for each in bot_world.telegram.commands[admin]]
    assert "invite" not in [command["command"] for command in private]


async def test_what_cannot_be_saved_is_not_acknowledged(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    run(
        bot_world, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    press = await bot_world.telegram.press(card, "Беру", 504)
    await bot_world.written(lambda: Connection.STORE in telegram_states(bot_world))
    assert bot_world.telegram.pending()
    run(bot_world, "DROP TRIGGER full")
    assert "ваш" in await bot_world.telegram.answered(press)
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending(), "acknowledged")


async def test_the_token_is_in_no_log(
    bot_world: BotWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail("getUpdates", 502, "Bad Gateway")
    bot_world.telegram.fail("sendMessage", 502, "Bad Gateway")
    await bot_world.start()
    await bot_world.press(await bot_world.card(number), "Беру", "ivan")
    assert caplog.text
    assert TOKEN.split(":")[1] not in caplog.text
