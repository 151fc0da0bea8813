"""In which order the messages of many chats go, where their limits together let fewer go."""

import asyncio
from datetime import datetime

from reviewbot.clock import Clock
from reviewbot.core.pacing import Turns


class Order:
    """Of chats whose own time has come who asked first goes first: else some have much left when
    all others are done, and one chat takes a message a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._first = asyncio.Lock()

    async def wait_for_turn(self, turns: Turns, chat_id: int) -> None:
        """Wait for a chat's turn and take it."""
        while True:
            await self._rest(turns.chat_free_at(chat_id, self._clock.now()))
            async with self._first:  # those who wait for it get it in the order they came
                while turns.chat_free_at(chat_id, now := self._clock.now()) <= now:
                    free_at = turns.take(chat_id, now)
                    if free_at is None:
                        return
                    await self._rest(free_at)

    async def _rest(self, until: datetime) -> None:
        await asyncio.sleep(self._clock.seconds_until(until))
