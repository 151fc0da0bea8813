"""Puts the parts together; it alone knows them all.

Collectors start first and never wait for Telegram; what they find waits in the outbox.
"""

import asyncio
import logging
import random  # noqa: TID251 - the one place that makes randomness
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from sqlmodel import Session

from reviewbot import lexicons, registry, watch
from reviewbot.bot.build import build_application
from reviewbot.bot.documents import download
from reviewbot.bot.intake import Intake
from reviewbot.bot.sender import Sender
from reviewbot.clock import WallClock
from reviewbot.collect.asked import Asked
from reviewbot.collect.collector import Collector
from reviewbot.collect.doorbell import Doorbell
from reviewbot.collect.ears import ears_of
from reviewbot.collect.fetch import Fetcher
from reviewbot.collect.imports import Importer
from reviewbot.collect.publish import Publisher
from reviewbot.config import Loaded
from reviewbot.core.classify import Classifier
from reviewbot.core.clock import Clock
from reviewbot.core.contract import Source, publishes
from reviewbot.core.errors import ConfigError
from reviewbot.core.health import Jitter
from reviewbot.core.model import OutboxKind
from reviewbot.core.setup import Setup
from reviewbot.core.sites import SiteFacts, Sites
from reviewbot.lanes import Lanes
from reviewbot.store import migrate, outbox, pruning, targets, work
from reviewbot.store.database import Database
from reviewbot.ticks import Duties, Pace, Ticks
from reviewbot.words.said import told

log = logging.getLogger(__name__)

LANES = 48
GRACE_SECONDS = 3.0
"""How long running work may go on after the word to stop; SIGTERM promises 10 in all."""


def sites_of(setup: Setup, secrets: Collection[str] = ()) -> Sites:
    """Return what the desk must know of each installed source; `secrets` are the names of those
    there are.

    A source publishes where its module can reply and the operator has not switched it off; to
    which of its targets, depends on their credentials.
    """
    facts = {}
    for name in registry.installed():
        module, settings = registry.load(name), setup.sources.get(name)
        can_publish = hasattr(module, "reply") and settings is not None and settings.publish
        facts[name] = SiteFacts(
            title=module.TITLE,
            limit=module.REPLY_LIMIT,
            can_publish=can_publish,
            by_hand=frozenset(_by_hand(module, setup, secrets)) if can_publish else frozenset(),
            shows_replies=module.TRAITS.shows_replies,
            **({"undo": settings.undo} if settings else {}),
        )
    return facts


def _by_hand(module: Source, setup: Setup, secrets: Collection[str]) -> Iterator[str]:
    """Yield the source's targets whose replies only people can post."""
    for key, entry in setup.targets.items():
        target = entry.target
        if target.secret_ref not in secrets:
            target = replace(target, secret_ref="")
        if target.source == module.NAME and not publishes(module, target):
            yield key


def classifier_for(setup: Setup, location: str) -> Classifier:
    """Return the classifier with a location's profile and the operator's rules."""
    place = setup.locations.get(location)
    return lexicons.classifier((place.profile if place else None) or setup.profile, setup.rules)


class App:
    """The running bot. `run` until told to stop; tests call `ticks`, `intake` and `sender`."""

    def __init__(
        self,
        loaded: Loaded,
        *,
        clock: Clock | None = None,
        jitter: Jitter = random.random,
        pace: Pace | None = None,
    ) -> None:
        if loaded.token is None:
            raise ValueError("App needs a token; the command line asks for it")
        setup = loaded.setup
        self.setup, self.sites = setup, sites_of(setup, loaded.secrets)
        self.clock = clock or WallClock()
        self.db = Database(setup.database)
        self.fetcher = Fetcher(self.db, setup, self.clock, jitter, loaded.secrets)
        self.collector = Collector(
            self.db,
            setup,
            self.sites,
            self.clock,
            self.fetcher,
            partial(classifier_for, setup),
            registry.load,
            jitter,
        )
        application = build_application(loaded.token.reveal(), setup.telegram)
        sources = tuple(registry.load(name) for name in registry.installed())
        self.importer = Importer(
            self.db,
            setup,
            self.sites,
            self.clock,
            partial(classifier_for, setup),
            sources,
            partial(download, application.bot),
        )
        self.asked = Asked(self.db, setup, self.clock, self.collector, self._read_soon)
        self.publisher = Publisher(
            self.db,
            setup,
            self.sites,
            self.clock,
            self.fetcher,
            self.collector,
            registry.load,
            self.importer,
            self.asked,
        )
        self.intake = Intake(application, self.db, setup, self.sites, self.clock)
        self.sender = Sender(application.bot, self.db, setup, self.sites, self.clock)
        self.doorbell = Doorbell(self.db, setup, self.clock, sources, self._rung)
        self._ended = asyncio.Event()
        ears = ears_of(
            setup, loaded.secrets, self.doorbell, self.db, self.fetcher, self.clock, sources
        )
        listen = {name: partial(ear, self._ended) for name, ear in ears.items()}
        self.lanes = Lanes(LANES)
        self.ticks = Ticks(
            Duties(
                self.due_targets,
                self.collect,
                self.publish,
                self.watch,
                self.importer.look if setup.imports.folder else None,
                listen,
                tidy=self.tidy,
            ),
            self.lanes,
            pace or Pace(),
        )

    async def __aenter__(self) -> Self:
        """Bring the database up to date and in step with the setup."""
        await asyncio.to_thread(migrate.prepare, self.db)
        await self.db.write(self._begin)
        return self

    def _begin(self, rows: Session) -> None:
        now = self.clock.now()
        targets.sync_setup(rows, self.setup, now)
        work.expire_claims(rows, now)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        await self.lanes.close(GRACE_SECONDS)
        await self.fetcher.close()
        await self.intake.close()
        await self.intake.application.shutdown()
        self.db.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. What is under way may end; what is left stands in the rows."""
        log.info(
            "watching %d targets of %d locations",
            len(self.setup.targets),
            len(self.setup.locations),
        )
        self.ticks.start()
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self.intake.run(), name="intake")
                loops.create_task(self.sender.run(), name="sender")
                loops.create_task(self.ticks.mind_the_clock(stop), name="clock")
                await stop.wait()
                self._ended.set()
                await self.ticks.stop()
                self.intake.stop()
                self.sender.stop()
        finally:
            await self.ticks.stop()

    async def due_targets(self) -> list[tuple[str, str]]:
        due = await self.db.read(lambda rows: targets.due_targets(rows, self.clock.now()))
        return [*self.asked.due(), *due]

    async def collect(self, target: str) -> None:
        if not await self.asked.read(target):
            await self.collector.collect_target(target)

    async def publish(self) -> None:
        """Do the work that is due on sites, one row after another."""
        while await self._is_work_due() and await self.publisher.run_one():
            pass

    async def _rung(self) -> None:
        """The doorbell asked for polls: they are not to wait for the next ticks."""
        self.lanes.start("ring", self._answer_the_door)

    async def _answer_the_door(self) -> None:
        await self.publish()
        await self.ticks.poll()

    async def _read_soon(self) -> None:
        """Somebody waits for a reading: it is not to wait for the next tick."""
        await self.ticks.poll()

    async def _is_work_due(self) -> bool:
        """A look that does not write: an idle bot leaves the disk alone."""
        due_at = await self.db.read(work.next_due_at)
        return due_at is not None and due_at <= self.clock.now()

    async def watch(self) -> None:
        """Turn time into duties."""
        now = self.clock.now()
        if not await self.db.read(lambda rows: watch.is_anything_due(rows, self.setup, now)):
            return
        done = await self.db.write(lambda rows: watch.sweep(rows, self.setup, self.sites, now))
        log.info(
            "watch: %d tickets, %d messages, %d breaches, %d back, %d looks, %d digests",
            done.attended,
            done.messages,
            done.breaches,
            done.returned,
            done.looks,
            done.digests,
        )

    async def tidy(self) -> None:
        """Let go of what is over, batch by batch: others have the writer between two."""
        now, keep = self.clock.now(), self.setup.keep_messages
        gone = 0
        while went := await self.db.write(lambda rows: pruning.prune(rows, now, keep)):
            gone += went
        if gone:
            log.info("tidy: %d rows older than %s are gone", gone, keep)

    async def tell_mistakes(self, mistakes: ConfigError) -> None:
        """Tell the operator that a changed file was not taken."""
        now, chat = self.clock.now(), self.setup.chats[self.setup.operator_chat]
        found = {"problems": [told(problem, self.setup.language) for problem in mistakes.problems]}
        key = f"notice:config:{now.isoformat()}"
        payload = {"code": "config_refused", "params": found}
        await self.db.write(
            lambda rows: outbox.put(rows, OutboxKind.NOTICE, key, chat, payload, now)
        )
