"""Asks sites politely: one client, a gap between requests to a host, caps on what may come back.

Raises only the contract's errors, and only for what happened on the way: every answer with a
status, whatever it is, goes to the source. Publishing requests are sent once.
"""

import asyncio
import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import httpx
from pydantic import SecretStr

from reviewbot.clock import Clock
from reviewbot.collect.fetching.auth import Signer
from reviewbot.collect.fetching.egress import CheckedTransport, Forbidden
from reviewbot.collect.fetching.host_limits import HostLimits
from reviewbot.core.contract import (
    NotModified,
    Payload,
    Request,
    encoding_of,
)
from reviewbot.core.errors import Denied, RateLimited, TargetGone, Unreachable
from reviewbot.core.parse_time import retry_after_seconds
from reviewbot.core.readings.health import Jitter
from reviewbot.core.redaction import Redaction
from reviewbot.core.settings import Settings
from reviewbot.lanes import Readers
from reviewbot.store.database import Database

log = logging.getLogger(__name__)

# httpx logs every URL at INFO, with the tokens some vendors put there.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

MAX_REDIRECTS = 5
RETRIED = frozenset({502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FIRST_RETRY = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=2)
"""A gap or a Retry-After beyond this is not waited out in a running reading."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the first page's request conditional."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        made = {}
        if self.etag:
            made["If-None-Match"] = self.etag
        if self.last_modified:
            made["If-Modified-Since"] = self.last_modified
        return made


class Fetcher:
    """The one way to a site. Use as an async context manager, or call `close`."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        clock: Clock,
        jitter: Jitter,
        secrets: Mapping[str, Mapping[str, SecretStr]] | None = None,
        redaction: Redaction | None = None,
        readers: Readers | None = None,
    ) -> None:
        self.readers = readers or Readers(1)
        self._settings = settings
        self._clock = clock
        self._jitter = jitter
        self.limits = HostLimits(db, clock)
        self.redaction = redaction or Redaction()
        """For causes, samples and messages made of what sites sent."""
        self.signer = Signer(secrets or {}, self._send_unsigned, clock, self.redaction)
        timeout = settings.fetching.timeout.total_seconds()
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(settings.fetching.allowed_hosts),
            timeout=httpx.Timeout(timeout),
            trust_env=False,
            follow_redirects=False,
            headers={
                "User-Agent": settings.fetching.user_agent,
                "Accept": "text/html,application/json;q=0.9,*/*;q=0.8",
                "Accept-Encoding": "gzip, deflate",
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(
        self, request: Request, source_name: str, conditional: Validators | None = None
    ) -> Payload | NotModified:
        """Send one request of a source, signed, and return the whole answer with its status.

        `conditional` makes it answer NotModified where the site says 304. Raises Unreachable (no
        answer, a broken or too large one), RateLimited (the host told us to wait, and the time
        has not come), Denied (the credential, an address or a folder that is not allowed),
        TargetGone (a local file that is not there).
        """
        if request.url.startswith("file:"):
            return await self._read_file(request, conditional)
        extra = conditional.headers if conditional else {}
        # A read may be asked again; what changes a site is sent once, whatever happens.
        is_read = request.method in ("GET", "HEAD") or request.kind == "page"
        attempts = 1 + (self._settings.fetching.retries if is_read else 0)
        for attempt in range(1, attempts + 1):
            failure: Unreachable | None = None
            answer: Payload | None = None
            try:
                answer = await self._signed(request, source_name, extra)
            except Unreachable as error:
                # One that hangs would hang again, and hold a reader meanwhile.
                hangs = self.limits.is_hanging(_host(request.url))
                if isinstance(error, Hopeless) or hangs or attempt == attempts:
                    raise
                failure = error
            if answer is not None and (answer.status not in RETRIED or attempt == attempts):
                if answer.status == 304 and conditional is not None:
                    return NotModified(answer.url)
                return answer
            pause = FIRST_RETRY * 2 ** (attempt - 1) * (1 + self._jitter())
            log.info(
                "asking %s again in %.1f s: %s",
                _host(request.url),
                pause.total_seconds(),
                failure.reason if failure else answer and answer.status,
            )
            await self._wait(self._clock.now() + pause)
        raise AssertionError("the last attempt returns or raises")

    async def _signed(
        self, request: Request, source_name: str, extra: Mapping[str, str]
    ) -> Payload:
        """One attempt; an ended token is renewed once (a 401 means that nothing was done)."""
        if request.auth is None:
            return await self._polite(request, source_name, extra, {})
        host = _host(request.url)
        signature = await self.signer.headers(request.auth, host)
        answer = await self._polite(request, source_name, extra, signature)
        self.signer.learn_time(host, answer.headers.get("date"))
        if answer.status == 401 and self.signer.renewable(request.auth):
            self.signer.forget(request.auth, signature)
            signature = await self.signer.headers(request.auth, host)
            answer = await self._polite(request, source_name, extra, signature)
        return answer

    async def _polite(
        self,
        request: Request,
        source_name: str,
        extra: Mapping[str, str],
        signature: Mapping[str, str],
    ) -> Payload:
        """Follow redirects of a read, keeping each host's gap; a signature stays with its host."""
        address = _with_params(request)
        for _ in range(MAX_REDIRECTS + 1):
            url = str(address)
            host = _host(url)
            await self._turn(host, source_name)
            answer = await self._send(request, address, {**extra, **signature})
            self._mind(host, answer)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS or not location or request.method != "GET":
                return answer
            following = _joined(url, location)
            if following is None:
                raise Hopeless(f"{host} redirects to something that is no web page")
            if signature and _origin(following) != _origin(url):
                return answer  # the source sees the redirect; the signature goes nowhere else
            address = _address(following)
        raise Hopeless(f"{host} redirects in a circle")

    async def _turn(self, host: str, source_name: str) -> None:
        """Wait for this host's turn. Raises RateLimited where that would take too long."""
        source = self._settings.sources.get(source_name)
        gap = self._settings.fetching.gaps.get(host, source.gap if source else timedelta())
        # A rate limit of one site must not keep a connection, a lane and a reading waiting.
        longest = max(LONGEST_WAIT, gap * 2)
        while True:
            apart = gap * (1 + 0.25 * self._jitter())
            moment = await self.limits.next_turn(host, apart, longest)
            wait = moment - self._clock.now()
            if wait > longest:
                raise RateLimited(f"{host} is to be left alone", retry_after=wait.total_seconds())
            await self._wait(moment)
            # Another request may have been told to wait meanwhile.
            if not self.limits.is_held(host):
                return

    def _mind(self, host: str, answer: Payload) -> None:
        if answer.status in (420, 429, 503):
            seconds = retry_after_seconds(answer.headers.get("retry-after"), answer.read_at)
            if seconds:
                self.limits.hold(host, self._clock.now() + timedelta(seconds=seconds))

    async def _wait(self, moment: datetime) -> None:
        seconds = self._clock.seconds_until(moment)
        if seconds > 0:
            async with self.readers.elsewhere():
                await asyncio.sleep(seconds)

    async def _send_unsigned(self, request: Request) -> Payload:
        return await self._send(request, _address(request.url), {})

    async def _send(
        self, request: Request, address: httpx.URL, extra: Mapping[str, str]
    ) -> Payload:
        headers = {**dict(request.headers), **extra}
        form = dict(request.form) or None
        url = str(address)
        host = _host(url)
        try:
            made = self._client.build_request(
                request.method, address, headers=headers, json=request.json, data=form
            )
            # Each read has its timeout; a drop every few seconds would pass them all.
            async with asyncio.timeout(self._timeout * 2):
                answer = await self._client.send(made, stream=True)
                try:
                    content = await self._body(answer, host)
                finally:
                    await answer.aclose()
        except httpx.ConnectError as error:
            if isinstance(error.__cause__, Forbidden):
                raise Hopeless(str(error.__cause__)) from None
            raise NotConnected(f"{host} cannot be reached: {_said(error)}") from None
        except httpx.PoolTimeout:
            raise NotConnected(f"{host} cannot be reached in time") from None
        except httpx.ConnectTimeout:
            self.limits.note_hanging(host, hangs=True)
            raise NotConnected(f"{host} cannot be reached in time") from None
        except (httpx.TimeoutException, TimeoutError):
            self.limits.note_hanging(host, hangs=True)
            raise Unreachable(f"{host} does not answer in time") from None
        except httpx.TransportError as error:
            raise Unreachable(f"{host} broke off: {_said(error)}") from None
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise Hopeless(f"{host or 'the link'} is not an address that can be asked") from None
        self.limits.note_hanging(host, hangs=False)
        received = {name.lower(): value for name, value in answer.headers.items()}
        return Payload(
            status=answer.status_code,
            url=url,
            content=content,
            headers=received,
            read_at=self._clock.now(),
            encoding=encoding_of(content, received.get("content-type", "")),
        )

    async def _body(self, answer: httpx.Response, host: str) -> bytes:
        """The body, unpacked by ourselves: an archive of zeros must not unpack into memory."""
        cap = self._settings.fetching.max_bytes
        packed = answer.headers.get("content-encoding", "identity").strip().lower()
        unpack = _unpacker(packed, host)
        body = bytearray()
        received = 0
        async for piece in answer.aiter_raw():
            received += len(piece)
            if unpack is None:
                body += piece
            else:
                body += _unpacked(unpack, piece, cap + 1 - len(body), host)
            if len(body) > cap:
                raise Hopeless(f"the answer of {host} is too large (over {cap // 1024} kB)")
        if unpack is not None and received and not unpack.eof:
            raise Unreachable(f"the answer of {host} is cut off")
        return bytes(body)

    async def _read_file(
        self, request: Request, conditional: Validators | None
    ) -> Payload | NotModified:
        parts = urlsplit(request.url)
        path = Path(url2pathname(parts.path))
        return await asyncio.to_thread(self._file, path, request.url, conditional)

    def _file(self, path: Path, url: str, conditional: Validators | None) -> Payload | NotModified:
        try:
            real = path.resolve()
            folders = [Path(folder).resolve() for folder in self._settings.fetching.folders]
            if not any(real.is_relative_to(folder) for folder in folders):
                raise Denied(f"{path} is not in a folder that may be read (fetch.folders)")
            facts = real.stat()
            if facts.st_size > self._settings.fetching.max_bytes:
                raise Hopeless(f"the file {path} is too large")
            etag = f"{facts.st_mtime_ns}-{facts.st_size}"
            if conditional and conditional.etag == etag:
                return NotModified(url)
            content = real.read_bytes()
        except FileNotFoundError:
            raise TargetGone(f"there is no file {path}") from None
        except OSError as error:
            raise Unreachable(f"the file {path} cannot be read: {error.strerror}") from None
        return Payload(
            status=200,
            url=url,
            content=content,
            headers={"etag": etag},
            read_at=datetime.fromtimestamp(facts.st_mtime, UTC),
            encoding=encoding_of(content),
        )


class NotConnected(Unreachable):
    """Nothing was sent."""


class Hopeless(Unreachable):
    """What asking again at once would not mend."""


def _unpacker(packed: str, host: str) -> "zlib._Decompress | None":
    if packed in ("", "identity"):
        return None
    if packed in ("gzip", "x-gzip"):
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    if packed == "deflate":
        return zlib.decompressobj()
    raise Unreachable(f"{host} packs its answer in a way we did not ask for ({packed[:20]})")


def _unpacked(unpack: "zlib._Decompress", piece: bytes, room: int, host: str) -> bytes:
    try:
        return unpack.decompress(piece, max(room, 1))
    except zlib.error:
        raise Unreachable(f"the answer of {host} is broken") from None


def _with_params(request: Request) -> httpx.URL:
    address = _address(request.url)
    if not (request.params or address.query):
        return address
    return address.copy_merge_params(list(request.params))


def _address(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise Hopeless("the link is not an address that can be asked") from None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _joined(url: str, location: str) -> str | None:
    """Where a redirect leads; None where that is no address of the web."""
    try:
        following = urljoin(url, location)
        parts = urlsplit(following)
        is_web = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:  # half an IPv6 address, a port of six digits
        return None
    return following if is_web else None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
