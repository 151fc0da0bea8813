"""How fast messages may leave: decided from what was sent, so that a restart forgets nothing.

Telegram's limits (its bots FAQ): about 30 messages a second in all, one a second to a chat, 20 a
minute to a group. The library's own limiter forgets on a restart and knows no private chats.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `messages` within any `window`."""

    messages: int
    window: timedelta


OVERALL = Rate(30, timedelta(seconds=1))
PER_CHAT = Rate(1, timedelta(seconds=1))
PER_GROUP = Rate(20, timedelta(minutes=1))

ALERTS_APART = 5
"""So many alerts within BUNDLE_WINDOW come as cards of their own; more become one list."""
BUNDLE_WINDOW = timedelta(minutes=10)
GATHER = timedelta(minutes=1)
"""How long a late drop of a flood waits for company, so that lists do not come in ones."""
HANDOFF_GATHER = timedelta(seconds=20)
"""How long a handoff waits for others before it goes."""
REMINDER_GATHER = timedelta(seconds=30)
"""How long a reminder waits for others: the last looks at several sites end one after another."""
HANDOFFS_APART = timedelta(minutes=5)
"""Handoffs of a chat are at least so far apart; what falls between becomes one message."""


def may_send(
    now: datetime,
    chat_sent: Iterable[datetime],
    all_sent: Iterable[datetime],
    *,
    group: bool,
    not_before: datetime | None = None,
) -> datetime:
    """Return the earliest instant from `now` on when a message may go to a chat.

    `chat_sent` are the sent_at of that chat, `all_sent` of every chat (of the last minute and the
    last second at least, in any order). `not_before`: until when Telegram told us to wait.
    """
    rates = (PER_CHAT, PER_GROUP) if group else (PER_CHAT,)
    chat = tuple(chat_sent)
    moments = [now, _free_at(OVERALL, all_sent, now)]
    moments += [_free_at(rate, chat, now) for rate in rates]
    if not_before:
        moments.append(not_before)
    return max(moments)


class Turns:
    """Whose turn it is, in memory: what went lately, and what is on its way. A turn is looked for
    and taken in one step, so that no two lanes take the same.

    `sent` are (chat, when) of the last minute, oldest first: what a restart must not forget.
    """

    def __init__(self, sent: Iterable[tuple[int, datetime]] = ()) -> None:
        self._all: deque[datetime] = deque(maxlen=OVERALL.messages)
        self._chats: dict[int, deque[datetime]] = {}
        self._on_their_way: set[int] = set()
        for chat_id, at in sent:
            self._note(chat_id, at)

    def chat_free_at(self, chat_id: int, now: datetime) -> datetime:
        """Return the earliest instant from `now` on when a chat may get a message, whatever goes
        to others."""
        return may_send(now, self._sent_here(chat_id, now), (), group=chat_id < 0)

    def free_at(self, chat_id: int, now: datetime) -> datetime:
        """Return the earliest instant from `now` on when a message may go to a chat."""
        _as_if_now(self._all, now)
        # Nobody knows yet when what is on its way goes: at any moment up to now.
        everywhere = [*self._all, *[now] * len(self._on_their_way)]
        return may_send(now, self._sent_here(chat_id, now), everywhere, group=chat_id < 0)

    def take(self, chat_id: int, now: datetime) -> datetime | None:
        """Take the chat's turn and return None; or return when to ask again, and take none."""
        free_at = self.free_at(chat_id, now)
        if free_at > now:
            return free_at
        self._on_their_way.add(chat_id)
        return None

    def ended(self, chat_id: int, now: datetime, messages: int = 1) -> None:
        """Say that a message (an album: so many) is on its way no more; one that failed may count,
        too."""
        self._on_their_way.discard(chat_id)
        for _ in range(messages):
            self._note(chat_id, now)

    def clock_set_back(self, by: timedelta) -> None:
        """Keep the time since each message as long as it was."""
        for moments in (self._all, *self._chats.values()):
            were = [at - by for at in moments]
            moments.clear()
            moments.extend(were)

    def _sent_here(self, chat_id: int, now: datetime) -> deque[datetime]:
        here = self._chats.get(chat_id, deque())
        _as_if_now(here, now)
        return here

    def _note(self, chat_id: int, at: datetime) -> None:
        self._all.append(at)
        self._chats.setdefault(chat_id, deque(maxlen=PER_GROUP.messages)).append(at)


def _as_if_now(moments: deque[datetime], now: datetime) -> None:
    """Where the clock was set back what went after `now` counts as if it had gone now."""
    count = 0
    while moments and moments[-1] > now:
        moments.pop()
        count += 1
    moments.extend([now] * count)


def should_bundle(waiting: int, sent_at: Iterable[datetime], now: datetime) -> bool:
    """Whether a chat's waiting alerts should go as one numbered list instead of cards.

    `sent_at`: when this chat's alerts of the last ten minutes went; a list counts once. One
    waiting alert is never a list.
    """
    return waiting > 1 and waiting + _recent(sent_at, now) > ALERTS_APART


def alerts_wait_until(
    waiting: int, oldest_at: datetime, sent_at: Iterable[datetime], now: datetime
) -> datetime:
    """Return from when a chat's waiting alerts may go.

    That is `now`; or, once a flood used up the cards of ten minutes, up to GATHER after the oldest
    of them came (`oldest_at`), so that they go together.
    """
    if waiting and _recent(sent_at, now) >= ALERTS_APART:
        return min(max(now, oldest_at + GATHER), now + GATHER)
    return now


def handoffs_wait_until(sent_at: Iterable[datetime], now: datetime) -> datetime:
    """Return from when a chat's waiting handoffs may go, as one message: HANDOFFS_APART after the
    last one (`sent_at`: when those of that time went)."""
    moments = [min(moment, now) for moment in sent_at]
    return max(moments) + HANDOFFS_APART if moments else now


def _recent(sent_at: Iterable[datetime], now: datetime) -> int:
    return sum(moment > now - BUNDLE_WINDOW for moment in sent_at)


def _free_at(rate: Rate, sent: Iterable[datetime], now: datetime) -> datetime:
    # A clock set back leaves sends in the future: they count as sent now, no lane stands still.
    newest = nlargest(rate.messages, (min(moment, now) for moment in sent))
    return newest[-1] + rate.window if len(newest) == rate.messages else now
