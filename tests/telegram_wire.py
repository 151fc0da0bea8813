"""HTTP/1.1 as far as a Bot API needs it: forms, multipart uploads, keep-alive, long polls."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Upload:
    name: str
    content: bytes


@dataclass
class Call:
    """One request to the Bot API: its method's name and parameters."""

    token: str
    method: str
    params: dict[str, Any] = field(default_factory=dict)
    at: float = 0.0


@dataclass
class Answer:
    """`body` is JSON, or a file's bytes. `drop`: close the connection without a word, as a network
    does."""

    status: int
    body: dict[str, Any] | bytes
    drop: bool = False


Handler = Callable[[Call], Awaitable[Answer]]


async def serve(
    handler: Handler, talks: set[asyncio.Task[None]], *, port: int = 0
) -> asyncio.Server:
    """Listen on loopback; `talks` holds the tasks of open connections, to be cancelled."""

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            while (call := await _read(reader)) is not None:
                answer = await handler(call)
                if answer.drop:
                    return
                writer.write(_response(answer))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # a cancelled task would be reported as an error by the stream's protocol
        finally:
            talks.discard(task)
            writer.transport.abort() if task.cancelling() else writer.close()

    return await asyncio.start_server(conversation, "127.0.0.1", port, limit=2**22)


def _response(answer: Answer) -> bytes:
    # Lone surrogates in an update are sent as JSON escapes, as Telegram itself has done.
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    head = f"HTTP/1.1 {answer.status} X\r\ncontent-type: application/json\r\n"
    return head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body


async def _read(reader: asyncio.StreamReader) -> Call | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, _, rest = head.partition(b"\r\n")
    _, target, _ = first.decode().split(" ")
    headers = BytesParser(policy=HTTP).parsebytes(rest)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    url = urlsplit(target)
    path = unquote(url.path)
    _, token, method = path.rsplit("/", 2) if path.count("/") > 1 else ("", "", path)
    params: dict[str, Any] = dict(parse_qsl(url.query, keep_blank_values=True))
    kind = str(headers.get("content-type", ""))
    if kind.startswith("multipart/form-data"):
        params |= _multipart(kind, body)
    elif body:
        params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return Call(token.removeprefix("bot"), method, params)


def _multipart(kind: str, body: bytes) -> dict[str, Any]:
    message = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + body)
    fields: dict[str, Any] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        file_name = part.get_filename()
        fields[name] = Upload(file_name, content) if file_name else content.decode()
    return fields
