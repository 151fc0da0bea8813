from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from reviewbot.clock import FastClock
from reviewbot.core.model import OutboxKind
from reviewbot.core.text import clean
from reviewbot.core.ticket import Action
from reviewbot.store.database import announce
from reviewbot.store.queues import claims, outbox
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow
from tests.bot.bot_world import MANAGERS, OPERATOR, SPEED, SUPPORT, TOPIC, BotWorld
from tests.store.store_world import MONDAY
from tests.telegram_wire import Answer

MARINA, ANNA, IVAN = 502, 503, 504


def put(
    bot_world: BotWorld,
    key: str,
    chat: int,
    view: str = "help",
    kind: OutboxKind = OutboxKind.REPLY,
    later: timedelta = timedelta(),
    **payload: object,
) -> None:
    """Put a short message for a chat."""
    bot_world.store_world.db.write_now(
        lambda session: outbox.put(
            session,
            kind,
            key,
            f"id:{chat}",
            {"view": view, **payload},
            bot_world.clock.now(),
            not_before=bot_world.clock.now() + later,
        )
    )


def row(bot_world: BotWorld, key: str) -> OutboxRow:
    found = [each for each in bot_world.rows_of(OutboxRow) if each.dedupe_key == key]
    assert len(found) == 1
    return found[0]


def edit_chat(bot_world: BotWorld, chat_id: int, **values: object) -> None:
    def change(session: Session) -> None:
        chat = session.get(ChatRow, ("staff", chat_id)) or ChatRow(chat_id=chat_id)
        for name, value in values.items():
            setattr(chat, name, value)
        session.add(chat)

    bot_world.store_world.db.write_now(change)


async def test_a_card_comes_to_its_topic_without_previews(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert (card.thread_id, card.silent, card.previews) == (TOPIC, False, False)


async def test_at_night_it_comes_without_a_sound(bot_world: BotWorld) -> None:
    bot_world.clock.leap(timedelta(hours=13))
    number = bot_world.store_world.ticket(now=bot_world.clock.now())
    await bot_world.start()
    assert (await bot_world.card(number)).silent


async def test_a_chat_told_to_wait_waits_alone(bot_world: BotWorld) -> None:
    put(bot_world, "a", MARINA)
    put(bot_world, "b", ANNA)
    bot_world.telegram.fail(
        "sendMessage", 429, "Too Many Requests: retry after 30", chat_id=MARINA, retry_after=30
    )
    await bot_world.start()
    await bot_world.said(MARINA, "/queue")
    await bot_world.said(ANNA, "/queue")
    calls = [each for each in bot_world.telegram.calls if each.method == "sendMessage"]
    to_marina = [each.at for each in calls if each.params["chat_id"] == str(MARINA)]
    [to_anna] = [each.at for each in calls if each.params["chat_id"] == str(ANNA)]
    assert to_marina[1] - to_marina[0] >= 30
    assert to_anna - to_marina[0] < 30


async def test_the_wait_survives_a_restart(bot_world: BotWorld) -> None:
    until = bot_world.clock.now() + timedelta(seconds=40)
    edit_chat(bot_world, MARINA, retry_after_until=until)
    put(bot_world, "a", MARINA)
    await bot_world.start()
    await bot_world.said(MARINA, "/queue")
    [call] = [each for each in bot_world.telegram.calls if each.method == "sendMessage"]
    assert call.at >= until.timestamp()


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_an_alert_finds_its_way_round_a_dead_chat(
    bot_world: BotWorld, status: int, description: str
) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail("sendMessage", status, description, chat_id=SUPPORT, times=None)
    await bot_world.start()
    card = await bot_world.card(number, MANAGERS)
    notice = await bot_world.said(OPERATOR, "support")
    assert "managers" in notice.text
    await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    tried = [call for call in bot_world.telegram.calls if f"№ {number}" in str(call.params)]
    sent = [call.params["chat_id"] for call in tried if call.method == "sendMessage"]
    assert sorted(map(int, sent)) == sorted([SUPPORT, MANAGERS]), "once each"


async def test_when_every_chat_is_dead_a_person_gets_it(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    for chat_id in (SUPPORT, MANAGERS, OPERATOR):
        bot_world.telegram.chat(chat_id).kicked = "bot was kicked from the group chat"
    await bot_world.start()
    await bot_world.card(number, MARINA)


async def test_with_nobody_left_it_waits_and_is_tried_again(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    for chat in bot_world.telegram.chats.values():
        chat.kicked = "bot was blocked by the user"
    await bot_world.start()
    await bot_world.written(lambda: len(bot_world.rows_of(ChatRow)) == 7, "all are dead")
    for chat in bot_world.telegram.chats.values():
        chat.kicked = None
    bot_world.clock.leap(timedelta(minutes=11))
    await bot_world.telegram.wait_for(
        lambda: any(
            f"№ {number}" in shown.text
            for chat in bot_world.telegram.chats.values()
            for shown in chat.of_bot
        ),
        "the card somewhere",
    )


async def test_a_chat_that_speaks_again_is_alive(bot_world: BotWorld) -> None:
    edit_chat(bot_world, SUPPORT, dead_since=bot_world.clock.now(), reason="kicked")
    await bot_world.start()
    chat = {"id": SUPPORT, "type": "supergroup", "title": "Отзывы"}
    bot = {"id": 501, "is_bot": True, "first_name": "Reviews"}
    await bot_world.telegram.push(
        {
            "my_chat_member": {
                "chat": chat,
                "from": bot_world.telegram.users[MARINA],
                "date": 1,
                "old_chat_member": {"status": "left", "user": bot},
                "new_chat_member": {"status": "member", "user": bot},
            }
        }
    )
    await bot_world.written(
        lambda: all(each.dead_since is None for each in bot_world.rows_of(ChatRow)), "alive"
    )
    number = bot_world.store_world.ticket()
    await bot_world.card(number)


async def test_a_blocked_private_chat_is_noted_at_once(bot_world: BotWorld) -> None:
    await bot_world.start()
    bot = {"id": 501, "is_bot": True, "first_name": "Reviews"}
    await bot_world.telegram.push(
        {
            "my_chat_member": {
                "chat": {"id": IVAN, "type": "private"},
                "from": bot_world.telegram.users[IVAN],
                "date": 1,
                "old_chat_member": {"status": "member", "user": bot},
                "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
            }
        }
    )
    await bot_world.said(OPERATOR, "Иван")


async def test_a_group_that_became_a_supergroup(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.add_group(-100777, "Отзывы", MARINA, IVAN, topics=(TOPIC,))
    bot_world.telegram.chat(SUPPORT).migrated_to = -100777
    await bot_world.start()
    card = await bot_world.card(number, -100777)
    assert await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    second = bot_world.store_world.ticket()
    await bot_world.card(second, -100777)


async def test_a_deleted_card_is_sent_anew_and_kept_in_step(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    card.deleted = True
    assert await bot_world.press(card, "Беру", "ivan")
    again = await bot_world.said(SUPPORT, "В работе: Иван")
    assert again.message_id != card.message_id
    await bot_world.press(again, "готов", "marina")
    await bot_world.shows(again, "Утверждено")


async def test_an_edit_whose_answer_was_lost_ends_well(bot_world: BotWorld) -> None:
    """Telegram took it, we did not hear; the second time it is "not modified": success."""
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    bot_world.telegram.drop("editMessageText")
    await bot_world.press(card, "Беру", "ivan")
    revision = bot_world.store_world.look(number).revision
    await bot_world.written(
        lambda: bot_world.rows_of(CardRow)[0].shown_revision == revision, "the edit's mark"
    )
    assert card.edits == 1


async def test_a_send_whose_answer_was_lost_comes_at_most_twice(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.drop("sendMessage")
    await bot_world.start()
    await bot_world.written(lambda: bot_world.rows_of(CardRow), "the mark")
    again = bot_world.store_world.ticket()
    await bot_world.card(again)
    texts = [shown.text for shown in bot_world.telegram.chat(SUPPORT).of_bot]
    assert sum(f"№ {number}" in text for text in texts) == 2
    assert sum(f"№ {again}" in text for text in texts) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True, "result": {"message_id": 77}},
        {"ok": True, "result": {"message_id": 77, "date": "soon", "chat": {"id": []}}},
        b'{"ok":true,"result":{"message_id":77,"from":{"id":1',
    ],
    ids=["bare", "odd", "cut"],
)
async def test_a_yes_that_cannot_be_read_is_a_yes(
    bot_world: BotWorld, body: bytes | dict[str, object]
) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.answer_once("sendMessage", Answer(200, body))
    await bot_world.start()
    await bot_world.written(lambda: bot_world.rows_of(CardRow), "the mark")
    again = bot_world.store_world.ticket()
    await bot_world.card(again)
    assert bot_world.telegram.count("sendMessage") == 2
    assert bot_world.rows_of(CardRow)[0].message_id == 77
    texts = [shown.text for shown in bot_world.telegram.chat(SUPPORT).of_bot]
    assert not any(f"№ {number}" in text for text in texts), "it is not sent once more"


async def test_a_yes_without_a_number_is_a_message_that_may_have_arrived(
    bot_world: BotWorld,
) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.answer_once("sendMessage", Answer(200, b"<html>captive portal</html>"))
    await bot_world.start()
    card = await bot_world.card(number)
    assert "Возможно, это повтор" in card.text
    assert bot_world.telegram.count("sendMessage") == 2


async def test_a_repeat_says_that_it_may_be_one_and_both_copies_are_kept_in_step(
    bot_world: BotWorld,
) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.drop("sendMessage")
    await bot_world.start()
    await bot_world.written(lambda: bot_world.rows_of(CardRow), "the mark")
    first, second = bot_world.telegram.chat(SUPPORT).of_bot
    assert "повтор" not in first.text
    assert "Возможно, это повтор" in second.text
    assert await bot_world.press(first, "Беру", "ivan")
    for copy in (first, second):
        await bot_world.shows(copy, "В работе: Иван")
    assert "повтор" not in second.text
    assert bot_world.store_world.look(number).holder == "ivan"


async def test_the_earlier_copy_is_kept_in_step_though_nobody_presses_it(
    bot_world: BotWorld,
) -> None:
    """People write below it meanwhile; it is found among their messages, and they stay as they
    are."""
    number = bot_world.store_world.ticket()
    chat = bot_world.telegram.chat(SUPPORT)
    bot_world.telegram.drop("sendMessage")
    await bot_world.start()
    await bot_world.telegram.wait_for(lambda: chat.of_bot, "the first copy")
    await bot_world.telegram.say(SUPPORT, IVAN, "Кто возьмёт?")
    await bot_world.written(lambda: len(bot_world.rows_of(CardRow)) == 2, "both copies are known")
    first, second = chat.of_bot
    assert await bot_world.press(second, "Беру", "ivan")
    for copy in (first, second):
        await bot_world.shows(copy, "В работе: Иван")
    assert bot_world.store_world.look(number).holder == "ivan"


async def test_the_earlier_copy_is_found_far_above(bot_world: BotWorld) -> None:
    """As far up as what was there before it: no more of people's messages, no card of another."""
    bot_world.clock = FastClock(MONDAY, 60)
    chat = bot_world.telegram.chat(SUPPORT)
    await bot_world.start()
    await bot_world.card(bot_world.store_world.ticket())
    before = len(bot_world.telegram.calls)
    bot_world.telegram.drop("sendMessage")
    again = bot_world.telegram.gate("sendMessage", "after")
    number = bot_world.store_world.ticket()
    await again.reached.wait()
    again.opened.set()
    again = bot_world.telegram.gate("sendMessage", "before")
    await again.reached.wait()
    for n in range(15):
        await bot_world.telegram.say(SUPPORT, IVAN, f"Кто возьмёт? {n}")
    again.opened.set()
    await bot_world.written(lambda: len(bot_world.rows_of(CardRow)) == 3, "both copies are known")
    first, second = chat.of_bot[1:]
    assert await bot_world.press(second, "Беру", "ivan")
    for copy in (first, second):
        await bot_world.shows(copy, "В работе: Иван")
    assert bot_world.store_world.look(number).holder == "ivan"
    tried = [
        call.params["message_id"]
        for call in bot_world.telegram.calls[before:]
        if call.method == "editMessageReplyMarkup"
    ]
    assert int(tried[15]) == first.message_id


async def test_a_refused_connection_means_not_sent(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.telegram.go_away()
    await bot_world.start()
    await bot_world.written(
        lambda: any("ConnectError" in (each.error or "") for each in bot_world.rows_of(OutboxRow))
    )
    await bot_world.telegram.come_back()
    await bot_world.card(number)
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == 1


async def test_an_hour_without_telegram(bot_world: BotWorld) -> None:
    """Everything arrives soon after its return, by kind, oldest first. (That it is within two
    minutes is measured: `make reliability ONLY=away`; here a busy machine takes its time.)"""
    bot_world.clock = FastClock(MONDAY, 15)
    await bot_world.telegram.go_away()
    await bot_world.start()
    for chat in (MARINA, ANNA):
        for n in range(3):
            put(bot_world, f"{chat}:{n}", chat, "unknown_review", params={"wanted": str(n)})
    numbers = [bot_world.store_world.ticket() for _ in range(3)]
    bot_world.clock.leap(timedelta(hours=1))
    await bot_world.telegram.come_back()
    back_at = bot_world.clock.now()
    await bot_world.card(numbers[-1])
    for chat in (MARINA, ANNA):
        await bot_world.said(chat, "№ 2")
        texts = [shown.text for shown in bot_world.telegram.chat(chat).of_bot]
        assert [f"№ {n}" in text for n, text in enumerate(texts)] == [True, True, True]
    assert bot_world.clock.now() - back_at < timedelta(minutes=15)
    shown = [shown.text for shown in bot_world.telegram.chat(SUPPORT).of_bot]
    assert all(f"№ {number}" in text for number, text in zip(numbers, shown, strict=True))
    assert bot_world.telegram.violations == []


async def test_a_closed_topic_falls_back_to_general(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.chat(SUPPORT).topics[TOPIC] = False
    await bot_world.start()
    card = await bot_world.card(number)
    assert card.thread_id is None
    notice = await bot_world.said(SUPPORT, "General")
    assert notice.thread_id is None
    second = bot_world.store_world.ticket()
    assert (await bot_world.card(second)).thread_id is None
    assert sum("General" in shown.text for shown in bot_world.telegram.chat(SUPPORT).of_bot) == 1


async def test_a_deleted_topic_and_one_opened_again(bot_world: BotWorld) -> None:
    first = bot_world.store_world.ticket()
    bot_world.telegram.chat(SUPPORT).topics.clear()
    await bot_world.start()
    await bot_world.card(first)
    bot_world.telegram.chat(SUPPORT).topics[TOPIC] = True
    await bot_world.telegram.say(SUPPORT, MARINA, None, thread_id=TOPIC, forum_topic_reopened={})
    await bot_world.written(lambda: not bot_world.rows_of(ChatRow)[0].topics_closed)
    second = bot_world.store_world.ticket()
    assert (await bot_world.card(second)).thread_id == TOPIC


async def test_html_telegram_does_not_take_goes_as_plain_text(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail("sendMessage", 400, "Bad Request: can't parse entities: Unmatched tag")
    await bot_world.start()
    card = await bot_world.card(number)
    assert card.entities == []
    assert "<b>" not in card.text
    key = f"alert:{number}:1:support:12"
    await bot_world.written(lambda: row(bot_world, key).sent_at)
    assert "parse entities" in (row(bot_world, key).error or "")
    assert await bot_world.press(card, "Беру", "ivan")


async def test_an_edit_telegram_does_not_take_goes_as_plain_text_too(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    said = "Bad Request: can't parse entities: Unmatched tag"
    bot_world.telegram.fail("editMessageText", 400, said)
    assert await bot_world.press(card, "Беру", "ivan")
    await bot_world.shows(card, "В работе: Иван")
    assert card.entities == []


async def test_a_poisoned_message_is_set_aside_and_told(bot_world: BotWorld) -> None:
    put(bot_world, "poison", MARINA, "no_such_view")
    put(bot_world, "after", MARINA)
    await bot_world.start()
    await bot_world.said(MARINA, "/queue")
    await bot_world.written(lambda: row(bot_world, "poison").parked_at, "parked")
    assert "no_such_view" in (row(bot_world, "poison").error or "")
    await bot_world.said(OPERATOR, "no_such_view")


async def test_a_message_refused_for_ever_is_set_aside(bot_world: BotWorld) -> None:
    put(bot_world, "refused", MARINA)
    put(bot_world, "after", ANNA)
    bot_world.telegram.fail(
        "sendMessage", 400, "Bad Request: something new", chat_id=MARINA, times=None
    )
    await bot_world.start()
    await bot_world.written(lambda: row(bot_world, "refused").parked_at, "parked")
    assert bot_world.telegram.chat(ANNA).of_bot
    assert row(bot_world, "refused").attempts == 5


async def test_a_server_error_is_tried_again(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail("sendMessage", 502, "Bad Gateway", times=3)
    await bot_world.start()
    await bot_world.card(number)
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == 1


async def test_a_token_refused_for_a_while_loses_nothing(bot_world: BotWorld) -> None:
    await bot_world.start()
    bot_world.telegram.bad_token = True
    number = bot_world.store_world.ticket()
    await bot_world.written(
        lambda: any(each.error for each in bot_world.rows_of(OutboxRow)), "a first failure"
    )
    bot_world.telegram.bad_token = False
    await bot_world.card(number)


async def test_claims_of_a_dead_process_are_taken_over_at_once(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    lease = timedelta(hours=5)
    claimed = bot_world.store_world.db.write_now(
        lambda session: claims.claim(session, SUPPORT, bot_world.clock.now(), lease)
    )
    assert claimed is not None
    await bot_world.start()
    await bot_world.card(number)


async def test_limits_are_kept_in_a_flood(bot_world: BotWorld) -> None:
    """24 messages to a group take more than a minute, private chats one a second each."""
    for n in range(24):
        put(bot_world, f"g{n}", MANAGERS, "unknown_review", params={"wanted": str(n)})
    for chat in (MARINA, ANNA, IVAN):
        for n in range(5):
            put(bot_world, f"{chat}:{n}", chat)
    started: datetime = bot_world.clock.now()
    await bot_world.start()
    await bot_world.said(MANAGERS, "№ 23")
    assert bot_world.clock.now() - started > timedelta(seconds=60)
    assert bot_world.telegram.violations == []
    assert len(bot_world.telegram.chat(IVAN).of_bot) == 5


async def test_many_alerts_come_as_one_list_whose_cards_open(bot_world: BotWorld) -> None:
    numbers = [bot_world.store_world.ticket() for _ in range(8)]
    await bot_world.start()
    shown = await bot_world.said(SUPPORT, "8 новых жалоб")
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == 1
    assert await bot_world.press(shown, f"№ {numbers[3]}", "ivan")
    card = await bot_world.said(SUPPORT, "Черновик (")
    await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено: Марина")


async def test_what_another_process_puts_does_not_wait_for_what_is_due_next_week(
    bot_world: BotWorld,
) -> None:
    """Of a command's rows nobody here hears: a chat whose next own message was due in a week was
    not looked at for a week."""
    put(bot_world, "a", MARINA)
    put(bot_world, "later", MARINA, later=timedelta(days=7))
    looks: list[float] = []
    await bot_world.start()
    bot_world.sender.beat = looks.append
    await bot_world.said(MARINA, "/queue")
    await bot_world.written(lambda: row(bot_world, "a").sent_at)
    seen = len(looks)
    await bot_world.telegram.wait_for(lambda: len(looks) > seen + 2, "the chat is at rest")
    put(bot_world, "b", MARINA)
    put_at = bot_world.clock.now()
    sent_at = await bot_world.written(lambda: row(bot_world, "b").sent_at)
    assert sent_at - put_at < timedelta(hours=1)
    assert row(bot_world, "later").sent_at is None


async def test_alerts_that_wait_for_company_cost_no_transaction(bot_world: BotWorld) -> None:
    """A claim in vain would be a write, and its commit would wake the sender again."""
    now = bot_world.clock.now()
    for _ in range(6):
        bot_world.store_world.ticket()

    def five_went(session: Session) -> None:
        for number, row in enumerate(session.exec(select(OutboxRow)).all()[:5]):
            row.sent_at, row.message_id, row.chat_id = now, number + 1, SUPPORT

    db = bot_world.store_world.db
    db.write_now(five_went)
    bot_world.clock.run_at(0.001)  # the minute of gathering shall not pass
    begun, of_messages = list[object](), set[int]()

    def note(_c: object, _cu: object, statement: str, *_more: object) -> None:
        if "outbox" in statement:
            of_messages.add(len(begun))

    event.listen(db.engine, "begin", begun.append)
    event.listen(db.engine, "before_cursor_execute", note)
    await bot_world.start()
    for _ in range(40):
        await db.read(lambda session: None)
    assert len(of_messages) <= 1, "what a process of before had claimed is freed"
    bot_world.clock.run_at(SPEED)
    await db.write(announce)
    await bot_world.card(6)


HOSTILE = {
    "markup": "<b>x</b></blockquote><script>alert(1)</script> & &amp; &#0; <a href='tg://x'>",
    "rtl": "\u202eтекст\u2066 наоборот\u200f שלום",
    "long": "ж😀<" * 40_000,
    "template": "{{ config }} {% for x in y %} {0.__class__} %s",
    "formula": "=cmd|' /C calc'!A0",
    "surrogates": "\ud83d\x00\x07 конец",
    "newlines": "\n" * 5000 + "конец",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_accepted_the_first_time(bot_world: BotWorld, name: str) -> None:
    number = bot_world.store_world.ticket(text=clean(HOSTILE[name]))
    await bot_world.start()
    await bot_world.card(number)
    assert bot_world.telegram.count("sendMessage") == 1
    [alert] = [each for each in bot_world.rows_of(OutboxRow) if each.kind == OutboxKind.ALERT]
    assert alert.error is None


async def test_a_long_review_comes_whole_as_a_file(bot_world: BotWorld) -> None:
    text = "Очень длинная история. " * 900
    number = bot_world.store_world.ticket(text=text.strip())
    await bot_world.start()
    card = await bot_world.card(number)
    chat = bot_world.telegram.chat(SUPPORT)
    file = await bot_world.telegram.wait_for(
        lambda: next((shown for shown in chat.of_bot if shown.document), None), "the file"
    )
    assert file.reply_to == card.message_id
    assert file.thread_id == TOPIC
    assert text.strip() in file.document.content.decode()
    await bot_world.press(card, "Беру", "ivan")
    await bot_world.shows(card, "В работе: Иван")
    assert sum(shown.document is not None for shown in chat.of_bot) == 1


async def test_a_reminder_comes_below_the_card_and_its_keys_work(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.written(lambda: bot_world.rows_of(CardRow), "the mark")
    now = bot_world.clock.now()
    item = {
        "ticket": number,
        "kind": "breach",
        "due_at": now.isoformat(),
        "to": "marina",
        "next_at": (now + timedelta(hours=20)).isoformat(),
        "next_to": "sergey",
    }
    support = bot_world.store_world.settings.chats["support"]
    bot_world.store_world.db.write_now(
        lambda session: outbox.put(
            session,
            OutboxKind.ESCALATION,
            f"reminder:{number}:1:100%",
            support,
            {"items": [item]},
            now,
            ticket_id=number,
            round=1,
        )
    )
    shown = await bot_world.said(SUPPORT, "Срок прошёл")
    assert shown.reply_to == card.message_id
    assert "Марина" in shown.text
    assert "Сергей" in shown.text
    assert await bot_world.press(shown, "Беру", "ivan")
    await bot_world.shows(card, "В работе: Иван")


async def test_lists_that_fall_together_are_one_and_are_worked_through(
    bot_world: BotWorld,
) -> None:
    world = bot_world.store_world
    numbers = [world.ticket() for _ in range(3)]
    now = bot_world.clock.now()
    for number in numbers:
        item = {"ticket": number, "kind": "breach", "due_at": now.isoformat()}
        world.db.write_now(
            lambda session, item=item: outbox.put(
                session,
                OutboxKind.ESCALATION,
                f"reminder:{item['ticket']}:1:100%",
                world.settings.chats["managers"],
                {"items": [item]},
                now,
            )
        )
    await bot_world.start()
    shown = await bot_world.said(MANAGERS, "3 отзыва ждут решения")
    assert [shown] == bot_world.telegram.chat(MANAGERS).of_bot
    await bot_world.press(shown, "Разобрать 3", "marina")
    chat = bot_world.telegram.chat(MANAGERS)
    await bot_world.telegram.wait_for(
        lambda: any("➡️ Дальше" in each.labels for each in chat.of_bot), "the queue"
    )


async def test_a_warning_about_what_is_closed_meanwhile_is_not_given(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.store_world.act(number, Action.SKIP, "marina", bot_world.clock.now(), reason="spam")
    item = {"ticket": number, "kind": "warning", "due_at": bot_world.clock.now().isoformat()}
    put(bot_world, "warning", MARINA, kind=OutboxKind.REMINDER, items=[item])
    put(bot_world, "after", MARINA)
    await bot_world.start()
    await bot_world.said(MARINA, "/queue")
    await bot_world.written(lambda: row(bot_world, "warning").sent_at)
    assert row(bot_world, "warning").message_id is None
    assert len(bot_world.telegram.chat(MARINA).of_bot) == 1


async def test_a_chat_is_spoken_to_in_its_language(bot_world: BotWorld) -> None:
    chats = dict(bot_world.store_world.settings.chats)
    chats["support"] = replace(chats["support"], language="en")
    bot_world.store_world.settings = replace(bot_world.store_world.settings, chats=chats)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "Complaint, 1★")
    assert (await bot_world.press(card, "Take", "ivan")).startswith("Yours")


async def test_cards_of_a_chat_that_came_back_catch_up(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(target="nevsky/yandex_maps")
    await bot_world.start()
    card = await bot_world.card(number)
    other = await bot_world.card(number, MANAGERS)
    bot_world.telegram.chat(MANAGERS).kicked = "bot was kicked from the supergroup chat"
    await bot_world.press(card, "Беру", "ivan")
    await bot_world.written(lambda: any(each.dead_since for each in bot_world.rows_of(ChatRow)))
    await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    assert [each for each in bot_world.rows_of(OutboxRow) if each.parked_at] == []
    bot_world.telegram.chat(MANAGERS).kicked = None
    await bot_world.telegram.say(MANAGERS, MARINA, "/help")
    await bot_world.shows(other, "Утверждено")


async def test_a_reply_to_be_posted_by_us_can_be_undone(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(target="tverskaya/google_business")
    await bot_world.start()
    card = await bot_world.card(number)
    bot_world.clock.run_at(1.0)  # the undo's minutes shall not pass on a busy machine
    assert "отменить" in await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    assert await bot_world.press(card, "Отменить", "ivan")
    assert bot_world.store_world.look(number).publish_at is None


async def test_two_hundred_units_are_enough_for_every_answer(bot_world: BotWorld) -> None:
    """Long names do not break the answer to a press; the fake refuses a longer one."""
    people = dict(bot_world.store_world.settings.people)
    people["marina"] = replace(people["marina"], name="Мариночка-" * 40)
    bot_world.store_world.settings = replace(bot_world.store_world.settings, people=people)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert "Утверждено" in await bot_world.press(card, "готов", "marina")
    assert "Уже утверждено" in await bot_world.press(
        card, "", "anna", data=f"1:{number}:1:approve"
    )


@pytest.mark.parametrize(
    "url", ["http://crm/r/1", "https://crm.test:0/r", "https://crm.test/<1>", "https://a.test/{1}"]
)
async def test_a_link_telegram_refuses_is_left_out(bot_world: BotWorld, url: str) -> None:
    number = bot_world.store_world.ticket()
    bot_world.store_world.change_review(number, url=url)
    await bot_world.start()
    card = await bot_world.card(number)
    assert bot_world.telegram.count("sendMessage") == 1
    assert url not in str(card.markup)


async def test_an_alert_its_chat_refuses_goes_to_the_next(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail(
        "sendMessage", 400, "Bad Request: something new", chat_id=SUPPORT, times=None
    )
    await bot_world.start()
    await bot_world.card(number, MANAGERS)
    notice = await bot_world.said(OPERATOR, "omething new")
    assert "managers" in notice.text


async def test_a_chat_that_refuses_for_a_while_loses_nothing(bot_world: BotWorld) -> None:
    numbers = [bot_world.store_world.ticket() for _ in range(8)]
    bot_world.telegram.fail(
        "sendMessage", 400, "Bad Request: something new", chat_id=SUPPORT, times=6
    )
    await bot_world.start()
    for number in numbers:
        await bot_world.card(number)
    assert not any(each.parked_at for each in bot_world.rows_of(OutboxRow))


async def test_an_outage_counts_for_nothing(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail("sendMessage", 502, "Bad Gateway", chat_id=SUPPORT, times=6)
    bot_world.telegram.fail("sendMessage", 400, "Bad Request: odd", chat_id=SUPPORT, times=2)
    await bot_world.start()
    await bot_world.card(number)


async def test_what_no_chat_takes_is_tried_daily_and_by_hand(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    for chat_id in (SUPPORT, MANAGERS):
        bot_world.telegram.fail(
            "sendMessage", 400, "Bad Request: something new", chat_id=chat_id, times=None
        )
    await bot_world.start()
    key = f"alert:{number}:1:support:12"
    seldom = timedelta(hours=23)
    await bot_world.written(
        lambda: row(bot_world, key).not_before > bot_world.clock.now() + seldom, "daily"
    )
    bot_world.telegram.clear_troubles()
    bot_world.clock.leap(timedelta(days=1))
    await bot_world.card(number, MANAGERS)


async def test_a_wait_of_years_is_asked_about_within_the_hour(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.fail(
        "sendMessage", 429, "Too Many Requests", chat_id=SUPPORT, retry_after=10**9
    )
    await bot_world.start()
    await bot_world.said(OPERATOR, "молчать")
    bot_world.clock.leap(timedelta(hours=1))
    await bot_world.card(number)
