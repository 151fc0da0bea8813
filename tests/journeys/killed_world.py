"""The world outside a bot that is killed: the real application runs in a child process."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import text
from sqlmodel import Session, col, select

from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.demo.site import Site, Written
from reviewbot.store.database import Database
from reviewbot.store.tables import CardRow, ReviewRow, TargetRow, TicketRow
from tests.faulty import StretchedClock
from tests.journeys.journey_world import CONFIG, IVAN, MARINA, OLEG, SUPPORT
from tests.patience import PATIENCE
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN, Shown

ROOT = Path(__file__).parent.parent.parent
RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


class KilledWorld:
    """A site that counts what is posted, Telegram, and the child: `start`, `is_killed`, `end`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "child.log"
        self._stack = AsyncExitStack()
        self._started = time.time()  # noqa: TID251 - parent and child count from one instant
        self._child: asyncio.subprocess.Process | None = None
        self._asked_before = 0
        self.armed = folder / "armed"
        self._shift = folder / "shift"
        self.clock = StretchedClock(self._started, self._shift)
        self.site = Site(self.clock.now, "Точка, Тверская 12")
        self.puts: list[str] = []
        self.site_answers = asyncio.Event()
        self.site_answers.set()
        self.site_is_asked = asyncio.Event()
        true_time = StretchedClock(self._started)
        self.telegram = TelegramFake(lambda: true_time.now().timestamp())

    async def __aenter__(self) -> Self:
        server = await self._stack.enter_async_context(Loopback(self._answer))
        await self._stack.enter_async_context(self.telegram)
        people = {MARINA: "Марина", IVAN: "Иван", OLEG: "Олег"}
        for number, name in people.items():
            self.telegram.add_user(number, name)
        self.telegram.add_group(SUPPORT, "Отзывы", *people)
        self.telegram.add_group(-1002, "Менеджеры", *people)
        secret = '{"client_id": "1", "client_secret": "2", "refresh_token": "3"}'
        (self._folder / "google.json").write_text(secret)
        settings = CONFIG.format(
            folder=self._folder,
            telegram=self.telegram.base_url,
            site=server.url,
            every="2m",
            more='[desk]\nhours = { mon-sun = ["00:00-24:00"] }\nquiet = "none"\n',
        )
        # Reminders come by the clock, which runs on while a busy machine starts a process.
        settings = re.sub("^negative = .*$", 'negative = ["100% managers"]', settings, flags=re.M)
        (self._folder / "config.toml").write_text(settings)
        old = self.clock.now() - timedelta(days=90)
        self.site.maps.append(Written("m0", "Ольга", 5, "Отличный кофе.", old, "Спасибо!", old))
        self.site.business.append(Written("g0", "Тимур", 5, "Вкусно.", old, "Спасибо!", old))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
            await self._child.wait()
        await self._stack.aclose()

    async def _answer(self, asked: LoopbackRequest) -> LoopbackResponse:
        if asked.method == "PUT":
            self.puts.append(asked.path)
        if not self.site_answers.is_set():
            self.site_is_asked.set()
            await self.site_answers.wait()
        return await self.site.handle(asked)

    def settings_end_with(self, more: str) -> None:
        """Tables of the file beside the usual ones, from the next start on."""
        with (self._folder / "config.toml").open("a", encoding="utf-8") as file:
            file.write(more)

    def program(self, seam: str) -> tuple[str, ...]:
        """The child's command line, for the interpreter."""
        config = str(self._folder / "config.toml")
        return ("-m", "tests.faulty", config, seam, str(self.armed), str(self._started))

    async def start(self, seam: str = "none") -> None:
        self._asked_before = self.telegram.count("getUpdates")
        with self._log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.program(seam),
                cwd=ROOT,
                env={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN, "PATH": "/usr/bin:/bin"},
                stderr=log,
            )

    async def at_work(self) -> None:
        """Wait until the child that was started last asks Telegram: it obeys signals from then on
        (`reviewbot run` does so much earlier; what stands before it here are the seams)."""
        before = self._asked_before
        await self.telegram.wait_for(
            lambda: self.telegram.count("getUpdates") > before, "the child asks Telegram"
        )

    async def meet(self, seam: str) -> None:
        """Start a child and let it meet both targets."""
        await self.start(seam)
        await self.until(
            lambda rows: (
                len([at for at in rows.exec(select(TargetRow.first_contact_at)) if at]) == 2
            ),
            "first contacts",
        )

    async def is_killed(self) -> None:
        assert self._child is not None
        async with asyncio.timeout(PATIENCE):
            code = await self._child.wait()
        assert code == -signal.SIGKILL, self._log.read_text()[-3000:]
        self.armed.unlink()

    async def kill(self) -> None:
        """End the child wherever it is."""
        assert self._child is not None
        self._child.kill()
        await self._child.wait()

    async def end(self) -> None:
        """SIGTERM: the child goes, with code 0; how soon is measured by `make reliability`."""
        assert self._child is not None
        await self.at_work()  # what a case waits for may have been there before its last child
        self._child.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await self._child.wait() == 0

    def set_clock(self, by: timedelta) -> None:
        """Set the clock on, or back, for the child (which may run, or not) and the site; once."""
        new = self._shift.with_suffix(".new")
        new.write_text(str(by.total_seconds()))
        new.rename(self._shift)

    def held(self) -> tuple[float, int]:
        """What the child holds now: MiB of memory, and open descriptors."""
        assert self._child is not None
        own = Path(f"/proc/{self._child.pid}")
        resident = re.search(r"VmRSS:\s+(\d+)", (own / "status").read_text())
        return int(resident[1]) / 1024 if resident else 0.0, len(list((own / "fd").iterdir()))

    def computed(self) -> float:
        """Seconds of computing that the child has used: no other process adds to them."""
        assert self._child is not None
        told = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    async def hang(self) -> None:
        """From now on the site takes requests and answers none; wait for the first."""
        self.site_answers.clear()
        async with asyncio.timeout(PATIENCE):
            await self.site_is_asked.wait()

    async def until(self, found: Any, what: str) -> Any:
        """Look into the database until `found` returns something; the child writes, we read."""
        database = Database(str(self._folder / "world.sqlite3"))
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    if (self._folder / "world.sqlite3").exists():
                        value = self.looked(database, found)
                        if value:
                            return value
                    # The commit of another process wakes nobody here: look again soon.
                    await asyncio.to_thread(time.sleep, 0.05)
        except TimeoutError:
            log = self._log.read_text()[-3000:]
            raise AssertionError(f"never: {what}\n{log}") from None
        finally:
            database.close()

    @contextmanager
    def database_is_held(self) -> Iterator[None]:
        """Another process writes and does not come to an end."""
        other = sqlite3.connect(self._folder / "world.sqlite3", isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    @staticmethod
    def looked(database: Database, found: Any) -> Any:
        def work(rows: Session) -> Any:
            tables = text("SELECT 1 FROM sqlite_master WHERE name = 'work'")
            return found(rows) if rows.execute(tables).first() else None  # type: ignore[deprecated]

        return database.read_now(work)

    def look(self, work: Callable[[Session], Any]) -> Any:
        """Look into the database once."""
        database = Database(str(self._folder / "world.sqlite3"))
        try:
            return self.looked(database, work)
        finally:
            database.close()

    def guest(self, name: str = "g1", text: str = RUDE) -> Written:
        review = Written(name, "Анна Котова", 1, text, self.clock.now())
        self.site.business.append(review)
        return review

    async def card(self, number: int = 1) -> Shown:
        """The newest card of a ticket, awaited."""
        sent = (
            select(CardRow.message_id)
            .where(CardRow.ticket_id == number)
            .order_by(col(CardRow.id).desc())
        )
        message_id = await self.until(lambda rows: rows.exec(sent).first(), f"card {number}")
        return self.telegram.find_message(SUPPORT, message_id)

    async def spoken_of(self, number: int) -> None:
        """Wait for a message that speaks of a ticket: a card, a list of several, or the card of an
        incident that names it among others."""
        await self.telegram.wait_for(lambda: self.mentions(number), f"a message about {number}")

    def mentions(self, number: int) -> int:
        """How many texts speak of a ticket, those included that name several in a row, and those
        that a message had before: an incident's card names the newest alone."""
        name = re.compile(rf"№ …?(?:\d+, )*{number}\b")
        shown = [each.text for each in self.telegram.chat(SUPPORT).of_bot]
        edits = [
            call.params.get("text", "")
            for call in self.telegram.calls
            if call.method == "editMessageText" and str(call.params["chat_id"]) == str(SUPPORT)
        ]
        return sum(bool(name.search(text)) for text in (*shown, *edits))

    def cards(self, number: int = 1) -> int:
        """How many messages speak of a ticket."""
        name = re.compile(rf"№ {number}\b")
        return sum(bool(name.search(shown.text)) for shown in self.telegram.chat(SUPPORT).of_bot)


def state(rows: Session) -> str | None:
    found = select(TicketRow.state).join(ReviewRow).where(ReviewRow.external_id == "g1")
    return rows.exec(found).first()


def sound(rows: Session) -> bool:
    return rows.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
