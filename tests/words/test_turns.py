"""What is said between people, in both languages: whose turn it is, what is refused and why, what
is answered to who writes past the bot."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reviewbot.core.facts import Addressee, HandoffFacts, ReminderFacts
from reviewbot.core.handoffs import HandoffKind
from reviewbot.core.model import Approval, ReminderKind, TicketState, Tone
from reviewbot.words import answers, prompts
from reviewbot.words.cards.card import card
from reviewbot.words.cards.handoffs import handoff
from reviewbot.words.cards.reminders import reminder
from reviewbot.words.cards.review_lists import list_done
from reviewbot.words.html import Message
from reviewbot.words.refusals import refusal
from reviewbot.words.toasts import Toast, toast
from tests.words.facts_for_words import ZONE, approved, complaint, moscow
from tests.words.message_text import keys_of, text_of

LANGUAGES = ("ru", "en")


def turn(kind: HandoffKind, language: str, **more: str) -> Message:
    by = "Анна"
    facts = (approved if kind is HandoffKind.POST else complaint)(language, proposed_by="Иван")
    return handoff([HandoffFacts(facts, kind, (Addressee("Марина", 502),), by, **more)], language)


@pytest.mark.parametrize(
    ("kind", "ru", "en"),
    [
        (HandoffKind.APPROVE, "Марина, утвердите", "Марина, please approve"),
        (HandoffKind.POST, "Марина, разместите", "Марина, please post"),
        (HandoffKind.RECEIVE, "Марина, отзыв теперь за вами", "Марина, this one is yours now"),
        (HandoffKind.REWORK, "Марина, на правку", "Марина, back to you"),
        (HandoffKind.LOST, "Марина, отзыв больше не за вами", "Марина, no longer yours"),
    ],
)
def test_whose_turn_it_is_is_said_with_a_mention(kind: HandoffKind, ru: str, en: str) -> None:
    for language, said in zip(LANGUAGES, (ru, en), strict=True):
        told = turn(kind, language)
        assert said in text_of(told)
        assert "tg://user?id=502" in told.html
    why = turn(HandoffKind.REWORK, "en", reason="Shorter, please")
    assert "“Shorter, please”" in text_of(why)


@pytest.mark.parametrize("kind", [ReminderKind.WARNING, ReminderKind.SEEN, ReminderKind.BREACH])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_mentions_whom_it_asks_alone_and_in_a_list(
    kind: ReminderKind, language: str
) -> None:
    one = ReminderFacts(complaint(language), kind, moscow(15, 2), "Марина", to_id=502)
    other = replace(one, card=replace(one.card, number=one.card.number + 1), to="Анна", to_id=503)
    assert "tg://user?id=502" in reminder([one], language).html
    together = reminder([one, other], language).html
    assert "tg://user?id=502" in together
    assert "tg://user?id=503" in together
    assert "tg://user" not in reminder([replace(one, to=None, to_id=None)], language).html


@pytest.mark.parametrize(
    ("code", "ru", "en"),
    [
        (
            "take_over",
            "Этим с 14:10 занимается Анна. Забрать себе?",
            "Анна has had it since 14:10",
        ),
        ("own_text", "другой менеджер", "another manager approves"),
        ("anonymous", "Не вижу, кто это", "I cannot tell who you are"),
        ("not_understood", "Не понимаю", "/queue"),
        ("only_text", "только тексты", "only texts"),
        ("unknown_command", "Такой команды нет", "do not know this command"),
        ("is_complaint", "жалоб", "complaint already"),
        ("gesture_none", "Вы сами", "Your role"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(code: str, ru: str, en: str) -> None:
    params = {"who": "Анна", "at": moscow(14, 10)}
    for language, said in zip(LANGUAGES, (ru, en), strict=True):
        sentence = refusal(code, params, language, ZONE, now=moscow(15))
        assert said.lower() in sentence.lower()


@pytest.mark.parametrize(
    ("shown", "ru", "en"),
    [
        (lambda t: answers.stranger(t, telegram_id=599, operator="Олег"), "599", "599"),
        (lambda t: prompts.text_only(t, "voice"), "Голосовые", "voice messages"),
        (lambda t: prompts.text_only(t, "photo"), "Картинк", "picture"),
        (lambda t: prompts.text_only(t), "текст", "a text"),
        (lambda t: prompts.back_prompt(complaint(t), t), "что поправить", "what to change"),
        (lambda t: prompts.back_saved(complaint(t), t), "Возвращено", "Sent back"),
        (list_done, "По этому списку", "Nothing on this list"),
    ],
)
def test_nothing_is_met_with_silence(shown: Callable[[str], Message], ru: str, en: str) -> None:
    for language, said in zip(LANGUAGES, (ru, en), strict=True):
        assert said.lower() in text_of(shown(language)).lower()


@pytest.mark.parametrize(
    ("language", "undo", "back", "save", "ready", "approve", "not_one"),
    [
        (
            "ru",
            "[↩️ Отменить]",
            "[↩️ Вернуть…]",
            "[✅ Сохранить и утвердить]",
            "[✅ Ответ готов]",
            "[✅ Утвердить]",
            "Не жалоба",
        ),
        (
            "en",
            "[↩️ Undo]",
            "[↩️ Send back…]",
            "[✅ Save and approve]",
            "[✅ Ready]",
            "[✅ Approve]",
            "Not a complaint",
        ),
    ],
)
def test_the_keys_of_each_turn(
    language: str, undo: str, back: str, save: str, ready: str, approve: str, not_one: str
) -> None:
    def keys(**about: object) -> str:
        return keys_of(card(complaint(language, **about), language, group=True))

    by_manager = {"approval": Approval.MANAGER}
    assert ready in keys(**by_manager)
    proposed = keys(**by_manager, state=TicketState.PROPOSED, proposed_by="Иван")
    assert approve in proposed
    assert back in proposed
    assert undo in keys(state=TicketState.POSTED, posted_by="Иван")
    saved = complaint(language, state=TicketState.PROPOSED, **by_manager)
    assert save in keys_of(prompts.draft_saved(saved, language, approves=True))
    five = complaint(language, tone=Tone.POSITIVE, rating=5, reasons=())
    assert not_one not in keys_of(card(five, language, group=True, menu="more"))
    assert not_one in keys_of(card(complaint(language), language, group=True, menu="more"))


def test_what_is_said_of_a_verdict_promises_no_change_of_the_rules() -> None:
    assert "ошибк" in toast(Toast.NOT_COMPLAINT, complaint("ru"), "ru")
    assert "mistake of the rules" in toast(Toast.NOT_COMPLAINT, complaint("en"), "en")
    for language in LANGUAGES:
        assert "учт" not in toast(Toast.NOT_COMPLAINT, complaint(language), language)
