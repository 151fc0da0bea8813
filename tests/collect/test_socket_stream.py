"""Connections as httpcore uses them: with TLS and without, large bodies, an end at any moment."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reviewbot.collect.fetching.egress import CheckedBackend
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse

LARGE = b"a review " * 300_000


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """Make a certificate that vouches for itself, with its key, for one address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)  # noqa: TID251 - OpenSSL asks the wall
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / f"{address}.pem"
    path.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    return path


@asynccontextmanager
async def behind_tls(inner: str, shown: Path) -> AsyncIterator[str]:
    """Take TLS off for a server that has none; yield the address."""
    port = int(inner.rpartition(":")[2])

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, back), pump(to, writer), return_exceptions=True)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def pool(trusted: Path | None = None) -> httpcore.AsyncConnectionPool:
    context = ssl.create_default_context(cafile=trusted) if trusted else None
    return httpcore.AsyncConnectionPool(
        ssl_context=context, network_backend=CheckedBackend(["127.0.0.1"])
    )


async def echo(request: LoopbackRequest) -> LoopbackResponse:
    return LoopbackResponse(200, request.body or LARGE)


async def test_large_bodies_go_both_ways(tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    async with (
        Loopback(echo) as server,
        behind_tls(server.url, shown) as secured,
        pool(shown) as sites,
    ):
        for url in (server.url, secured):
            for _ in range(2):  # the second over the same connection
                assert (await sites.request("GET", url)).content == LARGE
                assert (await sites.request("POST", url, content=LARGE)).content == LARGE
        assert len(sites.connections) == 2


@pytest.mark.parametrize(("of", "said"), [("127.0.0.1", "self-signed"), ("127.0.0.9", "mismatch")])
async def test_a_certificate_that_vouches_for_nobody_is_refused(
    tmp_path: Path, of: str, said: str
) -> None:
    shown = certificate(tmp_path, of)
    trusted = shown if said == "mismatch" else certificate(tmp_path, "127.0.0.2")
    async with (
        Loopback(echo) as server,
        behind_tls(server.url, shown) as secured,
        pool(trusted) as sites,
    ):
        with pytest.raises(httpcore.ConnectError, match=said):
            await sites.request("GET", secured)


async def test_a_connection_that_the_site_ended_is_not_used_again() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(once, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, pool() as sites:
        for _ in range(3):
            assert (await sites.request("GET", url)).content == b"ok"
            await ended.wait()
            while not all(each.has_expired() for each in sites.connections):  # noqa: ASYNC110 - its end sets no event
                await asyncio.sleep(0)
            ended.clear()


async def test_what_does_not_come_in_time_is_told_as_such() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked_to_end.wait()
        writer.transport.abort()

    asked_to_end = asyncio.Event()
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    brief = {"timeout": {"connect": 5.0, "read": 0.05, "write": 0.05, "pool": 5.0}}
    async with server, pool() as sites:
        with pytest.raises(httpcore.ReadTimeout):
            await sites.request("GET", url, extensions=brief)
        with pytest.raises(httpcore.WriteTimeout):
            await sites.request("POST", url, content=b"0" * 50_000_000, extensions=brief)
        waiting = asyncio.ensure_future(sites.request("GET", url))
        asked_to_end.set()
        with pytest.raises((httpcore.ReadError, httpcore.RemoteProtocolError)):
            await waiting
