"""Puts the parts together; it alone knows them all.

Collectors start first and never wait for Telegram; what they find waits in the outbox.
"""

import asyncio
import logging
import os
import random  # noqa: TID251 - the one place that makes randomness
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlmodel import Session

from reviewbot import registry, tidying
from reviewbot.bot.handlers.documents import download
from reviewbot.bots import Bots
from reviewbot.clock import Clock, Heartbeats, WallClock
from reviewbot.collect.collector import Collector
from reviewbot.collect.contract_watch import ContractWatch, WeeklyLook
from reviewbot.collect.doorbell.doorbell import Doorbell
from reviewbot.collect.doorbell.listeners import Listener, listeners_of
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.parsing import Parsing
from reviewbot.collect.publish import Publisher
from reviewbot.collect.reader import Reader
from reviewbot.collect.requested_polls import RequestedPolls
from reviewbot.collect.saved_pages.importer import Importer
from reviewbot.collect.survey_reader import SurveyReader
from reviewbot.collect.worker import Worker, handlers
from reviewbot.config import Loaded
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import OutboxKind
from reviewbot.core.readings.health import Jitter
from reviewbot.dispatcher import AHEAD, Dispatcher, DueTargets
from reviewbot.file_changes import FileChanges
from reviewbot.integrations import ping
from reviewbot.lanes import Lanes, Readers
from reviewbot.lexicons import BotClassifiers
from reviewbot.processes.child_processes import Processes
from reviewbot.registry import source_facts_of
from reviewbot.store import targets
from reviewbot.store.backups import folder
from reviewbot.store.backups.copy import BackupError
from reviewbot.store.database import Database, file_of
from reviewbot.store.migrations import upgrade
from reviewbot.store.privacy import forgotten
from reviewbot.store.queues import due_readings, outbox, work
from reviewbot.store.tx import Tx
from reviewbot.ticks import Job, Jobs, Pace, Ticks
from reviewbot.words.operator_language import in_words, problem_text
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import changed_file, sweep
from reviewbot.workflow.absences import long_absence, silence
from reviewbot.workflow.chats import tell_operator
from reviewbot.workflow.forgetting import register
from reviewbot.workflow.upkeep import clock_set_back

if TYPE_CHECKING:
    from reviewbot.integrations.deliverer import Deliverer

log = logging.getLogger(__name__)

LANES = 1024
READERS = 16
TICK_SECONDS = 300.0
"""The metronome asks for pages every few seconds."""
DELIVER_SECONDS = 2.0
FALLBACK_SECONDS = 15.0
BACKUP_SECONDS = 60.0
"""Between two looks whether a copy of the database is due."""
CONTRACT_SECONDS = 3600.0
GRACE_SECONDS = 3.0
"""How long running work may go on after the word to stop; SIGTERM promises 10 in all."""


class App:
    """The running bot. `run` until told to stop; tests call `ticks`, `intake` and `sender`.
    `reload` is called when the file was changed from chat or by a command."""

    def __init__(
        self,
        loaded: Loaded,
        *,
        clock: Clock | None = None,
        jitter: Jitter = random.random,
        pace: Pace | None = None,
        processes: Processes | None = None,
        reload: Callable[[], None] | None = None,
    ) -> None:
        if loaded.token is None:
            raise ValueError("App needs a token; the command line asks for it")
        settings = loaded.settings
        self._secrets = loaded.secrets
        self.settings, self.source_facts = settings, source_facts_of(settings, loaded.secrets)
        self.clock = clock or WallClock()
        self.db = Database(settings.database)
        self.readers = Readers(READERS)
        self.fetcher = Fetcher(
            self.db, settings, self.clock, jitter, loaded.secrets, loaded.redaction, self.readers
        )
        self.parsing = Parsing(processes)
        self._classifier_for = BotClassifiers(settings)
        self.collector = Collector(
            self.db,
            settings,
            self.source_facts,
            self.clock,
            Reader(
                self.db,
                self.fetcher,
                self.clock,
                registry.load,
                settings.fetching.max_pages,
                self.parsing,
            ),
            self._classifier_for,
            jitter,
        )
        self.bots = Bots(loaded, self.db, self.source_facts, self.clock)
        self.intake, self.sender = self.bots.intake, self.bots.sender
        sources = tuple(registry.loaded())
        self.importer = Importer(
            self.db,
            settings,
            self.source_facts,
            self.clock,
            self._classifier_for,
            sources,
            partial(download, self.intake.application.bot),
            self.parsing,
        )
        self.requested = RequestedPolls(self.db, settings, self.clock, self.collector, self.poll)
        self.publisher = Publisher(
            self.db,
            settings,
            self.source_facts,
            self.clock,
            self.fetcher,
            self.collector,
            registry.load,
            self.parsing,
        )
        files = FileChanges(self.db, loaded.path, os.environ, self.clock, reload)
        found = handlers(self.publisher, self.importer, self.requested) | files.handlers()
        self.worker = Worker(self.db, self.clock, found)
        self.doorbell = Doorbell(self.db, settings, self.clock, sources, self.poll, self.parsing)
        self.heartbeats = Heartbeats()
        self.bots.show_life(self.heartbeats)
        self.deliverer = self._deliverer(loaded)
        self._ended = asyncio.Event()
        listeners = listeners_of(
            settings, loaded.secrets, self.doorbell, self.db, self.fetcher, self.clock, sources
        )
        listeners |= self._watched()
        listen = {name: partial(listener, self._ended) for name, listener in listeners.items()}
        self.lanes = Lanes(LANES)
        self.dispatcher = Dispatcher(
            self.due,
            self.collect,
            self.lanes,
            self.readers,
            self.clock,
            self.fetcher.limits.is_hanging,
        )
        self.ticks = Ticks(
            Jobs(
                self.poll,
                self.worker.is_due,
                self.publish,
                self.watch,
                self.importer.look if settings.imports.folder else None,
                listen,
                tidy=self.tidy,
                more=self._asked_for(),
                clock_set_back=self.clock_set_back,
            ),
            self.lanes,
            pace or Pace(),
        )

    def _asked_for(self) -> dict[str, Job]:
        """What an installation has only where its file asks for it."""
        facts = (self.db, self.settings, self.source_facts, self.clock)
        watch = ContractWatch(self.fetcher, self.parsing, registry.load, registry.shapes_of)
        jobs = {"contracts": Job(WeeklyLook(*facts, watch).look, CONTRACT_SECONDS)}
        if self.settings.backups.every is not None:
            jobs["backup"] = Job(self.back_up, BACKUP_SECONDS)
        if self.deliverer is not None:
            jobs["deliver"] = Job(self.deliverer.look, DELIVER_SECONDS)
        if silence.is_asked_for(self.settings):
            jobs["fallback"] = Job(self.mind_telegram, FALLBACK_SECONDS)
        if (url := self.settings.fallback.ping) is not None:
            alive = partial(ping.ask, url, lambda: not self.heartbeats.stuck())
            jobs["ping"] = Job(alive, self.settings.fallback.ping_every.total_seconds())
        if self.settings.drafting.url is not None:
            # Loaded where it is asked for.
            from reviewbot.integrations.machine_drafts import MachineDrafter

            jobs["drafts"] = Job(
                MachineDrafter(*facts, self.lanes, self._secrets).look, DELIVER_SECONDS
            )
        if self.settings.guests is not None:
            surveys = SurveyReader(*facts, self._classifier_for)
            jobs["surveys"] = Job(surveys.look, DELIVER_SECONDS)
        return jobs

    def _watched(self) -> dict[str, Listener]:
        """What answers on the web port, where the file names one."""
        port = self.settings.web_port
        if port is None:
            return {}
        from reviewbot.integrations.web_routes import routes_of
        from reviewbot.web.server import WebServer

        parts = (self.db, self.settings, self.source_facts, self.clock, self._secrets)
        asked = (self.heartbeats.stuck, self.bots.guests_bot_name, self.sender.painter)
        return {"web": WebServer(port, routes_of(*parts, *asked)).run}

    def _deliverer(self, loaded: Loaded) -> "Deliverer | None":
        """Who tells other systems; None where the file names none. The libraries are loaded by
        whoever needs them."""
        endpoints, server = self.settings.endpoints, self.settings.fallback.mail
        if not endpoints and server is None:
            return None
        from reviewbot.integrations.deliverer import deliverer_for

        return deliverer_for(self.db, self.settings, self.source_facts, self.clock, loaded.secrets)

    async def __aenter__(self) -> Self:
        """Bring the database up to date and in step with the settings."""
        await asyncio.to_thread(upgrade.prepare, self.db)
        await self.db.write(self._begin)
        return self

    def _begin(self, rows: Session) -> None:
        now = self.clock.now()
        clock_set_back.follow(Tx(rows, self.settings, self.source_facts, now))
        targets.sync_settings(rows, self.settings, now)
        work.expire_claims(rows, now)
        register.follow(Tx(rows, self.settings, self.source_facts, now))
        done = changed_file.follow(Tx(rows, self.settings, self.source_facts, now))
        if done:
            log.info("the file has changed: %s", done)
        self.bots.begin(Tx(rows, self.settings, self.source_facts, now))
        long_absence.notice_at_start(Tx(rows, self.settings, self.source_facts, now))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        await self.lanes.close(GRACE_SECONDS)
        if self.deliverer is not None:
            await self.deliverer.close()
        self.parsing.close()
        await self.fetcher.close()
        await self.bots.close()
        await self.db.read(forgotten.keep_or_tell)
        self.db.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. What is under way may end; what is left stands in the rows."""
        log.info(
            "watching %d targets of %d locations",
            len(self.settings.targets),
            len(self.settings.locations),
        )
        self.ticks.start()
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self.dispatcher.run(), name="dispatcher")
                self.bots.start(loops)
                loops.create_task(self.ticks.mind_the_clock(stop), name="clock")
                await stop.wait()
                self._ended.set()
                self.dispatcher.stop()
                await self.ticks.stop()
                self.bots.stop()
        finally:
            await self.ticks.stop()

    async def poll(self) -> None:
        """Start what became due without our knowing: by a command, the doorbell, who waits."""
        self.heartbeats.beat("ticks", TICK_SECONDS)
        await self.dispatcher.look()

    async def due(self, most: int) -> DueTargets:
        """Return what is to be read now, what somebody waits for first."""
        now, busy = self.clock.now(), self.dispatcher.hosts
        found = await self.db.read(
            lambda rows: due_readings.look_ahead(rows, now, now + AHEAD, most, busy)
        )
        self.collector.foresee(found.plans, now)
        return DueTargets([*self.requested.due(), *found.due], found.next_at, found.soon)

    async def collect(self, target: str) -> None:
        if not await self.requested.read(target):
            await self.collector.collect_target(target)

    async def publish(self) -> None:
        """Do the work that is due on sites, one row after another."""
        while await self.worker.is_due() and await self.worker.run_one():
            pass

    async def watch(self) -> None:
        """Turn time into duties."""
        now = self.clock.now()
        if not await self.db.read(
            lambda rows: sweep.is_anything_due(Tx(rows, self.settings, self.source_facts, now))
        ):
            return
        done = await self.db.write(
            lambda rows: sweep.sweep(Tx(rows, self.settings, self.source_facts, now))
        )
        log.info(
            "watch: %d tickets, %d messages, %d breaches, %d back, %d looks, %d digests",
            done.attended,
            done.messages,
            done.breaches,
            done.returned,
            done.looks,
            done.digests,
        )

    async def mind_telegram(self) -> None:
        """Tell by the second way out what waits while Telegram is silent, and that it is over."""
        now = self.clock.now()

        def tx(rows: Session) -> Tx:
            return Tx(rows, self.settings, self.source_facts, now)

        if await self.db.read(lambda rows: silence.is_anything_to_tell(tx(rows))):
            told = await self.db.write(lambda rows: silence.attend(tx(rows)))
            if told:
                log.warning("Telegram: %d told by the second way out", told)

    async def tidy(self) -> None:
        """Let old rows go, and what else is done about rows once an hour."""
        await tidying.tidy(self.db, self.settings, self.clock.now())

    async def back_up(self) -> None:
        """Copy the database where its time has come; a copy that fails is told, once a day."""
        wanted, now = self.settings.backups, self.clock.now()
        file, place = file_of(self.settings.database), Path(wanted.folder)
        if wanted.every is None or file is None or not folder.is_due(place, wanted.every, now):
            return
        try:
            path = await asyncio.to_thread(folder.add, file, place, wanted.keep, now)
        except BackupError as error:
            log.error("no backup: %s", error)
            await self.db.write(partial(self._tell_no_backup, error))
            # The lane rests after a failure: ever longer, up to a minute.
            raise
        log.info("backup: %s", path)

    def _tell_no_backup(self, error: BackupError, rows: Session) -> None:
        reason = in_words(error.args[0], self.settings.language)
        now, params = self.clock.now(), {"reason": reason}
        tx = Tx(rows, self.settings, self.source_facts, now)
        key = f"notice:backup_failed:{now:%Y-%m-%d}"
        tell_operator(tx, NoticeCode.BACKUP_FAILED, params, key=key)

    async def clock_set_back(self, by: timedelta) -> None:
        """Go on by elapsed time after the clock was set back: in the rows, then in memory."""
        await self.db.write(
            lambda rows: clock_set_back.follow(
                Tx(rows, self.settings, self.source_facts, self.clock.now()), by
            )
        )
        self.fetcher.limits.clock_set_back(by)
        self.bots.clock_set_back(by)

    async def tell_mistakes(self, mistakes: ConfigError) -> None:
        """Tell the operator that a changed file was not taken."""
        now, chat = self.clock.now(), self.settings.chats[self.settings.operator_chat]
        found = {
            "problems": [
                problem_text(problem, self.settings.language) for problem in mistakes.problems
            ]
        }
        key = f"notice:config:{now.isoformat()}"
        payload = {"code": NoticeCode.CONFIG_REFUSED, "params": found}
        await self.db.write(
            lambda rows: outbox.put(rows, OutboxKind.NOTICE, key, chat, payload, now)
        )
