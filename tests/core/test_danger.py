"""Dangers told in a few words in a row: by rules near each other, by sets of words, by stems."""

from math import log
from pathlib import Path
from typing import Any

import pytest

from reviewbot.core.classifier.classify import Classifier, RuleSet, read
from reviewbot.core.classifier.danger import find_danger
from reviewbot.core.classifier.explain import explain
from reviewbot.core.classifier.score import weigh
from reviewbot.core.model import Reason, Severity, Verdict
from reviewbot.lexicons import classifier, load_pack

DATA = Path(__file__).parent / "data"
PACK: dict[str, Any] = {
    "language": "en",
    "marks": {
        "negation": ["not", "no"],
        "stop": ["he", "it", "the", "and", "all", "my"],
        "contrast": ["but"],
    },
    "model": {"bias": -1.0},
    "manner": {"turn": ["but"], "mine": ["my", "our"]},
    "kinds": {"patient": "stretcher splint* drip", "play": "puppet*"},
    "group": [
        {
            "id": "theft",
            "severity": "critical",
            "prior": 0.5,
            "any": ["robbed"],
            "together": ["wallet empty"],
        },
    ],
    "danger": {
        "model": {"bias": -2.0, "threshold": 0.5, "high stars": -1.5},
        "groups": {"theft": 3.0, "not theft": -1.0},
        "manner": {"turn": -2.0, "mine": 1.2},
        "small": {"0.5": "until"},
        "kinds": {"patient": 1.5, "!patient": -0.5, "play": -2.0},
        "pairs": {"2.2": "until_now"},
        "words": {"theft": {"1.0": "pocket vanish wallet"}, "any": {"-2.0": "film"}},
    },
}
QUIET = "A blue room had blue walls and grey doors and green lamps. "


def judge(text: str, rating: int | None = 1, **rules: Any) -> Verdict:
    return Classifier([PACK], rules=RuleSet(**rules)).classify(rating=rating, text=text)


def danger(verdict: Verdict) -> Reason | None:
    return next((reason for reason in verdict.reasons if reason.probability is not None), None)


@pytest.mark.parametrize(
    "text",
    [
        "We were robbed",
        "The wallet was there and empty",
        "He pocketed it and vanished",
        # who tells of it says "my"
        "My wallet",
        # praise before it takes nothing off
        "A lovely blue room, but he pocketed it and vanished",
    ],
)
def test_what_tells_of_a_danger_makes_a_review_critical(text: str) -> None:
    assert judge(text).severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "He was slow",
        "We were not robbed",
        "The wallet was not empty",
        "In the film he pocketed it and vanished",
        f"He pocketed it. {QUIET * 3}He vanished.",
        "A wallet",
        # feared, and nothing came of it
        "He pocketed it and vanished, but came back",
        f"The wallet was blue and {QUIET.replace('.', ' and')} {QUIET.replace('.', '')} and empty",
    ],
)
def test_what_is_denied_a_figure_of_speech_or_far_apart_does_not(text: str) -> None:
    assert judge(text).severity is not Severity.CRITICAL


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        # a word no list of stems knows speaks by its kind, with any ending
        ("A splint and a wallet", {"kind:patient": 1.5}),
        ("No splint", {"kind:!patient": -0.5}),
        # a stem with points of its own holds those of its kinds; words of one kind count once each
        ("The puppets, a drip", {"kind:play": -2.0, "kind:patient": 1.5}),
        # two neighbours say more than each of them
        ("A wallet until now", {"pair:until_now": 2.2, "manner:until": 0.5}),
        ("The wallet, until", {"manner:until": 0.5}),
    ],
)
def test_words_speak_by_their_kind_and_with_their_neighbour(
    text: str, parts: dict[str, float]
) -> None:
    shown = dict(explain(Classifier([PACK], rules=RuleSet()), text=text).danger)
    told = {
        name: value for name, value in shown.items() if name.startswith(("kind", "pair", "manner"))
    }
    assert told == parts


def test_long_praise_needs_more_than_a_short_one() -> None:
    pack = {
        **PACK,
        "danger": {
            **PACK["danger"],
            "model": {**PACK["danger"]["model"], "high stars": 0.0, "long praise": -5.0},
        },
    }
    judge_of = Classifier([pack], rules=RuleSet())
    event = "He pocketed it and vanished"
    assert judge_of.classify(text=event, rating=5).severity is Severity.CRITICAL
    long = f"{QUIET * 3}{event}."
    assert judge_of.classify(text=long, rating=2).severity is Severity.CRITICAL
    assert judge_of.classify(text=long, rating=5).severity is not Severity.CRITICAL


def test_stars_count_but_do_not_decide() -> None:
    assert judge("He pocketed it and vanished", 5).severity is not Severity.CRITICAL
    assert judge("We were robbed, he pocketed it", 5).severity is Severity.CRITICAL


def test_the_verdict_says_which_danger_how_likely_and_quotes_the_words() -> None:
    told = danger(judge(f"{QUIET}We were robbed. {QUIET}"))
    assert told is not None
    assert told.rule == "en.danger.theft"
    assert told.words == "we were robbed"
    assert told.sentence == "We were robbed."
    assert told.severity is Severity.CRITICAL
    assert told.probability is not None
    assert 0.5 <= told.probability < 1


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        # a clause from pause to pause, with its small words
        (
            "The room, and from my bag the wallet vanished, was blue",
            "from my bag the wallet vanished",
        ),
        # a word that is a clause by itself is told with the next one
        ("Blue walls. Robbed, all of it gone. Grey doors", "robbed, all of it gone"),
        # a long clause is cut at words, never in its middle
        (
            f"In {QUIET[:-2]} and then and there we were robbed by him and {QUIET[:-2]}",
            "we were robbed by him and a blue room had blue walls",
        ),
        # of two that tell the same the better one
        (
            "Robbed. A blue room. We were robbed, he pocketed the wallet",
            "we were robbed, he pocketed the wallet",
        ),
    ],
)
def test_the_quote_is_a_clause(text: str, quote: str) -> None:
    told = danger(judge(text))
    assert told is not None
    assert told.words == quote


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "Found a shard of glass in my latte, cut the inside of my lip.",
            "found a shard of glass in my latte, cut the inside of my lip",
        ),
        (
            "Ночью в номер своим ключом зашёл пьяный охранник и сел ко мне на кровать.",
            "ночью в номер своим ключом зашел пьяный охранник и сел ко мне на кровать",
        ),
        (
            "Воспитательница заперла четырёхлетнего мальчика в тёмной кладовке за то, что он "
            "не спал.",
            "воспитательница заперла четырехлетнего мальчика в темной кладовке",
        ),
    ],
)
def test_a_quote_ends_at_a_phrase(text: str, quote: str) -> None:
    told = danger(classifier().classify(rating=1, text=text))
    assert told is not None
    assert told.words == quote


def test_a_comment_under_a_post_takes_more() -> None:
    """People speak of anything there; the operator's own word is still certain."""

    def severity(text: str, **rules: Any) -> Severity:
        judge_of = Classifier([PACK], rules=RuleSet(**rules))
        return judge_of.classify(text=text, comment=True).severity

    assert judge("We were robbed", None).severity is Severity.CRITICAL
    assert severity("We were robbed") is not Severity.CRITICAL
    assert severity("We were robbed, he pocketed the wallet and vanished") is Severity.CRITICAL
    rule = {"id": "mixer", "any": ["mixer"], "severity": "critical"}
    assert severity("Lovely mixer", add=(rule,)) is Severity.CRITICAL


def test_a_danger_can_be_silenced() -> None:
    assert judge("We were robbed", off=("en.danger.theft",)).severity is not Severity.CRITICAL
    assert judge("We were robbed", off=("en.theft.*",)).severity is not Severity.CRITICAL


def test_the_operators_own_critical_rule_is_certain() -> None:
    rule = {"id": "mixer", "any": ["mixer"], "severity": "critical"}
    assert judge("Lovely mixer", 5, add=(rule,)).severity is Severity.CRITICAL
    assert judge("There was no mixer", 5, add=(rule,)).severity is not Severity.CRITICAL


def test_explain_shows_the_window_and_its_parts() -> None:
    shown = explain(Classifier([PACK]), rating=1, text=f"{QUIET}He pocketed it and vanished")
    parts = dict(shown.danger)
    assert parts["stem:pocket"] == parts["stem:vanish"] == 1.0
    assert shown.danger_name == "theft"
    assert shown.danger_words == "pocketed it and vanished"
    assert shown.danger_probability >= shown.danger_needed == 0.5


def test_a_window_of_a_longer_review_counts_less_where_no_rule_names_a_danger() -> None:
    model = {**PACK["danger"]["model"], "unnamed": -2.0}
    judge_of = Classifier([{**PACK, "danger": {**PACK["danger"], "model": model}}])

    def is_critical(text: str) -> bool:
        return judge_of.classify(rating=1, text=text).severity is Severity.CRITICAL

    unnamed, named = "He pocketed it and vanished with a wallet. ", "We were robbed. "
    assert is_critical(unnamed)
    assert is_critical(named)
    assert not is_critical(unnamed + QUIET * 3)
    assert not is_critical("We were not robbed. " + unnamed + QUIET * 3)
    assert is_critical(named + QUIET * 3)
    shown = explain(judge_of, rating=1, text=unnamed + QUIET * 3)
    assert dict(shown.danger)["review:unnamed"] == -2.0
    assert sum(points for _, points in shown.danger) == pytest.approx(
        log(shown.danger_probability / (1 - shown.danger_probability)), abs=0.01
    )


def test_a_review_of_goods_counts_less_where_no_rule_names_a_danger() -> None:
    """However short: of goods people tell in a few words what smells, stings or came torn."""
    model = {**PACK["danger"]["model"], "unnamed shop": -2.0}
    pack = {**PACK, "danger": {**PACK["danger"], "model": model}}

    def is_critical(profile: str, text: str) -> bool:
        verdict = Classifier([pack], profile).classify(rating=1, text=text)
        return verdict.severity is Severity.CRITICAL

    unnamed = "He pocketed it and vanished with a wallet."
    assert is_critical("hotel", unnamed)
    assert not is_critical("shop", unnamed)
    assert is_critical("shop", "We were robbed.")


def test_praise_before_a_but_does_not_make_less_what_follows_in_the_same_sentence() -> None:
    """Wherever the sentence stands, and whatever other «но» comes after it."""
    text = (
        "Кофе вкусный, девочки приветливые, но в салате попался осколок стекла. Салат заменили,"
        " деньги вернули, но осадок остался"
    )
    assert classifier().classify(text=text, rating=3).severity is Severity.CRITICAL
    shown = explain(classifier(), rating=3, text=text)
    assert shown.danger_name == "object"
    assert "manner:но" not in dict(shown.danger)


def test_a_rule_that_names_a_danger_tells_more_the_shorter_the_window_is() -> None:
    model = {**PACK["danger"]["model"], "bias": -4.0, "brief": 4.0}
    judge_of = Classifier([{**PACK, "danger": {**PACK["danger"], "model": model}}])

    def is_critical(text: str) -> bool:
        return judge_of.classify(text=text).severity is Severity.CRITICAL

    assert is_critical("Robbed!")
    assert is_critical("We were robbed")
    assert not is_critical("In the blue hall we were robbed of sleep")
    # what no rule names, or is denied, gains nothing by being short
    assert not is_critical("He pocketed it")
    assert not is_critical("Not robbed")
    # what follows the last "but" is a window of its own
    assert is_critical("A lovely blue room and grey doors, but then we were robbed")
    shown = explain(judge_of, text="We were robbed")
    assert dict(shown.danger)["review:brief"] == pytest.approx(4 * (1 - 3 / 8))


@pytest.mark.parametrize(
    "text",
    [
        "Черт меня дернул пойти в эту контору",
        "Переломились провода, потом переломилась трубка, чинили три дня",
    ],
)
def test_words_of_a_danger_that_tell_of_none(text: str) -> None:
    assert classifier().classify(text=text, rating=1).severity is not Severity.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "Ждали час. Официант нахамил. Грязные столы. Отравились, вызывали скорую",
        "We waited an hour. Rude waiter, the table dirty. There was a cockroach in my soup.",
    ],
)
def test_ordinary_complaints_around_a_danger_do_not_make_it_less(text: str) -> None:
    """A sentence in which a rule names a danger is a window of its own, however short."""
    verdict = classifier().classify(text=text, rating=2)
    assert verdict.severity is Severity.CRITICAL


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_packs_have_a_fitted_model(language: str) -> None:
    assert load_pack(language)["danger"]["model"]["unnamed"] < 0
    assert load_pack(language)["danger"]["model"]["unnamed shop"] < 0
    assert load_pack(language)["danger"]["model"]["brief"] > 0
    assert 0.3 <= load_pack(language)["danger"]["model"]["threshold"] < 1
    model = classifier().lexicons[language].danger
    assert model is not None
    assert len(model.features) > 30
    pack = load_pack(language)
    assert pack["danger"]["manner"].keys() <= pack["manner"].keys()
    assert {name.lstrip("!") for name in pack["danger"]["kinds"]} <= pack["kinds"].keys()
    assert pack["danger"]["model"]["long praise"] < 0
    known = {group["id"] for group in load_pack(language)["group"]} | {"any"}
    assert set(load_pack(language)["danger"]["words"]) <= known


def test_windows_that_cannot_reach_the_threshold_are_left_out_and_no_others() -> None:
    """The bound that saves the look at a window may be loose but never wrong."""
    judge_of = classifier()
    for language in ("ru", "en"):
        lexicon = judge_of.lexicons[language]
        assert lexicon.danger is not None
        for sort in ("critical", "harmless"):
            for text in (DATA / f"{sort}_second_HANDMADE.txt").read_text("utf-8").splitlines():
                walked = read(f"{text} {text[::-1]} {text}", lexicon)
                weighed = weigh(walked, lexicon, "")
                told = find_danger(walked, lexicon, weighed, "", 4)
                needed = lexicon.danger.threshold
                enough = find_danger(walked, lexicon, weighed, "", 4, at_least=needed)
                assert enough == (told if told and told.total >= needed else None)


def test_praise_has_no_reasons_but_its_stars() -> None:
    (stars,) = classifier().classify(rating=5, text="Вкусно, уютно, спасибо!").reasons
    assert stars.rule == "stars"
