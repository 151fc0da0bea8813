"""Tells what waits: each endpoint and address by itself, so that a slow one holds up no other."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from pydantic import SecretStr

from reviewbot.clock import Clock
from reviewbot.config.sections.other_systems import MAIL, secret_of
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.integrations import events
from reviewbot.integrations.mail import Mailer
from reviewbot.integrations.webhooks import NotTaken, WebhookCaller
from reviewbot.lanes import Lanes
from reviewbot.store.database import Database
from reviewbot.store.queues import deliveries
from reviewbot.store.tables import DeliveryRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.chats import tell_operator

log = logging.getLogger(__name__)

AT_ONCE = 16
GRACE_SECONDS = 2.0


def deliverer_for(
    db: Database,
    settings: Settings,
    sources: Sources,
    clock: Clock,
    secrets: Mapping[str, Mapping[str, SecretStr]],
) -> "Deliverer":
    """Return who tells the systems of these settings. What lacks its secret fails when it is
    tried, and is told then."""
    keys = {
        key: held["password"]
        for key in settings.endpoints
        if (held := secrets.get(secret_of(key))) is not None
    }
    server = settings.fallback.mail
    login = secrets.get(MAIL)
    mailer = Mailer(server, login["password"] if login else None) if server else None
    return Deliverer(
        db,
        settings,
        sources,
        clock,
        caller=WebhookCaller(settings.endpoints, keys),
        mailer=mailer,
    )


class Deliverer:
    """`look` gathers events and starts a lane for every channel with something due."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        *,
        caller: WebhookCaller,
        mailer: Mailer | None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._caller = caller
        self._mailer = mailer
        self._lanes = Lanes(AT_ONCE)

    async def look(self) -> None:
        """Put what is new into the queue, and start what is due."""
        settings = self._settings
        while await self._db.read(lambda rows: events.is_anything_new(rows, settings)):
            now = self._clock.now()
            await self._db.write(
                lambda rows, now=now: events.gather(Tx(rows, settings, self._sources, now))  # type: ignore[misc]
            )
        now = self._clock.now()
        for channel in await self._db.read(lambda rows: deliveries.due_channels(rows, now)):
            self._lanes.start(channel, partial(self._deliver, channel))

    async def settle(self) -> None:
        """Wait until no lane runs."""
        await self._lanes.settle()

    async def close(self) -> None:
        """Let what is under way end, then close the connections."""
        await self._lanes.close(GRACE_SECONDS)
        await self._caller.close()

    async def _deliver(self, channel: str) -> None:
        """Tell one channel what is due, until it fails."""
        while True:
            now = self._clock.now()
            row = await self._db.read(
                lambda rows, now=now: deliveries.next_due(rows, channel, now)  # type: ignore[misc]
            )
            if row is None or not await self._told(row):
                return

    async def _told(self, row: DeliveryRow) -> bool:
        assert row.id is not None
        now, row_id = self._clock.now(), row.id
        try:
            await self._send(row)
        except NotTaken as error:
            log.warning("%s was not told of %s: %s", row.channel, row.event, error)
            reason, for_good = str(error), error.for_good
            await self._db.write(
                lambda rows: self._not_taken(
                    Tx(rows, self._settings, self._sources, now), row, reason, for_good=for_good
                )
            )
            return False
        await self._db.write(lambda rows: deliveries.mark_sent(rows, row_id, now))
        return True

    async def _send(self, row: DeliveryRow) -> None:
        now = self._clock.now()
        if row.channel.startswith("mail:"):
            if self._mailer is None:
                raise NotTaken("the file names no mail server any more", for_good=True)
            await asyncio.to_thread(self._mailer.send, row, now)
        else:
            await self._caller.send(row, now)

    def _not_taken(self, tx: Tx, row: DeliveryRow, reason: str, *, for_good: bool) -> None:
        assert row.id is not None
        if deliveries.fail(tx.session, row.id, reason, tx.now, for_good=for_good):
            tell_operator(
                tx,
                NoticeCode.NOT_DELIVERED,
                {
                    "channel": row.channel.partition(":")[2],
                    "reason": reason,
                    "for_good": for_good,
                },
                key=f"notice:not_delivered:{row.channel}:{tx.now:%Y-%m-%d}",
            )
