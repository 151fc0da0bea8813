"""A business with its bot at work: intake and sender run against the strict fake.

The clock runs fast, so that pacing and leases are real but take no real minutes.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlmodel import Session, SQLModel, select
from telegram.ext import BaseRateLimiter

from reviewbot.bot.telegram.client import build_application, username
from reviewbot.bot.telegram.intake import Intake
from reviewbot.bot.telegram.sender import Sender
from reviewbot.clock import FastClock
from reviewbot.core.connections import Telegram
from reviewbot.core.model import BotKey
from tests.patience import PATIENCE
from tests.store.store_world import MANAGERS, MONDAY, OPERATOR, PEOPLE, SUPPORT, StoreWorld
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN, Shown

TOPIC = 12
STRANGER = 599
GUESTS_TOKEN = "777:AAfake-token_of-the-guests"
GUESTS_BOT = "guests_test_bot"
SPEED = 120.0


class NoLimiter(BaseRateLimiter[None]):
    """The library's backstop counts real minutes; here only our own pacing is at work. Command
    menus are eight requests of each start, a fifth of what most tests take: they are left out
    but where they are asked for."""

    def __init__(self, *, tells_menus: bool) -> None:
        self._tells_menus = tells_menus

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def process_request(
        self,
        callback: Callable[..., Any],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        if endpoint == "setMyCommands" and not self._tells_menus:
            return True
        return await callback(*args, **kwargs)


class BotWorld:
    """`start` and `stop` may be called again and again: a restart keeps the database."""

    def __init__(self, folder: Path) -> None:
        self.store_world = StoreWorld(folder)
        self.clock = FastClock(MONDAY, SPEED)
        self.telegram = TelegramFake(lambda: self.clock.now().timestamp())
        self.tells_menus = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.telegram.__aenter__()
        for person in PEOPLE.values():
            self.telegram.add_user(person.telegram_id, person.name)
        self.telegram.add_user(STRANGER, "Мимо")
        numbers = [person.telegram_id for person in PEOPLE.values()]
        self.telegram.add_group(SUPPORT, "Отзывы", *numbers, topics=(TOPIC,))
        self.telegram.add_group(MANAGERS, "Менеджеры", *numbers)
        self.store_world.settings = replace(
            self.store_world.settings, telegram=Telegram(self.telegram.base_url)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        await self.telegram.__aexit__(kind, error, trace)
        self.store_world.db.close()

    def give_guests_a_bot(self) -> TelegramFake:
        """Let guests have a bot of their own from the next start on."""
        settings = self.store_world.settings
        assert settings.guests is not None
        guests = replace(settings.guests, own_bot=True)
        self.store_world.settings = replace(settings, guests=guests)
        if self.telegram.beside is None:
            self.telegram.add_bot(GUESTS_TOKEN, GUESTS_BOT)
        return self.guests_telegram

    @property
    def guests_telegram(self) -> TelegramFake:
        assert self.telegram.beside is not None
        return self.telegram.beside

    async def start(self, *, intake: bool = True, sender: bool = True) -> None:
        settings = self.store_world.settings
        limiter = NoLimiter(tells_menus=self.tells_menus)
        self.application = build_application(TOKEN, settings.telegram, limiter=limiter)
        parts = (
            self.application,
            self.store_world.db,
            settings,
            self.store_world.source_facts,
            self.clock,
        )
        guests = settings.guests
        has_own = guests is not None and guests.own_bot
        own = self._own = build_application(GUESTS_TOKEN, settings.telegram, limiter=limiter)
        name = partial(username, own.bot if has_own else self.application.bot)
        self.intake = Intake(*parts, patience=1, guests_bot_name=name)
        self.sender = Sender(self.application.bot, *parts[1:], guests_bot_name=name)
        self._of_guests: list[Intake | Sender] = []
        loop = asyncio.get_running_loop()
        if has_own:
            key = BotKey.GUESTS
            self._of_guests = [
                Intake(own, *parts[1:], patience=1, bot=key, guests_bot_name=name),
                Sender(own.bot, *parts[1:], key=key, guests_bot_name=name),
            ]
            self._tasks += [loop.create_task(each.run()) for each in self._of_guests]
        if intake:
            self._tasks.append(loop.create_task(self.intake.run()))
        if sender:
            self._tasks.append(loop.create_task(self.sender.run()))

    async def stop(self) -> None:
        if not self._tasks:
            return
        self.intake.stop()
        self.sender.stop()
        for each in self._of_guests:
            each.stop()
        tasks, self._tasks = self._tasks, []
        await asyncio.gather(*tasks)
        await self.application.bot.shutdown()
        await self._own.bot.shutdown()

    async def kill(self) -> None:
        """End without a goodbye, as far as one process can do that to itself."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.application.bot.shutdown()
        await self._own.bot.shutdown()

    # Short ways to look

    async def card(self, number: int, chat_id: int = SUPPORT) -> Shown:
        """Wait for the card of a ticket in a chat."""
        mark = f"№ {number}"
        chat = self.telegram.chat(chat_id)
        found = await self.telegram.wait_for(lambda: chat.find(mark), f"card {mark}")
        assert isinstance(found, Shown)
        return found

    async def shows(self, shown: Shown, piece: str) -> None:
        await self.telegram.wait_for(lambda: piece in shown.text, f"{piece!r} in a message")

    async def said(self, chat_id: int, piece: str) -> Shown:
        chat = self.telegram.chat(chat_id)
        found = await self.telegram.wait_for(lambda: chat.find(piece), f"{piece!r} said")
        assert isinstance(found, Shown)
        return found

    async def written(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Wait until `condition` holds after some commit; return its value."""
        waker = asyncio.Event()
        self.store_world.db.wakers.append(waker)
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := condition()):
                    await waker.wait()
                    waker.clear()
                return value
        except TimeoutError:
            raise AssertionError(f"never written: {what or condition}") from None
        finally:
            self.store_world.db.wakers.remove(waker)

    async def press(self, shown: Shown, label: str, who: str | int, **more: Any) -> str:
        """Press and return the answer; a key that an edit is still to bring is waited for."""
        user = PEOPLE[who].telegram_id if isinstance(who, str) else who
        if "data" not in more:
            await self.telegram.wait_for(lambda: shown.button(label), f"the key {label!r}")
        return await self.telegram.answered(await self.telegram.press(shown, label, user, **more))

    def rows_of(self, kind: type[SQLModel]) -> list[Any]:
        def read(session: Session) -> list[Any]:
            return list(session.exec(select(kind)))

        return self.store_world.db.read_now(read)


__all__ = ["MANAGERS", "OPERATOR", "STRANGER", "SUPPORT", "TOPIC", "BotWorld"]
