"""HTTP/1.1 as far as a Bot API needs it: forms, multipart uploads, keep-alive, long polls."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from h11 import RemoteProtocolError

from reviewbot.demo.loopback import LoopbackRequest, Requests


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
            async for request in Requests(reader):
                answer = await handler(_call(request))
                if answer.drop:
                    return
                writer.write(_response(answer))
                await writer.drain()
        except (ConnectionError, RemoteProtocolError, asyncio.CancelledError):
            return  # a cancelled task would be reported as an error by the stream's protocol
        finally:
            talks.discard(task)
            writer.transport.abort() if task.cancelling() else writer.close()

    return await asyncio.start_server(conversation, "127.0.0.1", port)


def _response(answer: Answer) -> bytes:
    # Lone surrogates in an update are sent as JSON escapes, as Telegram itself has done.
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    head = f"HTTP/1.1 {answer.status} X\r\ncontent-type: application/json\r\n"
    return head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body


def _call(request: LoopbackRequest) -> Call:
    path, body = request.path, request.body
    _, token, method = path.rsplit("/", 2) if path.count("/") > 1 else ("", "", path)
    params: dict[str, Any] = dict(
        parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    )
    kind = request.headers.get("content-type", "")
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
