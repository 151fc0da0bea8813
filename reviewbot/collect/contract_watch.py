"""Looks whether sites still send what their sources were built on: once a week, or when asked.

One target of a source is asked for its first page, within the gaps of its host. Nothing of it is
stored but what differs; what differs anew is told to the operator.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.parsing import Done, Parsing
from reviewbot.core.contract import NotModified, Source, Target
from reviewbot.core.errors import CollectError, LayoutChanged, OwnFault
from reviewbot.core.readings.shape import KnownShape, SeenKeys, ShapeChange, compared
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.processes.child_processes import Broken
from reviewbot.processes.parsing_process import keys_of
from reviewbot.store import source_checks
from reviewbot.store.database import Database
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.chats import tell_operator

log = logging.getLogger(__name__)

EVERY = timedelta(days=7)
STEPS = 6
"""Requests after which a first page that has not come is given up."""


@dataclass(frozen=True, slots=True)
class LiveShape:
    """What one target's first page was like. `reviews`: how many it has; with none, or with no
    shape to compare with, nothing is said of its keys. `rests_until`: it was not asked, since its
    host is left alone until then."""

    source: str
    target: str
    reviews: int = 0
    unreadable: int = 0
    change: ShapeChange | None = None
    error: CollectError | None = None
    rests_until: datetime | None = None

    @property
    def is_good(self) -> bool:
        is_read = self.error is None and self.rests_until is None
        return is_read and not self.change and not self.unreadable


class ContractWatch:
    """`shapes` gives the shapes a source is known by, none for a reader of any page."""

    def __init__(
        self,
        fetcher: Fetcher,
        parsing: Parsing,
        registry: Callable[[str], Source],
        shapes: Callable[[Source], Sequence[KnownShape]],
    ) -> None:
        self._fetcher = fetcher
        self._parsing = parsing
        self._registry = registry
        self._shapes = shapes

    def is_known(self, source_name: str) -> bool:
        """Whether there is a shape to compare with."""
        return bool(self._shapes(self._registry(source_name)))

    def save_limits(self, rows: Session, now: datetime) -> None:
        """Keep when hosts may be asked again."""
        self._fetcher.limits.save(rows, now)

    async def look_at(self, target: Target) -> LiveShape:
        """Read a target's first page and compare its shape. Errors of the contract are in it."""
        source = self._registry(target.source)
        try:
            return await self._first_page(source, target)
        except CollectError as error:
            hidden = self._fetcher.signer.hidden(error)
            return LiveShape(source.NAME, target.key, error=hidden)
        except Broken as error:
            fault = OwnFault(f"the reader failed: {error}")
            return LiveShape(source.NAME, target.key, error=fault)

    async def _first_page(self, source: Source, target: Target) -> LiveShape:
        walk = self._parsing.walk(source, "pages", target, {})
        try:
            request = await walk.begin()
            for _ in range(STEPS):
                if request is None:
                    break
                answer = await self._fetcher.fetch(request, source.NAME)
                if not isinstance(answer, NotModified) and request.is_page(answer):
                    page = await self._parsing.page(source, answer, target)
                    ids = [item.external_id for item in page.items]
                    found = LiveShape(source.NAME, target.key, len(ids), len(page.unreadable))
                    known = self._shapes(source)
                    if not ids or not known:
                        return found
                    kept = await self._parsing.call(keys_of, answer, ids)
                    seen = SeenKeys.from_json(kept)
                    change = compared(known, seen)
                    # A site may name its keys as it likes, by what it was sent, too.
                    return replace(found, change=change.without(self._fetcher.redaction))
                request = await walk.send(answer)
        except Done:
            pass
        finally:
            walk.close()
        raise LayoutChanged("the source asks for no page")


class WeeklyLook:
    """Called now and then by the running bot: a source is looked at when its week is over."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        watch: ContractWatch,
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._watch = watch

    async def look(self) -> None:
        """Look at each source that is due, by one of its targets that can be read today."""
        before = self._clock.now() - EVERY
        due = await self._db.read(lambda rows: source_checks.due(rows, before, self._clock.now()))
        for source_name, key in due:
            entry = self._settings.targets.get(key)
            if entry is None or not self._watch.is_known(source_name):
                continue
            found = await self._watch.look_at(entry.target)
            await self._db.write(partial(self._take, found))

    def _take(self, found: LiveShape, rows: Session) -> None:
        """Note the look; tell the operator what differs, once for each difference."""
        now = self._clock.now()
        self._watch.save_limits(rows, now)
        # A look that failed or found no review says nothing of what was found before.
        finding = found.change.to_json() if found.change is not None else None
        is_news = source_checks.note(rows, found.source, finding, now)
        log.info("weekly look at %s by %s: %s", found.source, found.target, finding)
        if is_news and found.change:
            tx = Tx(rows, self._settings, self._sources, now)
            params = {"source": found.source, "target": found.target, **found.change.to_json()}
            params["titles"] = dict(self._sources[found.source].title)
            tell_operator(tx, NoticeCode.SOURCE_CHANGED, params, subject=found.source)
