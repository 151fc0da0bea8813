"""Takes updates in: raw JSON to disk, then acknowledged, then handled row by row.

`getUpdates` with offset N confirms everything below N, so N grows only with what is committed. A
row is handled in one transaction: its effect and its done mark. What Telegram gets back (the
answer to a press) goes out after the commit, best effort. Nothing here sends messages.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session
from telegram import Update
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from reviewbot.bot.handlers.context import NotYet, PressAnswer, UpdateContext
from reviewbot.bot.handlers.dispatch import handle
from reviewbot.bot.telegram import connection, menus, raw_updates
from reviewbot.bot.telegram.client import (
    POLL_SECONDS,
    BotApplication,
    Polling,
    span_of,
    username,
)
from reviewbot.bot.telegram.connection import Connection
from reviewbot.bot.telegram.strangers import StrangerLimits, by_sender
from reviewbot.clock import Clock, is_set_within
from reviewbot.core.model import BotKey, Role
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.lanes import Lanes
from reviewbot.store.database import Database
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import inbox
from reviewbot.store.queues.outbox import LONGEST_HOLD
from reviewbot.store.surveys.guest_rows import guests_among
from reviewbot.store.tables import InboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.refusals import refusal

log = logging.getLogger(__name__)
T = TypeVar("T")

ALLOWED = json.dumps(["message", "edited_message", "callback_query", "my_chat_member"])
"""Always sent: what an earlier webhook left would silently withhold presses."""
LONG_WAIT = timedelta(minutes=1)
CALM = timedelta(minutes=2)
"""Two copies take turns at getting updates: the conflict is over when none came for so long."""
ANSWER_SECONDS = 5.0
STEP_SECONDS = 300.0
"""A poll, and what it brought handled, takes no longer: else something hangs."""
BATCH = 100
Sender = tuple[int, int]
"""A chat and a person in it."""


class Intake:
    """The loop, of one bot. `settings` and `sources` may be replaced while it runs.
    `guests_bot_name` gives the name of the bot that guests' links lead into, "" while Telegram has
    not told it; by default that is this bot."""

    def __init__(
        self,
        application: BotApplication,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        *,
        patience: int = POLL_SECONDS,
        bot: BotKey = BotKey.STAFF,
        guests_bot_name: Callable[[], str] | None = None,
    ) -> None:
        self.application = application
        self.bot = bot
        self._guests_bot_name = guests_bot_name or partial(username, application.bot)
        self.settings = settings
        self.sources = sources
        self.state = Connection.STARTING
        self._db = db
        self._clock = clock
        self._patience = patience
        self._polling = Polling(application.bot, settings.telegram.proxy)
        self._lanes = Lanes(32)
        self._strangers = StrangerLimits()
        self._stop = asyncio.Event()
        self._failures = 0
        self._left = 0
        self._conflict_at = clock.now() - CALM
        self.beat: Callable[[float], None] = _unheard
        """Told, with seconds, at each step that another comes within them."""

    def stop(self) -> None:
        """Let `run` end; a long poll is broken off, nothing of it is lost."""
        self._stop.set()

    async def run(self) -> None:
        """Poll, store and handle until `stop`. Ends for no other reason."""
        try:
            if await self._connect():
                self._lanes.start("menus", self._tell_menus)
                self._left = await self.handle_waiting()
                while not self._stop.is_set():
                    await self.step()
        finally:
            await self._lanes.close(grace=2.0)
            await self.close()

    async def close(self) -> None:
        """Close the connections; `run` does it at its end."""
        await self._polling.close()

    async def step(self) -> None:
        """One poll, stored and handled; or one wait after a failure."""
        self.beat(STEP_SECONDS)
        fresh = await self._poll(0 if self._left else self._patience)
        if self._left and not fresh:
            await self._pause(timedelta(seconds=1))
        self._left = await self.handle_waiting()

    async def _connect(self) -> bool:
        """Make the bot known to the library; Telegram may be down at start. False: stopped."""
        while not self._stop.is_set():
            try:
                await self._unless_stopped(self.application.initialize())
            except (TelegramError, KeyError, TypeError, ValueError) as error:
                # Whatever answers in Telegram's place, a portal or a proxy, ends no bot.
                await self._trouble(error)
            else:
                return not self._stop.is_set()
        return False

    async def _poll(self, patience: int) -> int:
        """Ask for updates and store them; return how many were new."""
        try:
            now = self._clock.now()
            # Asked of the rows each time: only what is on disk is acknowledged.
            offset = await self._db.read(partial(inbox.next_offset, now=now, bot=self.bot))
            raw = await self._unless_stopped(self._polling.updates(offset, ALLOWED, patience))
            if raw is None:
                return 0
            if not raw:
                await self._state(Connection.OK)
                return 0
            updates = [each for each in raw if _is_numbered(each)]
            if len(updates) < len(raw):
                log.error("%d updates without a usable number", len(raw) - len(updates))
            if not updates:
                raise ValueError("no update has a number")
            stored = await self._store(updates)
            # Report OK only after the updates are saved.
            await self._state(Connection.OK)
            return stored
        except (TelegramError, SQLAlchemyError, KeyError, TypeError, ValueError) as error:
            await self._trouble(error)
            return 0

    async def _store(self, updates: list[dict[str, Any]]) -> int:
        """Keep updates; those of strangers above their limits only by number. Return how many
        were new."""
        now, settings, sources = self._clock.now(), self.settings, self.sources
        senders = by_sender(updates)

        def known_ones(session: Session) -> tuple[set[int], frozenset[int]]:
            tx = Tx(session, settings, sources, now)
            known = {sender for sender in senders if person_by_id(tx, sender) is not None}
            return known, guests_among(session, senders)

        known, guests = await self._db.read(known_ones)
        beyond = self._strangers.beyond(updates, known, now, guests)
        if beyond:
            log.warning("%d updates of strangers passed over", len(beyond))
        kept = [_storable(each) for each in updates]
        return await self._db.write(
            lambda session: inbox.store_updates(session, kept, now, beyond, self.bot)
        )

    async def handle_waiting(self) -> int:
        """Handle the stored updates once; return 0 where none is left waiting."""
        try:
            rows = await self._db.read(partial(inbox.waiting, limit=BATCH, bot=self.bot))
            left, held = int(len(rows) == BATCH), set[Sender]()
            for row in rows:
                if self._stop.is_set():
                    break
                left += not await self._handle(row, held)
            return left
        except SQLAlchemyError as error:
            await self._trouble(error)
            return 1

    async def _handle(self, row: InboxRow, held: set[Sender]) -> bool:
        """Handle one update; return whether it is out of the way. One of a `held` person in a
        chat waits behind an earlier one, which waits for a message of ours to be known."""
        assert row.id is not None
        row_id, now = row.id, self._clock.now()
        settings, sources, bot_name = self.settings, self.sources, self.application.bot.username
        guests_bot_name = self._guests_bot_name()
        update: Update | None = None
        try:
            told = json.loads(row.raw)
            if raw_updates.MARK in told:
                raise ValueError("the update's JSON cannot be read")
            update = Update.de_json(told, self.application.bot)
            sender = _sender_of(update)
            if sender in held:
                return False

            def work(session: Session) -> PressAnswer | None:
                tx = Tx(session, settings, sources, now)
                about = (row.update_id, row.received_at, self.bot, guests_bot_name)
                context = UpdateContext(tx, bot_name, *about)
                answer = handle(context, update)
                # Handled by an earlier run whose answer we never saw: nothing again.
                if not inbox.done(session, row_id, now):
                    raise AlreadyDone
                return answer

            answer = await self._db.write(work)
        except AlreadyDone:
            return True
        except NotYet:
            held.add(sender)
            return False
        except OperationalError:
            # The database's trouble is not the update's: it waits, and nothing is counted.
            log.exception("update %s could not be written", row.update_id)
            return False
        except Exception as error:
            log.exception("update %s failed", row.update_id)
            reason = f"{type(error).__name__}: {error}"
            parked = await self._db.write(
                lambda session: inbox.failed(session, row_id, reason, now)
            )
            if parked and update is not None and update.callback_query is not None:
                sentence = refusal("later", {}, self.settings.language)
                await self._answer(PressAnswer(update.callback_query.id, sentence, alert=True))
            return parked
        if answer is not None:
            await self._answer(answer)
        return True

    async def _answer(self, answer: PressAnswer) -> None:
        async def send() -> None:
            try:
                await self.application.bot.answer_callback_query(
                    answer.query_id,
                    text=answer.text or None,
                    show_alert=answer.alert,
                    read_timeout=ANSWER_SECONDS,
                )
            except BadRequest as error:
                log.info("a press went unanswered: %s", error.message)
            except TelegramError as error:
                log.warning("a press went unanswered: %s", error.message)

        if not self._lanes.start(f"answer:{answer.query_id}", send):
            await send()

    async def _tell_menus(self) -> None:
        """Command menus, best effort: tried again while Telegram does not take them."""
        wait = timedelta(seconds=5)
        people = self.settings.people.values()
        admins = [each.telegram_id for each in people if each.role is Role.ADMIN]
        while not self._stop.is_set():
            try:
                if self.bot is BotKey.GUESTS:
                    await menus.tell_guests(self.application.bot)
                else:
                    await menus.tell(self.application.bot, admins)
                return
            except TelegramError as error:
                log.warning("command menus not set: %s", error.message)
            await self._pause(wait)
            wait = min(wait * 2, timedelta(minutes=10))

    async def _trouble(self, error: Exception) -> None:
        """Report the state, then wait: long where only a person can help."""
        self._failures += 1
        wait = min(timedelta(seconds=2 ** min(self._failures - 1, 6)), LONG_WAIT)
        # InvalidToken and RetryAfter first: NetworkError is an ancestor of half the tree.
        match error:
            case InvalidToken():
                state, wait = Connection.REFUSED, LONG_WAIT
            case Conflict():
                state = Connection.CONFLICT
            case RetryAfter():
                state, wait = Connection.UNREACHABLE, min(span_of(error), LONGEST_HOLD)
                if span_of(error) > LONGEST_HOLD:
                    await self._tell_long_wait(span_of(error))
            case SQLAlchemyError():
                state = Connection.STORE
            case NetworkError():
                state = Connection.UNREACHABLE
            case _:
                state = Connection.UNREACHABLE
        log.error("Telegram intake, %s: %s; again in %s", state, error, wait)
        await self._state(state, failing=True)
        await self._pause(wait)

    async def _tell_long_wait(self, asked_for: timedelta) -> None:
        """Let the operator hear how long Telegram wants us to ask for nothing."""
        settings, sources, now = self.settings, self.sources, self._clock.now()
        hours = min(round(asked_for.total_seconds() / 3600), 10**6)
        try:
            await self._db.write(
                lambda session: connection.tell_long_wait(
                    Tx(session, settings, sources, now), self.bot, hours
                )
            )
        except SQLAlchemyError:
            log.exception("Telegram's long wait could not be told")

    async def _state(self, state: Connection, *, failing: bool = False) -> None:
        if not failing:
            self._failures = 0
        now = self._clock.now()
        if state is Connection.CONFLICT:
            self._conflict_at = now
        is_calm = state is not Connection.OK or abs(now - self._conflict_at) >= CALM
        if state is self.state or (self.state is Connection.CONFLICT and not is_calm):
            return
        log.warning("Telegram intake: %s, was %s", state, self.state)
        self.state = state
        settings, sources = self.settings, self.sources

        try:
            await self._db.write(
                lambda session: connection.note(
                    Tx(session, settings, sources, now), self.bot, state
                )
            )
        except SQLAlchemyError:
            log.exception("the state of Telegram could not be written")

    async def _pause(self, span: timedelta) -> None:
        self.beat(span.total_seconds() + STEP_SECONDS)
        await is_set_within(self._stop, self._clock.seconds_until(self._clock.now() + span))

    async def _unless_stopped(self, work: Awaitable[T]) -> T | None:
        """Await `work`, but not beyond `stop`: then None."""
        doing = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            doing.cancel()
            stopping.cancel()
            await asyncio.gather(doing, stopping, return_exceptions=True)


def _sender_of(update: Update) -> Sender:
    chat, user = update.effective_chat, update.effective_user
    return (chat.id if chat else 0, user.id if user else 0)


def _unheard(_seconds: float) -> None:
    return


def _is_numbered(update: Any) -> bool:
    return isinstance(update, dict) and raw_updates.is_number(update.get("update_id"))


def _storable(update: dict[str, Any]) -> dict[str, Any]:
    """The update, or its number alone where it is nested so deep that it cannot be written."""
    try:
        json.dumps(update)
    except (RecursionError, ValueError):
        return raw_updates.unreadable(update["update_id"])
    return update


class AlreadyDone(Exception):
    """The row was handled before."""
