"""What an error of Telegram's means for a message and its chat. Pure.

The order matters: BadRequest and TimedOut are kinds of NetworkError in python-telegram-bot.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from sqlalchemy.exc import DBAPIError
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from reviewbot.bot.telegram.client import span_of
from reviewbot.store.queues.outbox import LONGEST_HOLD


class FailureKind(StrEnum):
    HOLD = "hold"
    """This chat waits as long as Telegram says; the others do not."""
    MOVED = "moved"
    DEAD_CHAT = "dead_chat"
    CLOSED_TOPIC = "closed_topic"
    UNKNOWN = "unknown"
    """It may have arrived: a read timeout, a connection lost after the request."""
    NOT_SENT = "not_sent"
    POISON = "poison"
    """Refused, perhaps for what it says: `failed_sends` says what becomes of it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error means. `expected`: no trace is worth keeping."""

    kind: FailureKind
    span: timedelta = timedelta()
    new_chat_id: int = 0
    asked_for: timedelta = timedelta()
    """The wait that Telegram named, where `span` is the shorter one we keep."""
    expected: bool = True


DEAD = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "group chat was deactivated",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "chat_restricted",
    "bot is not a member",
    "need administrator rights in the channel",
)
TOPIC = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
UNREADABLE = ("invalid server response",)
"""The library's word for a 200 it cannot read: Telegram, or somebody before it, took the call."""
DELETED = ("message to delete not found",)
SAME = ("message is not modified",)
NO_TEXT = ("there is no text in the message to edit",)


def failure_of(error: Exception) -> Failure:
    """Return what to do after an error while sending."""
    match error:
        case RetryAfter():
            asked_for = span_of(error)
            return Failure(FailureKind.HOLD, min(asked_for, LONGEST_HOLD), asked_for=asked_for)
        case ChatMigrated():
            return Failure(FailureKind.MOVED, new_chat_id=error.new_chat_id)
        case Forbidden():
            return Failure(FailureKind.DEAD_CHAT)
        case InvalidToken() | Conflict():
            return Failure(FailureKind.NOT_SENT)
        case BadRequest() if says(error, *DEAD):
            return Failure(FailureKind.DEAD_CHAT)
        case BadRequest() if says(error, *TOPIC):
            return Failure(FailureKind.CLOSED_TOPIC)
        case BadRequest():
            return Failure(FailureKind.POISON)
        case DBAPIError():
            return Failure(FailureKind.NOT_SENT)
        case NetworkError():
            return Failure(
                FailureKind.UNKNOWN if _may_have_arrived(error) else FailureKind.NOT_SENT
            )
        case TelegramError() if says(error, *UNREADABLE):
            return Failure(FailureKind.UNKNOWN, expected=False)
        case TelegramError():
            return Failure(FailureKind.NOT_SENT, expected=False)
        case _:
            return Failure(FailureKind.POISON, expected=False)


def is_refusal_of_message(error: BadRequest) -> bool:
    """Whether a message of another look might get through."""
    return not says(error, *DEAD, *TOPIC)


def says(error: TelegramError, *pieces: str) -> bool:
    """Whether Telegram's description holds one of these."""
    description = error.message.lower()
    return any(piece in description for piece in pieces)


def _may_have_arrived(error: NetworkError) -> bool:
    """A pool or connect timeout left before a byte was sent; any other failure of the transport
    did not tell. An answer with a 5xx status (no cause) says the message was not taken."""
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return False
    return isinstance(cause, httpx.HTTPError)
