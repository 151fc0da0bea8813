import pytest

from reviewbot.core.model import TicketState
from reviewbot.store.tables import DraftRow
from tests.bot.office import SUPPORT, TOPIC, Office
from tests.telegram_world import Shown

MARINA, IVAN = 502, 504
TEXT = "Анна, здравствуйте! Простите за ожидание, разберём ту смену."


async def asked(office: Office, card: Shown, who: str = "ivan") -> Shown:
    """Press [Edit]; return the prompt."""
    assert await office.press(card, "Изменить", who)
    return await office.said(SUPPORT, "Ответьте на это сообщение")


def drafts(office: Office) -> list[str]:
    return [row.text for row in office.rows_of(DraftRow) if row.author_kind == "person"]


async def test_a_reply_to_the_prompt_becomes_the_draft(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    prompt = await asked(office, card)
    assert prompt.markup == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "Ответ гостю",
    }
    assert prompt.reply_to == card.message_id
    mention = next(each for each in prompt.entities if each.type == "text_link")
    assert f"tg://user?id={IVAN}" in mention.attributes
    await office.telegram.say(SUPPORT, IVAN, TEXT, reply_to=prompt.message_id, thread_id=TOPIC)
    await office.shows(card, "разберём ту смену")
    await office.shows(card, "Предложено: Иван")
    saved = await office.said(SUPPORT, "сохранён")
    await office.press(saved, "готов", "marina")
    await office.shows(card, "Утверждено: Марина")
    assert office.house.look(number).state == TicketState.APPROVED
    assert drafts(office) == [TEXT]


async def test_editing_that_message_changes_the_draft_until_approval(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    prompt = await asked(office, card)
    written = await office.telegram.say(SUPPORT, IVAN, TEXT, reply_to=prompt.message_id)
    await office.shows(card, "разберём ту смену")
    await office.telegram.edit(SUPPORT, written, TEXT + " Позвоните нам.")
    await office.shows(card, "Позвоните нам")
    await office.press(card, "готов", "marina")
    await office.shows(card, "Утверждено")
    await office.telegram.edit(SUPPORT, written, "Совсем другое.")
    await office.said(SUPPORT, "Уже утверждено")
    assert "Позвоните нам" in card.text
    assert drafts(office) == [TEXT, TEXT + " Позвоните нам."]


async def test_only_who_was_asked_may_answer(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    prompt = await asked(office, await office.card(number))
    await office.telegram.say(SUPPORT, MARINA, TEXT, reply_to=prompt.message_id)
    await office.said(SUPPORT, "Изменить")
    assert drafts(office) == []


@pytest.mark.parametrize(
    ("extra", "piece"),
    [
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "Голосовые"),
        (
            {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
            "Картин",
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, "текст"),
    ],
)
async def test_voice_and_photos_get_a_sentence(
    office: Office, extra: dict[str, object], piece: str
) -> None:
    number = office.house.ticket()
    await office.start()
    prompt = await asked(office, await office.card(number))
    await office.telegram.say(SUPPORT, IVAN, None, reply_to=prompt.message_id, **extra)
    await office.said(SUPPORT, piece)
    assert drafts(office) == []


async def test_a_text_the_site_would_refuse_is_refused_whole(office: Office) -> None:
    number = office.house.ticket(target="tverskaya/google_business")
    await office.start()
    card = await office.card(number)
    prompt = await asked(office, card)
    await office.telegram.say(SUPPORT, IVAN, "ж" * 2155, reply_to=prompt.message_id)
    await office.said(SUPPORT, "4310")
    assert drafts(office) == []
    assert office.house.look(number).state == TicketState.WAITING


async def test_a_plain_message_in_the_topic_is_nobodys_reply(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await asked(office, card)
    await office.telegram.say(SUPPORT, IVAN, "Кто возьмёт?", thread_id=TOPIC)
    await office.telegram.wait_for(lambda: not office.telegram.pending(), "acknowledged")
    assert await office.press(card, "Беру", "ivan")
    assert drafts(office) == []
    assert len(office.telegram.chat(SUPPORT).of_bot) == 2


async def test_a_comment_under_a_card_changes_nothing_but_asks(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    before = card.text
    comment = await office.telegram.say(SUPPORT, IVAN, TEXT, reply_to=card.message_id)
    question = await office.said(SUPPORT, "Это к отзыву")
    assert question.reply_to == comment
    assert card.text == before
    assert drafts(office) == []
    assert "не вам" in await office.press(question, "Новый текст", "marina")
    await office.press(question, "Новый текст", "ivan")
    await office.shows(card, "разберём ту смену")
    await office.telegram.wait_for(lambda: question.labels == [], "the keys are gone")
    assert drafts(office) == [TEXT]


async def test_a_comment_can_be_a_note_or_nothing(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.telegram.say(SUPPORT, IVAN, "Звонил гостю", reply_to=card.message_id)
    question = await office.said(SUPPORT, "Это к отзыву")
    await office.press(question, "Заметка", "ivan")
    [_, note] = office.house.audit(number)
    assert (note.action, note.detail["note"]) == ("note", "Звонил гостю")
    await office.telegram.say(SUPPORT, IVAN, "ага", reply_to=card.message_id)
    other = await office.said(SUPPORT, "ага")
    await office.press(other, "Ничего", "ivan")
    assert len(office.house.audit(number)) == 2
    assert drafts(office) == []


async def test_a_note_by_its_own_prompt(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.press(card, "Ещё", "ivan")
    await office.telegram.wait_for(lambda: card.button("Заметка"))
    await office.press(card, "Заметка", "ivan")
    prompt = await office.said(SUPPORT, "заметкой")
    await office.telegram.say(SUPPORT, IVAN, "Звонил гостю", reply_to=prompt.message_id)
    await office.said(SUPPORT, "отзыву № 1")
    await office.written(lambda: len(office.house.audit(number)) == 2)
    assert office.house.audit(number)[1].detail["note"] == "Звонил гостю"


async def test_an_approved_text_is_not_edited(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    data = card.button("Изменить")["callback_data"]
    await office.press(card, "готов", "marina")
    assert "Уже утверждено" in await office.press(card, "", "ivan", data=data)


async def test_strangers_comments_are_left_alone(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.telegram.say(SUPPORT, 599, "взломаю", reply_to=card.message_id)
    assert await office.press(card, "Беру", "ivan")
    assert len(office.telegram.chat(SUPPORT).of_bot) == 1
