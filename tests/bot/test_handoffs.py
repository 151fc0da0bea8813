"""Whose turn it is, as people get it: who is mentioned, below which card, with which keys."""

from dataclasses import replace
from datetime import time

import pytest

from reviewbot.core.model import Approval, Severity, TicketState
from reviewbot.core.ticket import Action
from reviewbot.store.tables import CardRow, DraftRow, PersonRow
from reviewbot.workflow.sweep import sweep
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.telegram_world import Shown

MARINA, ANNA, IVAN = 502, 503, 504
TEXT = "Анна, здравствуйте! Жаль, что вы ждали, разберём ту смену."


def mentions(shown: Shown) -> list[int]:
    """The numbers that a message rings for."""
    links = [each.attributes for each in shown.entities if each.type == "text_link"]
    return [int(link.split("id=")[1].strip("\"'")) for link in map(str, links) if "id=" in link]


def english(bot_world: BotWorld) -> None:
    settings = bot_world.store_world.settings
    chats = {key: replace(chat, language="en") for key, chat in settings.chats.items()}
    bot_world.store_world.settings = replace(settings, language="en", chats=chats)


async def test_the_approver_is_asked_in_the_managers_chat(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(target="nevsky/yandex_maps")
    await bot_world.start()
    copy = await bot_world.card(number, MANAGERS)
    await bot_world.press(await bot_world.card(number), "готов", "ivan")
    asked = await bot_world.said(MANAGERS, "утвердите")
    assert asked.text == ("🙋 Марина, утвердите: № 1, Невский 40, 1★. Предложено: Иван. До 12:00.")
    assert mentions(asked) == [MARINA]
    assert asked.reply_to == copy.message_id
    assert not asked.silent
    await bot_world.press(asked, "Утвердить", "marina")
    posted = await bot_world.said(SUPPORT, "разместите")
    assert mentions(posted) == [IVAN]
    assert bot_world.store_world.look(number).state == TicketState.APPROVED
    await bot_world.press(posted, "Размещено", "ivan")
    assert bot_world.store_world.look(number).state == TicketState.POSTED


async def test_it_is_said_in_english_too(bot_world: BotWorld) -> None:
    english(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, f"#{number}")
    await bot_world.press(card, "Ready", "ivan")
    asked = await bot_world.said(MANAGERS, "please approve")
    assert asked.text == (
        "🙋 Марина, please approve: #1, Тверская 12, 1★. Proposed: Иван. By 12:00."
    )


async def test_without_a_managers_chat_the_approver_is_asked_in_private(
    bot_world: BotWorld,
) -> None:
    world = bot_world.store_world
    chats = {key: chat for key, chat in world.settings.chats.items() if key != "managers"}
    world.settings = replace(world.settings, chats=chats)
    world.pressed_start("marina")
    number = world.ticket()
    bot_world.telegram.chat(MARINA)
    await bot_world.start()
    await bot_world.press(await bot_world.card(number), "готов", "ivan")
    asked = await bot_world.said(MARINA, "утвердите")
    assert mentions(asked) == [MARINA]


async def test_a_hand_over_rings_for_the_receiver_who_may_decline(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.telegram.say(SUPPORT, MARINA, "Гость ждёт звонка", reply_to=card.message_id)
    question = await bot_world.said(SUPPORT, "Это к отзыву")
    await bot_world.press(question, "Заметка", "marina")
    await bot_world.shows(card, "💬 Марина: «Гость ждёт звонка»")
    await bot_world.press(card, "Ещё", "marina")
    await bot_world.telegram.wait_for(lambda: "🤝 Передать" in card.labels, "the menu")
    await bot_world.press(card, "Передать", "marina")
    await bot_world.telegram.wait_for(lambda: "Иван" in card.labels, "the people")
    await bot_world.press(card, "Иван", "marina")
    handed = await bot_world.said(SUPPORT, "отзыв теперь за вами")
    assert handed.text == (
        "🤝 Иван, отзыв теперь за вами: № 1, Тверская 12, 1★. Передаёт Марина. До 12:00.\n"
        "«Гость ждёт звонка»"
    )
    assert (mentions(handed), handed.reply_to) == ([IVAN], card.message_id)
    await bot_world.press(handed, "Отказаться", "ivan")
    declined = await bot_world.said(SUPPORT, "вам вернули")
    assert mentions(declined) == [MARINA]
    assert bot_world.store_world.look(number).holder is None


async def test_nobody_is_told_what_they_did_themselves(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Беру", "marina")
    await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    assert bot_world.store_world.outbox() == [
        row for row in bot_world.store_world.outbox() if row.kind != "handoff"
    ]


async def test_what_falls_together_is_one_message(bot_world: BotWorld) -> None:
    numbers = [bot_world.store_world.ticket() for _ in range(3)]
    await bot_world.start()
    cards = [await bot_world.card(number) for number in numbers]
    await bot_world.stop()
    await bot_world.start(sender=False)  # however slow the machine, they fall together
    for card in cards:
        await bot_world.press(card, "готов", "ivan")
    await bot_world.stop()
    await bot_world.start()
    asked = await bot_world.said(MANAGERS, "3 отзыва ждут вас")
    assert asked.text.count("Марина, утвердите") == 3
    assert mentions(asked) == [MARINA] * 3
    assert [label for label in asked.labels if label.startswith("№")] == ["№ 1", "№ 2", "№ 3"]


async def test_a_handoff_that_is_over_before_it_is_sent_is_not_sent(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start(sender=False)
    world = bot_world.store_world
    world.act(number, Action.PROPOSE, "ivan", bot_world.clock.now())
    world.act(number, Action.APPROVE, "marina", bot_world.clock.now())
    await bot_world.stop()
    await bot_world.start()
    await bot_world.said(SUPPORT, "разместите")
    assert bot_world.telegram.chat(MANAGERS).of_bot == []


async def test_at_night_it_comes_without_a_sound(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    desk = replace(world.settings.desks[""], quiet=(time(0), time(23, 59)))
    world.settings = replace(world.settings, desks={"": desk})
    number = world.ticket()
    await bot_world.start()
    await bot_world.press(await bot_world.card(number), "готов", "ivan")
    assert (await bot_world.said(MANAGERS, "утвердите")).silent


async def test_a_proposed_text_is_sent_back_with_a_reason(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "готов", "ivan")
    asked = await bot_world.said(MANAGERS, "утвердите")
    await bot_world.press(asked, "Вернуть", "marina")
    label = "💬 С комментарием…"
    await bot_world.telegram.wait_for(lambda: label in asked.labels, "the menu")
    await bot_world.press(asked, label, "marina")
    prompt = await bot_world.said(MANAGERS, "что поправить")
    await bot_world.telegram.say(
        MANAGERS, MARINA, "Без слова «разберёмся»", reply_to=prompt.message_id
    )
    back = await bot_world.said(SUPPORT, "на правку")
    assert back.text == (
        "↩️ Иван, на правку: № 1, Тверская 12, 1★. Возвращает Марина. До 12:00.\n"
        "«Без слова „разберёмся“»"
    )
    assert (mentions(back), back.reply_to) == ([IVAN], card.message_id)
    await bot_world.shows(card, "💬 Марина: «Без слова „разберёмся“»")
    assert bot_world.store_world.look(number).state == TicketState.WAITING
    await bot_world.said(MANAGERS, "Возвращено на правку: отзыв № 1")


async def test_a_text_is_sent_back_without_a_comment(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    await bot_world.press(card, "На правку", "anna")
    await bot_world.telegram.wait_for(lambda: "↩️ Без комментария" in card.labels, "the menu")
    await bot_world.press(card, "Без комментария", "anna")
    assert bot_world.store_world.look(number).state == TicketState.WAITING


@pytest.mark.parametrize(
    ("language", "question", "key", "told"),
    [
        ("ru", "занимается Анна. Забрать себе?", "Забрать", "Анна, отзыв больше не за вами"),
        ("en", "Анна has had it since", "Take over", "Анна, no longer yours"),
    ],
)
async def test_a_manager_takes_over_with_a_second_press(
    bot_world: BotWorld, language: str, question: str, key: str, told: str
) -> None:
    if language == "en":
        english(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "№ 1" if language == "ru" else "#1")
    take = {"ru": "Беру", "en": "Take"}[language]
    old = dict(card.markup or {})
    await bot_world.press(card, take, "anna")
    await bot_world.telegram.wait_for(lambda: card.markup != old, "edited")
    data = f"1:{number}:1:take"
    assert question in await bot_world.press(card, take, "marina", data=data)
    assert bot_world.store_world.look(number).holder == "anna"
    await bot_world.telegram.wait_for(lambda: any(key in each for each in card.labels), key)
    await bot_world.press(card, key, "marina")
    assert bot_world.store_world.look(number).holder == "marina"
    lost = await bot_world.said(SUPPORT, told)
    assert (mentions(lost), lost.reply_to) == ([ANNA], card.message_id)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_held_card_has_a_key_to_take_it_over(bot_world: BotWorld, language: str) -> None:
    """Waiting and approved to be posted by hand: with a second press, from the card itself."""
    if language == "en":
        english(bot_world)
    take, more, over, second, question = {
        "ru": ("Беру", "Ещё", "Забрать себе", "Забрать (сейчас Анна)", "занимается Анна"),
        "en": ("Take", "More", "Take over…", "Take over: Анна", "Анна has had it since"),
    }[language]
    waiting, by_hand = bot_world.store_world.ticket(), bot_world.store_world.ticket()
    await bot_world.start()
    mark = "№ " if language == "ru" else "#"
    for number in (waiting, by_hand):
        card = await bot_world.said(SUPPORT, f"{mark}{number}")
        await bot_world.press(card, take, "anna")
        if number == by_hand:
            data = f"1:{number}:0:approve"
            await bot_world.press(card, take, "anna", data=data)
        else:
            await bot_world.press(card, more, "marina")
        await bot_world.telegram.wait_for(lambda c=card: over in str(c.labels), over)

        assert question in await bot_world.press(card, over, "marina")
        assert bot_world.store_world.look(number).holder == "anna"
        await bot_world.telegram.wait_for(lambda c=card: second in str(c.labels), second)
        await bot_world.press(card, second, "marina")
        assert bot_world.store_world.look(number).holder == "marina"
    assert bot_world.telegram.violations == []


async def test_a_private_take_it_is_kept_in_step(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    world.pressed_start("marina")
    number = world.ticket(severity=Severity.CRITICAL)
    world.db.write_now(lambda session: sweep(world.tx(session, bot_world.clock.now())))
    await bot_world.start()
    asked = await bot_world.said(MARINA, "возьмите")
    assert mentions(asked) == [MARINA]
    await bot_world.written(
        lambda: [row for row in bot_world.rows_of(CardRow) if row.chat_id == MARINA], "a copy"
    )
    await bot_world.press(await bot_world.card(number), "Беру", "anna")
    await bot_world.telegram.wait_for(lambda: "возьмите" not in asked.text, "the card")
    await bot_world.shows(asked, "Анна")


async def test_who_approves_saves_and_approves_at_once(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    replies = replace(world.settings.replies, sign={"ru": "Команда «Точки»", "en": "The team"})
    world.settings = replace(world.settings, replies=replies)
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Изменить", "marina")
    prompt = await bot_world.said(SUPPORT, "Ответьте на это сообщение")
    assert "менеджер" not in prompt.text
    await bot_world.telegram.say(SUPPORT, MARINA, TEXT, reply_to=prompt.message_id)
    saved = await bot_world.said(SUPPORT, "сохранён")
    assert f"{TEXT}\nКоманда «Точки»" in saved.text
    assert saved.labels == ["✅ Сохранить и утвердить", "💾 Сохранить", "📎 В шаблоны…"]
    await bot_world.press(saved, "Сохранить и утвердить", "marina")
    await bot_world.shows(card, "Утверждено: Марина")
    drafts = [row.text for row in bot_world.rows_of(DraftRow) if row.author_kind == "person"]
    assert drafts == [f"{TEXT}\nКоманда «Точки»"]
    assert bot_world.telegram.chat(MANAGERS).of_bot == []


async def test_two_people_means_not_ones_own_text(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    desk = replace(world.settings.desks[""], approval=Approval.TWO_PEOPLE)
    world.settings = replace(world.settings, desks={"": desk})
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Изменить", "marina")
    prompt = await bot_world.said(SUPPORT, "Ответьте на это сообщение")
    await bot_world.telegram.say(SUPPORT, MARINA, TEXT, reply_to=prompt.message_id)
    saved = await bot_world.said(SUPPORT, "сохранён")
    assert "✅ Сохранить и утвердить" not in saved.labels
    asked = await bot_world.said(MANAGERS, "утвердите")
    assert mentions(asked) == [ANNA]


async def test_the_signature_counts_in_the_limit(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    replies = replace(world.settings.replies, sign={"ru": "Команда «Точки»"})
    world.settings = replace(world.settings, replies=replies)
    number = world.ticket(target="tverskaya/google_business")
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Изменить", "marina")
    prompt = await bot_world.said(SUPPORT, "Ответьте на это сообщение")
    # 4,096 bytes alone; with the signature 29 more.
    await bot_world.telegram.say(SUPPORT, MARINA, "ж" * 2048, reply_to=prompt.message_id)
    await bot_world.said(SUPPORT, "4126")
    assert world.look(number).state == TicketState.WAITING


async def test_kinds_that_are_no_duty_can_be_muted(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    world.pressed_start("anna")
    await bot_world.start()
    await bot_world.telegram.say(ANNA, ANNA, "/settings")
    menu = await bot_world.said(ANNA, "Что присылать")
    label = "🔊 Кто-то забрал мой отзыв"
    assert label in menu.labels
    await bot_world.press(menu, label, "anna")
    await bot_world.telegram.wait_for(lambda: "🔇 Кто-то забрал мой отзыв" in menu.labels, "muted")
    [row] = [row for row in bot_world.rows_of(PersonRow) if row.key == "anna"]
    assert row.muted == ["lost"]
    number = world.ticket()
    card = await bot_world.card(number)
    await bot_world.press(card, "Беру", "anna")
    await bot_world.telegram.wait_for(lambda: "🤲 Отпустить" in card.labels, "taken")
    await bot_world.press(card, "Отпустить", "marina")
    assert world.look(number).holder is None
    assert not [row for row in world.outbox() if row.kind == "handoff"]
