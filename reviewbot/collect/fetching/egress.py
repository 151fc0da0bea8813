"""Where a connection may go: every address is checked, and the checked one is connected to.

A link comes from a config file, a redirect from a stranger: neither may reach the machine's own
network. Checking a name and letting the client resolve it again would leave a gap for a name that
answers differently the second time, so the check sits where the socket is opened.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
)
from contextlib import contextmanager
from functools import cache

import httpcore
import httpx

from reviewbot.core.connections import with_port

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(httpcore.ConnectError):
    """The address is private, loopback, link-local or otherwise not of the public internet."""


def is_public(address: IpAddress) -> bool:
    """Whether an address is of the public internet; IPv4 hidden in IPv6 is looked at itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens sockets: resolves the host, checks every address, connects to a checked one.

    TLS keeps the host's name (SNI and certificate), the request its Host header: both are made
    above this layer. Raises Forbidden, an httpcore.ConnectError.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._allowed = frozenset(name.lower() for name in allowed)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port, timeout)
        if not self._is_allowed(host.lower(), port):
            for address in addresses:
                if not is_public(address) and not self._is_allowed(str(address), port):
                    raise Forbidden(
                        f"{host}:{port} is at {address}, which is not a public address; "
                        "name it in allowed_hosts where that is meant"
                    )
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses[:4]:
            try:
                return await self._backend.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _is_allowed(self, host: str, port: int) -> bool:
        return host in self._allowed or with_port(host, port) in self._allowed

    async def _resolve(self, host: str, port: int, within: float | None) -> list[IpAddress]:
        try:
            async with asyncio.timeout(within):
                resolved = await asyncio.get_running_loop().getaddrinfo(
                    host, port, type=socket.SOCK_STREAM
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} could not be resolved in time") from error
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise httpcore.ConnectError(f"{host} could not be resolved: {why}") from error
        addresses: list[IpAddress] = []
        for *_, name in resolved:
            address = ipaddress.ip_address(str(name[0]).partition("%")[0])
            if address not in addresses:
                addresses.append(address)
        return addresses

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


POOLS = 64
KEPT_OF_A_POOL = 4
"""A pool goes through all its idle connections several times a request: many small ones keep
connections to many hosts, each for little."""


@cache
def _trusted() -> ssl.SSLContext:
    # Read once: each reading takes tens of milliseconds.
    return httpx.create_ssl_context(trust_env=False)


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects only where `CheckedBackend` lets it; no proxy is used. Raises httpx's errors; where
    an address is not allowed, a ConnectError whose cause is Forbidden.

    httpx's own transport has no parameter for httpcore's network backend. Rewriting the URL to the
    address instead would let two names of one address share a TLS connection checked for one.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        context = _trusted()
        backend = CheckedBackend(allowed)
        self._pools = [
            httpcore.AsyncConnectionPool(
                ssl_context=context,
                network_backend=backend,
                max_connections=50,
                max_keepalive_connections=KEPT_OF_A_POOL,
                keepalive_expiry=65.0,
            )
            for _ in range(POOLS)
        ]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = await self._pool(request.url.host).handle_async_request(asked)
        assert isinstance(answer.stream, AsyncIterable)
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, answer.aclose),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    def _pool(self, host: str) -> httpcore.AsyncConnectionPool:
        return self._pools[hash(host) % POOLS]


class _Body(httpx.AsyncByteStream):
    """The body of an answer, piece by piece as it arrives."""

    def __init__(self, pieces: AsyncIterable[bytes], close: Callable[[], Awaitable[None]]) -> None:
        self._pieces = pieces
        self._close = close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for piece in self._pieces:
                yield piece

    async def aclose(self) -> None:
        with _as_httpx():
            await self._close()


_NAMES: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore.TimeoutException: httpx.TimeoutException,
    httpcore.NetworkError: httpx.NetworkError,
    httpcore.ProtocolError: httpx.ProtocolError,
}
"""httpcore's errors by httpx's names for them, the special before the general."""


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(_NAMES) as error:
        name = next(name for kind, name in _NAMES.items() if isinstance(error, kind))
        raise name(str(error)) from error
