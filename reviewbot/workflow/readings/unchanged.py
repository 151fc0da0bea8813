"""A reading that brings nothing new of a target that is well: the most frequent by far, judged as
every other one and written by a few small statements.

Whatever is more than that (a host that rested, a state that changes, a review asked for alone) is
`workflow.ingest`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Table, Update, bindparam, update
from sqlmodel import Session

from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.health import judge
from reviewbot.core.readings.reading import Reading
from reviewbot.store import reviews
from reviewbot.store.database import run
from reviewbot.store.reviews import Compared
from reviewbot.store.tables import TargetRow
from reviewbot.store.targets import TargetStanding, keep_memory, memory_of
from reviewbot.store.tx import Tx
from reviewbot.workflow.readings.at_end import at_end_of
from reviewbot.workflow.readings.evidence import evidence_of
from reviewbot.workflow.readings.learned_rate import with_rhythm
from reviewbot.workflow.readings.missing import AWAITED, count_missing
from reviewbot.workflow.readings.remembered import remember
from reviewbot.workflow.readings.shown_reviews import Ingested
from reviewbot.workflow.readings.target_health import note_reading, read_again_at

_TARGET: Table = TargetRow.__table__  # type: ignore[attr-defined]
_ALWAYS = ("failures", "last_reading_at", "next_poll_at")
_SELDOM = (
    "last_complete_at",
    "last_sweep_at",
    "memory",
    "essence",
    "etag",
    "last_modified",
)
_seldom_of = attrgetter(*_SELDOM)
_seldom_read = itemgetter(*map(list(_TARGET.c.keys()).index, _SELDOM))


def _writing(names: Sequence[str]) -> Update:
    values = {name: bindparam(f"new_{name}", type_=_TARGET.c[name].type) for name in names}
    return update(_TARGET).where(_TARGET.c.id == bindparam("target_id")).values(values)


_WRITE_USUAL, _WRITE_CHANGED = _writing(_ALWAYS), _writing(_ALWAYS + _SELDOM)
"""Of most targets nothing changes but when they were read and are to be read."""


@dataclass(frozen=True, slots=True)
class NothingNew:
    """A reading of which `is_nothing_new` is true; `jitter` in [0, 1) spreads polls."""

    target: TargetRow
    reading: Reading
    jitter: float


def is_nothing_new(reading: Reading) -> bool:
    """Whether a reading says that a page is as it was, and nothing else."""
    return reading.unchanged and _is_plain(reading) and not reading.items


def _is_plain(reading: Reading) -> bool:
    return reading.error is None and not (reading.absent or reading.unreadable)


def take_unchanged(
    tx: Tx,
    standing: TargetStanding,
    reading: Reading,
    shown: Sequence[Compared],
    reader: str,
    jitter: float,
) -> Ingested | None:
    """Store a reading that shows nothing but what is stored, as it is stored; `reader` stands for
    the code that read it. None where more follows from it than its own marks: then nothing is
    stored."""
    taken = judge_unchanged(tx, standing, reading, shown, reader, jitter)
    if taken is not None:
        write_marks(tx.session, [standing])
    return taken


def write_marks(session: Session, standings: Sequence[TargetStanding]) -> None:
    """Write down what readings changed of these targets, by a statement or two."""
    usual: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for each in standings:
        is_usual = _seldom_read(each.as_read) == _seldom_of(each.target)
        marks, names = (usual, _ALWAYS) if is_usual else (changed, _ALWAYS + _SELDOM)
        values = {f"new_{name}": getattr(each.target, name) for name in names}
        marks.append({"target_id": each.target.id, **values})
    if usual:
        run(session, _WRITE_USUAL, usual)
    if changed:
        run(session, _WRITE_CHANGED, changed)


def judge_unchanged(
    tx: Tx,
    standing: TargetStanding,
    reading: Reading,
    shown: Sequence[Compared],
    reader: str,
    jitter: float,
) -> Ingested | None:
    """The same, with the target's own marks left on it, for `write_marks`."""
    target, host = standing.target, standing.host
    # A page that leaves out what is known (a date) differs, and there is nothing to write.
    changes = (entry.change for entry in shown if entry.change is not None)
    if not _is_plain(reading) or any(change.is_to_write for change in changes):
        return None
    if target.health not in SIGHTED or target.first_contact_at is None or host is None:
        return None
    if host.backoff_step or host.backoff_until or host.bad_since:
        return None
    kept = memory_of(target)
    memory = with_rhythm(tx, target, kept).looked(reading, news=False)
    judgement = judge(evidence_of(tx, target, memory, reading, shown))
    if judgement.health not in (Health.UNCHANGED, Health.OK):
        return None
    if not reading.unchanged and target.health != judgement.health:
        return None
    if reading.unchanged:
        reviews.still_seen(tx.session, memory.open_on_first, tx.now)
    if shown:
        reviews.mark_seen(tx.session, shown, reading.read_at, reader)
    gone = count_missing(tx, target, reading, judgement)
    awaits, pressing = False, standing.is_pressing
    if not reading.unchanged:
        at_end = at_end_of(tx.session, target.id or 0, tx.now - AWAITED)
        awaits, pressing = at_end.awaits, at_end.is_pressing
        note_reading(tx.session, target, reading, target.health, at_end.last)
    memory = remember(tx, target, reading, memory, judgement, new=0, stuck=0, awaits=awaits)
    if memory is not kept or reading.memory:
        keep_memory(target, memory, reading.memory)
    target.failures = 0
    again_at = read_again_at(
        tx, target, host, reading, judgement, memory, jitter, pressing=pressing
    )
    target.next_poll_at = again_at or target.next_poll_at
    return Ingested(judgement.health, judgement.cause, gone=gone)
