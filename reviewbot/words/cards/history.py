"""How it came to this: a review's history, and why it is flagged, due and routed as it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reviewbot.core.contract import instant
from reviewbot.core.facts import CardFacts, HistoryLine
from reviewbot.core.model import Reason, Severity
from reviewbot.core.routes import DEFAULT
from reviewbot.core.settings import SAVED
from reviewbot.core.ticket import MACHINES
from reviewbot.words import N_
from reviewbot.words.cards.card import where
from reviewbot.words.cards.waiting_card import STARS_RULE, review_text
from reviewbot.words.html import (
    TEXT_LIMIT,
    Button,
    Html,
    Message,
    Rows,
    bold,
    joined,
    length,
    lines,
    quote,
    short,
)
from reviewbot.words.labels import (
    HINTS,
    TONES,
    number,
    person,
    round_reason,
    skip_reason,
    stars,
    topic_title,
)
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

ACTIONS = {
    "opened": N_("review found"),
    "propose": N_("reply proposed"),
    "approve": N_("approved"),
    "send_back": N_("back to edit"),
    "take": N_("taken"),
    "release": N_("let go"),
    "transfer": N_("handed over"),
    "snooze": N_("snoozed"),
    "posted": N_("marked as posted"),
    "already_answered": N_("marked as answered"),
    "skip": N_("decided not to answer"),
    "undo_skip": N_("back in work"),
    "undo_publish": N_("posting undone"),
    "undo_posted": N_("the mark taken back"),
    "is_a_complaint": N_("called a complaint"),
    "accept_site_text": N_("the text on the site is fine"),
    "reopen": N_("back in work"),
    "auto_thank": N_("thanked by the bot itself"),
    "machine_draft": N_("machine-made draft in the template's place"),
    "published": N_("posted to the site"),
    "declined": N_("the site knows that no reply is needed"),
    "not_declined": N_("the site was not told that no reply is needed"),
    "publish_refused": N_("the site refused the reply"),
    "outcome_unknown": N_("posting ended unclear: check by hand"),
    "reply_seen": N_("reply seen on the site"),
    "reply_vanished": N_("the reply vanished from the site"),
    "not_confirmed": N_("the reply did not appear on the site"),
    "mark_stands": N_("closed by the mark: the site shows no replies"),
    "edited": N_("the review was edited"),
    "edited_worse": N_("the review was edited and got worse"),
    "confirmed_gone": N_("the review is gone from the site"),
    "seen_again": N_("the review is on the site again"),
    "reached": N_("the guest was reached"),
    "not_reached": N_("the guest was not reached"),
    "solved": N_("solved with the guest"),
    "refused": N_("the guest does not want to talk"),
    "undo_outcome": N_("the mark taken back"),
    "guest_says_solved": N_("the guest says that it was solved"),
    "guest_says_unsolved": N_("the guest says that it was not solved"),
    "not_ours": N_("no longer ours: closed"),
    "ours_again": N_("ours again: back in work"),
    "forgotten": N_("the guest is forgotten: closed"),
    "forget": N_("name and words removed"),
    "deadline_moved": N_("due time counted anew, the file has changed"),
    "clock_stopped": N_("the clock stands: the file gives this kind of review no time"),
    "clock_resumed": N_("the clock runs again"),
    "another": N_("another wording taken"),
    "note": N_("note"),
    "gesture": N_("a gesture offered"),
    "place_asked": N_("the place was asked"),
    "place_answered": N_("the place answered"),
    "template_saved": N_("the text kept as a template"),
    "measure": N_("a measure"),
    "measure_done": N_("the measure was taken"),
    "fault_confirmed": N_("the guest is right: fault confirmed"),
    "site_complaint": N_("complaint to the site"),
    "feedback": N_("verdict corrected"),
    "breach": N_("due time passed"),
    "seen_breach": N_("nobody took it in time"),
    "reminded": N_("reminded"),
}

COMPLAINT_OUTCOMES = {
    "sent": N_("sent"),
    "removed": N_("the site removed the review"),
    "refused": N_("the site refused"),
    "returned": N_("the review is on the site again"),
}

FEEDBACK = {
    "not_a_complaint": N_("not a complaint"),
    "wrong_topic": N_("wrong topic"),
    "is_a_complaint": N_("a complaint"),
}

_NAMELESS = MACHINES | {"place"}
"""Actors without a name: of the place the answer itself tells who wrote it."""


def history(facts: CardFacts, entries: Sequence[HistoryLine], language: str) -> Message:
    """Return what happened to a review, oldest first; the oldest give way where it is too long: a
    key shows what was up to them."""
    t = words_in(language)
    title = t("Review #{number}", number=facts.number)
    text = short(review_text(facts, t), 300)
    head = lines(joined(" ", ("🕘", bold(title))), where(facts, t), quote(text) if text else "")
    rows = [_entry(each, facts, t) for each in entries]
    kept: list[Html] = []
    room = TEXT_LIMIT - length(head) - 60
    for line in reversed(rows):
        room -= length(line) + 1
        if room < 0:
            break
        kept.insert(0, line)
    left = len(rows) - len(kept)
    earlier = t.plural("{n} earlier entry", "{n} earlier entries", left) if left else ""
    empty = "" if rows else t("Nothing has happened yet.")
    keys: Rows = ((Button(t("👀 Card"), ButtonName.OPEN), Button(t("❓ Why"), ButtonName.WHY)),)
    if left:
        keys = ((Button(t("⬆️ Earlier"), ButtonName.HISTORY, str(left)),), *keys)
    return Message(lines(head, earlier, *kept, empty), keys)


def photos(facts: CardFacts, addresses: Sequence[str], language: str) -> Message:
    """The photos of a review as links, one a line."""
    t = words_in(language)
    title = t("Photos of review #{number}", number=facts.number)
    head = joined(" ", ("📷", bold(title)))
    room = TEXT_LIMIT - length(head) - 60
    kept = []
    for address in addresses:
        room -= length(address) + 1
        if room < 0:
            break
        kept.append(address)
    left = len(addresses) - len(kept)
    more = t.plural("{n} more", "{n} more", left) if left else ""
    return Message(lines(head, *kept, more, "" if addresses else t("There are none any more.")))


def _entry(entry: HistoryLine, facts: CardFacts, t: Language) -> Html:
    known = ACTIONS.get(entry.action)
    act = t(known) if known else short(entry.action.replace("_", " "), 40)
    who = "" if entry.who in _NAMELESS else person(entry.who)
    about = _about(entry.action, entry.detail, facts, t)
    text = f"{act}: {about}" if about else act
    return joined(" · ", (t.dated(entry.at, facts.zone, facts.at), who, text))


def _about(action: str, detail: Mapping[str, Any], facts: CardFacts, t: Language) -> str:
    """What the detail of an audit row adds, in words."""
    if action == "note":
        return short(str(detail.get("note") or ""), 300)
    if action == "site_complaint":
        outcome = COMPLAINT_OUTCOMES.get(str(detail.get("outcome")))
        return t(outcome) if outcome else ""
    if action == "measure":
        by = instant(detail.get("due_at"))
        what = short(str(detail.get("note") or ""), 200)
        return ", ".join(
            part for part in (what, t.day(by, facts.zone, facts.at) if by else "") if part
        )
    if action in ("place_asked", "place_answered"):
        told = (
            short(str(detail.get("name") or ""), 60),
            short(str(detail.get("note") or ""), 300),
        )
        return ", ".join(part for part in told if part)
    if action == "gesture":
        told = (str(detail.get("sum") or ""), short(str(detail.get("note") or ""), 200))
        return ", ".join(part for part in told if part)
    if action == "send_back":
        return short(str(detail.get("reason") or ""), 300)
    if action == "transfer":
        return person(str(detail.get("to") or ""))
    if action == "snooze":
        until = instant(detail.get("until"))
        return t("until {at}", at=t.dated(until, facts.zone, facts.at)) if until else ""
    if action == "skip":
        return skip_reason(str(detail.get("reason") or ""), t)
    if action in ("deadline_moved", "clock_resumed"):
        due = instant(detail.get("due_at"))
        return t("by {at}", at=t.dated(due, facts.zone, facts.at)) if due else ""
    if action == "opened":
        return round_reason(str(detail.get("reason") or ""), t)
    if action == "feedback":
        says = FEEDBACK.get(str(detail.get("says")))
        topic = detail.get("topic")
        named = topic_title(str(topic), t, facts.own_topics) if topic else ""
        return ", ".join(part for part in (t(says) if says else "", named) if part)
    if action in ("publish_refused", "outcome_unknown", "not_declined"):
        failure = str(detail.get("failure") or detail.get("reason") or "")
        return "" if failure in ACTIONS else short(failure, 200)
    return ""


def explain(facts: CardFacts, language: str) -> Message:
    """Return the reasons of every decision: the verdict, the due time, the draft, the chat."""
    t = words_in(language)
    verdict = t("critical") if facts.severity is Severity.CRITICAL else ""
    topics = ", ".join(topic_title(topic, t, facts.own_topics) for topic in facts.topics[:8])
    tone = t(TONES[facts.tone]).lower()
    hints = ", ".join(t(HINTS[hint]) for hint in facts.hints if hint in HINTS)
    head = joined(" · ", (joined(" ", ("❓", bold(t("Why so")))), number(facts, t)))
    html = lines(
        head,
        joined(" ", (bold(t("Verdict:")), ", ".join(part for part in (tone, verdict) if part))),
        t("Topics: {topics}", topics=topics) if topics else "",
        t("Note: {hints}", hints=hints) if hints else "",
        *(_evidence(reason, facts, t) for reason in _strongest(facts.reasons)),
        joined(" ", (bold(t("Due time:")), t("none"))) if facts.reply_deadline is None else "",
        *_arithmetic(facts, t),
        joined(" ", (bold(t("Draft:")), _drafted(facts, t))) if facts.draft_why else "",
        joined(" ", (bold(t("Chat:")), _routed(facts, t))) if facts.route else "",
    )
    return Message(
        html,
        ((Button(t("👀 Card"), ButtonName.OPEN), Button(t("🕘 History"), ButtonName.HISTORY)),),
    )


def _strongest(reasons: Sequence[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda reason: -abs(reason.points))[:10]


def _evidence(reason: Reason, facts: CardFacts, t: Language) -> Html:
    if reason.rule == STARS_RULE:
        quoted = stars(facts) or short(reason.words, 40)
    else:
        quoted = t.quoted(short(reason.words, 60))
    topic = topic_title(reason.topic, t, facts.own_topics) if reason.topic else ""
    points = t.signed(reason.points) if reason.points else ""
    told = joined(" ", ("•", quoted, f"({topic})" if topic else "", points))
    return joined(": ", (told, _speaks(reason, facts, t)))


def _speaks(reason: Reason, facts: CardFacts, t: Language) -> str:
    """What a rule makes of the words, for people; its id is for `reviewbot explain`."""
    if reason.makes_critical(facts.severity):
        return t("tells of a danger")
    if reason.rule == STARS_RULE:
        return t("the guest's own stars")
    return t("speaks for a complaint") if reason.points > 0 else t("speaks against a complaint")


def _drafted(facts: CardFacts, t: Language) -> str:
    """How `drafting.drafts.choose` came to the draft, for people."""
    told = dict(part.split("=", 1) for part in facts.draft_why.split() if "=" in part)
    name = told.get("template", "")
    if name.startswith(SAVED):
        chosen = t("the saved template “{name}”", name=short(name, 60))
    elif told.get("shelf", "").startswith("own/"):
        chosen = t("your template “{name}”", name=short(name, 60))
    else:
        chosen = t("a ready wording that fits stars and topic")
    again = {
        "here": t("said here lately: nothing else fits"),
        "near": t("said near here within a day: nothing else fits"),
    }.get(told.get("again", ""), "")
    return "; ".join(part for part in (chosen, again) if part)


def _routed(facts: CardFacts, t: Language) -> str:
    if facts.route == DEFAULT:
        return t("the usual one")
    return t("by the route “{name}”", name=short(facts.route, 60))


def _arithmetic(facts: CardFacts, t: Language) -> list[Html]:
    steps = []
    for name, params in facts.deadline_why:
        line = _step(name, params, facts, t)
        if line:
            steps.append(joined(" ", ("•", line)))
    if steps or facts.reply_deadline is not None:
        steps.insert(0, joined(" ", (bold(t("Due time:")), _due(facts, t))))
    return steps


def _due(facts: CardFacts, t: Language) -> str:
    if facts.reply_deadline is None:
        return ""
    due = t.dated(facts.reply_deadline, facts.zone, facts.at)
    # The table of the file itself is what every review gets: no name to tell.
    rule = short(facts.deadline_rule, 60) if facts.deadline_rule != "reply_time" else ""
    return t("{at}, by the rule “{rule}”", at=due, rule=rule) if rule else due


def _step(name: str, params: Mapping[str, Any], facts: CardFacts, t: Language) -> str:
    """One step of core.calendar.deadlines' arithmetic."""
    zone = facts.zone

    def when(key: str, anchor: datetime | None = None) -> str:
        moment = instant(params.get(key))
        return t.stamp(moment, zone, anchor) if moment else "?"

    minutes = params.get("minutes")
    length_ = t.span(f"{minutes}m") if isinstance(minutes, int) and minutes < 60 else ""
    if isinstance(minutes, int) and minutes >= 60:
        hours, rest = divmod(minutes, 60)
        length_ = t.span(f"{hours}h {rest}m" if rest else f"{hours}h")
    start = instant(params.get("from"))
    match name:
        case "started":
            return t("the clock starts when we saw it: {at}", at=when("at"))
        case "outside_hours":
            return t("outside the desk's hours: counted from {at}", at=when("opens"))
        case "days":
            days = params.get("days")
            count = days if isinstance(days, int) else 0
            return t.plural(
                "{n} working day: the same time on {to}",
                "{n} working days: the same time on {to}",
                count,
                to=when("to"),
            )
        case "interval":
            return t(
                "{start} to {end}: {length} of work",
                start=when("from"),
                end=when("to", start),
                length=length_,
            )
        case "clock":
            return t(
                "{start} to {end}: {length} by the clock",
                start=when("from"),
                end=when("to", start),
                length=length_,
            )
        case "paused":
            reason = short(str(params.get("reason") or ""), 60)
            span = t("paused {start} to {end}", start=when("from"), end=when("to"))
            return f"{span} ({reason})" if reason else span
        case "due":
            return t("reply time {span}", span=t.span(str(params.get("span") or "")))
    return ""
