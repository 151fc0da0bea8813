"""`reviewbot report` and `reviewbot export`: figures and rows for people and spreadsheets."""

import csv
import json as json_module
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.table import Table

from reviewbot.cli.app import app, err, fail, out, print_json
from reviewbot.cli.migrate import opened
from reviewbot.cli.rules import rule_report
from reviewbot.cli.time_format import Zoned, zoned
from reviewbot.clock import WallClock

if TYPE_CHECKING:
    from reviewbot.queries.figures import Figures, Summary

Config = Annotated[Path | None, typer.Option("--config", "-c", help="The file.")]
Named = Annotated[
    str | None, typer.Option("--database", help="A file or URL in place of the configured one.")
]


class What(StrEnum):
    """What can be exported."""

    REVIEWS = "reviews"
    TICKETS = "tickets"
    VERDICTS = "verdicts"


class About(StrEnum):
    """What a report tells of."""

    PLACES = "places"
    RULES = "rules"


class Format(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    TABLE = "table"


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

USUAL_DAYS = 30
TABLE_ROWS = 50
WIDE = 200
"""How many columns a table gets that no terminal limits."""
_SHORT = {
    What.REVIEWS: (
        "location",
        "source",
        "rating",
        "tone",
        "severity",
        "author",
        "first_seen_at",
        "text",
    ),
    What.TICKETS: (
        "number",
        "location",
        "source",
        "rating",
        "tone",
        "state",
        "round",
        "reply_deadline",
        "outcome",
    ),
    What.VERDICTS: ("says", "topic", "label", "rating", "tone", "said_at", "said_by", "text"),
}


@app.command()
def report(
    about: Annotated[
        About, typer.Argument(help="places, or rules with what staff said of their verdicts.")
    ] = About.PLACES,
    config: Config = None,
    database: Named = None,
    days: Annotated[
        int | None,
        typer.Option(
            min=1, help=f"Days back from --until; default {USUAL_DAYS}, for rules all there are."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day after the last one; default now."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="A line per location, or per rule.")
    ] = False,
) -> None:
    """Figures of a period: what was answered in time, or how often each rule was right.

    By location: in time, late, undecided; marked and confirmed apart. By rule: how often it
    spoke for a complaint, and what staff made of it; the least precise first.
    """
    from reviewbot.queries import figures as reports
    from reviewbot.queries import rule_precision

    now = WallClock().now()
    clock = zoned(config, now)
    end = clock.midnight(until.date()).astimezone(UTC) if until else now
    if about is About.RULES:
        since = clock.days_before(end, days).astimezone(UTC) if days else None
        with opened(config, database, for_reading=True) as db:
            rules = db.read_now(lambda session: rule_precision.rule_figures(session, since, end))
        if json:
            rule_report.write_json(rules, since, end)
        elif as_csv:
            write_csv(sys.stdout, rule_report.COLUMNS, (each.to_json() for each in rules))
        else:
            rule_report.show(rules)
        return
    start = clock.days_before(end, days or USUAL_DAYS).astimezone(UTC)
    with opened(config, database, for_reading=True) as db:
        found = db.read_now(lambda session: reports.summary(session, start, end, now))
    if json:
        print_json(_plain(found), indent=2)
    elif as_csv:
        lines = (
            {"location": place, **_figures(each), "unknown_since": _unknown_since(found, place)}
            for place, each in _lines(found)
        )
        write_csv(sys.stdout, ("location", *COLUMNS, "unknown_since"), lines)
    else:
        _print(found, clock)


@app.command()
def export(
    what: Annotated[
        What | None,
        typer.Argument(help="reviews, tickets with their rounds, or verdicts staff spoke of."),
    ] = None,
    verdicts: Annotated[
        bool, typer.Option("--verdicts", help="The same as `export verdicts`.")
    ] = False,
    config: Config = None,
    database: Named = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to write.")] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; default standard output.")
    ] = None,
) -> None:
    """Write all reviews, tickets, or the reviews staff spoke of, as labels for `backtest`.

    A CSV file opens in spreadsheets as it is: UTF-8 with a mark, and no cell can be taken for a
    formula.
    """
    from reviewbot.queries import exports
    from reviewbot.queries.rule_precision import LABEL_COLUMNS, labelled

    if verdicts and what is None:
        what = What.VERDICTS
    if what is None or (verdicts and what is not What.VERDICTS):
        fail("Say one of: reviews, tickets, verdicts.", code=2)
    now = WallClock().now()
    columns = {
        What.REVIEWS: exports.REVIEW_COLUMNS,
        What.TICKETS: exports.TICKET_COLUMNS,
        What.VERDICTS: LABEL_COLUMNS,
    }[what]
    with (
        opened(config, database, for_reading=True) as db,
        _target(output, format_) as file,
    ):

        def write(session: Any) -> None:
            match what:
                case What.REVIEWS:
                    rows = exports.reviews(session)
                case What.TICKETS:
                    rows = exports.tickets(session, now)
                case _:
                    rows = labelled(session)
            counted = _counted(rows, output)
            match format_:
                case Format.CSV:
                    write_csv(file, columns, counted)
                case Format.JSONL:
                    for row in counted:
                        file.write(_json(row) + "\n")
                case Format.JSON:
                    _write_json(file, counted)
                case Format.TABLE:
                    _write_table(file, _SHORT[what], counted, zoned(config, now))

        db.read_now(write)


def write_csv(file: TextIO, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV in which no spreadsheet finds a formula."""
    names = list(columns)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in names])


def cell(value: Any) -> str | int | float:
    """Return a value as a CSV cell. Text that a spreadsheet would calculate gets an apostrophe
    (OWASP, CSV injection); numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        plain = all(isinstance(each, str) for each in value)
        value = "; ".join(value) if plain else _json(value)
    text = str(value)
    risky = text.lstrip(" \u00a0")[:1] in (
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "＝",
        "＋",
        "－",
        "＠",
    )
    return f"'{text}" if risky or text[:1] in ("\t", "\r", "\n") else text


@contextmanager
def _target(output: Path | None, format_: Format) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    encoding = "utf-8-sig" if format_ is Format.CSV else "utf-8"
    try:
        file = output.open("w", encoding=encoding, newline="")
    except OSError as error:
        fail(f"Cannot write {output}: {error.strerror}.")
    with file:
        yield file


def _counted(rows: Iterable[dict[str, Any]], output: Path | None) -> Iterator[dict[str, Any]]:
    """Pass rows on; while a file is written, show on a terminal how far it is."""
    if output is None or not err.is_terminal:
        yield from rows
        return
    with err.status("Writing…") as status:
        for count, row in enumerate(rows, 1):
            if count % 500 == 0:
                status.update(f"Writing… {count}")
            yield row


def _write_json(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    file.write("[")
    for count, row in enumerate(rows):
        file.write((",\n" if count else "\n") + _json(row))
    file.write("\n]\n")


def _write_table(
    file: TextIO, columns: tuple[str, ...], rows: Iterator[dict[str, Any]], clock: Zoned
) -> None:
    table = Table(caption=f"Times: {clock.zone}", caption_justify="left")
    for name in columns:
        table.add_column(name, no_wrap=name != "text")
    for row in islice(rows, TABLE_ROWS):
        table.add_row(*(_short(row.get(name), clock) for name in columns))
    left = sum(1 for _ in rows)
    console = _console(file)
    console.print(table)
    if left:
        console.print(f"… and {left} more: --format csv writes them all.", markup=False)


def _console(file: TextIO) -> Console:
    """Return where a table goes: the terminal with its own width, anything else with WIDE."""
    if file is sys.stdout and out.is_terminal:
        return out
    return Console(file=file, width=WIDE, highlight=False)


def _short(value: Any, clock: Zoned) -> str:
    from rich.markup import escape

    if isinstance(value, datetime):
        return clock.in_full(value)
    text = " ".join(str(cell(value)).split())
    return escape(text if len(text) <= 60 else text[:59] + "…")


def _json(value: Any) -> str:
    def plain(each: Any) -> Any:
        return each.isoformat() if isinstance(each, datetime) else str(each)

    return json_module.dumps(value, ensure_ascii=False, default=plain)


def _lines(found: "Summary") -> "Iterator[tuple[str, Figures]]":
    yield from found.places.items()
    yield "total", found.total


def _figures(figures: "Figures") -> dict[str, Any]:
    told = figures.to_json()
    return {name: told[name] for name in COLUMNS}


def _unknown_since(found: "Summary", place: str) -> datetime | None:
    """Since when a place's figures (all places' for "total") are not the whole truth."""
    since = [
        each.since or found.since for each in found.blind if place in (each.location, "total")
    ]
    return min(since, default=None)


def _plain(found: "Summary") -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "total": found.total.to_json(),
        "locations": {place: each.to_json() for place, each in found.places.items()},
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


def _print(found: "Summary", clock: Zoned) -> None:
    ends = f"{clock.in_full(found.since)} – {clock.in_full(found.until)}"
    table = Table(title=f"{ends}, {clock.zone}")
    table.add_column("location", no_wrap=True)
    for name in (
        "reviews",
        "complaints",
        "in time",
        "of them marked",
        "late",
        "unanswered",
        "undecided",
        "open",
        "reaction",
        "guest's wait",
    ):
        table.add_column(name, justify="right")
    for place, each in _lines(found):
        if place == "total":
            table.add_section()
        table.add_row(
            place,
            str(each.reviews),
            str(each.complaints),
            str(each.in_time),
            str(each.in_time_marked),
            str(each.late),
            str(each.late_open),
            str(each.undecided),
            str(each.open),
            _span(each.reaction),
            _span(each.guest_wait),
        )
    _console(sys.stdout).print(table)
    for blind in found.blind:
        since = clock.in_full(blind.since) if blind.since else "the beginning"
        out.print(
            f"{blind.location}, {blind.source}: unknown since {since}",
            style="yellow",
            markup=False,
        )
    for unseen in found.unseen:
        out.print(
            f"{unseen.location}, {unseen.source}: out of sight for {_span(unseen.blind_for)} "
            "of the period",
            style="yellow",
            markup=False,
        )


def _span(length: timedelta | None) -> str:
    if length is None:
        return "–"
    minutes = round(length.total_seconds() / 60)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {left:02} min" if hours else f"{left} min"
