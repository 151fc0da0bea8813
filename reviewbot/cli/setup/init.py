"""`reviewbot init`: a few questions, and a file that works."""

import asyncio
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from reviewbot.cli.setup.bot_api import UNKNOWN_TOKEN, ApiError, BotApi
from reviewbot.cli.setup.known_chats import KnownChat, KnownChats, installed_with, known_chats
from reviewbot.cli.setup.new_file import NewFile, write_file, write_private
from reviewbot.cli.setup.page_check import FirstPage, first_pages
from reviewbot.cli.terminal import err, fail, out
from reviewbot.config import TOKEN_VARIABLE, load
from reviewbot.config.durations import Mistake
from reviewbot.config.links import installed
from reviewbot.config.load import PLACES
from reviewbot.config.locale import language_of
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import LANGUAGES
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words, operator_language, problem_text

TRIES = 3
YES, NO = ("y", "yes", "д", "да"), ("n", "no", "н", "нет")


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
        fail('The language is "ru" or "en".', code=2)
    t = operator_language(language or _ask_language(yes=yes))
    _check_overwriting(t, config, yes=yes, force=force)
    root = base_url or "https://api.telegram.org"
    given = os.environ.get(TOKEN_VARIABLE, "").strip()
    token = given or _ask_token(t, root, proxy, yes=yes)
    new = NewFile(t.language, time_zone or "Europe/Moscow", None, base_url, proxy)
    new.allowed_hosts = list(allow_host or [])
    with BotApi(token, root, proxy) as api:
        name = _greet(t, api)
        places = [config, *(Path(place) for place in PLACES)]
        installed = installed_with(token, places, os.environ)
        _ask_chat(t, new, api, installed, name, support, yes=yes)
        _ask_people(t, new, api, installed, person or [], yes=yes)
    if not yes and time_zone is None:
        new.time_zone = _ask_zone(t, new.time_zone)
    _ask_location(t, new, location, contact, link or [], yes=yes)
    token_path = config.parent / "token"
    if not given and _may_write_token(t, token_path):
        write_private(token_path, f"{token}\n")
        new.token_file = token_path.name
    write_file(config, new.text())
    _check_written(t, config, given or token)


def _ask_language(*, yes: bool) -> str:
    """Return the language of the questions and the cards. A shell that names none of ours, as on
    servers, leaves Russian, as the file does."""

    usual = language_of(os.environ, otherwise="ru")
    if yes:
        return usual
    while True:
        answer: str = typer.prompt("Язык / Language (ru, en)", default=usual).strip().lower()
        if answer in LANGUAGES:
            return answer


def _confirm(t: Language, question: str, *, default: bool) -> bool:
    """Ask for a yes or a no, in either language: "y", "д", Enter for the default."""
    choices = t("[Y/n]") if default else t("[y/N]")
    while True:
        answer = typer.prompt(f"{question} {choices}", default="", show_default=False)
        word = answer.strip().casefold()
        if not word:
            return default
        if word in (*YES, *NO):
            return word in YES


def _ask_secret(question: str) -> str:
    """Ask for a text that is not shown. What is piped in is read as it is: nothing would show it,
    and getpass would warn of a terminal that is not there."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(question, hide_input=True)
        return typed.strip()
    out.print(f"{question}: ", markup=False)
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.strip()


def _check_overwriting(t: Language, config: Path, *, yes: bool, force: bool) -> None:
    if not config.exists() or force:
        return
    if yes:
        fail(t("{file} is there already; --force overwrites it.", file=config))
    question = t("{file} is there already. Overwrite it?", file=config)
    if not _confirm(t, question, default=False):
        raise typer.Exit(1)


def _ask_token(t: Language, root: str, proxy: str | None, *, yes: bool) -> str:
    if yes:
        fail(t("There is no token: set {name}.", name="REVIEWBOT_TELEGRAM_TOKEN"), code=2)
    out.print(t("A bot and its token come from @BotFather: send it /newbot."), markup=False)
    token, tries = "", 0
    while not token:
        token = _ask_secret(t("Token (not shown)"))
        try:
            with BotApi(token, root, proxy) as api:
                api.me()
        except ApiError as error:
            if error.code not in (401, 404):
                fail(f"{in_words(error.description, t.language)}.")
            tries += 1
            if tries == TRIES:
                fail(t("No token, no bot."))
            err.print(in_words(UNKNOWN_TOKEN, t.language), style="yellow")
            token = ""
    return token


def _greet(t: Language, api: BotApi) -> str:
    try:
        me = api.me()
    except ApiError as error:
        if error.code in (401, 404):
            fail(in_words(UNKNOWN_TOKEN, t.language))
        fail(f"{in_words(error.description, t.language)}.")
    name = f"@{me.get('username')}"
    out.print(t("✓ The bot is {name}.", name=name), style="green", markup=False)
    return name


def _ask_chat(
    t: Language,
    new: NewFile,
    api: BotApi,
    installed: str | None,
    name: str,
    support: str | None,
    *,
    yes: bool,
) -> None:
    if support is not None:
        new.chat_id, new.topic = _chat_number(t, support)
        return
    if yes:
        way = "--support NUMBER[/TOPIC]"
        fail(t("Say which chat gets the cards: {option}.", option=way), code=2)
    how = t("Add {name} to the chat of your staff and write there: /start{name}", name=name)
    out.print(f"\n{how}", markup=False)
    out.print(t("In a group with topics write it in the topic for reviews."), markup=False)
    while True:
        typer.prompt(t("Done? Press Enter"), default="", show_default=False)
        met = _met(t, api, installed)
        places = list(met.chats.values())
        _show(t, t("Chats"), [place.line(t) for place in places])
        answer = typer.prompt(
            t("Which one gets the cards? Its line, a chat's number, or Enter to look again"),
            default="1" if len(places) == 1 else "",
            show_default=len(places) == 1,
        ).strip()
        chosen = _chosen_place(t, answer, places)
        if chosen is not None:
            new.chat_id, new.topic, new.chat_title = chosen.chat_id, chosen.topic, chosen.title
            return


def _chosen_place(t: Language, answer: str, places: list[KnownChat]) -> KnownChat | None:
    if answer.isdecimal() and 1 <= int(answer) <= len(places):
        return places[int(answer) - 1]
    if answer.startswith("-"):
        number, topic = _chat_number(t, answer)
        return KnownChat(number, "", topic)
    return None


def _chat_number(t: Language, text: str) -> tuple[int, int | None]:
    number, _, topic = text.partition("/")
    if not number.removeprefix("-").isdecimal() or (topic and not topic.isdecimal()):
        fail(t('"{text}" is not a chat: write its number, or number/topic.', text=text), code=2)
    return int(number), int(topic) if topic else None


def _ask_people(
    t: Language,
    new: NewFile,
    api: BotApi,
    installed: str | None,
    given: list[str],
    *,
    yes: bool,
) -> None:
    for text in given:
        digits, _, called = text.strip().partition(" ")
        if not digits.isdecimal():
            fail(t('"{text}" is not a person: write "number name".', text=text), code=2)
        _add_person(new, int(digits), called.strip() or digits)
    if given:
        return
    if yes:
        fail(t("Say who answers: {option}.", option='--person "NUMBER NAME"'), code=2)
    order = t("The first person is the manager, who approves replies; others are staff.")
    out.print(f"\n{order}", markup=False)
    while True:
        met = _met(t, api, installed)
        people = list(met.people.items())
        _show(t, t("People who wrote"), [f"{name} ({number})" for number, name in people])
        question = (
            t("Who else answers? A line, a person's number, or Enter: that is all")
            if new.people
            else t("Who answers reviews? A line, a person's number, or Enter to look again")
        )
        answer = typer.prompt(question, default="", show_default=False).strip()
        if not answer:
            if new.people:
                return
            continue
        number, name = 0, ""
        if answer.isdecimal() and 1 <= int(answer) <= len(people):
            number, name = people[int(answer) - 1]
        elif answer.isdecimal():
            number = int(answer)
        if not number or any(number == known for known, _, _ in new.people):
            err.print(t("Nobody new by that."), style="yellow", markup=False)
            continue
        called = typer.prompt(t("Name for the cards"), default=name or str(number))
        _add_person(new, number, called)


def _add_person(new: NewFile, number: int, name: str) -> None:
    new.people.append((number, name, "staff" if new.people else "manager"))


def _met(t: Language, api: BotApi, installed: str | None) -> KnownChats:
    met = known_chats(api, installed)
    if met.note:
        err.print(in_words(met.note, t.language), style="yellow", markup=False)
    return met


def _show(t: Language, title: str, lines: list[str]) -> None:
    if not lines:
        out.print(t("{title}: nobody yet.", title=title), style="dim", markup=False)
        return
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    for number, line in enumerate(lines, start=1):
        table.add_row(str(number), line)
    out.print(table)


def _ask_zone(t: Language, default: str) -> str:
    while True:
        name: str = typer.prompt(t("Time zone"), default=default).strip()
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            sentence = t('There is no time zone "{name}".', name=name)
            err.print(sentence, style="yellow", markup=False)
            continue
        return name


def _ask_location(
    t: Language,
    new: NewFile,
    name: str | None,
    contact: str | None,
    given: list[str],
    *,
    yes: bool,
) -> None:
    for text in given:
        if not _add_link(t, new, text, sure=True) and yes:
            raise typer.Exit(2)
    question = t("The location's name")
    new.location = name or ("" if yes else typer.prompt(f"\n{question}").strip())
    if yes and not (new.location and new.links):
        fail(t("Say what to watch: {options}.", options="--location NAME, --link URL"), code=2)
    if contact is not None or yes:
        new.contact = contact or ""
    else:
        new.contact = typer.prompt(
            t("Contact for guests, named in replies"), default="", show_default=False
        ).strip()
    while not given:
        question = (
            t("Another link to its reviews (Enter: that is all)")
            if new.links
            else t("A link to its reviews")
        )
        text = typer.prompt(question, default="", show_default=False).strip()
        if text:
            _add_link(t, new, text, sure=False)
        elif new.links:
            return


def _add_link(t: Language, new: NewFile, text: str, *, sure: bool) -> bool:
    """Recognise a link, look at its page, and ask whether it is the right one."""
    links = installed()
    try:
        hint = links.recognise(text)
    except Mistake as mistake:
        parts = (in_words(part, t.language) for part in (mistake.sentence, mistake.hint))
        err.print(" ".join(parts), style="yellow", markup=False)
        return False
    title = links.modules[hint.source].TITLE[new.language]
    out.print(t("{title}: looking …", title=title), style="dim", markup=False)
    page = _look(t, new, text)
    seen = page.line(t)
    if page.trouble is None:
        question = t("Is this your place? {seen}", seen=seen)
    else:
        question = t("It cannot be read now ({seen}). Keep the link?", seen=seen)
    if sure:
        out.print(f"  {seen}", markup=False)
    elif not _confirm(t, question, default=True):
        return False
    new.links.append(text)
    return True


def _look(t: Language, new: NewFile, link: str) -> FirstPage:
    """Read the first page with a file that holds this link alone."""
    alone = NewFile(new.language, new.time_zone, None, chat_id=-1, people=[(1, "a", "manager")])
    alone.location, alone.links, alone.allowed_hosts = "a", [link], new.allowed_hosts
    with TemporaryDirectory(prefix="reviewbot-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(alone.text(), encoding="utf-8")
        try:
            loaded = load(path, environ={})
        except ConfigError as error:
            faults = [in_words(problem.sentence, t.language) for problem in error.problems]
            return FirstPage(trouble="; ".join(faults))
        (key,) = loaded.settings.targets
        return asyncio.run(first_pages(loaded.settings, [key], loaded.secrets))[key]


def _may_write_token(t: Language, path: Path) -> bool:
    if not path.exists():
        return True
    return _confirm(t, t("{file} is there already. Overwrite it?", file=path), default=True)


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
