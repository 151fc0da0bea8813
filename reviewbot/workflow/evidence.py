"""What is known of a target, gathered for core.health to judge a reading by."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.arrival_rate import silence
from reviewbot.core.readings.health import Evidence, Judgement, next_poll
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.store.reviews import Compared
from reviewbot.store.tables import ReviewRow, TargetRow, TargetStateRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.learned_rate import gap_of, rhythm_of, zone_of

CANARIES = 5
RING_LASTS = timedelta(days=1)


def evidence_of(
    tx: Tx,
    target: TargetRow,
    own: dict[str, Any],
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
    canaries = [] if is_glimpse else list(own.get("canaries", ()))
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
            entry.stored is not None and entry.stored.values["gone_at"] is None for entry in shown
        ),
        counter=reading.counters.reviews,
        counter_before=own.get("counter"),
        lacking_before=own.get("lacking"),
        canaries=len(canaries),
        canaries_seen=sum(external_id in ids for external_id in canaries),
        reaches=reading.complete or reading.sweep,
        doubts=int(own.get("doubts", 0)),
        unheard=_unheard(own, reading, shown),
        silence=silence(
            rhythm_of(own),
            target.last_new_at,
            reading.read_at,
            zone,
            next_look=_next_look(tx.settings, target, own),
        ),
        before=_before(tx.session, target),
    )


def _unheard(own: dict[str, Any], reading: Reading, shown: Sequence[Compared]) -> int:
    """Count a reading that shows no news since the doorbell rang; `own` keeps the count until
    there is news, or for a day: what was announced may have been taken back."""
    rung = own.get("rung")
    if not rung or reading.error is not None:
        return 0
    rung_at, readings = datetime.fromisoformat(rung[0]), int(rung[1])
    news = any(entry.stored is None or (entry.change and entry.change.kinds) for entry in shown)
    if news or reading.read_at - rung_at > RING_LASTS:
        own["rung"] = None
        return 0
    own["rung"] = [rung[0], readings + 1]
    return readings + 1


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


def _next_look(settings: Settings, target: TargetRow, own: dict[str, Any]) -> timedelta:
    """How long at most until a target that is well is read again."""
    entry = settings.targets.get(target.key)
    if entry is None:
        return timedelta()
    return next_poll(
        Health.OK,
        every=entry.every,
        every_max=entry.every_max,
        expected_gap=gap_of(own),
        failures=0,
        pressing=False,
        jitter=1.0,
    )


def believed(
    own: dict[str, Any], reading: Reading, judgement: Judgement, new: int
) -> dict[str, Any]:
    """Return what the next reading is to be judged by."""
    out: dict[str, Any] = {"doubts": judgement.doubts}
    if reading.error is None and not reading.unchanged:
        pages = max(reading.pages, int(own.get("history_pages", 0)))
        out["history_pages"] = pages
        if reading.complete or reading.sweep:
            out["history_read"] = True
        out["owed"] = reading.owed
    if not judgement.is_sighted or reading.error is not None or reading.unchanged:
        return out
    counter = reading.counters.reviews
    if counter is not None and not judgement.doubts:
        out["counter"] = counter
    if counter is not None and reading.is_whole:
        out["lacking"] = max(0, counter - len(reading.items))
    by_date = {item.external_id: item.published_at for item in reading.items}
    dated = sorted(
        (name for name in reading.first_page if by_date.get(name)),
        key=lambda name: by_date[name] or reading.read_at,
        reverse=True,
    )
    out["canaries"] = (dated or list(reading.first_page))[:CANARIES]
    return out


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
