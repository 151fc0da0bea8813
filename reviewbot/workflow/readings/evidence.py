"""What is known of a target, gathered for core.readings.health to judge a reading by."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.arrival_rate import silence
from reviewbot.core.readings.health import Evidence, next_poll
from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.core.settings import Settings
from reviewbot.store.reviews import Compared
from reviewbot.store.tables import ReviewRow, TargetRow, TargetStateRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.readings.learned_rate import zone_of


def evidence_of(
    tx: Tx,
    target: TargetRow,
    memory: TargetMemory,
    reading: Reading,
    shown: Sequence[Compared],
) -> Evidence:
    """Return the evidence of one reading against the target's memory and rows."""
    ids = {item.external_id for item in reading.items}
    zone = zone_of(tx.settings, target)
    # A list of the few newest, and one of the last days, drop reviews as they should.
    is_glimpse = reading.window is not None or (
        reading.depth is not None and len(reading.first_page) >= reading.depth
    )
    canaries = [] if is_glimpse else list(memory.canaries)
    return Evidence(
        error=reading.error,
        first_contact=target.first_contact_at is None,
        unchanged=reading.unchanged,
        listed=len(reading.items),
        unreadable=len(reading.unreadable),
        complete=reading.complete,
        depth=reading.depth,
        new=sum(entry.stored is None for entry in shown),
        held=_held(tx.session, target, reading),
        recognised=sum(
            entry.stored is not None and entry.stored.of("gone_at") is None for entry in shown
        ),
        counter=reading.counters.reviews,
        counter_before=memory.counter,
        lacking_before=memory.lacking,
        canaries=len(canaries),
        canaries_seen=sum(external_id in ids for external_id in canaries),
        reaches=reading.complete or reading.sweep,
        doubts=memory.doubts,
        unheard=memory.unheard if reading.error is None else 0,
        silence=silence(
            memory.rhythm,
            target.last_new_at,
            reading.read_at,
            zone,
            next_look=_next_look(tx.settings, target, memory),
        ),
        before=_before(tx.session, target),
    )


def _before(session: Session, target: TargetRow) -> Health | None:
    """How the target was when it was last in sight; else how it is: a block says nothing of what
    the page held."""
    if not target.health or target.health in SIGHTED:
        return Health(target.health) if target.health else None
    seen = session.exec(
        select(TargetStateRow.health)
        .where(
            TargetStateRow.target_id == target.id,
            col(TargetStateRow.health).in_(sorted(SIGHTED)),
        )
        .order_by(col(TargetStateRow.id).desc())
        .limit(1)
    ).first()
    return Health(seen or target.health)


def _next_look(settings: Settings, target: TargetRow, memory: TargetMemory) -> timedelta:
    """How long at most until a target that is well is read again."""
    entry = settings.targets.get(target.key)
    if entry is None:
        return timedelta()
    return next_poll(
        Health.OK,
        every=entry.every,
        every_max=entry.every_max,
        expected_gap=memory.expected_gap,
        failures=0,
        pressing=False,
        jitter=1.0,
    )


def _held(session: Session, target: TargetRow, reading: Reading) -> int:
    """How many stored reviews the list must still show; counted only where it is asked."""
    if reading.unchanged or (reading.items and not reading.complete):
        return 0
    count = select(func.count()).where(
        col(ReviewRow.target_id) == target.id, col(ReviewRow.gone_at).is_(None)
    )
    if reading.window is not None:
        count = count.where(col(ReviewRow.published_at) > reading.read_at - reading.window)
    return session.exec(count).one()
