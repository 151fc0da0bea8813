"""Messages that call: a step of the ladder, and many alerts at once as one list."""

from collections.abc import Sequence

from reviewbot.core.facts import CardFacts, ReminderFacts
from reviewbot.core.model import ReminderKind, Severity, TicketState, Tone
from reviewbot.words.cards.waiting_card import blind, review_text
from reviewbot.words.html import (
    NAMED,
    TEXT_LIMIT,
    Button,
    Html,
    Message,
    Rows,
    bold,
    escaped,
    joined,
    length,
    lines,
    naming,
    short,
    timed,
)
from reviewbot.words.labels import icon, number, person, place, site, stars
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

EXCERPT = 80
BRIEF_EXCERPT = 32
"""Under a card that the message replies to: enough to know which it was."""
KEYS_SHOWN = 24
"""Number keys under a list; Telegram takes 100, a person reads fewer."""

PER_NUMBER = 12
"""Letters kept free for each ticket's number."""


def reminder(items: Sequence[ReminderFacts], language: str) -> Message:
    """Return one message for all reminders of a chat and sweep. Raises ValueError without any."""
    if not items:
        raise ValueError("a reminder about nothing")
    t = words_in(language)
    if len(items) == 1:
        return _single(items[0], t)
    return _several(items, t)


def bundle(cards: Sequence[CardFacts], language: str) -> Message:
    """Return one numbered list in place of many alerts."""
    t = words_in(language)
    count = len(cards)
    complaints = all(facts.tone is Tone.NEGATIVE for facts in cards)
    critical = any(facts.severity is Severity.CRITICAL for facts in cards)
    if complaints:
        title = t.plural("{n} new complaint", "{n} new complaints", count)
    else:
        title = t.plural("{n} new review", "{n} new reviews", count)
    calm = not any(facts.tone is Tone.NEGATIVE for facts in cards)
    mark = "🚨" if critical else "🟡" if calm else "🔴"
    head = joined(" ", (mark, bold(title)))
    numbers = [facts.number for facts in cards]
    shown = listed(head, [_bundled(facts, t) for facts in cards], numbers, t)
    return Message(shown[0], list_keys(numbers, shown[1], t))


def _single(item: ReminderFacts, t: Language) -> Message:
    facts = item.card
    html = lines(
        joined(" · ", (joined(" ", (_icon(item), bold(_title(item, t)))), number(facts, t))),
        joined(
            " · ", (place(facts, brief=True), site(facts, t), _excerpt(facts, t, BRIEF_EXCERPT))
        ),
        joined(" ", (_holding(facts, t), _stage(facts, t), _looked(facts, t))),
        blind(facts, t),
        joined(" ", (_asked(item, t), _next(item, t))),
    )
    return Message(html, _keys(facts, t))


def _icon(item: ReminderFacts) -> str:
    if item.card.severity is Severity.CRITICAL and item.kind is not ReminderKind.WARNING:
        return "🚨"
    return "⏳" if item.kind.is_before_the_deadline else "⏰"


def _title(item: ReminderFacts, t: Language) -> str:
    facts = item.card
    seen = item.kind.is_of_seen_ladder
    due = (facts.seen_deadline if seen else facts.reply_deadline) or item.due_at
    border = t.border(due, facts.zone, facts.at or due)
    match item.kind:
        case ReminderKind.WARNING:
            said = t("Reply by {at}", at=border)
        case ReminderKind.SEEN:
            said = t("Take by {at}", at=border)
        case ReminderKind.SEEN_BREACH:
            said = t("Nobody took it by {at}", at=border)
        case _:
            border = t.at(due, facts.zone, facts.at or due)
            said = t("Due time passed {at}", at=border)
    return timed(said, ((border, due),))


def _excerpt(facts: CardFacts, t: Language, limit: int = EXCERPT) -> str:
    text = short(review_text(facts, t), limit)
    quoted = t.quoted(text) if text else t("no words")
    return " ".join(part for part in (stars(facts), quoted) if part)


def _holding(facts: CardFacts, t: Language) -> str:
    if not facts.holder:
        return t("Nobody has taken it.")
    name = person(facts.holder)
    if facts.held_at is None:
        return t("With {name}.", name=name)
    since = t.border(facts.held_at, facts.zone, facts.at or facts.held_at)
    return t("With {name} since {since}.", name=name, since=since)


def _stage(facts: CardFacts, t: Language) -> str:
    """How far the reply has come."""
    match facts.state:
        case TicketState.PROPOSED:
            name = person(facts.proposed_by or "")
            if name:
                return t("Waiting for approval, proposed: {name}.", name=name)
            return t("Waiting for approval.")
        case TicketState.APPROVED:
            return t("Approved, but not posted.")
        case TicketState.FAILED:
            return t("Could not be posted: check by hand.")
        case TicketState.POSTED:
            return t("Marked as posted, not seen on the site yet.")
        case _:
            return t("Draft not approved.") if facts.draft else t("There is no draft.")


def _looked(facts: CardFacts, t: Language) -> str:
    if facts.last_look_at is None:
        return ""
    at = t.seen(facts.last_look_at, facts.zone, facts.at or facts.last_look_at)
    return t("Site last checked {at}.", at=at)


def _asked(item: ReminderFacts, t: Language) -> Html:
    if not item.to:
        return Html()
    match item.kind:
        case ReminderKind.SEEN | ReminderKind.SEEN_BREACH:
            sentence = t("{name}, please take it.", name=NAMED)
        case ReminderKind.WARNING:
            sentence = t("{name}, please reply.", name=NAMED)
        case _:
            sentence = t("{name}, please decide.", name=NAMED)
    return naming(sentence, [(person(item.to), item.to_id)])


def _next(item: ReminderFacts, t: Language) -> str:
    if item.next_at is None:
        return ""
    at = t.at(item.next_at, item.card.zone, item.card.at or item.due_at)
    if item.next_to:
        return t("Next I will tell {name} {at}.", name=person(item.next_to), at=at)
    return t("I will remind again {at}.", at=at)


def _keys(facts: CardFacts, t: Language) -> Rows:
    ready = facts.state in (TicketState.APPROVED, TicketState.FAILED)
    first = Button(t("👀 Card") if facts.draft is None else t("👀 Draft"), ButtonName.SHOW_DRAFT)
    take = Button(t("✋ Take"), ButtonName.TAKE)
    return (
        (Button(t("👀 Text"), ButtonName.SHOW_DRAFT), Button(t("📤 Posted"), ButtonName.POSTED))
        if ready
        else (first, take),
        (
            Button(t("💤 Snooze…"), ButtonName.SNOOZE),
            Button(t("☑️ Already answered"), ButtonName.ANSWERED),
        ),
    )


def _several(items: Sequence[ReminderFacts], t: Language) -> Message:
    count = len(items)
    if all(item.kind.is_before_the_deadline for item in items):
        mark = "⏳"
        title = t.plural("{n} review waits for a reply", "{n} reviews wait for a reply", count)
    else:
        mark = "⏰"
        title = t.plural("{n} review needs a decision", "{n} reviews need a decision", count)
    names = dict.fromkeys((person(item.to), item.to_id) for item in items if item.to)
    asked = naming(t("{names}, please look.", names=NAMED), names) if names else Html()
    head = lines(joined(" ", (mark, bold(title))), asked)
    numbers = [item.card.number for item in items]
    shown = listed(head, [_reminded(item, t) for item in items], numbers, t)
    return Message(shown[0], list_keys(numbers, shown[1], t))


def _reminded(item: ReminderFacts, t: Language) -> Html:
    facts = item.card
    line = (number(facts, t), place(facts, brief=True), site(facts, t), _title(item, t))
    held = t("With {name}.", name=person(facts.holder)) if facts.holder else ""
    return lines(joined(" · ", line), joined(" ", (_excerpt(facts, t), held, _stage(facts, t))))


def _bundled(facts: CardFacts, t: Language) -> Html:
    due = ""
    if facts.reply_deadline is not None:
        at = t.border(facts.reply_deadline, facts.zone, facts.at or facts.first_seen_at)
        due = timed(t("by {at}", at=at), ((at, facts.reply_deadline),))
    line = (number(facts, t), site(facts, t), place(facts, brief=True), due)
    return lines(joined(" ", (icon(facts), joined(" · ", line))), _excerpt(facts, t))


def listed(
    head: Html, entries: Sequence[Html], numbers: Sequence[int], t: Language
) -> tuple[Html, int]:
    """Number the entries under a head as long as they fit; those left are told by number."""
    html, shown = head, 0
    for n, entry in enumerate(entries, start=1):
        longer = Html(f"{html}\n{escaped(f'{n}. ')}{entry}")
        if length(longer) > TEXT_LIMIT - 60 - PER_NUMBER * len(entries) or n > KEYS_SHOWN:
            break
        html, shown = longer, n
    left = len(entries) - shown
    if left:
        rest = ", ".join(t("#{number}", number=each) for each in numbers[shown:])
        more = t.plural("…and {n} more", "…and {n} more", left)
        html = lines(html, joined(": ", (more, rest)))
    return html, shown


def list_keys(numbers: Sequence[int], shown: int, t: Language) -> Rows:
    keys = [
        Button(t("#{number}", number=each), ButtonName.OPEN, ticket=each)
        for each in numbers[:shown]
    ]
    rows = [tuple(keys[start : start + 4]) for start in range(0, len(keys), 4)]
    through = t("📋 Work through {n}", n=len(numbers))
    return (*rows, (Button(through, ButtonName.QUEUE, "0"),))
