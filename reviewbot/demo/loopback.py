"""A small HTTP/1.1 server on 127.0.0.1, for the demo and the tests: h11 reads what it is asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import h11


@dataclass(frozen=True, slots=True)
class LoopbackRequest:
    """One request; `target` is as it was asked, `path` without its escapes. Header names are lower
    case; of a repeated query name the last value stays."""

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True, slots=True)
class LoopbackResponse:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: Any, status: int = 200) -> Self:
        return cls(
            status,
            json.dumps(value, ensure_ascii=False).encode(),
            {"content-type": "application/json; charset=utf-8"},
        )

    @classmethod
    def of_html(cls, text: str, status: int = 200) -> Self:
        return cls(status, text.encode(), {"content-type": "text/html; charset=utf-8"})


Handler = Callable[[LoopbackRequest], Awaitable[LoopbackResponse]]


class Loopback:
    """`async with Loopback(handler) as server:` serves on a free port; `server.url` says where."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        try:
            async for asked in Requests(reader):
                answer = await self._handler(asked)
                headers = {"content-length": str(len(answer.body)), **answer.headers}
                head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                writer.write(f"HTTP/1.1 {answer.status} .\r\n{head}\r\n".encode() + answer.body)
                await writer.drain()
        except (ConnectionError, h11.RemoteProtocolError):
            pass  # the client went away, or is none; nothing is owed to it
        except asyncio.CancelledError:
            pass  # the server closes: asyncio logs a cancelled connection as an error
        finally:
            writer.close()
            # Where the server closes meanwhile, too: this talk is over anyway.
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


class Requests:
    """The requests of one connection, one after another, read by h11. Ends where the client goes
    away; raises h11.RemoteProtocolError where it does not speak HTTP/1.1."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._rest = b""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> LoopbackRequest:
        # A machine a request: what is answered, and how badly, is the server's own matter.
        machine = h11.Connection(h11.SERVER)
        machine.receive_data(self._rest or await self._more())
        head, body = None, bytearray()
        while True:
            event = machine.next_event()
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif event is h11.NEED_DATA:
                machine.receive_data(await self._more())
            elif head is not None and isinstance(event, h11.EndOfMessage):
                self._rest = machine.trailing_data[0]
                return _request(head, bytes(body))
            else:
                raise StopAsyncIteration

    async def _more(self) -> bytes:
        if not (data := await self._reader.read(65_536)):
            raise StopAsyncIteration
        return data


def _request(head: h11.Request, body: bytes) -> LoopbackRequest:
    target = head.target.decode("latin-1")
    parts = urlsplit(target)
    return LoopbackRequest(
        head.method.decode(),
        target,
        unquote(parts.path),
        {name: values[-1] for name, values in parse_qs(parts.query).items()},
        {name.decode(): value.decode("latin-1") for name, value in head.headers},
        body,
    )
