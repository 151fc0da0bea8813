"""What a reply of this trade should not say, and what to say instead."""

import re
from dataclasses import replace

import pytest

from reviewbot.core.settings import Replies
from reviewbot.drafting.drafts import choose
from reviewbot.drafting.faults.clinic_lint import SPOKEN
from reviewbot.drafting.lint import problems
from reviewbot.drafting.shelves import DraftAsk
from reviewbot.drafting.signature import signature_at, signed
from reviewbot.drafting.templates import pack
from reviewbot.drafting.trade_lint import TradeFacts, calmed, findings
from reviewbot.lexicons import PROFILES

CLINIC = TradeFacts(profile="clinic")


def found(text: str, trade: TradeFacts = CLINIC) -> list[tuple[str, str]]:
    return [(each.code, each.params.get("found", "")) for each in findings(text, trade)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Здравствуйте! Жаль, что ваш визит огорчил.", "ваш визит"),
        ("Мы разобрали ваше лечение с главным врачом.", "ваше лечение"),
        ("Когда вы были на приёме, врач торопился.", "были на приёме"),
        ("Спасибо за отзыв. Вам назначили другое.", "Вам назначили"),
        ("Спасибо, что обратились к нам в клинику.", "что обратились"),
        ("Вы наш пациент уже давно, и нам жаль.", "Вы наш пациент"),
        ("Ваш лечащий врач свяжется с вами завтра.", "Ваш лечащий врач"),
        ("We are sorry that your appointment ran late.", "your appointment"),
        ("As you were treated here, please call us.", "you were treated"),
        ("You are our patient and we value you.", "are our patient"),
    ],
)
def test_a_clinic_does_not_say_that_the_author_was_a_patient(text: str, words: str) -> None:
    assert any(code == "patient" and words in said for code, said in found(text))
    assert found(text, TradeFacts(profile="restaurant")) == []
    [first, *_] = problems(text, None, Replies(), True, trade=CLINIC)
    assert first.refuses
    assert first.params["instead"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Спасибо. Пломба держится не вечно.", "Пломба"),
        ("Спасибо, снимок МРТ мы посмотрели.", "МРТ"),
        ("Thank you. The implant was fine.", "implant"),
        ("Thank you. What was prescribed you is safe.", "prescribed"),
    ],
)
def test_nor_anything_medical(text: str, words: str) -> None:
    assert ("medical", words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо за отзыв. О здоровье здесь не говорим, ждём вас для разговора.",
        "Благодарим за обращение и прямоту. Врачебная тайна не даёт ответить подробнее.",
        "Thank you for the review. We discuss no details here, please write to us.",
    ],
)
def test_what_a_clinic_may_say(text: str) -> None:
    assert found(text) == []


def test_both_languages_are_looked_for_whatever_the_rest_is_written_in() -> None:
    said = {
        "Anna, thank you for the review. Рады, что вы лечились у нас.": "ru",
        "Здравствуйте, John! Your appointment on 12 May is in our list.": "en",
    }
    for text, language in said.items():
        [problem] = findings(text, CLINIC)
        assert (problem.code, problem.params["instead"]) == ("patient", SPOKEN[language])


def test_the_name_of_a_clinic_tells_nothing() -> None:
    named = replace(CLINIC, names=("Стоматология «32 зуба»", "Good Teeth Surgery"))
    text = "Спасибо за отзыв, ждём вашего письма.\nСтоматология «32 зуба»"
    assert found(text, named) == []
    assert found("Thank you for the review.\nGood Teeth  Surgery", named) == []
    assert found(text) == [("medical", "зуба")]


def test_a_clinic_signs_as_the_clinic() -> None:
    here = signature_at({}, "clinic", "Клиника на Лесной")
    assert signed("Спасибо за отзыв.", here) == "Спасибо за отзыв.\nКлиника на Лесной"
    own = signature_at({"ru": "Ваша клиника"}, "clinic", "Клиника на Лесной")
    assert signed("Спасибо.", own).endswith("Ваша клиника")
    assert signature_at({}, "shop", "Лавка") == {}
    draft = choose(Replies(), DraftAsk(tone="positive", profile="clinic", location_name="Лесная"))
    assert draft is not None
    assert draft.text.endswith("Лесная")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Спасибо за отзыв. Будем рады письму.", "Клиника на Лесной"),
        ("Клиника на Лесной благодарит за отзыв. Будем рады письму.", "Клиника на Лесной"),
        ("Спасибо за отзыв, будем рады письму.\nС уважением, Анна", "Клиника на Лесной"),
        ("Thank you for the review. Please write to us.", "Lesnaya Clinic"),
        ("Lesnaya Clinic thanks you for the review. Please write to us.\nAnna", "Lesnaya Clinic"),
    ],
)
def test_a_text_that_the_clinic_did_not_sign_is_found_with_its_replacement(
    text: str, sign: str
) -> None:
    signs = {"ru": "Клиника на Лесной", "en": "Lesnaya Clinic"}
    clinic = replace(CLINIC, sign=signs)
    [problem] = findings(text, clinic)
    assert (problem.code, problem.refuses) == ("unsigned", False)
    assert problem.params == {"sign": sign, "instead": f"{text}\n{sign}"}
    assert signed(text, signs) == problem.params["instead"], "what it would have been made into"
    assert found(problem.params["instead"], clinic) == []
    assert found(text, replace(clinic, profile="restaurant")) == [], "clinics only"


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо за отзыв, будем рады письму.\nКлиника на Лесной.",
        "Спасибо за отзыв, будем рады письму. Ваша клиника  на  Лесной",
        "Спасибо за отзыв, будем рады письму.\nС уважением, клиника на Лесной, Анна",
        "🙏",
    ],
)
def test_a_text_that_is_signed_is_left_as_it_is(text: str) -> None:
    signs = {"ru": "Клиника на Лесной"}
    assert signed(text, signs) == text or text == "🙏"
    assert found(text, replace(CLINIC, sign=signs)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Номер чека 000123456 нашли, спасибо.",
        "Артикул 123456789 снова есть в наличии.",
        "ИНН 7701234567, всё официально.",
        "Штрихкод 4601234567890 проверили на складе.",
        "The receipt number 000123456 is found.",
        "Invoice 770123456 was looked at.",
    ],
)
def test_a_number_that_has_a_name_is_no_telephone(text: str) -> None:
    assert found(text, TradeFacts(contacts=False)) == []


def test_pardon_for_a_question_is_no_apology() -> None:
    assert found("Excuse me, which day was it?", TradeFacts(typed=True)) == []
    assert [code for code, _ in found("Excuse us for the wait.", TradeFacts(typed=True))] == [
        "apology"
    ]


@pytest.mark.parametrize("contact", ["+7 495 000-00-01", "help@example.org"])
def test_no_way_to_contact_where_the_site_takes_none(contact: str) -> None:
    trade = TradeFacts(contacts=False)
    text = f"Спасибо, что написали. Свяжитесь с нами: {contact}."
    assert found(text, trade) == [("contact", contact)]
    assert found(text, TradeFacts()) == []
    assert found("Ждём вас 12 марта 2026 года к 18:00.", trade) == []
    ask = DraftAsk(tone="negative", contact=contact)
    draft = choose(Replies(), replace(ask, contacts=False))
    assert draft is not None
    assert contact not in draft.text
    assert contact in getattr(choose(Replies(), ask), "text", "")


def test_advice_is_no_refusal() -> None:
    texts = {
        "language": ("Thank you for the kind review.", TradeFacts(language="ru")),
        "short": ("Спасибо!", TradeFacts()),
        "exclaimed": ("Спасибо за отзыв!!! Приходите!", TradeFacts()),
        "surname": ("Иван Петров вам позвонит сегодня.", TradeFacts(author="Анна К.")),
        "link": ("Подробности на www.example.org и рядом.", TradeFacts()),
    }
    for code, (text, trade) in texts.items():
        [problem] = problems(text, None, Replies(), True, trade=trade)
        assert problem.code == code
        assert not problem.refuses


def test_a_guest_calls_themselves_as_they_like() -> None:
    assert found("Иван Петров, здравствуйте, спасибо.", TradeFacts(author="Иван Петров")) == []
    assert found("Петрова Анна вам ответит лично.", TradeFacts()) == [("surname", "Петрова Анна")]


def test_a_surname_is_told_with_the_first_name_that_stands_beside_it() -> None:
    said = {
        "Бармен Иван Смирнов поговорит с вами.": ("Иван Смирнов", "Иван"),
        "Мы передали отзыв Смирнову.": ("Смирнову", ""),
        "Ваши слова дошли до И. Смирнова.": ("И. Смирнова", ""),
        "В тот вечер Смирнов И. был на смене.": ("Смирнов И.", ""),
        "Our barman Ivan Smirnov will talk to you.": ("Ivan Smirnov", "Ivan"),
    }
    for text, (words, instead) in said.items():
        [problem] = findings(text, TradeFacts())
        assert (problem.params["found"], problem.params["instead"]) == (words, instead)
    for text in ("Смирнова Анна, здравствуйте.", "Анна Смирнова, спасибо, что написали."):
        assert found(text, TradeFacts(author="Анна Смирнова")) == []


def test_a_storm_is_calmed() -> None:
    assert calmed("Спасибо!!! Ждём вас! Приходите!!") == "Спасибо! Ждём вас. Приходите."
    assert calmed("Что случилось?! Напишите.") == "Что случилось? Напишите."
    [storm] = findings("Спасибо!!! Ждём вас! Приходите!!", TradeFacts())
    assert storm.params["instead"] == "Спасибо! Ждём вас. Приходите."


@pytest.mark.parametrize("language", ["ru", "en"])
def test_nobody_visits_an_app(language: str) -> None:
    ask = DraftAsk(tone="negative", language=language, profile="app")
    for topic in (None, "app", "payment", "delivery"):
        names: list[str] = []
        while draft := choose(Replies(), replace(ask, topic=topic), exclude=names):
            names.append(draft.template_id)
            assert not re.search("визит|visit|смен|shift", draft.text)
        assert len(names) >= 5


@pytest.mark.parametrize("profile", [None, *PROFILES])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_five_wordings_for_each_topic_and_tone_of_a_profile(
    profile: str | None, language: str
) -> None:
    """Each passes the lint of its trade, and none is another with a word changed."""
    replies = Replies(sign={"ru": "Команда", "en": "The team"})
    for tone in ("negative", "mixed", "neutral", "positive"):
        for topic in (None, *pack("ru").topics):
            ask = DraftAsk(
                tone=tone, topic=topic, language=language, profile=profile, location_name="Место"
            )
            texts: list[str] = []
            names: list[str] = []
            for _ in range(5):
                draft = choose(replies, ask, exclude=names)
                assert draft is not None
                short = ".short." in draft.template_id
                assert not short or profile == "app", (tone, topic)
                texts.append(draft.text)
                names.append(draft.template_id)
                trade = TradeFacts(profile=profile, language=language)
                bad = problems(draft.text, None, replies, True, texts[:-1], trade=trade)
                assert not [each for each in bad if each.params.get("percent", 100) > 80], bad
