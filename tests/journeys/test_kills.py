"""kill -9 at every step: nothing is lost, nothing doubled beyond the promise, no reply twice."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from reviewbot.core.model import TicketState
from reviewbot.demo.loopback import Answer, Asked, Loopback
from reviewbot.demo.site import Site, Written
from reviewbot.store.database import Database
from reviewbot.store.tables import AuditRow, CardRow, InboxRow, ReviewRow, TargetRow, TicketRow
from tests.faulty import StretchedClock
from tests.journeys.journey_world import CONFIG, IVAN, MARINA, OLEG, SUPPORT
from tests.patience import PATIENCE
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN, Shown

ROOT = Path(__file__).parent.parent.parent
RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


class Stage:
    """The world outside the child: a site that counts what is posted, and Telegram."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "child.log"
        self._stack = AsyncExitStack()
        self._started = time.time()  # noqa: TID251 - parent and child count from one instant
        self._child: asyncio.subprocess.Process | None = None
        self.armed = folder / "armed"
        self.clock = StretchedClock(self._started)
        self.site = Site(self.clock.now, "Точка, Тверская 12")
        self.puts: list[str] = []
        self.site_answers = asyncio.Event()
        self.site_answers.set()
        self.site_is_asked = asyncio.Event()
        self.telegram = TelegramFake(lambda: self.clock.now().timestamp())

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

    async def _answer(self, asked: Asked) -> Answer:
        if asked.method == "PUT":
            self.puts.append(asked.path)
        if not self.site_answers.is_set():
            self.site_is_asked.set()
            await self.site_answers.wait()
        return await self.site.handle(asked)

    async def start(self, seam: str = "none") -> None:
        config = str(self._folder / "config.toml")
        with self._log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tests.faulty", config, seam, str(self.armed), str(self._started)),
                cwd=ROOT,
                env={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN, "PATH": "/usr/bin:/bin"},
                stderr=log,
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

    async def end(self) -> None:
        """SIGTERM: the child goes, with code 0; how soon is measured by `make reliability`."""
        assert self._child is not None
        self._child.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await self._child.wait() == 0

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
                        value = self._look(database, found)
                        if value:
                            return value
                    # The commit of another process wakes nobody here: look again soon.
                    await asyncio.to_thread(time.sleep, 0.05)
        except TimeoutError:
            log = self._log.read_text()[-3000:]
            raise AssertionError(f"never: {what}\n{log}") from None
        finally:
            database.close()

    @staticmethod
    def _look(database: Database, found: Any) -> Any:
        def work(rows: Session) -> Any:
            tables = text("SELECT 1 FROM sqlite_master WHERE name = 'work'")
            return found(rows) if rows.execute(tables).first() else None  # type: ignore[deprecated]

        return database.read_now(work)

    def guest(self, name: str = "g1") -> Written:
        review = Written(name, "Анна Котова", 1, RUDE, self.clock.now())
        self.site.business.append(review)
        return review

    async def card(self) -> Shown:
        sent = select(CardRow.message_id).order_by(col(CardRow.id).desc())
        message_id = await self.until(lambda rows: rows.exec(sent).first(), "the card")
        return self.telegram.find_message(SUPPORT, message_id)

    def cards(self) -> int:
        return sum("№ 1" in shown.text for shown in self.telegram.chat(SUPPORT).of_bot)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(tmp_path) as opened:
        yield opened


def state(rows: Session) -> str | None:
    found = select(TicketRow.state).join(ReviewRow).where(ReviewRow.external_id == "g1")
    return rows.exec(found).first()


def sound(rows: Session) -> bool:
    return rows.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.parametrize(
    "seam",
    [
        "after fetch",
        "after parse",
        "mid transaction",
        "after commit",
        "after claim",
        "accepted, not marked",
        "after the mark",
    ],
)
async def test_a_killed_collector_or_sender_loses_no_alert(stage: Stage, seam: str) -> None:
    await stage.meet(seam)
    await stage.telegram.wait_for(
        lambda: stage.telegram.chat(SUPPORT).find("Слежу"), "the first notice"
    )
    stage.armed.touch()
    stage.guest()
    await stage.is_killed()

    await stage.start()
    await stage.card()
    await stage.until(lambda rows: state(rows) == TicketState.WAITING, "one open ticket")
    press = await stage.telegram.press(await stage.card(), "готов", MARINA)
    assert "Утверждено" in await stage.telegram.answered(press)
    await stage.end()
    assert stage.cards() <= (2 if seam == "accepted, not marked" else 1)
    assert await stage.until(sound, "a sound database")


@pytest.mark.parametrize("seam", ["press stored", "mid handler", "approve committed"])
async def test_a_killed_intake_loses_no_press_and_applies_it_once(stage: Stage, seam: str) -> None:
    await stage.meet(seam)
    stage.guest()
    card = await stage.card()
    stage.armed.touch()
    await stage.telegram.press(card, "готов", MARINA)
    await stage.is_killed()

    await stage.start()
    await stage.until(
        lambda rows: state(rows) in (TicketState.APPROVED, TicketState.POSTED, "answered"),
        "the approval",
    )
    await stage.until(lambda rows: state(rows) == TicketState.ANSWERED, "the reply on the site")
    await stage.end()
    approvals = select(AuditRow).where(AuditRow.action == "approve")
    assert len(await stage.until(lambda rows: rows.exec(approvals).all(), "the audit")) == 1
    assert len(stage.puts) == 1


@pytest.mark.parametrize(
    ("seam", "puts", "ends"),
    [
        ("post claimed", 0, TicketState.FAILED),
        ("posted, not marked", 1, TicketState.ANSWERED),
    ],
)
async def test_a_killed_publisher_never_posts_twice(
    stage: Stage, seam: str, puts: int, ends: TicketState
) -> None:
    await stage.meet(seam)
    stage.guest()
    card = await stage.card()
    stage.armed.touch()
    await stage.telegram.press(card, "готов", MARINA)
    await stage.is_killed()
    assert len(stage.puts) == puts

    await stage.start()
    await stage.until(lambda rows: state(rows) == ends, f"the ticket {ends}")
    await stage.end()
    assert len(stage.puts) == puts


@pytest.mark.parametrize(("when", "most"), [("before", 1), ("after", 2)])
async def test_sigterm_while_telegram_and_the_site_hang_loses_nothing(
    stage: Stage, when: str, most: int
) -> None:
    """Before: Telegram never took the message. After: it did, and we never heard so."""
    await stage.meet("none")
    await stage.telegram.wait_for(
        lambda: stage.telegram.chat(SUPPORT).find("Слежу"), "the first notice"
    )
    gate = stage.telegram.gate("sendMessage", when)
    stage.guest()
    async with asyncio.timeout(PATIENCE):
        await gate.reached.wait()
    await stage.hang()
    await stage.end()
    stage.telegram.abandon(gate)
    stage.site_answers.set()
    assert await stage.until(lambda rows: state(rows) == TicketState.WAITING, "one open ticket")

    await stage.start()
    press = await stage.telegram.press(await stage.card(), "готов", MARINA)
    assert "Утверждено" in await stage.telegram.answered(press)
    await stage.end()
    assert 1 <= stage.cards() <= most


async def test_a_malformed_update_does_not_block_the_intake(stage: Stage) -> None:
    await stage.meet("none")
    stage.guest()
    card = await stage.card()
    await stage.telegram.push({"callback_query": {"id": [], "from": "nobody"}})
    press = await stage.telegram.press(card, "готов", MARINA)
    assert "Утверждено" in await stage.telegram.answered(press)
    parked = select(InboxRow).where(col(InboxRow.parked_at).is_not(None))
    await stage.until(lambda rows: rows.exec(parked).all(), "the malformed update parked")
    await stage.end()
