"""`reviewbot sources --live`: what sites send today beside what their sources were built on."""

import asyncio
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import typer

from reviewbot import registry
from reviewbot.cli.databases import working_database
from reviewbot.cli.terminal import err, out, print_json
from reviewbot.cli.time_format import TimeFormat
from reviewbot.clock import WallClock
from reviewbot.collect.contract_watch import ContractWatch, LiveShape
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.parsing import Parsing
from reviewbot.config import Loaded, load
from reviewbot.core.contract import Target
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.words.language import Language, words_in
from reviewbot.words.operations.source_notices import change_lines
from reviewbot.words.operator_language import in_words, operator_language


def look(config: Path | None, *, json: bool) -> None:
    """Read one target of each configured source and print how its shape differs. Exit code 1
    where one differs or cannot be read."""
    loaded = load(config, environ=os.environ)
    t = operator_language(loaded.settings.language)
    with working_database(loaded, must_keep=False) as db, err.status(f"{t('reading')}…"):
        found = asyncio.run(_look(loaded, db))
    if json:
        print_json([_facts(each, loaded) for each in found], indent=1)
    else:
        for each in found:
            for line in _lines(each, loaded, t):
                out.print(line, markup=False, highlight=False)
    if not all(each.is_good for each in found):
        raise typer.Exit(1)


async def _look(loaded: Loaded, db: Database) -> list[LiveShape]:
    clock, parsing, found = WallClock(), Parsing(), []
    async with Fetcher(
        db, loaded.settings, clock, lambda: 0.5, loaded.secrets, loaded.redaction
    ) as fetcher:
        watch = ContractWatch(fetcher, parsing, registry.load, registry.shapes_of)
        try:
            for target in _one_of_each(loaded):
                key, now = target.key, clock.now()
                plan = await db.read(partial(targets.plan_for, key=key, now=now))
                if plan is not None and plan.rests_until is not None:
                    found.append(LiveShape(target.source, key, rests_until=plan.rests_until))
                else:
                    found.append(await watch.look_at(target))
        finally:
            await db.write(lambda rows: watch.save_limits(rows, clock.now()))
            parsing.close()
    return found


def _one_of_each(loaded: Loaded) -> Iterator[Target]:
    met = set()
    for entry in loaded.settings.targets.values():
        if entry.target.source not in met:
            met.add(entry.target.source)
            yield entry.target


def _facts(found: LiveShape, loaded: Loaded) -> dict[str, Any]:
    error = found.error
    return {
        "source": found.source,
        "target": found.target,
        "reviews": found.reviews,
        "unreadable": found.unreadable,
        "change": found.change.to_json() if found.change is not None else None,
        "rests_until": found.rests_until.isoformat() if found.rests_until else None,
        "error": in_words(error.reason, loaded.settings.language) if error else None,
    }


def _lines(found: LiveShape, loaded: Loaded, t: Language) -> Iterator[str]:
    mark = "✓" if found.is_good else "✗"
    head = f"{mark} {found.target}: "
    if found.error is not None:
        reason = in_words(found.error.reason, loaded.settings.language)
        yield f"{head}{type(found.error).__name__}: {reason}"
        return
    if found.rests_until is not None:
        shown = TimeFormat(loaded.settings.desks[""].zone, found.rests_until, t)
        until = f"{shown.in_full(found.rests_until)} ({shown.zone})"
        yield head + t("Its host is left alone until {moment}.", moment=until)
        return
    said = [t.plural("{n} review", "{n} reviews", found.reviews)]
    if found.unreadable:
        said.append(t("unreadable: {n}", n=found.unreadable))
    if found.change is None:
        said.append(t("nothing to compare with"))
    elif not found.change:
        said.append(t("as known"))
    yield head + ", ".join(said)
    if found.change:
        # What differs is said as the notice in chat says it.
        staff = words_in(loaded.settings.language)
        yield from (f"  {line}" for line in change_lines(found.change.to_json(), staff))
