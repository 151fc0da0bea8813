"""The counts of days equal what the reviews say at any moment, whoever wrote."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from reviewbot.core.errors import ReviewbotError
from reviewbot.core.model import Role
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.core.trends.came import Came
from reviewbot.queries.counting import came, came_by_rows, came_of_pages
from reviewbot.store.database import FEW_KEYS
from reviewbot.store.privacy import forgotten, retention
from reviewbot.store.tables import DayCountRow, DayToCountRow, ReviewRow
from reviewbot.store.tx import TOGETHER, Tx
from reviewbot.tidying import tidy
from reviewbot.workflow import act
from reviewbot.workflow.forgetting.forgotten_review import forget
from reviewbot.workflow.sweep import sweep
from reviewbot.workflow.upkeep.day_counts import CHECKED, count_days
from tests.collect.collect_world import SITES, CollectWorld, collect_world, entry
from tests.collect.two_places import OTHER, two_places
from tests.store.store_world import MONDAY

WORDS = (
    "Ждали сорок минут, официант нахамил.",
    "Очень вкусно, спасибо официанту Марии!",
    "Суп холодный, дорого, грязный стол.",
    "",
)
MANY = ("nevsky", *(f"place{n}" for n in range(FEW_KEYS)))
"""So many that they are read by time and sorted out."""
ASKED = (
    *((None, None), (("nevsky",), "small"), (("nevsky",), "other")),
    *((MANY, None), (("tverskaya", "nevsky"), None)),
)
BY = Actor("marina", "Марина", Role.MANAGER)
ACTIONS = (Action.TAKE, Action.ALREADY_ANSWERED, Action.UNDO_POSTED, Action.SKIP)


def spans(now: datetime) -> Iterator[tuple[datetime, datetime]]:
    yield MONDAY - timedelta(days=400), now + timedelta(days=1)
    yield now - timedelta(days=3, hours=5), now - timedelta(hours=2)
    yield now - timedelta(hours=3), now


def same(world: CollectWorld) -> bool:
    def compared(rows: Session) -> bool:
        for since, until in spans(world.clock.now()):
            for places, source in ASKED:
                counted = came(rows, since, until, places, source)
                if counted != came_by_rows(rows, since, until, places, source):
                    return False
                together = came_of_pages(rows, since, until, places, source, apart=False)
                if together.get(TOGETHER, Came()) != sum(counted.values(), Came()):
                    return False
        return True

    return world.db.read_now(compared)


def count_all(world: CollectWorld) -> None:
    while world.db.write_now(lambda rows: count_days(rows, world.clock.now())):
        pass


def kept(world: CollectWorld) -> int:
    return sum(row.reviews for row in world.rows(DayCountRow))


class Days:
    """One thing after another, by dice: what guests, the site, staff and time do."""

    def __init__(self, world: CollectWorld, seed: int) -> None:
        self.world, self.dice, self.written = world, Random(seed), 0

    async def step(self) -> str:
        does = self.dice.choice(
            [
                *(self.writes, self.writes, self.edits, self.goes, self.answered, self.decides),
                *(self.forgotten, self.sweeps, self.pruned, self.counted, self.days_pass),
            ]
        )
        does()
        self.world.clock.advance(minutes=self.dice.choice((31, 200, 700)))
        await self.world.read(self.dice.choice(("tverskaya/small", OTHER)))
        return does.__name__

    def one(self) -> dict[str, object]:
        return self.dice.choice(self.world.site.reviews)

    def writes(self) -> None:
        self.written += 1
        when = self.world.clock.now() - timedelta(hours=self.dice.choice((0, 5, 30)))
        stars, said = self.dice.choice((1, 2, 5, None)), self.dice.choice(WORDS)
        new = entry(f"new{self.written}", when, stars) | {"text": said or None}
        self.world.site.reviews.insert(0, new)

    def edits(self) -> None:
        self.one().update(rating=self.dice.choice((1, 3, 5)), text=self.dice.choice(WORDS[:3]))

    def goes(self) -> None:
        if len(self.world.site.reviews) > 3:
            self.world.site.reviews.remove(self.one())

    def answered(self) -> None:
        self.one()["reply"] = self.dice.choice(("Извините, исправимся.", None))

    def decides(self) -> None:
        tickets = self.world.tickets()
        if not tickets:
            return
        asked = Act(self.dice.choice(ACTIONS), BY)
        number = self.dice.choice(tickets).id
        with suppress(ReviewbotError):
            self.world.db.write_now(lambda rows: act.act(self.tx(rows), number, asked))

    def forgotten(self) -> None:
        def work(rows: Session) -> None:
            found = rows.exec(select(ReviewRow.id).order_by(col(ReviewRow.id).desc())).first()
            if found is not None:
                forget(self.tx(rows), found, BY, forgotten.key_of(rows))

        self.world.db.write_now(work)

    def sweeps(self) -> None:
        self.world.db.write_now(lambda rows: sweep(self.tx(rows)))

    def pruned(self) -> None:
        now = self.world.clock.now()
        self.world.db.write_now(lambda rows: retention.prune(rows, now, timedelta(days=2)))

    def counted(self) -> None:
        count_all(self.world)

    def days_pass(self) -> None:
        self.world.clock.advance(days=1)
        count_all(self.world)

    def tx(self, rows: Session) -> Tx:
        return Tx(rows, self.world.settings, SITES, self.world.clock.now())


@pytest.mark.parametrize(
    ("seed", "steps"), [(1, 8), *(pytest.param(n, 30, marks=pytest.mark.slow) for n in (2, 3))]
)
async def test_figures_are_those_of_the_reviews_whatever_happened(
    tmp_path: Path, database_path: str, seed: int, steps: int
) -> None:
    async with collect_world(tmp_path, shape=two_places, database=database_path) as world:
        days = Days(world, seed)
        for _ in range(3):
            days.writes()
        await world.read()
        done = []
        for _ in range(steps):
            done.append(await days.step())
            assert same(world), done
        world.clock.advance(days=2)
        count_all(world)
        assert not world.rows(DayToCountRow)
        assert kept(world) > 0
        assert same(world), done


async def test_one_who_knows_nothing_of_counts_changes_a_row(
    tmp_path: Path, database_path: str
) -> None:
    async with collect_world(tmp_path, database=database_path) as world:
        world.site.reviews = [entry("old", MONDAY - timedelta(days=30), 5)]
        await world.read()
        world.clock.advance(minutes=40)
        world.site.reviews.insert(0, entry("new", world.clock.now(), 1))
        await world.read()
        world.clock.advance(days=2)
        count_all(world)
        assert kept(world) == 1
        for change in (
            "UPDATE review SET tone = 'positive' WHERE external_id = 'new'",
            "UPDATE review SET topics = '[\"price\"]' WHERE external_id = 'new'",
            "UPDATE review SET kind = 'question' WHERE external_id = 'old'",
            "UPDATE target SET first_contact_at = NULL",
            "UPDATE review SET target_id = target_id, kind = 'question' WHERE external_id = 'new'",
        ):
            world.db.write_now(lambda rows, change=change: rows.execute(text(change)))  # type: ignore[misc]
            assert world.rows(DayToCountRow), change
            assert same(world), change
            count_all(world)
            assert same(world), change


async def test_a_sight_marks_nothing_and_today_waits_until_it_is_over(
    tmp_path: Path, database_path: str
) -> None:
    async with collect_world(tmp_path, database=database_path) as world:
        world.site.reviews = [entry("old", MONDAY - timedelta(days=3), 5)]
        await world.read()
        count_all(world)
        assert [row.day for row in world.rows(DayToCountRow)] == [MONDAY.toordinal() - 719163]
        world.clock.advance(days=1)
        count_all(world)
        await world.read()
        assert world.review("old").last_seen_at == world.clock.now()
        assert not world.rows(DayToCountRow)


async def test_a_count_that_is_wrong_is_found_told_and_counted_anew(
    tmp_path: Path, database_path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with collect_world(tmp_path, database=database_path) as world:
        world.site.reviews = [entry("old", MONDAY - timedelta(days=30), 5)]
        await world.read()
        world.clock.advance(minutes=40)
        world.site.reviews.insert(0, entry("new", world.clock.now(), 1))
        await world.read()
        world.clock.advance(days=2)
        await tidy(world.db, world.settings, world.clock.now())
        wrong = "UPDATE day_count SET reviews = 7"
        world.db.write_now(lambda rows: rows.execute(text(wrong)))
        assert kept(world) == 7
        for _ in range(CHECKED):
            world.clock.advance(hours=1)
            await tidy(world.db, world.settings, world.clock.now())
            if "differed" in caplog.text:
                break
        count_all(world)
        assert kept(world) == 1
        assert same(world)
        assert "counts of a day differed from its reviews at 1 pages" in caplog.text
