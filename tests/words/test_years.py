"""A day of another year than the one it is told in carries its year, wherever it stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reviewbot.core.calendar.digest_days import Period, days_back
from reviewbot.core.facts import HistoryLine
from reviewbot.core.trends.concern import ConcernFacts, ListedMeasure
from reviewbot.core.trends.overview import MeasureNamed, Overview, TopicProblem
from reviewbot.words.cards.history import history
from reviewbot.words.digest import digest
from reviewbot.words.html import visible
from reviewbot.words.language import words_in
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.lines import problems
from reviewbot.words.trends.measure_tables import measures_table
from reviewbot.words.trends.measures import measure_noted, measures_listed
from reviewbot.words.trends.own_answering import own_answering
from reviewbot.words.trends.page_samples import sample_measures, sample_page
from reviewbot.words.trends.samples import sample_drop, sample_figures
from reviewbot.words.trends.stats import stats
from tests.words.facts_for_words import ZONE, complaint, moscow
from tests.words.message_text import text_of

NOW = moscow(15, day=2)
LAST_YEAR = date(2025, 3, 17)
"""In spring, so that it might be taken for this year's."""


def old_measure() -> ListedMeasure:
    _, helped, _ = sample_measures("ru")
    return replace(helped, told=replace(helped.told, on=LAST_YEAR))


def old_drop() -> ConcernFacts:
    drop = sample_drop("ru")
    sign = replace(drop.sign, since=LAST_YEAR)
    return replace(drop, sign=sign, measures=(old_measure().told,))


@pytest.mark.parametrize(
    ("end", "days", "said"),
    [
        (date(2025, 3, 1), 28, "1 февр – 28 февр 2025 (28 дней)"),
        (date(2026, 3, 1), 28, "1 февр – 28 февр (28 дней)"),
        (date(2025, 3, 6), 1, "5 мар 2025 (1 день)"),
        (date(2026, 1, 1), 365, "1 янв – 31 дек 2025 (365 дней)"),
        (date(2026, 3, 3), 90, "3 дек 2025 – 2 мар 2026 (90 дней)"),
    ],
)
def test_figures_are_of_the_year_they_say(end: date, days: int, said: str) -> None:
    asked = days_back(days, end, ZONE)
    facts = replace(sample_figures("ru"), at=NOW, period=Period.RECENT, days=asked)
    assert said in text_of(stats(facts, "ru"))
    mine = own_answering(sample_page("ru").people[1], (), asked, NOW.date(), "ru")
    assert said.partition(" (")[0] in text_of(mine)


def test_a_measure_of_last_year_is_told_with_its_year() -> None:
    listed = measures_listed([old_measure()], 0, NOW, "ru", about="", own_topics={})
    assert "📌 Мера с 17 мар 2025 (Марина)" in text_of(listed)
    assert "с 17 мар 2025" in text_of(measure_noted(old_drop(), LAST_YEAR, "ru"))
    due = replace(sample_measures("ru")[0], due_at=datetime(2027, 1, 8, tzinfo=UTC))
    due = replace(due, told=replace(due.told, on=date(2027, 1, 8)))
    assert "⏳ До 8 янв 2027 (Иван)" in text_of(
        measures_listed([due], 0, NOW, "ru", about="", own_topics={})
    )
    page = replace(sample_page("ru"), at=NOW, measures=(old_measure(), due))
    [done, waits] = [
        [cell.text for cell in row.cells] for row in measures_table(page, words_in("ru")).rows
    ]
    assert "17 мар 2025" in done
    assert "8 янв 2027" in waits


def test_a_card_and_a_digest_tell_the_year_of_what_was_done() -> None:
    told = text_of(concern(old_drop(), "ru"))
    assert "хуже обычного с 17 мар 2025" in told
    assert "📌 Мера с 17 мар 2025" in told
    done = TopicProblem("waiting", 2, None, (), measures=(MeasureNamed(LAST_YEAR, "Невский 40"),))
    facts = replace(sample_figures("ru"), at=NOW, overview=Overview(problems=(done,)))
    said = [visible(line) for _, line in problems(facts, words_in("ru"))]
    assert said[-1].strip() == "📌 мера с 17 мар 2025, Невский 40"


def test_a_digest_after_new_year_tells_the_year_it_reaches_back_into() -> None:
    at = datetime(2026, 1, 2, 7, tzinfo=UTC)
    facts = replace(
        sample_figures("ru"), at=at, period=Period.DAILY, days=days_back(3, date(2026, 1, 2), ZONE)
    )
    assert "С 30 дек 2025:" in text_of(digest(facts, "ru"))
    began = at - timedelta(days=3)
    watched = replace(facts, days=days_back(30, date(2026, 1, 2), ZONE), watched_since=began)
    assert "с 30 дек 2025, 10:00" in text_of(stats(watched, "ru"))


def test_what_a_card_remembers_of_last_year_is_told_with_the_year() -> None:
    when = datetime(2025, 3, 17, 11, tzinfo=UTC)
    entry = HistoryLine(when, "Иван", "measure", {"due_at": when.isoformat(), "note": "касса"})
    message = history(complaint(at=NOW), [entry], "ru")
    assert "17 мар 2025, 14:00 · Иван" in text_of(message)
    assert "касса, 17 мар 2025" in text_of(message)
