"""Answers to commands and presses: greeting, help, queue, prompts, health."""

from collections.abc import Sequence

from reviewbot.core.model import Role
from reviewbot.words.cards.history import explain, history
from reviewbot.words.health import health
from reviewbot.words.html import (
    Button,
    Html,
    Message,
    bold,
    code,
    escaped,
    joined,
    lines,
    quote,
    short,
)
from reviewbot.words.labels import ROLES, person
from reviewbot.words.language import words_in
from reviewbot.words.notices import start_link
from reviewbot.words.people import settings_button
from reviewbot.words.prompts import (
    ask_meaning,
    draft_saved,
    edit_prompt,
    note_prompt,
    note_saved,
    text_only,
)
from reviewbot.words.vocabulary import COMMANDS, ButtonName, Scope


def start(
    language: str, *, name: str = "", role: Role | None = None, private: bool = True
) -> Message:
    """The answer to /start of somebody on the staff list: from now on the bot may write here."""
    t = words_in(language)
    hello = t("Hello, {name}!", name=person(name)) if name else t("Hello!")
    can = {
        Role.VIEWER: t("I will show you how reviews are answered."),
        Role.STAFF: t("Bad reviews come with a draft reply: edit it, and a manager approves."),
        Role.MANAGER: t("Bad reviews come with a draft reply: you approve, edit or send back."),
        Role.ADMIN: t("You see everything, also what is wrong with me: /health."),
    }
    return Message(
        lines(
            joined(" ", ("👋", bold(hello))),
            t("Now I can write to you here."),
            can[role] if role else "",
            t("What waits for a reply: /queue. All commands: /help."),
        ),
        ((settings_button(language),),) if private else (),
    )


def stranger(language: str, *, telegram_id: int, operator: str | None = None) -> Message:
    """Somebody who is not on the list, in a private chat or in a chat of ours."""
    t = words_in(language)
    to = person(operator or "") or t("your admin")
    return Message(
        lines(
            t("You are not on the staff list, so I cannot show you anything."),
            Html(
                escaped(t("Your number is"))
                + " "
                + code(str(telegram_id))
                + ". "
                + escaped(t("Forward it to: {name}.", name=to))
            ),
        )
    )


def command_menu(scope: Scope, language: str) -> tuple[tuple[str, str], ...]:
    """Return (command, description) of what is listed there."""
    t = words_in(language)
    return tuple((each.name, t(each.description)) for each in COMMANDS if scope in each.scopes)


def help_text(language: str, *, role: Role | None = None, group: bool = False) -> Message:
    t = words_in(language)
    scope = Scope.GROUP if group else (Scope.ADMIN if role is Role.ADMIN else Scope.PRIVATE)
    listed = [f"/{name} · {about}" for name, about in command_menu(scope, language)]
    return Message(
        lines(
            bold(t("How it works")),
            t("1. A bad review comes as a card with a draft reply and a due time."),
            t("2. Edit the draft or take another; a manager approves it."),
            t("3. Copy the text to the site and press “Posted”, or I post it myself where I can."),
            t("4. I look at the site; when the reply is there, the review is closed."),
            t("Changing a draft: press “Edit” and reply to my question. Talk under cards freely."),
            "",
            *listed,
        )
    )


def whoami(
    language: str,
    *,
    telegram_id: int,
    name: str | None = None,
    role: Role | None = None,
    only: Sequence[str] = (),
    chat_id: int | None = None,
    thread_id: int | None = None,
) -> Message:
    """Number, name, role and places; in a group also the chat's numbers for the config."""
    t = words_in(language)
    parts: list[str] = [Html(escaped(t("Your number is")) + " " + code(str(telegram_id)))]
    if role is None:
        parts.append(t("You are not on the staff list."))
    else:
        who = person(name or "")
        parts.append(joined(", ", (bold(who), t(ROLES[role]))))
        places = ", ".join(short(each, 60) for each in only[:20])
        parts.append(t("Locations: {places}", places=places) if places else t("All locations"))
    if chat_id is not None:
        parts.append(Html(escaped(t("This chat is")) + " " + code(str(chat_id))))
    if thread_id is not None:
        parts.append(Html(escaped(t("This topic is")) + " " + code(str(thread_id))))
    return Message(lines(*parts))


def unknown_review(language: str, wanted: str = "") -> Message:
    t = words_in(language)
    shown = short(wanted, 20)
    if not shown:
        return Message(lines(t("Which review? Write its number:"), code("/review 1284")))
    return Message(escaped(t("There is no review #{number}.", number=shown)))


def practice(language: str) -> Message:
    """A card to try the keys on: nothing it does counts. Keys: practice:<what>."""
    t = words_in(language)
    return Message(
        lines(
            joined(" · ", (joined(" ", ("🎓", bold(t("Practice card")))), t("not a real review"))),
            quote(t("Waited forty minutes for a coffee. Not coming back.")),
            t("Draft:"),
            quote(
                t(
                    "Thank you for writing. We are sorry for the wait. "
                    "Please tell us the day and time."
                )
            ),
        ),
        (
            (
                Button(t("✅ Approve"), ButtonName.PRACTICE, "approve"),
                Button(t("✏️ Edit"), ButtonName.PRACTICE, "edit"),
            ),
            (
                Button(t("✋ Take"), ButtonName.PRACTICE, "take"),
                Button(t("📤 Posted"), ButtonName.PRACTICE, "posted"),
            ),
        ),
    )


__all__ = [
    "ask_meaning",
    "draft_saved",
    "edit_prompt",
    "explain",
    "health",
    "help_text",
    "history",
    "note_prompt",
    "note_saved",
    "practice",
    "start",
    "start_link",
    "stranger",
    "text_only",
    "unknown_review",
    "whoami",
]
