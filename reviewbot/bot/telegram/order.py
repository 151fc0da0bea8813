"""In which order the messages of many chats go, where their limits together let fewer go."""

import asyncio
from collections import deque

from reviewbot.clock import Clock
from reviewbot.core.pacing import Turns


class Order:
    """Of chats whose own time has come who asked first goes first: else some have much left when
    all others are done, and one chat takes a message a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[tuple[int, asyncio.Future[bool]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def wait_for_turn(self, turns: Turns, chat_id: int) -> None:
        """Wait for a chat's turn and take it."""
        while True:
            free_at = turns.chat_free_at(chat_id, self._clock.now())
            await asyncio.sleep(self._clock.seconds_until(free_at))
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append((chat_id, turn))
            self._let_go(turns)
            try:
                if await turn:
                    return
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled() and turn.result():
                    turns.ended(chat_id, self._clock.now(), messages=0)
                raise

    def _let_go(self, turns: Turns) -> None:
        """Give every turn that is free now, the first in the row first; then at the next one."""
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting:
            chat_id, turn = self._waiting[0]
            now = self._clock.now()
            is_free = turns.chat_free_at(chat_id, now) <= now
            if is_free and not turn.done() and (free_at := turns.take(chat_id, now)):
                seconds = self._clock.seconds_until(free_at)
                self._timer = asyncio.get_running_loop().call_later(seconds, self._let_go, turns)
                return
            self._waiting.popleft()
            if not turn.done():  # else it was cancelled
                turn.set_result(is_free)
