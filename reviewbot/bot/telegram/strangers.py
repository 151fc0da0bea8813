"""How much of what strangers send is worked at all: decided before it is stored, so that a flood
of theirs holds up nobody of the staff list."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from reviewbot.bot.telegram.raw_updates import is_number

WINDOW = timedelta(minutes=1)
EACH = 5
"""Updates of one stranger in a WINDOW; people need one or two."""
OF_A_GUEST = 30
"""Updates of one guest who answers a survey, or comes by a link; they do not count among ALL."""
ALL = 60
"""Updates of all strangers in a WINDOW."""
LET_IN = 200
"""So many numbers of updates are remembered: two readings of a hundred."""
LIMITED = ("message", "edited_message", "callback_query", "my_chat_member")
_OF_THE_CHAT = (
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_reopened",
    "forum_topic_closed",
)
"""Messages about a chat, whoever caused them: these always count."""


def sender_of(update: Mapping[str, Any]) -> int | None:
    """Return who sent an update; None: nobody, or it is one that always counts."""
    for kind in LIMITED:
        told = update.get(kind)
        if isinstance(told, dict):
            sender = told.get("from")
            number = sender.get("id") if isinstance(sender, dict) else None
            is_about_chat = any(key in told for key in _OF_THE_CHAT)
            return number if is_number(number) and not is_about_chat else None
    return None


def by_sender(updates: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Return the updates of each sender."""
    found = defaultdict[int, list[dict[str, Any]]](list)
    for each in updates:
        if (sender := sender_of(each)) is not None:
            found[sender].append(each)
    return found


class StrangerLimits:
    """Counts in memory: a restart forgives."""

    def __init__(self) -> None:
        self._each: dict[int, deque[datetime]] = defaultdict(deque)
        self._all: deque[datetime] = deque()
        self._let_in: deque[int] = deque(maxlen=LET_IN)

    def beyond(
        self,
        updates: Iterable[Mapping[str, Any]],
        known: Collection[int],
        now: datetime,
        guests: Collection[int] = (),
    ) -> frozenset[int]:
        """Return the numbers of updates that are not to be worked: those of people who are not
        `known`, above the limits, of which `guests` have wider ones."""
        passed_over = set()
        for update in updates:
            sender = sender_of(update)
            number = int(update["update_id"])
            # What could not be stored comes again: it counts once.
            if sender is None or sender in known or number in self._let_in:
                continue
            if self._is_let_in(sender, now, is_guest=sender in guests):
                self._let_in.append(number)
            else:
                passed_over.add(number)
        return frozenset(passed_over)

    def _is_let_in(self, sender: int, now: datetime, *, is_guest: bool) -> bool:
        for times in (self._all, *list(self._each.values())):
            # Whatever lies outside the window on either side: the clock may have been set back.
            while times and abs(now - times[0]) >= WINDOW:
                times.popleft()
        self._each = defaultdict(deque, {key: times for key, times in self._each.items() if times})
        if len(self._each[sender]) >= (OF_A_GUEST if is_guest else EACH):
            return False
        if not is_guest and len(self._all) >= ALL:
            return False
        self._each[sender].append(now)
        if not is_guest:
            self._all.append(now)
        return True
