"""What listens for the doorbell, as the settings asks: a mailbox, a subscription, a port."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from pydantic import SecretStr

from reviewbot.clock import Clock
from reviewbot.collect.doorbell.doorbell import Doorbell
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.core.contract import Source
from reviewbot.core.settings import Settings
from reviewbot.store.database import Database

Listener = Callable[[asyncio.Event], Awaitable[None]]
"""Listens until the event is set."""


def listeners_of(
    settings: Settings,
    secrets: Mapping[str, Mapping[str, SecretStr]],
    doorbell: Doorbell,
    db: Database,
    fetcher: Fetcher,
    clock: Clock,
    sources: tuple[Source, ...],
) -> dict[str, Listener]:
    """Return what is to run. What lacks its secret does not; `check` says so."""
    listeners: dict[str, Listener] = {}
    asked = settings.doorbell
    if asked.mailbox is not None and (secret := secrets.get(MAILBOX)):
        # The mail client is loaded where a mailbox is watched, not by every command.
        from reviewbot.collect.doorbell.mailbox import MailboxWatch

        password = secret["password"].get_secret_value()
        listeners["imap"] = MailboxWatch(
            asked.mailbox, password, doorbell, db, settings, clock, sources
        ).run
    if asked.notifications is not None and secrets.get(NOTIFICATIONS):
        from reviewbot.collect.doorbell.pubsub import Subscription

        listeners["pubsub"] = Subscription(
            asked.notifications, doorbell, fetcher, settings, clock
        ).run
    if asked.webhook_port is not None and (secret := secrets.get(WEBHOOK)):
        from reviewbot.collect.doorbell.webhook import Webhook
        from reviewbot.web.server import WebServer

        password = secret["password"].get_secret_value()
        hook = Webhook(password, doorbell, clock)
        listeners["webhook"] = WebServer(asked.webhook_port, [hook.route]).run
    return listeners


MAILBOX, NOTIFICATIONS, WEBHOOK = "doorbell.imap", "doorbell.pubsub", "doorbell.webhook"
"""The names of the secrets, as reviewbot.config.sections.doorbell gives them."""
