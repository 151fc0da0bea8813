"""Drives a source's generators: page after page until enough was seen. Stores nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from reviewbot.clock import Clock
from reviewbot.collect.fetching.fetch import Fetcher, Validators
from reviewbot.collect.fetching.host_limits import HostLimits
from reviewbot.collect.many_places import ManyPlaces
from reviewbot.collect.parsing import Done, FoundLinks, Parsing, Walk
from reviewbot.collect.reading_in_progress import ReadingInProgress
from reviewbot.core.contract import (
    Counters,
    Item,
    NotModified,
    Page,
    Payload,
    Request,
    Source,
    Target,
    Unreadable,
)
from reviewbot.core.errors import CollectError, LayoutChanged, TargetGone, TooHeavy
from reviewbot.core.readings.forgotten_marks import is_forgotten
from reviewbot.core.readings.reading import Links, Reading
from reviewbot.registry import reader_of
from reviewbot.store import reviews as review_rows
from reviewbot.store.database import Database
from reviewbot.store.privacy import forgotten
from reviewbot.store.reviews import Compared
from reviewbot.store.targets import Plan, Wanted

MAX_SAMPLE = 20_000
MAX_STEPS = 200
"""A generator that asks for more than this is in a circle."""
NOTHING_TO_ASK = Item(external_id="nothing to ask")
"""In place of a review: the source has no request to make for it."""


class Reader:
    """Reads targets, one after another or several at once. `registry` gives a source by name."""

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        clock: Clock,
        registry: Callable[[str], Source],
        max_pages: int,
        parsing: Parsing | None = None,
    ) -> None:
        self._db = db
        self._fetcher = fetcher
        self._clock = clock
        self._registry = registry
        self._max_pages = max_pages
        self.parsing = parsing or Parsing()
        self._many_places = ManyPlaces(db, fetcher, clock, self.parsing)

    @property
    def limits(self) -> HostLimits:
        """When each host may be asked again."""
        return self._fetcher.limits

    def leave(self) -> None:
        """Let another task ask sites, in place of this one."""
        self._fetcher.readers.leave()

    async def read(self, target: Target, plan: Plan, others: Sequence[Target] = ()) -> Reading:
        """Read as far as the plan asks. Errors of the contract end the reading and are in it.
        `others`: the source's targets, of which some may be asked for together with this one."""
        source, made = self._registry(target.source), ReadingInProgress()
        try:
            if _may_be_unchanged(source, plan):
                made.unchanged = await self._many_places.are_as_they_were(
                    source, target, plan, others
                )
            if not made.unchanged:
                await self._pages(source, target, plan, made)
            made.listed = len(made.items)
            await self._singles(source, target, plan, made)
        except CollectError as error:
            made.error = self._fetcher.signer.hidden(error)
        return await self._reading(source, target, plan, made)

    async def _pages(
        self, source: Source, target: Target, plan: Plan, made: ReadingInProgress
    ) -> None:
        """Send what the source asks for, parse its pages, stop when enough was seen.

        A page that is as it was ends the reading where nothing beyond it is needed.
        """
        walk = self.parsing.walk(source, "pages", target, plan.memory)
        try:
            request = await walk.begin()
            if request is None:
                raise LayoutChanged("the source asks for no page")
            for _ in range(MAX_STEPS):
                answer = await self._fetcher.fetch(
                    request, source.NAME, self._validators(source, request, plan, made)
                )
                if isinstance(answer, NotModified):
                    made.unchanged = True
                    return
                made.last = answer
                if request.is_page(answer):
                    if await self._is_as_it_was(source, answer, plan, made):
                        made.unchanged = True
                        return
                    page = await self.parsing.page(source, answer, target)
                    page = await self._without_forgotten(page, plan)
                    page = await self._identified(page, plan, made)
                    made.take(page)
                    if await self._is_enough(page, plan, made):
                        return
                request = await walk.send(answer)
            raise LayoutChanged("the source asks for ever more pages")
        except Done:
            made.swept = True
        finally:
            walk.close()
            if made.pages >= self._max_pages:
                made.swept = True

    async def _without_forgotten(self, page: Page, plan: Plan) -> Page:
        """The page, of whose reviews those of the forgotten are known by their marks alone."""
        target = plan.target
        if not plan.forgets:
            return page
        return replace(
            page,
            items=await self._db.read(
                lambda rows: forgotten.without(rows, target.source, target.ref, page.items)
            ),
        )

    async def _identified(self, page: Page, plan: Plan, made: ReadingInProgress) -> Page:
        """The page with the ids of its reviews settled, and those of the pages before anew: what
        looked like an edit there may turn up here as it was."""
        before = len(made.shown)
        made.shown += _unlike(made.shown, page.items)
        if plan.target.id is None or not any(item.derived for item in made.shown):
            return page
        target_id, shown = plan.target.id, tuple(made.shown)
        reader = reader_of(self._registry(plan.target.source))
        settled = await self._db.read(
            lambda rows: review_rows.identified(rows, target_id, shown, reader)
        )
        if before:
            made.items.clear()
            made.hold(settled[:before])
            made.first_page = tuple(item.external_id for item in settled[: made.on_first])
        else:
            made.on_first = len(settled)
        return replace(page, items=settled[before:])

    def _validators(
        self, source: Source, request: Request, plan: Plan, made: ReadingInProgress
    ) -> Validators | None:
        """Only the first page is asked for conditionally, and only where it alone may do."""
        if made.pages or request.kind != "page" or not _may_be_unchanged(source, plan):
            return None
        if not (plan.target.essence or "").startswith(f"{reader_of(source)}:"):
            return None  # today's reader has not read it yet
        return Validators(plan.target.etag, plan.target.last_modified)

    async def _is_as_it_was(
        self, source: Source, answer: Payload, plan: Plan, made: ReadingInProgress
    ) -> bool:
        if made.pages:
            return False
        if answer.status == 200:
            made.essence = await self.parsing.essence(source, answer)
            made.etag = answer.headers.get("etag")
            made.last_modified = answer.headers.get("last-modified")
        return (
            made.essence is not None
            and made.essence == plan.target.essence
            and _may_be_unchanged(source, plan)
        )

    async def _is_enough(self, page: Page, plan: Plan, made: ReadingInProgress) -> bool:
        if page.complete or made.pages >= self._max_pages:
            return True
        if not page.items:
            # Answered reviews in a list of the unanswered, a token with an empty page: go on.
            return False
        if plan.is_first_contact:
            return True
        if made.pages < plan.pages or plan.sweep:
            return False
        if plan.pages > 1:
            # History is filled one page a reading; its newest page is all news, and no haste.
            return not _unseen(plan, made)
        fresh = await self._changed_on(page, plan)
        made.new += fresh.new
        if fresh.any or _unseen(plan, made):
            return False
        if plan.counter is not None and (made.reviews or 0) > plan.counter + made.new:
            return False  # the site counts more than we found yet
        lost = [name for name in plan.canaries if name not in made.items]
        return len(lost) * 2 <= len(plan.canaries)

    async def _changed_on(self, page: Page, plan: Plan) -> "_Fresh":
        """What is not yet known of a page. Known unchanged ground ends a reading; its order does
        not: no site keeps a strict one."""
        compared = await self._compared(plan, page.items)
        changed = any(entry.change and not entry.change.is_same for entry in compared)
        return _Fresh(sum(entry.stored is None for entry in compared), changed)

    async def _compared(self, plan: Plan, items: Sequence[Item]) -> list[Compared]:
        """The reviews beside their rows."""
        target_id, ids = plan.target.id, [item.external_id for item in items]
        if target_id is None or not items:
            return review_rows.compare(items, {})
        return await self._db.read(
            lambda rows: review_rows.compare(items, review_rows.load(rows, target_id, ids))
        )

    async def _singles(
        self, source: Source, target: Target, plan: Plan, made: ReadingInProgress
    ) -> None:
        """Ask one by one for reviews with open tickets that the pages did not show, then for what
        the list only hints at; as many as the source bears, the rest at the next readings."""
        left = source.TRAITS.singles
        if hasattr(source, "one") and not made.complete:
            for wanted in _unseen(plan, made)[:left]:
                walk = self.parsing.walk(source, "one", target, wanted.external_id)
                item = await self._drive(walk, source.NAME, made)
                if item is NOTHING_TO_ASK:
                    break  # this target's reviews cannot be asked for alone
                left -= 1
                if item is None:
                    made.absent.append(wanted.external_id)
                else:
                    made.items[item.external_id] = item
        if not hasattr(source, "in_full") or not made.items:
            return
        known = await self._known(plan, list(made.items))
        # Those we do not have yet first: among them is the news.
        listed = sorted(made.items.values(), key=lambda item: item.external_id in known)
        for item in (each for each in listed if not is_forgotten(each.external_id)):
            walk = self.parsing.walk(source, "in_full", target, item, known.get(item.external_id))
            if left <= 0:
                made.owed += await _is_owed(walk)
                continue
            whole = await self._drive(walk, source.NAME, made)
            if whole is NOTHING_TO_ASK:
                continue
            left -= 1
            if whole is not None:
                made.items[whole.external_id] = whole

    async def _known(self, plan: Plan, ids: list[str]) -> dict[str, Item]:
        if plan.target.id is None:
            return {}
        stored = await self._db.read(lambda rows: review_rows.load(rows, plan.target_id, ids))
        return {name: row.known().item for name, row in stored.items()}

    async def _drive(self, walk: Walk, source_name: str, made: ReadingInProgress) -> Item | None:
        """Run the steps for one review to their end; NOTHING_TO_ASK where there are none. Raises
        CollectError."""
        try:
            request = await walk.begin()
            if request is None:
                return NOTHING_TO_ASK
            for _ in range(MAX_STEPS):
                answer = await self._fetcher.fetch(request, source_name)
                assert isinstance(answer, Payload)
                made.last = answer
                request = await walk.send(answer)
            raise LayoutChanged("the source asks for ever more")
        except Done as end:
            return cast(Item | None, end.value)
        except TargetGone:
            return None  # the review's page, not the place
        finally:
            walk.close()

    def _hidden(self, entry: Unreadable) -> Unreadable:
        hide = self._fetcher.redaction
        return replace(entry, why=hide(entry.why), sample=hide(entry.sample))

    async def _links(
        self, source: Source, target: Target, plan: Plan, made: ReadingInProgress
    ) -> Links:
        """What tells the links of reviews that are new or differ from their rows; of what is
        forgotten no address is made."""
        compared = await self._compared(plan, list(made.items.values()))
        different = [entry.item for entry in compared if entry.change is not None]
        asked = [each for each in different if not is_forgotten(each.external_id)]
        try:
            return await self.parsing.links(source, target, asked)
        except TooHeavy as error:
            made.error = made.error or error
            return FoundLinks({})

    async def _reading(
        self, source: Source, target: Target, plan: Plan, made: ReadingInProgress
    ) -> Reading:
        traits, links = source.TRAITS, await self._links(source, target, plan, made)
        sample = None
        if made.error is not None and made.last is not None:
            sample = self._fetcher.redaction(_cut(made.last))
        elif made.unreadable:
            sample = self._fetcher.redaction(
                "\n\n".join(f"{entry.why}\n{entry.sample}" for entry in made.unreadable[:5])
            )
        elif not made.unchanged and made.last is not None:
            sample = self._fetcher.redaction(_cut(made.last))
        return Reading(
            read_at=self._clock.now(),
            was_due_at=plan.target.next_poll_at,
            items=tuple(made.items.values()),
            pages=made.pages,
            unchanged=made.unchanged,
            complete=made.complete and made.error is None,
            sweep=made.error is None and made.swept and not made.unchanged,
            counters=Counters(made.rating, made.reviews, made.ratings),
            unreadable=tuple(map(self._hidden, made.unreadable)),
            first_page=made.first_page,
            absent=tuple(made.absent),
            owed=made.owed,
            memory=made.memory,
            essence=made.essence,
            etag=made.etag,
            last_modified=made.last_modified,
            error=made.error,
            sample=sample[:MAX_SAMPLE] if sample else None,
            depth=traits.depth,
            listed=made.listed if traits.by_date else 0,
            window=traits.window,
            links=links,
        )


@dataclass(frozen=True, slots=True)
class _Fresh:
    """How much of a page is news: reviews not known, and whether anything at all differs."""

    new: int
    any: bool


def _unlike(before: Sequence[Item], items: Sequence[Item]) -> list[Item]:
    """The items without those that an earlier page showed already (a list that moved on)."""
    met = {item.external_id for item in before if item.derived}
    return [item for item in items if item.external_id not in met]


def _may_be_unchanged(source: Source, plan: Plan) -> bool:
    """Whether an unchanged first page would be enough: history is read, no sweep is due, no text
    is owed, and every review somebody waits for is on that page, or can be asked for alone."""
    if plan.is_first_contact or plan.sweep or plan.pages > 1 or plan.owed:
        return False
    beyond = [wanted for wanted in plan.wanted if not wanted.on_first_page]
    return not beyond or (hasattr(source, "one") and len(beyond) <= source.TRAITS.singles)


async def _is_owed(walk: Walk) -> bool:
    try:
        return await walk.begin() is not None
    except (Done, CollectError):
        return True
    finally:
        walk.close()


def _unseen(plan: Plan, made: ReadingInProgress) -> list[Wanted]:
    return [
        wanted
        for wanted in plan.wanted
        if wanted.external_id not in made.items and not (made.unchanged and wanted.on_first_page)
    ]


def _cut(payload: Payload) -> str:
    """The head of a page as text, with where it came from and without its query: tokens are kept
    there."""
    where = payload.url.partition("?")[0]
    head = replace(payload, content=payload.content[: MAX_SAMPLE * 4])
    return f"{payload.status} {where}\n{head.text[:MAX_SAMPLE]}"
