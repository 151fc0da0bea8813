"""A web server in a process of its own, on every loopback address: pages with reviews by
schema.org that never change. What it costs is not the bot's."""

import asyncio
import json
import sys

REVIEWS = 20


def page(name: str) -> bytes:
    """Return the whole answer for a path."""
    reviews = [
        {
            "@type": "Review",
            "@id": f"https://example.org/{name}/r{number}",
            "author": {"@type": "Person", "name": f"Guest {number}"},
            "datePublished": f"2026-01-{number + 1:02d}",
            "reviewBody": "Lovely coffee, thank you! " * 6,
            "reviewRating": {"@type": "Rating", "ratingValue": 5},
        }
        for number in range(REVIEWS)
    ]
    about = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": name,
        "review": reviews,
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 5, "reviewCount": REVIEWS},
    }
    script = f'<script type="application/ld+json">{json.dumps(about)}</script>'
    body = f"<html><head>{script}</head><body>{name}</body></html>".encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}"
    )
    return head.encode() + b"\r\n\r\n" + body


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while asked := await reader.readuntil(b"\r\n\r\n"):
            writer.write(page(asked.split(b" ", 2)[1].decode().strip("/")))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serve until standard input ends; the port is the first line of the output."""
    server = await asyncio.start_server(_talk, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
