"""Whose turn it is: one short message with a real mention, below the card; several as one list."""

from collections.abc import Sequence

from reviewbot.core.facts import CardFacts, HandoffFacts
from reviewbot.core.handoffs import HandoffKind
from reviewbot.words.cards.keyboards import cabinet_link, copy_key
from reviewbot.words.cards.reminders import list_keys, listed
from reviewbot.words.html import (
    NAMED,
    Button,
    Html,
    Message,
    Rows,
    bold,
    joined,
    lines,
    naming,
    short,
    timed,
)
from reviewbot.words.labels import number, person, place, stars
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

ICONS = {
    HandoffKind.APPROVE: "🙋",
    HandoffKind.POST: "✅",
    HandoffKind.RECEIVE: "🤝",
    HandoffKind.REWORK: "↩️",
    HandoffKind.LOST: "✋",
    HandoffKind.DECLINED: "↩️",
}
REASON_LENGTH = 300


def handoff(items: Sequence[HandoffFacts], language: str) -> Message:
    """Return one message for all handoffs of a chat. Raises ValueError without any."""
    if not items:
        raise ValueError("a handoff of nothing")
    t = words_in(language)
    if len(items) == 1:
        return Message(_entry(items[0], t), _keys(items[0], t))
    count = len({item.card.number for item in items})
    title = t.plural("{n} review changed hands", "{n} reviews changed hands", count)
    head = joined(" ", ("🙋", bold(title)))
    about = [item.card.number for item in items]
    html, shown = listed(head, [_entry(item, t) for item in items], about, t)
    numbers = [*dict.fromkeys(about[:shown])]
    return Message(html, list_keys(numbers, len(numbers), t))


def _entry(item: HandoffFacts, t: Language) -> Html:
    who = [(person(each.name), each.telegram_id) for each in item.to]
    asked = naming(_sentence(item.kind, t), who)
    about = joined(", ", (number(item.card, t), place(item.card, brief=True), stars(item.card)))
    line = joined(": ", (joined(" ", (ICONS[item.kind], asked)), about))
    reason = short(_said(item), REASON_LENGTH)
    quoted = t.quoted(reason) if reason else ""
    rest = joined(". ", (line, *_about(item, t)))
    return lines(Html(f"{rest}."), quoted)


def _sentence(kind: HandoffKind, t: Language) -> str:
    match kind:
        case HandoffKind.APPROVE:
            return t("{names}, please approve", names=NAMED)
        case HandoffKind.POST:
            return t("{names}, please post", names=NAMED)
        case HandoffKind.RECEIVE:
            return t("{names}, this one is yours now", names=NAMED)
        case HandoffKind.REWORK:
            return t("{names}, back to you", names=NAMED)
        case HandoffKind.LOST:
            return t("{names}, no longer yours", names=NAMED)
        case HandoffKind.DECLINED:
            return t("{names}, your hand-over was declined", names=NAMED)


def _said(item: HandoffFacts) -> str:
    """Why it was sent back; with what is handed over goes the last note on it."""
    if item.reason:
        return item.reason
    notes = item.card.notes
    return notes[-1].text if item.kind is HandoffKind.RECEIVE and notes else ""


def _about(item: HandoffFacts, t: Language) -> tuple[str, ...]:
    """Who did it, and until when the next is to be done."""
    facts, by = item.card, person(item.by or "")
    match item.kind:
        case HandoffKind.APPROVE:
            name = person(facts.proposed_by or "")
            return t("Proposed: {name}", name=name) if name else "", _due(facts, t)
        case HandoffKind.POST:
            name = person(facts.approved_by or "")
            return t("Approved: {name}", name=name) if name else "", _due(facts, t)
        case HandoffKind.RECEIVE:
            return t("From: {name}", name=by), _due(facts, t)
        case HandoffKind.REWORK:
            return t("Sent back: {name}", name=by), _due(facts, t)
        case HandoffKind.LOST if facts.holder:
            return (t("Now with {name}", name=person(facts.holder)),)
        case HandoffKind.LOST:
            return t("Let go: {name}", name=by), t("Anyone can take it")
        case HandoffKind.DECLINED:
            return t("Declined: {name}", name=by), t("Nobody has it")


def _due(facts: CardFacts, t: Language) -> str:
    deadline = facts.reply_deadline
    if deadline is None:
        return ""
    now = facts.at or deadline
    if facts.breached_at is not None or now > deadline:
        passed = t.at(deadline, facts.zone, now)
        return timed(t("Due time passed {at}", at=passed), ((passed, deadline),))
    by = t.border(deadline, facts.zone, now)
    return timed(t("By {at}", at=by), ((by, deadline),))


def _keys(item: HandoffFacts, t: Language) -> Rows:
    facts = item.card
    show = Button(t("👀 Show"), ButtonName.SHOW_DRAFT)
    match item.kind:
        case HandoffKind.APPROVE:
            approve = Button(t("✅ Approve"), ButtonName.APPROVE)
            return ((approve, show), (Button(t("↩️ Send back…"), ButtonName.SEND_BACK),))
        case HandoffKind.POST:
            copy = copy_key(facts, t) or show
            posted = Button(t("📤 Posted"), ButtonName.POSTED)
            cabinet = cabinet_link(facts, t)
            return ((copy, cabinet) if cabinet else (copy,), (posted,))
        case HandoffKind.RECEIVE:
            return ((show, Button(t("↩️ Decline"), ButtonName.DECLINE)),)
        case HandoffKind.REWORK:
            return ((Button(t("✏️ Edit"), ButtonName.EDIT), show),)
        case HandoffKind.LOST:
            return ((show,),)
        case HandoffKind.DECLINED:
            return ((show, Button(t("✋ Take"), ButtonName.TAKE)),)
