"""A look that is asked for while a page is read: the page may be of before."""

from datetime import datetime, timedelta

import pytest

from reviewbot.workflow import doorbell_polls
from tests.collect.collect_world import KEY, CollectWorld, entry, many
from tests.collect.loopback import Answer, Asked


def due_at(world: CollectWorld) -> datetime:
    found = world.target().next_poll_at
    assert found is not None
    return found


def rung(world: CollectWorld) -> None:
    def ask(rows: object) -> int:
        now = world.clock.now()
        return doorbell_polls.ask(rows, [KEY], [now.isoformat()], now, {}, sure=False)  # type: ignore[arg-type]

    assert world.db.write_now(ask) == 1


@pytest.mark.parametrize("page", ["as it was", "with news", "not there"])
async def test_the_bell_that_rings_while_a_page_is_read_is_heard(
    world: CollectWorld, page: str
) -> None:
    world.site.reviews = list(many(5))
    for _ in range(3):
        await world.read()
        world.clock.advance(minutes=30)
    if page == "with news":
        world.site.reviews.insert(0, entry("bad", world.clock.now() - timedelta(minutes=5)))
    serve = world.server.handler

    def serve_and_ring(asked: Asked) -> Answer:
        world.server.handler = serve
        rung(world)
        return serve(asked) if page != "not there" else Answer("away", status=404)

    world.server.handler = serve_and_ring
    await world.read()
    assert due_at(world) <= world.clock.now()
    await world.read()
    assert due_at(world) > world.clock.now(), "once"


async def test_the_next_look_of_a_bell_that_rang_before_is_kept(world: CollectWorld) -> None:
    """It rings again within minutes: the second look comes when its pause is over."""
    world.site.reviews = list(many(5))
    for _ in range(3):
        await world.read()
        world.clock.advance(minutes=30)
    rung(world)
    first = world.clock.now()
    await world.read()
    world.clock.advance(minutes=1)
    serve = world.server.handler

    def serve_and_ring(asked: Asked) -> Answer:
        world.server.handler = serve
        rung(world)
        return serve(asked)

    world.server.handler = serve_and_ring
    await world.read()
    assert due_at(world) == first + doorbell_polls.AGAIN
