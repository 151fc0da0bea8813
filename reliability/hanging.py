"""Twenty hosts that hang beside a good one: how much later the good one's reviews are told."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from reliability.figures import Case, Figures
from tests.journeys.killed_world import KilledWorld

HOSTS = 20
GUESTS = 5
TIMEOUT = 3
"""Seconds of the wall, of one answer; the good site is read every two seconds."""
MOST_TIMES = 2.0
"""The good site's lag beside the hanging ones, by its lag without them."""
FLOOR = 3.0
"""Seconds of lag that a busy machine may add by itself."""


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Measure the lag without and with, as often as a tenth of the seeds."""
    cases = []
    for number in range(max(1, seeds // 10)):
        alone, beside = [
            await lag(folder / f"{number}-{hosts}", hosts, number) for hosts in (0, HOSTS)
        ]
        problem = alone.problem or beside.problem
        if not problem and beside.seconds > max(alone.seconds * MOST_TIMES, FLOOR):
            problem = f"{beside.seconds:.1f} s in place of {alone.seconds:.1f} s"
        cases.append(Case(f"round {number}", beside.lost, 0, beside.seconds, problem))
    what = "a good site's median lag"
    return [Figures(f"{HOSTS} hanging hosts: at most twice the lag of a good one", what, cases)]


async def lag(folder: Path, hosts: int, number: int) -> Case:
    """Return the median seconds from a review on the good site to its card."""
    await asyncio.to_thread(folder.mkdir)
    name = f"{hosts} hanging, round {number}"
    try:
        async with AsyncExitStack() as stack:
            world = await stack.enter_async_context(KilledWorld(folder))
            add(folder / "config.toml", [await hang(stack, n + 1) for n in range(hosts)])
            await world.meet("none")
            return Case(name, seconds=median([await _told(world, n) for n in range(GUESTS)]))
    except (AssertionError, TimeoutError) as error:
        return Case(name, lost=1, problem=str(error)[:2000] or "nothing happened in time")


async def _told(world: KilledWorld, number: int) -> float:
    began = time.monotonic()
    world.guest(f"g{number + 1}")
    await world.spoken_of(number + 1)
    return time.monotonic() - began


async def hang(stack: AsyncExitStack, number: int) -> tuple[str, int]:
    """Listen at an address of this machine, take every request and answer none; return where."""
    address = f"127.0.1.{number}"

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(take, address, 0)
    stack.callback(server.close)
    return address, server.sockets[0].getsockname()[1]


def add(file: Path, places: list[tuple[str, int]]) -> None:
    """Put a location on each of these servers into the operator's file."""
    addresses = dict.fromkeys(("127.0.0.1", *(address for address, _ in places)))
    allowed = ", ".join(f'"{each}"' for each in addresses)
    text = file.read_text().replace(
        'allowed_hosts = ["127.0.0.1"]', f'allowed_hosts = [{allowed}]\ntimeout = "{TIMEOUT}s"'
    )
    text += '[sources.json_ld]\nevery = "2m"\n'
    for number, (address, port) in enumerate(places):
        text += f'[locations.h{number}]\nname = "H{number}"\n'
        text += f'links = ["json_ld:http://{address}:{port}/reviews{number}"]\n'
    file.write_text(text)
