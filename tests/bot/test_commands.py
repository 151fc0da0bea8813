from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.core.model import Tone
from reviewbot.core.settings import Chat, Route, When
from reviewbot.store.privacy import retention
from reviewbot.store.tables import CardRow, MeasureRow, OutboxRow, PersonRow
from tests.bot.bot_world import MANAGERS, STRANGER, SUPPORT, TOPIC, BotWorld
from tests.store.store_world import MONDAY

MARINA, IVAN, PETR, SERGEY = 502, 504, 505, 506


async def test_start_opens_the_private_chat(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(IVAN, IVAN, "/start here")
    assert "Иван" in (await bot_world.said(IVAN, "👋")).text
    [person] = bot_world.rows_of(PersonRow)
    assert (person.key, person.telegram_id) == ("ivan", IVAN)
    assert person.started_at is not None


async def test_start_in_a_group_opens_nothing(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/start")
    await bot_world.said(SUPPORT, "👋")
    assert bot_world.rows_of(PersonRow) == []


@pytest.mark.parametrize("command", ["/help", "/help@reviews_test_bot", "/HELP"])
async def test_help_is_answered_where_it_was_asked(bot_world: BotWorld, command: str) -> None:
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, command, thread_id=TOPIC)
    assert (await bot_world.said(SUPPORT, "/queue")).thread_id == TOPIC


async def test_commands_for_another_bot_are_not_ours(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/help@another_bot")
    await bot_world.telegram.say(SUPPORT, IVAN, "/nonsense")
    await bot_world.telegram.say(SUPPORT, IVAN, "/whoami")
    await bot_world.said(SUPPORT, str(IVAN))
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == 1


async def test_whoami_tells_role_and_numbers(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, PETR, "/whoami", thread_id=TOPIC)
    told = await bot_world.said(SUPPORT, str(PETR))
    assert "Пётр" in told.text
    assert str(SUPPORT) in told.text
    assert str(TOPIC) in told.text


async def test_a_stranger_learns_his_number_and_nothing_else(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket()
    bot_world.telegram.add_group(-1999, "Чужие", STRANGER)
    await bot_world.start()
    for command in ("/queue", "/review 1", "/health", "/help", "/start"):
        await bot_world.telegram.say(STRANGER, STRANGER, command)
        await bot_world.telegram.say(-1999, STRANGER, command)
    await bot_world.telegram.say(STRANGER, STRANGER, "/whoami")
    told = await bot_world.said(STRANGER, str(STRANGER))
    assert "Олег" in told.text
    assert len(bot_world.telegram.chat(STRANGER).of_bot) == 1
    assert bot_world.telegram.chat(-1999).of_bot == []


@pytest.mark.parametrize("said", ["/start", "привет", "/nonsense"])
async def test_a_stranger_in_private_learns_his_number_once_an_hour(
    bot_world: BotWorld, said: str
) -> None:
    await bot_world.start()
    await bot_world.telegram.say(STRANGER, STRANGER, said)
    told = await bot_world.said(STRANGER, str(STRANGER))
    assert "Кому переслать: Олег" in told.text
    await bot_world.telegram.say(STRANGER, STRANGER, said)
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending())
    assert len(bot_world.telegram.chat(STRANGER).of_bot) == 1


@pytest.mark.parametrize(
    ("said", "more", "piece"),
    [
        ("спасибо, понял", {}, "о каком отзыве"),
        ("/nonsense", {}, "Такой команды нет"),
        (
            None,
            {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
            "картинк",
        ),
        (None, {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "только тексты"),
    ],
)
async def test_in_private_nothing_is_met_with_silence(
    bot_world: BotWorld, said: str | None, more: dict[str, object], piece: str
) -> None:
    await bot_world.start()
    for _ in range(2):
        await bot_world.telegram.say(IVAN, IVAN, said, **more)
    await bot_world.said(IVAN, piece)
    await bot_world.telegram.say(IVAN, IVAN, "/whoami")
    await bot_world.said(IVAN, str(IVAN))
    assert len(bot_world.telegram.chat(IVAN).of_bot) == 2


ANONYMOUS = {
    "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
    "sender_chat": {"id": SUPPORT, "type": "supergroup", "title": "Отзывы"},
}
AS_A_CHANNEL = {
    "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
    "sender_chat": {"id": -1777, "type": "channel", "title": "Точка"},
}


@pytest.mark.parametrize("who", [ANONYMOUS, AS_A_CHANNEL])
async def test_who_writes_as_a_chat_is_told_why_nothing_happens(
    bot_world: BotWorld, who: dict[str, object]
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.telegram.say(SUPPORT, MARINA, "/queue", **who)
    told = await bot_world.said(SUPPORT, "Не вижу, кто это")
    await bot_world.telegram.say(SUPPORT, MARINA, "Ответим так", reply_to=card.message_id, **who)
    await bot_world.telegram.say(SUPPORT, MARINA, "просто разговор", **who)
    await bot_world.telegram.say(
        SUPPORT, MARINA, "новость", **{**who, "is_automatic_forward": True}
    )
    assert "Утверждено" in await bot_world.press(card, "готов", "marina")
    assert [each for each in bot_world.telegram.chat(SUPPORT).of_bot if each is not card] == [told]


async def test_a_stranger_in_our_chat_gets_a_sentence(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, STRANGER, "/queue")
    told = await bot_world.said(MANAGERS, str(STRANGER))
    assert "Точка" not in told.text


async def test_staff_in_a_foreign_group_get_silence(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket()
    bot_world.telegram.add_group(-1999, "Чужие", MARINA)
    await bot_world.start()
    await bot_world.telegram.say(-1999, MARINA, "/queue")
    await bot_world.telegram.say(MARINA, MARINA, "/whoami")
    await bot_world.said(MARINA, "Марина")
    assert bot_world.telegram.chat(-1999).of_bot == []


async def test_the_queue_goes_ticket_by_ticket(bot_world: BotWorld) -> None:
    for text in ("Первый гость.", "Второй гость.", "Третий гость."):
        bot_world.store_world.ticket(text=text, tone=Tone.MIXED, rating=3)
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/queue")
    listed = await bot_world.said(MARINA, "📋 3 отзыва ждут ответа")
    await bot_world.press(listed, "По одному", "marina")
    chat = bot_world.telegram.chat(MARINA)
    shown = await bot_world.telegram.wait_for(
        lambda: next((each for each in chat.of_bot if each is not listed), None), "the first"
    )
    await bot_world.shows(shown, "Первый гость")
    await bot_world.press(shown, "Дальше", "marina")
    await bot_world.shows(shown, "Второй гость")
    await bot_world.press(shown, "Утвердить", "marina")
    await bot_world.shows(shown, "Утверждено: Марина")
    await bot_world.press(shown, "Назад", "marina")
    await bot_world.shows(shown, "Первый гость")
    assert len(bot_world.telegram.chat(MARINA).of_bot) == 2


async def test_an_old_list_of_which_nothing_is_kept_is_no_card(bot_world: BotWorld) -> None:
    """Its row went with what is over: pressed, the message stays what it is."""
    number = bot_world.store_world.ticket(text="Первый гость.", tone=Tone.POSITIVE, rating=5)
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/queue")
    shown = await bot_world.said(MARINA, "Первый гость")
    await bot_world.written(
        lambda: all(row.sent_at for row in bot_world.rows_of(OutboxRow)), "mark"
    )
    later = bot_world.clock.now() + timedelta(days=40)
    newest = OutboxRow(
        kind="notice",
        dedupe_key="today",
        chat_key="support",
        created_at=later,
        not_before=later,
        sent_at=later,
    )
    bot_world.store_world.db.write_now(lambda rows: rows.add(newest))
    keep = timedelta(days=30)
    assert bot_world.store_world.db.write_now(lambda rows: retention.prune(rows, later, keep)) > 0
    await bot_world.press(shown, "Беру", "marina")
    assert bot_world.store_world.look(number).holder == "marina"
    assert bot_world.rows_of(CardRow) == []


async def test_the_queue_holds_ones_own_places(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket(text="Про Тверскую.", tone=Tone.MIXED, rating=3)
    bot_world.store_world.ticket(
        text="Про Невский.", tone=Tone.MIXED, rating=3, target="nevsky/yandex_maps"
    )
    await bot_world.start()
    await bot_world.telegram.say(PETR, PETR, "/queue")
    shown = await bot_world.said(PETR, "Про Невский")
    assert not any("Дальше" in label for label in shown.labels)


async def test_an_empty_queue(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/queue")
    await bot_world.said(MARINA, "🎉")


async def test_a_review_by_number_is_a_card_kept_in_step(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.telegram.say(MARINA, MARINA, f"/review №{number}")
    private = await bot_world.card(number, MARINA)
    assert any("Утвердить" in label for label in private.labels)
    await bot_world.press(private, "Утвердить", "marina")
    await bot_world.shows(card, "Утверждено: Марина")
    await bot_world.shows(private, "Утверждено: Марина")


@pytest.mark.parametrize("wanted", ["", "0", "99", "abc", "9" * 30, "-1"])
async def test_a_review_that_is_not_there(bot_world: BotWorld, wanted: str) -> None:
    bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, f"/review {wanted}")
    await bot_world.telegram.wait_for(lambda: bot_world.telegram.chat(MARINA).last)
    assert "Жалоба" not in bot_world.telegram.chat(MARINA).last.text


async def test_a_review_of_anothers_place(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.telegram.say(PETR, PETR, f"/review {number}")
    told = await bot_world.said(PETR, str(number))
    assert "Ждали" not in told.text
    assert "Тверская" not in told.text


async def test_viewers_may_look(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.telegram.say(SERGEY, SERGEY, f"/review {number}")
    await bot_world.card(number, SERGEY)


async def test_practice_counts_for_nothing(bot_world: BotWorld) -> None:
    await bot_world.start()
    card = await bot_world.telegram.say(MARINA, MARINA, "/help")
    shown = bot_world.telegram.find_message(MARINA, card)
    await bot_world.press(shown, "", "marina", data="1:0:0:practice")
    practice = await bot_world.said(MARINA, "🎓")
    assert await bot_world.press(practice, "Утвердить", "marina")
    assert bot_world.store_world.outbox()[-1].kind == "reply"


async def test_health(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/health")
    await bot_world.telegram.wait_for(lambda: bot_world.telegram.chat(MARINA).last)
    assert [row.subject for row in bot_world.rows_of(MeasureRow)] == ["ok"]


async def test_health_is_of_the_places_one_is_shown(bot_world: BotWorld) -> None:
    store_world = bot_world.store_world
    given = store_world.settings
    store_world.settings = replace(
        given,
        chats={**given.chats, "franchise": Chat("franchise", -1003)},
        routes=(Route("spb", When(group=("spb",)), "franchise"),),
    )
    bot_world.telegram.add_group(-1003, "Франшиза", MARINA)
    store_world.change_target("tverskaya/yandex_maps", health="blocked", health_since=MONDAY)
    store_world.ticket()
    await bot_world.start()
    for chat, who in ((-1003, MARINA), (PETR, PETR)):
        await bot_world.telegram.say(chat, who, "/health")
        told = await bot_world.said(chat, "страни")
        assert "2 страницы" in told.text, "of one place of two"
        assert "Тверская" not in told.text
        assert "Не видим" not in told.text
        assert "открыт" not in told.text or "0 отзывов" in told.text
    await bot_world.telegram.say(MARINA, MARINA, "/health")
    told = await bot_world.said(MARINA, "4 страницы")
    assert "Тверская" in told.text


async def test_a_group_is_shown_its_own_places_whoever_asks(bot_world: BotWorld) -> None:
    store_world = bot_world.store_world
    given = store_world.settings
    franchise = Chat("franchise", -1003)
    store_world.settings = replace(
        given,
        chats={**given.chats, "franchise": franchise},
        routes=(Route("spb", When(group=("spb",)), "franchise"),),
    )
    bot_world.telegram.add_group(-1003, "Франшиза", MARINA)
    anothers = store_world.ticket(text="Чужой отзыв.", tone=Tone.MIXED, rating=3)
    own = store_world.ticket(
        target="nevsky/yandex_maps", text="Свой отзыв.", tone=Tone.MIXED, rating=3
    )
    await bot_world.start()
    await bot_world.telegram.say(-1003, MARINA, "/queue")
    shown = await bot_world.said(-1003, "Свой отзыв")
    await bot_world.telegram.say(-1003, MARINA, f"/review {anothers}")
    await bot_world.said(-1003, "Напишите мне лично /start")
    assert not bot_world.telegram.chat(MARINA).of_bot, "who never pressed /start hears it there"
    store_world.pressed_start("marina")
    await bot_world.telegram.say(-1003, MARINA, f"/review {anothers}")
    await bot_world.said(-1003, "отправил вам лично")
    await bot_world.said(MARINA, "Чужой отзыв")
    forged = await bot_world.telegram.press(shown, "", MARINA, data=f"1:{anothers}:0:history")
    assert await bot_world.telegram.answered(forged)
    await bot_world.telegram.say(-1003, MARINA, f"/review {own}")
    await bot_world.said(-1003, f"№ {own}")
    assert not any("Чужой" in each.text for each in bot_world.telegram.chat(-1003).of_bot)


async def test_the_queue_is_a_list_that_can_be_narrowed(bot_world: BotWorld) -> None:
    rude = bot_world.store_world.ticket(text="Нахамили на кассе.")
    calm = bot_world.store_world.ticket(text="Кофе остыл.", tone=Tone.MIXED, rating=3)
    far = bot_world.store_world.ticket(
        text="Про Невский.", tone=Tone.MIXED, rating=3, target="nevsky/yandex_maps"
    )
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/queue")
    listed = await bot_world.said(MARINA, "📋 3 отзыва ждут ответа · жалоб: 1")
    for number in (rude, calm, far):
        assert f"№ {number}" in listed.text
    assert await bot_world.press(listed, "Жалобы", "marina") == ""
    await bot_world.shows(listed, "Только жалобы: 1")
    assert f"№ {calm}" not in listed.text
    assert "✓ 🔴 Жалобы" in listed.labels
    await bot_world.press(listed, "Мои", "marina")
    await bot_world.shows(listed, "Таких нет")
    await bot_world.press(listed, "✖️ Все", "marina")
    await bot_world.shows(listed, f"№ {calm}")
    await bot_world.press(listed, "Точка", "marina")
    await bot_world.shows(listed, "Какая точка?")
    await bot_world.press(listed, "Невский", "marina")
    await bot_world.shows(listed, "Только Точка, Невский")
    await bot_world.press(listed, "По одному", "marina")
    shown = await bot_world.said(MARINA, "Про Невский.")
    assert not any("Дальше" in label for label in shown.labels)
    await bot_world.press(listed, f"№ {far}", "marina")
    chat = bot_world.telegram.chat(MARINA)
    await bot_world.telegram.wait_for(
        lambda: sum("Про Невский." in each.text for each in chat.of_bot) == 3, "its card"
    )


async def test_words_are_found_in_any_letters_and_only_where_one_may_look(
    bot_world: BotWorld,
) -> None:
    here = bot_world.store_world.ticket(text="ХОЛОДНЫЙ суп. И ещё раз холодный.")
    there = bot_world.store_world.ticket(
        text="Суп холодный, а официант милый.", target="nevsky/yandex_maps"
    )
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/find холодн суп")
    found = await bot_world.said(MARINA, "🔎 Отзывы со словами «холодн суп»")
    assert f"№ {here}" in found.text
    assert f"№ {there}" in found.text
    await bot_world.telegram.say(PETR, PETR, "/find Холодн")
    own = await bot_world.said(PETR, "🔎")
    assert f"№ {there}" in own.text
    assert f"№ {here}" not in own.text
    await bot_world.telegram.say(PETR, PETR, "/find 100%_")
    await bot_world.said(PETR, "нет")
    await bot_world.telegram.say(IVAN, IVAN, "/find")
    await bot_world.said(IVAN, "Напишите слова после команды")


async def test_pages_of_the_list_and_of_what_was_found(bot_world: BotWorld) -> None:
    for n in range(10):
        bot_world.store_world.ticket(text=f"Гость {n}.", tone=Tone.MIXED, rating=3)
    await bot_world.start()
    for command, first, second in (
        ("/queue", "1–8 из 10", "9–10 из 10"),
        ("/find гость", "9.", "0."),
    ):
        await bot_world.telegram.say(MARINA, MARINA, command)
        shown = await bot_world.said(MARINA, first)
        await bot_world.press(shown, "Дальше", "marina")
        await bot_world.shows(shown, second)
        await bot_world.press(shown, "Назад", "marina")
        await bot_world.shows(shown, first)


async def test_a_review_by_number_comes_with_its_history(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Беру", "marina")
    await bot_world.telegram.say(MARINA, MARINA, f"/review {number}")
    await bot_world.card(number, MARINA)
    told = await bot_world.said(MARINA, "🕘")
    assert "Марина" in told.text
