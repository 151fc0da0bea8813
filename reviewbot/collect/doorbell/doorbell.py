"""The doorbell: a mail, a notification or a call that says where to look now.

Nothing of it is believed but which target it is about; what is new is read from the site. It is
acknowledged after the poll it asks for is on disk: after a crash between the two it comes again.
"""

import logging
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.collect.parsing import Parsing
from reviewbot.core.connections import TargetSettings
from reviewbot.core.contract import Source
from reviewbot.core.errors import TooHeavy
from reviewbot.core.settings import Settings
from reviewbot.core.text import word_key
from reviewbot.processes.child_processes import Broken
from reviewbot.store.database import Database
from reviewbot.workflow import doorbell_polls

log = logging.getLogger(__name__)

LINK = re.compile(r"https?://[^\s\"'<>()\[\]]{4,2000}")
MOST_LINKS = 60


@dataclass(frozen=True, slots=True)
class Announcement:
    """One message, as far as it tells which target it is about. `key` is its own for ever: the
    same message asks once. `source` is known from the sender; `target` only a signed call names
    outright. `announces`: it speaks of a review, rather than of anything else a site writes."""

    key: str
    source: str | None = None
    links: tuple[str, ...] = ()
    text: str = ""
    target: str | None = None
    announces: bool = True


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a message is for. `sure`: the target is known, rather than any of its source."""

    targets: tuple[str, ...]
    sure: bool


class Doorbell:
    """Turns messages into polls. `poll_at_once` is called after the commit."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        clock: Clock,
        sources: Sequence[Source],
        poll_at_once: Callable[[], Awaitable[None]] | None = None,
        parsing: Parsing | None = None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._sources = tuple(sources)
        self._poll_at_once = poll_at_once
        self._parsing = parsing or Parsing()

    async def take(
        self,
        announcements: Sequence[Announcement],
        also: Callable[[Session], None] | None = None,
    ) -> int:
        """Put the polls that these messages ask for, and in the same transaction what `also`
        writes (how far a mailbox was read); return how many polls."""
        # Many mails about one place are one question.
        asked: dict[tuple[tuple[str, ...], bool], list[str]] = {}
        for each in announcements:
            found = await self.addressees(each)
            if found.targets:
                key = (found.targets, found.sure and each.announces)
                asked.setdefault(key, []).append(each.key)
        now = self._clock.now()
        budgets = {
            source.NAME: source.TRAITS.daily_budget
            for source in self._sources
            if source.TRAITS.daily_budget
        }

        def write(rows: Session) -> int:
            put = sum(
                doorbell_polls.ask(rows, targets, keys, now, budgets, sure=sure)
                for (targets, sure), keys in asked.items()
            )
            if also is not None:
                also(rows)
            return put

        put = await self._db.write(write)
        if put and self._poll_at_once is not None:
            await self._poll_at_once()
        if announcements:
            log.info("the doorbell: %d messages, %d polls asked for", len(announcements), put)
        return put

    async def addressees(self, message: Announcement) -> Addressees:
        """Return whom a message is for: by the target it names, by its links, by a location's name
        in it, else every target of its source."""
        entries = self._settings.targets
        if message.target is not None:
            found = (message.target,) if message.target in entries else ()
            return Addressees(found, sure=True)
        linked = await self._linked(message.links[:MOST_LINKS])
        named = linked or self._named(message)
        if named:
            return Addressees(tuple(dict.fromkeys(entry.key for entry in named)), sure=True)
        every = [key for key, entry in entries.items() if entry.target.source == message.source]
        return Addressees(tuple(every), sure=len(every) == 1)

    async def _linked(self, links: Sequence[str]) -> list[TargetSettings]:
        """The targets that links point at. A stranger wrote them: they are looked at in another
        process, and those that are none, or take too long, say nothing."""
        if not links:
            return []
        try:
            known = await self._parsing.recognised(self._sources, links)
        except (TooHeavy, Broken) as error:
            log.warning("the doorbell: the links of a message cannot be read: %s", error)
            return []
        return [
            entry
            for place in known
            if place is not None
            for entry in self._settings.targets.values()
            if (entry.target.source, entry.target.ref) == place
        ]

    def _named(self, message: Announcement) -> list[TargetSettings]:
        """Targets of the source whose location's name stands in the text; a name that is part of
        another name found there does not count."""
        text = plain(message.text)
        found: dict[str, list[TargetSettings]] = {}
        for entry in self._settings.targets.values():
            place = self._settings.locations.get(entry.location)
            name = plain(place.name) if place else ""
            if entry.target.source == message.source and len(name) > 5 and name in text:
                found.setdefault(name, []).append(entry)
        return [
            entry
            for name, entries in found.items()
            for entry in entries
            if not any(name != other and name in other for other in found)
        ]


def plain(text: str) -> str:
    """Words alone, in lower case, each between blanks."""
    folded = word_key(unicodedata.normalize("NFKC", text))
    return " ".join(["", *re.findall(r"\w+", folded), ""])


def links_in(text: str) -> tuple[str, ...]:
    """The links of a text or of HTML, each once, in order."""
    found = (link.replace("&amp;", "&").rstrip(".,;") for link in LINK.findall(text))
    return tuple(dict.fromkeys(found))[:MOST_LINKS]


def sources_of(senders: Iterable[str], wanted: dict[str, tuple[str, ...]]) -> str | None:
    """Return the source whose senders hold one of these addresses: an address, or a domain with
    all below it."""
    for sender in senders:
        host = sender.rpartition("@")[2].lower()
        for source, known in wanted.items():
            for each in known:
                if sender.lower() == each or host == each or host.endswith(f".{each}"):
                    return source
    return None
