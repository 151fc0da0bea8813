"""`demo`: the whole way of a review, without an account and without a token."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.options import StaffLanguage
from reviewbot.cli.terminal import fail, out
from reviewbot.demo.play import play
from reviewbot.demo.story import StoryEnded


def demo(
    lang: Annotated[
        StaffLanguage, typer.Option(help="The language staff speak.")
    ] = StaffLanguage.EN,
    database: Annotated[
        Path | None, typer.Option(help="Keep the database in this file; it must not exist.")
    ] = None,
) -> None:
    """Watch a bad review arrive, approve a reply, see it on the site; another one escalates."""
    # What the screen shows is the demo's own; only errors of the product may break into it.
    logging.basicConfig(level=logging.ERROR)
    if database is not None and database.exists():
        fail(
            f"{database} exists already: name a new file, so that nothing of yours is overwritten."
        )
    alone = not (sys.stdin.isatty() and sys.stdout.isatty())
    try:
        answered, escalated = asyncio.run(play(lang.value, database, alone=alone))
    except* StoryEnded as ended:
        fail(f"The demo came to a halt: {ended.exceptions[0]}")
    out.print(f"answered: {answered} · escalated: {escalated}")
    if alone and not (answered and escalated):
        raise typer.Exit(1)
