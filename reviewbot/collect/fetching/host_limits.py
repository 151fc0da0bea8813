"""When a host may be asked again. In memory while running, in the `host` rows across restarts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.store import hosts
from reviewbot.store.database import COMMITTED, Database


@dataclass(slots=True)
class _Host:
    next_at: datetime | None = None
    held_until: datetime | None = None

    def is_held_at(self, now: datetime) -> bool:
        return self.held_until is not None and self.held_until > now


class HostLimits:
    """Gives each request to a host its turn. Rows are written by `save`, in a transaction that is
    made anyway: a gap forgotten in a crash is one request too early, never a storm."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._unsaved: set[str] = set()
        self._hanging: set[str] = set()

    async def next_turn(
        self, host: str, gap: timedelta, longest: timedelta = timedelta.max
    ) -> datetime:
        """Return when this request may be sent, and keep the next one `gap` away from it. A turn
        that is more than `longest` away is not taken: nobody will wait for it."""
        known = self._hosts.get(host)
        if known is None:
            kept = await self._db.read(lambda rows: hosts.turn_of(rows, host))
            known = self._hosts.setdefault(host, _Host())
            known.next_at = known.next_at or kept.next_allowed_at
            known.held_until = known.held_until or kept.held_until
        now = self._clock.now()
        # Those that wait for the end of a rest go one after another, too.
        first = max(now, known.held_until or now)
        # A wall clock set back must not turn a gap into an hour.
        queued = min(known.next_at or first, first + max(gap * 10, timedelta(minutes=1)))
        turn = max(first, queued)
        if turn - now > longest:
            return turn
        known.next_at = turn + gap
        self._unsaved.add(host)
        return turn

    def hold(self, host: str, until: datetime) -> None:
        """Leave the host alone until then: it said so (Retry-After)."""
        self._hosts.setdefault(host, _Host()).held_until = until
        self._unsaved.add(host)

    def is_held(self, host: str) -> bool:
        """Whether the host is to be left alone now."""
        known = self._hosts.get(host)
        return known is not None and known.is_held_at(self._clock.now())

    def clock_set_back(self, by: timedelta) -> None:
        """Keep turns and rests as long as they were after the clock was set back."""
        for known in self._hosts.values():
            known.next_at = known.next_at and known.next_at - by
            known.held_until = known.held_until and known.held_until - by
        self._unsaved.update(self._hosts)

    def note_hanging(self, host: str, hangs: bool) -> None:
        """Keep whether the host's last answer did not come in time. A restart forgets it."""
        (self._hanging.add if hangs else self._hanging.discard)(host)

    def is_hanging(self, host: str) -> bool:
        """Whether asking this host will likely wait in vain, until it has answered once."""
        return host in self._hanging

    def save(self, session: Session, now: datetime) -> None:
        """Write down what is still to come and not written yet; what is past binds nobody after a
        restart."""
        # A copy: this runs in the writer's thread, while other hosts are met in the loop's.
        unsaved = [self._turn_of(host) for host in list(self._unsaved)]
        standing = [
            turn
            for turn in unsaved
            if any(until and until > now for until in (turn.next_allowed_at, turn.held_until))
        ]
        hosts.keep_turns(session, standing)

        def note() -> None:
            for turn in unsaved:
                # One that was given meanwhile is added after it is told, and found by either.
                self._unsaved.discard(turn.host)
                if turn != self._turn_of(turn.host):
                    self._unsaved.add(turn.host)

        session.info[COMMITTED] = note

    def _turn_of(self, host: str) -> hosts.HostTurn:
        known = self._hosts[host]
        return hosts.HostTurn(host, known.next_at, known.held_until)
