"""Notices about messages and work: what could not be sent, where it goes, what is stuck."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from reviewbot.words.blind_notices import (
    NoticeContext,
    number_of,
    see_doctor,
)
from reviewbot.words.html import Html, Message, bold, fits, joined, lines, short
from reviewbot.words.language import Language, words_in


def perhaps_repeated(message: Message, language: str) -> Message:
    """A message that goes once more after nobody knew whether it went: it says so, where there is
    room for it."""
    t = words_in(language)
    told = lines(
        Html(message.html), t("↻ Perhaps a repeat: the connection broke while this was sent.")
    )
    return replace(message, html=told) if fits(told) else message


def dead_chat_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    name = short(str(params.get("chat") or ""), 60)
    instead = short(str(params.get("instead") or ""), 60)
    if params.get("person"):
        title = (
            t("I cannot write to {name}", name=name) if name else t("I cannot write to someone")
        )
        remedy = t("This person must open a private chat with me and press “Start”.")
    else:
        title = t("I cannot write to the chat “{name}”", name=name)
        remedy = t("Add me to it again, or correct its number in the config.")
    reason = short(str(params.get("reason") or ""), 200)
    return Message(
        lines(
            joined(" ", ("📵", bold(title))),
            t("Telegram says: “{reason}”.", reason=reason) if reason else "",
            t("Messages go to the chat “{name}” for now.", name=instead)
            if instead
            else t("Messages wait until then."),
            remedy,
        )
    )


def topic_closed_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    return Message(
        lines(
            joined(" ", ("📌", bold(t("The topic for reviews is closed or deleted")))),
            t("Cards come to General for now. Open the topic, or name another in the config."),
        )
    )


def cannot_pin_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    name = short(str(params.get("chat") or ""), 60)
    reason = short(str(params.get("reason") or ""), 200)
    return Message(
        lines(
            joined(
                " ", ("📌", bold(t("I may not pin the summary in the chat “{name}”", name=name)))
            ),
            t("Telegram says: “{reason}”.", reason=reason) if reason else "",
            t("It is kept there unpinned."),
            t("Give me the right to pin messages, or pin it yourself: I try again once a day."),
        )
    )


def parked_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    number = number_of(params, "ticket") or number_of(params, "number")
    error = short(str(params.get("error") or params.get("reason") or ""), 300)
    title = t("A message could not be delivered and is set aside")
    if number:
        title = t("A message about review #{number} is set aside", number=number)
    return Message(
        lines(
            joined(" ", ("📭", bold(title))),
            t("Telegram says: “{reason}”.", reason=error) if error else "",
            *_goes_on(params, t),
            see_doctor(t),
        )
    )


def _goes_on(params: Mapping[str, Any], t: Language) -> Sequence[str]:
    instead = short(str(params.get("instead") or ""), 60)
    if instead:
        return (t("It goes to the chat “{name}” instead.", name=instead),)
    if params.get("daily"):
        return (t("I try it once a day while the review is open."),)
    return (t("It is kept; nothing else is held up."),)


def long_wait_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    name = short(str(params.get("chat") or ""), 60)
    title = t("Telegram wants me silent in the chat “{name}”", name=name)
    if not name:
        title = t("Telegram wants me to ask for nothing: presses and texts wait")
    asked = t.lasting(timedelta(hours=number_of(params, "hours")))
    return Message(
        lines(
            joined(" ", ("⏸", bold(title))),
            t("For {span}. I try again in an hour: messages wait until then.", span=asked),
        )
    )


def clock_set_back_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    by = t.lasting(timedelta(minutes=number_of(params, "minutes")))
    return Message(
        lines(
            joined(" ", ("🕰", bold(t("The machine's clock was set back by {span}", span=by)))),
            t("Polls and messages go on; what was dated later than now counts as of now."),
            t("If the time is wrong now, correct the clock of the machine: deadlines go by it."),
        )
    )


def stuck_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    number, error = number_of(params, "ticket"), short(str(params.get("error") or ""), 300)
    name = short(str(params.get("name") or ""), 80)
    match params.get("kind"):
        case "ticket":
            title = t("Review #{number}: its reminders cannot be worked out", number=number)
        case "digest":
            title = t("The digest for the chat “{name}” cannot be made", name=name)
        case "summary":
            title = t("The summary for the chat “{name}” cannot be made", name=name)
        case "praise":
            title = t("Who was praised yesterday cannot be told")
        case _:
            title = t("A review cannot be taken in: {name}", name=name)
    return Message(
        lines(
            joined(" ", ("⚠️", bold(title))),
            t("“{failure}”", failure=error) if error else "",
            t("All others go on; this one is tried again."),
            t("Look for it in the log, and send that to whoever looks after the bot."),
        )
    )
