"""Whether a reading can be believed, and when to read again. Pure: jitter is passed in.

Emptiness must be proven: against the site's counter, against reviews that must still be there
(canaries) and against the target's own rhythm (`core.readings.arrival_rate`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewbot.core.errors import (
    Blocked,
    CollectError,
    Denied,
    LayoutChanged,
    OwnFault,
    RateLimited,
    TargetGone,
)
from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.arrival_rate import Silence

DOUBTS_TO_SUSPECT = 2
"""A counter runs ahead of the list for a while; twice in a row is no delay of the site's."""

UNHEARD_TO_SUSPECT = 3
"""A site mails at once and shows a review when it has looked at it itself."""

HOST_WIDE = frozenset(
    {
        Health.BLOCKED,
        Health.RATE_LIMITED,
        Health.UNREACHABLE,
        Health.LAYOUT_CHANGED,
        Health.OWN_FAULT,
    }
)
"""States that are the host's rather than one location's: people are told once per host."""

PATIENT = frozenset({Health.UNREACHABLE, Health.RATE_LIMITED})
"""States that pass by themselves often enough: people are told at the second reading in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one reading brought, beside what we knew. Counts are of reviews.

    `held`: reviews stored and not gone that the site's list can still show; `recognised`: of
    those, how many this reading showed; `new`: seen for the first time. `counter` is the site's,
    `counter_before` that of the last reading we believed (None: the site does not tell),
    `lacking_before` by how much it was above the last whole list we believed.
    `canaries`: reviews of the last first page, `canaries_seen` how many of them came again;
    `reaches`: the reading went as far as that page did. `doubts`: readings in a row, before this
    one, that contradicted the counter. `unheard`: readings, this one among them, that showed no
    news since the doorbell announced a review here.
    """

    error: CollectError | None = None
    first_contact: bool = False
    unchanged: bool = False
    listed: int = 0
    unreadable: int = 0
    complete: bool = False
    depth: int | None = None
    new: int = 0
    held: int = 0
    recognised: int = 0
    counter: int | None = None
    counter_before: int | None = None
    lacking_before: int | None = None
    canaries: int = 0
    canaries_seen: int = 0
    reaches: bool = False
    doubts: int = 0
    unheard: int = 0
    silence: Silence | None = None
    before: Health | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the reading ended and why. `doubts` to remember for the next one."""

    health: Health
    cause: str = ""
    doubts: int = 0

    @property
    def is_sighted(self) -> bool:
        return self.health in SIGHTED


def judge(evidence: Evidence) -> Judgement:
    """Return how a reading ended: the first of the tests below that has something to say."""
    if evidence.error is not None:
        return Judgement(health_of(evidence.error), evidence.error.reason, evidence.doubts)
    for test in (_nothing_readable, _nothing_listed, _canaries_gone, _far_fewer):
        if judgement := test(evidence):
            return judgement
    doubts = evidence.doubts + 1 if (doubt := _counter_doubt(evidence)) else 0
    if doubt and doubts >= DOUBTS_TO_SUSPECT:
        return Judgement(Health.SUSPICIOUS, doubt, doubts)
    if evidence.unheard >= UNHEARD_TO_SUSPECT and not evidence.new:
        return Judgement(
            Health.SUSPICIOUS,
            f"the site announced a review, and {evidence.unheard} readings since show none",
            doubts,
        )
    if evidence.silence is not None and evidence.silence.too_long and not evidence.new:
        return Judgement(Health.SUSPICIOUS, evidence.silence.cause, doubts)
    if evidence.unreadable:
        return Judgement(
            Health.DEGRADED,
            f"{evidence.unreadable} of {evidence.unreadable + evidence.listed} reviews "
            "could not be read",
            doubts,
        )
    return Judgement(Health.UNCHANGED if evidence.unchanged else Health.OK, "", doubts)


def health_of(error: CollectError) -> Health:
    """Return the state that an error of the contract leaves a target in."""
    if isinstance(error, Blocked):
        return Health.BLOCKED
    if isinstance(error, RateLimited):
        return Health.RATE_LIMITED
    if isinstance(error, Denied):
        return Health.DENIED
    if isinstance(error, TargetGone):
        return Health.TARGET_GONE
    if isinstance(error, LayoutChanged):
        return Health.LAYOUT_CHANGED
    if isinstance(error, OwnFault):
        return Health.OWN_FAULT
    return Health.UNREACHABLE


def _nothing_readable(evidence: Evidence) -> Judgement | None:
    if evidence.unreadable and not evidence.listed:
        return Judgement(
            Health.LAYOUT_CHANGED, f"none of {evidence.unreadable} reviews could be read"
        )
    return None


def _nothing_listed(evidence: Evidence) -> Judgement | None:
    if evidence.unchanged or evidence.listed:
        return None
    if evidence.counter:
        return Judgement(
            Health.SUSPICIOUS, f"the site counts {evidence.counter} reviews and lists none"
        )
    if evidence.held:
        return Judgement(
            Health.SUSPICIOUS, f"the list is empty, yet {evidence.held} reviews were there before"
        )
    if evidence.counter == 0 or evidence.before is Health.EMPTY:
        return Judgement(Health.EMPTY)
    if evidence.before in (Health.OK, Health.UNCHANGED):
        return Judgement(Health.EMPTY)  # a window of days that had reviews and has none now
    return Judgement(
        Health.UNCONFIRMED, "no reviews, and nothing on the page that says there are none"
    )


def _canaries_gone(evidence: Evidence) -> Judgement | None:
    """Most of the last first page is not there any more, though the reading went that far."""
    lost = evidence.canaries - evidence.canaries_seen
    if evidence.unchanged or evidence.canaries < 3 or not evidence.reaches:
        return None
    if lost * 2 <= evidence.canaries:
        return None
    return Judgement(
        Health.SUSPICIOUS,
        f"{lost} of the {evidence.canaries} newest reviews known are not on the list any more",
    )


def _far_fewer(evidence: Evidence) -> Judgement | None:
    """A whole list that lacks much of what we hold, more than the site's counter fell by."""
    if not evidence.complete or evidence.unchanged:
        return None
    if evidence.depth is not None and evidence.listed >= evidence.depth:
        return None
    lost = evidence.held - evidence.recognised
    if evidence.counter is not None and evidence.counter_before is not None:
        lost -= max(0, evidence.counter_before - evidence.counter)
    if lost > max(2, evidence.held // 5):
        return Judgement(
            Health.SUSPICIOUS,
            f"{lost} of {evidence.held} known reviews are missing from the whole list",
        )
    return None


def _counter_doubt(evidence: Evidence) -> str:
    """Why the site's counter contradicts the list, or an empty string. A list that brings
    something new is alive, whatever the counter says: some reviews are counted and never shown."""
    if evidence.counter is None or evidence.first_contact or evidence.new:
        return ""
    if evidence.counter_before is not None and evidence.counter > evidence.counter_before:
        return (
            f"the site's counter rose from {evidence.counter_before} to {evidence.counter}, "
            "and the list shows nothing new"
        )
    limited = evidence.depth is not None and evidence.listed >= evidence.depth
    if not evidence.complete or evidence.unchanged or limited:
        return ""
    lacking = evidence.counter - evidence.listed - evidence.unreadable
    usual = evidence.lacking_before
    bearable = evidence.counter // 2 if usual is None else usual + evidence.counter // 10
    if lacking > max(2, bearable):
        return f"the site counts {evidence.counter} reviews and lists {evidence.listed}"
    return ""


BACKOFF_HOURS = (2, 4, 8, 16, 24)
"""A site that blocked us is asked again after hours: the ban is often for the day."""

DENIED_PAUSE = timedelta(hours=12)
LAYOUT_PAUSE = timedelta(hours=6)
SPREAD = 0.1


def backoff(step: int, jitter: float) -> timedelta:
    """How long a host rests after its `step`-th refusal in a row (from 1). `jitter` in [0, 1)."""
    hours = BACKOFF_HOURS[min(max(step, 1), len(BACKOFF_HOURS)) - 1]
    return timedelta(hours=hours) * (1 + SPREAD * jitter)


def next_poll(
    health: Health,
    *,
    every: timedelta,
    every_max: timedelta,
    expected_gap: timedelta | None,
    failures: int,
    pressing: bool,
    jitter: float,
) -> timedelta:
    """How long until the next reading. `jitter` in [0, 1) spreads targets by a tenth both ways.

    A healthy target is read about four times per expected review, between the operator's bounds;
    at `every` while a ticket of it is `pressing` (somebody waits to see a reply). Unreachable:
    twice as slowly with each failure. A target that needs a person is asked rarely.
    """
    slowest = max(every, every_max)
    pause: timedelta
    if health is Health.UNREACHABLE:
        slower: int = 1 << min(max(failures - 1, 0), 10)
        pause = min(every * slower, max(slowest, every * 4))
    elif health in (Health.DENIED, Health.TARGET_GONE):
        pause = max(DENIED_PAUSE, slowest)
    elif health in (Health.LAYOUT_CHANGED, Health.OWN_FAULT):
        # The second look comes soon: one odd page is not yet a changed layout.
        pause = every if failures <= 1 else max(LAYOUT_PAUSE, slowest)
    elif pressing or expected_gap is None or health not in SIGHTED:
        pause = every
    else:
        pause = min(max(expected_gap / 4, every), slowest)
    return pause * (1 - SPREAD + 2 * SPREAD * jitter)


def tells_people(health: Health, failures: int) -> bool:
    """Whether a blind state is worth a notice: at once, or at its second reading in a row."""
    if health in SIGHTED:
        return False
    return failures >= (2 if health in PATIENT else 1)


def blind_spans(
    changes: Iterable[tuple[datetime, str]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when in [start, end) a target was out of sight, in order, none next to another.

    `changes`: (since, state), oldest first; a target never read yet is not counted as blind.
    """
    spans, since = [], None
    for at, state in (*changes, (end, Health.OK)):
        if since is not None and (state in SIGHTED or at >= end):
            if max(since, start) < min(at, end):
                spans.append((max(since, start), min(at, end)))
            since = None
        elif since is None and state not in SIGHTED:
            since = at
    return spans


def blind_time(
    changes: Iterable[tuple[datetime, str]], start: datetime, end: datetime
) -> timedelta:
    """How long in [start, end) a target was out of sight; `changes` as for `blind_spans`."""
    return sum((until - at for at, until in blind_spans(changes, start, end)), timedelta())


def merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return spans of several targets as the times when one of them at least was out of sight."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


Jitter = Callable[[], float]
"""A number in [0, 1); made by app.py, fixed in tests."""
