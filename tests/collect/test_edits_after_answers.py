"""A buyer changes a review that was answered: it asks for an answer again, where the API tells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collect.shop_stand_ins import Ozon, Wildberries, YandexMarket
from tests.collect.stand_ins import StandIn, Told
from tests.collect.test_official_apis import approved, state, talking

WORSE = "Отравились всей семьёй, вызывали скорую. Верните деньги!"


@pytest.mark.parametrize("make", [Ozon, YandexMarket, Wildberries])
async def test_a_review_that_got_worse_after_our_answer_asks_again(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    async with talking(tmp_path, site) as world:
        name = await approved(world, site)
        while await world.worker.run_one():
            pass
        await world.read()
        assert state(world, name) == "answered"
        world.clock.advance(hours=2)
        if make is Wildberries:
            # There a supplemented review is a new one, which names the first.
            name = "9002"
            site.reviews.insert(0, Told(name, world.clock.now(), text=WORSE))
        else:
            told = site.find(name)
            assert told is not None
            told.text = WORSE
            if isinstance(site, YandexMarket):
                site.changed.append(name)
        await world.read()
        assert (state(world, name), world.review(name).severity) == ("waiting", "critical")
