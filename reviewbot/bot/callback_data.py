"""What a button carries: action, ticket and the revision the card showed, within 64 bytes.

Whoever can press can send any data, so what comes back is read strictly.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from reviewbot.core.errors import Refused
from reviewbot.words.html import Button, Rows, is_link

MOST_BYTES = 64
_SHAPE = re.compile(r"1:(\d{1,12}):(\d{1,9}):([a-z_]{1,24})(?::(\S{1,48}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Press:
    """One press. `ticket` 0: of no ticket; `revision` 0: the message shows no state."""

    action: str
    arg: str
    ticket: int
    revision: int


def pack(action: str, ticket: int, revision: int) -> str | None:
    """Return callback data for `action[:arg]`; None where it would not fit."""
    data = f"1:{ticket}:{revision}:{action}"
    fits = len(data.encode()) <= MOST_BYTES and _SHAPE.fullmatch(data)
    return data if fits else None


def unpack(data: str | None) -> Press:
    """Return what a button said. Raises Refused(unknown_button) for anything we did not write."""
    match = _SHAPE.fullmatch(data or "")
    if match is None:
        raise Refused("unknown_button")
    ticket, revision, action, arg = match.groups()
    return Press(action, arg or "", int(ticket), int(revision))


def markup(
    rows: Rows, ticket: int = 0, revision: int = 0, refused: Collection[str] = ()
) -> InlineKeyboardMarkup | None:
    """Return the keyboard for Telegram; a key whose data would not fit, and a link
    that Telegram does not take, is left out. `refused`: what this server does not take of
    "style" and "disabled"; a disabled key is left out then."""
    keys = [
        [key for button in row if (key := _key(button, ticket, revision, refused))] for row in rows
    ]
    keys = [row for row in keys if row]
    return InlineKeyboardMarkup(keys) if keys else None


def _key(
    button: Button, ticket: int, revision: int, refused: Collection[str]
) -> InlineKeyboardButton | None:
    if button.disabled:
        if "disabled" in refused:
            return None
        return InlineKeyboardButton(button.label, api_kwargs={"disabled": {}})
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url) if is_link(button.url) else None
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    own = button.ticket is None or button.ticket == ticket
    number = ticket if own else button.ticket or 0
    data = pack(button.action or "", number, revision if own else 0)
    style = button.style if "style" not in refused else ""
    return (
        InlineKeyboardButton(button.label, callback_data=data, style=style or None)
        if data
        else None
    )
