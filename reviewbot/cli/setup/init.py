"""`reviewbot init`: a few questions, and a file that works."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from reviewbot.cli.setup.answers_kept import KeptAnswers
from reviewbot.cli.setup.ask_location import ask_location
from reviewbot.cli.setup.ask_telegram import (
    ask_chat,
    ask_people,
    ask_token,
    greet,
    managers_chat,
    say_looking,
)
from reviewbot.cli.setup.bot_api import BotApi
from reviewbot.cli.setup.known_chats import installed_with
from reviewbot.cli.setup.new_file import NewFile, write_file, write_private
from reviewbot.cli.setup.prompts import ask_language, ask_zone, confirm
from reviewbot.cli.terminal import err, fail, out
from reviewbot.config import TOKEN_VARIABLE, load
from reviewbot.config.load import PLACES
from reviewbot.core.model import LANGUAGES
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language, problem_text
from reviewbot.words.operator_text import language_of


def init(
    config: Annotated[Path, typer.Option("--config", "-c", help="The file to write.")] = Path(
        "config.toml"
    ),
    language: Annotated[
        str | None,
        typer.Option(help="Of these questions and of cards: ru or en.", show_default="LANG's"),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Of the desk.", show_default="Europe/Moscow")
    ] = None,
    support: Annotated[
        str | None, typer.Option(help="The chat of the cards: its number, or number/topic.")
    ] = None,
    managers: Annotated[
        str | None, typer.Option(help="The managers' chat for what is late: its number.")
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(help='A person: "number name"; the first is the manager.')
    ] = None,
    location: Annotated[str | None, typer.Option(help="The location's name.")] = None,
    contact: Annotated[str | None, typer.Option(help="The contact named in replies.")] = None,
    link: Annotated[list[str] | None, typer.Option(help="A link to a page of reviews.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Another Bot API server.")] = None,
    proxy: Annotated[str | None, typer.Option(help="A proxy for Telegram.")] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A private host that links may lead to.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; what is missing is an error.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write a configuration: asks for the token, the chat, a person and links.

    The token may be given in REVIEWBOT_TELEGRAM_TOKEN; what options say is not asked for.
    """

    if language not in (None, *LANGUAGES):
        t = operator_language(language_of(os.environ))
        fail(t('The language is "ru" or "en".'), code=2)
    t = operator_language(language or ask_language(yes=yes))
    if config.is_dir():
        fail(t("{path} is a folder.", path=config), code=2)
    _check_overwriting(t, config, yes=yes, force=force)
    root = base_url or "https://api.telegram.org"
    given = os.environ.get(TOKEN_VARIABLE, "").strip()
    token = given or ask_token(t, root, proxy, yes=yes)
    new = NewFile(t.language, time_zone or "Europe/Moscow", None, base_url, proxy)
    kept = KeptAnswers(config)
    if not yes and (before := _last_time(t, kept)):
        new = replace(before, base_url=base_url or before.base_url, proxy=proxy or before.proxy)
    new.allowed_hosts = list(allow_host or new.allowed_hosts)
    if managers is not None:
        new.managers = managers_chat(t, managers)
    with BotApi(token, root, proxy) as api:
        if given:
            say_looking(t)
        name = greet(t, api)
        places = [config, *(Path(place) for place in PLACES)]
        installed = installed_with(token, places, os.environ)
        if not new.chat_id or support is not None:
            ask_chat(t, new, api, installed, name, support, yes=yes)
        _keep(kept, new, yes=yes)
        if not new.people or person:
            ask_people(t, new, api, installed, person or [], yes=yes)
    _keep(kept, new, yes=yes)
    if not yes and time_zone is None:
        new.time_zone = ask_zone(t, new.time_zone)
    _keep(kept, new, yes=yes)
    try:
        ask_location(t, new, location, contact, link or [], yes=yes)
    finally:
        _keep(kept, new, yes=yes)
    token_path = config.parent / "token"
    if not given and _may_write_token(t, token_path):
        write_private(token_path, f"{token}\n")
        new.token_file = token_path.name
    write_file(config, new.text())
    kept.forget()
    _check_written(t, config, given or token)


def _last_time(t: Language, kept: KeptAnswers) -> NewFile | None:
    before = kept.read()
    if before is None:
        return None
    question = t("Go on with the answers of the time before, which was interrupted?")
    return before if confirm(t, question, default=True) else None


def _keep(kept: KeptAnswers, new: NewFile, *, yes: bool) -> None:
    if not yes:
        kept.keep(new)


def _check_overwriting(t: Language, config: Path, *, yes: bool, force: bool) -> None:
    if not config.exists() or force:
        return
    if yes:
        fail(t("{file} is there already; --force overwrites it.", file=config))
    question = t("{file} is there already. Overwrite it?", file=config)
    if not confirm(t, question, default=False):
        raise typer.Exit(1)


def _may_write_token(t: Language, path: Path) -> bool:
    if not path.exists():
        return True
    return confirm(t, t("{file} is there already. Overwrite it?", file=path), default=True)


def _check_written(t: Language, config: Path, token: str) -> None:
    loaded = load(config, environ={**os.environ, TOKEN_VARIABLE: token})
    out.print()
    out.print(t("✓ Written: {file}", file=config), style="green", markup=False)
    for warning in loaded.warnings:
        err.print(f"! {problem_text(warning, t.language)}", style="yellow", markup=False)
    hosts = {
        urlsplit(target.target.url or "").hostname for target in loaded.settings.targets.values()
    }
    if len(hosts) and None not in hosts:
        listed = ", ".join(sorted(str(host) for host in hosts))
        out.print(t("It will watch: {hosts}.", hosts=listed), markup=False)
    where = "" if config == Path("config.toml") else f" --config {config}"
    check, run = f"reviewbot check --live{where}", f"reviewbot run{where}"
    out.print(t("Next: {check}, then {run}", check=check, run=run), markup=False)
