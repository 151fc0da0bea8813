"""Counts the days that are over, so that figures of a period need not read every review of it.

A count is out of date with the first change of what it counts: the database marks it
(store.days.day_marks), figures read the reviews meanwhile, and it is counted again here.
"""

import json
from collections import Counter
from datetime import datetime

from sqlmodel import Session

from reviewbot.core.model import Tone
from reviewbot.core.trends.came import Came
from reviewbot.queries.counting import came_at_targets, came_on
from reviewbot.store.days import day_counts
from reviewbot.store.days.day_counts import WholeDays
from reviewbot.store.tables import DayCountRow

CHECKED = 400
"""Days back that are compared with the reviews, one an hour."""
BATCH = 1000
"""Days of targets in one transaction, about: others have the writer between two."""


def count_days(session: Session, now: datetime) -> int:
    """Count a batch of the days that wait, the newest first; return of how many days at targets.
    0: nothing waits. To be called again until then, each time in a transaction of its own."""
    days = day_counts.waiting(session, now, BATCH)
    if days is None:
        return 0
    found = came_on(session, days).items()
    counts = [{"day": day, "target_id": where, **_columns(came)} for (day, where), came in found]
    return day_counts.keep(session, days, counts)


def check_day(session: Session, now: datetime) -> int:
    """Count one day of the last CHECKED anew, each hour another one, and compare; return at how
    many targets it differed from what was kept. Those are counted again."""
    hour = int(now.timestamp()) // 3600
    day = day_counts.today(now) - 1 - hour % CHECKED
    kept = day_counts.kept_on(session, day)
    came = came_at_targets(session, WholeDays(day, day + 1))
    waits = day_counts.waits_on(session, day)
    wrong = {
        target_id
        for target_id in kept.keys() | came.keys()
        if target_id not in waits and _of_row(kept.get(target_id)) != _columns(came[target_id])
    }
    day_counts.let_go(session, day, wrong)
    return len(wrong)


def _of_row(row: DayCountRow | None) -> dict[str, object]:
    return row.model_dump(exclude={"day", "target_id"}) if row is not None else _columns(Came())


def _columns(came: Came) -> dict[str, object]:
    return {
        "reviews": came.reviews,
        **{tone.value: came.tones[tone] for tone in Tone},
        "wordless": came.wordless,
        "topics": _told(came.topics),
        "praise": _told(came.praise),
    }


def _told(numbers: Counter[str]) -> str | None:
    """The same numbers are the same text: figures read each text once."""
    return json.dumps(numbers, sort_keys=True, ensure_ascii=False) if numbers else None
