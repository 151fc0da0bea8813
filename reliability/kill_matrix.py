"""kill -9 at each of twelve steps, and SIGTERM at any moment, as often as asked.

The steps are the seams of tests/faulty.py. A seed decides how many reviews come, and when.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

from sqlmodel import select

from reliability.figures import Case, Figures, side_by_side
from reviewbot.core.model import TicketState
from reviewbot.store.tables import AuditRow
from tests.journeys.journey_world import MARINA, SUPPORT
from tests.journeys.killed_world import KilledWorld, sound, state

ALERTS = (
    *("after fetch", "after parse", "mid transaction", "after commit", "after claim"),
    *("accepted, not marked", "after the mark"),
)
Trial = Callable[[KilledWorld, str, Random], Awaitable[Case]]

PRESSES = ("press stored", "mid handler", "approve committed")
POSTS = ("post claimed", "posted, not marked")


async def alert(world: KilledWorld, seam: str, dice: Random) -> Case:
    """Reviews come while the collector or the sender is killed: each is alerted."""
    await world.meet(seam)
    await world.telegram.wait_for(lambda: world.telegram.chat(SUPPORT).find("Слежу"), "greeting")
    await asyncio.sleep(dice.random())
    world.armed.touch()
    count = dice.randint(1, 3)
    for number in range(count):
        world.guest(f"g{number + 1}")
    await world.is_killed()
    began = time.monotonic()
    await world.start()
    for number in range(1, count + 1):
        await world.spoken_of(number)
    seconds = time.monotonic() - began
    await world.end()
    copies = [world.cards(number + 1) for number in range(count)]
    allowed = 2 if seam == "accepted, not marked" else 1
    return Case(
        seam,
        lost=copies.count(0) + (not await world.until(sound, "a sound database")),
        doubled=sum(max(0, each - allowed) for each in copies),
        seconds=seconds,
    )


async def press(world: KilledWorld, seam: str, dice: Random) -> Case:
    """The intake is killed around a press: it counts once, the reply is posted once."""
    await pressed_and_killed(world, seam, dice)
    began = time.monotonic()
    await world.start()
    await world.until(
        lambda rows: state(rows) not in (TicketState.WAITING, TicketState.PROPOSED), "the press"
    )
    seconds = time.monotonic() - began
    await world.until(lambda rows: state(rows) == TicketState.ANSWERED, "the reply on the site")
    await world.end()
    found = select(AuditRow).where(AuditRow.action == "approve")
    approvals = len(await world.until(lambda rows: rows.exec(found).all(), "the audit"))
    extra = max(0, approvals - 1) + max(0, len(world.puts) - 1)
    return Case(seam, lost=int(not world.puts), doubled=extra, seconds=seconds)


async def post(world: KilledWorld, seam: str, dice: Random) -> Case:
    """The publisher is killed around the post: never twice; what is unknown is for people."""
    await pressed_and_killed(world, seam, dice)
    ends = TicketState.ANSWERED if world.puts else TicketState.FAILED
    began = time.monotonic()
    await world.start()
    await world.until(lambda rows: state(rows) == ends, f"the ticket {ends}")
    seconds = time.monotonic() - began
    await world.end()
    return Case(seam, doubled=max(0, len(world.puts) - 1), seconds=seconds)


async def pressed_and_killed(world: KilledWorld, seam: str, dice: Random) -> None:
    await world.meet(seam)
    world.guest()
    card = await world.card()
    await asyncio.sleep(dice.random())
    world.armed.touch()
    await world.telegram.press(card, "готов", MARINA)
    await world.is_killed()


async def shutdown(world: KilledWorld, seam: str, dice: Random) -> Case:
    """SIGTERM at any moment after a review came: out within ten seconds, with code 0."""
    await world.meet("none")
    world.guest()
    await asyncio.sleep(3 * dice.random())
    began = time.monotonic()
    await world.end()
    seconds = time.monotonic() - began
    await world.start()
    card = await world.telegram.press(await world.card(), "готов", MARINA)
    await world.telegram.answered(card)
    await world.until(lambda rows: state(rows) == TicketState.ANSWERED, "the reply on the site")
    await world.end()
    return Case(seam, doubled=len(world.puts) - 1 + world.cards() - 1, seconds=seconds)


MATRIX = (
    ("No alert is lost by a kill (7 steps)", "to the alert, from the start", alert, ALERTS),
    ("A press counts once (3 steps)", "to the act, from the start", press, PRESSES),
    ("A reply is posted at most once (2 steps)", "to the outcome, from the start", post, POSTS),
    ("SIGTERM at any moment", "to the end", shutdown, ("shutdown",)),
)


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Try every step with that many seeds."""
    lines = []
    for promise, what, trial, seams in MATRIX:
        trials = [
            partial(tried, folder / f"{seam}-{seed}".replace(" ", "_"), trial, seam, seed)
            for seam in seams
            for seed in range(seeds)
        ]
        lines.append(Figures(promise, what, await side_by_side(trials)))
    return lines


async def tried(folder: Path, trial: Trial, seam: str, seed: int) -> Case:
    await asyncio.to_thread(folder.mkdir)
    name = f"{seam}, seed {seed}"
    try:
        async with KilledWorld(folder) as world:
            return await trial(world, name if seam == "shutdown" else seam, Random(seed))
    except (AssertionError, TimeoutError) as error:
        return Case(name, problem=str(error)[:2000] or "nothing happened in time")
