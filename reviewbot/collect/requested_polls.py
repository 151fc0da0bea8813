"""Readings that a person at a terminal waits for: by the command itself, or by the running bot.

Beside a running bot `reviewbot poll` leaves an errand; the bot reads the target in its host's
lane, as any other reading, and answers with the same words.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.collect.collector import Collector, ReadingReport
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.queues import errands, work
from reviewbot.store.tables import WorkRow
from reviewbot.workflow.readings.shown_reviews import Found, Ingested

COUNTS = ("new", "edited", "answered", "vanished", "gone", "tickets")
UNKNOWN = "unknown_target"
"""The error of an answer: the bot runs on a file without this target."""


async def read(collector: Collector, target: str, *, dry_run: bool = False) -> dict[str, Any]:
    """Read a target once; return what people are shown of it, as plain JSON. Instants are ISO with
    their offset."""
    if dry_run:
        return _rehearsed(target, *await collector.rehearse(target))
    return _reported(await collector.collect_target(target))


@dataclass(frozen=True, slots=True)
class _Wish:
    work_id: int
    dry_run: bool


class RequestedPolls:
    """The targets that errands ask for. `soon` starts what is due, without waiting for a tick."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        clock: Clock,
        collector: Collector,
        soon: Callable[[], Awaitable[None]],
    ) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._collector = collector
        self._soon = soon
        self._wishes: dict[str, list[_Wish]] = {}

    async def take(self, row: WorkRow, work_id: int) -> None:
        """Keep a claimed errand until its host's lane is free for it."""
        if not errands.is_errand(row):
            await self._make_due(row, work_id)
            return
        target = row.payload["errand"]
        if target not in self._settings.targets:
            await self._answer(work_id, {"target": target, "error": UNKNOWN})
            return
        until = self._clock.now() + errands.HELD
        await self._db.write(lambda rows: errands.hold(rows, work_id, until))
        wish = _Wish(work_id, bool(row.payload.get("dry_run")))
        self._wishes.setdefault(target, []).append(wish)
        await self._soon()

    async def _make_due(self, row: WorkRow, work_id: int) -> None:
        """A poll that version 0.1.0 put: whoever wants one today sets `next_poll_at` itself."""
        now = self._clock.now()

        def write(rows: Session) -> None:
            if row.target_id is not None:
                targets.poll_soon(rows, row.target_id, now)
            work.done(rows, work_id, "due", now)

        await self._db.write(write)

    def due(self) -> list[tuple[str, str]]:
        """Return (host, target key) of what is asked for."""
        return [(targets.host_of(self._settings.targets[key]), key) for key in self._wishes]

    async def read(self, target: str) -> bool:
        """Read a target for who asked first; return False where nobody did."""
        wish = self._next(target)
        if wish is None:
            return False
        if await self._db.read(lambda rows: errands.is_wanted(rows, wish.work_id)):
            answer = await read(self._collector, target, dry_run=wish.dry_run)
            await self._answer(wish.work_id, answer)
        return True

    def _next(self, target: str) -> _Wish | None:
        waiting = self._wishes.pop(target, [])
        if waiting[1:]:
            self._wishes[target] = waiting[1:]
        return waiting[0] if waiting else None

    async def _answer(self, work_id: int, answer: Mapping[str, Any]) -> None:
        now, outcome = (
            self._clock.now(),
            str(answer.get("health") or answer.get("error") or "rests"),
        )
        await self._db.write(lambda rows: errands.answer(rows, work_id, outcome, answer, now))


def _reported(report: ReadingReport) -> dict[str, Any]:
    return {
        "target": report.target,
        "health": report.health.value if report.health else None,
        "cause": report.cause,
        "rests_until": report.rests_until.isoformat() if report.rests_until else None,
        "pages": report.pages,
        **{name: getattr(report, name) for name in COUNTS},
        "reviews": [_review(each) for each in report.found],
    }


def _rehearsed(target: str, reading: Reading, outcome: Ingested) -> dict[str, Any]:
    counters = reading.counters
    return {
        "target": target,
        "health": outcome.health.value,
        "cause": outcome.cause,
        "rests_until": None,
        "pages": reading.pages,
        "listed": len(reading.items),
        "complete": reading.complete,
        "site": {
            "rating": counters.rating,
            "reviews": counters.reviews,
            "ratings": counters.ratings,
        },
        **{name: getattr(outcome, name) for name in COUNTS},
        "reviews": [_review(each) for each in outcome.found],
    }


def _review(each: Found) -> dict[str, Any]:
    item, verdict = each.item, each.verdict
    texts = [text for text in (item.title, item.text, item.pros, item.cons) if text]
    return {
        "external_id": item.external_id,
        "changes": sorted(kind.value for kind in each.kinds),
        "arrival": each.arrival.value if each.arrival else None,
        "rating": item.rating,
        "author": item.author,
        "published_at": item.published_at.isoformat() if item.published_at else None,
        "text": " ".join(" ".join(texts).split()) or None,
        "answered": item.reply_text is not None,
        "tone": verdict.tone.value if verdict else None,
        "severity": verdict.severity.value if verdict else None,
        "topics": list(verdict.topics) if verdict else [],
        "why": [f"{reason.rule}: {reason.words}" for reason in verdict.reasons] if verdict else [],
        "ticket": each.ticket_id is not None,
    }
