"""Of the answer to a message that was sent only its number is read: what else stands there, or
cannot be read, must not make a message that arrived look as if it had not."""

import json
import re
from typing import Any

SENDING = (
    "sendMessage",
    "sendDocument",
    "sendPhoto",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
)
_YES = re.compile(rb'"ok"\s*:\s*true')
_NUMBER = re.compile(rb'"message_id"\s*:\s*(\d{1,15})\b')


def with_number_only(payload: bytes) -> bytes:
    """Return an answer that the library can read, where there is a number in it; else as it is."""
    number = _number(payload)
    if number is None:
        return payload
    message = {"message_id": number, "date": 0, "chat": {"id": 0, "type": "private"}}
    return json.dumps({"ok": True, "result": message}).encode()


def _number(payload: bytes) -> int | None:
    try:
        answer: Any = json.loads(payload)
        number = answer["result"]["message_id"] if answer["ok"] is True else None
    except (ValueError, RecursionError, KeyError, TypeError):
        # Cut, or of a form nobody has met: the message's own number stands first.
        found = _NUMBER.search(payload) if _YES.search(payload) else None
        return int(found[1]) if found else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
