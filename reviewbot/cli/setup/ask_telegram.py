"""What `init` asks about Telegram: the token, the chat of the cards, the people."""

import re

import typer

from reviewbot.cli.setup.bot_api import UNKNOWN_TOKEN, ApiError, BotApi
from reviewbot.cli.setup.known_chats import KnownChat, KnownChats, known_chats
from reviewbot.cli.setup.new_file import NewFile
from reviewbot.cli.setup.prompts import ask_secret, forget_typed, show_numbered
from reviewbot.cli.terminal import err, fail, out
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words

TRIES = 3
_CHAT = re.compile(r"-\d+(/\d+)?")
"""A group's number, perhaps with a topic, as it is typed in place of a line."""
SHORTEST_ID = 5
"""Digits. A shorter number than any Telegram gives to people today is a line mistyped."""


def ask_token(t: Language, root: str, proxy: str | None, *, yes: bool) -> str:
    if yes:
        fail(t("There is no token: set {name}.", name="REVIEWBOT_TELEGRAM_TOKEN"), code=2)
    out.print(t("A bot and its token come from @BotFather: send it /newbot."), markup=False)
    token, tries = "", 0
    while not token:
        token = ask_secret(t("Token (not shown)"))
        say_looking(t)
        try:
            with BotApi(token, root, proxy) as api:
                api.me()
        except ApiError as error:
            if error.code not in (401, 404):
                fail(_unreachable(t, error))
            tries += 1
            if tries == TRIES:
                fail(t("No token, no bot."))
            err.print(in_words(UNKNOWN_TOKEN, t.language), style="yellow")
            token = ""
        forget_typed()
    return token


def say_looking(t: Language) -> None:
    """Say whose answer is waited for."""
    out.print(t("{title}: looking …", title="Telegram"), style="dim", markup=False)


def _unreachable(t: Language, error: ApiError) -> str:
    """Return the sentence, with the way through a proxy where no answer came at all."""
    sentence = f"{in_words(error.description, t.language)}."
    if error.code:
        return sentence
    way = t(
        "Where Telegram needs a proxy, name it: {option}.", option="--proxy socks5://host:1080"
    )
    return f"{sentence} {way}"


def greet(t: Language, api: BotApi) -> str:
    try:
        me = api.me()
    except ApiError as error:
        if error.code in (401, 404):
            fail(in_words(UNKNOWN_TOKEN, t.language))
        fail(_unreachable(t, error))
    forget_typed()
    name = f"@{me.get('username')}"
    out.print(t("✓ The bot is {name}.", name=name), style="green", markup=False)
    return name


def ask_chat(
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
        if new.managers is None and not yes:
            new.managers = _ask_managers(t, [])
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
        show_numbered(t, t("Chats"), [place.line(t) for place in places])
        answer = typer.prompt(
            t("Which one gets the cards? Its line, a chat's number, or Enter to look again"),
            default="1" if len(places) == 1 else "",
            show_default=len(places) == 1,
        ).strip()
        chosen = _chosen_place(t, answer, places)
        if chosen is not None:
            new.chat_id, new.topic, new.chat_title = chosen.chat_id, chosen.topic, chosen.title
            if new.managers is None:
                new.managers = _ask_managers(t, places)
            return
        if answer:
            _say_no_place(t, answer)


def managers_chat(t: Language, text: str) -> KnownChat:
    """Return the chat that an option names. Ends with a sentence where it names none."""
    number, topic = _chat_number(t, text)
    return KnownChat(number, "", topic)


def _ask_managers(t: Language, places: list[KnownChat]) -> KnownChat | None:
    """Return the chat for what is late; None: the chat of the cards hears of it."""
    question = (
        t("Which one tells managers what is late? Its line, a chat's number, or Enter: none")
        if places
        else t("Which chat tells managers what is late? Its number, or Enter: none")
    )
    while True:
        answer = typer.prompt(
            question,
            default="",
            show_default=False,
        ).strip()
        chosen = _chosen_place(t, answer, places)
        if chosen is not None or not answer:
            return chosen
        _say_no_place(t, answer)


def _say_no_place(t: Language, answer: str) -> None:
    if answer.isdecimal():
        said = t("There is no line {number}.", number=answer)
    else:
        said = t('"{text}" is not a chat: write its number, or number/topic.', text=answer)
    err.print(said, style="yellow", markup=False)


def _chosen_place(t: Language, answer: str, places: list[KnownChat]) -> KnownChat | None:
    if answer.isdecimal() and 1 <= int(answer) <= len(places):
        return places[int(answer) - 1]
    if _CHAT.fullmatch(answer):
        number, topic = _chat_number(t, answer)
        return KnownChat(number, "", topic)
    return None


def _chat_number(t: Language, text: str) -> tuple[int, int | None]:
    number, _, topic = text.partition("/")
    if not number.removeprefix("-").isdecimal() or (topic and not topic.isdecimal()):
        fail(t('"{text}" is not a chat: write its number, or number/topic.', text=text), code=2)
    return int(number), int(topic) if topic else None


def ask_people(
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
        show_numbered(t, t("People who wrote"), [f"{name} ({number})" for number, name in people])
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
        elif answer.isdecimal() and len(answer) < SHORTEST_ID:
            err.print(t("There is no line {number}.", number=answer), style="yellow", markup=False)
            continue
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
    forget_typed()
    if met.note:
        err.print(in_words(met.note, t.language), style="yellow", markup=False)
    return met
