from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from reviewbot.clock import FastClock
from reviewbot.core.desk import Action
from reviewbot.core.model import OutboxKind
from reviewbot.core.text import clean
from reviewbot.store import outbox
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow
from tests.bot.office import MANAGERS, OPERATOR, SUPPORT, TOPIC, Office
from tests.store.house import MONDAY

MARINA, ANNA, IVAN = 502, 503, 504


def put(
    office: Office,
    key: str,
    chat: int,
    view: str = "help",
    kind: OutboxKind = OutboxKind.REPLY,
    **payload: object,
) -> None:
    """Put a short message for a chat."""
    office.house.db.write_now(
        lambda session: outbox.put(
            session,
            kind,
            key,
            f"id:{chat}",
            {"view": view, **payload},
            office.clock.now(),
        )
    )


def row(office: Office, key: str) -> OutboxRow:
    found = [each for each in office.rows_of(OutboxRow) if each.dedupe_key == key]
    assert len(found) == 1
    return found[0]


def edit_chat(office: Office, chat_id: int, **values: object) -> None:
    def change(session: Session) -> None:
        chat = session.get(ChatRow, chat_id) or ChatRow(chat_id=chat_id)
        for name, value in values.items():
            setattr(chat, name, value)
        session.add(chat)

    office.house.db.write_now(change)


async def test_a_card_comes_to_its_topic_without_previews(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    assert (card.thread_id, card.silent, card.previews) == (TOPIC, False, False)


async def test_at_night_it_comes_without_a_sound(office: Office) -> None:
    office.clock.leap(timedelta(hours=13))
    number = office.house.ticket(now=office.clock.now())
    await office.start()
    assert (await office.card(number)).silent


async def test_a_chat_told_to_wait_waits_alone(office: Office) -> None:
    put(office, "a", MARINA)
    put(office, "b", ANNA)
    office.telegram.fail(
        "sendMessage", 429, "Too Many Requests: retry after 30", chat_id=MARINA, retry_after=30
    )
    await office.start()
    await office.said(MARINA, "/queue")
    await office.said(ANNA, "/queue")
    calls = [each for each in office.telegram.calls if each.method == "sendMessage"]
    to_marina = [each.at for each in calls if each.params["chat_id"] == str(MARINA)]
    [to_anna] = [each.at for each in calls if each.params["chat_id"] == str(ANNA)]
    assert to_marina[1] - to_marina[0] >= 30
    assert to_anna - to_marina[0] < 30


async def test_the_wait_survives_a_restart(office: Office) -> None:
    until = office.clock.now() + timedelta(seconds=40)
    edit_chat(office, MARINA, retry_after_until=until)
    put(office, "a", MARINA)
    await office.start()
    await office.said(MARINA, "/queue")
    [call] = [each for each in office.telegram.calls if each.method == "sendMessage"]
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
    office: Office, status: int, description: str
) -> None:
    number = office.house.ticket()
    office.telegram.fail("sendMessage", status, description, chat_id=SUPPORT, times=None)
    await office.start()
    card = await office.card(number, MANAGERS)
    notice = await office.said(OPERATOR, "support")
    assert "managers" in notice.text
    await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено")
    assert office.telegram.count("sendMessage") == 3


async def test_when_every_chat_is_dead_a_person_gets_it(office: Office) -> None:
    number = office.house.ticket()
    for chat_id in (SUPPORT, MANAGERS, OPERATOR):
        office.telegram.chat(chat_id).kicked = "bot was kicked from the group chat"
    await office.start()
    await office.card(number, MARINA)


async def test_with_nobody_left_it_waits_and_is_tried_again(office: Office) -> None:
    number = office.house.ticket()
    for chat in office.telegram.chats.values():
        chat.kicked = "bot was blocked by the user"
    await office.start()
    await office.written(lambda: len(office.rows_of(ChatRow)) == 7, "all are dead")
    for chat in office.telegram.chats.values():
        chat.kicked = None
    office.clock.leap(timedelta(minutes=11))
    await office.telegram.wait_for(
        lambda: any(
            f"№ {number}" in shown.text
            for chat in office.telegram.chats.values()
            for shown in chat.of_bot
        ),
        "the card somewhere",
    )


async def test_a_chat_that_speaks_again_is_alive(office: Office) -> None:
    edit_chat(office, SUPPORT, dead_since=office.clock.now(), reason="kicked")
    await office.start()
    chat = {"id": SUPPORT, "type": "supergroup", "title": "Отзывы"}
    bot = {"id": 501, "is_bot": True, "first_name": "Reviews"}
    await office.telegram.push(
        {
            "my_chat_member": {
                "chat": chat,
                "from": office.telegram.users[MARINA],
                "date": 1,
                "old_chat_member": {"status": "left", "user": bot},
                "new_chat_member": {"status": "member", "user": bot},
            }
        }
    )
    await office.written(
        lambda: all(each.dead_since is None for each in office.rows_of(ChatRow)), "alive"
    )
    number = office.house.ticket()
    await office.card(number)


async def test_a_blocked_private_chat_is_noted_at_once(office: Office) -> None:
    await office.start()
    bot = {"id": 501, "is_bot": True, "first_name": "Reviews"}
    await office.telegram.push(
        {
            "my_chat_member": {
                "chat": {"id": IVAN, "type": "private"},
                "from": office.telegram.users[IVAN],
                "date": 1,
                "old_chat_member": {"status": "member", "user": bot},
                "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
            }
        }
    )
    await office.said(OPERATOR, "Иван")


async def test_a_group_that_became_a_supergroup(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.add_group(-100777, "Отзывы", MARINA, IVAN, topics=(TOPIC,))
    office.telegram.chat(SUPPORT).migrated_to = -100777
    await office.start()
    card = await office.card(number, -100777)
    assert await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено")
    second = office.house.ticket()
    await office.card(second, -100777)


async def test_a_deleted_card_is_sent_anew_and_kept_in_step(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    card.deleted = True
    assert await office.press(card, "Беру", "ivan")
    again = await office.said(SUPPORT, "В работе: Иван")
    assert again.message_id != card.message_id
    await office.press(again, "готов", "marina")
    await office.shows(again, "Утверждено")


async def test_an_edit_whose_answer_was_lost_ends_well(office: Office) -> None:
    """Telegram took it, we did not hear; the second time it is "not modified": success."""
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    office.telegram.drop("editMessageText")
    await office.press(card, "Беру", "ivan")
    revision = office.house.look(number).revision
    await office.written(
        lambda: office.rows_of(CardRow)[0].shown_revision == revision, "the edit's mark"
    )
    assert card.edits == 1


async def test_a_send_whose_answer_was_lost_comes_at_most_twice(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.drop("sendMessage")
    await office.start()
    await office.written(lambda: office.rows_of(CardRow), "the mark")
    again = office.house.ticket()
    await office.card(again)
    texts = [shown.text for shown in office.telegram.chat(SUPPORT).of_bot]
    assert sum(f"№ {number}" in text for text in texts) == 2
    assert sum(f"№ {again}" in text for text in texts) == 1


async def test_a_refused_connection_means_not_sent(office: Office) -> None:
    number = office.house.ticket()
    await office.telegram.go_away()
    await office.start()
    await office.written(
        lambda: any("ConnectError" in (each.error or "") for each in office.rows_of(OutboxRow))
    )
    await office.telegram.come_back()
    await office.card(number)
    assert len(office.telegram.chat(SUPPORT).of_bot) == 1


async def test_an_hour_without_telegram(office: Office) -> None:
    """Everything arrives within two minutes of its return, by kind, oldest first."""
    office.clock = FastClock(MONDAY, 15)
    await office.telegram.go_away()
    await office.start()
    for chat in (MARINA, ANNA):
        for n in range(3):
            put(office, f"{chat}:{n}", chat, "unknown_review", params={"wanted": str(n)})
    numbers = [office.house.ticket() for _ in range(3)]
    office.clock.leap(timedelta(hours=1))
    await office.telegram.come_back()
    back_at = office.clock.now()
    await office.card(numbers[-1])
    for chat in (MARINA, ANNA):
        await office.said(chat, "№ 2")
        texts = [shown.text for shown in office.telegram.chat(chat).of_bot]
        assert [f"№ {n}" in text for n, text in enumerate(texts)] == [True, True, True]
    assert office.clock.now() - back_at < timedelta(minutes=2)
    shown = [shown.text for shown in office.telegram.chat(SUPPORT).of_bot]
    assert all(f"№ {number}" in text for number, text in zip(numbers, shown, strict=True))
    assert office.telegram.violations == []


async def test_a_closed_topic_falls_back_to_general(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.chat(SUPPORT).topics[TOPIC] = False
    await office.start()
    card = await office.card(number)
    assert card.thread_id is None
    notice = await office.said(SUPPORT, "General")
    assert notice.thread_id is None
    second = office.house.ticket()
    assert (await office.card(second)).thread_id is None
    assert sum("General" in shown.text for shown in office.telegram.chat(SUPPORT).of_bot) == 1


async def test_a_deleted_topic_and_one_opened_again(office: Office) -> None:
    first = office.house.ticket()
    office.telegram.chat(SUPPORT).topics.clear()
    await office.start()
    await office.card(first)
    office.telegram.chat(SUPPORT).topics[TOPIC] = True
    await office.telegram.say(SUPPORT, MARINA, None, thread_id=TOPIC, forum_topic_reopened={})
    await office.written(lambda: not office.rows_of(ChatRow)[0].topics_closed)
    second = office.house.ticket()
    assert (await office.card(second)).thread_id == TOPIC


async def test_html_telegram_does_not_take_goes_as_plain_text(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.fail("sendMessage", 400, "Bad Request: can't parse entities: Unmatched tag")
    await office.start()
    card = await office.card(number)
    assert card.entities == []
    assert "<b>" not in card.text
    key = f"alert:{number}:1:support:12"
    await office.written(lambda: row(office, key).sent_at)
    assert "parse entities" in (row(office, key).error or "")
    assert await office.press(card, "Беру", "ivan")


async def test_an_edit_telegram_does_not_take_goes_as_plain_text_too(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    said = "Bad Request: can't parse entities: Unmatched tag"
    office.telegram.fail("editMessageText", 400, said)
    assert await office.press(card, "Беру", "ivan")
    await office.shows(card, "В работе: Иван")
    assert card.entities == []


async def test_a_poisoned_message_is_set_aside_and_told(office: Office) -> None:
    put(office, "poison", MARINA, "no_such_view")
    put(office, "after", MARINA)
    await office.start()
    await office.said(MARINA, "/queue")
    await office.written(lambda: row(office, "poison").parked_at, "parked")
    assert "no_such_view" in (row(office, "poison").error or "")
    await office.said(OPERATOR, "no_such_view")


async def test_a_message_refused_for_ever_is_set_aside(office: Office) -> None:
    put(office, "refused", MARINA)
    put(office, "after", ANNA)
    office.telegram.fail(
        "sendMessage", 400, "Bad Request: something new", chat_id=MARINA, times=None
    )
    await office.start()
    await office.written(lambda: row(office, "refused").parked_at, "parked")
    assert office.telegram.chat(ANNA).of_bot
    assert row(office, "refused").attempts == 5


async def test_a_server_error_is_tried_again(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.fail("sendMessage", 502, "Bad Gateway", times=3)
    await office.start()
    await office.card(number)
    assert len(office.telegram.chat(SUPPORT).of_bot) == 1


async def test_a_token_refused_for_a_while_loses_nothing(office: Office) -> None:
    await office.start()
    office.telegram.bad_token = True
    number = office.house.ticket()
    await office.written(
        lambda: any(each.error for each in office.rows_of(OutboxRow)), "a first failure"
    )
    office.telegram.bad_token = False
    await office.card(number)


async def test_claims_of_a_dead_process_are_taken_over_at_once(office: Office) -> None:
    number = office.house.ticket()
    lease = timedelta(hours=5)
    claimed = office.house.db.write_now(
        lambda session: outbox.claim(session, SUPPORT, office.clock.now(), lease)
    )
    assert claimed is not None
    await office.start()
    await office.card(number)


async def test_limits_are_kept_in_a_flood(office: Office) -> None:
    """24 messages to a group take more than a minute, private chats one a second each."""
    for n in range(24):
        put(office, f"g{n}", MANAGERS, "unknown_review", params={"wanted": str(n)})
    for chat in (MARINA, ANNA, IVAN):
        for n in range(5):
            put(office, f"{chat}:{n}", chat)
    started: datetime = office.clock.now()
    await office.start()
    await office.said(MANAGERS, "№ 23")
    assert office.clock.now() - started > timedelta(seconds=60)
    assert office.telegram.violations == []
    assert len(office.telegram.chat(IVAN).of_bot) == 5


async def test_many_alerts_come_as_one_list_whose_cards_open(office: Office) -> None:
    numbers = [office.house.ticket() for _ in range(8)]
    await office.start()
    shown = await office.said(SUPPORT, "8 новых жалоб")
    assert len(office.telegram.chat(SUPPORT).of_bot) == 1
    assert await office.press(shown, f"№ {numbers[3]}", "ivan")
    card = await office.said(SUPPORT, "Черновик (")
    await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено: Марина")


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
async def test_hostile_text_is_accepted_the_first_time(office: Office, name: str) -> None:
    number = office.house.ticket(text=clean(HOSTILE[name]))
    await office.start()
    await office.card(number)
    assert office.telegram.count("sendMessage") == 1
    [alert] = [each for each in office.rows_of(OutboxRow) if each.kind == OutboxKind.ALERT]
    assert alert.error is None


async def test_a_long_review_comes_whole_as_a_file(office: Office) -> None:
    text = "Очень длинная история. " * 900
    number = office.house.ticket(text=text.strip())
    await office.start()
    card = await office.card(number)
    chat = office.telegram.chat(SUPPORT)
    file = await office.telegram.wait_for(
        lambda: next((shown for shown in chat.of_bot if shown.document), None), "the file"
    )
    assert file.reply_to == card.message_id
    assert file.thread_id == TOPIC
    assert text.strip() in file.document.content.decode()
    await office.press(card, "Беру", "ivan")
    await office.shows(card, "В работе: Иван")
    assert sum(shown.document is not None for shown in chat.of_bot) == 1


async def test_a_reminder_comes_below_the_card_and_its_keys_work(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.written(lambda: office.rows_of(CardRow), "the mark")
    now = office.clock.now()
    item = {
        "ticket": number,
        "kind": "breach",
        "due_at": now.isoformat(),
        "to": "marina",
        "next_at": (now + timedelta(hours=20)).isoformat(),
        "next_to": "sergey",
    }
    support = office.house.setup.chats["support"]
    office.house.db.write_now(
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
    shown = await office.said(SUPPORT, "Срок прошёл")
    assert shown.reply_to == card.message_id
    assert "Марина" in shown.text
    assert "Сергей" in shown.text
    assert await office.press(shown, "Беру", "ivan")
    await office.shows(card, "В работе: Иван")


async def test_a_warning_about_what_is_closed_meanwhile_is_not_given(office: Office) -> None:
    number = office.house.ticket()
    office.house.act(number, Action.SKIP, "marina", office.clock.now(), reason="spam")
    item = {"ticket": number, "kind": "warning", "due_at": office.clock.now().isoformat()}
    put(office, "warning", MARINA, kind=OutboxKind.REMINDER, items=[item])
    put(office, "after", MARINA)
    await office.start()
    await office.said(MARINA, "/queue")
    await office.written(lambda: row(office, "warning").sent_at)
    assert row(office, "warning").message_id is None
    assert len(office.telegram.chat(MARINA).of_bot) == 1


async def test_a_chat_is_spoken_to_in_its_language(office: Office) -> None:
    chats = dict(office.house.setup.chats)
    chats["support"] = replace(chats["support"], language="en")
    office.house.setup = replace(office.house.setup, chats=chats)
    office.house.ticket()
    await office.start()
    card = await office.said(SUPPORT, "Complaint, 1★")
    assert (await office.press(card, "Take", "ivan")).startswith("Yours")


async def test_cards_of_a_chat_that_came_back_catch_up(office: Office) -> None:
    number = office.house.ticket(target="nevsky/yandex_maps")
    await office.start()
    card = await office.card(number)
    other = await office.card(number, MANAGERS)
    office.telegram.chat(MANAGERS).kicked = "bot was kicked from the supergroup chat"
    await office.press(card, "Беру", "ivan")
    await office.written(lambda: any(each.dead_since for each in office.rows_of(ChatRow)))
    await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено")
    assert [each for each in office.rows_of(OutboxRow) if each.parked_at] == []
    office.telegram.chat(MANAGERS).kicked = None
    await office.telegram.say(MANAGERS, MARINA, "/help")
    await office.shows(other, "Утверждено")


async def test_a_reply_to_be_posted_by_us_can_be_undone(office: Office) -> None:
    number = office.house.ticket(target="tverskaya/google_business")
    await office.start()
    card = await office.card(number)
    assert "отменить" in await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено")
    assert await office.press(card, "Отменить", "ivan")
    assert office.house.look(number).publish_at is None


async def test_two_hundred_units_are_enough_for_every_answer(office: Office) -> None:
    """Long names do not break the answer to a press; the fake refuses a longer one."""
    people = dict(office.house.setup.people)
    people["marina"] = replace(people["marina"], name="Мариночка-" * 40)
    office.house.setup = replace(office.house.setup, people=people)
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    assert "Утверждено" in await office.press(card, "готов", "marina")
    assert "Уже утверждено" in await office.press(card, "", "anna", data=f"1:{number}:1:approve")
