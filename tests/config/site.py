"""A loopback site with one page of reviews, and the Bot API fake with what the wizard asks."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from reviewbot.demo.loopback import Requests
from tests.telegram_fake import TelegramFake

PAGE = {
    "@context": "https://schema.org",
    "@type": "CafeOrCoffeeShop",
    "name": "Точка",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.6, "reviewCount": 312},
    "review": [
        {
            "@type": "Review",
            "author": {"@type": "Person", "name": "Анна"},
            "datePublished": "2026-03-01",
            "reviewBody": "Ждали сорок минут.",
            "reviewRating": {"@type": "Rating", "ratingValue": 1},
        }
    ],
}
BODY = (
    '<html><head><title>Точка, Тверская 12</title><script type="application/ld+json">'
    f"{json.dumps(PAGE, ensure_ascii=False)}</script></head><body></body></html>"
).encode()


@asynccontextmanager
async def site(status: int = 200, body: bytes = BODY) -> AsyncIterator[str]:
    """Serve one page at every path; give its address."""
    head = (
        f"HTTP/1.1 {status} X\r\ncontent-type: text/html; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await anext(Requests(reader))
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/tochka"
    finally:
        server.close()
        await server.wait_closed()


class Telegram(TelegramFake):
    """With forums, rights and people who were not met, as getChat tells them."""

    silent: frozenset[int] = frozenset()
    muted: frozenset[int] = frozenset()

    async def do_getChat(self, params: dict[str, Any]) -> Any:
        chat_id = int(params["chat_id"])
        known = await super().do_getChat(params)
        known["permissions"] = {"can_send_messages": chat_id not in self.muted}
        known["is_forum"] = bool(self.chats[chat_id].topics)
        return known
