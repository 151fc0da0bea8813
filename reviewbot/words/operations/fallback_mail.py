"""The mails of the second way out: plain text, for people who cannot be reached by Telegram."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewbot.core.parse_time import instant
from reviewbot.words import N_
from reviewbot.words.html import short
from reviewbot.words.language import Language, words_in

CAUSES = {
    "unreachable": N_("Telegram does not answer this machine."),
    "refused": N_("Telegram does not accept the bot's token: ask @BotFather for the current one."),
    "sending": N_("Telegram answers, but takes no messages of the bot."),
}


@dataclass(frozen=True, slots=True)
class Mail:
    """What goes out; both in plain text."""

    subject: str
    text: str


def silent_mail(
    waiting: Mapping[str, Any],
    *,
    cause: str,
    since: datetime,
    now: datetime,
    zone: str,
    language: str,
) -> Mail:
    """Say that Telegram is silent, since when, and what waits. `waiting`: "total" messages, the
    "items" that are listed, "shown_of" how many, "critical" ones among all."""
    t = words_in(language)
    critical = len(waiting["critical"])
    subject = t(
        "Reviews: Telegram has been silent since {moment}", moment=t.border(since, zone, now)
    )
    if critical:
        alarm = t.plural("{n} critical review waits", "{n} critical reviews wait", critical)
        subject = t(
            "{alarm}: Telegram has been silent since {moment}",
            alarm=alarm,
            moment=t.border(since, zone, now),
        )
    lines = [
        t(CAUSES.get(cause, CAUSES["unreachable"])),
        t.plural("{n} message waits.", "{n} messages wait.", int(waiting["total"])),
        "",
        *(_item(each, t, now, zone) for each in waiting["items"]),
    ]
    more = int(waiting["shown_of"]) - len(waiting["items"])
    if more > 0:
        lines.append(t.plural("{n} more", "{n} more", more))
    lines += [
        "",
        t("Please look at the sites themselves. When Telegram answers, everything is sent there."),
        t("I write once now, and once when it is over."),
    ]
    return Mail(subject, "\n".join(lines) + "\n")


def over_mail(*, since: datetime, now: datetime, zone: str, language: str) -> Mail:
    """Say that it is over."""
    t = words_in(language)
    subject = t("Reviews: Telegram answers again")
    text = t(
        "It was silent from {since} to {until}. What waited is on its way to the chats.",
        since=t.border(since, zone, now),
        until=t.stamp(now, zone, now),
    )
    return Mail(subject, f"{text}\n")


def _item(item: Mapping[str, Any], t: Language, now: datetime, zone: str) -> str:
    rating, due = item.get("rating"), instant(item.get("deadline"))
    head = ", ".join(
        part
        for part in (
            t("#{number}", number=item["number"]),
            t("critical") if item.get("critical") else "",
            short(str(item.get("place") or ""), 80),
            f"{rating}★" if rating is not None else "",
            t("until {moment}", moment=t.border(due, zone, now)) if due else "",
        )
        if part
    )
    body = [f"* {head}", f"  {short(str(item.get('excerpt') or ''), 300)}"]
    if item.get("url"):
        body.append(f"  {item['url']}")
    return "\n".join(body)
