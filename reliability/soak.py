"""`make soak MINUTES=30`: one installation under load for long; what it holds must not grow.

Twenty sources (two good ones, hosts that hang, hosts that show a captcha), 5,000 reviews a day by
a clock sixty times faster than the wall, floods of 429 from Telegram, a kill now and then. Memory
and descriptors are read of the child's process; a child counts from its second minute on.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed
from urllib.parse import urlsplit

from sqlmodel import col, func, select

from benchmarks.__main__ import kept, machine
from reliability.__main__ import RESULTS
from reliability.hanging import add, hang
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.store.tables import OutboxRow, TicketRow
from tests.journeys.killed_world import KilledWorld, sound

HANGING, BLIND = 9, 9
A_DAY = 5000
SPEED = 60.0
SHOWN = 50
"""Reviews on the site at a time, as on a page of a real one."""
LIVES = 600.0
"""Seconds from kill to kill."""
SETTLED = 60.0
MOST_GROWTH = 10.0
"""MiB, in one life of a child."""


@dataclass(slots=True)
class Life:
    """One child, from start to kill: (MiB resident, descriptors) over time."""

    readings: list[tuple[float, int]] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """MiB from the median of the first fifth to that of the last."""
        held = [memory for memory, _ in self.readings]
        few = max(1, len(held) // 5)
        return sorted(held[-few:])[few // 2] - sorted(held[:few])[few // 2] if held else 0.0

    @property
    def descriptors(self) -> tuple[int, int]:
        counts = [count for _, count in self.readings] or [0]
        return min(counts), max(counts)


Soaked = tuple[list[Life], int, int, str]
"""The lives, how many reviews came, how many have no ticket, what else is wrong."""


async def soak(folder: Path, minutes: float) -> Soaked:
    """Soak one installation for so many minutes of the wall."""
    dice, guests, lives = Random(1), 0, [Life()]
    tickets = select(func.count(col(TicketRow.id)))
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(KilledWorld(folder))
        captcha = await stack.enter_async_context(Loopback(_captcha))
        blind = ("127.0.0.1", urlsplit(captcha.url).port or 0)
        places = [await hang(stack, number + 1) for number in range(HANGING)]
        add(folder / "config.toml", [*places, *[blind] * BLIND])
        await world.meet("none")
        began = born = read_at = time.monotonic()
        while (now := time.monotonic()) < began + minutes * 60:
            guests += 1
            world.guest(f"g{guests}")
            # What no reading was shown cannot be lost: on a busy machine the list grows instead.
            told = world.look(lambda rows: rows.exec(tickets).one()) or 0
            del world.site.business[: -max(SHOWN, guests - told + SHOWN)]
            if dice.random() < 0.01:
                world.telegram.fail("sendMessage", 429, retry_after=2)
            if now > read_at + 5:
                read_at = now
                if now > born + SETTLED:
                    lives[-1].readings.append(world.held())
            if now > born + LIVES:
                await world.kill()
                await world.start()
                lives.append(Life())
                born = time.monotonic()
            await asyncio.sleep(86_400 / A_DAY / SPEED)
        world.telegram.clear_troubles()
        with suppress(AssertionError):  # what is still missing is counted
            await world.until(lambda rows: rows.exec(tickets).one() >= guests, "all tickets")
        told = world.look(lambda rows: rows.exec(tickets).one())
        unsent = select(func.count()).where(
            col(OutboxRow.sent_at).is_(None), col(OutboxRow.parked_at).is_(None)
        )
        problem = ""
        try:
            await world.until(lambda rows: rows.exec(unsent).one() < 5, "the queue to empty")
        except AssertionError as error:
            problem = str(error)[:1000]
        if not await world.until(sound, "a sound database"):
            problem = "the database is not sound"
        await world.end()
    return lives, guests, guests - told, problem


async def _captcha(_: LoopbackRequest) -> LoopbackResponse:
    return LoopbackResponse(200, b"<html>captcha: are you a robot?</html>")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RELIABILITY.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        lives, guests, lost, problem = asyncio.run(soak(Path(folder), asked.minutes))
    lines = [
        f"Soaked for {asked.minutes:g} minutes on {machine()}: {guests} reviews, {lost} of them "
        f"without a ticket, {len(lives) - 1} kills. {problem}",
        "",
        "| life | readings | MiB at the end | growth in MiB | descriptors |",
        "|---|---|---|---|---|",
    ]
    for number, life in enumerate(lives, start=1):
        least, most = life.descriptors
        last = life.readings[-1][0] if life.readings else 0.0
        lines.append(
            f"| {number} | {len(life.readings)} | {last:.0f} | {life.growth:+.1f} | "
            f"{least}–{most} |"
        )
    print("\n".join(lines))
    if asked.keep:
        RESULTS.write_text(kept(RESULTS.read_text(), "Soak", "\n".join(lines)))
    return int(bool(problem or lost or max(life.growth for life in lives) > MOST_GROWTH))


if __name__ == "__main__":
    sys.exit(main())
