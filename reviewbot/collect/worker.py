"""Does the work rows, one at a time, each by the handler of its kind."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewbot.clock import Clock
from reviewbot.collect.last_write import LastWrite
from reviewbot.collect.publish import Publisher
from reviewbot.collect.requested_polls import RequestedPolls
from reviewbot.collect.saved_pages.importer import Importer
from reviewbot.core.model import WorkKind
from reviewbot.store.database import Database
from reviewbot.store.queues import work
from reviewbot.store.tables import WorkRow

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=5)
TRIES = 6
LOOK_AGAIN = timedelta(seconds=10)
"""At the latest, for a file system that does not tell of every write."""

Handle = Callable[[WorkRow, int], Awaitable[None]]
"""Does a claimed row (and its id), and closes it."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How work of a kind is done, how often it is tried where doing it breaks, and what becomes
    of the row after the last time. Without `give_up` it is closed as failed."""

    do: Handle
    give_up: Handle | None = None
    tries: int = TRIES


class Worker:
    """Claims what is due and hands it to its handler."""

    def __init__(self, db: Database, clock: Clock, handlers: Mapping[WorkKind, Handler]) -> None:
        self._db = db
        self._clock = clock
        self._handlers = handlers
        self._last_write = LastWrite(db.url)
        self._mark: tuple[int, int] | None = None
        self._due_at: datetime | None = None
        self._looked_at = clock.now()

    async def is_due(self) -> bool:
        """Whether there is work to do now. Writes nothing, and looks into the rows only where
        somebody wrote since the last look: an idle bot leaves the disk alone."""
        mark, now = self._last_write.mark(), self._clock.now()
        if mark is None or mark != self._mark or abs(now - self._looked_at) >= LOOK_AGAIN:
            self._due_at = await self._db.read(work.next_due_at)
            self._mark, self._looked_at = mark, now
        return self._due_at is not None and self._due_at <= now

    async def run_one(self) -> bool:
        """Claim the work that is due first and do it; return False where there is none."""
        now = self._clock.now()
        row = await self._db.write(lambda rows: work.claim_due(rows, now))
        if row is None or row.id is None:
            return False
        try:
            await self._do(row, row.id)
        except Exception:
            # A fault of ours or a source's: the row must not be claimed for ever.
            log.exception("work row %s (%s) failed", row.id, row.kind)
            await self._give_up(row, row.id)
        return True

    async def _do(self, row: WorkRow, work_id: int) -> None:
        await self._handlers[WorkKind(row.kind)].do(row, work_id)

    async def _give_up(self, row: WorkRow, work_id: int) -> None:
        handler = next((each for kind, each in self._handlers.items() if kind == row.kind), None)
        is_last = handler is None or row.attempts >= handler.tries
        if is_last and handler is not None and handler.give_up is not None:
            await handler.give_up(row, work_id)
            return
        now = self._clock.now()
        retry_at = None if is_last else now + AGAIN
        await self._db.write(lambda rows: work.fail(rows, work_id, work.FAULT, now, retry_at))


def handlers(
    publisher: Publisher,
    importer: Importer | None = None,
    requested: RequestedPolls | None = None,
) -> dict[WorkKind, Handler]:
    """Return who does what: replies the publisher, files the importer, polls that somebody at a
    terminal waits for `requested`."""
    by_kind = {
        # What may have been sent keeps its claim, which runs out into a read-back.
        WorkKind.POST_REPLY: Handler(publisher.post, _keep_the_claim, tries=1),
        WorkKind.WITHDRAW: Handler(publisher.withdraw, _keep_the_claim, tries=1),
        WorkKind.READ_BACK: Handler(publisher.read_back, publisher.stays_unknown),
        WorkKind.DECLINE: Handler(publisher.decline, publisher.not_declined),
    }
    if importer is not None:
        # Somebody waits for an answer, and the same bytes fail the same way.
        by_kind[WorkKind.IMPORT_FILE] = Handler(importer.run, importer.give_up, tries=1)
    if requested is not None:
        by_kind[WorkKind.POLL_NOW] = Handler(requested.take)
    return by_kind


async def _keep_the_claim(row: WorkRow, work_id: int) -> None:
    """Nothing: the claim runs out by itself."""
