"""Lists of reviews: the open ones with keys to narrow them, one by one, and what was found."""

from collections.abc import Sequence
from datetime import datetime

from reviewbot.core.facts import CardFacts, FoundLine, ListPage, QueueLine
from reviewbot.core.model import Role, Severity, TicketState
from reviewbot.words import N_
from reviewbot.words.cards.card import card
from reviewbot.words.cards.keyboards import complaint_key
from reviewbot.words.cards.without_card import cardless_key
from reviewbot.words.html import (
    Button,
    Html,
    Message,
    bold,
    code,
    escaped,
    joined,
    lines,
    short,
    timed,
)
from reviewbot.words.labels import person, title_of
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

QUEUE_PAGE = 8


def queue(page: ListPage, language: str) -> Message:
    """One page of open tickets, the most urgent first, with keys to narrow the list."""
    t = words_in(language)
    cardless = cardless_key(page.uncarded, t)
    if not page.totals.total:
        return Message(joined(" ", ("🎉", t("Nothing waits for a reply."))), cardless)
    shown = page.entries[:QUEUE_PAGE]
    listed = [
        lines(
            joined(" ", (f"{n}.", _queue_head(entry, t, page.zone, page.at))),
            _queue_tail(entry, t),
        )
        for n, entry in enumerate(shown, start=page.offset + 1)
    ]
    nothing = "" if shown else t("None of them fits. “All” shows the others.")
    html = lines(_list_head(page, len(shown), t), _list_choice(page, t), *listed, nothing)
    keys = [
        Button(t("#{number}", number=each.number), ButtonName.OPEN, ticket=each.number)
        for each in shown
    ]
    rows = [
        *_in_rows(keys, 4),
        *_narrowing(page, t),
        _list_turning(page, len(shown), t),
        (Button(t("▶️ One by one"), ButtonName.QUEUE, "0"),) if shown else (),
        *cardless,
    ]
    return Message(html, tuple(row for row in rows if row))


def choosing(options: Sequence[str], language: str, kind: str) -> Message:
    """What a list can be narrowed to: places or sites by name, with the number of open tickets.
    `kind`: "p" places, "s" sites; the keys carry it with the option's index."""
    t = words_in(language)
    ask = t("Which location?") if kind == "p" else t("Which site?")
    keys = [
        Button(short(option, 40), ButtonName.LIST, f"{kind}{n}")
        for n, option in enumerate(options)
    ]
    back = Button(t("⬅️ Back"), ButtonName.LIST, "back")
    return Message(lines(bold(ask)), (*_in_rows(keys, 2), (back,)))


def found(
    entries: Sequence[FoundLine],
    language: str,
    *,
    words: str,
    zone: str,
    at: datetime,
    offset: int = 0,
    more: bool = False,
    role: Role | None = None,
) -> Message:
    """One page of reviews in which the words stand, the newest first; but for viewers with a key
    for each without a card that is a complaint."""
    t = words_in(language)
    wanted = t.quoted(short(words, 60))
    if not words:
        return Message(
            lines(
                t("What shall I look for? Write it behind the command:"),
                code(t("/find cold coffee")),
            )
        )
    if not entries:
        return Message(escaped(t("No review has {words}.", words=wanted)))
    cardless = {
        n
        for n, entry in enumerate(entries, start=1)
        if entry.cardless is not None and role is not Role.VIEWER
    }
    listed = [
        lines(
            joined(" ", (f"{n}." if n in cardless else "", _found_head(entry, t, zone, at))),
            t.quoted(short(entry.excerpt, 90)),
        )
        for n, entry in enumerate(entries, start=1)
    ]
    keys = [
        Button(t("#{number}", number=each.number), ButtonName.OPEN, ticket=each.number)
        for each in entries
        if each.number is not None
    ]
    keys += [
        Button(f"🔴 {n}", ButtonName.COMPLAINT, str(each.cardless))
        for n, each in enumerate(entries, start=1)
        if n in cardless
    ]
    back = (
        Button(t("⬅️ Back"), ButtonName.FOUND, f"{max(0, offset - QUEUE_PAGE)}") if offset else None
    )
    on = Button(t("➡️ Next"), ButtonName.FOUND, f"{offset + len(entries)}") if more else None
    turning = tuple(button for button in (back, on) if button is not None)
    head = joined(" ", ("🔎", bold(t("Reviews with {words}", words=wanted))))
    rows = (*_in_rows(keys, 4), turning)
    about = t("A key with 🔴: this one is a complaint.") if cardless else ""
    return Message(lines(head, *listed, about), tuple(row for row in rows if row))


def _in_rows(keys: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    return [tuple(keys[start : start + width]) for start in range(0, len(keys), width)]


def _list_head(page: ListPage, shown: int, t: Language) -> Html:
    totals = page.totals
    waits = t.plural("{n} review waits for a reply", "{n} reviews wait for a reply", totals.total)
    figures = (
        t.plural("overdue: {n}", "overdue: {n}", totals.overdue) if totals.overdue else "",
        t.plural("complaints: {n}", "complaints: {n}", totals.complaints)
        if totals.complaints
        else "",
        t.plural("mine: {n}", "mine: {n}", totals.mine) if totals.mine else "",
    )
    span = "" if page.choice.is_narrowed else _span(page, shown, t)
    return joined(" · ", (joined(" ", ("📋", bold(waits))), *figures, span))


def _list_choice(page: ListPage, t: Language) -> str:
    choice = page.choice
    if not choice.is_narrowed:
        return ""
    parts = (
        short(choice.place, 60) if choice.place else "",
        title_of(choice.source_title, t) if choice.source_title else "",
        t.within("list", "complaints") if choice.complaints else "",
        t.within("list", "overdue") if choice.overdue else "",
        t("with {name}", name=person(choice.holder)) if choice.holder else "",
    )
    named = " · ".join(part for part in parts if part)
    counted = t("Only {choice}: {n}", choice=named, n=page.matching)
    return " · ".join(part for part in (counted, _span(page, len(page.entries), t)) if part)


def _span(page: ListPage, shown: int, t: Language) -> str:
    if page.matching <= shown:
        return ""
    first, last = page.offset + 1, page.offset + shown
    return t("{first}–{last} of {total}", first=first, last=last, total=page.matching)


def _narrowing(page: ListPage, t: Language) -> list[tuple[Button, ...]]:
    """The keys that narrow the list; one that is on carries a tick and takes it off again."""
    choice = page.choice
    switches = (
        (t("🔴 Complaints"), choice.complaints, "complaints"),
        (t("⏰ Overdue"), choice.overdue, "overdue"),
        (t("🙋 Mine"), choice.holder is not None, "mine"),
    )
    first = [
        Button(f"✓ {label}" if on else label, ButtonName.LIST, name)
        for label, on, name in switches
    ]
    second = [
        Button(t("📍 Location…"), ButtonName.LIST, "place"),
        Button(t("🌐 Site…"), ButtonName.LIST, "source"),
    ]
    if choice.is_narrowed:
        second.append(Button(t("✖️ All"), ButtonName.LIST, "all"))
    return [tuple(first), tuple(second)]


def _list_turning(page: ListPage, shown: int, t: Language) -> tuple[Button, ...]:
    offset, keys = page.offset, []
    if offset:
        keys.append(Button(t("⬅️ Back"), ButtonName.LIST, f"o{max(0, offset - QUEUE_PAGE)}"))
    if offset + shown < page.matching:
        keys.append(Button(t("➡️ Next"), ButtonName.LIST, f"o{offset + shown}"))
    return tuple(keys)


def _found_head(entry: FoundLine, t: Language, zone: str, at: datetime) -> Html:
    number = t("#{number}", number=entry.number) if entry.number is not None else ""
    return joined(
        " · ",
        (
            number,
            f"{entry.rating}★" if entry.rating is not None else "",
            title_of(entry.source_title, t),
            short(entry.location_name, 60),
            t.at(entry.published_at, zone, at) if entry.published_at else "",
            t(FOUND_STATES[entry.state]) if entry.state else t("without a card"),
        ),
    )


FOUND_STATES = {
    TicketState.WAITING: N_("waits for a reply"),
    TicketState.PROPOSED: N_("waits for approval"),
    TicketState.APPROVED: N_("approved, not posted"),
    TicketState.POSTED: N_("posted, not seen on the site yet"),
    TicketState.FAILED: N_("could not be posted"),
    TicketState.ANSWERED: N_("answered"),
    TicketState.SKIPPED: N_("not answered by choice"),
    TicketState.REACHED: N_("the guest was reached"),
    TicketState.NOT_REACHED: N_("the guest was not reached"),
    TicketState.SOLVED: N_("solved with the guest"),
    TicketState.REFUSED: N_("the guest does not want to talk"),
    TicketState.GONE: N_("gone from the site"),
}


def _turning(t: Language, offset: int, total: int) -> tuple[Button, ...]:
    back = Button(t("⬅️ Back"), ButtonName.QUEUE, f"{offset - 1}") if offset else None
    on = Button(t("➡️ Next"), ButtonName.QUEUE, f"{offset + 1}") if offset + 1 < total else None
    return tuple(button for button in (back, on) if button is not None)


def _queue_head(entry: QueueLine, t: Language, zone: str, at: datetime) -> Html:
    due = ""
    if entry.reply_deadline is not None:
        if entry.breached or entry.reply_deadline < at:
            when = t.at(entry.reply_deadline, zone, at)
            due = timed(t("due time passed {at}", at=when), ((when, entry.reply_deadline),))
        else:
            when = t.border(entry.reply_deadline, zone, at)
            due = timed(t("by {at}", at=when), ((when, entry.reply_deadline),))
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
    turning = _turning(t, offset, total)
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
