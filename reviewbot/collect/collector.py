"""Reads one target: asks page after page, judges what came, stores it in one transaction.

Never raises for what a site does: every reading ends in a state of health that people can see.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.collect.reader import Reader
from reviewbot.collect.shared_writes import SharedWrites
from reviewbot.core.connections import TargetSettings
from reviewbot.core.contract import Item, Source, Target
from reviewbot.core.errors import OwnFault, ReviewbotError
from reviewbot.core.model import Health
from reviewbot.core.readings.health import Jitter
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.drafting.drafts import choose
from reviewbot.store import hosts, targets
from reviewbot.store.database import Database
from reviewbot.store.tables import TargetRow
from reviewbot.store.targets import Plan
from reviewbot.store.tx import Tx
from reviewbot.workflow import ingest
from reviewbot.workflow.readings.shown_reviews import ClassifierFor, Found, Ingested
from reviewbot.workflow.readings.unchanged import NothingNew, is_nothing_new

log = logging.getLogger(__name__)

FORESEEN_FOR = timedelta(seconds=1)
"""A plan is made with the look at what is due, and holds as long as what that look found."""
STORE_AGAIN = timedelta(seconds=5)
STORE_SELDOM = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """How one visit to a target ended. With `rests_until` it was not read: its host rests."""

    target: str
    health: Health | None
    cause: str = ""
    pages: int = 0
    new: int = 0
    edited: int = 0
    answered: int = 0
    vanished: int = 0
    gone: int = 0
    tickets: int = 0
    rests_until: datetime | None = None
    found: tuple[Found, ...] = ()


class _Undo(Exception):
    """Carries the result of a rehearsal out of a transaction that must not be kept."""

    def __init__(self, outcome: Ingested) -> None:
        super().__init__("rehearsed")
        self.outcome = outcome


class Collector:
    """Reads targets and stores what they show; `collect_target` is the whole way."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        reader: Reader,
        classifier_for: ClassifierFor,
        jitter: Jitter,
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._reader = reader
        self._classifier_for = classifier_for
        self._jitter = jitter
        # One is there as long as somebody holds it: ten thousand would take two megabytes.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # Walked at each reading, ten thousand targets took as long as the rest of it.
        self._of_source: dict[str, list[Target]] = defaultdict(list)
        for entry in settings.targets.values():
            self._of_source[entry.target.source].append(entry.target)
        self._under_way = 0
        self._foreseen: dict[str, Plan] = {}
        self._foreseen_at = datetime.min.replace(tzinfo=UTC)
        self._shared = SharedWrites(db, self._take_in_unchanged, self._may_end_soon)

    def foresee(self, plans: Iterable[Plan], now: datetime) -> None:
        """Take the plans of what is about to be read, in place of those that were not needed."""
        self._foreseen = {plan.target.key: plan for plan in plans}
        self._foreseen_at = now

    def _may_end_soon(self) -> bool:
        """Whether any reading is under way, or about to begin."""
        age = self._clock.now() - self._foreseen_at
        return self._under_way > 0 or (bool(self._foreseen) and age <= FORESEEN_FOR)

    async def collect_target(self, target_key: str) -> ReadingReport:
        """Read a target as far as is needed and store what it shows, with all that follows."""
        # A look that was asked for and a tick may come together.
        lock = self._locks.setdefault(target_key, asyncio.Lock())
        if lock.locked():
            self._foreseen.pop(target_key, None)
        async with lock:
            # What is to be read: how far, and which reviews somebody waits for.
            now = self._clock.now()
            entry = self._settings.targets.get(target_key)
            plan = await self._plan(target_key, now)
            if entry is None or plan is None:
                return ReadingReport(target_key, None, "no such target")

            # A host that blocked us, or told us when to come back, is left alone until then;
            # after a block one reading alone tries it.
            rests_until = plan.rests_until or await self._claim_probe(plan, now)
            if rests_until is not None:
                again_at = rests_until + entry.every * 0.1 * self._jitter()
                await self._db.write(lambda rows: targets.postpone(rows, plan.target_id, again_at))
                return ReadingReport(target_key, None, "the host rests", rests_until=rests_until)

            # Pages are asked for and parsed until enough was seen (reader.py).
            reading = await self._read(entry, plan)

            # Judged, compared, classified, given tickets, deadlines and drafts, put into the
            # outbox: one transaction (workflow/ingest.py), and its commit wakes the sender.
            outcome = await self._store(plan, reading)
            _log(target_key, reading, outcome)
            return _report(target_key, reading, outcome)

    async def _plan(self, target_key: str, now: datetime) -> Plan | None:
        """What a reading is to do, as it was foreseen a moment ago or as the rows say now."""
        plan = self._foreseen.pop(target_key, None)
        if plan is not None and timedelta() <= now - self._foreseen_at <= FORESEEN_FOR:
            return plan
        return await self._db.read(lambda rows: targets.plan_for(rows, target_key, now))

    async def _store(self, plan: Plan, reading: Reading) -> Ingested:
        """Store a reading, however long the database is locked, full or read-only: the site is
        not asked again, and again, for what is here already. A reading that cannot be taken in
        for another reason is stored as a failed one, for people to see."""
        wait = STORE_AGAIN
        while True:
            try:
                return await self._ingest(plan, reading)
            except OperationalError as error:
                key, said = plan.target.key, error.orig
                log.error("%s: the reading cannot be stored, %s; again in %s", key, said, wait)
            except Exception as error:
                if reading.error is not None:
                    raise
                log.exception("%s: the reading cannot be taken in", plan.target.key)
                reading = _fault(reading.read_at, error, plan)
                continue
            await asyncio.sleep(self._clock.seconds_until(self._clock.now() + wait))
            wait = min(wait * 2, STORE_SELDOM)

    async def _ingest(self, plan: Plan, reading: Reading) -> Ingested:
        jitter = self._jitter()
        if is_nothing_new(reading):
            # It asks nobody any more: others may, while it waits for company.
            self._reader.leave()
            return await self._shared.write(NothingNew(plan.target, reading, jitter))
        if not self._may_end_soon():
            self._shared.go_on()

        def store(rows: Session) -> Ingested:
            self._reader.limits.save(rows, reading.read_at)
            return ingest.ingest(
                Tx(rows, self._settings, self._sources, reading.read_at),
                plan.target,
                reading,
                self._classifier_for,
                choose,
                jitter,
            )

        return await self._db.write(store)

    def _take_in_unchanged(self, rows: Session, readings: Sequence[NothingNew]) -> list[Ingested]:
        self._reader.limits.save(rows, self._clock.now())
        return ingest.ingest_unchanged(
            rows, self._settings, self._sources, readings, self._classifier_for, choose
        )

    async def take_single(self, source: Source, target_key: str, item: Item) -> None:
        """Store what the site shows of one review, asked for alone, with all that follows. It is
        no look at the list: the target's health stays as it is."""
        now = self._clock.now()
        target = self._settings.targets[target_key].target
        links = await self._reader.parsing.links(source, target, (item,))
        reading = Reading(read_at=now, items=(item,), links=links)

        def store(rows: Session) -> None:
            plan = targets.plan_for(rows, target_key, now)
            if plan is not None:
                tx = Tx(rows, self._settings, self._sources, now)
                ingest.ingest_page(tx, plan.target, reading, self._classifier_for, choose)

        await self._db.write(store)

    async def poll(self, target_key: str, dry_run: bool = True) -> Reading:
        """Read a target without storing anything, as its next reading would go."""
        entry = self._settings.targets[target_key]
        now = self._clock.now()
        plan = await self._db.read(lambda rows: targets.plan_for(rows, target_key, now))
        return await self._read(entry, plan or targets.first_plan(entry))

    async def rehearse(self, target_key: str) -> tuple[Reading, Ingested]:
        """Read a target and tell what would be stored and flagged; nothing is kept."""
        reading = await self.poll(target_key)
        try:
            return reading, await self._play(target_key, reading)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("%s: the reading could not be taken in", target_key)
            failed = _fault(reading.read_at, error)
            return failed, await self._play(target_key, failed)

    async def _play(self, target_key: str, reading: Reading) -> Ingested:
        """Store a reading and undo it; return what would have come of it."""
        settings, now = self._settings, reading.read_at

        def play(rows: Session) -> None:
            targets.sync_settings(rows, settings, now)
            plan = targets.plan_for(rows, target_key, now)
            target: TargetRow = (
                plan.target if plan else targets.first_plan(settings.targets[target_key]).target
            )
            raise _Undo(
                ingest.ingest(
                    Tx(rows, settings, self._sources, now),
                    target,
                    reading,
                    self._classifier_for,
                    choose,
                )
            )

        try:
            await self._db.write(play)
        except _Undo as undo:
            return undo.outcome
        raise AssertionError("a rehearsal ends undone")

    async def _claim_probe(self, plan: Plan, now: datetime) -> datetime | None:
        """None where this reading may go; otherwise when to look again."""
        if not plan.is_probe:
            return None
        host = plan.target.host
        if await self._db.write(lambda rows: hosts.claim_probe(rows, host, now)):
            return None
        return now + hosts.PROBE_LEASE

    async def _read(self, entry: TargetSettings, plan: Plan) -> Reading:
        self._under_way += 1
        try:
            return await self._reader.read(
                entry.target, plan, self._of_source[entry.target.source]
            )
        except Exception as error:
            # A fault of a source (or ours) must not stop the others, nor pass in silence.
            log.exception("%s: the reader failed", entry.key)
            return _fault(self._clock.now(), error, plan)
        finally:
            self._under_way -= 1


def _fault(read_at: datetime, error: Exception, plan: Plan | None = None) -> Reading:
    reason = str(error) if isinstance(error, ReviewbotError) else type(error).__name__
    return Reading(
        read_at=read_at,
        was_due_at=plan.target.next_poll_at if plan else None,
        error=OwnFault(f"the reader failed: {reason}"),
    )


def _log(target_key: str, reading: Reading, outcome: Ingested) -> None:
    log.info(
        "%s: %s%s, %d pages, %d new, %d edited, %d answered, %d tickets",
        target_key,
        outcome.health,
        f" ({outcome.cause})" if outcome.cause else "",
        reading.pages,
        outcome.new,
        outcome.edited,
        outcome.answered,
        outcome.tickets,
    )


def _report(target_key: str, reading: Reading, outcome: Ingested) -> ReadingReport:
    return ReadingReport(
        target_key,
        outcome.health,
        outcome.cause,
        reading.pages,
        outcome.new,
        outcome.edited,
        outcome.answered,
        outcome.vanished,
        outcome.gone,
        outcome.tickets,
        found=tuple(outcome.found),
    )
