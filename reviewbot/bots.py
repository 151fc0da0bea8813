"""The Telegram bots of this process: that of staff, and the guests' own where the file names one.

Each asks for its own updates and sends its own messages; they meet in the rows. Whatever is wrong
with the guests' bot, that of staff goes on.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from reviewbot.bot.telegram import connection
from reviewbot.bot.telegram.client import Bot, build_application, username
from reviewbot.bot.telegram.connection import Connection
from reviewbot.bot.telegram.intake import Intake
from reviewbot.bot.telegram.sender import Sender
from reviewbot.clock import Clock, Heartbeats
from reviewbot.config import Loaded
from reviewbot.core.model import BotKey
from reviewbot.core.source_facts import Sources
from reviewbot.store.database import Database
from reviewbot.store.queues import inbox
from reviewbot.store.tx import Tx
from reviewbot.workflow.surveys import own_bot


class Bots:
    """The loops of all bots. `intake` and `sender` are those of staff, `guests` those
    of the guests' own bot."""

    def __init__(self, loaded: Loaded, db: Database, sources: Sources, clock: Clock) -> None:
        assert loaded.token is not None
        settings, token = loaded.settings, loaded.token.get_secret_value()
        self._has_own = settings.guests is not None and settings.guests.own_bot
        own = loaded.guests_token if self._has_own else None
        staff = build_application(token, settings.telegram)
        guests = own and build_application(own.get_secret_value(), settings.telegram)
        self._links_into: Bot | None = staff.bot
        if self._has_own:
            self._links_into = guests.bot if guests else None
        parts, name = (db, settings, sources, clock), self.guests_bot_name
        self.intake = Intake(staff, *parts, guests_bot_name=name)
        self.sender = Sender(staff.bot, *parts, guests_bot_name=name)
        self.guests: tuple[Intake, Sender] | None = None
        if guests:
            key = BotKey.GUESTS
            self.guests = (
                Intake(guests, *parts, bot=key, guests_bot_name=name),
                Sender(guests.bot, *parts, key=key, guests_bot_name=name),
            )

    def guests_bot_name(self) -> str:
        """Return the name of the bot that guests' links lead into; "" while nobody knows it."""
        return username(self._links_into) if self._links_into is not None else ""

    def begin(self, tx: Tx) -> None:
        """Write down, and tell, what changed about the guests' bot since the last start."""
        before = inbox.last_state(tx.session, BotKey.GUESTS)
        if self._has_own:
            if self.guests is None:
                connection.note(tx, BotKey.GUESTS, Connection.NO_TOKEN)
        elif before is not None and before != Connection.GONE:
            own_bot.leave(tx)
            connection.note(tx, BotKey.GUESTS, Connection.GONE)

    def show_life(self, heartbeats: Heartbeats) -> None:
        """Let each loop say that it moves."""
        for name, loop in self._loops():
            loop.beat = partial(heartbeats.beat, name)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        for name, loop in self._loops():
            tasks.create_task(loop.run(), name=name)

    def stop(self) -> None:
        for _, loop in self._loops():
            loop.stop()

    def clock_set_back(self, by: timedelta) -> None:
        for _, loop in self._loops():
            if isinstance(loop, Sender):
                loop.clock_set_back(by)

    async def close(self) -> None:
        """Close the connections."""
        for _, loop in self._loops():
            await loop.close()
        for _, loop in self._loops():
            if isinstance(loop, Intake):
                await loop.application.shutdown()

    def _loops(self) -> Iterator[tuple[str, Intake | Sender]]:
        yield "intake", self.intake
        yield "sender", self.sender
        if self.guests is not None:
            yield "guests intake", self.guests[0]
            yield "guests sender", self.guests[1]
