"""Everything that is wrong right now, in rows: what `reviewbot doctor` tells."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, col, select

from reviewbot.core.model import SIGHTED, BotKey, WorkKind
from reviewbot.core.readings.health import blind_time
from reviewbot.store.chats import DEAD
from reviewbot.store.queues import deliveries, inbox, work
from reviewbot.store.queues.outbox import UNSENT, WAITS_SINCE
from reviewbot.store.tables import (
    ChatRow,
    HostRow,
    InboxRow,
    OutboxRow,
    SummaryRow,
    TargetRow,
    TargetStateRow,
    WorkRow,
)
from reviewbot.store.targets import is_count_doubted

PERIOD = timedelta(days=7)
SHOWN = 20
"""Rows of one kind that are listed; the count is always whole."""


@dataclass(frozen=True, slots=True)
class BlindTarget:
    """A target out of sight. `blind_for`: how long in the last PERIOD, this time included;
    `is_count_doubted`: a person's word on the site's counter would do."""

    key: str
    source: str
    host: str
    health: str
    since: datetime | None
    cause: str
    attempts: int
    last_reading_at: datetime | None
    next_poll_at: datetime | None
    has_sample: bool
    blind_for: timedelta
    is_count_doubted: bool


@dataclass(frozen=True, slots=True)
class Parked:
    """A message or a press that was given up."""

    row_id: int
    what: str
    chat: str
    since: datetime
    error: str
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """Work on a site that waits or whose outcome nobody knows."""

    row_id: int
    kind: str
    ticket_id: int | None
    not_before: datetime
    attempts: int
    error: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class DeadChat:
    chat_id: int
    title: str
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong. Empty everywhere: nothing is. `states`: how many targets are in each;
    `was_blind`: targets in sight that were not for a part of the last PERIOD."""

    integrity: str
    targets: int
    states: dict[str, int]
    never_read: int
    blind: tuple[BlindTarget, ...]
    was_blind: tuple[tuple[str, timedelta], ...]
    resting: tuple[tuple[str, datetime], ...]
    parked: tuple[Parked, ...]
    dead_chats: tuple[DeadChat, ...]
    work: tuple[Stuck, ...]
    given_up: tuple[Parked, ...]
    """Work that was closed as failed in the last day, most of all by a fault of the bot."""
    waiting: int
    oldest: datetime | None
    telegram: str = ""
    telegram_since: datetime | None = None
    unpinned: tuple[tuple[str, str], ...] = ()
    """Chats whose summary Telegram would not pin, and its reason: no ailment, it is kept."""
    guests_bot: str = ""
    """What is wrong with the guests' own bot."""
    guests_bot_since: datetime | None = None

    @property
    def is_well(self) -> bool:
        return (
            self.integrity == "ok"
            and not self.blind
            and not self.parked
            and not self.given_up
            and not self.dead_chats
            and not self.telegram
            and not self.guests_bot
            and not any(row.is_overdue or row.error for row in self.work)
        )


def examine(session: Session, now: datetime) -> Diagnosis:
    """Look at everything once; reads only."""
    targets = session.exec(
        select(TargetRow).where(col(TargetRow.retired_at).is_(None)).order_by(TargetRow.key)
    ).all()
    hosts = session.exec(select(HostRow).order_by(HostRow.name)).all()
    unsent = session.exec(
        select(WAITS_SINCE).where(*UNSENT, col(OutboxRow.not_before) <= now).order_by(WAITS_SINCE)
    ).all()
    telegram, telegram_since = inbox.trouble(session) or ("", None)
    guests_bot, guests_bot_since = inbox.trouble(session, BotKey.GUESTS) or ("", None)
    unseen = blind_times(session, now - PERIOD, now)
    blind = [row for row in targets if row.health and row.health not in SIGHTED]
    return Diagnosis(
        integrity=integrity(session),
        targets=len(targets),
        states=dict(Counter(row.health for row in targets if row.health)),
        never_read=sum(not row.health for row in targets),
        blind=tuple(_blind(session, row, unseen.get(row.id, timedelta())) for row in blind),
        was_blind=tuple(
            (row.key, unseen[row.id])
            for row in targets
            if row.health in SIGHTED and row.id in unseen
        ),
        resting=tuple((host.name, until) for host in hosts if (until := _rests_until(host, now))),
        parked=tuple(_parked(session)),
        dead_chats=tuple(
            DeadChat(row.chat_id, row.title or "", row.dead_since, row.reason or "")
            for row in session.exec(select(ChatRow).where(*DEAD))
            if row.dead_since is not None
        ),
        work=tuple(_work(session, now)),
        given_up=tuple(_given_up(session, now)),
        waiting=len(unsent),
        oldest=unsent[0] if unsent else None,
        telegram=telegram,
        telegram_since=telegram_since,
        unpinned=tuple(
            (row.chat_key, row.pin_error or "")
            for row in session.exec(
                select(SummaryRow).where(col(SummaryRow.pin_error).is_not(None))
            )
        ),
        guests_bot=guests_bot,
        guests_bot_since=guests_bot_since,
    )


def blind_times(session: Session, start: datetime, end: datetime) -> dict[int | None, timedelta]:
    """Return how long each target (by id) was out of sight in [start, end), where it was."""
    rows = session.exec(
        select(TargetStateRow.target_id, TargetStateRow.since, TargetStateRow.health)
        .join(TargetRow, col(TargetRow.id) == TargetStateRow.target_id)
        .where(col(TargetRow.retired_at).is_(None), TargetStateRow.since < end, was_hidden(end))
        .order_by(col(TargetStateRow.target_id), col(TargetStateRow.id))
    )
    lengths = {}
    for target_id, changes in groupby(rows, key=itemgetter(0)):
        blind_for = blind_time([(since, health) for _, since, health in changes], start, end)
        if blind_for:
            lengths[target_id] = blind_for
    return lengths


def was_hidden(before: datetime) -> ColumnElement[bool]:
    """Return the condition on TargetStateRow that its target was ever out of sight before then:
    most never were, and their changes need not be read."""
    hidden = select(TargetStateRow.target_id).where(
        TargetStateRow.since < before, col(TargetStateRow.health).not_in(sorted(SIGHTED))
    )
    return col(TargetStateRow.target_id).in_(hidden)


def _rests_until(host: HostRow, now: datetime) -> datetime | None:
    holds = (host.backoff_until, host.retry_after_until)
    return max((moment for moment in holds if moment and moment > now), default=None)


def integrity(session: Session) -> str:
    """Return "ok", or what SQLite found broken; a server's database looks after itself."""
    if session.get_bind().dialect.name != "sqlite":
        return "ok"
    answers = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(10)"))]
    broken = [] if answers == ["ok"] else answers
    broken += [
        f"{row[0]}, row {row[1]}: refers to {row[2]}, which is not there"
        for row in session.execute(text("PRAGMA foreign_key_check")).fetchmany(10)
    ]
    return "; ".join(broken) or "ok"


def sample_of(session: Session, target_key: str) -> str | None:
    """Return the page kept when the target last went out of sight."""
    return session.exec(
        select(TargetStateRow.sample)
        .join(TargetRow, col(TargetRow.id) == TargetStateRow.target_id)
        .where(TargetRow.key == target_key, col(TargetStateRow.sample).is_not(None))
        .order_by(col(TargetStateRow.id).desc())
        .limit(1)
    ).first()


def _blind(session: Session, row: TargetRow, blind_for: timedelta) -> BlindTarget:
    state = session.exec(
        select(TargetStateRow)
        .where(TargetStateRow.target_id == row.id)
        .order_by(col(TargetStateRow.id).desc())
        .limit(1)
    ).first()
    return BlindTarget(
        row.key,
        row.source,
        row.host,
        row.health,
        row.health_since,
        (state.cause if state else None) or "",
        row.failures,
        row.last_reading_at,
        row.next_poll_at,
        bool(state and state.sample),
        blind_for,
        is_count_doubted(row),
    )


def _parked(session: Session) -> list[Parked]:
    messages = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.parked_at).is_not(None))
        .order_by(col(OutboxRow.parked_at).desc())
        .limit(SHOWN)
    ).all()
    presses = session.exec(
        select(InboxRow)
        .where(col(InboxRow.parked_at).is_not(None))
        .order_by(col(InboxRow.parked_at).desc())
        .limit(SHOWN)
    ).all()
    return [
        *(
            Parked(
                row.id or 0,
                row.kind,
                row.chat_key,
                row.parked_at or row.created_at,
                row.error or "",
                row.ticket_id,
            )
            for row in messages
        ),
        *(
            Parked(row.id or 0, "update", "", row.parked_at or row.received_at, row.error or "")
            for row in presses
        ),
        *(
            Parked(
                row.id or 0, row.event, row.channel, row.dead_at or row.created_at, row.error or ""
            )
            for row in deliveries.dead(session, SHOWN)
        ),
    ]


def _given_up(session: Session, now: datetime) -> list[Parked]:
    rows = work.given_up(session, now - timedelta(days=1), SHOWN)
    return [
        Parked(row.id or 0, row.kind, "", row.done_at or now, row.error or "", row.ticket_id)
        for row in rows
    ]


def _work(session: Session, now: datetime) -> list[Stuck]:
    rows = session.exec(
        select(WorkRow)
        .where(
            col(WorkRow.done_at).is_(None),
            col(WorkRow.cancelled_at).is_(None),
            col(WorkRow.kind) != WorkKind.POLL_NOW,
        )
        .order_by(col(WorkRow.not_before))
        .limit(SHOWN)
    ).all()
    return [
        Stuck(
            row.id or 0,
            row.kind,
            row.ticket_id,
            row.not_before,
            row.attempts,
            row.error or "",
            (now - row.not_before).total_seconds() > 600,
        )
        for row in rows
    ]
