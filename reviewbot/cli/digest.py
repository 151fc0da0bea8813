"""`reviewbot digest`: what a chat would be told now, printed; nothing is sent or remembered."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.cards import Language
from reviewbot.cli.door import app, err, fail, out
from reviewbot.clock import WallClock
from reviewbot.core.digest import Due, Period, desk_for, last_day, places_of
from reviewbot.core.setup import Chat, Setup

if TYPE_CHECKING:
    from reviewbot.words.message import Message


@app.command()
def digest(
    chat: Annotated[
        str | None, typer.Argument(help="A chat of the file; default: those with a digest.")
    ] = None,
    period: Annotated[
        Period, typer.Option("--period", "-p", help="recent: the last thirty days.")
    ] = Period.DAILY,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The file.")] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", help="A file or URL in place of the configured one."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="Default: the chat's.")
    ] = None,
) -> None:
    """Print the newest digest of a period with the figures of now: its words and its keys."""
    from reviewbot.app import sites_of
    from reviewbot.cli.migrate import opened
    from reviewbot.config import load
    from reviewbot.store.digests import digest_facts, today_of, watched_since
    from reviewbot.words.digest import digest as message_of

    loaded = load(config, environ=os.environ)
    setup, now = loaded.setup, WallClock().now()
    chats = _chats(setup, chat)
    sites = sites_of(setup, loaded.secrets)
    with opened(config, database or setup.database, for_reading=True) as db:
        for number, told in enumerate(chats):
            if not db.read_now(partial(watched_since, places=places_of(setup, told))):
                err.print(
                    f"{told.key}: nothing was read yet, so no digest would be sent.",
                    style="yellow",
                    markup=False,
                )
                continue
            at = setup.digest.get(told.key, {}).get(period)
            due = Due(period, last_day(at, today_of(setup, told, now)))
            facts = db.read_now(
                partial(digest_facts, setup=setup, sites=sites, chat=told, due=due, now=now)
            )
            message = message_of(facts, language or told.language or setup.language)
            if number:
                out.print()
            if len(chats) > 1 or chat is None:
                err.print(_heading(setup, told, period), style="dim", markup=False)
            _show(message)


def _chats(setup: Setup, chat: str | None) -> Sequence[Chat]:
    if chat is None:
        keys = [key for key in setup.chats if setup.digest.get(key)] or ["support"]
        return [setup.chats[key] for key in keys]
    if chat not in setup.chats:
        fail(f'There is no chat "{chat}". Chats: {", ".join(setup.chats)}.', code=2)
    return [setup.chats[chat]]


def _heading(setup: Setup, chat: Chat, period: Period) -> str:
    at = setup.digest.get(chat.key, {}).get(period)
    when = f"{period} {at}, {desk_for(setup, places_of(setup, chat)).zone}" if at else "on request"
    return f"{chat.key}: {when}"


def _show(message: "Message") -> None:
    from reviewbot.words.message import visible

    out.print(visible(message.html), markup=False)
    for row in message.buttons:
        out.print(" ".join(f"[{key.label}]" for key in row), style="cyan", markup=False)
