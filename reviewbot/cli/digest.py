"""`reviewbot digest`: what a chat would be told now, printed; nothing is sent or remembered."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.app import app, err, fail, out
from reviewbot.cli.cards import LanguageChoice
from reviewbot.clock import WallClock
from reviewbot.core.calendar.digest_days import (
    DigestFacts,
    Due,
    Period,
    desk_for,
    last_day,
    places_of,
)
from reviewbot.core.settings import Chat, Settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from reviewbot.words.html import Message


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
        LanguageChoice | None, typer.Option("--language", help="Default: the chat's.")
    ] = None,
) -> None:
    """Print the newest digest of a period with the figures of now: its words and its keys."""
    from reviewbot.app import sites_of
    from reviewbot.cli.migrate import opened
    from reviewbot.config import load
    from reviewbot.store.tx import Tx
    from reviewbot.words.digest import digest as message_of
    from reviewbot.workflow.digests import digest_facts, today_of, watched_since

    loaded = load(config, environ=os.environ)
    settings, now = loaded.settings, WallClock().now()
    chats = _chats(settings, chat)
    sites = sites_of(settings, loaded.secrets)
    with opened(config, database or settings.database, for_reading=True) as db:
        for number, told in enumerate(chats):
            if not db.read_now(partial(watched_since, places=places_of(settings, told))):
                err.print(
                    f"{told.key}: nothing was read yet, so no digest would be sent.",
                    style="yellow",
                    markup=False,
                )
                continue
            at = settings.digest.get(told.key, {}).get(period)
            due = Due(period, last_day(at, today_of(settings, told, now)))

            def read(rows: "Session", told: Chat = told, due: Due = due) -> DigestFacts:
                return digest_facts(Tx(rows, settings, sites, now), told, due)

            facts = db.read_now(read)
            message = message_of(facts, language or told.language or settings.language)
            if number:
                out.print()
            if len(chats) > 1 or chat is None:
                err.print(_heading(settings, told, period), style="dim", markup=False)
            _show(message)


def _chats(settings: Settings, chat: str | None) -> Sequence[Chat]:
    if chat is None:
        keys = [key for key in settings.chats if settings.digest.get(key)] or ["support"]
        return [settings.chats[key] for key in keys]
    if chat not in settings.chats:
        fail(f'There is no chat "{chat}". Chats: {", ".join(settings.chats)}.', code=2)
    return [settings.chats[chat]]


def _heading(settings: Settings, chat: Chat, period: Period) -> str:
    at = settings.digest.get(chat.key, {}).get(period)
    when = (
        f"{period} {at}, {desk_for(settings, places_of(settings, chat)).zone}"
        if at
        else "on request"
    )
    return f"{chat.key}: {when}"


def _show(message: "Message") -> None:
    from reviewbot.words.html import visible

    out.print(visible(message.html), markup=False)
    for row in message.buttons:
        out.print(" ".join(f"[{key.label}]" for key in row), style="cyan", markup=False)
