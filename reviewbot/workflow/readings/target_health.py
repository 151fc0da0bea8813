"""How a reading ended, as rows: the target's state, its host's rest, when to read again."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from reviewbot.core.errors import Denied, RateLimited
from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.health import Judgement, backoff, next_poll
from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.core.settings import Settings
from reviewbot.store.database import is_given, run
from reviewbot.store.tables import (
    HostRow,
    ReadingRow,
    TargetRow,
    TargetStateRow,
)
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import insert_all
from reviewbot.workflow.readings.at_end import AtEnd, LastReading
from reviewbot.workflow.readings.blind_notices import Teller

MAX_SAMPLE = 20_000


def settle(
    tx: Tx,
    target: TargetRow,
    host: HostRow,
    reading: Reading,
    judgement: Judgement,
    memory: TargetMemory,
    at_end: AtEnd,
    jitter: float,
) -> None:
    """Write how a reading ended: state, reading row, host, notices, when to read again."""
    now = reading.read_at
    sighted, before = judgement.is_sighted, (target.health, target.health_since)
    target.failures = 0 if sighted else target.failures + 1
    lasting = _lasting(target, judgement.health)
    if lasting != target.health:
        target.health, target.health_since = lasting, now
        tx.session.add(
            TargetStateRow(
                target_id=_id(target),
                health=lasting,
                since=now,
                cause=judgement.cause or None,
                sample=_sample(reading, lasting),
            )
        )
    if not (reading.unchanged and lasting == before[0]):
        note_reading(tx.session, target, reading, lasting, at_end.last)
    _rest(host, reading, judgement, now, jitter)
    tx.session.add(host)
    _hide_neighbours(tx, target, host, reading, judgement)
    pressing = at_end.is_pressing
    again_at = read_again_at(
        tx, target, host, reading, judgement, memory, jitter, pressing=pressing
    )
    target.next_poll_at = again_at or target.next_poll_at
    tx.session.add(target)
    tx.session.flush()
    Teller(tx, target, host, *before).tell(judgement, reading.error)


def read_again_at(
    tx: Tx,
    target: TargetRow,
    host: HostRow,
    reading: Reading,
    judgement: Judgement,
    memory: TargetMemory,
    jitter: float,
    *,
    pressing: bool,
) -> datetime | None:
    """Return when a target is to be read next; None where the file names it no more. `pressing`:
    somebody waits for what it shows. A look that was asked for while it was read is kept: the page
    may be of before."""
    entry, now = tx.settings.targets.get(target.key), tx.now
    if entry is None:
        return None
    pause = next_poll(
        judgement.health,
        every=entry.every,
        every_max=entry.every_max,
        expected_gap=memory.expected_gap,
        failures=target.failures,
        pressing=pressing,
        jitter=jitter,
    )
    rests = max(filter(None, (host.backoff_until, host.retry_after_until)), default=now)
    again_at = max(now + pause, rests + pause * jitter * 0.1)
    asked_for = target.next_poll_at
    if asked_for is None or reading.was_due_at in (None, asked_for):
        return again_at
    return min(again_at, asked_for)


def _hide_neighbours(
    tx: Tx,
    target: TargetRow,
    host: HostRow,
    reading: Reading,
    judgement: Judgement,
) -> None:
    """What a refusal says of the host's other targets, though no reading of theirs does.

    A host that blocks us is asked for none of them. One that told us to wait hides those that were
    due before it may be asked again. A credential that is refused hides those that show the same
    one, but for those that were read with it since the refusals began: theirs is another matter.
    """
    error, now = reading.error, reading.read_at
    if error is None and judgement.health is not Health.BLOCKED:
        return
    neighbours = select(TargetRow.id).where(
        TargetRow.host == target.host,
        TargetRow.id != target.id,
        col(TargetRow.health).in_(sorted(SIGHTED)),
        col(TargetRow.retired_at).is_(None),
    )
    if isinstance(error, RateLimited):
        neighbours = neighbours.where(col(TargetRow.next_poll_at) < host.retry_after_until)
    elif isinstance(error, Denied) and error.credential:
        neighbours = neighbours.where(
            col(TargetRow.key).in_(_with_credential_of(tx.settings, target)),
            or_(
                col(TargetRow.last_reading_at).is_(None),
                col(TargetRow.last_reading_at) < target.health_since,
            ),
        )
    elif judgement.health is not Health.BLOCKED:
        return
    # By statements: a site may hold us off at thousands of places at once.
    found = run(tx.session, neighbours).scalars().all()
    hidden = is_given(col(TargetRow.id), "hidden")
    changed = update(TargetRow).where(hidden).values(health=judgement.health, health_since=now)
    run(tx.session, changed, {"hidden": list(found)})
    state = {"health": judgement.health, "since": now, "cause": judgement.cause or None}
    insert_all(tx.session, TargetStateRow, [{"target_id": each, **state} for each in found])


def _with_credential_of(settings: Settings, target: TargetRow) -> list[str]:
    """Return the keys of the targets that show this one's credential."""
    entry = settings.targets.get(target.key)
    shown = entry.target.secret_ref if entry else ""
    return [key for key, other in settings.targets.items() if shown == other.target.secret_ref]


def _sample(reading: Reading, lasting: str) -> str | None:
    """The page to look at, where there is something to see."""
    if lasting in SIGHTED and lasting != Health.DEGRADED:
        return None
    return (reading.sample or "")[:MAX_SAMPLE] or None


def _lasting(target: TargetRow, health: Health) -> str:
    """The state to remember: an unchanged page leaves a sighted target as it was."""
    if health is not Health.UNCHANGED:
        return health
    return target.health if target.health in SIGHTED else Health.OK


def note_reading(
    session: Session, target: TargetRow, reading: Reading, outcome: str, last: LastReading | None
) -> None:
    """Keep how a reading ended and what the site counts, where either differs from the last."""
    figures = reading.counters
    counters: tuple[float | None, ...] = (figures.rating, figures.reviews, figures.ratings)
    if last and (reading.unchanged or counters == (None, None, None)):
        # Nothing was said: the figures of the last reading that knew them stay.
        counters = last.counters
    complete = last.complete if last and reading.unchanged else reading.complete
    if last == LastReading(outcome, complete, counters):
        return
    rating, reviews, ratings = counters
    row = {
        "target_id": _id(target),
        "read_at": reading.read_at,
        "outcome": outcome,
        "complete": complete,
        "site_rating": rating,
        "site_reviews": reviews,
        "site_ratings": ratings,
    }
    insert_all(session, ReadingRow, [row])


def _rest(
    host: HostRow, reading: Reading, judgement: Judgement, now: datetime, jitter: float
) -> None:
    if judgement.health is Health.BLOCKED:
        host.backoff_step += 1
        host.backoff_until = now + backoff(host.backoff_step, jitter)
        host.cause = judgement.cause
    elif isinstance(reading.error, RateLimited):
        seconds = reading.error.retry_after
        pause = timedelta(seconds=seconds) if seconds else timedelta(minutes=15)
        host.retry_after_until = max(host.retry_after_until or now, now + pause)
        host.cause = judgement.cause
        host.backoff_until = None
    elif reading.pages or judgement.is_sighted:
        # The host answered with a page: what kept the others waiting is over.
        host.backoff_step, host.backoff_until = 0, None
    elif host.backoff_until is not None:
        host.backoff_until = now + backoff(host.backoff_step, jitter)  # the probe failed otherwise


def _id(target: TargetRow) -> int:
    assert target.id is not None
    return target.id
