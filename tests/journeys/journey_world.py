"""A world for journeys: the real application, a site and Telegram on loopback, a clock by hand.

2026-03-02 is a Monday; the desk works 10:00-19:00 in Moscow (UTC+3), the defaults.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlmodel import Session, SQLModel, col, func, select

from reviewbot.app import App
from reviewbot.config import Loaded, load
from reviewbot.demo.loopback import Loopback
from reviewbot.demo.site import Site, Written
from reviewbot.store.queues import outbox, work
from reviewbot.store.tables import (
    AuditRow,
    CardRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from tests.collect.collect_world import PROCESSES
from tests.hand_clock import HandClock
from tests.store.kept_instants import not_numbers
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN, Shown

SUPPORT, MANAGERS = -1001, -1002
MARINA, IVAN, OLEG = 502, 504, 501
STEP = timedelta(minutes=2)
"""The shortest time between two turns; longer ones skip what holds no event."""

Row = TypeVar("Row", bound=SQLModel)

CONFIG = """
language = "ru"
[database]
path = "{folder}/world.sqlite3"
[telegram]
base_url = "{telegram}"
[fetch]
allowed_hosts = ["127.0.0.1"]
[chats]
support = {{ id = -1001 }}
managers = {{ id = -1002 }}
[people]
marina = {{ id = 502, name = "Марина", role = "manager" }}
ivan = {{ id = 504, name = "Иван", role = "staff" }}
oleg = {{ id = 501, name = "Олег", role = "admin" }}
[reminders]
negative = ["50% chat", "80% holder", "100% managers", "+4h managers", "daily managers"]
[sources.google_business]
account = "accounts/1"
credentials_file = "{folder}/google.json"
base_url = "{site}"
every = "{every}"
[sources.yandex_maps]
base_url = "{site}"
every = "{every}"
[locations.tverskaya]
name = "Точка, Тверская 12"
contact = "+7 495 000-00-01"
links = ["https://yandex.ru/maps/org/tochka/1000000001/", "google_business:locations/1"]
{more}
"""


def moscow(text: str) -> datetime:
    """An instant from "2026-03-02 11:00", Moscow time."""
    return (datetime.fromisoformat(text) - timedelta(hours=3)).replace(tzinfo=UTC)


class JourneyWorld:
    """`async with JourneyWorld(folder, "2026-03-02 11:00") as world:` is a bot that has met its
    targets.

    `before` are reviews that were on the maps' page by then; `database` one in place of a file.
    """

    def __init__(
        self,
        folder: Path,
        now: str,
        more: str = "",
        *,
        every: str = "20m",
        before: Sequence[Written] = (),
        database: str | None = None,
    ) -> None:
        self._folder = folder
        self._more = more
        self._every = every
        self._before = before
        self._database = {} if database is None else {"REVIEWBOT_DATABASE": database}
        self._opened_at = now
        self._stack = AsyncExitStack()
        self.clock = HandClock(moscow(now) - timedelta(minutes=5))
        self.site = Site(self.clock.now, "Точка, Тверская 12")
        self.telegram = TelegramFake(lambda: self.clock.now().timestamp())
        self.app: App
        self.reloads = 0

    async def __aenter__(self) -> Self:
        server = await self._stack.enter_async_context(Loopback(self.site.handle))
        await self._stack.enter_async_context(self.telegram)
        people = {MARINA: "Марина", IVAN: "Иван", OLEG: "Олег"}
        for number, name in people.items():
            self.telegram.add_user(number, name)
        self.telegram.add_group(SUPPORT, "Отзывы", *people)
        self.telegram.add_group(MANAGERS, "Менеджеры", *people)
        (self._folder / "google.json").write_text(
            json.dumps({"client_id": "1", "client_secret": "2", "refresh_token": "3"})
        )
        config = self.config
        config.write_text(
            CONFIG.format(
                folder=self._folder,
                telegram=self.telegram.base_url,
                site=server.url,
                more=self._more,
                every=self._every,
            )
        )
        self.loaded: Loaded = load(
            config,
            environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN, **self._database},
            today=self.clock.now().date(),
        )
        # Everyone has reviews already: a first contact with nothing proves nothing.
        old = self.clock.now() - timedelta(days=90)
        self.site.maps.append(Written("m0", "Ольга", 5, "Отличный кофе.", old, "Спасибо!", old))
        self.site.business.append(Written("g0", "Тимур", 5, "Вкусно.", old, "Спасибо!", old))
        self.site.maps.extend(self._before)
        await self._open()
        await self.turn()
        await self.pass_until(self._opened_at)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
        file = self._folder / "world.sqlite3"
        if error is None and file.exists():
            assert not_numbers(file) == []

    async def _open(self) -> None:
        self._running = await self._stack.enter_async_context(AsyncExitStack())
        self.app = await self._running.enter_async_context(
            App(
                self.loaded,
                clock=self.clock,
                jitter=lambda: 0.0,
                processes=PROCESSES,
                reload=self._note_reload,
            )
        )
        await self.app.intake.application.initialize()

    def _note_reload(self) -> None:
        self.reloads += 1

    @property
    def config(self) -> Path:
        """The operator's file."""
        return self._folder / "config.toml"

    async def restart(self) -> None:
        """End the bot and start another on the same database: only rows are left."""
        await self._running.aclose()
        await self._open()

    async def turn(self) -> None:
        """Let every tick do what is due now, as the metronome would."""
        ticks, lanes = self.app.ticks, self.app.lanes
        for tick in (
            ticks.poll,
            ticks.poll,
            ticks.publish,
            ticks.watch,
            ticks.publish,
            ticks.watch,
        ):
            await tick()
            await lanes.settle()
        await self.app.sender.deliver_due()
        await self.app.sender.settle()

    async def pass_until(self, moment: str) -> None:
        """Let time pass until a moment of Moscow time, turn by turn."""
        until = moscow(moment)
        while self.clock.now() < until:
            due = self.read(_next_event)
            ahead = max(due or until, self.clock.now() + STEP)
            self.clock.set(min(ahead, until))
            await self.turn()

    async def take_in(self) -> None:
        """Handle what people did, then send what came of it."""
        await self.app.intake.step()
        await self.app.sender.deliver_due()
        await self.app.sender.settle()

    async def press(self, shown: Shown, label: str, who: int) -> str:
        """Press a button; return the sentence that pops up."""
        press = await self.telegram.press(shown, label, who)
        await self.take_in()
        return await self.telegram.answered(press)

    def guest(self, rating: int, text: str, *, site: str = "maps", name: str = "m1") -> Written:
        """A guest writes a review, now."""
        review = Written(name, "Анна Котова", rating, text, self.clock.now())
        getattr(self.site, site).append(review)
        return review

    def messages(self, chat_id: int, piece: str) -> list[Shown]:
        return [shown for shown in self.telegram.chat(chat_id).of_bot if piece in shown.text]

    def card(self, number: int = 1, chat_id: int = SUPPORT) -> Shown:
        """The newest card of a ticket in a chat."""
        cards = (
            select(CardRow.message_id)
            .where(CardRow.ticket_id == number, CardRow.chat_id == chat_id)
            .order_by(col(CardRow.id))
        )
        message_id = self.read(lambda rows: rows.exec(cards).all())[-1]
        return self.telegram.find_message(chat_id, message_id)

    def read(self, work: Callable[[Session], Any]) -> Any:
        """Look through a new session: only what is committed counts."""
        return self.app.db.read_now(work)

    def ticket(self, external_id: str = "m1") -> TicketRow:
        found = select(TicketRow).join(ReviewRow).where(ReviewRow.external_id == external_id)
        ticket: TicketRow = self.read(lambda rows: rows.exec(found).one())
        return ticket

    def rounds(self) -> list[TicketRoundRow]:
        turns: list[TicketRoundRow] = self.read(
            lambda rows: rows.exec(select(TicketRoundRow).order_by(col(TicketRoundRow.n))).all()
        )
        return turns

    def acts(self) -> list[str]:
        found = select(AuditRow.action).order_by(col(AuditRow.id))
        actions: list[str] = self.read(lambda rows: list(rows.exec(found)))
        return actions


def _next_event(rows: Session) -> datetime | None:
    """When the next thing stands in the rows: a reading, a duty, work, a message."""
    moments = [
        *rows.exec(select(func.min(col(TargetRow.next_poll_at)))),
        *rows.exec(select(func.min(col(TicketRow.next_duty_at)))),
        work.next_due_at(rows),
        outbox.next_due_at(rows),
    ]
    return min((moment for moment in moments if moment), default=None)
