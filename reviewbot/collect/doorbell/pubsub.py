"""Pulls Google's notifications of new reviews (Cloud Pub/Sub, REST v1) for the doorbell.

A message is acknowledged after the poll it asks for is on disk; one that is not comes again. The
account needs the role Pub/Sub Subscriber; Business Profile publishes to the topic once its
notification setting names it.
"""

import asyncio
import base64
import json
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from reviewbot.clock import Clock, is_set_within
from reviewbot.collect.doorbell.doorbell import Announcement, Doorbell
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.core.connections import Notifications
from reviewbot.core.contract import Payload, Request, ServiceAccount, raise_for_status
from reviewbot.core.errors import CollectError
from reviewbot.core.settings import Settings

log = logging.getLogger(__name__)

SECRET = "doorbell.pubsub"  # noqa: S105 - a secret's name
SCOPE = "https://www.googleapis.com/auth/pubsub"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
SOURCE = "google_business"
MOST_MESSAGES = 100
EVERY = timedelta(seconds=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(minutes=30)
_LOCATION = re.compile(r"(?:^|/)(locations/[0-9]{1,30})(?:/|$)")


class Subscription:
    """One subscription, asked every few seconds."""

    def __init__(
        self,
        asked: Notifications,
        doorbell: Doorbell,
        fetcher: Fetcher,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._asked = asked
        self._doorbell = doorbell
        self._fetcher = fetcher
        self._settings = settings
        self._clock = clock
        base = asked.base_url.rstrip("/")
        self._url = f"{base}/v1/{asked.subscription}"
        # Whoever overrides the API's address overrides the token's with it.
        token_url = TOKEN_URL if base == Notifications("").base_url else f"{base}/token"
        self._auth = ServiceAccount(SECRET, SCOPE, token_url)

    async def run(self, stop: asyncio.Event) -> None:
        """Pull until `stop`; what goes wrong is tried again ever more rarely."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                full = await self.pull() == MOST_MESSAGES
                pause = FIRST_PAUSE
                if not full:
                    await is_set_within(stop, self._seconds(EVERY))
            except CollectError as error:
                log.warning("the subscription %s: %s", self._asked.subscription, error.reason)
                await is_set_within(stop, self._seconds(pause))
                pause = min(pause * 2, LONGEST_PAUSE)

    def _seconds(self, pause: timedelta) -> float:
        return self._clock.seconds_until(self._clock.now() + pause)

    async def pull(self) -> int:
        """Take what waits in, then acknowledge it; return how many messages there were.

        Raises CollectError.
        """
        body = {"maxMessages": MOST_MESSAGES, "returnImmediately": True}
        answer = await self._ask("pull", body)
        waiting = answer.json()
        received = waiting.get("receivedMessages") if isinstance(waiting, Mapping) else None
        messages = [each for each in received or () if isinstance(each, Mapping)]
        if not messages:
            return 0
        announcements = [self._announcement(each) for each in messages]
        await self._doorbell.take([each for each in announcements if each is not None])
        acknowledged = [each["ackId"] for each in messages if isinstance(each.get("ackId"), str)]
        await self._ask("acknowledge", {"ackIds": acknowledged})
        return len(messages)

    async def _ask(self, verb: str, body: Mapping[str, Any]) -> Payload:
        request = Request("POST", f"{self._url}:{verb}", json=body, auth=self._auth, kind="step")
        answer = await self._fetcher.fetch(request, "doorbell")
        assert isinstance(answer, Payload)
        raise_for_status(answer)
        return answer

    def _announcement(self, received: Mapping[str, Any]) -> Announcement | None:
        """Which location a notification names; anything else in it is left alone."""
        message = received.get("message")
        if not isinstance(message, Mapping):
            return None
        try:
            text = base64.b64decode(str(message.get("data") or ""), validate=True).decode()
            data = json.loads(text) if text else {}
        except (ValueError, RecursionError):
            data = {}
        attributes = message.get("attributes")
        names = [str(value) for each in (data, attributes) for value in _values(each)]
        location = next((match[1] for name in names if (match := _LOCATION.search(name))), None)
        key = f"pubsub:{message.get('messageId')}"
        if location is None:
            return Announcement(key, SOURCE)
        for entry in self._settings.targets.values():
            if entry.target.source == SOURCE and entry.target.ref.endswith(location):
                return Announcement(key, SOURCE, target=entry.key)
        return None


def _values(fields: Any) -> list[Any]:
    return list(fields.values()) if isinstance(fields, Mapping) else []
