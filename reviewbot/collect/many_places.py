"""One request for the newest reviews of many places: most have nothing new, and are left alone.

What an answer for many says of one of them is only "as it was", and only where it must know: all
that changed since the last reading is in it, and it shows nothing that is not stored as it is. In
every other case the place is read by itself.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from reviewbot.clock import Clock
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.parsing import Parsing
from reviewbot.core.contract import Payload, Source, Target
from reviewbot.core.errors import CollectError, RateLimited
from reviewbot.core.model import WorkKind
from reviewbot.store import reviews
from reviewbot.store.database import Database
from reviewbot.store.tables import WorkRow
from reviewbot.store.targets import Plan

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=2)
"""How old an answer for many places may be when one of them is due."""
REST = timedelta(hours=1)
"""After an answer that was of no use, the places are read one by one for so long."""


@dataclass(slots=True)
class _Answer:
    """What was answered, and when; None: nothing that helps."""

    payload: Payload | None
    at: datetime


class ManyPlaces:
    """Remembers the last answer of each group of places, in memory alone."""

    def __init__(self, db: Database, fetcher: Fetcher, clock: Clock, parsing: Parsing) -> None:
        self._db = db
        self._fetcher = fetcher
        self._clock = clock
        self._parsing = parsing
        self._answers: dict[str, _Answer] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def are_as_they_were(
        self, source: Source, target: Target, plan: Plan, others: Sequence[Target]
    ) -> bool:
        """Whether an answer for many places says that nothing of this one changed since it was
        read. False where it does not know. Raises RateLimited."""
        together, last = getattr(source, "together", None), plan.target.last_reading_at
        request = (
            together(target, tuple(others)) if together and last and not plan.wanted else None
        )
        if request is None or last is None:
            return False
        key = json.dumps([request.url, request.json, target.secret_ref])
        async with self._locks.setdefault(key, asyncio.Lock()):
            answer = self._answers.get(key)
            if answer is None or not await self._will_do(answer, plan):
                answer = _Answer(None, self._clock.now())
                self._answers[key] = answer
                try:
                    fetched = await self._fetcher.fetch(request, source.NAME)
                    answer.payload = fetched if isinstance(fetched, Payload) else None
                except RateLimited:
                    del self._answers[key]
                    raise
                except CollectError as error:
                    log.info("%s: read one by one, %s", source.NAME, error.reason)
        if answer.payload is None:
            return False
        try:
            page = await self._parsing.page(source, answer.payload, target)
        except CollectError as error:
            log.info("%s: read one by one, %s", source.NAME, error.reason)
            answer.payload = None
            return False
        if page.since is None:
            answer.payload = None
        if page.since is None or page.since >= last or page.unreadable:
            return False
        target_id, names = plan.target_id, [item.external_id for item in page.items]
        compared = await self._db.read(
            lambda rows: reviews.compare(page.items, reviews.load(rows, target_id, names))
        )
        return all(entry.change is None for entry in compared)

    async def _will_do(self, answer: _Answer, plan: Plan) -> bool:
        """Whether an answer need not be asked for anew: nobody asked for a look since."""
        age = self._clock.now() - answer.at
        # One of later than now was there before the clock was set back: nobody knows how long.
        if not timedelta() <= age < (REST if answer.payload is None else FRESH):
            return False
        if answer.payload is None:
            return True
        target_id = plan.target_id

        def asked_since(rows: Session) -> bool:
            looks = select(WorkRow.id).where(
                WorkRow.kind == WorkKind.POLL_NOW,
                WorkRow.target_id == target_id,
                col(WorkRow.created_at) >= answer.at,
            )
            return rows.exec(looks.limit(1)).first() is not None

        return not await self._db.read(asked_since)
