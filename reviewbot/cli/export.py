"""`reviewbot export`: rows for spreadsheets and programs."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.markup import escape
from rich.table import Table

from reviewbot.cli.cells import as_json, cell, print_table, table_console, write_csv
from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.terminal import err, fail
from reviewbot.cli.time_format import TimeFormat, time_format
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.config.locale import locale_of
from reviewbot.core.errors import ConfigError
from reviewbot.queries import exports
from reviewbot.queries.rule_precision import LABEL_COLUMNS, labelled
from reviewbot.queries.surveys.survey_export import SURVEY_COLUMNS, survey_lines
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words, operator_language


class What(StrEnum):
    """What can be exported."""

    REVIEWS = "reviews"
    TICKETS = "tickets"
    VERDICTS = "verdicts"
    AUDIT = "audit"
    SURVEYS = "surveys"
    TEMPLATES = "templates"


class Format(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    TABLE = "table"
    TOML = "toml"


TABLE_ROWS = 50
WORDS_WIDTH = 24
"""Columns of a terminal that the words of a review have at least."""


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
    What.SURVEYS: (
        "location",
        "source",
        "scale",
        "score",
        "mood",
        "scored_at",
        "segment",
        "solved",
    ),
    What.TEMPLATES: ("id", "language", "when", "retired", "text"),
    What.AUDIT: ("at", "actor", "role", "number", "round", "action", "from_state", "to_state"),
}


def export(
    what: Annotated[
        What | None,
        typer.Argument(
            help="reviews, tickets with their rounds, verdicts staff spoke of, the audit, or"
            " surveys: whom guests' links asked, and the scores; templates saved in chat."
        ),
    ] = None,
    verdicts: Annotated[
        bool, typer.Option("--verdicts", help="The same as `export verdicts`.")
    ] = False,
    config: Config = None,
    database: DatabaseName = None,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format", "-f", help="How to write: csv, but templates as toml, for the file."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; default standard output.")
    ] = None,
) -> None:
    """Write all reviews, tickets, surveys, the audit, templates, or labels for `backtest`.

    A CSV file opens in spreadsheets as it is: UTF-8 with a mark, and no cell can be taken for a
    formula.
    """

    t = operator_language(locale_of(config, os.environ).language)
    if verdicts and what is None:
        what = What.VERDICTS
    if what is None or (verdicts and what is not What.VERDICTS):
        fail(t("Say one of: {names}.", names=", ".join(What)), code=2)
    written_as = format_ or (Format.TOML if what is What.TEMPLATES else Format.CSV)
    if written_as is Format.TOML and what is not What.TEMPLATES:
        fail(t("Only templates are written as toml."), code=2)
    now, names = WallClock().now(), _author_names(config, database)
    columns = {
        What.REVIEWS: exports.REVIEW_COLUMNS,
        What.TICKETS: exports.TICKET_COLUMNS,
        What.VERDICTS: LABEL_COLUMNS,
        What.AUDIT: exports.AUDIT_COLUMNS,
        What.SURVEYS: SURVEY_COLUMNS,
        What.TEMPLATES: exports.TEMPLATE_COLUMNS,
    }[what]
    with (
        opened(config, database, for_reading=True) as db,
        _target(output, written_as, t) as file,
    ):

        def write(session: Any) -> None:
            match what:
                case What.REVIEWS:
                    rows = exports.reviews(session, names)
                case What.TICKETS:
                    rows = exports.tickets(session, now)
                case What.AUDIT:
                    rows = exports.audit(session)
                case What.SURVEYS:
                    rows = survey_lines(session)
                case What.VERDICTS:
                    rows = labelled(session)
                case What.TEMPLATES:
                    rows = exports.templates(session)
            counted = _counted(rows, output, t)
            match written_as:
                case Format.CSV:
                    write_csv(file, columns, counted)
                case Format.JSONL:
                    for row in counted:
                        file.write(as_json(row) + "\n")
                case Format.JSON:
                    _write_json(file, counted)
                case Format.TOML:
                    _write_toml(file, counted)
                case Format.TABLE:
                    _write_table(file, _SHORT[what], counted, time_format(config, now))

        db.read_now(write)


@contextmanager
def _target(output: Path | None, format_: Format, t: Language) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    encoding = "utf-8-sig" if format_ is Format.CSV else "utf-8"
    try:
        file = output.open("w", encoding=encoding, newline="")
    except OSError as error:
        fail(
            t(
                "Cannot write {file}: {error}.",
                file=output,
                error=in_words(error.strerror, t.language),
            )
        )
    with file:
        yield file


def _counted(
    rows: Iterable[dict[str, Any]], output: Path | None, t: Language
) -> Iterator[dict[str, Any]]:
    """Pass rows on; while a file is written, show on a terminal how far it is."""
    if output is None or not err.is_terminal:
        yield from rows
        return
    with err.status(t("Writing…")) as status:
        for count, row in enumerate(rows, 1):
            if count % 500 == 0:
                status.update(t("Writing… {n}", n=count))
            yield row


def _write_json(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    file.write("[")
    for count, row in enumerate(rows):
        file.write((",\n" if count else "\n") + as_json(row))
    file.write("\n]\n")


def _write_toml(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    """Write the entries as they stand in the operator's file: one moved there is proposed as the
    file's, under its name."""
    # One export of six needs it.
    import tomlkit

    entries = tomlkit.aot()
    for row in rows:
        entry = tomlkit.table()
        entry["id"], entry["language"] = row["id"], row["language"]
        if row["retired"]:
            entry.comment("retired in chat")
        asked = tomlkit.inline_table()
        asked.update(row["when"])
        entry["when"] = asked
        entry["text"] = tomlkit.string(row["text"], multiline="\n" in row["text"])
        entries.append(entry)
    document = tomlkit.document()
    if len(entries):
        document["replies"] = tomlkit.table(is_super_table=True)
        document["replies"]["templates"] = entries
    file.write(tomlkit.dumps(document))


def _write_table(
    file: TextIO, columns: tuple[str, ...], rows: Iterator[dict[str, Any]], clock: TimeFormat
) -> None:
    table = Table(caption=clock.t("Times: {zone}", zone=clock.zone), caption_justify="left")
    for name in columns:
        width = WORDS_WIDTH if name == "text" else None
        table.add_column(name, no_wrap=name != "text", min_width=width)
    for row in islice(rows, TABLE_ROWS):
        table.add_row(*(_short(row.get(name), clock) for name in columns))
    left = sum(1 for _ in rows)
    print_table(table, file)
    if left:
        sentence = clock.t("… and {n} more: --format csv writes them all.", n=left)
        table_console(file).print(sentence, markup=False)


def _short(value: Any, clock: TimeFormat) -> str:
    if isinstance(value, datetime):
        return clock.in_full(value)
    text = " ".join(str(cell(value)).split())
    return escape(text if len(text) <= 60 else text[:59] + "…")


def _author_names(config: Path | None, database: str | None) -> str:
    """How much of a name the file lets be told; a database without a file keeps nothing back."""
    try:
        return load(config, environ=os.environ).settings.author_names
    except ConfigError:
        if database is None:
            raise
        return "full"
