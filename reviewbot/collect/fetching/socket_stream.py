"""A connection as httpcore wants one, straight on asyncio: the backend that comes with it asks the
kernel for a socket's addresses and state several times a request."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

FULL = 256 * 1024
"""Bytes that wait to be read; more stay with who sends them."""


class SocketStream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """What was received and not read yet, and whether the other side is done. Raises httpcore's
    errors."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._is_over = self._is_full = False
        self._error: Exception | None = None
        self._arrives: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        within: float | None,
        local_address: str | None,
        options: Iterable[httpcore.SOCKET_OPTION],
    ) -> "SocketStream":
        """Return a connection to an address. Raises ConnectError, ConnectTimeout."""
        local = (local_address, 0) if local_address else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(within):
                _, stream = await loop.create_connection(cls, host, port, local_addr=local)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for option in options:
            stream.get_extra_info("socket").setsockopt(*option)
        return stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> "SocketStream":
        loop, secured = asyncio.get_running_loop(), None
        try:
            async with asyncio.timeout(timeout):
                secured = await loop.start_tls(
                    self._transport, self, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        finally:
            if secured is None:
                self._transport.abort()
        if secured is None:
            raise httpcore.ConnectError("the other side is gone")
        self._transport = secured
        return self

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> bytes:
        if not self._received and not self._is_over:
            self._arrives = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._arrives
            except TimeoutError as error:
                raise httpcore.ReadTimeout(str(error)) from error
            finally:
                self._arrives = None
        if not self._received and self._error is not None:
            raise httpcore.ReadError(str(self._error)) from self._error
        given = bytes(self._received[:max_bytes])
        del self._received[:max_bytes]
        if self._is_full and len(self._received) < FULL and not self._is_over:
            self._is_full = False
            self._transport.resume_reading()
        return given

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
    ) -> None:
        if not buffer:
            return
        if self._is_over:
            raise httpcore.WriteError(str(self._error or "the other side is gone"))
        self._transport.write(buffer)
        if self._drained is None:
            return
        try:
            async with asyncio.timeout(timeout):
                await self._drained
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        if self._error is not None:
            raise httpcore.WriteError(str(self._error)) from self._error

    async def aclose(self) -> None:
        # Not closed in good order, which TLS does over the network: nobody waits for the rest.
        self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return bool(self._received) or self._is_over
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) >= FULL and not self._is_full:
            self._is_full = True
            self._transport.pause_reading()
        _wake(self._arrives)

    def eof_received(self) -> None:
        self._is_over = True
        _wake(self._arrives)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over, self._error = True, exc
        _wake(self._arrives)
        _wake(self._drained)

    def pause_writing(self) -> None:
        self._drained = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        _wake(self._drained)
        self._drained = None


def _wake(waiting: "asyncio.Future[None] | None") -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
