"""Notices after the bot was away, and about the copies of its database."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.words.blind_notices import NoticeContext, moment_of, number_of
from reviewbot.words.html import Button, Html, Message, bold, code, escaped, joined, lines, short
from reviewbot.words.vocabulary import ButtonName


def away_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    since, lost = moment_of(params, "since"), moment_of(params, "lost_until")
    title = t("I was away for more than a day")
    if since is not None and context.now is not None:
        title = t("I was away for {span}", span=t.lasting(context.now - since))
    border = t.border(lost, context.zone, context.now) if lost else ""
    return Message(
        lines(
            joined(" ", ("🌙", bold(title))),
            t(
                "Telegram keeps presses and messages for 24 hours: what you pressed or wrote "
                "before {moment} may be lost. Please press again.",
                moment=border,
            ),
            *_open(params, context),
        ),
        _keys(params, context),
    )


def restored_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    taken = moment_of(params, "taken_at")
    moment = t.border(taken, context.zone, context.now) if taken else ""
    return Message(
        lines(
            joined(" ", ("💾", bold(t("I go on from the copy of {moment}", moment=moment)))),
            t(
                "What you pressed since then is not known to me, and keys of messages since then "
                "do nothing. I read the sites again: what was answered closes by itself."
            ),
            *_open(params, context),
        ),
        _keys(params, context),
    )


def backup_failed_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    reason = short(str(params.get("reason") or ""), 300)
    return Message(
        lines(
            joined(" ", ("💾", bold(t("The copy of the database could not be written")))),
            t("“{failure}”", failure=reason) if reason else "",
            t("The earlier copies stay. I try again every minute and tell you once a day."),
        )
    )


def not_delivered_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    name = short(str(params.get("channel") or ""), 80)
    reason = short(str(params.get("reason") or ""), 200)
    return Message(
        lines(
            joined(" ", ("📮", bold(t("“{name}” takes nothing from me", name=name)))),
            t("“{failure}”", failure=reason) if reason else "",
            t("It was refused for good, and I do not try again; newer events are still tried.")
            if params.get("for_good")
            else t("I tried for three days; newer events are still tried."),
            t("Mend it, then send them:"),
            code("reviewbot doctor --resend"),
        )
    )


def _open(params: Mapping[str, Any], context: NoticeContext) -> Sequence[Html | str]:
    t, total = context.t, number_of(params, "total")
    if not total:
        return (t("Nothing waits for a reply."),)
    entries = [each for each in params.get("open") or () if isinstance(each, Mapping)]
    head = t.plural("{n} review waits for a reply", "{n} reviews wait for a reply", total)
    listed = [_line(each, context) for each in entries]
    if total > len(entries):
        listed.append(Html(escaped(t.plural("{n} more", "{n} more", total - len(entries)))))
    return (Html(f"{escaped(head)}:"), *listed)


def _line(entry: Mapping[str, Any], context: NoticeContext) -> Html:
    t, due, rating = context.t, moment_of(entry, "due_at"), entry.get("rating")
    until = t("until {moment}", moment=t.border(due, context.zone, context.now)) if due else ""
    return joined(
        " · ",
        (
            t("#{number}", number=number_of(entry, "ticket")),
            short(str(entry.get("place") or ""), 60),
            f"{rating}★" if rating is not None else "",
            short(str(entry.get("excerpt") or ""), 60),
            until,
        ),
    )


def _keys(params: Mapping[str, Any], context: NoticeContext) -> tuple[tuple[Button, ...], ...]:
    total = number_of(params, "total")
    if not total:
        return ()
    show = Button(context.t("📋 Show {n}", n=total), ButtonName.QUEUE, "0")
    return ((show,),)
