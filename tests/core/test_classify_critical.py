"""Critical events are found, and what only sounds like one is not."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from reviewbot.core.model import Severity
from reviewbot.lexicons import classifier

DATA = Path(__file__).parent / "data"


@lru_cache
def sentences(name: str) -> tuple[str, ...]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def is_critical(text: str, rating: int | None = None) -> bool:
    return classifier().classify(text=text, rating=rating).severity is Severity.CRITICAL


def measured(name: str) -> dict[str, int]:
    """Return by kind how many texts of a list are critical with the stars its author gave."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    told: dict[str, int] = {}
    for one in map(json.loads, lines):
        told[one["kind"]] = told.get(one["kind"], 0) + is_critical(one["text"], one["stars"])
    return told


LISTS = pytest.mark.parametrize(
    ("critical_file", "harmless_file"),
    [
        ("critical_HANDMADE.txt", "harmless_HANDMADE.txt"),
        ("critical_second_HANDMADE.txt", "harmless_second_HANDMADE.txt"),
        ("critical_third_HANDMADE.txt", "harmless_third_HANDMADE.txt"),
        ("critical_fourth_HANDMADE.txt", "harmless_fourth_HANDMADE.txt"),
        ("critical_sixth_HANDMADE.txt", "harmless_sixth_HANDMADE.txt"),
        ("critical_ninth_HANDMADE.txt", "harmless_ninth_HANDMADE.txt"),
        ("critical_tenth_HANDMADE.txt", "harmless_tenth_HANDMADE.txt"),
        ("critical_eleventh_HANDMADE.txt", "harmless_eleventh_HANDMADE.txt"),
        ("critical_thirteenth_HANDMADE.txt", "harmless_thirteenth_HANDMADE.txt"),
        ("critical_fourteenth_HANDMADE.txt", "harmless_fourteenth_HANDMADE.txt"),
        ("critical_fifteenth_HANDMADE.txt", "harmless_fifteenth_HANDMADE.txt"),
    ],
)


@LISTS
def test_the_lists_are_long_enough(critical_file: str, harmless_file: str) -> None:
    critical, harmless = sentences(critical_file), sentences(harmless_file)
    assert len(critical) >= 150
    # Of the last two writers' sentences two in three are events.
    short = critical_file.startswith(("critical_fourteenth", "critical_fifteenth"))
    assert len(harmless) >= (0.45 if short else 0.99) * len(critical)


# The model is fitted to these lists: the bounds say that nothing is forgotten, not what another
# list would give. That is measured on the list below and, by leaving lists out, in RESULTS.md.
@LISTS
def test_events_the_model_is_fitted_to_are_known(critical_file: str, harmless_file: str) -> None:
    critical = sentences(critical_file)
    missed = [text for text in critical if not is_critical(text)]
    # The last two are nearly all of events told in the most roundabout ways, many at length, where
    # a window that no rule names needs nearly .9.
    hard = critical_file.startswith(("critical_fourteenth", "critical_fifteenth"))
    assert len(missed) <= (0.2 if hard else 0.075) * len(critical), missed


@LISTS
def test_look_alikes_the_model_is_fitted_to_are_none(
    critical_file: str, harmless_file: str
) -> None:
    harmless = sentences(harmless_file)
    wrong = [text for text in harmless if is_critical(text)]
    assert len(wrong) <= 0.08 * len(harmless), wrong


def test_a_list_nothing_was_fitted_to() -> None:
    """Thirty plain events, thirty in roundabout words, sixty look-alikes made to mislead; run many
    times while settings were chosen, so no untouched figure."""
    told = [is_critical(text) for text in sentences("critical_fifth_HANDMADE.txt")]
    wrong = [text for text in sentences("harmless_fifth_HANDMADE.txt") if is_critical(text)]
    assert len(told) == 60
    assert sum(told[:30]) >= 29
    assert sum(told[30:]) >= 24
    assert len(wrong) <= 7, wrong


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("measured_once", {"plain": 29, "roundabout": 28}, {"lookalike": 3}),
        ("measured_once_second", {"plain": 30, "roundabout": 20}, {"lookalike": 3}),
        (
            "measured_once_third",
            {"plain": 40, "roundabout": 34},
            {"lookalike": 3, "harmless": 0, "ordinary": 7},
        ),
        (
            "measured_once_fourth",
            {"plain": 39, "roundabout": 34},
            {"lookalike": 5, "harmless": 0, "ordinary": 3},
        ),
        (
            "measured_once_fifth",
            {"plain": 60, "roundabout": 32},
            {"lookalike": 13, "harmless": 5, "ordinary": 6},
        ),
        (
            "measured_once_sixth",
            {"plain": 59, "roundabout": 34},
            {"lookalike": 2, "harmless": 0, "ordinary": 2},
        ),
        (
            "measured_once_seventh",
            {"plain": 58, "roundabout": 44},
            {"lookalike": 6, "harmless": 2, "ordinary": 0},
        ),
        ("measured_once_eighth", {"plain": 60, "roundabout": 47}, {"lookalike": 5}),
        ("measured_once_ninth", {"plain": 59, "roundabout": 48}, {"lookalike": 4}),
        (
            "measured_once_tenth",
            {"plain": 59, "roundabout": 35},
            {"lookalike": 15, "happy": 2, "ordinary": 6},
        ),
        ("measured_once_eleventh", {"plain": 30, "roundabout": 23}, {"lookalike": 4}),
        ("measured_once_twelfth", {"plain": 30, "roundabout": 24}, {"lookalike": 0}),
    ],
)
def test_a_list_written_by_somebody_else_and_measured_once(
    name: str, least: dict[str, int], most: dict[str, int]
) -> None:
    """With the stars their authors gave; the bounds are what was measured. Whoever changes the
    model with these texts in view makes the figures of docs/classifier.md untrue."""
    told = measured(name)
    assert all(told[kind] >= bound for kind, bound in least.items()), told
    assert all(told[kind] <= bound for kind, bound in most.items()), told


def test_ordinary_complaints_kept_aside() -> None:
    """Made to sound like events, by somebody else: the other two thirds are fitted to."""
    told = measured("measured_ordinary")
    assert told["ordinary, ru"] <= 18, told
    assert told["ordinary, en"] <= 6, told
    told = measured("measured_ordinary_second")
    assert told["ordinary, ru"] <= 11, told
    assert told["ordinary, en"] <= 4, told


def test_roundabout_events_and_look_alikes_kept_aside() -> None:
    """A third of what two people who saw nothing of the rules wrote to be hard: the others of
    theirs are fitted to."""
    told = measured("measured_roundabout")
    assert told["roundabout, ru"] >= 91, told
    assert told["lookalike, ru"] <= 8, told
    assert told["roundabout, en"] >= 14, told
    assert told["lookalike, en"] <= 3, told


def test_the_shortest_plain_events_kept_aside() -> None:
    """Two to five words of every danger, and figures of speech as short; the other two thirds are
    fitted to, and rules were written with those in view."""
    told = measured("measured_short")
    assert told["plain"] >= 76, told
    assert told["lookalike"] <= 9, told


@pytest.mark.parametrize(
    "text",
    [
        "Отравились всей семьёй",
        "Нашли таракана",
        "Пожар на кухне",
        "Found a cockroach",
        "Ребёнка обожгло",
        "Украли телефон",
        "Потешались над моим диагнозом",
        "Bolted her in",
    ],
)
def test_a_plain_event_is_known_however_short(text: str) -> None:
    assert is_critical(text)
    assert is_critical(text, rating=1)
    praise = "Lovely place, friendly waiters, but" if text.isascii() else "Всё понравилось, но"
    assert is_critical(f"{praise} {text.lower()}")


def test_one_star_hides_no_event() -> None:
    """Half plain, half roundabout, written before the stars of the model were fitted anew: low
    stars are what an event has, and speak against none."""
    events = sentences("critical_seventh_HANDMADE.txt")
    alike = sentences("harmless_seventh_HANDMADE.txt")
    bare = [text for text in events if is_critical(text)]
    starred = [text for text in events if is_critical(text, rating=1)]
    assert len(starred) >= len(bare) - 1
    assert sum(is_critical(text, rating=1) for text in events[:20]) >= 18
    assert sum(is_critical(text, rating=1) for text in alike) <= 7


@pytest.mark.parametrize(
    "text",
    ["Нам подали сыр с плесенью и мёд", "Официанты бегают как тараканы по кухне"],
)
def test_a_phrase_that_says_nothing_is_no_part_of_a_rule(text: str) -> None:
    assert not is_critical(text)


@pytest.mark.parametrize(
    "text",
    [
        "Вкусно, но в супе был кусок стекла, порезал язык",
        "Всё хорошо, но у жены украли кошелек из номера",
        "Нравится клиника, но мне перепутали анализы и назначили чужое лекарство",
        "Great food, but I found a piece of glass in my soup",
    ],
)
def test_critical_at_any_stars_and_needs_a_person(text: str) -> None:
    verdict = classifier().classify(rating=5, text=text)
    assert verdict.severity is Severity.CRITICAL
    assert verdict.needs_human


def test_an_event_told_in_plain_words_counts_unless_the_review_is_praise() -> None:
    assert is_critical("Открыл коробку, а там вместо айфона кирпич")
    praise = "Великолепно, рекомендую! Кирпич стен, афиша в виде айфона, вкуснейший кофе"
    verdict = classifier().classify(rating=5, text=praise)
    assert verdict.severity is not Severity.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "Пиво не разбавленное, тараканов нет, никто не отравился",
        "Тараканов, клопов и прочей живности не видели, чисто",
        "Боялись отравиться, но всё свежее",
        "No cockroaches, nobody got food poisoning",
    ],
)
def test_what_is_denied_or_feared_is_no_danger(text: str) -> None:
    assert not is_critical(text)


def test_the_quote_is_the_window_that_tells() -> None:
    text = (
        "Но в целом отель неплохой, завтраки обычные, вид из окна на парк. "
        "Из номера украли кошелек с деньгами, администрация молчит. "
        "До метро близко, вокруг много кафе 🙄"
    )
    (told,) = [
        reason
        for reason in classifier().classify(rating=1, text=text).reasons
        if reason.probability is not None
    ]
    assert told.rule == "ru.danger.theft"
    assert "украли кошелек" in told.words
    assert "украли кошелек" in told.sentence
    assert "🙄" not in told.words
