"""A call on this machine for programs of the operator's: `POST /ring`, signed.

The body is JSON with `target`, `url` or `source`. `X-Reviewbot-Timestamp` holds the time in
seconds, `X-Reviewbot-Signature` the HMAC-SHA256, in hex, of the timestamp, a dot and the body.
A call older than five minutes, or seen before, is refused.
"""

import asyncio
import hmac
import json
import logging
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from reviewbot.clock import Clock
from reviewbot.collect.doorbell.doorbell import Announcement, Doorbell

log = logging.getLogger(__name__)

VALID_FOR = timedelta(minutes=5)
MOST_BODY = 16_384
PATIENCE_SECONDS = 10.0


class Webhook:
    """Answers signed calls; `route` is where."""

    def __init__(self, secret: str, doorbell: Doorbell, clock: Clock) -> None:
        self._secret = secret.encode()
        self._doorbell = doorbell
        self._clock = clock
        self._seen: dict[str, datetime] = {}

    @property
    def route(self) -> Route:
        return Route("/ring", self._call, methods=["POST"])

    async def _call(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status = await self._answer(request)
        except (TimeoutError, ClientDisconnect, ValueError):
            log.info("a call of the webhook was broken off or malformed")
            status = HTTPStatus.BAD_REQUEST
        return Response(status_code=status, headers={"Connection": "close"})

    async def _answer(self, request: Request) -> HTTPStatus:
        headers = request.headers
        if not 0 <= int(headers.get("content-length", "0")) <= MOST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BODY:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        signature = headers.get("x-reviewbot-signature", "").lower()
        stamp = headers.get("x-reviewbot-timestamp", "")
        if not self._is_signed(stamp, signature, bytes(body)):
            return HTTPStatus.UNAUTHORIZED
        if not self._is_first(signature):
            return HTTPStatus.CONFLICT
        announcement = _announcement(bytes(body), signature)
        if announcement is None:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        if not (await self._doorbell.addressees(announcement)).targets:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        await self._doorbell.take([announcement])
        return HTTPStatus.ACCEPTED

    def _is_signed(self, timestamp: str, signature: str, body: bytes) -> bool:
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
            return False
        sent_at = datetime.fromtimestamp(int(timestamp), UTC)
        if abs(self._clock.now() - sent_at) > VALID_FOR:
            return False
        wanted = signature_of(self._secret, timestamp, body)
        return hmac.compare_digest(wanted.encode(), signature.encode())

    def _is_first(self, signature: str) -> bool:
        """Whether this call was not seen before; what is too old to be valid is forgotten."""
        now = self._clock.now()
        self._seen = {each: at for each, at in self._seen.items() if now - at <= VALID_FOR * 2}
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True


def signature_of(secret: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(secret, timestamp.encode() + b"." + body, "sha256").hexdigest()


def _announcement(body: bytes, signature: str) -> Announcement | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    target, url, source = (told.get(name) for name in ("target", "url", "source"))
    key = f"hook:{signature}"
    if isinstance(target, str):
        return Announcement(key, target=target)
    if isinstance(url, str):
        return Announcement(key, links=(url[:2000],))
    return Announcement(key, source) if isinstance(source, str) else None
