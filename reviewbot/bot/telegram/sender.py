"""Sends what waits in the outbox: one lane per chat, paced by what was sent.

A look that writes nothing → claim (committed) → render from the facts of this moment → the chat's
turn → send → mark. A crash in between leaves a claim that runs out, so a message goes at least
once. What an error means is in `send_errors`, what comes of it in `failed_sends`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from secrets import token_urlsafe

from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.telegram import delivery
from reviewbot.bot.telegram.client import Bot, username
from reviewbot.bot.telegram.delivery import Delivered
from reviewbot.bot.telegram.earlier_copies import (
    earlier_copy,
    remember_earlier,
    unknown_above,
)
from reviewbot.bot.telegram.failed_sends import (
    FailedSend,
    chats_to_leave,
    leave_dead_chats,
    rests_until,
    write_down,
)
from reviewbot.bot.telegram.order import Order
from reviewbot.bot.telegram.send_errors import failure_of
from reviewbot.bot.views.registry import render
from reviewbot.bot.views.scene import NewCode
from reviewbot.charts.painter import NotDrawn, Painter
from reviewbot.clock import Clock, is_set_within
from reviewbot.core import pacing
from reviewbot.core.model import BotKey
from reviewbot.core.pacing import Turns
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.lanes import Lanes
from reviewbot.store.database import Database
from reviewbot.store.queues import claims, outbox, sending_pace
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.queues.unsent import was_perhaps_sent
from reviewbot.store.tables import OutboxRow
from reviewbot.store.tx import Tx

log = logging.getLogger(__name__)

IDLE = timedelta(seconds=15)
"""A sweep without any sign that there is something to send."""
STEP_SECONDS = 300.0
"""A look takes no longer: else something hangs."""
SHORT_REST = timedelta(seconds=2)
"""A lane rests this long by itself; for longer it is given back."""
LONGEST_BACKOFF = timedelta(seconds=30)
GRACE_SECONDS = 3.0
"""How long a message on its way may take after the word to stop. Readings get theirs after it,
and both must fit into the 10 seconds SIGTERM promises; what hangs is sent again at the start."""
LANES = 64
"""Chats at a time: a private one takes a message a second, and Telegram 30 in all."""


class Sender:
    """The loop, of one bot. `settings` and `sources` may be replaced while it runs.
    `guests_bot_name` as the intake's."""

    def __init__(
        self,
        bot: Bot,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        *,
        lanes: int = LANES,
        new_code: NewCode = token_urlsafe,
        painter: Painter | None = None,
        key: BotKey = BotKey.STAFF,
        guests_bot_name: Callable[[], str] | None = None,
    ) -> None:
        self._key = key
        self._guests_bot_name = guests_bot_name or partial(username, bot)
        self.settings = settings
        self.sources = sources
        self._bot = bot
        self._db = db
        self._clock = clock
        self._new_code = new_code
        self.painter = painter or Painter()
        self._lanes = Lanes(lanes)
        self._stop = asyncio.Event()
        self._woken = asyncio.Event()
        self._held: dict[int, datetime] = {}
        self._gathering: dict[int, datetime] = {}
        """Chats whose messages wait for their time or for company, at the last look."""
        self._signs = 0
        self._failures: dict[int, int] = {}
        self._turns: Turns | None = None
        self._order = Order(clock)
        self.beat: Callable[[float], None] = _unheard
        """Told, with seconds, at each look that another comes within them."""

    def stop(self) -> None:
        """Let `run` end after the messages that are on their way."""
        self._stop.set()
        self._woken.set()

    async def close(self) -> None:
        """End the drawing process."""
        await self.painter.close()

    def clock_set_back(self, by: timedelta) -> None:
        """Let chats rest no longer than they were to, after the clock was set back."""
        self._held = {chat_id: until - by for chat_id, until in self._held.items()}
        self._gathering.clear()
        if self._turns is not None:
            self._turns.clock_set_back(by)
        self._woken.set()

    async def run(self) -> None:
        """Deliver until `stop`. Ends for no other reason."""
        self._db.senders.append(self._is_put)
        try:
            now = self._clock.now()
            with suppress(OperationalError):  # raised at the stop alone: the next start does it
                await self._patiently(partial(claims.release, now=now, bot=self._key))
            while not self._stop.is_set():
                self.beat(STEP_SECONDS)
                self._woken.clear()
                try:
                    due_at = await self._start_lanes()
                except Exception:
                    # One row or chat must not end the bot, nor turn it in circles.
                    log.exception("the outbox cannot be worked; again in two seconds")
                    due_at = None
                    await self._rest(self._clock.now() + SHORT_REST, self._stop)
                await self._rest(due_at)
        finally:
            self._db.senders.remove(self._is_put)
            await self._lanes.close(GRACE_SECONDS)
            await self.painter.close()

    async def deliver_due(self) -> datetime | None:
        """Start a lane for every chat with something to send; return when to look again."""
        self._gathering.clear()
        return await self._start_lanes()

    def _is_put(self) -> None:
        self._signs += 1
        self._gathering.clear()
        self._woken.set()

    async def _start_lanes(self) -> datetime | None:
        now = self._clock.now()
        if self._turns is None:
            since = now - pacing.PER_GROUP.window
            key = self._key
            self._turns = Turns(
                await self._db.read(partial(sending_pace.lately_sent, since=since, bot=key))
            )
        await self._leave_dead_chats(now)
        waiting, due_at = await self._db.read(
            lambda s: (
                outbox.waiting_chats(s, now, self._key),
                outbox.next_due_at(s, now, self._key),
            )
        )
        for chat_id in waiting:
            if max(self._held.get(chat_id, now), self._gathering.get(chat_id, now)) <= now:
                self._lanes.start(str(chat_id), partial(self._lane, chat_id))
        times = (due_at, *self._held.values(), *self._gathering.values())
        return min((at for at in times if at is not None and at > now), default=None)

    async def settle(self) -> None:
        """Wait until no lane runs."""
        await self._lanes.settle()

    async def _lane(self, chat_id: int) -> None:
        """Send to one chat until nothing is due there, or it must rest for long."""
        try:
            while not self._stop.is_set():
                now = self._clock.now()
                free_at = max(self._paced.chat_free_at(chat_id, now), self._held.get(chat_id, now))
                if free_at > now + SHORT_REST:
                    self._held[chat_id] = free_at
                    return
                if free_at > now:
                    await self._rest(free_at, self._stop)
                    continue
                self._held.pop(chat_id, None)
                # Most lanes end here: a claim that finds nothing would hold the writer up.
                signs, key = self._signs, self._key
                ready_at = await self._db.read(
                    partial(claims.ready_at, lane=chat_id, now=now, bot=key)
                )
                if ready_at is None or ready_at > now:
                    if ready_at is not None and signs == self._signs:
                        # Not for longer: of what another process puts nobody here hears.
                        self._gathering[chat_id] = min(ready_at, now + IDLE)
                    return
                claimed = await self._db.write(
                    partial(claims.claim, lane=chat_id, now=now, bot=key)
                )
                if claimed is None or not await self._send(chat_id, claimed):
                    return
        except SQLAlchemyError:
            log.exception("chat %s: the outbox cannot be written", chat_id)
            self._held[chat_id] = self._clock.now() + SHORT_REST
        finally:
            self._woken.set()

    @property
    def _paced(self) -> Turns:
        assert self._turns is not None, "deliver_due makes it before it starts a lane"
        return self._turns

    async def _send(self, chat_id: int, claimed: Claimed) -> bool:
        """Send one claimed message; return whether the lane may go on."""
        try:
            now, bot_name, code = self._clock.now(), username(self._bot), self._new_code
            guests = self._guests_bot_name()
            out = await self._db.read(
                lambda s: render(self._tx(s, now), claimed, bot_name, code, guests)
            )
            if out is None:
                # Nothing to say any more: done, without a message.
                await self._patiently(
                    lambda s: outbox.mark_sent(s, claimed.row_ids, None, chat_id, now)
                )
                return True
            delivered = await self._deliver(chat_id, out)
        except Exception as error:
            await self._failed(chat_id, claimed, error)
            return False
        self._failures.pop(chat_id, None)
        await self._mark(claimed, out, delivered)
        if delivered.message_id is not None and was_perhaps_sent(claimed.first):
            await self._look_above(claimed, out, delivered.message_id)
        return True

    async def _look_above(self, claimed: Claimed, out: Outgoing, message_id: int) -> None:
        """Keep the earlier copy of a card in step, too, where it can be found."""
        row = claimed.first
        if claimed.is_bundle or not outbox.is_kept_in_step(row):
            return
        above = partial(
            unknown_above, chat_id=out.chat_id, message_id=message_id, asked_at=row.created_at
        )
        numbers = await self._db.read(above)

        async def give_keys(number: int) -> Delivered:
            return await self._in_turn(out.chat_id, replace(out, edit=number, keys_only=True))

        earlier = await earlier_copy(numbers, give_keys)
        if earlier is not None:
            now, row_id = self._clock.now(), claimed.row_ids[0]
            await self._patiently(lambda s: remember_earlier(s, row_id, earlier, now))

    async def _deliver(self, chat_id: int, out: Outgoing) -> Delivered:
        """Send it with its picture; people must get the words where that cannot be drawn."""
        if out.photo is not None:
            return await self._in_turn(chat_id, out, out.photo)
        if out.album:
            return await self._deliver_album(chat_id, out)
        if out.picture is None or not delivery.is_caption(out):
            return await self._in_turn(chat_id, out)
        try:
            drawn = await self.painter.draw(out.picture)
        except NotDrawn as error:
            log.warning("a message goes without its picture: %s", error)
            words = replace(out, message=out.undrawn or out.message)
            return replace(await self._in_turn(chat_id, words), note=f"no picture: {error}")
        return await self._in_turn(chat_id, out, drawn)

    async def _deliver_album(self, chat_id: int, out: Outgoing) -> Delivered:
        """Send the pictures that can be drawn: together, one alone, or the words that say so. What
        fails once is given up for all: a message must not wait for what is stuck."""
        drawn, note = [], ""
        try:
            for picture, _ in out.album:
                drawn.append(await self.painter.draw(picture))
        except NotDrawn as error:
            log.warning(
                "an album goes without %d pictures: %s", len(out.album) - len(drawn), error
            )
            note = f"no picture: {error}"
        if len(drawn) > 1:
            shown = replace(out, album=out.album[: len(drawn)])
            work = partial(delivery.send_album, self._bot, shown, drawn)
            delivered = await self._when_free(chat_id, work, len(drawn))
        elif drawn:
            delivered = await self._in_turn(chat_id, out, drawn[0])
        else:
            words = replace(out, message=out.undrawn or out.message)
            delivered = await self._in_turn(chat_id, words)
        return replace(delivered, note=note or delivered.note)

    async def _in_turn(self, chat_id: int, out: Outgoing, drawn: bytes | None = None) -> Delivered:
        return await self._when_free(chat_id, partial(delivery.send, self._bot, out, drawn))

    async def _when_free(
        self, chat_id: int, send: Callable[[], Awaitable[Delivered]], messages: int = 1
    ) -> Delivered:
        """Send in the chat's turn."""
        await self._order.wait_for_turn(self._paced, chat_id)
        try:
            return await send()
        finally:
            self._paced.ended(chat_id, self._clock.now(), messages)

    async def _mark(self, claimed: Claimed, out: Outgoing, delivered: Delivered) -> None:
        now = self._clock.now()

        def work(session: Session) -> None:
            outbox.mark_sent(
                session,
                claimed.row_ids,
                delivered.message_id,
                out.chat_id,
                now,
                shown=out.revision or None,
            )
            delivery.remember(self._tx(session, now), claimed, out, delivered)

        def at_least_sent(session: Session) -> None:
            """Without what it should have taught: unmarked, it would be sent for ever."""
            for row_id in claimed.row_ids:
                row = session.get_one(OutboxRow, row_id)
                row.sent_at, row.message_id, row.claimed_until = now, delivered.message_id, None
                session.add(row)

        try:
            await self._patiently(work)
        except IntegrityError:
            log.exception("%s is sent, but its card is not known", claimed.first.dedupe_key)
            await self._patiently(at_least_sent)

    async def _failed(self, chat_id: int, claimed: Claimed, error: Exception) -> None:
        """Write down what an error means for the message and its chat."""
        failure, now = failure_of(error), self._clock.now()
        reason = f"{type(error).__name__}: {error}"
        log.warning(
            "message %s to %s: %s (%s)",
            claimed.first.dedupe_key,
            chat_id,
            reason,
            failure.kind,
            exc_info=None if failure.expected else error,
        )
        failed = FailedSend(chat_id, claimed, failure, reason, now + self._backoff(chat_id))
        until = rests_until(failed, now)
        if until is not None:
            self._held[chat_id] = until
        await self._patiently(lambda session: write_down(self._tx(session, now), failed))

    def _tx(self, session: Session, now: datetime) -> Tx:
        return Tx(session, self.settings, self.sources, now)

    def _backoff(self, chat_id: int) -> timedelta:
        failures = self._failures[chat_id] = self._failures.get(chat_id, 0) + 1
        return min(timedelta(seconds=2 ** min(failures - 1, 8)), LONGEST_BACKOFF)

    async def _leave_dead_chats(self, now: datetime) -> None:
        """What was put for a chat that had already died goes through the next one."""
        # Writing wakes this very loop, so only where something is to be written.
        if await self._db.read(lambda s: bool(chats_to_leave(self._tx(s, now), self._key))):
            await self._db.write(lambda s: leave_dead_chats(self._tx(s, now), self._key))

    async def _patiently(self, work: Callable[[Session], None]) -> None:
        """Write what must not be lost: a sent message that is not marked would go twice."""
        while True:
            try:
                await self._db.write(work)
                return
            except OperationalError:
                log.exception("the outbox cannot be written; again in a second")
                if self._stop.is_set():
                    raise
            await self._rest(self._clock.now() + timedelta(seconds=1), self._stop)

    async def _rest(self, until: datetime | None, woken_by: asyncio.Event | None = None) -> None:
        longest = self._clock.now() + IDLE
        seconds = self._clock.seconds_until(min(until, longest) if until else longest)
        await is_set_within(woken_by or self._woken, max(seconds, 0.001))


def _unheard(_seconds: float) -> None:
    return
