"""The real application in trouble: a database held by another, a clock set back, a flood of
strangers, deadlines that pass while it is down.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

from sqlmodel import Session, col, func, select

from reliability.figures import Case, Figures, side_by_side
from reviewbot.bot.telegram import strangers as strangers_limits
from reviewbot.store.tables import AuditRow, OutboxRow, TicketRoundRow
from tests.faulty import SPEED
from tests.journeys.journey_world import IVAN, SUPPORT
from tests.journeys.killed_world import KilledWorld, sound
from tests.telegram_world import Shown

MANAGERS = -1002
HELD = 30.0
"""Seconds of the wall for which another process holds the database."""
BACK = timedelta(hours=2)
FLOOD = 4000
MOST_COMPUTING = 5.0
"""Seconds that the bot may compute before it answers a press behind the flood; ten of the wall
were seen once. Of the wall they are more where other processes keep the machine busy."""
GUESTS = 6
DAYS_OFF = timedelta(hours=50)
"""All deadlines of a new review pass within."""
WORDS = (
    *("Ждали сорок минут, официант нахамил.", "Кофе холодный, столы липкие, персонал грубит."),
    *("Пирог чёрствый, а бариста ещё и огрызнулся.", "В зале грязно, заказ перепутали дважды."),
    *("Обсчитали на двести рублей и не извинились.", "Суп кислый, администратор хамит гостям."),
)
Trial = Callable[[KilledWorld, Random, str], Awaitable[Case]]


async def held(world: KilledWorld, dice: Random, name: str) -> Case:
    """Reviews come and cards are pressed meanwhile: each is told once, each press counts once."""
    await world.meet("none")
    cards = []
    for number in (1, 2):
        world.guest(f"g{number}", WORDS[number])
        cards.append(await world.card(number))
    with world.database_is_held():
        presses = []
        for number, card in enumerate(cards, start=3):
            await asyncio.sleep(dice.uniform(0.0, HELD / 3))
            world.guest(f"g{number}", WORDS[number])
            presses.append(await world.telegram.press(card, "Беру", IVAN))
        await asyncio.sleep(HELD / 3)
    began = time.monotonic()
    for number in (3, 4):
        await world.spoken_of(number)
    await world.until(lambda rows: len(_takes(rows)) >= len(cards), "the presses")
    seconds = time.monotonic() - began
    await asyncio.sleep(2.0)
    takes = world.look(_takes)
    is_sound = await world.until(sound, "a sound database")
    await world.end()
    return Case(
        name,
        lost=sum(takes.count(number) == 0 for number in (1, 2)) + (not is_sound),
        doubled=sum(max(0, takes.count(number) - 1) for number in (1, 2))
        + sum(max(0, world.cards(number) - 1) for number in (1, 2, 3, 4)),
        seconds=seconds,
    )


def _takes(rows: Session) -> list[int | None]:
    return list(rows.exec(select(AuditRow.ticket_id).where(AuditRow.action == "take")).all())


async def set_back(world: KilledWorld, dice: Random, name: str) -> Case:
    """What comes after is read, told and pressed as ever; nothing is told again, the operator
    once."""
    await world.meet("none")
    world.guest("g1", WORDS[0])
    card = await world.card(1)
    await asyncio.sleep(dice.uniform(0.0, 2.0))
    world.set_clock(-BACK)
    began = time.monotonic()
    world.guest("g2", WORDS[1])
    await world.spoken_of(2)
    await world.telegram.answered(await world.telegram.press(card, "Беру", IVAN))
    seconds = time.monotonic() - began
    groups = (SUPPORT, MANAGERS)
    said = "Часы компьютера переведены назад"

    def told() -> int:
        return sum(said in shown.text for each in groups for shown in _sent(world, each))

    await world.telegram.wait_for(told, "the operator is told")
    world.guest("g3", WORDS[2])
    await world.spoken_of(3)
    await world.end()
    limit = BACK.total_seconds() / 60
    return Case(
        name,
        lost=int(not world.look(_takes)),
        doubled=sum(max(0, world.cards(number) - 1) for number in (1, 2, 3)) + told() - 1,
        seconds=seconds,
        problem=f"told after {seconds:.0f} s" if seconds > limit / 2 else "",
    )


async def flood(world: KilledWorld, dice: Random, name: str) -> Case:
    """Strangers write before a manager presses: the press is answered soon, few of them are."""
    await world.meet("none")
    cards = []
    for number in (1, 2):
        world.guest(f"g{number}", WORDS[number])
        cards.append(await world.card(number))
    await _pressed(world, cards[0])
    strangers = [900_000 + n for n in range(dice.choice((1, 40, 400)))]
    for each in strangers:
        world.telegram.add_user(each, "Кто-то")
    for n in range(FLOOD):
        await world.telegram.say(strangers[n % len(strangers)], strangers[n % len(strangers)], "?")
    began, used = time.monotonic(), world.computed()
    seconds = await _pressed(world, cards[1])
    used = world.computed() - used
    await world.telegram.wait_for(lambda: not world.telegram.pending(), "all taken in")
    waiting = select(func.count()).where(
        col(OutboxRow.sent_at).is_(None), col(OutboxRow.parked_at).is_(None)
    )
    queued = world.look(lambda rows: rows.exec(waiting).one())
    answers = queued + sum(len(_sent(world, each)) for each in strangers)
    takes = len(world.look(_takes))
    await world.end()
    minutes = 1 + (time.monotonic() - began) * SPEED / 60
    problem = f"{answers} answers to strangers" if answers > minutes * strangers_limits.ALL else ""
    if used > MOST_COMPUTING:
        problem = f"answered after {used:.1f} s of computing"
    name = f"{name}, {len(strangers)} strangers, {used:.1f} s of computing"
    return Case(name, 2 - takes, 0, seconds, problem)


async def _pressed(world: KilledWorld, card: Shown) -> float:
    """Press a card; return the seconds of the wall to its answer."""
    began = time.monotonic()
    await world.telegram.answered(await world.telegram.press(card, "Беру", IVAN))
    return time.monotonic() - began


async def passed(world: KilledWorld, dice: Random, name: str) -> Case:
    """Deadlines pass while the bot is down; it is killed once more while it escalates."""
    await world.meet("none")
    for number in range(1, GUESTS + 1):
        world.guest(f"g{number}", WORDS[number - 1])
        await world.spoken_of(number)
    await world.kill()
    world.set_clock(DAYS_OFF)
    began = time.monotonic()
    await world.start()
    await world.at_work()
    await asyncio.sleep(dice.uniform(0.0, 3.0))
    await world.kill()
    await world.start()
    numbers = range(1, GUESTS + 1)
    await world.telegram.wait_for(
        lambda: all(_escalated(world, number) for number in numbers), "all are escalated"
    )
    seconds = time.monotonic() - began
    breached = select(func.count()).where(col(TicketRoundRow.breached_at).is_not(None))
    count = await world.until(lambda rows: rows.exec(breached).one(), "breaches")
    await world.end()
    copies = [_escalated(world, number) for number in numbers]
    return Case(
        name,
        lost=GUESTS - count + copies.count(0),
        # One message names them all; the kill may have come before it was written down.
        doubled=sum(max(0, each - 2) for each in copies),
        seconds=seconds,
    )


def _escalated(world: KilledWorld, number: int) -> int:
    name = re.compile(rf"№ …?(?:\d+, )*{number}\b")
    return sum(bool(name.search(shown.text)) for shown in _sent(world, MANAGERS))


def _sent(world: KilledWorld, chat: int) -> list[Shown]:
    return world.telegram.chat(chat).of_bot


MATRIX: tuple[tuple[str, str, Trial], ...] = (
    (f"A database held for {HELD:.0f} s loses nothing", "to all told, from its release", held),
    (
        f"A clock set back by {BACK.total_seconds() / 3600:.0f} hours stops nothing",
        "to the next alert and act",
        set_back,
    ),
    (f"{FLOOD:,} messages of strangers hold up no press", "to the answer of a press", flood),
    (
        "Deadlines that pass while the bot is down are escalated",
        "to the last one, from the start, with a kill between",
        passed,
    ),
)


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Try each with a quarter of the seeds: these take their time."""
    lines = []
    for promise, what, trial in MATRIX:
        trials = [
            partial(tried, folder / f"{trial.__name__}-{n}", trial, n)
            for n in range(max(1, seeds // 4))
        ]
        lines.append(Figures(promise, what, await side_by_side(trials)))
    return lines


async def tried(folder: Path, trial: Trial, seed: int) -> Case:
    """One case. What is not well in time is a problem, not an error."""
    await asyncio.to_thread(folder.mkdir)
    name = f"{trial.__name__}, seed {seed}"
    try:
        async with KilledWorld(folder) as world:
            return await trial(world, Random(seed), name)
    except (AssertionError, TimeoutError) as error:
        return Case(name, problem=str(error)[:2000] or "nothing happened in time")
