"""`reviewbot init`: a few questions, and a file that works."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

from reviewbot.cli.door import app, err, fail, out

if TYPE_CHECKING:
    from reviewbot.cli.acquaintance import Acquaintance, Place
    from reviewbot.cli.bot_api import BotApi
    from reviewbot.cli.glance import Glance
    from reviewbot.cli.new_file import NewFile

TRIES = 3


@app.command()
def init(
    config: Annotated[Path, typer.Option("--config", "-c", help="The file to write.")] = Path(
        "config.toml"
    ),
    language: Annotated[str, typer.Option(help="Of cards: ru or en.")] = "ru",
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
    from reviewbot.cli.acquaintance import installed_with
    from reviewbot.cli.bot_api import BotApi
    from reviewbot.cli.new_file import NewFile, write_file, write_private
    from reviewbot.config import TOKEN_VARIABLE
    from reviewbot.config.reading import PLACES

    if language not in ("ru", "en"):
        fail('The language is "ru" or "en".', code=2)
    _check_overwriting(config, yes=yes, force=force)
    root = base_url or "https://api.telegram.org"
    given = os.environ.get(TOKEN_VARIABLE, "").strip()
    token = given or _ask_token(root, proxy, yes=yes)
    new = NewFile(language, time_zone or "Europe/Moscow", None, base_url, proxy)
    new.allowed_hosts = list(allow_host or [])
    with BotApi(token, root, proxy) as api:
        name = _greet(api)
        places = [config, *(Path(place) for place in PLACES)]
        installed = installed_with(token, places, os.environ)
        _ask_chat(new, api, installed, name, support, yes=yes)
        _ask_people(new, api, installed, person or [], yes=yes)
    if not yes and time_zone is None:
        new.time_zone = _ask_zone(new.time_zone)
    _ask_location(new, location, contact, link or [], yes=yes)
    token_path = config.parent / "token"
    if not given and _may_write_token(token_path):
        write_private(token_path, f"{token}\n")
        new.token_file = token_path.name
    write_file(config, new.text())
    _check_written(config, given or token)


def _check_overwriting(config: Path, *, yes: bool, force: bool) -> None:
    if not config.exists() or force:
        return
    if yes:
        fail(f"{config} is there already; --force overwrites it.")
    if not typer.confirm(f"{config} is there already. Overwrite it?", default=False):
        raise typer.Exit(1)


def _ask_token(root: str, proxy: str | None, *, yes: bool) -> str:
    from reviewbot.cli.bot_api import ApiError, BotApi

    if yes:
        fail("There is no token: set REVIEWBOT_TELEGRAM_TOKEN.", code=2)
    out.print("A bot and its token come from @BotFather: send it /newbot.")
    token, tries = "", 0
    while not token:
        token = typer.prompt("Token (not shown)", hide_input=True).strip()
        try:
            with BotApi(token, root, proxy) as api:
                api.me()
        except ApiError as error:
            if error.code not in (401, 404):
                fail(f"{error}.")
            tries += 1
            if tries == TRIES:
                fail("No token, no bot.")
            err.print("Telegram does not know this token.", style="yellow")
            token = ""
    return token


def _greet(api: "BotApi") -> str:
    from reviewbot.cli.bot_api import ApiError

    try:
        me = api.me()
    except ApiError as error:
        fail(
            "Telegram does not know this token."
            if error.code in (401, 404)
            else f"{error.description}."
        )
    name = f"@{me.get('username')}"
    out.print(f"✓ The bot is {name}.", style="green", markup=False)
    return name


def _ask_chat(
    new: "NewFile",
    api: "BotApi",
    installed: str | None,
    name: str,
    support: str | None,
    *,
    yes: bool,
) -> None:
    if support is not None:
        new.chat_id, new.topic = _chat_number(support)
        return
    if yes:
        fail("Say which chat gets the cards: --support NUMBER or NUMBER/TOPIC.", code=2)
    out.print(
        f"\nAdd {name} to the chat of your staff and write there: /start{name}", markup=False
    )
    out.print("In a group with topics write it in the topic for reviews.")
    while True:
        typer.prompt("Done? Press Enter", default="", show_default=False)
        met = _met(api, installed)
        places = list(met.places.values())
        _show("Chats", [str(place) for place in places])
        answer = typer.prompt(
            "Which one gets the cards? Its line, a chat's number, or Enter to look again",
            default="1" if len(places) == 1 else "",
            show_default=len(places) == 1,
        ).strip()
        chosen = _chosen_place(answer, places)
        if chosen is not None:
            new.chat_id, new.topic, new.chat_title = chosen.chat_id, chosen.topic, chosen.title
            return


def _chosen_place(answer: str, places: "list[Place]") -> "Place | None":
    from reviewbot.cli.acquaintance import Place

    if answer.isdecimal() and 1 <= int(answer) <= len(places):
        return places[int(answer) - 1]
    if answer.startswith("-"):
        number, topic = _chat_number(answer)
        return Place(number, "", topic)
    return None


def _chat_number(text: str) -> tuple[int, int | None]:
    number, _, topic = text.partition("/")
    if not number.removeprefix("-").isdecimal() or (topic and not topic.isdecimal()):
        fail(f'"{text}" is not a chat: write its number, or number/topic.', code=2)
    return int(number), int(topic) if topic else None


def _ask_people(
    new: "NewFile", api: "BotApi", installed: str | None, given: list[str], *, yes: bool
) -> None:
    for text in given:
        digits, _, called = text.strip().partition(" ")
        if not digits.isdecimal():
            fail(f'"{text}" is not a person: write "number name".', code=2)
        _add_person(new, int(digits), called.strip() or digits)
    if given:
        return
    if yes:
        fail('Say who answers: --person "NUMBER NAME".', code=2)
    out.print("\nThe first person is the manager, who approves replies; others are staff.")
    while True:
        met = _met(api, installed)
        people = list(met.people.items())
        _show("People who wrote", [f"{name} ({number})" for number, name in people])
        more = "Enter: that is all" if new.people else "Enter: look again"
        answer = typer.prompt(
            f"Who answers reviews? A line, a person's number, or {more}",
            default="",
            show_default=False,
        ).strip()
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
            err.print("Nobody new by that.", style="yellow")
            continue
        _add_person(new, number, typer.prompt("Name for the cards", default=name or str(number)))


def _add_person(new: "NewFile", number: int, name: str) -> None:
    new.people.append((number, name, "staff" if new.people else "manager"))


def _met(api: "BotApi", installed: str | None) -> "Acquaintance":
    from reviewbot.cli.acquaintance import acquaint

    met = acquaint(api, installed)
    if met.note:
        err.print(met.note, style="yellow", markup=False)
    return met


def _show(title: str, lines: list[str]) -> None:
    if not lines:
        out.print(f"{title}: nobody yet.", style="dim")
        return
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    for number, line in enumerate(lines, start=1):
        table.add_row(str(number), line)
    out.print(table)


def _ask_zone(default: str) -> str:
    from zoneinfo import ZoneInfo

    while True:
        name: str = typer.prompt("Time zone", default=default).strip()
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            err.print(f'There is no time zone "{name}".', style="yellow", markup=False)
            continue
        return name


def _ask_location(
    new: "NewFile", name: str | None, contact: str | None, given: list[str], *, yes: bool
) -> None:
    for text in given:
        if not _add_link(new, text, sure=True) and yes:
            raise typer.Exit(2)
    new.location = name or ("" if yes else typer.prompt("\nThe location's name").strip())
    if yes and not (new.location and new.links):
        fail("Say what to watch: --location NAME and --link URL.", code=2)
    if contact is not None or yes:
        new.contact = contact or ""
    else:
        new.contact = typer.prompt(
            "Contact for guests, named in replies", default="", show_default=False
        ).strip()
    while not given:
        text = typer.prompt(
            "A link to its reviews" + (" (Enter: that is all)" if new.links else ""),
            default="",
            show_default=False,
        ).strip()
        if text:
            _add_link(new, text, sure=False)
        elif new.links:
            return


def _add_link(new: "NewFile", text: str, *, sure: bool) -> bool:
    """Recognise a link, look at its page, and ask whether it is the right one."""
    from reviewbot.config.links import installed
    from reviewbot.config.spans import Mistake

    links = installed()
    try:
        hint = links.recognise(text)
    except Mistake as mistake:
        err.print(f"{mistake.sentence} {mistake.hint}", style="yellow", markup=False)
        return False
    title = links.modules[hint.source].TITLE[new.language]
    out.print(f"{title}: looking …", style="dim", markup=False)
    seen = _look(new, text)
    if seen.trouble is None:
        question = f"Is this your place? {seen}"
    else:
        question = f"It cannot be read now ({seen}). Keep the link?"
    if sure:
        out.print(f"  {seen}", markup=False)
    elif not typer.confirm(question, default=True):
        return False
    new.links.append(text)
    return True


def _look(new: "NewFile", link: str) -> "Glance":
    """Read the page's first screen with a house made of this link alone."""
    from tempfile import TemporaryDirectory

    from reviewbot.cli.glance import Glance, glance
    from reviewbot.cli.new_file import NewFile
    from reviewbot.config import load
    from reviewbot.core.errors import ConfigError

    house = NewFile(new.language, new.time_zone, None, chat_id=-1, people=[(1, "a", "manager")])
    house.location, house.links, house.allowed_hosts = "a", [link], new.allowed_hosts
    with TemporaryDirectory(prefix="reviewbot-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(house.text(), encoding="utf-8")
        try:
            loaded = load(path, environ={})
        except ConfigError as error:
            return Glance(trouble="; ".join(problem.sentence for problem in error.problems))
        (key,) = loaded.setup.targets
        return asyncio.run(glance(loaded.setup, [key], loaded.secrets))[key]


def _may_write_token(path: Path) -> bool:
    if not path.exists():
        return True
    return typer.confirm(f"{path} is there already. Overwrite it?", default=True)


def _check_written(config: Path, token: str) -> None:
    from reviewbot.config import TOKEN_VARIABLE, load

    loaded = load(config, environ={**os.environ, TOKEN_VARIABLE: token})
    out.print(f"\n✓ Written: {config}", style="green", markup=False)
    for warning in loaded.warnings:
        err.print(f"! {warning}", style="yellow", markup=False)
    hosts = {
        urlsplit(target.target.url or "").hostname for target in loaded.setup.targets.values()
    }
    if len(hosts) and None not in hosts:
        out.print(
            f"It will watch: {', '.join(sorted(str(host) for host in hosts))}.", markup=False
        )
    where = "" if config == Path("config.toml") else f" --config {config}"
    out.print(f"Next: reviewbot check --live{where}, then reviewbot run{where}", markup=False)
