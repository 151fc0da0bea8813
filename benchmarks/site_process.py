"""A web server in a process of its own, on every loopback address: pages with reviews by
schema.org that never change; those whose names begin with "t" say so by a tag. What it costs is
not the bot's."""

import asyncio
import json
import sys

REVIEWS = 20
TAG = 'ETag: "unchanged"\r\n'
AS_IT_WAS = f"HTTP/1.1 304 Not Modified\r\n{TAG}\r\n".encode()


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
    head = f"HTTP/1.1 200 OK\r\n{TAG if name.startswith('t') else ''}"
    head += f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while asked := await reader.readuntil(b"\r\n\r\n"):
            is_known = b"if-none-match" in asked.lower()
            name = asked.split(b" ", 2)[1].decode().strip("/")
            writer.write(AS_IT_WAS if is_known else page(name))
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
