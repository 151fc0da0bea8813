"""Measures on the page of figures: what, who, by when, whether done, and whether it helped."""

from reviewbot.core.trends.concern import ListedMeasure
from reviewbot.core.trends.page import PageFacts
from reviewbot.words.html import short
from reviewbot.words.labels import person, topic_title
from reviewbot.words.language import Language, date_in
from reviewbot.words.trends.measures import effect
from reviewbot.words.trends.page_tables import PageCell, PageRow, PageTable


def measures_table(facts: PageFacts, t: Language) -> PageTable:
    """Return what waits, then what was done in the last year."""
    note = t("What waits first, then what was done in the last year.")
    heads = (
        t("Location"), t("Against"), t("What"), t("Who"), t("By when"), t("Done"),
        t("Did it help"),
    )  # fmt: skip
    rows = [_row(each, facts, t) for each in facts.measures]
    return PageTable("measures", t("Measures"), note, heads, rows)


def _row(measure: ListedMeasure, facts: PageFacts, t: Language) -> PageRow:
    told, number = measure.told, measure.number
    topic = topic_title(measure.topic, t, facts.figures.own_topics) if measure.topic else ""
    against = topic or t("any complaint")
    if number:
        against = f"{against}, {t('#{number}', number=number)}"
    day = PageCell(t.short_date(told.on, date_in(measure.zone, facts.at)), told.on.toordinal())
    waits = measure.due_at is not None
    is_late = measure.due_at is not None and measure.due_at < facts.at
    done = PageCell(t("the day is over") if is_late else t("waits"), 1e9, "bad" if is_late else "")
    return PageRow(
        (
            PageCell(short(measure.place, 60)),
            PageCell(against, tone="words"),
            PageCell(short(told.what, 200) or "–", tone="words"),
            PageCell(person(told.by), tone="words"),
            day if waits else PageCell("–", 1e9),
            done if waits else day,
            PageCell("–" if waits else effect(told, measure.zone, facts.at, t), tone="words"),
        ),
        within=(measure.location, *facts.groups.get(measure.location, ())),
    )
