"""`reviewbot digest`: what a chat would be told now, printed; nothing is sent or remembered."""

import os
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from sqlmodel import Session

from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName, StaffLanguage
from reviewbot.cli.terminal import err, fail, out
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.calendar.digest_days import (
    DigestFacts,
    Due,
    Period,
    desk_for,
    last_day,
    places_of,
)
from reviewbot.core.settings import Chat, Settings
from reviewbot.registry import source_facts_of
from reviewbot.store.tx import Tx
from reviewbot.words.digest import digest as message_of
from reviewbot.words.html import Message, visible
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language
from reviewbot.workflow.digests import digest_facts, today_of, watched_since


def digest(
    chat: Annotated[
        str | None, typer.Argument(help="A chat of the file; default: those with a digest.")
    ] = None,
    period: Annotated[
        Period, typer.Option("--period", "-p", help="recent: the last thirty days.")
    ] = Period.DAILY,
    config: Config = None,
    database: DatabaseName = None,
    language: Annotated[
        StaffLanguage | None, typer.Option("--language", help="Default: the chat's.")
    ] = None,
) -> None:
    """Print the newest digest of a period with the figures of now: its words and its keys."""
    loaded = load(config, environ=os.environ)
    settings, now = loaded.settings, WallClock().now()
    t = operator_language(settings.language)
    chats = _chats(settings, chat, t)
    source_facts = source_facts_of(settings, loaded.secrets)
    with opened(config, database or settings.database, for_reading=True) as db:
        for number, shown_chat in enumerate(chats):
            if not db.read_now(partial(watched_since, places=places_of(settings, shown_chat))):
                err.print(
                    t(
                        "{chat}: nothing was read yet, so no digest would be sent.",
                        chat=shown_chat.key,
                    ),
                    style="yellow",
                    markup=False,
                )
                continue
            at = settings.digest.get(shown_chat.key, {}).get(period)
            due = Due(period, last_day(at, today_of(settings, shown_chat, now)))

            def read(rows: Session, shown_chat: Chat = shown_chat, due: Due = due) -> DigestFacts:
                return digest_facts(Tx(rows, settings, source_facts, now), shown_chat, due)

            facts = db.read_now(read)
            message = message_of(facts, language or shown_chat.language or settings.language)
            if number:
                out.print()
            if len(chats) > 1 or chat is None:
                err.print(_heading(settings, shown_chat, period, t), style="dim", markup=False)
            _show(message)


def _chats(settings: Settings, chat: str | None, t: Language) -> Sequence[Chat]:
    if chat is None:
        keys = [key for key in settings.chats if settings.digest.get(key)] or ["support"]
        return [settings.chats[key] for key in keys]
    if chat not in settings.chats:
        names = ", ".join(settings.chats)
        fail(t('There is no chat "{chat}". Chats: {names}.', chat=chat, names=names), code=2)
    return [settings.chats[chat]]


def _heading(settings: Settings, chat: Chat, period: Period, t: Language) -> str:
    at = settings.digest.get(chat.key, {}).get(period)
    when = (
        f"{period} {at}, {desk_for(settings, places_of(settings, chat)).zone}"
        if at
        else t("on request")
    )
    return f"{chat.key}: {when}"


def _show(message: Message) -> None:
    out.print(visible(message.html), markup=False)
    for row in message.buttons:
        out.print(" ".join(f"[{key.label}]" for key in row), style="cyan", markup=False)
