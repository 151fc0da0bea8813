"""A door on this machine for programs of the operator's: `POST /ring`, signed.

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

from reviewbot.clock import Clock
from reviewbot.collect.doorbell.doorbell import Doorbell, Ring

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
VALID_FOR = timedelta(minutes=5)
MOST_HEAD, MOST_BODY = 8_192, 16_384
PATIENCE_SECONDS = 10.0


class Webhook:
    """Listens while its block runs."""

    def __init__(self, port: int, secret: str, doorbell: Doorbell, clock: Clock) -> None:
        self.port = port
        self._secret = secret.encode()
        self._doorbell = doorbell
        self._clock = clock
        self._seen: dict[str, datetime] = {}
        self.is_open = asyncio.Event()
        """Set once the port is listened on."""

    async def run(self, stop: asyncio.Event) -> None:
        """Answer calls until `stop`. A port that is taken is logged; the rest of the bot works."""
        try:
            server = await asyncio.start_server(self._talk, HOST, self.port, limit=MOST_HEAD)
        except OSError as error:
            log.error("the webhook cannot listen on %s:%d: %s", HOST, self.port, error.strerror)
            return
        self.port = server.sockets[0].getsockname()[1]
        self.is_open.set()
        async with server:
            await stop.wait()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        status = HTTPStatus.BAD_REQUEST
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status = await self._answer(reader)
        except (TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log.info("a call of the webhook was broken off or malformed")
        except ConnectionError:
            return
        finally:
            line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            writer.write(f"{line}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> HTTPStatus:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        parts = [line.partition(":") for line in lines]
        headers = {name.strip().lower(): value.strip() for name, _, value in parts}
        method, path, _ = f"{first}  ".split(" ", 2)
        if path != "/ring":
            return HTTPStatus.NOT_FOUND
        if method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        size = int(headers.get("content-length", "0"))
        if not 0 <= size <= MOST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        body = await reader.readexactly(size)
        signature = headers.get("x-reviewbot-signature", "").lower()
        if not self._is_signed(headers.get("x-reviewbot-timestamp", ""), signature, body):
            return HTTPStatus.UNAUTHORIZED
        if not self._is_first(signature):
            return HTTPStatus.CONFLICT
        ring = _ring(body, signature)
        if ring is None or not self._doorbell.whom(ring).targets:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        await self._doorbell.take([ring])
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


def _ring(body: bytes, signature: str) -> Ring | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    target, url, source = (told.get(name) for name in ("target", "url", "source"))
    key = f"hook:{signature}"
    if isinstance(target, str):
        return Ring(key, target=target)
    if isinstance(url, str):
        return Ring(key, links=(url[:2000],))
    return Ring(key, source) if isinstance(source, str) else None
