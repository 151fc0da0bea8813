"""Who is told that a site is out of sight, how often, and that it is back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.core.model import Health
from reviewbot.core.settings import Settings
from tests.collect.collect_world import CollectWorld, collect_world
from tests.collect.loopback import Answer
from tests.collect.two_places import OTHER, settle, two_places


async def test_a_host_that_goes_bad_is_told_once_and_its_return_once(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("captcha")
        await world.read()
        rested = await world.read(OTHER)
        assert rested.rests_until is not None
        blind = world.notices("blind")
        assert sorted(row.chat_key for row in blind) == ["operator", "support"]
        params = next(row for row in blind if row.chat_key == "support").payload["params"]
        assert params["health"] == "blocked"
        assert (params["locations"], params["all_locations"]) == (2, True)
        assert params["operator"] == "Олег"
        assert params["cause"] == ""
        operators = next(row for row in blind if row.chat_key == "operator").payload["params"]
        assert "captcha" in operators["cause"]
        assert operators["next_try_at"] is not None
        world.site.answer = None
        world.clock.advance(hours=3)
        assert (await world.read(OTHER)).health in (Health.OK, Health.UNCHANGED)
        back = world.notices("sighted")
        assert sorted(row.chat_key for row in back) == ["operator", "support"]
        await world.read()
        assert len(world.notices("blind")) == 2
        assert len(world.notices("sighted")) == 2


async def test_the_operator_is_told_again_each_day_the_staff_are_not(world: CollectWorld) -> None:
    await settle(world)
    world.site.answer = Answer("captcha")
    for _ in range(12):
        await world.read()
        world.clock.advance(hours=6)
    told = [row.chat_key for row in world.notices("blind")]
    assert told.count("support") == 1
    assert told.count("operator") == 3


@pytest.mark.parametrize("status", [500, 429])
async def test_a_passing_trouble_is_told_at_its_second_reading(
    world: CollectWorld, status: int
) -> None:
    await settle(world)
    world.site.answer = Answer("", status=status)
    await world.read()
    assert world.notices("blind") == []
    world.clock.advance(hours=1)
    await world.read()
    assert len(world.notices("blind")) == 2


async def test_a_trouble_that_passed_untold_needs_no_return(world: CollectWorld) -> None:
    await settle(world)
    world.site.answer = Answer("", status=500)
    await world.read()
    world.site.answer = None
    world.clock.advance(hours=1)
    await world.read()
    assert world.notices("blind") == world.notices("sighted") == []


async def test_one_place_that_is_gone_does_not_blind_its_host(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        usual: Callable[[Any], Answer] = world.site.__call__

        def closed(asked: Any) -> Answer:
            return Answer("", status=404) if "/nevsky/" in asked.path else usual(asked)

        world.server.handler = closed
        assert (await world.read(OTHER)).health is Health.TARGET_GONE
        world.clock.advance(minutes=30)
        assert (await world.read()).health in (Health.OK, Health.UNCHANGED)
        params = world.notices("blind")[0].payload["params"]
        assert params["location_name"] == "Точка, Невский 40"
        assert params["locations"] == 1
        assert world.notices("sighted") == []
        assert world.host().backoff_until is None


async def test_a_second_odd_place_makes_it_the_hosts_trouble_told_once(tmp_path: Path) -> None:
    def four_places(settings: Settings) -> Settings:
        made = two_places(settings)
        first = made.targets["tverskaya/small"]
        more = {
            f"nevsky/small/{n}": replace(
                first,
                target=replace(first.target, key=f"nevsky/small/{n}", ref=f"nevsky{n}"),
                location="nevsky",
            )
            for n in range(2)
        }
        return replace(made, targets={**made.targets, **more})

    async with collect_world(tmp_path, shape=four_places) as world:
        keys = list(world.settings.targets)
        await settle(world, *keys)
        world.site.answer = Answer('{"reviews": [], "count": 6}')
        for key in keys:
            assert (await world.read(key)).health is Health.SUSPICIOUS
        staff = [row for row in world.notices("blind") if row.chat_key == "support"]
        assert len(staff) == 2
        assert staff[1].payload["params"]["locations"] == 2
        world.site.answer = None
        for key in keys:
            world.clock.advance(minutes=30)
            await world.read(key)
        assert len([row for row in world.notices("sighted") if row.chat_key == "support"]) == 2


async def test_an_expired_credential_is_told_once_for_all_its_places(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("", status=401)
        await world.read()
        await world.read(OTHER)
        staff = [row for row in world.notices("blind") if row.chat_key == "support"]
        assert len(staff) == 1
        assert staff[0].payload["params"]["all_locations"] is True


async def test_a_place_that_was_told_of_alone_is_told_back_alone(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("", status=404)
        await world.read(OTHER)
        world.site.answer = None
        world.clock.advance(hours=13)
        await world.read()
        assert world.notices("sighted") == []
        await world.read(OTHER)
        told = world.notices("sighted")
        assert sorted(row.chat_key for row in told) == ["operator", "support"]
        assert told[0].payload["params"]["location_name"] == "Точка, Невский 40"


async def test_a_block_is_told_though_a_lesser_trouble_of_the_host_was(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer('{"other": 1}')
        await world.read()
        world.site.answer = Answer("captcha")
        await world.read(OTHER)
        told = [row.payload["params"]["health"] for row in world.notices("blind")]
        assert told.count("layout_changed") == told.count("blocked") == 2
