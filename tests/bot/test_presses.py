from dataclasses import replace

import pytest
from sqlmodel import Session, select

from reviewbot.core.classifier.classify import RuleSet
from reviewbot.core.model import Severity, TicketState, Tone
from reviewbot.core.settings import Template, When
from reviewbot.core.ticket import SITE, Action
from reviewbot.store.tables import CardRow, InboxRow, ReviewRow, VerdictFeedbackRow
from tests.bot.bot_world import MANAGERS, STRANGER, SUPPORT, BotWorld

ELSEWHERE = -1999


def acts(bot_world: BotWorld, number: int) -> list[str]:
    return [row.action for row in bot_world.store_world.audit(number)]


async def test_the_same_update_twice_is_applied_once(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    press = await bot_world.telegram.press(card, "Беру", 504)
    [update] = bot_world.telegram.pending()
    await bot_world.telegram.answered(press)
    await bot_world.telegram.push(update)
    await bot_world.telegram.press(card, "Ещё", 504)
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending())
    assert acts(bot_world, number) == ["opened", "take"]
    assert len(press.answers) == 1
    assert bot_world.telegram.violations == []


async def test_of_many_presses_one_wins_and_the_others_are_told(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    people = [502, 503, 501] * 4
    presses = [await bot_world.telegram.press(card, "готов", user) for user in people]
    answers = [await bot_world.telegram.answered(press) for press in presses]
    assert acts(bot_world, number) == ["opened", "approve"]
    assert sum(answer.startswith("Утверждено") for answer in answers) == 1
    assert sum("Уже утверждено" in answer for answer in answers) == len(people) - 1


async def test_staff_propose_and_copies_stay_in_step(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(target="nevsky/yandex_maps")
    await bot_world.start()
    ours, theirs = await bot_world.card(number), await bot_world.card(number, MANAGERS)
    assert "Утверждает менеджер" in await bot_world.press(ours, "готов", "ivan")
    await bot_world.shows(theirs, "Предложено: Иван")
    await bot_world.press(theirs, "Утвердить", "marina")
    for copy in (ours, theirs):
        await bot_world.shows(copy, "Утверждено: Марина")
    assert ours.text == theirs.text


async def test_posted_by_hand(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "готов", "marina")
    await bot_world.shows(card, "Утверждено")
    assert "напоминать не буду" in await bot_world.press(card, "Размещено", "ivan")
    assert bot_world.store_world.look(number).state == TicketState.POSTED


@pytest.mark.parametrize("label", ["Размещено", "Уже ответили"])
async def test_a_mark_pressed_by_mistake_is_taken_back(bot_world: BotWorld, label: str) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    if label == "Размещено":
        await bot_world.press(card, "готов", "marina")
        await bot_world.shows(card, "Утверждено")
    else:
        await bot_world.press(card, "Ещё", "ivan")
        await bot_world.telegram.wait_for(lambda: "☑️ Уже ответили" in card.labels)
    bot_world.clock.run_at(1.0)  # the undo's minutes shall not pass on a busy machine
    await bot_world.press(card, label, "ivan")
    await bot_world.telegram.wait_for(lambda: "↩️ Отменить" in card.labels)
    assert "снова в работе" in await bot_world.press(card, "Отменить", "anna")
    await bot_world.shows(card, "Утверждено" if label == "Размещено" else "Черновик")
    assert acts(bot_world, number)[-1] == "undo_posted"
    ticket, round_ = bot_world.store_world.look(number), bot_world.store_world.round(number)
    assert (ticket.posted_by, round_.marked_at) == (None, None)
    assert ticket.next_duty_at is not None
    assert ticket.next_duty_at < round_.reply_deadline


async def test_once_proposed_the_key_says_approve(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "готов", "ivan")
    await bot_world.telegram.wait_for(lambda: "✅ Утвердить" in card.labels)
    assert "Уже предложено" in await bot_world.press(card, "Утвердить", "ivan")
    assert "Утверждено" in await bot_world.press(card, "Утвердить", "marina")


async def test_a_list_is_worked_through_and_nothing_else(bot_world: BotWorld) -> None:
    numbers = [bot_world.store_world.ticket(text=f"Гость {each}.") for each in range(7)]
    await bot_world.start()
    shown = await bot_world.said(SUPPORT, "7 новых жалоб")
    other = bot_world.store_world.ticket(text="Совсем другой.", severity=Severity.CRITICAL)
    await bot_world.press(shown, "Разобрать 7", "marina")
    queue = await bot_world.telegram.wait_for(
        lambda: next(
            (
                each
                for each in bot_world.telegram.chat(SUPPORT).of_bot
                if "➡️ Дальше" in each.labels
            ),
            None,
        )
    )
    assert f"№ {numbers[0]}" in queue.text
    for number in numbers[1:]:
        await bot_world.press(queue, "Дальше", "marina")
        await bot_world.shows(queue, f"№ {number}")
    assert "➡️ Дальше" not in queue.labels
    assert f"№ {other}" not in queue.text


async def test_a_card_older_than_the_review_is_refused_and_shown_anew(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    old = card.button("готов")["callback_data"]
    bot_world.store_world.change_review(number, text="Всё ещё хуже, чем было.")
    bot_world.store_world.act(number, Action.EDITED_WORSE, SITE, bot_world.clock.now())
    answer = await bot_world.press(card, "готов", "marina", data=old)
    assert "устарела" in answer
    assert bot_world.store_world.look(number).state == TicketState.WAITING
    await bot_world.shows(card, "Всё ещё хуже")


async def test_a_stranger_in_our_chat_gets_a_sentence(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    answer = await bot_world.press(card, "готов", STRANGER)
    assert str(STRANGER) in answer
    assert "Олег" in answer
    assert acts(bot_world, number) == ["opened"]


async def test_a_stranger_elsewhere_gets_silence(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.add_group(ELSEWHERE, "Чужие", STRANGER)
    await bot_world.start()
    card = await bot_world.card(number)
    message_id = await bot_world.telegram.say(ELSEWHERE, STRANGER, "вот кнопка")
    shown = bot_world.telegram.find_message(ELSEWHERE, message_id)
    data = card.button("готов")["callback_data"]
    assert await bot_world.press(shown, "", STRANGER, data=data) == ""
    assert acts(bot_world, number) == ["opened"]
    assert bot_world.telegram.chat(ELSEWHERE).of_bot == []


async def test_a_forwarded_button_counts_nowhere_else(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.telegram.add_group(ELSEWHERE, "Чужие", 502)
    await bot_world.start()
    card = await bot_world.card(number)
    data = card.button("готов")["callback_data"]
    for chat_id in (ELSEWHERE, MANAGERS):
        message_id = await bot_world.telegram.say(chat_id, 502, "переслано")
        shown = bot_world.telegram.find_message(chat_id, message_id)
        assert "старого сообщения" in await bot_world.press(shown, "", "marina", data=data)
    assert acts(bot_world, number) == ["opened"]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "1:1:1:",
        "1:1:1:drop_table",
        "2:1:1:approve",
        "1:999:1:approve",
        "1:١:1:approve",
        "1:1:1:approve:\n",
        "1:1:1:skip_reason:" + "x" * 80,
    ],
)
async def test_data_we_did_not_write_is_refused(bot_world: BotWorld, data: str) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert await bot_world.press(card, "готов", "marina", data=data)
    assert acts(bot_world, number) == ["opened"]


async def test_viewers_and_people_of_other_places_change_nothing(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert "не отвечать" in await bot_world.press(card, "Беру", "sergey")
    assert "не ваша точка" in await bot_world.press(card, "Беру", "petr")
    assert "не отвечать" in await bot_world.press(card, "Изменить", "sergey")
    assert acts(bot_world, number) == ["opened"]
    assert bot_world.store_world.outbox()[1:] == []


async def test_menus_change_only_the_keys(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    text, keys = card.text, card.labels
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: "📝 Заметка" in card.labels)
    await bot_world.press(card, "Назад", "ivan")
    await bot_world.telegram.wait_for(lambda: card.labels == keys)
    assert card.text == text
    assert acts(bot_world, number) == ["opened"]


async def test_not_answering_needs_a_reason_from_the_menu(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: "🚫 Не отвечаем…" in card.labels)
    await bot_world.press(card, "Не отвечаем", "ivan")
    await bot_world.telegram.wait_for(lambda: any("спам" in label for label in card.labels))
    await bot_world.press(card, "спам", "ivan")
    await bot_world.shows(card, "Не отвечаем")
    assert bot_world.store_world.look(number).skip_reason == "spam"


async def test_snoozed_until_tomorrow_is_the_desks_opening(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    data = card.button("Беру")["callback_data"].replace("take", "snooze:tomorrow")
    await bot_world.press(card, "", "ivan", data=data)
    until = bot_world.store_world.look(number).snoozed_until
    assert until is not None
    assert until.isoformat() == "2026-03-03T07:00:00+00:00"


async def test_handed_over_to_a_colleague(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: "🤝 Передать" in card.labels)
    await bot_world.press(card, "Передать", "ivan")
    await bot_world.telegram.wait_for(lambda: "Анна" in card.labels)
    assert "Сергей" not in card.labels
    assert "Анна" in await bot_world.press(card, "Анна", "ivan")
    assert bot_world.store_world.look(number).holder == "anna"


async def test_another_wording(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert await bot_world.press(card, "Другой", "ivan")
    await bot_world.shows(card, "Уже разбираемся")


async def test_history_and_reasons_come_below_the_card(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: card.button("История"))
    for label, piece in (("Почему", "❓"), ("История", "🕘")):
        await bot_world.press(card, label, "ivan")
        shown = await bot_world.said(SUPPORT, piece)
        assert shown.reply_to == card.message_id


async def test_feedback_on_the_verdict_is_noted(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    data = card.button("Беру")["callback_data"].replace("take", "not_complaint")
    assert "не жалоба" in await bot_world.press(card, "", "ivan", data=data)
    assert acts(bot_world, number) == ["opened", "feedback"]
    [word] = bot_world.rows_of(VerdictFeedbackRow)
    assert (word.person, word.says, word.topic) == ("ivan", "not_a_complaint", None)
    assert word.rules == ["stars"]
    ticket = bot_world.store_world.look(number)
    assert (ticket.state, ticket.holder, ticket.revision) == (TicketState.WAITING, None, 1)
    assert bot_world.store_world.round(number).reply_deadline is not None


async def test_the_right_topic_is_chosen_from_the_menu(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    for label, next_label in (("Ещё", "Не жалоба"), ("Не та тема", "цена")):
        await bot_world.press(card, label, "ivan")
        await bot_world.telegram.wait_for(lambda sign=next_label: card.button(sign))
    await bot_world.press(card, "цена", "ivan")
    [word] = bot_world.rows_of(VerdictFeedbackRow)
    assert (word.says, word.topic) == ("wrong_topic", "price")
    assert bot_world.store_world.look(number).state == TicketState.WAITING


async def test_topics_of_other_trades_are_not_offered(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    bot_world.store_world.settings = replace(bot_world.store_world.settings, profile="restaurant")
    await bot_world.start()
    card = await bot_world.card(number)
    for label, next_label in (("Ещё", "Не жалоба"), ("Не та тема", "цена")):
        await bot_world.press(card, label, "ivan")
        await bot_world.telegram.wait_for(lambda sign=next_label: card.button(sign))
    assert "кухня" in " ".join(card.labels) or "еда" in " ".join(card.labels)
    assert "медицинская помощь" not in card.labels
    forged = card.button("цена")["callback_data"].replace("price", "medical")
    assert "старого" in await bot_world.press(card, "", "ivan", data=forged)


async def test_after_another_topic_the_draft_is_of_that_topic(bot_world: BotWorld) -> None:
    of_price = Template("price", "ru", "Простите за цену.", When(topic=("price",)), own=True)
    replies = bot_world.store_world.settings.replies
    bot_world.store_world.settings = replace(
        bot_world.store_world.settings,
        replies=replace(replies, templates=(*replies.templates, of_price)),
    )
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    for label, next_label in (("Ещё", "Не жалоба"), ("Не та тема", "цена")):
        await bot_world.press(card, label, "ivan")
        await bot_world.telegram.wait_for(lambda sign=next_label: card.button(sign))
    await bot_world.press(card, "цена", "ivan")
    await bot_world.shows(card, "Простите за цену.")
    assert "Утвердить" in card.labels[0] or "готов" in card.labels[0]


async def test_a_calm_card_becomes_a_complaint(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(tone=Tone.MIXED, rating=3)
    was = bot_world.store_world.round(number).reply_deadline
    await bot_world.start()
    card = await bot_world.card(number)
    assert card.text.startswith("🟡 Есть замечание, 3★")
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: "🔴 Это жалоба" in card.labels)
    assert "🙅 Не жалоба" in card.labels
    assert "Записано: это жалоба. Ответить до" in await bot_world.press(card, "Это жалоба", "ivan")
    await bot_world.shows(card, "🔴 Жалоба, 3★")
    told = await bot_world.said(SUPPORT, "Иван считает это жалобой")
    assert told.reply_to == card.message_id
    [word] = bot_world.rows_of(VerdictFeedbackRow)
    assert (word.person, word.says) == ("ivan", "is_a_complaint")
    assert bot_world.store_world.round(number).reply_deadline < was
    data = card.button("Беру")["callback_data"].replace("take", "complaint")
    assert "уже считается" in await bot_world.press(card, "", "marina", data=data)


async def test_praise_of_the_queue_can_be_a_complaint(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(tone=Tone.POSITIVE, rating=5)
    await bot_world.start()
    await bot_world.telegram.say(502, 502, "/queue")
    shown = await bot_world.said(502, f"№ {number}")
    await bot_world.press(shown, "Ещё", "marina")
    await bot_world.telegram.wait_for(lambda: "🏷 Не та тема" in shown.labels)
    assert "🙅 Не жалоба" not in shown.labels
    await bot_world.press(shown, "Назад", "marina")
    await bot_world.telegram.wait_for(lambda: "⋯ Ещё" in shown.labels)
    await bot_world.telegram.say(502, 502, "/queue")
    again = await bot_world.telegram.wait_for(
        lambda: next(
            (
                each
                for each in bot_world.telegram.chat(502).of_bot
                if each is not shown and f"№ {number}" in each.text
            ),
            None,
        )
    )
    await bot_world.press(again, "Это жалоба", "marina")
    card = await bot_world.card(number)
    assert card.text.startswith("🔴 Жалоба, 5★")
    await bot_world.shows(again, "🔴 Жалоба, 5★")


async def test_a_copy_nobody_wrote_down_is_kept_in_step_once_pressed(bot_world: BotWorld) -> None:
    """Telegram took the card, the process fell over before the mark: two copies, one known."""
    number = bot_world.store_world.ticket()
    bot_world.telegram.drop("sendMessage")
    await bot_world.start()
    chat = bot_world.telegram.chat(SUPPORT)
    await bot_world.telegram.wait_for(lambda: len(chat.of_bot) == 2, "sent again")
    orphan, known = chat.of_bot
    await bot_world.written(lambda: bot_world.rows_of(CardRow), "the mark")
    await bot_world.press(orphan, "готов", "marina")
    for copy in (orphan, known):
        await bot_world.shows(copy, "Утверждено: Марина")
    assert bot_world.store_world.look(number).state == TicketState.APPROVED


async def test_a_press_on_a_message_that_cannot_be_read_any_more(bot_world: BotWorld) -> None:
    """Old messages come back inaccessible: chat and number only."""
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    data = card.button("Беру")["callback_data"]
    press = await bot_world.telegram.press_inaccessible(card, 504, data)
    assert "ваш" in await bot_world.telegram.answered(press)
    assert bot_world.store_world.look(number).holder == "ivan"


async def test_the_operators_own_topics_are_shown_and_offered_by_their_titles(
    bot_world: BotWorld,
) -> None:
    bot_world.store_world.settings = replace(
        bot_world.store_world.settings,
        rules=RuleSet(topics={"terrace": {"ru": "терраса", "en": "terrace"}}),
    )
    number = bot_world.store_world.ticket()

    def of_the_terrace(session: Session) -> None:
        review = session.exec(select(ReviewRow)).one()
        review.reasons = [
            {"rule": "own.terrace", "words": "дуло на веранде", "points": 2.0, "topic": "terrace"}
        ]
        session.add(review)

    bot_world.store_world.db.write_now(of_the_terrace)
    await bot_world.start()
    card = await bot_world.card(number)
    assert "«дуло на веранде» (терраса)" in card.text
    for label, next_label in (("Ещё", "Не жалоба"), ("Не та тема", "терраса")):
        await bot_world.press(card, label, "ivan")
        await bot_world.telegram.wait_for(lambda sign=next_label: card.button(sign))
    await bot_world.press(card, "терраса", "ivan")
    [word] = bot_world.rows_of(VerdictFeedbackRow)
    assert (word.says, word.topic) == ("wrong_topic", "terrace")


async def test_a_press_on_a_list_that_is_not_written_down_yet_waits_for_that(
    bot_world: BotWorld,
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.card(number)
    gate = bot_world.telegram.gate("sendMessage")
    await bot_world.telegram.say(MANAGERS, 502, "/queue")
    await gate.reached.wait()
    listed = await bot_world.said(MANAGERS, f"{number}")
    press = await bot_world.telegram.press(listed, "", 502, data=f"1:{number}:0:open")
    await bot_world.written(lambda: len(bot_world.rows_of(InboxRow)) == 2, "the press is stored")
    assert press.answers == []
    gate.opened.set()
    answer = await bot_world.telegram.answered(press)
    assert "старого" not in answer
    await bot_world.card(number, MANAGERS)
