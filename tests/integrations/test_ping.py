"""The address that is asked while all is well: as often as the file says, and never when not."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from reviewbot.app import App
from reviewbot.config import load
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.integrations import ping
from reviewbot.ticks import Pace
from tests.config.config_files import SHORT, TOKEN, written
from tests.patience import PATIENCE

RARELY = 3600.0
"""Seconds between the ticks that this test has nothing to do with."""


class Watcher:
    """Whoever notices a bot that is gone: counts how often it was asked."""

    def __init__(self, wanted: int = 1) -> None:
        self.asked: list[str] = []
        self._wanted = wanted
        self.enough = asyncio.Event()

    async def handle(self, request: LoopbackRequest) -> LoopbackResponse:
        self.asked.append(request.path)
        if len(self.asked) >= self._wanted:
            self.enough.set()
        return LoopbackResponse.of_json({})


async def test_the_address_is_asked_as_often_as_the_file_says(tmp_path: Path) -> None:
    """Three times within the patience of a test; without the key it would be every five
    minutes."""
    watcher = Watcher(wanted=3)
    async with Loopback(watcher.handle) as server:
        text = f'{SHORT}[fallback]\nping = "{server.url}/alive"\nping_every = "1m"\n'
        environ = {"REVIEWBOT_TELEGRAM_TOKEN": TOKEN}
        loaded = load(written(tmp_path, text), environ=environ)
        said = loaded.settings.fallback
        assert said.ping_every == timedelta(minutes=1)
        often = replace(said, ping_every=timedelta(milliseconds=20))
        loaded = replace(loaded, settings=replace(loaded.settings, fallback=often))
        pace = Pace(RARELY, RARELY, RARELY, RARELY, RARELY, RARELY)
        async with App(loaded, pace=pace) as app:
            app.ticks.start()
            async with asyncio.timeout(PATIENCE):
                await watcher.enough.wait()
            await app.ticks.stop()
    assert set(watcher.asked) == {"/alive"}


async def test_a_bot_of_which_something_is_stuck_does_not_say_that_all_is_well() -> None:
    watcher = Watcher()
    async with Loopback(watcher.handle) as server:
        assert not await ping.ask(f"{server.url}/alive", lambda: False)
        assert watcher.asked == []
        assert await ping.ask(f"{server.url}/alive", lambda: True)
    assert watcher.asked == ["/alive"]
