from dataclasses import replace

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import TicketState
from reviewbot.queries import exports
from reviewbot.store.tables import AuditRow, DraftRow, InboxRow, OutboxRow
from tests.bot.bot_world import SUPPORT, TOPIC, BotWorld
from tests.telegram_world import Shown

MARINA, IVAN = 502, 504
TEXT = "Анна, здравствуйте! Жаль, что вы ждали, разберём ту смену."


async def asked(bot_world: BotWorld, card: Shown, who: str = "ivan") -> Shown:
    """Press [Edit]; return the prompt."""
    assert await bot_world.press(card, "Изменить", who)
    return await bot_world.said(SUPPORT, "Ответьте на это сообщение")


def change_language(bot_world: BotWorld, language: str) -> None:
    world = bot_world.store_world
    chats = {key: replace(chat, language=language) for key, chat in world.settings.chats.items()}
    world.settings = replace(world.settings, language=language, chats=chats)


def drafts(bot_world: BotWorld) -> list[str]:
    return [row.text for row in bot_world.rows_of(DraftRow) if row.author_kind == "person"]


async def test_a_reply_to_the_prompt_becomes_the_draft(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    prompt = await asked(bot_world, card)
    assert prompt.markup == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "Ответ гостю",
    }
    assert prompt.reply_to == card.message_id
    mention = next(each for each in prompt.entities if each.type == "text_link")
    assert f"tg://user?id={IVAN}" in mention.attributes
    await bot_world.telegram.say(SUPPORT, IVAN, TEXT, reply_to=prompt.message_id, thread_id=TOPIC)
    await bot_world.shows(card, "разберём ту смену")
    await bot_world.shows(card, "Предложено: Иван")
    saved = await bot_world.said(SUPPORT, "сохранён")
    await bot_world.press(saved, "Утвердить", "marina")
    await bot_world.shows(card, "Утверждено: Марина")
    assert bot_world.store_world.look(number).state == TicketState.APPROVED
    assert drafts(bot_world) == [TEXT]


async def test_a_text_typed_before_the_prompt_is_written_down_waits_for_that(
    bot_world: BotWorld,
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    gate = bot_world.telegram.gate("sendMessage")
    assert await bot_world.press(card, "Изменить", "ivan")
    await gate.reached.wait()
    prompt = await bot_world.said(SUPPORT, "Ответьте на это сообщение")
    written = await bot_world.telegram.say(SUPPORT, IVAN, TEXT, reply_to=prompt.message_id)
    await bot_world.telegram.edit(SUPPORT, written, TEXT + " Позвоните нам.")
    other = bot_world.store_world.ticket()
    await bot_world.written(lambda: len(bot_world.rows_of(InboxRow)) == 3, "both are stored")
    assert [bool(row.done_at) for row in bot_world.rows_of(InboxRow)] == [True, False, False]
    gate.opened.set()
    await bot_world.shows(card, "Позвоните нам")
    assert drafts(bot_world) == [TEXT, TEXT + " Позвоните нам."], "in the order of their coming"
    assert await bot_world.card(other)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_prompt_nobody_wrote_down_is_known_by_what_it_says(
    bot_world: BotWorld, language: str
) -> None:
    """A crash between Telegram's yes and our mark: the first copy is answered."""
    change_language(bot_world, language)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "№ 1" if language == "ru" else "#1")
    edit, ask = ("Изменить", "Ответьте") if language == "ru" else ("Edit", "Reply to this")
    gate = bot_world.telegram.gate("sendMessage")
    assert await bot_world.press(card, edit, "ivan")
    await gate.reached.wait()
    first = await bot_world.said(SUPPORT, ask)
    await bot_world.kill()
    bot_world.telegram.abandon(gate)
    await bot_world.telegram.say(SUPPORT, IVAN, TEXT, reply_to=first.message_id)
    await bot_world.start()
    await bot_world.shows(card, "разберём ту смену")
    assert drafts(bot_world) == [TEXT]
    await bot_world.telegram.say(SUPPORT, MARINA, TEXT, reply_to=first.message_id)
    await bot_world.said(SUPPORT, "вопрос не вам" if language == "ru" else "someone else")
    assert drafts(bot_world) == [TEXT]


async def test_a_prompt_of_which_nothing_is_kept_says_press_edit_again(
    bot_world: BotWorld,
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    prompt = await asked(bot_world, await bot_world.card(number))

    def forget(session: Session) -> None:
        for row in session.exec(select(OutboxRow).where(OutboxRow.kind == "reply")).all():
            session.delete(row)

    bot_world.store_world.db.write_now(forget)
    await bot_world.telegram.say(SUPPORT, IVAN, TEXT, reply_to=prompt.message_id)
    await bot_world.said(SUPPORT, "Нажмите «Изменить» на карточке ещё раз")
    assert drafts(bot_world) == []


async def test_editing_that_message_changes_the_draft_until_approval(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    prompt = await asked(bot_world, card)
    written = await bot_world.telegram.say(SUPPORT, IVAN, TEXT, reply_to=prompt.message_id)
    await bot_world.shows(card, "разберём ту смену")
    await bot_world.telegram.edit(SUPPORT, written, TEXT + " Позвоните нам.")
    await bot_world.shows(card, "Позвоните нам")
    await bot_world.press(card, "Утвердить", "marina")
    await bot_world.shows(card, "Утверждено")
    await bot_world.telegram.edit(SUPPORT, written, "Совсем другое.")
    await bot_world.said(SUPPORT, "Уже утверждено")
    assert "Позвоните нам" in card.text
    assert drafts(bot_world) == [TEXT, TEXT + " Позвоните нам."]


async def test_only_who_was_asked_may_answer(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    prompt = await asked(bot_world, await bot_world.card(number))
    await bot_world.telegram.say(SUPPORT, MARINA, TEXT, reply_to=prompt.message_id)
    await bot_world.said(SUPPORT, "Изменить")
    assert drafts(bot_world) == []


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
    bot_world: BotWorld, extra: dict[str, object], piece: str
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    prompt = await asked(bot_world, await bot_world.card(number))
    await bot_world.telegram.say(SUPPORT, IVAN, None, reply_to=prompt.message_id, **extra)
    await bot_world.said(SUPPORT, piece)
    assert drafts(bot_world) == []


async def test_a_text_the_site_would_refuse_is_refused_whole(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(target="tverskaya/google_business")
    await bot_world.start()
    card = await bot_world.card(number)
    prompt = await asked(bot_world, card)
    await bot_world.telegram.say(SUPPORT, IVAN, "ж" * 2155, reply_to=prompt.message_id)
    await bot_world.said(SUPPORT, "4310")
    assert drafts(bot_world) == []
    assert bot_world.store_world.look(number).state == TicketState.WAITING


async def test_a_plain_message_in_the_topic_is_nobodys_reply(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await asked(bot_world, card)
    await bot_world.telegram.say(SUPPORT, IVAN, "Кто возьмёт?", thread_id=TOPIC)
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending(), "acknowledged")
    assert await bot_world.press(card, "Беру", "ivan")
    assert drafts(bot_world) == []
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == 2


async def test_a_comment_under_a_card_changes_nothing_but_asks(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    before = card.text
    comment = await bot_world.telegram.say(SUPPORT, IVAN, TEXT, reply_to=card.message_id)
    question = await bot_world.said(SUPPORT, "Это к отзыву")
    assert question.reply_to == comment
    assert card.text == before
    assert drafts(bot_world) == []
    assert "не вам" in await bot_world.press(question, "Новый текст", "marina")
    await bot_world.press(question, "Новый текст", "ivan")
    await bot_world.shows(card, "разберём ту смену")
    await bot_world.telegram.wait_for(lambda: question.labels == [], "the keys are gone")
    assert drafts(bot_world) == [TEXT]


async def test_a_comment_can_be_a_note_or_nothing(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.telegram.say(SUPPORT, IVAN, "Звонил гостю", reply_to=card.message_id)
    question = await bot_world.said(SUPPORT, "Это к отзыву")
    await bot_world.press(question, "Заметка", "ivan")
    [_, note] = bot_world.store_world.audit(number)
    assert (note.action, note.detail["note"]) == ("note", "Звонил гостю")
    await bot_world.telegram.say(SUPPORT, IVAN, "ага", reply_to=card.message_id)
    other = await bot_world.said(SUPPORT, "ага")
    await bot_world.press(other, "Ничего", "ivan")
    assert len(bot_world.store_world.audit(number)) == 2
    assert drafts(bot_world) == []


VOICE = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}
PHOTO = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]}


@pytest.mark.parametrize("to_prompt", [True, False])
async def test_the_caption_of_a_photo_is_offered_as_the_text(
    bot_world: BotWorld, to_prompt: bool
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    answered = await asked(bot_world, card) if to_prompt else card
    await bot_world.telegram.say(
        SUPPORT, IVAN, None, reply_to=answered.message_id, caption=TEXT, **PHOTO
    )
    question = await bot_world.said(SUPPORT, "Это к отзыву")
    await bot_world.press(question, "Новый текст", "ivan")
    await bot_world.shows(card, "разберём ту смену")


async def test_a_voice_below_a_card_gets_one_sentence_an_hour(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    for _ in range(3):
        await bot_world.telegram.say(SUPPORT, IVAN, None, reply_to=card.message_id, **VOICE)
    told = await bot_world.said(SUPPORT, "Голосовые")
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending())
    assert await bot_world.press(card, "Беру", "ivan")
    assert [shown for shown in bot_world.telegram.chat(SUPPORT).of_bot if shown is not card] == [
        told
    ]


async def test_ok_is_no_public_reply_before_it_was_asked_about(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    prompt = await asked(bot_world, await bot_world.card(number))
    await bot_world.telegram.say(SUPPORT, IVAN, "ок", reply_to=prompt.message_id)
    question = await bot_world.said(SUPPORT, "Это к отзыву")
    assert drafts(bot_world) == []
    await bot_world.press(question, "Ничего", "ivan")
    assert bot_world.store_world.look(number).state == TicketState.WAITING


async def test_a_note_by_its_own_prompt(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: card.button("Заметка"))
    await bot_world.press(card, "Заметка", "ivan")
    prompt = await bot_world.said(SUPPORT, "заметку")
    await bot_world.telegram.say(SUPPORT, IVAN, "Звонил гостю", reply_to=prompt.message_id)
    await bot_world.said(SUPPORT, "отзыву № 1")
    await bot_world.written(lambda: len(bot_world.store_world.audit(number)) == 2)
    assert bot_world.store_world.audit(number)[1].detail["note"] == "Звонил гостю"


async def test_an_approved_text_is_not_edited(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    data = card.button("Изменить")["callback_data"]
    await bot_world.press(card, "готов", "marina")
    assert "Уже утверждено" in await bot_world.press(card, "", "ivan", data=data)


async def test_strangers_comments_are_left_alone(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.telegram.say(SUPPORT, 599, "взломаю", reply_to=card.message_id)
    assert await bot_world.press(card, "Беру", "ivan")
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == 1


@pytest.mark.parametrize(
    ("language", "keys", "limit", "refused", "shown"),
    [
        (
            "ru",
            ("Ещё", "Жест"),
            "Без согласования: до",
            "можете предложить до 500",
            "Гостю предложено: 300, десерт",
        ),
        (
            "en",
            ("More", "Gesture"),
            "Without asking: up to",
            "may offer up to 500",
            "to the guest: 300, десерт",
        ),
    ],
)
async def test_a_gesture_is_recorded_within_the_roles_limit_and_never_in_the_reply(
    bot_world: BotWorld,
    language: str,
    keys: tuple[str, str],
    limit: str,
    refused: str,
    shown: str,
) -> None:
    world = bot_world.store_world
    replies = replace(world.settings.replies, goodwill={"staff": 500, "manager": 3000})
    world.settings = replace(world.settings, replies=replies)
    change_language(bot_world, language)
    number = world.ticket()
    [draft] = [row.text for row in bot_world.rows_of(DraftRow)]
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, keys[0], "ivan")
    await bot_world.telegram.wait_for(lambda: keys[1] in str(card.labels), "the menu")
    await bot_world.press(card, keys[1], "ivan")
    asked = await bot_world.said(SUPPORT, f"{limit} 500.")
    chat = bot_world.telegram.chat(SUPPORT)
    for text, said in (("700 ужин", refused), ("десерт", "300"), ("300 десерт", "🎁")):
        before = len(chat.of_bot)
        await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
        await bot_world.telegram.wait_for(
            lambda before=before, said=said: any(
                said in each.text for each in chat.of_bot[before:]
            )
        )
    await bot_world.shows(card, shown)
    await bot_world.press(card, keys[1], "marina", data=f"1:{number}:0:gesture")
    asked = await bot_world.said(SUPPORT, f"{limit} 3000.")
    await bot_world.telegram.say(SUPPORT, MARINA, "2 500", reply_to=asked.message_id)
    await bot_world.shows(card, "2500 (Марина)")
    assert shown in card.text, "the earlier one stands beside it"
    assert "2800" in card.text
    kept = [row for row in bot_world.rows_of(AuditRow) if row.action == "gesture"]
    assert [(row.actor, row.role, row.detail["sum"]) for row in kept] == [
        ("ivan", "staff", 300),
        ("marina", "manager", 2500),
    ]
    [line] = world.db.read_now(lambda rows: list(exports.tickets(rows, bot_world.clock.now())))
    assert (line["gesture"], line["gesture_by"]) == (2800, "ivan, marina")
    assert [row.text for row in bot_world.rows_of(DraftRow)] == [draft]
    assert "2500" not in draft
    assert bot_world.telegram.violations == []
