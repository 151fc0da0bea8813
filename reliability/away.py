"""An hour without Telegram, by the child's clock: it reads on, and all is told when it is back."""

import asyncio
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

from sqlmodel import select

from reliability.figures import Case, Figures, side_by_side
from reviewbot.store.tables import TicketRow
from tests.faulty import SPEED
from tests.journeys.killed_world import KilledWorld, sound

HOUR = 3600.0
GUESTS = 6
WITHIN = 120.0
"""Seconds of the child's clock from Telegram's return to the last alert: the promise."""


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Try an hour each for a quarter of the seeds: time is what is tried, not chance."""
    trials = [partial(tried, folder / f"away-{n}", n) for n in range(max(1, seeds // 4))]
    what = f"to the last alert, from the return, of a clock {SPEED:.0f} times the wall's"
    return [Figures("An hour without Telegram loses nothing", what, await side_by_side(trials))]


async def tried(folder: Path, seed: int) -> Case:
    """One hour. What is not well in time is a problem, not an error."""
    await asyncio.to_thread(folder.mkdir)
    try:
        async with KilledWorld(folder) as world:
            return await hour(world, Random(seed), f"hour {seed}")
    except (AssertionError, TimeoutError) as error:
        return Case(f"hour {seed}", problem=str(error)[:2000] or "nothing happened in time")


async def hour(world: KilledWorld, dice: Random, name: str) -> Case:
    await world.meet("none")
    await world.telegram.go_away()
    for number in range(GUESTS):
        await asyncio.sleep(HOUR / SPEED / GUESTS * dice.uniform(0.5, 1.0))
        world.guest(f"g{number + 1}")
    tickets = select(TicketRow.id)
    await world.until(lambda rows: len(rows.exec(tickets).all()) == GUESTS, "all read meanwhile")
    began, before = world.clock.now().timestamp(), len(world.telegram.calls)
    await world.telegram.come_back()
    for number in range(1, GUESTS + 1):
        await world.spoken_of(number)
    sent = [call.at for call in world.telegram.calls[before:] if call.method == "sendMessage"]
    seconds = sent[-1] - began
    is_sound = await world.until(sound, "a sound database")
    await world.end()
    copies = [world.cards(number + 1) for number in range(GUESTS)]
    return Case(
        name,
        lost=copies.count(0) + (not is_sound),
        doubled=sum(copies) - GUESTS,
        seconds=seconds,
        problem=f"told after {seconds:.0f} s" if seconds > WITHIN else "",
    )
