"""Answers to commands and presses: greeting, help, queue, prompts, health."""

from collections.abc import Sequence
from datetime import datetime

from reviewbot.core.facts import CardFacts, QueueLine
from reviewbot.core.model import Role, Severity, TicketState
from reviewbot.words.cards.card import card
from reviewbot.words.cards.history import explain, history
from reviewbot.words.cards.keyboards import complaint_key
from reviewbot.words.health import health
from reviewbot.words.html import (
    Button,
    Html,
    Message,
    Rows,
    bold,
    code,
    escaped,
    joined,
    lines,
    quote,
    safe,
    short,
)
from reviewbot.words.labels import ROLES, person, site, title_of
from reviewbot.words.language import Language, words_in
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

QUEUE_PAGE = 8


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


def queue(
    entries: Sequence[QueueLine],
    language: str,
    *,
    zone: str,
    at: datetime,
    total: int,
    offset: int = 0,
    overdue: int | None = None,
) -> Message:
    """One page of open tickets, the most urgent first. `entries` starts at `offset` of `total`;
    `overdue` counts all of them, and is left out where it is not known."""
    t = words_in(language)
    if not total:
        return Message(joined(" ", ("🎉", t("Nothing waits for a reply."))))
    page = entries[:QUEUE_PAGE]
    late = overdue
    if late is None and total == len(page):
        late = sum(entry.breached for entry in page)
    head = t.plural("{n} review waits for a reply", "{n} reviews wait for a reply", total)
    shown = ""
    if total > len(page):
        shown = t(
            "{first}–{last} of {total}", first=offset + 1, last=offset + len(page), total=total
        )
    behind = t.plural("overdue: {n}", "overdue: {n}", late) if late else ""
    listed = [
        lines(joined(" ", (f"{n}.", _queue_head(entry, t, zone, at))), _queue_tail(entry, t))
        for n, entry in enumerate(page, start=offset + 1)
    ]
    html = lines(joined(" · ", (joined(" ", ("📋", bold(head))), behind, shown)), *listed)
    keys = [
        Button(t("#{number}", number=each.number), ButtonName.OPEN, ticket=each.number)
        for each in page
    ]
    rows: list[tuple[Button, ...]] = [
        tuple(keys[start : start + 4]) for start in range(0, len(keys), 4)
    ]
    rows.append(_turning(t, offset, len(page), total))
    return Message(html, tuple(row for row in rows if row))


def _turning(
    t: Language, offset: int, shown: int, total: int, step: int = QUEUE_PAGE
) -> tuple[Button, ...]:
    back = Button(t("⬅️ Back"), ButtonName.QUEUE, f"{max(0, offset - step)}") if offset else None
    on = (
        Button(t("➡️ Next"), ButtonName.QUEUE, f"{offset + shown}")
        if offset + shown < total
        else None
    )
    return tuple(button for button in (back, on) if button is not None)


def _queue_head(entry: QueueLine, t: Language, zone: str, at: datetime) -> Html:
    due = ""
    if entry.reply_deadline is not None:
        if entry.breached or entry.reply_deadline < at:
            due = t("due time passed {at}", at=t.at(entry.reply_deadline, zone, at))
        else:
            due = t("by {at}", at=t.border(entry.reply_deadline, zone, at))
    mark = "🚨 " if entry.severity is Severity.CRITICAL else ""
    named = (
        mark + t("#{number}", number=entry.number),
        f"{entry.rating}★" if entry.rating is not None else "",
        title_of(entry.source_title, t),
        short(entry.location_name, 60),
        due,
    )
    return joined(" · ", named)


def _queue_tail(entry: QueueLine, t: Language) -> str:
    text = short(entry.excerpt, 80)
    quoted = t.quoted(text) if text else t("no words")
    stage = {
        TicketState.PROPOSED: t("Waiting for approval."),
        TicketState.APPROVED: t("Approved, but not posted."),
        TicketState.POSTED: t("Marked as posted, not seen on the site yet."),
        TicketState.FAILED: t("Could not be posted: check by hand."),
    }.get(entry.state, "")
    held = t("With {name}.", name=person(entry.holder)) if entry.holder else ""
    return " ".join(part for part in (quoted, held, stage) if part)


def queue_card(
    facts: CardFacts,
    language: str,
    *,
    offset: int,
    total: int,
    group: bool,
    role: Role | None = None,
) -> Message:
    """One ticket of the queue as its card, with keys to the one before and the one after."""
    t = words_in(language)
    shown = card(facts, language, group=group, role=role)
    turning = _turning(t, offset, 1, total, step=1)
    flag = complaint_key(facts, t)
    rows = (*shown.buttons, (flag,)) if flag else shown.buttons
    rows = (*rows, turning) if turning else rows
    return Message(shown.html, rows, shown.attachment)


def list_done(language: str) -> Message:
    """All of a list was worked through."""
    t = words_in(language)
    return Message(
        joined(" ", ("🎉", t("Nothing on this list waits any more. Everything else: /queue.")))
    )


def unknown_review(language: str, wanted: str = "") -> Message:
    t = words_in(language)
    shown = short(wanted, 20)
    if not shown:
        return Message(lines(t("Which review? Write its number:"), code("/review 1284")))
    return Message(escaped(t("There is no review #{number}.", number=shown)))


def report_review(facts: CardFacts, language: str) -> Message:
    """How to complain about a review to its site: by hand, on the site's own page."""
    t = words_in(language)
    url = facts.reply_url or facts.review_url or ""
    keys: Rows = ()
    if url.startswith(("https://", "http://")) and " " not in url:
        keys = ((Button(t("↗️ Open cabinet"), url=safe(url)),),)
    return Message(
        lines(
            joined(" ", ("🚩", bold(t("Report review #{number}", number=facts.number)))),
            t(
                "Only you can do that: open the review on {site}, then “Report”.",
                site=site(facts, t),
            ),
            t("If the site removes it, I will see that and close the review."),
        ),
        keys,
    )


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
    "queue",
    "queue_card",
    "report_review",
    "start",
    "start_link",
    "stranger",
    "text_only",
    "unknown_review",
    "whoami",
]
