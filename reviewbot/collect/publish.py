"""Publishes approved replies, at most once each, and finds out how it ended.

A claim is committed before anything is sent. What is not known to have failed is read back from
the site, never sent again; what cannot be read back is for people to check by hand.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.collect.collector import Collector
from reviewbot.collect.fetching.fetch import Fetcher, NotConnected
from reviewbot.collect.parsing import Done, Parsing
from reviewbot.core.contract import Item, Payload, Receipt, Source, Target, is_same_text
from reviewbot.core.errors import (
    CollectError,
    Denied,
    LayoutChanged,
    RateLimited,
    Refused,
    Unreachable,
)
from reviewbot.core.model import Health, WorkKind
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.core.ticket import BOT, Act, Action
from reviewbot.store import audit, cases, reviews, targets
from reviewbot.store.database import Database
from reviewbot.store.queues import work
from reviewbot.store.tables import DraftRow, ReviewRow, TargetRow, TicketRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=5)
LOOKS = 2
"""Healthy looks that must not show the reply before people are asked to check by hand."""
TRIES = 6
"""Looks at all, healthy or not."""
MAX_STEPS = 50
_SIGHTED = (Health.OK, Health.UNCHANGED, Health.DEGRADED)


@dataclass(frozen=True, slots=True)
class _Job:
    """A claimed work row with what it is about."""

    work_id: int
    ticket_id: int
    target_id: int
    place: Target
    source: Source
    item: Item
    text: str
    payload: dict[str, Any]
    attempts: int


class _Stopped(Exception):
    """Sending ended in an error. `is_sent`: the site may have taken the reply all the same."""

    def __init__(self, error: CollectError, *, is_sent: bool) -> None:
        super().__init__(error.reason)
        self.error = error
        self.is_sent = is_sent


class Publisher:
    """Does what work rows say about replies: posts them, reads them back, takes them off."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        source_facts: Sources,
        clock: Clock,
        fetcher: Fetcher,
        collector: Collector,
        registry: Callable[[str], Source],
        parsing: Parsing | None = None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._source_facts = source_facts
        self._clock = clock
        self._fetcher = fetcher
        self._collector = collector
        self._registry = registry
        self._parsing = parsing or Parsing()

    async def post(self, row: WorkRow, work_id: int) -> None:
        """Send a reply, once, and tell its ticket how it ended."""
        if (job := await self._job_of(row, work_id)) is not None:
            await self._post(job)

    async def read_back(self, row: WorkRow, work_id: int) -> None:
        """Look whether a reply whose outcome nobody knows is on the site."""
        if (job := await self._job_of(row, work_id)) is not None:
            await self._look(job)

    async def stays_unknown(self, row: WorkRow, work_id: int) -> None:
        """No look ends well: people check by hand."""
        now = self._clock.now()

        def write(rows: Session) -> None:
            work.done(rows, work_id, "unknown", now)
            if row.ticket_id is not None:
                unknown = Act(Action.OUTCOME_UNKNOWN, BOT, reason="not_readable")
                self._tell(rows, row.ticket_id, unknown, now)

        await self._db.write(write)

    async def withdraw(self, row: WorkRow, work_id: int) -> None:
        """Take a reply off the site."""
        if (job := await self._job_of(row, work_id)) is not None:
            await self._withdraw(job)

    async def decline(self, row: WorkRow, work_id: int) -> None:
        """Tell the site that a review needs no reply."""
        if (job := await self._job_of(row, work_id)) is not None:
            await self._decline(job)

    async def not_declined(self, row: WorkRow, work_id: int) -> None:
        """Telling the site broke each time."""
        await self._end_declining(work_id, row.ticket_id, Receipt("refused", detail=work.FAULT))

    async def _job_of(self, row: WorkRow, work_id: int) -> _Job | None:
        """Gather what the work is about; close what has become pointless."""
        job = await self._db.read(lambda rows: self._job(rows, row, work_id))
        if job is None:
            await self._close(work_id, "pointless")
        return job

    def _job(self, rows: Session, row: WorkRow, work_id: int) -> _Job | None:
        """Gather what the work is about; None where target or review is not there any more."""
        if row.ticket_id is None:
            return None
        ticket = rows.get_one(TicketRow, row.ticket_id)
        review = rows.get_one(ReviewRow, ticket.review_id)
        target = rows.get_one(TargetRow, review.target_id)
        entry = self._settings.targets.get(target.key)
        draft_id = row.payload.get("draft_id") or ticket.approved_draft_id
        draft = rows.get(DraftRow, draft_id) if draft_id else None
        stored = reviews.load(rows, review.target_id, [review.external_id])
        is_text_needed = row.kind not in (WorkKind.WITHDRAW, WorkKind.DECLINE)
        if entry is None or (draft is None and is_text_needed):
            return None
        return _Job(
            work_id,
            row.ticket_id,
            review.target_id,
            entry.target,
            self._registry(entry.target.source),
            stored[review.external_id].known().item,
            draft.text if draft else "",
            row.payload,
            row.attempts,
        )

    async def _post(self, job: _Job) -> None:
        if not hasattr(job.source, "reply"):
            await self._settle(job, Action.PUBLISH_REFUSED, "no_way", "refused")
            return
        try:
            if not await self._look_first(job):
                await self._close(job.work_id, "overtaken")
                return
            receipt = await self._drive(job, "reply", job.item, job.text)
        except _Stopped as stopped:
            if stopped.is_sent:
                receipt = Receipt("unknown", detail=stopped.error.reason)
            elif isinstance(stopped.error, RateLimited | Unreachable):
                # Nothing reached the site: this one may be sent, later.
                await self._later(job, stopped.error)
                return
            else:
                reason = stopped.error.reason
                await self._settle(job, Action.PUBLISH_REFUSED, reason, "refused")
                return
        log.info("ticket %s: reply %s %s", job.ticket_id, receipt.outcome, receipt.detail)
        if receipt.outcome in ("published", "pending"):
            await self._settle(job, Action.PUBLISHED, None, receipt.outcome)
        elif receipt.outcome == "refused":
            await self._settle(job, Action.PUBLISH_REFUSED, receipt.detail, "refused")
        elif await self._is_shown(job) is True:
            await self._settle(job, Action.PUBLISHED, None, "published")
        else:
            await self._unknown(job, receipt.detail)

    async def _look_first(self, job: _Job) -> bool:
        """Look at the review once more before its reply is posted; return whether it still may be.

        A site that replaces replies would lose what a colleague wrote in its cabinet meanwhile;
        and an approval is for the words the guest had written by then. Raises _Stopped.
        """
        if hasattr(job.source, "one"):
            item = await self._drive(job, "one", job.item.external_id)
            if item is not None:
                await self._collector.take_single(job.source, job.place.key, item)
        else:
            report = await self._collector.collect_target(job.place.key)
            if report.health not in _SIGHTED:
                raise _Stopped(Unreachable(report.cause or "cannot be read"), is_sent=False)
        return await self._db.read(
            lambda rows: work.is_wanted(rows, rows.get_one(WorkRow, job.work_id))
        )

    async def _look(self, job: _Job) -> None:
        shown = await self._is_shown(job)
        if shown is True:
            await self._settle(job, Action.PUBLISHED, None, "published")
            return
        missed = int(job.payload.get("missed", 0)) + (shown is False)
        if missed >= LOOKS or job.attempts >= TRIES:
            reason = "not_shown" if missed >= LOOKS else "not_readable"
            await self._settle(job, Action.OUTCOME_UNKNOWN, reason, "unknown")
            return
        now = self._clock.now()
        # In step with the patience one has: a site in trouble is asked ever more rarely.
        again_at = now + LOOK_AGAIN * (1 if shown is False else 2 ** min(job.attempts, 3))

        def postpone(rows: Session) -> None:
            row = rows.get_one(WorkRow, job.work_id)
            row.payload = {**row.payload, "missed": missed}
            rows.add(row)
            word = "the reply does not show" if shown is False else "the site cannot be read"
            work.fail(rows, job.work_id, word, now, retry_at=again_at)
            self._fetcher.limits.save(rows, now)

        await self._db.write(postpone)

    async def _is_shown(self, job: _Job) -> bool | None:
        """Whether the site shows the text we sent; None where the site cannot be read."""
        if not hasattr(job.source, "one"):
            return await self._is_shown_by_reading(job)
        try:
            item = await self._drive(job, "one", job.item.external_id)
        except _Stopped as stopped:
            log.info("ticket %s: cannot be read back: %s", job.ticket_id, stopped)
            return None
        return item is not None and is_same_text(item.reply_text, job.text)

    async def _is_shown_by_reading(self, job: _Job) -> bool | None:
        """The same for a source that cannot ask for one review: by a reading of its target."""
        report = await self._collector.collect_target(job.place.key)
        if report.health not in _SIGHTED:
            return None
        now = self._clock.now()

        def find(rows: Session) -> bool | None:
            stored = reviews.load(rows, job.target_id, [job.item.external_id])
            row = stored[job.item.external_id]
            review = rows.get_one(ReviewRow, row.review_id)
            if is_same_text(row.of("reply_text"), job.text):
                return True
            # Not on the pages that were read says nothing.
            return False if now - review.last_seen_at < timedelta(minutes=1) else None

        return await self._db.read(find)

    async def _withdraw(self, job: _Job) -> None:
        if not hasattr(job.source, "withdraw"):
            await self._close(job.work_id, "refused")
            return
        try:
            receipt = await self._drive(job, "withdraw", job.item)
        except _Stopped as stopped:
            await self._close(job.work_id, "unknown" if stopped.is_sent else "failed")
            return
        await self._close(job.work_id, receipt.outcome)

    async def _decline(self, job: _Job) -> None:
        passing: CollectError | None = None
        try:
            if not await self._look_first(job):
                await self._close(job.work_id, "overtaken")
                return
            receipt = await self._drive(job, "decline", job.item)
            if receipt.outcome == "unknown":
                passing = Unreachable(receipt.detail)
        except _Stopped as stopped:
            receipt = Receipt("refused", detail=stopped.error.reason)
            if isinstance(stopped.error, RateLimited | Unreachable):
                passing = stopped.error
        if passing is not None and job.attempts < TRIES:
            await self._later(job, passing)  # the source looks first: nothing is said twice
            return
        await self._end_declining(job.work_id, job.ticket_id, receipt)

    async def _end_declining(self, work_id: int, ticket_id: int | None, told: Receipt) -> None:
        """Close the row; the history says whether the site was told."""
        now, is_told = self._clock.now(), told.outcome == "declined"
        word = "declined" if is_told else "not_declined"

        def write(rows: Session) -> None:
            work.done(rows, work_id, told.outcome, now)
            self._fetcher.limits.save(rows, now)
            tx = Tx(rows, self._settings, self._source_facts, now)
            if ticket_id is not None and (case := cases.load(tx, ticket_id)) is not None:
                audit.audit(tx, case, word, BOT.key, reason=None if is_told else told.detail)

        log.info("ticket %s: %s %s", ticket_id, word, told.detail)
        await self._db.write(write)

    async def _drive(self, job: _Job, function: str, *args: Any) -> Any:
        """Run a source's steps to their value. Raises _Stopped, which says whether something may
        have been sent. What goes wrong on the way is thrown into the source first: a source that
        cannot read back knows better than we what that means."""
        walk = self._parsing.walk(job.source, function, job.place, *args)
        is_sent = False
        try:
            request = await walk.begin()
            if request is None:
                raise LayoutChanged(f"the source has no way to do this ({function})")
            for _ in range(MAX_STEPS):
                writes = request.method not in ("GET", "HEAD")
                try:
                    answer = await self._fetcher.fetch(request, job.source.NAME)
                except CollectError as error:
                    # Not sent at all: told to wait, no credential, no connection.
                    unsent = isinstance(error, RateLimited | Denied | NotConnected)
                    is_sent |= writes and not unsent
                    request = await walk.throw(error)
                    continue
                assert isinstance(answer, Payload)
                is_sent |= writes and (answer.status < 400 or answer.status >= 500)
                request = await walk.send(answer)
            raise LayoutChanged("the source asks for ever more")
        except Done as end:
            if isinstance(end.value, Receipt):
                return replace(end.value, detail=self._fetcher.redaction(end.value.detail))
            return end.value
        except CollectError as error:
            raise _Stopped(self._fetcher.signer.hidden(error), is_sent=is_sent) from None
        finally:
            walk.close()

    async def _settle(self, job: _Job, action: Action, reason: str | None, outcome: str) -> None:
        """Close the row and tell the ticket, together."""
        now = self._clock.now()

        def write(rows: Session) -> None:
            work.done(rows, job.work_id, outcome, now)
            self._fetcher.limits.save(rows, now)
            targets.poll_soon(rows, job.target_id, now)
            self._tell(rows, job.ticket_id, Act(action, BOT, reason=reason), now)

        await self._db.write(write)

    def _tell(self, rows: Session, ticket_id: int, told: Act, now: datetime) -> None:
        try:
            act.act(Tx(rows, self._settings, self._source_facts, now), ticket_id, told)
        except Refused as refusal:
            log.warning("ticket %s: %s after posting", ticket_id, refusal.code)

    async def _later(self, job: _Job, error: CollectError) -> None:
        now = self._clock.now()
        seconds = error.retry_after if isinstance(error, RateLimited) else None
        pause = timedelta(seconds=seconds) if seconds else LOOK_AGAIN

        def write(rows: Session) -> None:
            work.fail(rows, job.work_id, error.reason, now, retry_at=now + pause)
            self._fetcher.limits.save(rows, now)

        await self._db.write(write)

    async def _unknown(self, job: _Job, detail: str) -> None:
        """Nobody knows how it ended: close the row, look again in a while."""
        now = self._clock.now()

        def write(rows: Session) -> None:
            work.done(rows, job.work_id, "unknown", now)
            work.put(
                rows,
                WorkKind.READ_BACK,
                now=now,
                ticket_id=job.ticket_id,
                target_id=job.target_id,
                payload={**job.payload, "of": job.work_id, "was": WorkKind.POST_REPLY.value},
                not_before=now + LOOK_AGAIN,
                dedupe_key=f"read_back:{job.work_id}",
            )
            self._fetcher.limits.save(rows, now)

        log.warning("ticket %s: unknown whether the reply is out: %s", job.ticket_id, detail)
        await self._db.write(write)

    async def _close(self, work_id: int, outcome: str) -> None:
        now = self._clock.now()
        await self._db.write(lambda rows: work.done(rows, work_id, outcome, now))
