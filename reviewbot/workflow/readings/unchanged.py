"""A page that is as it was, at a target that is well: the most frequent reading by far, judged as
every other one and written by one small statement.

Whatever is more than that (a host that rested, a state that changes, a review asked for alone) is
`workflow.ingest`'s.
"""

from sqlalchemy import Table, bindparam, select, update

from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.health import Judgement, judge
from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.store import reviews
from reviewbot.store.tables import HostRow, TargetRow
from reviewbot.store.targets import keep_memory, memory_of
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import plain
from reviewbot.workflow.readings.evidence import evidence_of
from reviewbot.workflow.readings.learned_rate import with_rhythm
from reviewbot.workflow.readings.target_health import read_again_at

_TARGET: Table = TargetRow.__table__  # type: ignore[attr-defined]
_HOST: Table = HostRow.__table__  # type: ignore[attr-defined]
_FIND_TARGET = select(_TARGET).where(_TARGET.c.id == bindparam("target_id"))
_FIND_HOST = select(_HOST).where(_HOST.c.name == bindparam("host"))
_WRITE = (
    update(_TARGET)
    .where(_TARGET.c.id == bindparam("target_id"))
    .values(
        failures=0,
        last_reading_at=bindparam("read_at"),
        last_sweep_at=bindparam("swept_at"),
        next_poll_at=bindparam("again_at"),
        memory=bindparam("kept", type_=_TARGET.c.memory.type),
    )
)


def is_nothing_new(reading: Reading) -> bool:
    """Whether a reading says that a page is as it was, and nothing else."""
    return (
        reading.unchanged
        and reading.error is None
        and not (reading.items or reading.absent or reading.unreadable)
    )


def take_unchanged(tx: Tx, target_id: int, reading: Reading, jitter: float) -> Judgement | None:
    """Store a reading that `is_nothing_new`; None where more follows from it than its own marks:
    then nothing is stored."""
    found = tx.session.execute(_FIND_TARGET, {"target_id": target_id}).mappings().one()
    target = plain(TargetRow, dict(found))
    resting = tx.session.execute(_FIND_HOST, {"host": target.host}).mappings().first()
    if target.health not in SIGHTED or target.first_contact_at is None or resting is None:
        return None
    host = plain(HostRow, dict(resting))
    if host.backoff_step or host.backoff_until or host.bad_since:
        return None
    memory = with_rhythm(tx, target, memory_of(target)).looked(reading, news=False)
    judgement = judge(evidence_of(tx, target, memory, reading, []))
    if judgement.health is not Health.UNCHANGED:
        return None
    reviews.still_seen(tx.session, memory.open_on_first, tx.now)
    memory = memory.read(reading, judgement, new=False)
    keep_memory(target, memory, reading.memory)
    target.failures = 0
    again_at = read_again_at(tx, target, host, judgement, memory, jitter)
    values = {
        "target_id": target_id,
        "read_at": tx.now,
        "swept_at": _swept_at(target, reading, memory, tx),
        "again_at": again_at or target.next_poll_at,
        "kept": target.memory,
    }
    tx.session.execute(_WRITE, values)
    return judgement


def _swept_at(target: TargetRow, reading: Reading, memory: TargetMemory, tx: Tx) -> object:
    to_the_end = reading.sweep or reading.complete
    if to_the_end or (memory.history_read and target.last_sweep_at is None):
        return tx.now
    return target.last_sweep_at
