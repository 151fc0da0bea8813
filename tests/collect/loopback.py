"""A web server on loopback that answers as it is told and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from reviewbot.demo.loopback import LoopbackRequest, Requests


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """`hang`: never answer. `cut`: close after that many bytes of the body. `raw`: the bytes of a
    whole answer."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    cut: int | None = None
    raw: bytes | None = None


Handler = Callable[[Asked], Answer]


@dataclass
class Server:
    port: int
    handler: Handler
    asked: list[Asked] = field(default_factory=list)
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Server]:
    """Serve until the block ends."""
    server: Server

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.open.add(writer)
        try:
            async for request in Requests(reader):
                asked = _asked(request)
                server.asked.append(asked)
                answer = server.handler(asked)
                if answer.hang:
                    await reader.read()
                    return
                writer.write(_bytes_of(answer))
                await writer.drain()
                if answer.cut is not None or answer.raw is not None:
                    return
        except ConnectionError:
            return
        finally:
            server.open.discard(writer)
            writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0)
    server = Server(listener.sockets[0].getsockname()[1], handler)
    try:
        yield server
    finally:
        listener.close()
        for writer in list(server.open):
            writer.close()
        await listener.wait_closed()
        await asyncio.sleep(0)


def _asked(request: LoopbackRequest) -> Asked:
    return Asked(
        request.method,
        urlsplit(request.target).path,
        dict(request.query),
        dict(request.headers),
        request.body,
    )


def _bytes_of(answer: Answer) -> bytes:
    if answer.raw is not None:
        return answer.raw
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    headers = {"Content-Length": str(len(body)), **answer.headers}
    head = f"HTTP/1.1 {answer.status} Told\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + body[: answer.cut]
