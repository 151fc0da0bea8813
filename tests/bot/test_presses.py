import pytest

from reviewbot.core.desk import SITE, Action
from reviewbot.core.model import TicketState
from reviewbot.store.tables import CardRow, VerdictFeedbackRow
from tests.bot.office import MANAGERS, STRANGER, SUPPORT, Office

ELSEWHERE = -1999


def acts(office: Office, number: int) -> list[str]:
    return [row.action for row in office.house.audit(number)]


async def test_the_same_update_twice_is_applied_once(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    press = await office.telegram.press(card, "Беру", 504)
    [update] = office.telegram.pending()
    await office.telegram.answered(press)
    await office.telegram.push(update)
    await office.telegram.press(card, "Ещё", 504)
    await office.telegram.wait_for(lambda: not office.telegram.pending())
    assert acts(office, number) == ["opened", "take"]
    assert len(press.answers) == 1
    assert office.telegram.violations == []


async def test_of_many_presses_one_wins_and_the_others_are_told(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    people = [502, 503, 501] * 4
    presses = [await office.telegram.press(card, "готов", user) for user in people]
    answers = [await office.telegram.answered(press) for press in presses]
    assert acts(office, number) == ["opened", "approve"]
    assert sum(answer.startswith("Утверждено") for answer in answers) == 1
    assert sum("Уже утверждено" in answer for answer in answers) == len(people) - 1


async def test_staff_propose_and_copies_stay_in_step(office: Office) -> None:
    number = office.house.ticket(target="nevsky/yandex_maps")
    await office.start()
    ours, theirs = await office.card(number), await office.card(number, MANAGERS)
    assert "Утверждает менеджер" in await office.press(ours, "готов", "ivan")
    await office.shows(theirs, "Предложено: Иван")
    await office.press(theirs, "готов", "marina")
    for copy in (ours, theirs):
        await office.shows(copy, "Утверждено: Марина")
    assert ours.text == theirs.text


async def test_posted_by_hand(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено")
    assert "напоминать не буду" in await office.press(card, "Размещено", "ivan")
    assert office.house.look(number).state == TicketState.POSTED


async def test_a_card_older_than_the_review_is_refused_and_shown_anew(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    old = card.button("готов")["callback_data"]
    office.house.change_review(number, text="Всё ещё хуже, чем было.")
    office.house.act(number, Action.EDITED_WORSE, SITE, office.clock.now())
    answer = await office.press(card, "готов", "marina", data=old)
    assert "устарела" in answer
    assert office.house.look(number).state == TicketState.WAITING
    await office.shows(card, "Всё ещё хуже")


async def test_a_stranger_in_our_chat_gets_a_sentence(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    answer = await office.press(card, "готов", STRANGER)
    assert str(STRANGER) in answer
    assert "Олег" in answer
    assert acts(office, number) == ["opened"]


async def test_a_stranger_elsewhere_gets_silence(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.add_group(ELSEWHERE, "Чужие", STRANGER)
    await office.start()
    card = await office.card(number)
    message_id = await office.telegram.say(ELSEWHERE, STRANGER, "вот кнопка")
    shown = office.telegram.find_message(ELSEWHERE, message_id)
    data = card.button("готов")["callback_data"]
    assert await office.press(shown, "", STRANGER, data=data) == ""
    assert acts(office, number) == ["opened"]
    assert office.telegram.chat(ELSEWHERE).of_bot == []


async def test_a_forwarded_button_counts_nowhere_else(office: Office) -> None:
    number = office.house.ticket()
    office.telegram.add_group(ELSEWHERE, "Чужие", 502)
    await office.start()
    card = await office.card(number)
    data = card.button("готов")["callback_data"]
    for chat_id in (ELSEWHERE, MANAGERS):
        message_id = await office.telegram.say(chat_id, 502, "переслано")
        shown = office.telegram.find_message(chat_id, message_id)
        assert "старого сообщения" in await office.press(shown, "", "marina", data=data)
    assert acts(office, number) == ["opened"]


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
async def test_data_we_did_not_write_is_refused(office: Office, data: str) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    assert await office.press(card, "готов", "marina", data=data)
    assert acts(office, number) == ["opened"]


async def test_viewers_and_people_of_other_places_change_nothing(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    assert "не отвечаете" in await office.press(card, "Беру", "sergey")
    assert "Тверская" in await office.press(card, "Беру", "petr")
    assert "не отвечаете" in await office.press(card, "Изменить", "sergey")
    assert acts(office, number) == ["opened"]
    assert office.house.outbox()[1:] == []


async def test_menus_change_only_the_keys(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    text, keys = card.text, card.labels
    await office.press(card, "Ещё", "ivan")
    await office.telegram.wait_for(lambda: "📝 Заметка" in card.labels)
    await office.press(card, "Назад", "ivan")
    await office.telegram.wait_for(lambda: card.labels == keys)
    assert card.text == text
    assert acts(office, number) == ["opened"]


async def test_not_answering_needs_a_reason_from_the_menu(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.press(card, "Ещё", "ivan")
    await office.telegram.wait_for(lambda: "🚫 Не отвечаем…" in card.labels)
    await office.press(card, "Не отвечаем", "ivan")
    await office.telegram.wait_for(lambda: any("спам" in label for label in card.labels))
    await office.press(card, "спам", "ivan")
    await office.shows(card, "Не отвечаем")
    assert office.house.look(number).skip_reason == "spam"


async def test_snoozed_until_tomorrow_is_the_desks_opening(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    data = card.button("Беру")["callback_data"].replace("take", "snooze:tomorrow")
    await office.press(card, "", "ivan", data=data)
    until = office.house.look(number).snoozed_until
    assert until is not None
    assert until.isoformat() == "2026-03-03T07:00:00+00:00"


async def test_handed_over_to_a_colleague(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.press(card, "Ещё", "ivan")
    await office.telegram.wait_for(lambda: "🤝 Передать" in card.labels)
    await office.press(card, "Передать", "ivan")
    await office.telegram.wait_for(lambda: "Анна" in card.labels)
    assert "Сергей" not in card.labels
    assert "Анна" in await office.press(card, "Анна", "ivan")
    assert office.house.look(number).holder == "anna"


async def test_another_wording(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    assert await office.press(card, "Другой", "ivan")
    await office.shows(card, "Уже разбираемся")


async def test_history_and_reasons_come_below_the_card(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.press(card, "Ещё", "ivan")
    await office.telegram.wait_for(lambda: card.button("История"))
    for label, piece in (("Почему", "❓"), ("История", "🕘")):
        await office.press(card, label, "ivan")
        shown = await office.said(SUPPORT, piece)
        assert shown.reply_to == card.message_id


async def test_feedback_on_the_verdict_is_noted(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    data = card.button("Беру")["callback_data"].replace("take", "not_complaint")
    assert "не жалоба" in await office.press(card, "", "ivan", data=data)
    assert acts(office, number) == ["opened", "feedback"]
    [word] = office.rows_of(VerdictFeedbackRow)
    assert (word.person, word.says, word.topic) == ("ivan", "not_a_complaint", None)
    assert word.rules == ["stars"]
    ticket = office.house.look(number)
    assert (ticket.state, ticket.holder, ticket.revision) == (TicketState.WAITING, None, 1)
    assert office.house.round(number).reply_deadline is not None


async def test_the_right_topic_is_chosen_from_the_menu(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    for label, next_label in (("Ещё", "Не жалоба"), ("Не та тема", "цена")):
        await office.press(card, label, "ivan")
        await office.telegram.wait_for(lambda sign=next_label: card.button(sign))
    await office.press(card, "цена", "ivan")
    [word] = office.rows_of(VerdictFeedbackRow)
    assert (word.says, word.topic) == ("wrong_topic", "price")
    assert office.house.look(number).state == TicketState.WAITING


async def test_a_copy_nobody_wrote_down_is_kept_in_step_once_pressed(office: Office) -> None:
    """Telegram took the card, the process fell over before the mark: two copies, one known."""
    number = office.house.ticket()
    office.telegram.drop("sendMessage")
    await office.start()
    chat = office.telegram.chat(SUPPORT)
    await office.telegram.wait_for(lambda: len(chat.of_bot) == 2, "sent again")
    orphan, known = chat.of_bot
    await office.written(lambda: office.rows_of(CardRow), "the mark")
    await office.press(orphan, "готов", "marina")
    for copy in (orphan, known):
        await office.shows(copy, "Утверждено: Марина")
    assert office.house.look(number).state == TicketState.APPROVED


async def test_a_press_on_a_message_that_cannot_be_read_any_more(office: Office) -> None:
    """Old messages come back inaccessible: chat and number only."""
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    data = card.button("Беру")["callback_data"]
    press = await office.telegram.press_inaccessible(card, 504, data)
    assert "ваш" in await office.telegram.answered(press)
    assert office.house.look(number).holder == "ivan"
