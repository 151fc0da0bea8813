"""`demo`: the whole way of a review, without an account and without a token."""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.options import StaffLanguage
from reviewbot.cli.terminal import fail, out
from reviewbot.demo.play import play
from reviewbot.demo.story import StoryEnded
from reviewbot.words.operator_language import operator_language
from reviewbot.words.operator_text import language_of


def demo(
    lang: Annotated[
        StaffLanguage | None,
        typer.Option(help="The language staff speak.", show_default="LANG's"),
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="Keep the database in this file; it must not exist.")
    ] = None,
) -> None:
    """Watch a bad review arrive, approve a reply, see it on the site; another one escalates."""
    language = lang.value if lang else language_of(os.environ)
    t = operator_language(language)
    # What the screen shows is the demo's own; only errors of the product may break into it.
    logging.basicConfig(level=logging.ERROR)
    if database is not None and database.exists():
        fail(
            t(
                "{file} exists already: name a new file, so that nothing of yours is overwritten.",
                file=database,
            )
        )
    alone = not (sys.stdin.isatty() and sys.stdout.isatty())
    try:
        answered, escalated = asyncio.run(play(language, database, alone=alone))
    except* StoryEnded as ended:
        fail(t("The demo came to a halt: {error}", error=ended.exceptions[0]))
    out.print(t("answered: {answered} · escalated: {n}", answered=answered, n=escalated))
    if alone and not (answered and escalated):
        raise typer.Exit(1)
