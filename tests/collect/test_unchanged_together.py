"""Readings that end together are written together, and come to the same as one after another."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, col, update

from reviewbot.core.model import Health
from reviewbot.core.settings import Settings
from reviewbot.store import targets
from reviewbot.store.queues import due_readings
from reviewbot.store.tables import TargetRow, TargetStateRow
from tests.collect.collect_world import CollectWorld, collect_world, days_ago, entry, many
from tests.collect.small_site import SmallSite
from tests.store.store_world import settings as world_settings

PLACES = [f"place{number}/small" for number in range(8)]
OUT_OF_SIGHT = PLACES[3]


def of_many_places(settings: Settings) -> Settings:
    first = settings.targets["tverskaya/small"]
    return replace(
        settings,
        targets={
            key: replace(first, target=replace(first.target, key=key, ref=key.partition("/")[0]))
            for key in PLACES
        },
        locations=world_settings().locations,
    )


async def after(folder: Path, together: bool) -> tuple[list[Any], list[Any], list[Any]]:
    """Return how readings end, and what they leave in the rows."""
    site = SmallSite([entry("bad", days_ago(1)), *many(3)], etag=True)
    async with collect_world(folder, site, shape=of_many_places) as world:
        for _ in range(3):
            for key in PLACES:
                await world.read(key)
            world.clock.advance(minutes=30)
        world.db.write_now(not_in_sight)
        told = await (at_once if together else in_turn)(world)
        rows = [as_left(each) for each in world.rows(TargetRow)]
        states = [(each.target_id, each.health) for each in world.rows(TargetStateRow)]
        return told, rows, states


def not_in_sight(rows: Session) -> None:
    """One needs more than its marks: a state that ends, a notice that it is back."""
    where = col(TargetRow.key) == OUT_OF_SIGHT
    rows.execute(update(TargetRow).where(where).values(health=Health.LAYOUT_CHANGED.value))


async def in_turn(world: CollectWorld) -> list[Any]:
    return [(await world.read(key)).health for key in PLACES]


async def at_once(world: CollectWorld) -> list[Any]:
    now = world.clock.now()
    found = world.db.read_now(lambda rows: due_readings.look_ahead(rows, now, now, 64))
    assert len(found.due) == 1, "one of each host"
    plans = found.plans + world.db.read_now(lambda rows: targets.plans_for(rows, PLACES, now))
    world.collector.foresee(plans, now)
    return [each.health for each in await asyncio.gather(*map(world.read, PLACES))]


def as_left(row: TargetRow) -> dict[str, Any]:
    """The row, but for the moment at which it was its host's turn."""
    assert row.next_poll_at is not None
    assert row.last_reading_at is not None
    pause = row.next_poll_at - row.last_reading_at
    left_out = {"id", "last_reading_at", "next_poll_at", "health_since"}
    return row.model_dump(exclude=left_out) | {"pause": pause}


async def test_written_together_is_as_written_one_after_another(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    alone, both = await after(tmp_path / "a", False), await after(tmp_path / "b", True)
    assert set(alone[0]) == {Health.UNCHANGED}
    assert alone == both
    assert [row["health"] for row in alone[1]] == [Health.OK] * len(PLACES)


async def test_readings_that_are_under_way_together_cost_one_transaction(tmp_path: Path) -> None:
    site = SmallSite(list(many(3)), etag=True)
    async with collect_world(tmp_path, site, shape=of_many_places) as world:
        for _ in range(2):
            for key in PLACES:
                await world.read(key)
            world.clock.advance(minutes=30)
        begun = list[object]()
        event.listen(world.db.engine, "begin", begun.append)
        told = await asyncio.gather(*map(world.read, PLACES))
        assert {each.health for each in told} == {Health.UNCHANGED}
        assert len(begun) == 1


async def test_what_was_foreseen_holds_for_a_moment_and_one_reading(tmp_path: Path) -> None:
    site = SmallSite(list(many(5)), etag=True)
    async with collect_world(tmp_path, site) as world:
        key, now = "tverskaya/small", world.clock.now()

        def foresee() -> None:
            plans = world.db.read_now(lambda rows: targets.plans_for(rows, [key], now))
            world.collector.foresee(plans, world.clock.now())

        def asked() -> bool:
            return "if-none-match" in world.site.asked[-1].headers

        foresee()  # first contact: nothing is known
        assert (await world.read()).new == 5
        for _ in range(2):
            await world.read()
        assert asked(), "the plan of the first reading is not the third's"
        foresee()
        world.db.write_now(lambda rows: rows.execute(update(TargetRow).values(essence=None)))
        world.clock.advance(seconds=2)
        await world.read()
        assert not asked(), "what was foreseen is two seconds old"
