"""Who wrote to the bot lately: chats, topics and people, as the wizard shows them.

Only looks: updates of an installed bot stay for it. Where one is installed, its own inbox is read
in place of Telegram's queue, which it empties within seconds.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from reviewbot.cli.options import is_there
from reviewbot.cli.setup.bot_api import ApiError, BotApi
from reviewbot.config import load
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import BotKey
from reviewbot.store.database import Database
from reviewbot.store.tables import InboxRow
from reviewbot.words.language import Language
from reviewbot.words.operator_text import say

KINDS = ("message", "edited_message", "my_chat_member", "chat_member", "callback_query")
REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class KnownChat:
    """Somewhere the bot can write: a group, or a topic of it."""

    chat_id: int
    title: str
    topic: int | None = None
    topic_name: str | None = None

    def line(self, t: Language) -> str:
        """Return it in a line, with the numbers the file wants."""
        if self.topic is None:
            return f"{self.title} ({self.chat_id})"
        name, number = self.topic_name or t("topic"), t("topic {number}", number=self.topic)
        return f"{self.title} / {name} ({self.chat_id}, {number})"


@dataclass(slots=True)
class KnownChats:
    """Places and people seen, the newest last. `note` says why there may be none."""

    chats: dict[tuple[int, int | None], KnownChat] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    note: str = ""

    def add(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Take in the chats, topics and people of raw updates; what is odd is passed over."""
        for update in updates:
            for kind in KINDS:
                event = update.get(kind)
                if isinstance(event, Mapping):
                    self._add_event(event)

    def _add_event(self, event: Mapping[str, Any]) -> None:
        message = event.get("message") if isinstance(event.get("message"), Mapping) else event
        assert isinstance(message, Mapping)
        person, chat = event.get("from"), message.get("chat")
        if isinstance(person, Mapping) and not person.get("is_bot") and "id" in person:
            names = [person.get("first_name"), person.get("last_name")]
            self.people[int(person["id"])] = " ".join(str(name) for name in names if name)
        if not isinstance(chat, Mapping) or chat.get("type") == "private" or "id" not in chat:
            return
        topic = message.get("message_thread_id") if message.get("is_topic_message") else None
        created = message.get("forum_topic_created") or (
            message.get("reply_to_message") or {}
        ).get("forum_topic_created")
        chat = KnownChat(
            int(chat["id"]),
            str(chat.get("title") or "group"),
            topic,
            (created or {}).get("name") if topic else None,
        )
        self.chats[chat.chat_id, chat.topic] = chat


def known_chats(api: BotApi, installed: str | None) -> KnownChats:
    """Return who wrote to the bot. `installed` is the database of a bot that uses this token."""
    known = KnownChats()
    if installed is not None:
        known.note = say(
            "This bot is installed already (database {database}): its own inbox is shown, "
            "Telegram's queue is left to it.",
            database=installed,
        )
        known.add(_inbox(installed))
        return known
    try:
        known.add(api.waiting_updates())
    except ApiError as error:
        if error.code != 409:
            raise
        if "webhook" in error.description:
            known.note = say(
                "Another program takes this bot's messages through a webhook. Give reviewbot a "
                "bot of its own, or remove that webhook first."
            )
        else:
            known.note = say(
                "Another program is asking for this bot's messages right now. Two cannot share "
                "one token: stop it, or give reviewbot a bot of its own."
            )
    return known


def installed_with(token: str, chats: Iterable[Path], environ: Mapping[str, str]) -> str | None:
    """Return the database of a configuration at a usual place that has this very token."""
    for path in chats:
        if not path.is_file():
            continue
        try:
            # The variable would make every file look like the one with this token.
            others = {key: value for key, value in environ.items() if "TOKEN" not in key}
            loaded = load(path, environ=others)
        except ConfigError:
            continue
        database = loaded.settings.database
        is_the_same = loaded.token and loaded.token.get_secret_value() == token
        if is_the_same and is_there(database):
            return database
    return None


def _inbox(database: str) -> list[Mapping[str, Any]]:
    of_staff = select(InboxRow.raw).where(InboxRow.bot == BotKey.STAFF)
    newest = of_staff.order_by(col(InboxRow.id).desc()).limit(REMEMBERED)
    db = Database(database)
    try:
        rows = list(db.read_now(lambda session: session.exec(newest).all()))
    except SQLAlchemyError:
        return []
    finally:
        db.close()
    found = []
    for raw in reversed(rows):
        try:
            update = json.loads(raw)
        except ValueError:
            continue
        if isinstance(update, Mapping):
            found.append(update)
    return found
