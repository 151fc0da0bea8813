"""A share or a mean of fewer than thirty carries its interval, wherever it is told."""

from dataclasses import replace

import pytest

from reviewbot.core.surveys.scores import SurveyFigures
from reviewbot.core.trends.overview import Overview, ReplyTimes
from reviewbot.core.trends.page import PageFacts
from reviewbot.core.trends.past import YearFigures
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.words.language import words_in
from reviewbot.words.surveys.score_lines import guests_line
from reviewbot.words.trends.page import Choice, PageView, page
from reviewbot.words.trends.page_samples import sample_guests, sample_page
from reviewbot.words.trends.page_tables import tables
from reviewbot.words.trends.past_tables import past_tables


def with_replies(rate: Share) -> PageFacts:
    facts = sample_page("ru")
    overview = facts.figures.overview
    assert overview is not None
    overview = replace(overview, replies=ReplyTimes(rate=rate))
    return replace(facts, figures=replace(facts.figures, overview=overview))


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (Share(0, 1), '0 %</b><span class="quiet">n = 1 [0 %–79 %]<'),
        (Share(20, 29), '69 %</b><span class="quiet">n = 29 [51 %–83 %]<'),
        (Share(20, 30), '67 %</b><span class="quiet">n = 30<'),
        (Share(), '–</b><span class="quiet">n = 0<'),
    ],
)
def test_the_tile_of_replies(rate: Share, said: str) -> None:
    text = page([PageView(Choice(30), with_replies(rate))], "ru", ("", ""), ())
    assert f"С ответом на сайте<b>{said}" in spaced(text)


def test_the_tables_of_the_page() -> None:
    facts, t = sample_page("ru"), words_in("ru")
    by_key = {each.key: each for each in tables(facts, facts.figures.overview or Overview(), t)}
    of_fifteen = by_key["people"].rows[0].cells[3]
    assert spaced(of_fifteen.text) == "93 % из 15\n[70 %–99 %]"
    year = YearFigures(2026, StarFigures.of([5, 1, 5]), ())
    assert facts.past is not None
    table, *_ = past_tables(replace(facts, past=replace(facts.past, years=(year,))), t)
    assert table.rows[0].cells[1].text == "3,7 [1,1–5,0]"
    assert table.rows[0].cells[1].sort == year.stars.mean


def test_what_share_of_guests_answered() -> None:
    many = sample_guests().figures[""]
    assert "ответили 50% · " in guests_line(many, words_in("ru"))
    few = SurveyFigures(asked=8, answered=2, scores=many.scores)
    assert "ответили 25% (7…59), 8" in guests_line(few, words_in("ru"))
