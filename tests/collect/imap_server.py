"""A real IMAP server (pymap, in memory) in a thread of its own, on a free port of loopback."""

import asyncio
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imapclient import IMAPClient
from proxyprotocol.result import ProxyResultLocal
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService

from tests.patience import PATIENCE

USER, PASSWORD = "owner", "a secret of the owner's"


@dataclass
class MailServer:
    """The mailbox as its owner's other programs see it."""

    port: int = 0
    ready: threading.Event = field(default_factory=threading.Event)

    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=PATIENCE)
        client.login(USER, PASSWORD)
        return client

    def deliver(self, *mails: bytes) -> None:
        client = self.client()
        client.multiappend("INBOX", mails)
        client.logout()

    def flags(self) -> list[tuple[bytes, ...]]:
        client = self.client()
        client.select_folder("INBOX", readonly=True)
        found = [tuple(flags) for flags in client.get_flags(client.search()).values()]
        client.logout()
        return found


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Serve until the block ends."""
    post, ended = MailServer(), []

    async def serve() -> None:
        parser = ArgumentParser()
        parser.set_defaults(debug=False, passlib_cfg=None, inherited_sockets=None)
        DictBackend.add_subparser("dict", parser.add_subparsers())
        IMAPService.add_arguments(parser)
        args = parser.parse_args(
            ["--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
        )
        backend, config = await DictBackend.init(args)
        config.apply_context()
        imap = IMAPServer(backend.login, config)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # Not by the library's own callback: nothing holds the task it makes, and Python 3.13
            # collects it in the midst of a talk.
            try:
                await imap(reader, writer, SocketInfo.get(writer, ProxyResultLocal()))
            finally:
                writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        post.port = server.sockets[0].getsockname()[1]
        stop = asyncio.Event()
        ended.append((asyncio.get_running_loop(), stop))
        post.ready.set()
        async with server:
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert post.ready.wait(PATIENCE)
    try:
        yield post
    finally:
        loop, stop = ended[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
