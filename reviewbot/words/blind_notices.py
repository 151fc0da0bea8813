"""Sites out of sight and back: what staff are told, what the operator is told beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewbot.core.contract import instant
from reviewbot.core.facts import BlindFacts
from reviewbot.core.model import Health
from reviewbot.words import N_
from reviewbot.words.causes import reason_in_words
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
    safe,
    short,
)
from reviewbot.words.labels import person, title_of
from reviewbot.words.language import Language
from reviewbot.words.vocabulary import ButtonName

CAUSES = {
    Health.BLOCKED: N_("captcha or a ban"),
    Health.RATE_LIMITED: N_("the site asks us to wait"),
    Health.DENIED: N_("no access"),
    Health.TARGET_GONE: N_("the page is gone"),
    Health.UNREACHABLE: N_("the site does not answer"),
    Health.LAYOUT_CHANGED: N_("the page has changed"),
    Health.OWN_FAULT: N_("a fault of reviewbot itself"),
    Health.SUSPICIOUS: N_("emptier than it should be"),
    Health.UNCONFIRMED: N_("nothing found yet"),
    Health.DEGRADED: N_("some reviews cannot be read"),
}

REMEDIES = {
    Health.BLOCKED: N_("Let it rest; send saved pages or use the official access meanwhile."),
    Health.RATE_LIMITED: N_("Nothing to do now; if it repeats, lengthen “every” of this site."),
    Health.DENIED: N_("Look at the credentials of this site and their rights."),
    Health.TARGET_GONE: N_("Open the link of the location: the place may have moved."),
    Health.UNREACHABLE: N_("Nothing to do if the site is down; else look at the network."),
    Health.LAYOUT_CHANGED: N_("An update of reviewbot may be needed; the page is kept."),
    Health.OWN_FAULT: N_("Its log says where it broke: update reviewbot, or report the fault."),
    Health.SUSPICIOUS: N_("Open the page and compare what it shows."),
}


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """What every notice may need: the language, the zone, the present, the bot's own name."""

    t: Language
    zone: str
    now: datetime | None
    bot_name: str


def cause_of(health: str, t: Language) -> str:
    try:
        known = CAUSES.get(Health(health))
    except ValueError:
        known = None
    return t(known) if known else ""


def moment_of(params: Mapping[str, Any], name: str) -> datetime | None:
    value = params.get(name)
    return value if isinstance(value, datetime) else instant(value)


def site_of(titles: Mapping[str, str], source: str, t: Language) -> str:
    return title_of(titles, t) or short(source, 40) or t("The site")


def number_of(params: Mapping[str, Any], name: str) -> int:
    value = params.get(name)
    return value if isinstance(value, int) else 0


def see_doctor(t: Language) -> Html:
    return Html(escaped(t("More:")) + " " + code("reviewbot doctor"))


def blind_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t, facts = context.t, BlindFacts.from_json(params)
    since = t.border(facts.since, context.zone, context.now) if facts.since else ""
    title = bold(t("{site} out of sight", site=_site(facts, t)))
    start = t("since {since}", since=since) if since else ""
    waiting = t.plural(
        "{n} open review is still on the clock; it may be answered already.",
        "{n} open reviews are still on the clock; some may be answered already.",
        facts.open_tickets,
    )
    tried = ""
    if facts.next_try_at is not None:
        tried = t("Next try {at}", at=t.seen(facts.next_try_at, context.zone, context.now))
    operator = person(facts.operator or "")
    known = t("{name} knows", name=operator) if operator else ""
    soon = ", ".join(part for part in (tried, known) if part)
    html = lines(
        joined(", ", (joined(" ", ("🙈", title, start)), _whereabouts(facts, t))),
        t("No new reviews arrive from there. That does not mean there are none."),
        waiting if facts.open_tickets else "",
        joined(
            " ",
            (t("For anything urgent look in the cabinet."), f"{soon}." if soon else ""),
        ),
        t("Or save the page in a browser and send me the file here: I will read it.")
        if facts.health is Health.BLOCKED
        else "",
        *(_for_operator(facts, t) if facts.operator_copy else ()),
    )
    return Message(html, _blind_keys(facts, t))


def _site(facts: BlindFacts, t: Language) -> str:
    return site_of(facts.source_title, facts.source or facts.host, t)


def _whereabouts(facts: BlindFacts, t: Language) -> str:
    count = facts.locations
    if facts.all_locations and count > 1:
        return t.plural("all {n} location", "all {n} locations", count)
    if count > 1:
        return t.plural("{n} location", "{n} locations", count)
    return short(facts.location_name, 60)


def _for_operator(facts: BlindFacts, t: Language) -> Sequence[str]:
    named, detail = cause_of(facts.health, t), _detail(facts.cause, t)
    cause = f"{named} ({detail})" if named and detail else named or detail
    attempts, remedy = facts.attempts, REMEDIES.get(facts.health)
    return (
        t("Cause: {cause}.", cause=cause) if cause else "",
        t.plural("{n} attempt so far.", "{n} attempts so far.", attempts) if attempts else "",
        t(remedy) if remedy else "",
        _accept(facts.accept or "", t),
        see_doctor(t),
    )


def _detail(cause: str, t: Language) -> str:
    return short(reason_in_words(cause, t), 300).rstrip(".")


def _accept(target: str, t: Language) -> str:
    """Where the site's own count is what is odd, a person's word on it is enough."""
    if not target:
        return ""
    command = code(f"reviewbot doctor --accept {target}")
    return Html(escaped(t("If its count of reviews is right:")) + " " + command)


def _blind_keys(facts: BlindFacts, t: Language) -> Rows:
    keys = []
    url = facts.cabinet_url or ""
    if url.startswith(("https://", "http://")) and " " not in url:
        keys.append(Button(t("↗️ Cabinet"), url=safe(url)))
    if facts.open_tickets:
        keys.append(Button(t("☑️ Mark answered"), ButtonName.QUEUE, "0"))
    rows = [tuple(keys)] if keys else []
    if facts.health is Health.BLOCKED:
        rows.append((Button(t("📎 Send a page"), ButtonName.PAGE),))
    return tuple(rows)


def sighted_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t, facts = context.t, BlindFacts.from_json(params)
    title = bold(t("{site} is in sight again", site=_site(facts, t)))
    gap = ""
    if facts.since is not None and facts.until is not None:
        gap = t(
            "Not seen from {since} to {until}.",
            since=t.border(facts.since, context.zone, context.now),
            until=t.border(facts.until, context.zone, context.now),
        )
    return Message(
        lines(
            joined(", ", (joined(" ", ("👀", title)), _whereabouts(facts, t))),
            gap,
            t("What came meanwhile is being read now."),
        )
    )


def unconfirmed_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    """For the operator: a page that has shown no review yet, nor how many there are."""
    t, facts = context.t, BlindFacts.from_json(params)
    about = joined(", ", (_site(facts, t), short(facts.location_name, 60)))
    return Message(
        lines(
            joined(" ", ("❔", bold(t("No reviews found: is the link right?")))),
            about,
            t("The page shows none and says nothing of a number. Open it and compare."),
            short(facts.url, 300),
            see_doctor(t),
        )
    )
