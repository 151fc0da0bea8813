"""The doorbell: a mail, a notification or a call that says where to look now.

Nothing of it is believed but which target rang; what is new is read from the site. What rang is
acknowledged after the poll it asks for is on disk, so a crash between the two rings again.
"""

import asyncio
import logging
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.core.connections import TargetSetup
from reviewbot.core.contract import Source
from reviewbot.core.settings import Settings
from reviewbot.store.database import Database
from reviewbot.workflow import doorbell_polls

log = logging.getLogger(__name__)

LINK = re.compile(r"https?://[^\s\"'<>()\[\]]{4,2000}")
MOST_LINKS = 60


@dataclass(frozen=True, slots=True)
class Ring:
    """One message, as far as it may tell who rang. `key` is its own for ever: the same message
    rings once. `source` is known from the sender; `target` only a signed call names outright.
    `announces`: it speaks of a review, rather than of anything else a site may write about."""

    key: str
    source: str | None = None
    links: tuple[str, ...] = ()
    text: str = ""
    target: str | None = None
    announces: bool = True


@dataclass(frozen=True, slots=True)
class Rung:
    """Whom a ring is for. `sure`: the target is known, rather than any of its source."""

    targets: tuple[str, ...]
    sure: bool


class Doorbell:
    """Turns rings into polls. `rung` is called after the commit, to have them done at once."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        clock: Clock,
        sources: Sequence[Source],
        rung: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._db = db
        self._setup = settings
        self._clock = clock
        self._sources = tuple(sources)
        self._rung = rung

    async def take(
        self, heard: Sequence[Ring], also: Callable[[Session], None] | None = None
    ) -> int:
        """Put the polls that these rings ask for, and in the same transaction what `also` writes
        (how far a mailbox was read); return how many polls."""
        # Many mails about one place are one question.
        asked: dict[tuple[tuple[str, ...], bool], list[str]] = {}
        for ring in heard:
            whom = self.whom(ring)
            if whom.targets:
                asked.setdefault((whom.targets, whom.sure and ring.announces), []).append(ring.key)
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
        if put and self._rung is not None:
            await self._rung()
        if heard:
            log.info("the doorbell rang %d times, %d polls asked for", len(heard), put)
        return put

    def whom(self, ring: Ring) -> Rung:
        """Return whom a ring is for: by the target it names, by its links, by a place's name in
        it, else every target of its source."""
        entries = self._setup.targets
        if ring.target is not None:
            return Rung((ring.target,) if ring.target in entries else (), sure=True)
        linked = [entry for link in ring.links[:MOST_LINKS] for entry in self._linked(link)]
        named = linked or self._named(ring)
        if named:
            return Rung(tuple(dict.fromkeys(entry.key for entry in named)), sure=True)
        every = [key for key, entry in entries.items() if entry.target.source == ring.source]
        return Rung(tuple(every), sure=len(every) == 1)

    def _linked(self, link: str) -> list[TargetSetup]:
        for source in self._sources:
            try:
                hint = source.recognise_url(link)
            except ValueError:
                continue  # a link that is none: a stranger wrote it
            if hint is not None:
                return [
                    entry
                    for entry in self._setup.targets.values()
                    if (entry.target.source, entry.target.ref) == (hint.source, hint.ref)
                ]
        return []

    def _named(self, ring: Ring) -> list[TargetSetup]:
        """Targets of the source whose place's name stands in the text; a name that is part of
        another name found there does not count."""
        text = plain(ring.text)
        found: dict[str, list[TargetSetup]] = {}
        for entry in self._setup.targets.values():
            place = self._setup.locations.get(entry.location)
            name = plain(place.name) if place else ""
            if entry.target.source == ring.source and len(name) > 5 and name in text:
                found.setdefault(name, []).append(entry)
        return [
            entry
            for name, entries in found.items()
            for entry in entries
            if not any(name != other and name in other for other in found)
        ]


def plain(text: str) -> str:
    """Words alone, in lower case, each between blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(["", *re.findall(r"\w+", folded), ""])


def links_in(text: str) -> tuple[str, ...]:
    """The links of a text or of HTML, each once, in order."""
    found = (link.replace("&amp;", "&").rstrip(".,;") for link in LINK.findall(text))
    return tuple(dict.fromkeys(found))[:MOST_LINKS]


async def until(stop: asyncio.Event, span: timedelta, clock: Clock) -> None:
    """Wait for `span`, or less where `stop` is set."""
    try:
        async with asyncio.timeout(clock.seconds_until(clock.now() + span)):
            await stop.wait()
    except TimeoutError:
        return


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
