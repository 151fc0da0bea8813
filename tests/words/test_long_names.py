"""A digest of places with long names: under its picture the three biggest problems stay, each with
its places, a guest's words and the newest measure."""

import re
from dataclasses import replace

import pytest

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.trends.overview import ReplyTimes
from reviewbot.words.digest import digest
from reviewbot.words.html import CAPTION_LIMIT, both_ends, units
from tests.words.message_text import assert_telegram_takes, text_of
from tests.words.test_digest import week_of_thirty

LONG = "Кофейня «Длинная» на Никитской 12/34"


def full_week(language: str, name: str) -> DigestFacts:
    """Everything there is to tell, but that all was in sight."""
    facts = week_of_thirty(language, name)
    seen = {"unseen": (), "unread": 0, "watched_since": None, "overdue_unseen": 0}
    return replace(facts, **seen, uncompared=False, rules=())


@pytest.mark.parametrize("name", ["Невский 40", LONG, "Ресторан на набережной Обводного канала 7"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_three_problems_stay_with_their_places_words_and_newest_measure(
    language: str, name: str
) -> None:
    """Quotes 2 and 3 and all measures had gone, while the best and the lowest place stood."""
    message = digest(full_week(language, name), language)
    assert_telegram_takes(message)
    told = text_of(message)
    assert units(told) <= CAPTION_LIMIT
    lines = told.splitlines()
    for place in "123":
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{place}. "))
        problem, quote, measure = lines[at : at + 3]
        assert problem.count(name[-4:]) == 2, "both places"
        assert "Ждали горячее сорок минут" in quote
        assert "📌" in measure
        assert "вторая касса и обучение" in measure
    assert re.search(r"\d+ (строк|more lines)", lines[-1])


def test_names_are_cut_first_then_quotes_then_what_was_done() -> None:
    """Each only as far as is needed for the next to stay whole."""
    facts = full_week("ru", LONG)
    overview = facts.overview
    assert overview is not None
    [one, *_] = overview.problems
    done = replace(one, measures=one.measures[:1], more_measures=0)
    figures = replace(facts.figures, worst=(), calm=(), wordless=())
    bare = replace(facts, figures=figures, competitors=(), overdue=(), open=0)

    def told(problems: int, **more: object) -> str:
        few = replace(overview, problems=(done,) * problems, praised=(), places=(), **more)
        return text_of(digest(replace(bare, overview=few), "ru"))

    quote, what, line = one.quote, one.measures[0].what, {"replies": ReplyTimes(), "sites": ()}
    assert (told(1).count(LONG), told(1).count(quote), told(1).count(what)) == (3, 1, 1)
    assert (told(2).count(LONG), told(2).count(quote), told(2).count(what)) == (0, 2, 2)
    some = told(3, **line)
    assert (some.count(quote[:30]), some.count(quote), some.count(what)) == (3, 0, 3)
    assert (told(3).count(quote[:30]), told(3).count(what), told(3).count(what[:20])) == (3, 0, 3)


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [
        ("Невский 40", 24, "Невский 40"),
        (LONG, 24, "Кофейня «Длинна…ой 12/34"),
        (LONG, 36, LONG),
        ("🍰" * 40, 20, "🍰" * 6 + "…" + "🍰" * 3),
        ("Очень-длинное-слово-без-пробелов", 20, "Очень-длинное…обелов"),
    ],
)
def test_a_name_keeps_its_beginning_and_its_end(name: str, limit: int, said: str) -> None:
    assert both_ends(name, limit) == said
    assert units(said) <= limit
