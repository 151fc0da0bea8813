"""What /health says, in words: what is wrong first, then the figures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from reviewbot.core.facts import BlindFacts, HealthFacts
from reviewbot.words import N_
from reviewbot.words.blind_notices import NoticeContext, cause_of, number_of
from reviewbot.words.html import Html, Message, bold, code, escaped, joined, lines, short
from reviewbot.words.labels import title_of
from reviewbot.words.language import Language, words_in

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TELEGRAM = {
    "unreachable": N_("no connection"),
    "refused": N_("the bot's token is not accepted"),
    "conflict": N_("another program takes this bot's messages"),
    "store": N_("what comes cannot be saved: look at the disk"),
}
"""bot.telegram.intake's states, but for those in which all is well."""


def health(facts: HealthFacts, language: str) -> Message:
    """What /health says: what is wrong first, then the figures."""
    t = words_in(language)
    wrong = _wrong(facts, t)
    title = t("All is well")
    if wrong:
        title = t("Something needs attention")
    elif facts.overdue:
        title = t("I see every page, but replies are overdue")
    zone, at = facts.zone, facts.at
    read = ""
    if facts.last_reading_at is not None:
        read = t("last reading {at}", at=t.seen(facts.last_reading_at, zone, at))
    states = [
        f"{_state(state, t)} {count}" for state, count in sorted(facts.states.items()) if count
    ]
    waiting = t.plural("{n} message waits", "{n} messages wait", facts.outbox_waiting)
    if facts.outbox_waiting and facts.outbox_oldest is not None:
        since = t.border(facts.outbox_oldest, zone, at)
        waiting = t("{waiting} since {since}", waiting=waiting, since=since)
    open_ = t.plural("{n} review open", "{n} reviews open", facts.open_tickets)
    overdue = t.plural("overdue: {n}", "overdue: {n}", facts.overdue) if facts.overdue else ""
    return Message(
        lines(
            joined(" ", ("⚠️" if wrong or facts.overdue else "💚", bold(title))),
            *wrong,
            joined(", ", (t.plural("{n} page", "{n} pages", facts.targets), read)),
            ", ".join(states),
            _unseen(facts, t),
            joined(", ", (open_, overdue)),
            waiting if facts.outbox_waiting else "",
            t.plural("{n} press waits", "{n} presses wait", facts.inbox_waiting)
            if facts.inbox_waiting
            else "",
            t.plural("{n} errand waits", "{n} errands wait", facts.work_waiting)
            if facts.work_waiting
            else "",
            Html(escaped(t("More:")) + " " + code("reviewbot doctor")) if wrong else "",
        )
    )


def troubles_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    """What the operator hears once a day while something is parked, dead or blind."""
    t = context.t
    blind = tuple(BlindFacts.from_json(each) for each in params.get("blind") or ())
    messages = number_of(params, "messages")
    facts = HealthFacts(
        at=context.now or max((each.since for each in blind if each.since), default=EPOCH),
        zone=context.zone,
        targets=0,
        blind=blind,
        dead_chats=tuple(map(str, params.get("dead") or ())),
        outbox_parked=messages,
        inbox_parked=number_of(params, "presses"),
        work_given_up=number_of(params, "work"),
        deliveries_given_up=number_of(params, "deliveries"),
    )
    again = escaped(t("To send again what was set aside:")) + " "
    return Message(
        lines(
            joined(" ", ("⚠️", bold(t("Not mended yet")))),
            *_wrong(facts, t),
            Html(again + code("reviewbot doctor --resend"))
            if messages or facts.deliveries_given_up
            else "",
            Html(escaped(t("More:")) + " " + code("reviewbot doctor")),
            t("I say this once a day while it lasts."),
        )
    )


def _unseen(facts: HealthFacts, t: Language) -> str:
    shares = [
        f"{escaped(title_of(title, t))} {round(share * 100)} %"
        for title, share in facts.unseen
        if share >= 0.01
    ]
    return t("out of sight in the last 7 days: {sites}", sites=", ".join(shares)) if shares else ""


def _state(state: str, t: Language) -> str:
    if state in ("ok", "unchanged", "empty"):
        return t("read well:")
    cause = cause_of(state, t)
    return f"{cause}:" if cause else f"{short(state, 30) or t('not read yet')}:"


def _wrong(facts: HealthFacts, t: Language) -> list[str]:
    problems = []
    for each in facts.blind[:10]:
        name = title_of(each.source_title, t) or short(each.source, 40)
        since = t.border(each.since or facts.at, facts.zone, facts.at)
        where = short(each.location_name, 60)
        cause = cause_of(each.health, t)
        line = t("🙈 {site} out of sight since {since}", site=name, since=since)
        tried = ""
        if each.next_try_at is not None:
            tried = t("next try {at}", at=t.seen(each.next_try_at, facts.zone, facts.at))
        problems.append(", ".join(part for part in (line, where, cause, tried) if part))
    if facts.telegram:
        problems.append(_telegram(facts, t))
    if facts.dead_chats:
        named = ", ".join(short(each, 40) for each in facts.dead_chats[:10])
        problems.append(t("📵 Cannot write to: {chats}", chats=named))
    if facts.outbox_parked:
        problems.append(
            t.plural("📭 {n} message set aside", "📭 {n} messages set aside", facts.outbox_parked)
        )
    if facts.inbox_parked:
        problems.append(
            t.plural("📭 {n} press set aside", "📭 {n} presses set aside", facts.inbox_parked)
        )
    if facts.work_given_up:
        problems.append(
            t.plural("⚙️ {n} errand given up", "⚙️ {n} errands given up", facts.work_given_up)
        )
    if facts.deliveries_given_up:
        problems.append(
            t.plural(
                "🔌 {n} delivery to other systems given up",
                "🔌 {n} deliveries to other systems given up",
                facts.deliveries_given_up,
            )
        )
    return problems


def _telegram(facts: HealthFacts, t: Language) -> str:
    known = TELEGRAM.get(facts.telegram)
    line = t("📵 Telegram: {problem}", problem=t(known) if known else short(facts.telegram, 200))
    if facts.telegram_since is None:
        return line
    since = t.border(facts.telegram_since, facts.zone, facts.at)
    return f"{line}, {t('since {since}', since=since)}"
