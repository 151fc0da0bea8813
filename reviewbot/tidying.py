"""What is done about rows once an hour: old ones go, the file of the forgotten is kept up."""

import logging
from datetime import datetime

from reviewbot.core.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.privacy import forgotten, retention
from reviewbot.workflow.upkeep import day_counts

log = logging.getLogger(__name__)


async def tidy(db: Database, settings: Settings, now: datetime) -> None:
    """Let go of what is over, batch by batch: others have the writer between two. What is then
    deleted is not kept in the write-ahead log, either."""
    gone, keep = 0, settings.keep_messages
    while went := await db.write(lambda rows: retention.prune(rows, now, keep)):
        gone += went
    if gone:
        log.info("tidy: %d rows older than %s are gone", gone, keep)
    while await db.write(lambda rows: day_counts.count_days(rows, now)):
        pass
    if differ := await db.write(lambda rows: day_counts.check_day(rows, now)):
        log.error("counts of a day differed from its reviews at %d pages: counted anew", differ)
    await db.read(forgotten.keep_or_tell)
    await db.empty_log()
