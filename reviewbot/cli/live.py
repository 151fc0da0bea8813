"""Asks Telegram and a few sites whether what the file says is so. Writes nothing anywhere."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewbot.core.setup import Chat, Setup

if TYPE_CHECKING:
    from telegram import Bot

    from reviewbot.config import Loaded

SAMPLES_PER_SOURCE = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found about one subject: good or not, and the sentence with what to do."""

    subject: str
    good: bool
    sentence: str


async def look(loaded: "Loaded") -> list[Answer]:
    """Return what Telegram and a sample of targets answer."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines hold the token
    return [*await _telegram(loaded), *await _targets(loaded)]


async def _telegram(loaded: "Loaded") -> list[Answer]:
    if loaded.token is None:
        return [Answer("telegram", False, "there is no token to ask with.")]
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    from telegram import Bot
    from telegram.error import InvalidToken, TelegramError
    from telegram.request import HTTPXRequest

    telegram = loaded.setup.telegram
    bot = Bot(
        loaded.token.reveal(),
        base_url=f"{telegram.base_url}/bot",
        request=HTTPXRequest(proxy=telegram.proxy),
    )
    try:
        async with bot:
            name = f"@{bot.username}"
            found = [Answer("telegram", True, f"the bot is {name}.")]
            for chat in loaded.setup.chats.values():
                if chat.person is None:
                    found.append(await _chat(bot, chat))
            return [*found, *await _people(bot, loaded.setup)]
    except InvalidToken:
        return [Answer("telegram", False, "Telegram does not know this token.")]
    except TelegramError as error:
        return [Answer("telegram", False, f"no answer from {telegram.base_url}: {error}")]


async def _chat(bot: "Bot", chat: Chat) -> Answer:
    """Tell whether the bot may write to a group, without writing."""
    from telegram.error import BadRequest, ChatMigrated, Forbidden

    subject = f"chats.{chat.key}"
    try:
        known = await bot.get_chat(chat.chat_id)
        member = await bot.get_chat_member(chat.chat_id, bot.id)
    except ChatMigrated as error:
        return Answer(
            subject, False, f"the group became a supergroup: write id = {error.new_chat_id}."
        )
    except (BadRequest, Forbidden) as error:
        return Answer(
            subject,
            False,
            f"{chat.chat_id}: {error.message}. Add @{bot.username} to the chat, check the number.",
        )
    title = known.title or str(chat.chat_id)
    if member.status in ("left", "kicked"):
        return Answer(subject, False, f"@{bot.username} is not in “{title}”: add it.")
    if not _may_write(known, member):
        return Answer(subject, False, f"@{bot.username} may not write to “{title}”: allow it.")
    if chat.thread_id and not known.is_forum:
        return Answer(subject, False, f"“{title}” has no topics: take `topic` out.")
    topic = f", topic {chat.thread_id} (whether it is open shows only when writing)"
    return Answer(subject, True, f"“{title}”{topic if chat.thread_id else ''}.")


def _may_write(chat: Any, member: Any) -> bool:
    if member.status == "restricted":
        return bool(member.can_send_messages)
    if chat.type == "channel":
        return bool(getattr(member, "can_post_messages", False))
    everyone = chat.permissions is None or chat.permissions.can_send_messages is not False
    return everyone or member.status in ("administrator", "creator")


async def _people(bot: "Bot", setup: Setup) -> list[Answer]:
    """Tell who never pressed /start: a bot cannot write to them in private."""
    from telegram.error import BadRequest, Forbidden

    started = _started(setup)
    silent = []
    for person in setup.people.values():
        if person.telegram_id in started:
            continue
        try:
            await bot.get_chat(person.telegram_id)
        except (BadRequest, Forbidden):
            silent.append(person.name)
    if not silent:
        return [Answer("people", True, "everybody can be reached in private.")]
    link = f"https://t.me/{bot.username}?start=here"
    return [
        Answer("people", False, f"cannot be reached in private: {', '.join(silent)}. Send {link}")
    ]


def _started(setup: Setup) -> frozenset[int]:
    """Return who is known to have pressed /start, from the database, if there is one."""
    if "://" not in setup.database and not Path(setup.database).is_file():
        return frozenset()
    from sqlalchemy.exc import SQLAlchemyError
    from sqlmodel import select

    from reviewbot.store.database import Database
    from reviewbot.store.tables import PersonRow

    db = Database(setup.database)
    try:
        rows = db.read_now(
            lambda session: session.exec(
                select(PersonRow.telegram_id).where(PersonRow.started_at != None)  # noqa: E711
            ).all()
        )
    except SQLAlchemyError:  # an empty or older database: nothing is known
        return frozenset()
    finally:
        db.close()
    return frozenset(rows)


def sample(setup: Setup) -> list[str]:
    """Return the targets to read: the first of each source."""
    found: dict[str, list[str]] = {}
    for key, target in setup.targets.items():
        found.setdefault(target.target.source, []).append(key)
    return [key for keys in found.values() for key in keys[:SAMPLES_PER_SOURCE]]


async def _targets(loaded: "Loaded") -> list[Answer]:
    return []
