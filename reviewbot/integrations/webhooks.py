"""Calls an endpoint by the Standard Webhooks scheme: signed, numbered, its answer hardly read.

Nothing of what a receiver answers is followed, kept or shown but its status: a redirect could
lead elsewhere, a body could say anything.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

import httpx
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from reviewbot.core.connections import Endpoint
from reviewbot.store.tables import DeliveryRow

log = logging.getLogger(__name__)

TIMEOUT = 20.0
"""Seconds for a receiver to answer."""


class NotTaken(Exception):
    """The receiver did not take it. `for_good`: it wants no more of it (410)."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class WebhookCaller:
    """Calls the endpoints of a file. `secrets` by endpoint key."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], secrets: Mapping[str, SecretStr]
    ) -> None:
        self._endpoints = endpoints
        self._signers = {
            key: Webhook(secret.get_secret_value()) for key, secret in secrets.items()
        }
        self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    async def send(self, row: DeliveryRow, now: datetime) -> None:
        """Tell an endpoint. Raises NotTaken."""
        key = row.channel.removeprefix("webhook:")
        endpoint, signer = self._endpoints.get(key), self._signers.get(key)
        if endpoint is None:
            raise NotTaken("the file names no such webhook any more", for_good=True)
        if signer is None:
            raise NotTaken("its secret_file is not there")
        body = json.dumps(row.payload, ensure_ascii=False)
        number = f"msg_{row.id}_{row.created_at:%Y%m%dT%H%M%S}"
        headers = {
            "content-type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(number, now, body),
        }
        try:
            async with self._client.stream(
                "POST", endpoint.url, content=body.encode(), headers=headers
            ) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotTaken(f"{type(error).__name__}: {error}"[:200]) from error
        if not 200 <= status < 300:
            reason = f"it answered {status}"
            raise NotTaken(reason, for_good=status == HTTPStatus.GONE)

    async def close(self) -> None:
        await self._client.aclose()
