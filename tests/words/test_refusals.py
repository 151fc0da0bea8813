"""Every refusal is a true sentence that fits into a pop-up."""

from pathlib import Path
from re import findall
from typing import Any

import pytest

import reviewbot
from reviewbot.words.refusals import SENTENCES, refusal
from reviewbot.words.toasts import Toast, toast
from tests.telegram_rules import units
from tests.words.facts_for_words import ZONE, answered, approved, complaint, moscow

NOW = moscow(15)
GOOGLE = {"source_title": {"ru": "Google", "en": "Google"}}


@pytest.mark.parametrize(
    ("code", "params", "ru", "en"),
    [
        (
            "already",
            {"state": "approved", "who": "Марина", "at": moscow(14, 20)},
            "Уже утверждено: Марина, 14:20. Карточка обновлена.",
            "Already approved: Марина, 14:20. Card updated.",
        ),
        (
            "already",
            {"state": "posted", "who": None, "at": None},
            "Уже размещено. Карточка обновлена.",
            "Already posted. Card updated.",
        ),
        (
            "needs_manager",
            {"who": "Марина"},
            "Утверждает менеджер. Ваш вариант отправлен: Марина увидит его в очереди.",
            "A manager approves. Your text is sent: Марина will see it in the queue.",
        ),
        (
            "stale_card",
            {"at": moscow(14, 31)},
            "Отзыв изменился в 14:31, эта карточка устарела. Новая ниже.",
            "The review changed at 14:31, this card is out of date. New one below.",
        ),
        (
            "stale_card",
            {"at": moscow(14, 31, day=1).isoformat()},
            "Отзыв изменился 1 мар в 14:31, эта карточка устарела. Новая ниже.",
            "The review changed on 1 Mar at 14:31, this card is out of date. New one below.",
        ),
        (
            "not_on_list",
            {"id": 501000009, "operator": "Олег"},
            "Вас нет в списке сотрудников. Ваш номер 501000009, перешлите его администратору:"
            " Олег.",
            "You are not on the staff list. Your number is 501000009, forward it to Олег.",
        ),
        (
            "reply_too_long",
            {"limit": 4096, "unit": "bytes", "length": 4310, "over": 214, **GOOGLE},
            "Google принимает 4096 байт, здесь 4310: уберите примерно 107 букв (латинских 214)."
            " Ничего не обрезано.",
            "Google takes 4096 bytes, this is 4310: remove 214 Latin letters or 107 Cyrillic."
            " Nothing was cut.",
        ),
        (
            "reply_too_long",
            {"limit": 350, "unit": "characters", "length": 351, "over": 1},
            "Площадка принимает 350 знаков, здесь 351: уберите 1 букву. Ничего не обрезано.",
            "The site takes 350 characters, this is 351: remove 1 letter. Nothing was cut.",
        ),
        (
            "unknown_ticket",
            {"number": 99},
            "Отзыва № 99 нет.",
            "There is no review #99.",
        ),
        (
            "not_holder",
            {"who": None},
            "Отзыв никто не брал.",
            "Nobody has taken it.",
        ),
    ],
)
def test_refusals_word_for_word(code: str, params: dict[str, object], ru: str, en: str) -> None:
    assert refusal(code, params, "ru", ZONE, now=NOW) == ru
    assert refusal(code, params, "en", ZONE, now=NOW) == en


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("code", [*SENTENCES, "already", "reply_too_long", "no_such", "reply_new"])
def test_every_code_has_a_whole_sentence_without_any_parameters(code: str, language: str) -> None:
    sentence = refusal(code, {}, language)
    assert sentence.endswith((".", "!", "?"))
    assert "{" not in sentence
    assert units(sentence) <= 200


def test_a_code_nobody_has_words_for_says_only_what_is_true() -> None:
    assert refusal("no_such", {}, "en") == "That does not work now. Nothing has changed."
    expected = "This text cannot be posted as it is. Nothing has changed."
    assert refusal("reply_new", {}, "en") == expected


def test_every_code_in_the_product_has_words() -> None:
    raised = {
        code
        for path in Path(reviewbot.__file__).parent.rglob("*.py")
        for code in findall(r'Refused\(\s*"([a-z_]+)"', path.read_text())
    }
    assert raised - {"already", "reply_too_long"} <= set(SENTENCES)
    assert raised


def test_toasts_word_for_word() -> None:
    facts = answered()
    expected = "Записано: Иван, 14:26. Проверю на сайте, напоминать не буду."
    assert toast(Toast.POSTED, facts, "ru") == expected
    english = "Noted: Ivan, 14:26. I will check the site and stop reminding."
    assert toast(Toast.POSTED, answered("en"), "en") == english
    believed = "Записано. Яндекс не показывает ответы: верю отметке."
    assert toast(Toast.POSTED, answered(shows_replies=False), "ru") == believed
    by_hand = "Утверждено: Марина, 14:20. Осталось разместить на сайте."
    assert toast(Toast.APPROVE, approved(), "ru") == by_hand
    by_bot = "Утверждено. Размещу в 14:22; до этого можно отменить."
    assert toast(Toast.APPROVE, approved(publish_at=moscow(14, 22)), "ru") == by_bot
    proposed = "Утверждает менеджер. Ваш вариант отправлен и ждёт в очереди."
    assert toast(Toast.PROPOSE, complaint(), "ru") == proposed
    taken = complaint(holder="Иван", held_at=moscow(14, 5))
    assert toast(Toast.TAKE, taken, "ru") == "Отзыв ваш. Ответить до 15:02."
    unknown: Any = "no such act"
    assert toast(unknown, facts, "en") == "Done."
