"""When a host may be asked again. In memory while running, in the `host` rows across restarts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.store.database import Database
from reviewbot.store.tables import HostRow


@dataclass(slots=True)
class _Host:
    next_at: datetime | None = None
    held_until: datetime | None = None
    requests: int = 0
    changes: int = 0
    kept: int = 0
    """Of the changes, those a row holds."""


class Manners:
    """Gives each request to a host its turn. Rows are written by `save`, in a transaction that is
    made anyway: a gap forgotten in a crash is one request too early, never a storm."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._written: dict[str, tuple[int, int]] = {}

    async def next_turn(
        self, host: str, gap: timedelta, longest: timedelta = timedelta.max
    ) -> datetime:
        """Return when this request may be sent, and keep the next one `gap` away from it. A turn
        that is more than `longest` away is not taken: nobody will wait for it."""
        known = self._hosts.get(host)
        if known is None:
            row = await self._db.read(lambda session: session.get(HostRow, host))
            known = self._hosts.setdefault(host, _Host())
            if row is not None:
                known.next_at = known.next_at or row.next_allowed_at
                known.held_until = known.held_until or row.retry_after_until
        now = self._clock.now()
        # Those that wait for the end of a rest go one after another, too.
        first = max(now, known.held_until or now)
        # A wall clock set back must not turn a gap into an hour.
        queued = min(known.next_at or first, first + max(gap * 10, timedelta(minutes=1)))
        turn = max(first, queued)
        if turn - now > longest:
            return turn
        known.next_at = turn + gap
        known.requests += 1
        known.changes += 1
        return turn

    def hold(self, host: str, until: datetime) -> None:
        """Leave the host alone until then: it said so (Retry-After)."""
        known = self._hosts.setdefault(host, _Host())
        known.held_until = until
        known.changes += 1

    def is_held(self, host: str) -> bool:
        """Whether the host is to be left alone now."""
        known = self._hosts.get(host)
        return known is not None and bool(
            known.held_until and known.held_until > self._clock.now()
        )

    def save(self, session: Session, now: datetime) -> None:
        """Write what changed since the last save. May run again with its transaction: the counts
        are added only by `saved`."""
        written: dict[str, tuple[int, int]] = {}
        # A copy: this runs in the writer's thread, while other hosts are met in the loop's.
        for name, known in list(self._hosts.items()):
            if known.changes == known.kept:
                continue
            written[name] = known.changes, known.requests
            row = session.get(HostRow, name)
            if row is None:
                row = HostRow(name=name)
                session.add(row)
                session.flush()
            row.next_allowed_at = known.next_at
            if known.held_until:
                row.retry_after_until = known.held_until
            today = now.date().isoformat()
            if row.requests_on != today:
                row.requests_on, row.requests = today, 0
            row.requests += written[name][1]
        self._written = written

    def saved(self) -> None:
        """The transaction of the last `save` is committed."""
        written, self._written = self._written, {}
        for name, (changes, requests) in written.items():
            # What came meanwhile, a Retry-After say, waits for the next save.
            self._hosts[name].kept = changes
            self._hosts[name].requests -= requests
