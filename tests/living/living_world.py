"""An installation of an earlier version, gone on with: its rows, its file, its sites, its chats.

Used by today's tests and, unchanged, by `make_asset` under the version that made the asset: it
takes only what both have.
"""

import itertools
import json
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlmodel import Session, col, func, select

from reviewbot.app import App
from reviewbot.config import load
from reviewbot.demo.loopback import Loopback
from reviewbot.demo.site import Site, Written
from reviewbot.store.tables import AuditRow
from tests.hand_clock import HandClock
from tests.living.site import ThreePlaces
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN, ChatFake, Shown

ASSET = Path(__file__).parent / "v0_1_0"
MARINA = 502


@dataclass(frozen=True)
class Key:
    """A key of a message on show, and who presses it."""

    chat: int
    message: int
    label: str
    data: str
    who: int


class LivingWorld:
    """`async with LivingWorld(folder) as world:` is the bot started on the installation.

    `edited` changes the text of its file first.
    """

    def __init__(
        self, folder: Path, asset: Path = ASSET, *, edited: Callable[[str], str] = str
    ) -> None:
        self._folder = folder
        self._asset = asset
        self._edited = edited
        self._stack = AsyncExitStack()
        self.file = folder / "living.sqlite3"
        self.kept: dict[str, Any] = json.loads((asset / "world.json").read_text())
        self.clock = HandClock(datetime.fromisoformat(self.kept["ended_at"]))
        self.telegram = TelegramFake(lambda: self.clock.now().timestamp())
        self.site = ThreePlaces(self.clock.now, "Точка, Тверская 12")
        self.site.arbat = Site(self.clock.now, "Точка, Арбат 7")
        for place, reviews in (
            (self.site.maps, "maps"),
            (self.site.business, "business"),
            (self.site.arbat.maps, "arbat"),
        ):
            place.extend(written(each) for each in self.kept["site"][reviews])
        self.app: App

    async def __aenter__(self) -> Self:
        server = await self._stack.enter_async_context(Loopback(self.site.handle))
        await self._stack.enter_async_context(self.telegram)
        self._people_and_chats()
        secret = {"client_id": "1", "client_secret": "2", "refresh_token": "3"}
        (self._folder / "google.json").write_text(json.dumps(secret))
        text = (self._asset / "config.toml").read_text()
        for name, value in (
            ("folder", str(self._folder)),
            ("site", server.url),
            ("telegram", self.telegram.base_url),
        ):
            text = text.replace(f"{{{name}}}", value)
        config = self._folder / "config.toml"
        config.write_text(self._edited(text))
        with closing(sqlite3.connect(self.file)) as rows:
            rows.executescript((self._asset / "database.sql").read_text())
        loaded = load(
            config,
            environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
            today=self.clock.now().date(),
        )
        self.app = await self._stack.enter_async_context(
            App(loaded, clock=self.clock, jitter=lambda: 0.0)
        )
        application = self.app.intake.application
        await application.initialize()
        # Many messages in no time: the library's own limit, in real time, would hold us up.
        application.bot._rate_limiter = None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def _people_and_chats(self) -> None:
        telegram = self.telegram
        telegram.users = {int(number): user for number, user in self.kept["users"].items()}
        for kept in self.kept["chats"]:
            chat = ChatFake(**kept | {"messages": [], "members": set(kept["members"])})
            chat.messages = [shown(each) for each in kept["messages"]]
            telegram.chats[chat.chat_id] = chat
        telegram._numbers = itertools.count(100_000)
        telegram._update_ids = itertools.count(800_001)

    async def settle(self) -> None:
        """Do all that is due: what was taken in, every tick, every message."""
        ticks, lanes, sender = self.app.ticks, self.app.lanes, self.app.sender
        await self.app.intake.handle_waiting()
        for tick in (ticks.poll, ticks.poll, ticks.publish, ticks.watch, ticks.publish):
            await tick()
            await lanes.settle()
        await sender.deliver_due()
        await sender.settle()

    async def take_in(self) -> None:
        """Handle what people did, then send what came of it."""
        await self.app.intake.step()
        await self.app.sender.deliver_due()
        await self.app.sender.settle()

    def old_keys(self) -> list[Key]:
        """Every key that the earlier version left on show; what two messages share, once."""
        keys = [
            Key(chat.chat_id, each.message_id, key["text"], key["callback_data"], who)
            for chat in self.telegram.chats.values()
            for who in [MARINA if chat.chat_id < 0 else chat.chat_id]
            for each in chat.of_bot
            if each.message_id < 100_000
            for key in each.buttons
            if "callback_data" in key
        ]
        return list({(key.chat < 0, key.data): key for key in keys}.values())

    async def did(self, keys: list[Key]) -> list[dict[str, Any]]:
        """Press each key, the database put back after it; return what each did: the acts in the
        audit, the sentence that pops up, whether anything was sent or edited."""
        done = []
        with (
            closing(sqlite3.connect(":memory:")) as kept,
            closing(sqlite3.connect(self.file)) as f,
        ):
            f.backup(kept)
            for key in keys:
                done.append(await self._pressed(key))
                kept.backup(f)
                # What the rows no longer hold was not sent: pacing reads them anew.
                self.app.sender._turns = None
        return done

    async def _pressed(self, key: Key) -> dict[str, Any]:
        before, chats = self._acts_until(), deepcopy(self.telegram.chats)
        # Without the rows of the press before, it would be delivered again.
        self.telegram._updates.clear()
        message = self.telegram.find_message(key.chat, key.message)
        press = await self.telegram.press(message, "", key.who, data=key.data)
        await self.take_in()
        says = await self.telegram.answered(press)
        fresh = select(AuditRow.action).where(col(AuditRow.id) > before)
        acts = self.read(lambda rows: list(rows.exec(fresh)))
        shows = self.telegram.chats != chats
        self.telegram.chats = chats
        return {**vars(key), "acts": acts, "says": says, "shows": shows}

    def _acts_until(self) -> int:
        last = select(func.max(AuditRow.id))
        return int(self.read(lambda rows: rows.exec(last).one()) or 0)

    def read(self, work: Callable[[Session], Any]) -> Any:
        """Look through a new session: only what is committed counts."""
        return self.app.db.read_now(work)


def written(kept: dict[str, Any]) -> Written:
    """A review of the site from its JSON."""
    for name in ("at", "reply_at"):
        kept = kept | {name: kept[name] and datetime.fromisoformat(kept[name])}
    return Written(**kept)


def shown(kept: dict[str, Any]) -> Shown:
    """A message on show from its JSON: only what it has stands there."""
    known = {field.name for field in fields(Shown)}
    return Shown(**{"text": ""} | {name: kept[name] for name in known & set(kept)})
