"""Telegram is silent for six hours, a critical review comes: one mail, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from tests.integrations.receiver import SECRET, Receiver
from tests.journeys.journey_world import MARINA, SUPPORT, JourneyWorld

CRITICAL = "Отравились вашим супом, ребёнка увезли на скорой. Вызываем Роспотребнадзор."
FALLBACK = """
[desk]
on_duty = ["marina"]
[webhooks.watch]
url = "{url}"
secret_file = "watch.key"
events = ["incident.opened"]
[fallback]
after = "10m"
webhook = "watch"
[fallback.mail]
host = "127.0.0.1"
port = {port}
tls = "none"
from = "bot@example.com"
to = ["oleg@example.com"]
user = "bot"
password_file = "mail.key"
"""


class Postbox:
    """A mail server's other end: what came, by receiver; `refuses` while it is down."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        assert session.authenticated
        if self.refuses:
            return "451 later, please"
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        assert envelope.rcpt_tos == [mail["To"]]
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"bot", b"letmein"))


@pytest.fixture
async def postbox() -> AsyncIterator[tuple[Postbox, int]]:
    box = Postbox()

    def answering() -> SMTP:
        return SMTP(
            box,
            hostname="localhost",
            authenticator=login,
            auth_require_tls=False,
        )

    server = await asyncio.get_running_loop().create_server(answering, "127.0.0.1", 0)
    async with server:
        yield box, server.sockets[0].getsockname()[1]


class Silenced:
    """A bot with a second way out."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Silenced":
        self.watch = await self._stack.enter_async_context(Receiver())
        (self._folder / "watch.key").write_text(SECRET)
        (self._folder / "mail.key").write_text("letmein")
        more = FALLBACK.format(url=self.watch.url, port=self._port)
        self.world = await self._stack.enter_async_context(
            JourneyWorld(self._folder, "2026-03-02 11:00", more)
        )
        loaded = self.world.loaded
        marina = replace(loaded.settings.people["marina"], mail="marina@example.com")
        people = {**loaded.settings.people, "marina": marina}
        self.world.loaded = replace(loaded, settings=replace(loaded.settings, people=people))
        await self.world.restart()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def heard(self) -> None:
        """Somebody writes, so that asking for updates does not wait."""
        await self.world.telegram.say(SUPPORT, MARINA, "Привет")
        await self.world.app.intake.step()

    async def attend(self) -> None:
        app = self.world.app
        await app.mind_telegram()
        assert app.deliverer is not None
        await app.deliverer.look()
        await app.deliverer.settle()

    async def pass_minutes(self, minutes: int, step: int = 30) -> None:
        """The bot asks Telegram in vain, reads its sites, tries to send."""
        until = self.world.clock.now().timestamp() + 60 * minutes
        while self.world.clock.now().timestamp() < until:
            await self.world.app.intake.step()
            await self.world.turn()
            await self.attend()
            self.world.clock.advance(minutes=step)


@pytest.fixture
async def silenced(tmp_path: Path, postbox: tuple[Postbox, int]) -> AsyncIterator[Silenced]:
    async with Silenced(tmp_path, postbox[1]) as made:
        yield made


async def test_six_hours_of_silence_with_a_critical_review_are_one_mail(
    silenced: Silenced, postbox: tuple[Postbox, int]
) -> None:
    box, world = postbox[0], silenced.world
    await silenced.heard()
    await world.telegram.go_away()
    await silenced.pass_minutes(60)
    assert box.mails == [], "nothing waits: nobody is woken"
    world.guest(1, CRITICAL)
    await silenced.pass_minutes(300, step=60)
    [mail] = box.to("oleg@example.com")
    assert mail["Subject"].startswith("1 критичный отзыв ждёт: Telegram молчит с 11:")
    text = mail.get_content()
    assert "№ 1, критично, Тверская 12, 1★" in text
    assert "Отравились" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert silenced.watch.types == ["telegram.silent"]
    await world.telegram.come_back()
    for _ in range(3):
        await silenced.heard()
        await world.turn()
        await silenced.attend()
        world.clock.advance(minutes=1)
    assert len(world.messages(SUPPORT, "Отравились")) >= 1, "nothing is lost"
    assert len(box.to("marina@example.com")) == 2, "who is on duty, because it is critical"
    [_, over] = box.to("oleg@example.com")
    assert over["Subject"] == "Отзывы: Telegram снова отвечает"
    assert silenced.watch.types.count("telegram.silent") == 1
    assert silenced.watch.types.count("telegram.back") == 1


async def test_a_mail_server_that_is_down_is_tried_again_and_what_is_over_is_not_told(
    silenced: Silenced, postbox: tuple[Postbox, int]
) -> None:
    box, world = postbox[0], silenced.world
    await silenced.heard()
    await world.telegram.go_away()
    world.guest(1, CRITICAL)
    box.refuses = True
    await silenced.pass_minutes(24, step=8)
    box.refuses = False
    await world.telegram.come_back()
    await silenced.heard()
    await world.turn()
    await silenced.attend()
    assert box.mails == []
