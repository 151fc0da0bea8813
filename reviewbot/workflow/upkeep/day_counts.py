"""Counts the days that are over, so that figures of a period need not read every review of it.

A count is out of date with the first change of what it counts: the database marks it
(store.days.day_marks), figures read the reviews meanwhile, and it is counted again here.
"""

import json
from collections import Counter
from datetime import datetime

from sqlmodel import Session

from reviewbot.core.model import Tone
from reviewbot.queries.counting import came_on
from reviewbot.store.days import day_counts

BATCH = 1000
"""Days of targets in one transaction, about: others have the writer between two."""


def count_days(session: Session, now: datetime) -> int:
    """Count a batch of the days that wait, the newest first; return of how many days at targets.
    0: nothing waits. To be called again until then, each time in a transaction of its own."""
    days = day_counts.waiting(session, now, BATCH)
    if days is None:
        return 0
    return day_counts.keep(
        session,
        days,
        (
            {
                "day": day,
                "target_id": target_id,
                "reviews": came.reviews,
                **{tone.value: came.tones[tone] for tone in Tone},
                "wordless": came.wordless,
                "topics": _told(came.topics),
                "praise": _told(came.praise),
            }
            for (day, target_id), came in came_on(session, days).items()
        ),
    )


def _told(numbers: Counter[str]) -> str | None:
    """The same numbers are the same text: figures read each text once."""
    return json.dumps(numbers, sort_keys=True, ensure_ascii=False) if numbers else None
