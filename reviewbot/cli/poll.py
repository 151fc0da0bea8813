"""`reviewbot poll`: one reading of one target, here and now, or by the bot that runs."""

import asyncio
import os
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from reviewbot import registry
from reviewbot.cli import running_bot
from reviewbot.cli.codes import cause_in_words, code_in_words
from reviewbot.cli.databases import working_database
from reviewbot.cli.options import Config
from reviewbot.cli.targets import refuse_unknown_target
from reviewbot.cli.terminal import err, fail, out, print_json
from reviewbot.cli.time_format import TimeFormat
from reviewbot.clock import WallClock
from reviewbot.collect import requested_polls
from reviewbot.collect.collector import Collector
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.reader import Reader
from reviewbot.collect.requested_polls import UNKNOWN
from reviewbot.config import Loaded, load
from reviewbot.core.model import SIGHTED
from reviewbot.lexicons import classifier_for
from reviewbot.registry import source_facts_of
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.queues import errands
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language

EXCERPT = 90


def poll(
    target: Annotated[str, typer.Argument(help="location/source, as `check` lists them.")],
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Tell what would be stored and flagged."),
    ] = False,
    config: Config = None,
    wait: running_bot.Wait = running_bot.USUAL_WAIT,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Read one target once and store what it shows. Exit code 1 where it could not be read.

    Where the bot runs, it does the reading, with its own gaps between requests, and this waits.
    """

    loaded = load(config, environ=os.environ)
    refuse_unknown_target(loaded, target)
    t = operator_language(loaded.settings.language)
    longest = running_bot.longest_of(wait, t)
    if running_bot.is_running(loaded.settings.database):
        outcome = _by_the_bot(loaded, target, dry_run=dry_run, longest=longest)
    else:
        must_keep = not dry_run
        doing = t("reading {target}", target=target)
        with working_database(loaded, must_keep=must_keep) as db, err.status(f"{doing}…"):
            outcome = asyncio.run(_read(loaded, db, target, dry_run=dry_run))
    if json:
        print_json(outcome)
    else:
        clock = TimeFormat(loaded.settings.desks[""].zone, WallClock().now(), t)
        _print(target, outcome, clock, dry_run=dry_run)
    if outcome["health"] not in SIGHTED:
        raise typer.Exit(1)


def _by_the_bot(
    loaded: Loaded, target: str, *, dry_run: bool, longest: timedelta
) -> dict[str, Any]:
    t = operator_language(loaded.settings.language)
    outcome = running_bot.run(
        loaded,
        lambda rows, now: errands.put_poll(rows, target, now, dry_run=dry_run),
        t("reading {target}", target=target),
        longest,
    )
    if outcome.get("error") == UNKNOWN:
        fail(
            t(
                "The running bot does not know {target}: the file has changed since it was "
                "started. Let it read the file again (kill -HUP, systemctl reload).",
                target=target,
            )
        )
    return outcome


async def _read(loaded: Loaded, db: Database, target: str, *, dry_run: bool) -> dict[str, Any]:
    settings, clock = loaded.settings, WallClock()
    async with Fetcher(
        db, settings, clock, _no_jitter, loaded.secrets, loaded.redaction
    ) as fetcher:
        collector = Collector(
            db,
            settings,
            source_facts_of(settings, loaded.secrets),
            clock,
            Reader(db, fetcher, clock, registry.load, settings.fetching.max_pages),
            partial(classifier_for, settings),
            _no_jitter,
        )
        if not dry_run:
            await db.write(lambda rows: targets.sync_settings(rows, settings, clock.now()))
        return await requested_polls.read(collector, target, dry_run=dry_run)


def _no_jitter() -> float:
    return 0.5


def _print(target: str, outcome: dict[str, Any], clock: TimeFormat, *, dry_run: bool) -> None:
    t = clock.t
    health = code_in_words(outcome["health"], t) if outcome["health"] else t("not read")
    cause = f": {cause_in_words(outcome['cause'], t)}" if outcome["cause"] else ""
    good = outcome["health"] in SIGHTED
    out.print(f"{target} · {health}{cause}", style="green" if good else "red", markup=False)
    if outcome["rests_until"]:
        until = datetime.fromisoformat(outcome["rests_until"])
        shown = f"{clock.in_full(until)} ({clock.zone})"
        out.print(t("Its host is left alone until {moment}.", moment=shown), markup=False)
        return
    counts = {
        "new": t("new: {n}", n=outcome["new"]),
        "edited": t("edited: {n}", n=outcome["edited"]),
        "answered": t("with a new reply: {n}", n=outcome["answered"]),
        "vanished": t("replies gone: {n}", n=outcome["vanished"]),
        "gone": t("reviews gone: {n}", n=outcome["gone"]),
        "tickets": t("to answer: {n}", n=outcome["tickets"]),
    }
    figures = ", ".join(said for name, said in counts.items() if outcome[name])
    pages = t.plural("{n} page read", "{n} pages read", outcome["pages"])
    if good:
        figures = figures or t("nothing new")
    # What could not be read is no silence of the site's.
    out.print(" · ".join(filter(None, (pages, figures))), markup=False)
    if outcome["reviews"]:
        out.print(_table(t, outcome["reviews"]))
    if dry_run:
        out.print(t("Nothing was stored (--dry-run)."), style="dim", markup=False)


def _table(t: Language, found: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in (t("what"), "★", t("verdict"), t("text"), t("to be answered")):
        table.add_column(name, overflow="fold")
    for row in found:
        text = row["text"] or t("(no text)")
        codes = [code_in_words(row[name], t) for name in ("tone", "severity") if row[name]]
        verdict = " ".join((*codes, *row["topics"]))
        table.add_row(
            " ".join(code_in_words(change, t) for change in row["changes"]),
            str(row["rating"] or "–"),
            verdict,
            _plain(text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"),
            _fate(t, row),
        )
    return table


def _fate(t: Language, row: dict[str, Any]) -> str:
    if row["ticket"]:
        return t("backlog") if row["arrival"] == "backlog" else t("yes")
    return t("answered") if row["answered"] else t("no")


def _plain(text: str) -> str:
    """A stranger's text in a table: its brackets are no markup."""
    return escape(text)
