"""Verdicts: tone by stars and text, topics, hints, reasons, languages, bounds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.config.expressions import compile_expression
from reviewbot.core.classifier.classify import TOPICS, RuleSet
from reviewbot.core.classifier.entries import TOKEN
from reviewbot.core.classifier.explain import explain
from reviewbot.core.model import Hint, Severity, Tone, Verdict
from reviewbot.lexicons import classifier, load_packs

DATA = Path(__file__).parent / "data"


def judge(text: str | None = None, rating: int | None = None, **fields: str) -> Verdict:
    return classifier().classify(rating=rating, text=text, **fields)


COMPLAINTS = [
    "Ждали заказ сорок минут, официант нахамил. Больше не придём!",
    "Персонал грубый, еда холодная",
    "Врач даже не осмотрел, выписал кучу ненужных анализов",
    "Деньги списали дважды, поддержка не отвечает",
    "Приложение постоянно вылетает, после обновления невозможно зайти",
    "Товар пришёл сломанный, деньги не возвращают",
    "Очень дорого и невкусно",
    "Не рекомендую",
    "Достоинства: нет\nНедостатки: всё",
    "г**но, а не сервис",
    "ужааааасно",
    "The waiter was rude and the food was cold",
    "App crashes every time I open it",
    "They charged me twice and refuse to refund",
    "Not worth the money",
]
PRAISE = [
    "Еда отличная, ждали недолго, персонал вежливый",
    "Нареканий нет, всё быстро и чётко",
    "Без нареканий, всё супер",
    "Неплохо, придём ещё",
    "Проблему решили быстро, спасибо менеджеру Анне",
    "Не пожалели, что пришли",
    "Достоинства: всё отлично\nНедостатки: нет",
    "Товар соответствует описанию, пришёл быстро",
    "Great food, friendly staff, will come back",
    "No complaints at all, everything was perfect",
    "Not bad at all, really enjoyed it",
    "To die for!",
]


@pytest.mark.parametrize("text", COMPLAINTS)
def test_text_alone_tells_a_complaint(text: str) -> None:
    assert judge(text).tone is Tone.NEGATIVE


@pytest.mark.parametrize("text", PRAISE)
def test_text_alone_tells_praise(text: str) -> None:
    assert judge(text).tone in (Tone.POSITIVE, Tone.NEUTRAL)


@pytest.mark.parametrize("text", [*COMPLAINTS, *PRAISE, None, "👍", "Ich war sehr zufrieden"])
@pytest.mark.parametrize("rating", [1, 2])
def test_low_stars_are_always_flagged(text: str | None, rating: int) -> None:
    assert judge(text, rating).is_negative


@pytest.mark.parametrize(
    ("rating", "text", "tone"),
    [
        (3, "Официант нахамил, еда холодная, ужас", Tone.NEGATIVE),
        (3, "Хорошее место, вкусно", Tone.MIXED),
        (5, "Официант нахамил, еда холодная, больше не придём", Tone.MIXED),
        (5, "Всё отлично, спасибо!", Tone.POSITIVE),
        (4, None, Tone.POSITIVE),
        (None, None, Tone.NEUTRAL),
    ],
)
def test_text_lowers_the_stars_one_step_at_most(
    rating: int | None, text: str | None, tone: Tone
) -> None:
    assert judge(text, rating).tone is tone


def test_a_complaint_under_five_stars_is_hinted() -> None:
    verdict = judge("Официант нахамил, еда холодная, больше не придём", 5)
    assert Hint.HIDDEN_COMPLAINT in verdict.hints


def test_score_does_not_see_the_stars() -> None:
    scores = {judge("Официант нахамил, еда холодная", rating).score for rating in (None, 1, 5)}
    assert len(scores) == 1


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Ждали заказ два часа, официант нахамил", {"waiting", "staff"}),
        ("Суп пересолен, мясо сырое", {"food"}),
        ("В номере грязно, всё в пыли", {"cleanliness"}),
        ("Негде припарковаться", {"parking"}),
        ("Музыка орёт, невозможно спать", {"noise"}),
        ("The room was dirty and the staff was rude", {"cleanliness", "staff"}),
        ("Parking is a problem and it is overpriced", {"parking"}),
    ],
)
def test_topics_of_the_complaint(text: str, topics: set[str]) -> None:
    assert topics <= set(judge(text).topics)


def test_praise_of_a_topic_is_no_complaint_of_it() -> None:
    verdict = judge("Еда вкусная, но официант грубый и нахамил")
    assert "food" not in verdict.topics
    assert "food" in verdict.praise
    assert "staff" in verdict.topics


def test_reasons_name_rule_words_sentence_and_points() -> None:
    verdict = judge("Хорошее место. Официант нахамил!", 1)
    reason = next(reason for reason in verdict.reasons if reason.rule == "ru.staff.naham")
    assert reason.words == "нахамил"
    assert reason.sentence == "Официант нахамил!"
    assert reason.points > 0
    assert reason.topic == "staff"
    assert verdict.reasons[0].rule == "stars"
    assert verdict.reasons[0].words == "1★"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ужас, кошмар, отвратительно. Счёт ждали сорок минут.", "ждали сорок минут"),
        ("Awful, terrible, disgusting. The waiter was rude.", "rude"),
    ],
)
def test_what_a_complaint_is_of_is_quoted_before_how_it_is_felt(text: str, first: str) -> None:
    """A manager reads three quotes: "awful" tells her nothing."""
    assert judge(text, 1).reasons[1].words == first


def test_a_field_that_stands_again_in_the_text_counts_once() -> None:
    text = "Достоинства: нет\nНедостатки: хамят на кассе\nОтзыв: был вчера"
    whole = judge(text, pros="нет", cons="хамят на кассе")
    assert whole.score == judge(text).score


def test_fields_alone_are_read() -> None:
    assert judge(pros="нет", cons="хамят, обманули").tone is Tone.NEGATIVE
    assert judge(pros="всё отлично", cons="нет").tone is Tone.POSITIVE
    assert judge(pros="none", cons="rude staff, cold food").tone is Tone.NEGATIVE
    assert judge("I will come back", pros="great food", cons="none").language == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Вкусно", "ru"),
        ("Very tasty", "en"),
        ("Tasty", "en"),
        ("Das Essen war sehr gut und wir kommen wieder", None),
        ("Дуже смачна їжа, рекомендую всім", None),
        ("とても美味しい", None),
        ("Очень хороший WiFi и кофе to go", "ru"),
    ],
)
def test_languages_are_told_apart(text: str, language: str | None) -> None:
    assert judge(text).language == language


def test_an_unknown_language_is_decided_by_stars_and_marked() -> None:
    verdict = judge("Das Essen war sehr schlecht und der Kellner unfreundlich", 5)
    assert verdict.tone is Tone.POSITIVE
    assert verdict.score is None
    assert Hint.UNKNOWN_LANGUAGE in verdict.hints


def test_wordless_reviews_are_marked() -> None:
    verdict = judge("  ", 1)
    assert verdict.hints == (Hint.EMPTY_TEXT,)
    assert verdict.score is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Спасибо за сервис! Ждали два часа, нахамили и обсчитали", Hint.SARCASM),
        ("Звоните мне +7 916 123-45-67, нахамили", Hint.PERSONAL_DATA),
        ("Mail me at guest@example.com, terrible service", Hint.PERSONAL_DATA),
        (
            "Заработок от 5000 в день, пишите в телеграм @zarabotok https://t.me/zarabotok",
            Hint.SPAM,
        ),
    ],
)
def test_hints(text: str, hint: Hint) -> None:
    assert hint in judge(text).hints


def test_silenced_rules_are_silent() -> None:
    text = "Дорого"
    loud = classifier().classify(text=text)
    quiet = classifier(rules=RuleSet(off=("ru.price.dorog",))).classify(text=text)
    assert "price" in loud.topics
    assert quiet.topics == ()


def test_points_can_be_overridden() -> None:
    more = RuleSet(points={"ru.price.dorog": 9.0})
    plain, changed = judge("Дорого").score, classifier(rules=more).classify(text="Дорого").score
    assert plain is not None
    assert changed is not None
    assert changed > plain


def test_own_rules_and_topics() -> None:
    rules = RuleSet(
        add=(
            {
                "id": "mixer",
                "any": ["миксер* … сломан*"],
                "topic": "kitchen",
                "severity": "critical",
            },
            {"id": "code", "regex": r"код-\d{4}", "topic": "kitchen"},
            {"id": "pair", "all": ["бариста", "опозда*"], "topic": "staff"},
        ),
        topics={"kitchen": {"ru": "кухня", "en": "kitchen"}},
        expressions=compile_expression,
    )
    own = classifier(rules=rules)
    verdict = own.classify(text="Миксер опять был сломан")
    assert verdict.severity is Severity.CRITICAL
    assert verdict.topics[0] == "kitchen"
    assert "code" in {r.rule for r in own.classify(text="Ошибка КОД-1234").reasons}
    assert "pair" in {r.rule for r in own.classify(text="Опоздал на час ваш бариста").reasons}
    assert "pair" not in {r.rule for r in own.classify(text="Опоздал. Бариста хорош").reasons}


def test_packs_name_only_known_topics_and_severities() -> None:
    for pack in load_packs():
        for group in pack["group"]:
            assert group.get("topic", "other") in TOPICS
            assert group.get("severity", "normal") in set(Severity)


def test_the_arithmetic_adds_up() -> None:
    shown = explain(classifier(), text="Ждали час, официант нахамил, но вкусно", rating=3)
    assert shown.pieces
    assert {change.rule for change in shown.changes} <= {piece.rule for piece in shown.pieces}
    assert shown.verdict == judge("Ждали час, официант нахамил, но вкусно", 3)


def test_explain_tells_what_was_damped() -> None:
    shown = explain(classifier(), text="Официант не нахамил, если честно")
    assert {piece.damped for piece in shown.pieces} >= {"negated"}


@pytest.mark.parametrize(
    ("text", "damped"),
    [
        ("Официант не нахамил", "negated"),
        ("Официант не очень сильно нахамил", "negated"),
        ("Не нам всем же нахамил", "negated"),
        ("Не буду там официант нахамил", ""),
        ("Не спорю, официант нахамил", ""),
        ("Не вкусно но нахамил", ""),
        ("Не скрою недостатки: нахамил", ""),
        ("Не знаю! Официант нахамил", ""),
        ("Официант очень нахамил", "strengthened"),
        ("Официант очень, нахамил", "strengthened"),
        ("Очень занятой официант нахамил", ""),
        ("Если бы нахамил, ушли бы", "not real"),
    ],
)
def test_how_far_a_word_reaches(text: str, damped: str) -> None:
    pieces = explain(classifier(), text=text).pieces
    assert [piece.damped for piece in pieces if piece.rule == "ru.staff.naham"] == [damped]


@given(st.text(max_size=400), st.none() | st.integers(1, 5))
def test_any_text_gets_a_verdict(text: str, rating: int | None) -> None:
    verdict = judge(text, rating)
    assert verdict.score is None or 0 <= verdict.score <= 1
    assert len(verdict.reasons) <= 8


@given(st.text(alphabet="не рекоменуюхам!?.,:()\n1★", max_size=300))
def test_the_same_text_gives_the_same_verdict(text: str) -> None:
    assert judge(text) == judge(text)


@pytest.mark.parametrize(
    "piece",
    ["а", "не ", "хам ", "(", "!", "не рекомендую ", "ждал … ", "wait for ", "\n", "Плюсы:\n"],
)
def test_a_megabyte_is_read_in_bounded_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    verdict = judge(text, 1)
    assert verdict.is_negative


@pytest.mark.parametrize(
    ("text", "said"),
    [("The waiter was not friendly", "not friendly"), ("Официант был не вежлив", "не вежлив")],
)
def test_a_denied_word_is_quoted_in_its_own_language(text: str, said: str) -> None:
    assert said in {reason.words for reason in classifier().classify(text=text).reasons}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("We came at six and the food was not matching the menu", "food was not matching"),
        ("The waiter smiled. The food was not. We left", "food was not"),
    ],
)
def test_a_denial_is_quoted_with_what_it_denies(text: str, quoted: str) -> None:
    said = [reason.words for reason in classifier().classify(text=text, rating=1).reasons]
    assert quoted in said, said


@pytest.mark.parametrize(
    "text",
    [
        "The tables were dirty and sticky, and nobody cared when we asked to clean one.",
        "Ждали капучино сорок минут, бариста нахамила, когда спросили, где заказ.",
        "Пришлось просить трижды, вместо супа принесли чай, официант нахамил",
        "We asked why, they told us to wait, rude staff and cold food",
    ],
)
def test_words_that_name_nothing_are_no_reason(text: str) -> None:
    quoted = {reason.words for reason in classifier().classify(rating=1, text=text).reasons}
    assert not quoted & {
        "nobody",
        "asked",
        "told",
        "why",
        "сорок",
        "спросили",
        "пришлось",
        "вместо",
    }
    assert len(quoted) > 1


@pytest.mark.parametrize("name", ["critical_second_HANDMADE.txt", "critical_sixth_HANDMADE.txt"])
def test_reasons_have_their_words_in_the_order_of_the_text(name: str) -> None:
    """Also those of rules whose parts stand in any order; what is left out is told by «…»."""
    for text in (DATA / name).read_text(encoding="utf-8").splitlines():
        in_text = TOKEN.findall(text.lower().replace("ё", "е"))
        for reason in classifier().classify(rating=1, text=text).reasons[1:]:
            left = iter(in_text)
            words = TOKEN.findall(reason.words.replace("…", " "))
            denied = words[0] in ("не", "not") and len(words) == 2  # a lone word, said as denied
            assert all(word in left for word in words[denied:]), (reason.words, text)


def test_a_phrase_of_stop_words_is_quoted_with_what_it_denies() -> None:
    verdict = classifier().classify(rating=2, text="Ждали полчаса, заказ так и не принесли")
    assert "не принесли" in {reason.words for reason in verdict.reasons}
