"""What a reading leaves on its target for the next one: when it was read, what says that the first
page stayed as it is, what was learned."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from reviewbot.core.model import OPEN_STATES, Health
from reviewbot.core.readings.health import Judgement
from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.store.database import padded, run
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx


def remember(
    tx: Tx,
    target: TargetRow,
    reading: Reading,
    memory: TargetMemory,
    judgement: Judgement,
    *,
    new: int,
    stuck: int,
    awaits: bool,
) -> TargetMemory:
    """Write down on the target what the next reading needs; return its memory, which is not kept
    yet. `new` reviews came, `stuck` could not be taken in; `awaits`: one went missing lately."""
    now = tx.now
    trusted = judgement.is_sighted and reading.error is None
    if target.first_contact_at is None and (
        trusted or reading.items or judgement.health is Health.UNCONFIRMED
    ):
        target.first_contact_at = now
        dates = [item.published_at for item in reading.items if item.published_at]
        target.last_new_at = min(now, max(dates, default=now))
    elif new:
        target.last_new_at = now
    memory = memory.read(reading, judgement, new=bool(new))
    if trusted:
        target.last_reading_at = now
        if not reading.unchanged:
            certain = not (judgement.doubts or stuck or awaits)
            opened = _remember_page(tx, target, reading, certain=certain)
            memory = memory.with_open_on_first(opened)
        to_the_end = reading.sweep or reading.complete
        if to_the_end or (memory.history_read and target.last_sweep_at is None):
            target.last_sweep_at = now
        if reading.is_whole and not reading.unchanged:
            target.last_complete_at = now
    elif reading.error is None or reading.pages == 0:
        # What could not be believed must not pass as "unchanged" next time.
        target.essence = target.etag = target.last_modified = None
    return memory


def _remember_page(tx: Tx, target: TargetRow, reading: Reading, *, certain: bool) -> list[int]:
    """Keep what says that the first page stayed as it is; return its reviews with open tickets."""
    target.essence = reading.essence if certain else None
    target.etag = reading.etag if certain else None
    target.last_modified = reading.last_modified if certain else None
    if not reading.first_page:
        return []
    asked = {
        "target_id": target.id,
        "names": padded(reading.first_page),
        "read_at": reading.read_at,
    }
    return list(run(tx.session, _OPEN_OF_PAGE, asked).scalars())


_OPEN_OF_PAGE = (
    select(ReviewRow.id)
    .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
    .where(
        col(ReviewRow.target_id) == bindparam("target_id"),
        col(ReviewRow.external_id).in_(bindparam("names", expanding=True)),
        col(ReviewRow.reply_seen_at).is_(None),
        # A page that leaves replies out proves nothing by staying as it is.
        col(ReviewRow.unanswered_seen_at) == bindparam("read_at"),
        col(TicketRow.state).in_(OPEN_STATES),
    )
)
