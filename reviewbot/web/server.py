"""Serves routes (Starlette under uvicorn) on this machine's own address, in the bot's own loop.

Imported only where a port is configured. A room that wants to be called gives a route; it hears
what is signed or not, what is too long or not, by itself: nothing here knows who may call.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

log = logging.getLogger(__name__)

# At INFO it tells of its own start and end.
logging.getLogger("uvicorn").setLevel(logging.WARNING)

HOST = "127.0.0.1"
MOST_HEAD = 8_192
MOST_AT_ONCE = 32
PATIENCE = timedelta(seconds=10)
"""How long a caller may take to say what it wants."""
GRACE_SECONDS = 2


class WebServer:
    """Listens while `run` runs."""

    def __init__(
        self, port: int, routes: Sequence[BaseRoute], patience: timedelta = PATIENCE
    ) -> None:
        self.port = port
        self.is_open = asyncio.Event()
        """Set once the port is listened on."""
        self._app = Starlette(routes=routes)
        self._app.router.redirect_slashes = False
        self._patience = patience

    async def run(self, stop: asyncio.Event) -> None:
        """Answer calls until `stop`. A port that is taken is logged; the rest of the bot works."""
        try:
            listener = socket.create_server((HOST, self.port))
        except OSError as error:
            reason = error.strerror
            log.error("nothing can listen on %s:%d: %s", HOST, self.port, reason)
            return
        self.port = listener.getsockname()[1]
        server = _Server(self._config(), stop, self.is_open)
        with listener:
            await server.serve([listener])

    def _config(self) -> uvicorn.Config:
        class Impatient(_Protocol):
            patience = self._patience

        return uvicorn.Config(
            self._app,
            http=Impatient,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=MOST_AT_ONCE,
            h11_max_incomplete_event_size=MOST_HEAD,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )


class _Server(uvicorn.Server):
    """uvicorn's server, told to stop by an event. Signals are the application's."""

    def __init__(
        self, config: uvicorn.Config, stop: asyncio.Event, is_open: asyncio.Event
    ) -> None:
        super().__init__(config)
        self._stop = stop
        self._is_open = is_open

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._is_open.set()

    async def main_loop(self) -> None:
        await self._stop.wait()


class _Protocol(H11Protocol):
    """uvicorn's connection, but for callers that do not come to the point."""

    patience = PATIENCE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.patience.total_seconds(), self._end)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> None:
        if self._asked is None:
            self._end()

    def _end(self) -> None:
        """Leave a caller that asked for nothing, or asks for nothing more."""
        if self.transport.is_closing():
            return
        if self._asked is None:
            self.send_400_response("The call is incomplete.")
        elif self._asked.response_complete:
            self.transport.close()

    @property
    def _asked(self) -> RequestResponseCycle | None:
        """The call that is answered, or was last; None before the first."""
        return cast(RequestResponseCycle | None, self.cycle)
