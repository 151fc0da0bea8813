"""The tables of the page of figures that tell what guests answered, and who was lost."""

from collections.abc import Sequence

from reviewbot.core.surveys.scores import Estimate, SurveyFigures, SurveyGroup
from reviewbot.core.surveys.survey import Scale
from reviewbot.core.trends.overview import Overview
from reviewbot.core.trends.page import PageFacts
from reviewbot.words import N_
from reviewbot.words.html import short
from reviewbot.words.language import Language
from reviewbot.words.surveys.score_lines import SHORT, TITLES, estimate
from reviewbot.words.trends.page_tables import PageCell, PageRow, PageTable, number_cell

MOST = 24
"""Rows of one way to tell figures apart: of more, those with the most answers."""
BY = {
    SurveyGroup.GROUP: N_("group {name}"),
    SurveyGroup.MONTH: N_("month {name}"),
    SurveyGroup.SEGMENT: N_("guests: {name}"),
    SurveyGroup.ITEM: N_("visit: {name}"),
    SurveyGroup.HOUR: N_("came at {name}"),
}


def guest_tables(facts: PageFacts, overview: Overview, t: Language) -> list[PageTable]:
    """Return what guests answered, and the customers lost: the tables that have a row."""
    every = (_guests(facts, overview, t), _customers(facts, t))
    return [table for table in every if table.rows]


def _guests(facts: PageFacts, overview: Overview, t: Language) -> PageTable:
    titles = {name: t(title) for name, title in TITLES.items()}
    heads = (
        t("Guests"), titles["asked"], titles["response"], *SHORT.values(), t("of 5"),
        t("shown by the sites"), titles["unhappy"], titles["reached"],
    )  # fmt: skip
    names = {place.key: place.name for place in overview.places}
    rows = []
    for by, report in facts.guests.items():
        told = sorted(report.figures.items(), key=lambda each: -_answers(each[1]))[:MOST]
        named = [each for each in told if each[0] or by is SurveyGroup.ALL]
        if by is not SurveyGroup.ALL and len(named) < (2 if by in _WHOLE else 1):
            continue
        for name, figures in sorted(named):
            label = t("All") if by is SurveyGroup.ALL else names.get(name, name)
            if by in BY:
                label = t(BY[by], name=f"{name}:00" if by is SurveyGroup.HOUR else name)
            rows.append(_row(short(label, 80), figures, report.sites.get(name), t))
    note = t("In brackets what holds 95 times of 100, then the number of answers.")
    return PageTable("guests", t("What guests answered"), note, heads, rows)


_WHOLE = (SurveyGroup.PLACE, SurveyGroup.MONTH)
"""Every answer has one, so that a single one is the line of all again."""


def _answers(figures: SurveyFigures) -> int:
    return sum(map(len, figures.scores.values())) + figures.asked


def _row(label: str, each: SurveyFigures, shown: float | None, t: Language) -> PageRow:
    scores = [_estimate(each.score(scale), t, scale is Scale.CSAT) for scale in SHORT]
    return PageRow(
        (
            PageCell(label),
            PageCell(str(each.asked), each.asked),
            _estimate(each.response, t, True),
            *scores,
            number_cell(each.stars, t),
            number_cell(shown, t),
            PageCell(str(each.low), each.low),
            _estimate(each.reached_share, t, True),
        )
    )


def _estimate(found: Estimate | None, t: Language, percent: bool) -> PageCell:
    return PageCell(estimate(found, t, percent=percent), found.value if found else -1000)


def _customers(facts: PageFacts, t: Language) -> PageTable:
    found = facts.figures.customers
    rows: Sequence[PageRow] = ()
    if found is not None and found.churn is not None and found.month is not None:
        counts = (found.at_start, found.at_end, found.new)
        cells = [PageCell(str(count), count) for count in counts]
        churn = PageCell(f"{t.number(found.churn, 1)}%", found.churn)
        rows = (PageRow((PageCell(t.month(found.month)), *cells, churn)),)
    heads = (t("Month"), t("At the start"), t("At the end"), t("New ones"), "CCR")
    note = t("The newest month of the operator's table that is over.")
    return PageTable("customers", t("Customers lost"), note, heads, rows)
