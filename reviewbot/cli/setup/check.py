"""`reviewbot check`: is the file right, what will it do, and does the world answer."""

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reviewbot.cli.options import Config, is_there
from reviewbot.cli.terminal import err, out
from reviewbot.config import Loaded, load, load_with_tables
from reviewbot.config.durations import brief, rounded
from reviewbot.config.request_load import HostTraffic, traffic, warnings
from reviewbot.core.errors import Problem
from reviewbot.words import N_
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words, operator_language, problem_text
from reviewbot.words.operator_text import say

OPEN_TO_OTHERS = N_("Others on this machine can read {file}.")


def check(
    config: Config = None,
    effective: Annotated[
        bool, typer.Option("--effective", help="Print everything, defaults included.")
    ] = False,
    live: Annotated[
        bool,
        typer.Option("--live", help="Ask Telegram and read a few pages; writes nothing."),
    ] = False,
) -> None:
    """Check the configuration. Exit codes: 0 right (warnings too), 1 --live failed, 2 mistakes."""
    if effective:
        # Only now: writing TOML takes a library of its own.
        from reviewbot.config.dump import effective as written

        out.print(written(load_with_tables(config, environ=os.environ)), markup=False, end="")
        return
    loaded = load(config, environ=os.environ)
    _print_file(loaded)
    if live:
        # Only now: the file alone is checked without the libraries that read sites.
        from reviewbot.cli.setup.live_checks import look

        t = operator_language(loaded.settings.language)
        out.print()
        out.print(t("Live"), style="bold", markup=False)
        all_good = True
        for answer in look(loaded, partial(_show_begun, t)):
            all_good = all_good and answer.good
            mark, style = ("✓", "green") if answer.good else ("✗", "red")
            parts = [in_words(part, t.language) for part in (answer.sentence, answer.hint) if part]
            out.print(f"{mark} {answer.subject}: {' '.join(parts)}", style=style, markup=False)
        if not all_good:
            raise typer.Exit(1)


def _show_begun(t: Language, subject: str) -> None:
    err.print(t("{title}: looking …", title=subject), style="dim", markup=False)


def _print_file(loaded: Loaded) -> None:
    hosts, t = traffic(loaded.settings), operator_language(loaded.settings.language)
    found = [*loaded.warnings, *warnings(hosts), *_of_the_database(loaded)]
    out.print(f"✓ {loaded.path}: {_counts(loaded, t)}", style="green", markup=False)
    for problem in found:
        # Warnings go to the other stream: what a script reads stays clean.
        err.print(f"! {problem_text(problem, t.language)}", style="yellow", markup=False)
    if hosts:
        out.print()
        out.print(_table(hosts, t))


def _open(file: Path) -> Problem:
    return Problem("database.path", say(OPEN_TO_OTHERS, file=file), f"chmod 600 {file}")


def _of_the_database(loaded: Loaded) -> list[Problem]:
    if not is_there(loaded.settings.database):
        return []
    # Only now: the first `check` of a new installation has no database to ask.
    from reviewbot.cli.setup.file_effects import effects
    from reviewbot.cli.setup.former_keys import renames
    from reviewbot.store.database import open_to_others

    return [
        *(_open(file) for file in open_to_others(loaded.settings.database)),
        *renames(loaded.settings),
        *effects(loaded),
    ]


def _counts(loaded: Loaded, t: Language) -> str:
    settings = loaded.settings
    own = sum(place.role == "own" for place in settings.locations.values())
    rivals = len(settings.locations) - own
    parts = (
        (own, t.plural("{n} location", "{n} locations", own)),
        (rivals, t.plural("{n} competitor", "{n} competitors", rivals)),
        (len(settings.targets), t.plural("{n} page", "{n} pages", len(settings.targets))),
        (len(settings.people), t.plural("{n} person", "{n} people", len(settings.people))),
        (len(settings.chats), t.plural("{n} chat", "{n} chats", len(settings.chats))),
    )
    return ", ".join(said for number, said in parts if number)


def _table(hosts: tuple[HostTraffic, ...], t: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(t("host"), no_wrap=True)
    for heading in (t("pages"), t("every"), t("attainable"), t("gap"), t("a day"), t("safe")):
        table.add_column(heading, justify="right")
    for host in hosts:
        safe = t("unknown") if host.budget is None else f"≤ {host.budget}"
        table.add_row(
            host.host,
            str(host.targets),
            brief(host.every),
            rounded(host.attainable),
            brief(host.gap),
            f"≥ {host.requests}",
            safe,
        )
    return table
