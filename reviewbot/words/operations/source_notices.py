"""What a site does otherwise than was thought: it sends something else than its source was built
on (the lines are also those of `reviewbot sources --live`), or takes no thanks from the bot."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.words.blind_notices import NoticeContext, number_of, site_of
from reviewbot.words.html import Message, bold, code, joined, lines, short
from reviewbot.words.language import Language

MOST_NAMED = 8
"""Keys named in a line; what is beyond them is counted."""


def source_changed_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    titles = params.get("titles")
    source = str(params.get("source") or "")
    site = site_of(titles if isinstance(titles, Mapping) else {}, source, t)
    return Message(
        lines(
            joined(" ", ("🧩", bold(t("{site} sends something else than before", site=site)))),
            *change_lines(params, t),
            t(
                "Reviews are read still. Look whether the newest ones came, and update reviewbot "
                "before something is lost. In full:"
            ),
            code("reviewbot sources --live"),
        )
    )


def thanks_refused_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    titles = params.get("titles")
    site = site_of(titles if isinstance(titles, Mapping) else {}, "", t)
    place = short(str(params.get("place") or ""), 80)
    failure = short(str(params.get("failure") or ""), 300)
    days = number_of(params, "days")
    title = t("{site} did not take thanks for bare stars", site=site)
    return Message(
        lines(
            joined(" ", ("🙏", bold(title))),
            place,
            t("“{failure}”", failure=failure) if failure not in ("", "publish_refused") else "",
            t(
                "Review #{number} waits for people."
                " Nobody is thanked there by the bot for {days}.",
                number=number_of(params, "number"),
                days=t.plural("{n} day", "{n} days", days),
            ),
            t(
                "See whether the key may still reply on that site; where it takes no thanks at"
                " all, set auto_thanks = 0."
            ),
        )
    )


def change_lines(params: Mapping[str, Any], t: Language) -> Sequence[str]:
    """Return what differs, a line each: what vanished, what is new, where the reviews went."""
    found = []
    if moved := str(params.get("moved") or ""):
        found.append(t("reviews stand in another place now: {key}", key=short(moved, 80)))
    if vanished := _named(params.get("vanished"), t):
        found.append(t("not there any more: {keys}", keys=vanished))
    if new := _named(params.get("new"), t):
        found.append(t("new: {keys}", keys=new))
    return found


def _named(keys: Any, t: Language) -> str:
    told = [short(str(key), 60) for key in keys] if isinstance(keys, list | tuple) else []
    named = ", ".join(told[:MOST_NAMED])
    rest = len(told) - MOST_NAMED
    return t("{keys} and {n} more", keys=named, n=rest) if rest > 0 else named
