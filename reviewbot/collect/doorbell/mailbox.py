"""Watches the mailbox that sites write to (IMAP): IDLE where the server has it, else each minute.

The mailbox is opened for reading only and nothing in it is marked: how far it was read stands in
our rows, so people and other programs may use it too.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from sqlmodel import Session

from reviewbot.clock import Clock, is_set_within
from reviewbot.collect.doorbell.doorbell import Announcement, Doorbell, links_in, sources_of
from reviewbot.core.connections import Mailbox
from reviewbot.core.contract import Source
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.queues import outbox
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import doorbell_polls

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 30.0
LOOK_EVERY = 60
"""Seconds; a missed word of the server's costs that much."""
HEAD_BYTES = 65_536
"""As much of a mail as is looked at: its place's name and link stand at the top."""
BATCH = 50
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
_REVIEW = re.compile("отзыв|review", re.IGNORECASE)
TEXT_TYPES = ("text/plain", "text/html")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection with its mailbox: `name` changes where the server numbers mails anew."""

    client: Any
    name: str
    next_number: int
    has_idle: bool


class MailboxWatch:
    """Rings the doorbell for each new mail of a known sender."""

    def __init__(
        self,
        box: Mailbox,
        password: str,
        doorbell: Doorbell,
        db: Database,
        settings: Settings,
        clock: Clock,
        sources: tuple[Source, ...],
    ) -> None:
        self._box = box
        self._password = password
        self._doorbell = doorbell
        self._db = db
        self._settings = settings
        self._clock = clock
        self._senders = senders_of(box, sources)
        self._stopping = threading.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until `stop`; what goes wrong is told and tried again ever more rarely."""
        stopping = asyncio.get_running_loop().create_task(self._pass_on_stop(stop))
        pause = FIRST_PAUSE
        try:
            while not stop.is_set():
                try:
                    await self._watch(stop)
                    pause = FIRST_PAUSE
                except (IMAPClientError, OSError) as error:
                    await self._trouble(error)
                    await is_set_within(stop, self._seconds(pause))
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._stopping.set()
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)

    def _seconds(self, pause: timedelta) -> float:
        return self._clock.seconds_until(self._clock.now() + pause)

    async def _pass_on_stop(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping.set()

    async def _watch(self, stop: asyncio.Event) -> None:
        opened = await asyncio.to_thread(self._open)
        try:
            read = await self._db.read(lambda rows: doorbell_polls.read_up_to(rows, opened.name))
            if read is None:
                # The first time: what lies there already is no news.
                read = opened.next_number - 1
                await self._doorbell.take((), self._noting(opened.name, read))
            calm = False
            while not stop.is_set():
                numbers, announcements = await asyncio.to_thread(self._new, opened, read)
                if numbers:
                    read = numbers[-1]
                    await self._doorbell.take(announcements, self._noting(opened.name, read))
                if len(numbers) < BATCH:
                    # A mail that came between the search and IDLE is told when IDLE ends, so the
                    # first wait is short.
                    await asyncio.to_thread(self._wait, opened, LOOK_EVERY if calm else 1)
                    calm = not numbers
        finally:
            await asyncio.to_thread(_close, opened.client)

    def _noting(self, name: str, number: int) -> Callable[[Session], None]:
        return lambda rows: doorbell_polls.note_read(rows, name, number, self._clock.now())

    def _open(self) -> _Opened:
        box = self._box
        client = IMAPClient(box.host, port=box.port, ssl=box.tls, timeout=TIMEOUT_SECONDS)
        try:
            client.login(box.user, self._password)
            facts = client.select_folder(box.folder, readonly=True)
            name = f"{box.user}@{box.host}/{box.folder}:{facts.get(b'UIDVALIDITY')}"
            has_idle = client.has_capability("IDLE")
        except (IMAPClientError, OSError):
            _close(client)
            raise
        return _Opened(client, name, int(facts.get(b"UIDNEXT", 1)), has_idle)

    def _new(self, opened: _Opened, read: int) -> tuple[list[int], list[Announcement]]:
        """The numbers of the next mails after `read`, and what of them rings."""
        client = opened.client
        # A range beyond the end names the last mail (RFC 3501, 6.4.8), so the answer is sifted.
        found = sorted(number for number in client.search(["UID", f"{read + 1}:*"]))
        numbers = [number for number in found if number > read][:BATCH]
        if not numbers:
            return [], []
        fetched = client.fetch(numbers, [f"BODY.PEEK[]<0.{HEAD_BYTES}>"])
        announcements = []
        for number in numbers:
            parts = fetched.get(number, {})
            raw = next((part for name, part in parts.items() if name.startswith(b"BODY")), b"")
            try:
                announcement = announcement_of(raw or b"", self._senders)
            except (RecursionError, ValueError, LookupError):
                log.warning("the mail %d of %s cannot be read", number, opened.name)
                continue
            if announcement is not None:
                announcements.append(announcement)
        return numbers, announcements

    def _wait(self, opened: _Opened, seconds: int) -> None:
        """Until the server says something, `seconds` have passed or the bot is to stop."""
        if not opened.has_idle:
            self._stopping.wait(seconds)
            opened.client.noop()
            return
        opened.client.idle()
        try:
            for _ in range(seconds):
                if self._stopping.is_set() or opened.client.idle_check(timeout=1):
                    return
        finally:
            opened.client.idle_done()

    async def _trouble(self, error: Exception) -> None:
        """Log it; a password that is refused is the operator's to mend, told once a day."""
        log.warning("the mailbox %s: %s", self._box.host, type(error).__name__)
        if not isinstance(error, LoginError):
            return
        now, chat = self._clock.now(), self._settings.chats[self._settings.operator_chat]
        payload = {"code": NoticeCode.MAILBOX_REFUSED, "params": {"host": self._box.host}}
        key = f"notice:mailbox:{self._box.host}:{now:%Y-%m-%d}"
        await self._db.write(
            lambda rows: outbox.put(rows, OutboxKind.NOTICE, key, chat, payload, now)
        )


def senders_of(box: Mailbox, sources: tuple[Source, ...]) -> dict[str, tuple[str, ...]]:
    """Source → who writes for it: what the operator names, else the site's own hosts."""
    found = {source.NAME: tuple(source.HOSTS) for source in sources}
    named = {name: tuple(each.lower().lstrip("@") for each in who) for name, who in box.senders}
    return {**found, **named}


def announcement_of(raw: bytes, senders: dict[str, tuple[str, ...]]) -> Announcement | None:
    """Return what a mail rings for; None where its sender is not known. Of its text only links
    and a place's name will be looked for."""
    mail = message_from_bytes(raw)
    addresses = getaddresses([str(value) for value in mail.get_all("From", [])])
    source = sources_of([address for _, address in addresses], senders)
    if source is None:
        return None
    texts = list(_texts(mail))
    links = links_in("\n".join(texts))
    # A server numbers mails anew now and then; the sender's own number stays.
    key = str(mail.get("Message-ID") or "").strip() or sha256(raw).hexdigest()
    subject = _subject(mail)
    text = " ".join([subject, *texts])[:HEAD_BYTES]
    announces = _REVIEW.search(subject) is not None
    return Announcement(f"mail:{key[:150]}", source, links, text, announces=announces)


def _texts(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        if part.get_content_type() not in TEXT_TYPES:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            try:
                yield content.decode(part.get_content_charset() or "utf-8", "replace")
            except LookupError:
                yield content.decode("utf-8", "replace")


def _subject(mail: Message) -> str:
    try:
        return str(make_header(decode_header(str(mail.get("Subject", "")))))
    except (ValueError, LookupError):
        return ""


def _close(client: Any) -> None:
    try:
        client.logout()
    except (IMAPClientError, OSError):
        log.debug("the mailbox's server was gone before we said goodbye")
