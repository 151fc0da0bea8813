"""Two hundred guests at once while `reviewbot run` is killed (kill -9) at each stage of a survey.

The model: each guest's link is used once and by them, each has one survey with the score they
pressed, each survey is one review, and each unhappy guest one ticket. Odd seeds give guests a bot
of their own.
"""

import asyncio
import time
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed
from typing import Any

from sqlmodel import Session, col, func, select

from reliability.figures import Case, Figures
from reviewbot.clock import WallClock
from reviewbot.core.contract import Kind
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import ReviewRow, TicketRow
from tests.journeys.killed_world import KilledWorld, sound
from tests.telegram_fake import TelegramFake
from tests.telegram_world import BOT_ID, Shown

GUESTS, KILLS = 200, 3
FIRST, STRANGER = 10_000, 90_000
OWN_TOKEN = "777:AAfake-token_of-the-guests"
FILE = '\n[guests]\nprivacy = "https://example.com/privacy"\n'
LOW = 6
SURVEYS = select(func.count(col(SurveyRow.id)))
SCORED = SURVEYS.where(col(SurveyRow.score).is_not(None))
REVIEWS = select(func.count(col(ReviewRow.id))).where(ReviewRow.kind == Kind.SURVEY)


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Try a twentieth of that many seeds, two at least: one bot, and two."""
    promise = f"{GUESTS} guests at once, {3 * KILLS} kills: each answer counts once"
    cases = [await tried(folder / f"guests-{seed}", seed) for seed in range(max(2, seeds // 20))]
    return [Figures(promise, "to the last answer", cases)]


async def tried(folder: Path, seed: int, guests: int = GUESTS, kills: int = KILLS) -> Case:
    """One seed. What is not well in time is a problem, not an error."""
    await asyncio.to_thread(folder.mkdir)
    name = f"guests, seed {seed}"
    try:
        async with GuestsWorld(folder, guests, has_own_bot=bool(seed % 2)) as world:
            return await case(world, Random(seed), name, kills)
    except (AssertionError, TimeoutError) as error:
        return Case(name, problem=str(error)[:2000] or "nothing happened in time")


class GuestsWorld(KilledWorld):
    """The child is the command itself, by the wall's clock; each guest's link lies ready."""

    def __init__(self, folder: Path, guests: int, *, has_own_bot: bool) -> None:
        super().__init__(folder)
        self.guests = range(FIRST, FIRST + guests)
        self._has_own_bot = has_own_bot

    async def __aenter__(self) -> "GuestsWorld":
        await super().__aenter__()
        self.asked: TelegramFake = self.telegram
        more = FILE
        if self._has_own_bot:
            self.asked = self.telegram.add_bot(OWN_TOKEN, "guests_test_bot")
            token = self._folder / "guests.token"
            token.write_text(OWN_TOKEN)
            more += f'token_file = "{token}"\n'
        config = self._folder / "config.toml"
        config.write_text(config.read_text() + more)
        for guest in self.guests:
            self.asked.add_user(guest, "Гость")
            self.asked.add_user(guest + STRANGER, "Чужой")
        await asyncio.to_thread(self._hand_links_out)
        return self

    def _hand_links_out(self) -> None:
        now = WallClock().now()

        def write(rows: Session) -> None:
            for guest in self.guests:
                link = GuestLinkRow(
                    code_hash=hash_of_link(code_of(guest)),
                    location_key="tverskaya",
                    visit_id=str(guest),
                    created_by="command",
                    created_at=now,
                )
                rows.add(link)

        database = Database(str(self._folder / "world.sqlite3"))
        upgrade.prepare(database)
        database.write_now(write)
        database.close()

    def program(self, seam: str) -> tuple[str, ...]:
        return ("-m", "reviewbot", "run", "--config", str(self._folder / "config.toml"))

    async def killed_on_the_way(self, counted: Any, what: str, at: list[int]) -> None:
        """Kill the bot when so many are worked; wait until all are."""
        for part in (*at, len(self.guests)):
            found = partial(_reached, counted, part)
            await self.until(found, f"{part} {what}")
            if part != len(self.guests):
                await self.kill()
                await self.start()


async def case(world: GuestsWorld, dice: Random, name: str, kills: int) -> Case:
    def moments() -> list[int]:
        return sorted(dice.sample(range(1, len(world.guests)), kills))

    began = time.monotonic()
    for guest in world.guests:
        for _ in range(1 + (guest % 5 == 0)):  # some open their link twice
            await world.asked.say(guest, guest, f"/start {code_of(guest)}")
    await world.start()
    await world.killed_on_the_way(SURVEYS, "surveys", moments())
    surveys = world.look(lambda rows: rows.exec(select(SurveyRow)).all())
    ids = {row.telegram_id: row.id for row in surveys}
    for guest in world.guests:
        if guest % 10 == 0:  # a link that was passed on
            other = guest + STRANGER
            await world.asked.say(other, other, f"/start {code_of(guest)}")
        shown = Shown(guest, guest, "", from_id=BOT_ID)
        for _ in range(1 + (guest % 5 == 0)):  # some press twice
            data = f"1:0:0:survey:{ids[guest]}.score.{guest % 11}"
            await world.asked.press_inaccessible(shown, guest, data)
    await world.killed_on_the_way(SCORED, "scores", moments())
    for guest in world.guests:
        await world.asked.say(guest, guest, "/stop")
    await world.killed_on_the_way(REVIEWS, "reviews", moments())
    seconds = time.monotonic() - began
    await world.asked.wait_for(lambda: not world.asked.pending(), "all is acknowledged")
    await world.end()
    return compared(world, Case(name, seconds=seconds))


def compared(world: GuestsWorld, case: Case) -> Case:
    surveys = world.look(lambda rows: rows.exec(select(SurveyRow)).all())
    scores = Counter(row.telegram_id for row in surveys if row.score == row.telegram_id % 11)
    links = Counter(row.link_id for row in surveys)
    reviews = Counter(row.review_id for row in surveys)
    of_guests = select(ReviewRow.score).join(TicketRow).where(ReviewRow.kind == Kind.SURVEY)
    tickets = Counter(world.look(lambda rows: rows.exec(of_guests).all()))
    expected = Counter(float(each % 11) for each in world.guests if each % 11 <= LOW)
    lost = sum(scores[guest] == 0 for guest in world.guests) + (expected - tickets).total()
    doubled = len(surveys) - len(world.guests) + (tickets - expected).total()
    doubled += sum(count - 1 for count in (*links.values(), *reviews.values()))
    doubled += world.look(lambda rows: rows.exec(REVIEWS).one()) - len(world.guests)
    is_sound = world.look(sound)
    problem = "" if is_sound else "the database is not sound"
    return Case(case.name, lost, doubled, case.seconds, problem)


def code_of(guest: int) -> str:
    return f"code-of-the-guest-{guest}"


def _reached(counted: Any, part: int, rows: Session) -> bool:
    return bool(rows.exec(counted).one() >= part)
