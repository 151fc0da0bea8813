"""kill -9 at moments that dice choose, under load, against a model of what must come of it.

The model: each bad review has one ticket, and a card or a place on an incident's card; a card that
was pressed was approved once and its reply posted at most once; a card nobody pressed waits.
"""

import asyncio
import time
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

from sqlmodel import Session, select

from reliability.figures import Case, Figures, side_by_side
from reviewbot.core.model import TicketState
from reviewbot.store.tables import AuditRow, CardRow, ReviewRow, TicketRow
from tests.journeys.journey_world import MARINA
from tests.journeys.killed_world import KilledWorld, sound

KILLS = 15
"""Twenty seeds make 300."""
WORDS = (
    *("Ждали капучино сорок минут.", "Бариста нахамила.", "Суп кислый.", "Столы грязные."),
    *("Обсчитали на двести рублей.", "Курьер не приехал.", "Дорого до неприличия."),
    *("Музыка орёт, сидеть негде.", "Заказ перепутали.", "Приложение не открывается."),
)
"""Complaints of different things: five of one topic are an incident, with no card to press."""
DONE = (TicketState.ANSWERED, TicketState.FAILED)


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Try that many seeds."""
    trials = [partial(tried, folder / f"random-{seed}", seed) for seed in range(seeds)]
    promise = f"{KILLS} kills at random under load: as the model says"
    return [Figures(promise, "to the model", await side_by_side(trials))]


async def tried(folder: Path, seed: int, kills: int = KILLS) -> Case:
    """One seed. What is not well in time is a problem, not an error."""
    await asyncio.to_thread(folder.mkdir)
    name = f"seed {seed}"
    try:
        async with KilledWorld(folder) as world:
            return await case(world, Random(seed), name, kills)
    except (AssertionError, TimeoutError) as error:
        return Case(name, problem=str(error)[:2000] or "nothing happened in time")


async def case(world: KilledWorld, dice: Random, name: str, kills: int) -> Case:
    await world.meet("none")
    pressed: set[int] = set()
    guests = 0
    for _ in range(kills):
        until = time.monotonic() + dice.uniform(0.5, 5.0)
        while time.monotonic() < until:
            if dice.random() < 0.3:
                guests += 1
                world.guest(f"g{guests}", WORDS[guests % len(WORDS)])
            await press_one(world, pressed, dice)
            await asyncio.sleep(0.2)
        await world.kill()
        await world.start()
    began = time.monotonic()
    await world.until(lambda rows: len(rows.exec(select(TicketRow.id)).all()) == guests, "tickets")
    for number in range(1, guests + 1):
        await world.spoken_of(number)
    await world.until(lambda rows: all_done(rows, pressed), "what was pressed")
    seconds = time.monotonic() - began
    await world.end()
    return await compared(world, pressed, guests, kills, Case(name, seconds=seconds))


async def press_one(world: KilledWorld, pressed: set[int], dice: Random) -> None:
    """Press a card that is there and was not pressed; half of them are left alone."""
    cards = world.look(
        lambda rows: dict(rows.exec(select(CardRow.message_id, CardRow.ticket_id)).all())
    )
    for message_id, number in (cards or {}).items():
        if number not in pressed and number % 2 and dice.random() < 0.5:
            shown = world.telegram.find_message(-1001, message_id)
            await world.telegram.press(shown, "готов", MARINA)
            pressed.add(number)
            return


def all_done(rows: Session, pressed: set[int]) -> bool:
    states = dict(rows.exec(select(TicketRow.id, TicketRow.state)).all())
    return all(states[number] in DONE for number in pressed)


async def compared(
    world: KilledWorld, pressed: set[int], guests: int, kills: int, case: Case
) -> Case:
    states = await world.until(
        lambda rows: dict(rows.exec(select(TicketRow.id, TicketRow.state)).all()), "the states"
    )
    names = await world.until(
        lambda rows: rows.exec(select(ReviewRow.external_id).join(TicketRow)).all(), "the reviews"
    )
    acts = await world.until(
        lambda rows: (
            [
                row.ticket_id
                for row in rows.exec(select(AuditRow).where(AuditRow.action == "approve"))
            ]
            or [0]
        ),
        "the acts",
    )
    approvals, puts = Counter(acts), Counter(world.puts)
    lost = guests - len(set(names)) + sum(approvals[number] == 0 for number in pressed)
    lost += sum(world.mentions(number) == 0 for number in states)
    doubled = sum(max(0, approvals[number] - 1) for number in pressed)
    doubled += sum(count - 1 for count in puts.values())
    copies = sum(max(0, world.cards(number) - 1) for number in states)
    doubled += max(0, copies - kills)
    unexpected = [
        number
        for number, state in states.items()
        if number not in pressed and state != TicketState.WAITING
    ]
    problem = f"not waiting, though nobody pressed: {unexpected}" if unexpected else ""
    if not await world.until(sound, "a sound database"):
        problem = "the database is not sound"
    return Case(case.name, lost, doubled, case.seconds, problem)
