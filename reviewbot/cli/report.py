"""`reviewbot report`: figures of a period, by location or by rule."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlmodel import Session

from reviewbot.cli.cells import print_table, write_csv
from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.rules import rule_report
from reviewbot.cli.surveys import customers as churned
from reviewbot.cli.surveys import survey_report
from reviewbot.cli.terminal import err, out, print_json
from reviewbot.cli.time_format import TimeFormat, time_format
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.config.sections.guests import CUSTOMERS
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.scores import GuestReport, SurveyGroup
from reviewbot.queries import figures as reports
from reviewbot.queries import rule_precision
from reviewbot.queries.figures import Figures, Summary
from reviewbot.queries.surveys.survey_figures import guest_reports
from reviewbot.queries.trends import answering
from reviewbot.queries.trends.report_stars import (
    STAR_COLUMNS,
    TOTAL,
    CompetitorFigures,
    PlaceRating,
    own_places,
    report_competitors,
    report_stars,
)
from reviewbot.store.tx import Tx
from reviewbot.words.language import Language
from reviewbot.words.operator_language import problem_text


class About(StrEnum):
    """What a report tells of."""

    PLACES = "places"
    RULES = "rules"
    GUESTS = "guests"


COLUMNS = (
    "reviews",
    "complaints",
    "answered",
    "marked",
    "open",
    "in_time",
    "in_time_marked",
    "late",
    "late_open",
    "undecided",
    "escalated",
    "reaction_minutes",
    "guest_wait_minutes",
)

REPORTED = ("reported", "reported_removed", "reported_refused")

CSV_COLUMNS = ("location", *COLUMNS, "unknown_since", *STAR_COLUMNS, "role", *REPORTED)
"""What each means is told in docs/columns.md."""

USUAL_DAYS = 30
MOST_DAYS = 36_500
"""A hundred years: beyond them no calendar is sure to follow."""


def report(
    about: Annotated[
        About,
        typer.Argument(help="places; rules with what staff said of them; guests: their scores."),
    ] = About.PLACES,
    config: Config = None,
    database: DatabaseName = None,
    days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_DAYS,
            help=f"Days back from --until; default {USUAL_DAYS}, for rules all there are.",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day after the last one; default today, for others now."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="A line per location, or per rule.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the page of figures into this file.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="The same, printed by a Chromium on the PATH.")
    ] = None,
    by: Annotated[
        SurveyGroup, typer.Option("--by", help="For guests: what is told apart.")
    ] = SurveyGroup.PLACE,
    customers: Annotated[
        Path | None,
        typer.Option("--customers", help="For guests: churn (CCR) of a CSV table of customers."),
    ] = None,
    place: Annotated[
        str, typer.Option("--place", help="Of the page: a location or a group; default all.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", help="Of the page: one site alone; default all.")
    ] = "",
    people: Annotated[
        bool,
        typer.Option("--people", help="Of the page: with the figures of single people."),
    ] = False,
) -> None:
    """Figures of a period: what was answered in time, or how often each rule was right.

    By location: in time, late, undecided; marked and confirmed apart. By rule: how often it
    spoke for a complaint, and what staff made of it; the least precise first.
    """

    if html is not None or pdf is not None:
        # The page's figures and its template are loaded only where one is asked for.
        from reviewbot.cli.pages import report_page
        from reviewbot.words.trends.page import Choice

        last = until.date() if until else None
        chosen = Choice(days or USUAL_DAYS, place, source, people)
        report_page.write((html, pdf), (config, database), chosen, last)
        return
    now = WallClock().now()
    clock = time_format(config, now)
    if until is not None or about is About.PLACES:
        # Whole days, as the page has them.
        end = clock.midnight((until or clock.local(now)).date()).astimezone(UTC)
    else:
        end = now
    if about is About.RULES:
        since = clock.days_before(end, days).astimezone(UTC) if days else None
        with opened(config, database, for_reading=True) as db:
            rules = db.read_now(lambda session: rule_precision.rule_figures(session, since, end))
        if json:
            rule_report.write_json(rules, since, end)
        elif as_csv:
            write_csv(sys.stdout, rule_report.COLUMNS, (each.to_json() for each in rules))
        else:
            rule_report.show(rules, clock.t)
        return
    start = clock.days_before(end, days or USUAL_DAYS).astimezone(UTC)
    if about is About.GUESTS and customers is not None:
        churned.show(churned.read(customers, clock.t), clock.t, json=json, as_csv=as_csv)
        return
    if about is About.GUESTS:
        asked, lost = _guests((config, database), start, end, by)
        if json:
            survey_report.write_json(asked, by, lost, start, end)
        elif as_csv:
            survey_report.write_lines(asked)
        else:
            survey_report.show(asked, by, clock.t)
            if lost:
                churned.show(lost, clock.t, json=False, as_csv=False)
        return
    with opened(config, database, for_reading=True) as db:
        found = db.read_now(lambda session: reports.summary(session, start, end, now))
        stars = db.read_now(lambda session: report_stars(session, start, end))
        rivals = db.read_now(lambda session: report_competitors(session, start, end))
        replies = db.read_now(lambda session: _replies(session, start, end, now)) if json else {}
    if json:
        print_json({**_plain(found, stars, rivals), "replies": replies}, indent=2)
    elif as_csv:
        write_csv(sys.stdout, CSV_COLUMNS, _csv_lines(found, stars, rivals))
    else:
        _print(found, clock)
        _print_competitors(rivals, stars, found.total, clock.t)


def _replies(session: Session, start: datetime, end: datetime, now: datetime) -> dict[str, Any]:
    """What came of our replies that were seen in the period: the page's figures."""
    pages = answering.read_replies(session, own_places(session), start, end, now)
    found = [each for replies in pages.values() for each in replies]
    effects = answering.effects(found)
    return {
        "total": effects.every.to_json(),
        "by_speed": {speed.value: each.to_json() for speed, each in effects.by_speed.items()},
        "by_topic": {topic: each.to_json() for topic, each in effects.by_topic.items()},
        "by_template": {each.name: each.to_json() for each in answering.by_template(found)},
    }


def _guests(
    where: tuple[Path | None, str | None], start: datetime, end: datetime, by: SurveyGroup
) -> tuple[GuestReport, Sequence[Customers]]:
    """Return the figures, and the customers of the operator's table."""
    loaded = load(where[0], environ=os.environ)
    settings = loaded.settings
    for problem in loaded.warnings:
        if problem.path == CUSTOMERS:
            err.print(problem_text(problem, settings.language), style="yellow", markup=False)
    places = [key for key, place in settings.locations.items() if place.role == "own"]
    with opened(*where, for_reading=True) as db:
        found = db.read_now(
            lambda rows: guest_reports(Tx(rows, settings, {}, end), places, start, end, (by,))
        )
    return found[by], settings.guests.customers if settings.guests else ()


def _csv_lines(
    found: Summary,
    stars: Mapping[str, PlaceRating],
    rivals: Mapping[str, CompetitorFigures],
) -> Iterator[dict[str, Any]]:
    """Our places, their total, then competitors, which no total counts."""
    for place, each in _lines(found):
        yield {
            "location": place,
            **_figures(each),
            "unknown_since": _unknown_since(found, place),
            **_stars(stars, place),
            "role": "total" if place == TOTAL else "own",
        }
    for key, rival in rivals.items():
        yield {"location": key, **rival.to_json(), "role": "competitor"}


def _lines(found: Summary) -> Iterator[tuple[str, Figures]]:
    yield from found.places.items()
    yield "total", found.total


def _figures(figures: Figures) -> dict[str, Any]:
    every = figures.to_json()
    return {name: every[name] for name in (*COLUMNS, *REPORTED)}


def _unknown_since(found: Summary, place: str) -> datetime | None:
    """Since when a place's figures (all places' for "total") are not the whole truth."""
    since = [
        each.since or found.since for each in found.blind if place in (each.location, "total")
    ]
    return min(since, default=None)


def _stars(stars: Mapping[str, PlaceRating], place: str) -> dict[str, Any]:
    return stars[place].to_json() if place in stars else {}


def _plain(
    found: Summary,
    stars: Mapping[str, PlaceRating],
    rivals: Mapping[str, CompetitorFigures],
) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "total": {**found.total.to_json(), **_stars(stars, TOTAL)},
        "locations": {
            place: {**each.to_json(), **_stars(stars, place)}
            for place, each in found.places.items()
        },
        "competitors": {key: each.to_json() for key, each in rivals.items()},
        "unknown_since": [
            {
                "location": each.location,
                "source": each.source,
                "since": each.since.isoformat() if each.since else None,
            }
            for each in found.blind
        ],
        "out_of_sight": [
            {
                "location": each.location,
                "source": each.source,
                "minutes": round(each.blind_for.total_seconds() / 60),
            }
            for each in found.unseen
        ],
    }


def _print(found: Summary, clock: TimeFormat) -> None:
    ends = f"{clock.in_full(found.since)} – {clock.in_full(found.until)}"
    t = clock.t
    table = Table(title=f"{ends}, {clock.zone}")
    table.add_column(t("location"), no_wrap=True)
    for name in (
        t("reviews"),
        t("complaints"),
        t("in time"),
        t("of them marked"),
        t("late"),
        t("unanswered"),
        t("undecided"),
        t("open"),
        t("reaction"),
        t("guest's wait"),
    ):
        table.add_column(name, justify="right")
    for place, each in _lines(found):
        if place == "total":
            table.add_section()
        table.add_row(
            t("total") if place == "total" else place,
            str(each.reviews),
            str(each.complaints),
            str(each.in_time),
            str(each.in_time_marked),
            str(each.late),
            str(each.late_open),
            str(each.undecided),
            str(each.open),
            _span(each.reaction, t),
            _span(each.guest_wait, t),
        )
    print_table(table, sys.stdout)
    if found.total.reported:
        said = t(
            "Complaints to sites: {sent} sent, {removed} removed, {refused} refused",
            sent=found.total.reported,
            removed=found.total.reported_removed,
            refused=found.total.reported_refused,
        )
        out.print(said, markup=False)
    for blind in found.blind:
        page = f"{blind.location}, {blind.source}"
        since = clock.in_full(blind.since) if blind.since else t("the beginning")
        sentence = t("{page}: unknown since {since}", page=page, since=since)
        out.print(sentence, style="yellow", markup=False)
    for unseen in found.unseen:
        page, span = f"{unseen.location}, {unseen.source}", _span(unseen.blind_for, t)
        sentence = t("{page}: out of sight for {span} of the period", page=page, span=span)
        out.print(sentence, style="yellow", markup=False)


def _print_competitors(
    rivals: Mapping[str, CompetitorFigures],
    stars: Mapping[str, PlaceRating],
    ours: Figures,
    t: Language,
) -> None:
    """Ours beside each competitor; nothing where the file names none."""
    if not rivals:
        return
    table = Table(title=t("Beside competitors"))
    table.add_column("", no_wrap=True)
    for name in (t("reviews"), t("complaints"), t("mean stars"), t("rating on the sites")):
        table.add_column(name, justify="right")
    us = CompetitorFigures(t("ours"), ours.reviews, ours.complaints, stars[TOTAL])
    for each in (us, *rivals.values()):
        mean, shown = each.rating.stars.mean, each.rating.site_rating
        counts = (str(each.reviews), str(each.complaints))
        told = (t.number(figure, 2) if figure is not None else "–" for figure in (mean, shown))
        table.add_row(each.name, *counts, *told)
    print_table(table, sys.stdout)


def _span(length: timedelta | None, t: Language) -> str:
    if length is None:
        return "–"
    minutes = round(length.total_seconds() / 60)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    if days:
        return t("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return t("{hours} h {minutes} min", hours=hours, minutes=f"{left:02}")
    return t("{n} min", n=left)
