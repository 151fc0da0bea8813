"""What newer servers of Telegram can do and older ones refuse: used until one refuses it, then
left out for a while, so that a server that was brought up to date gets it again.

A message that is refused goes once more in the same turn without all of it; what did it is
remembered as a row, for every chat and the next start.
"""

from collections.abc import Iterator
from enum import StrEnum

from telegram.error import BadRequest

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.telegram import send_errors
from reviewbot.words.html import TIME_TAG


class Ability(StrEnum):
    """One of them; the value is the subject of its row."""

    STYLE = "style"
    DATE_TIME = "date_time"
    ONLY_FOR = "only_for"
    DISABLED = "disabled"


_NAMED = {
    Ability.STYLE: ("style",),
    Ability.DATE_TIME: ("tg-time", "date_time"),
    Ability.ONLY_FOR: ("ephemeral", "receiver"),
    Ability.DISABLED: ("disabled", "text buttons are unallowed"),
}
"""How an error says which it is."""


def used_in(out: Outgoing) -> frozenset[str]:
    """Return which of them a message uses and the server has not refused yet."""
    return frozenset(_used(out)) - out.refused


def _used(out: Outgoing) -> Iterator[Ability]:
    keys = [key for row in out.message.buttons for key in row]
    if any(key.style for key in keys):
        yield Ability.STYLE
    if any(key.disabled for key in keys):
        yield Ability.DISABLED
    if TIME_TAG.search(out.message.html):
        yield Ability.DATE_TIME
    if out.only_for is not None:
        yield Ability.ONLY_FOR


def refused_by(error: BadRequest, out: Outgoing) -> frozenset[str]:
    """Return which of those used an error names. One that names none is about something else; but
    of a message for one person alone the chat may be what does not fit."""
    used = used_in(out)
    named = frozenset(each for each in used if send_errors.says(error, *_NAMED[Ability(each)]))
    return named or used & {Ability.ONLY_FOR}
