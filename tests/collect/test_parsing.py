"""Heavy pages are read beside the event loop: everything else goes on meanwhile."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from reviewbot.collect.parsing import AT_ONCE, Parsing
from reviewbot.core.contract import Page, Payload, Source, Target
from reviewbot.core.model import Health
from reviewbot.words.blind_notices import NoticeContext, blind_notice
from reviewbot.words.language import Language
from tests.collect import small_site
from tests.collect.collect_world import collect_world, many
from tests.collect.small_site import SmallSite
from tests.patience import PATIENCE

TARGET = Target("t", "small", "t")


class Held:
    """A source whose `parse` lasts until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.most = 0
        self.gate, self.full = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def parse(self, answer: Payload, target: Target) -> Page:
        with self._lock:
            self.begun += 1
            self.most = max(self.most, self.begun)
            if self.begun == AT_ONCE:
                self.full.set()
        assert self.gate.wait(PATIENCE)
        with self._lock:
            self.begun -= 1
        return Page(())


async def test_the_loop_goes_on_while_pages_are_parsed_a_few_at_a_time() -> None:
    held, parsing = Held(), Parsing()
    answer = Payload(200, "http://small.test/", b"")
    source = cast(Source, held)
    async with asyncio.TaskGroup() as pages:
        reads = [
            pages.create_task(parsing.page(source, answer, TARGET)) for _ in range(AT_ONCE + 2)
        ]
        assert await asyncio.to_thread(held.full.wait, PATIENCE)
        assert not any(read.done() for read in reads), "and yet we are here"
        held.gate.set()
    assert held.most == AT_ONCE


async def test_a_source_with_a_bare_next_is_told_and_not_waited_for(tmp_path: Path) -> None:
    """No future can carry StopIteration: who awaited it would wait for ever."""

    def parse(answer: Payload, target: Target) -> Page:
        return next(iter(()))

    async with collect_world(tmp_path, SmallSite(list(many(3))), source=odd(parse=parse)) as world:
        async with asyncio.timeout(PATIENCE):
            report = await world.read()
        assert report.health is Health.OWN_FAULT
        assert "RuntimeError" in report.cause


async def test_a_fault_of_our_own_is_told_as_ours_and_not_as_a_changed_page(
    tmp_path: Path,
) -> None:
    def parse(answer: Payload, target: Target) -> Page:
        raise KeyError("stars")

    async with collect_world(tmp_path, SmallSite(list(many(3))), source=odd(parse=parse)) as world:
        report = await world.read()
        assert (report.health, report.cause) == (
            Health.OWN_FAULT,
            "the reader failed: KeyError",
        )
        [copy] = [row for row in world.notices("blind") if row.chat_key == "operator"]
    for language, cause, remedy in (
        ("en", "a fault of reviewbot itself", "Its log says where it broke"),
        ("ru", "сбой в самом reviewbot", "Где именно, сказано в его журнале"),
    ):
        context = NoticeContext(Language(language), "Europe/Moscow", None, "bot")
        html = str(blind_notice(copy.payload["params"], context).html)
        assert cause in html
        assert remedy in html


ENDLESS = """
import asyncio, threading
from reviewbot.collect.parsing import Parsing

async def main():
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    class Endless:
        def parse(self, answer, target):
            loop.call_soon_threadsafe(begun.set)
            threading.Event().wait()

    reading = asyncio.ensure_future(Parsing().page(Endless(), None, None))
    await begun.wait()
    reading.cancel()

asyncio.run(main())
print("gone")
"""


def test_a_page_without_end_does_not_keep_the_process() -> None:
    """A stop is promised within seconds, whatever a source is at."""
    child = subprocess.run(
        [sys.executable, "-c", ENDLESS], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (child.returncode, child.stdout, child.stderr) == (0, "gone\n", "")


def odd(**own: Any) -> ModuleType:
    """The small site's module with something of its own."""
    usual = vars(sys.modules[small_site.__name__])
    return cast(ModuleType, SimpleNamespace(**{**usual, **own}))
