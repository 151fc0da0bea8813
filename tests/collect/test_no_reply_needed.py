"""*No reply needed* goes to the site that keeps a list of what waits for one, once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from reviewbot.collect.worker import TRIES
from reviewbot.core.model import WorkKind
from reviewbot.core.ticket import Act, Action
from reviewbot.queries.diagnosis import examine
from reviewbot.queries.health_facts import troubles
from reviewbot.store.queues.work import FAULT
from reviewbot.store.tables import AuditRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from tests.collect.collect_world import SITES, CollectWorld
from tests.collect.shop_stand_ins import YandexMarket
from tests.collect.stand_ins import Told
from tests.collect.test_official_apis import many, state, talking
from tests.store.store_world import actor

DECLINING = {"small": replace(SITES["small"], declines=True)}
SKIP = Act(Action.SKIP, actor("marina"), reason="spam")


@pytest.fixture
def market() -> YandexMarket:
    return YandexMarket()


@pytest.fixture
async def world(tmp_path: Path, market: YandexMarket) -> AsyncIterator[CollectWorld]:
    """A complaint has come that wants an answer."""
    async with talking(tmp_path, market, retries=0) as made:
        market.reviews = many(2)
        for _ in range(2):
            await made.read()
            made.clock.advance(minutes=30)
        market.reviews.insert(0, Told("9001", made.clock.now()))
        await made.read()
        yield made


def do(world: CollectWorld, asked: Act, facts: object = None) -> None:
    ticket = world.ticket("9001")
    assert ticket is not None
    number, sources = ticket.id or 0, facts or DECLINING
    now = world.clock.now()
    world.db.write_now(
        lambda rows: act.act(Tx(rows, world.settings, sources, now), number, asked)  # type: ignore[arg-type]
    )


async def work(world: CollectWorld) -> None:
    while await world.worker.run_one():
        pass


def last_words(world: CollectWorld) -> list[str]:
    return [row.action for row in world.rows(AuditRow) if "declined" in row.action]


async def test_what_needs_no_reply_leaves_the_sites_list_once(
    world: CollectWorld, market: YandexMarket
) -> None:
    do(world, SKIP)
    await work(world)
    assert market.skipped == [], "it can still be undone"
    world.clock.advance(minutes=5)
    await work(world)
    assert market.skipped == ["9001"]
    assert last_words(world) == ["declined"]
    world.clock.advance(minutes=30)
    await world.read()
    await work(world)
    assert (market.skipped, state(world, "9001")) == (["9001"], "skipped")


async def test_what_is_undone_in_time_is_not_told(
    world: CollectWorld, market: YandexMarket
) -> None:
    do(world, SKIP)
    do(world, Act(Action.UNDO_SKIP, actor("marina")))
    world.clock.advance(minutes=5)
    await work(world)
    assert (market.skipped, state(world, "9001")) == ([], "waiting")


async def test_an_answer_that_never_came_is_looked_for_and_not_asked_for_again(
    world: CollectWorld, market: YandexMarket
) -> None:
    market.skipping = "take and break"
    do(world, SKIP)
    world.clock.advance(minutes=5)
    await work(world)
    assert (market.skipped, last_words(world)) == (["9001"], [])
    world.clock.advance(minutes=10)
    await work(world)
    assert (market.skipped, last_words(world)) == (["9001"], ["declined"])


async def test_a_review_that_changed_meanwhile_is_not_declined(
    world: CollectWorld, market: YandexMarket
) -> None:
    do(world, SKIP)
    market.reviews[0].text = "Отравились всей семьёй, вызывали скорую. Верните деньги!"
    world.clock.advance(minutes=5)
    await work(world)
    assert (market.skipped, state(world, "9001")) == ([], "waiting")


async def test_a_limit_is_kept_and_a_refusal_is_told(
    world: CollectWorld, market: YandexMarket
) -> None:
    do(world, SKIP)
    world.clock.advance(minutes=5)
    market.limited = 1
    await work(world)
    assert market.skipped == []
    world.clock.advance(minutes=5)
    market.reviews.pop(0)
    await work(world)
    assert (market.skipped, last_words(world)) == ([], ["not_declined"])
    [row] = [row for row in world.rows(AuditRow) if row.action == "not_declined"]
    assert "no review" in row.detail["reason"]


async def test_what_breaks_each_time_is_in_the_history_and_told_to_the_operator(
    world: CollectWorld,
) -> None:
    do(world, SKIP)
    [row] = [row for row in world.rows(WorkRow) if row.kind == WorkKind.DECLINE]

    def damage(rows: Session) -> None:
        rows.get_one(WorkRow, row.id).payload = []  # type: ignore[assignment]

    world.db.write_now(damage)
    for _ in range(TRIES):
        assert last_words(world) == []
        world.clock.advance(minutes=5)
        await work(world)
    assert last_words(world) == ["not_declined"]
    tx = (world.settings, DECLINING, world.clock.now())
    assert world.db.read_now(lambda rows: troubles(Tx(rows, *tx))).work_given_up == 1
    found = world.db.read_now(lambda rows: examine(rows, world.clock.now()))
    assert [(each.what, each.error) for each in found.given_up] == [("decline", FAULT)]
    assert not found.is_well
    world.clock.advance(hours=25)
    assert world.db.read_now(lambda rows: examine(rows, world.clock.now())).given_up == ()


async def test_a_site_without_such_a_list_is_told_nothing(
    world: CollectWorld, market: YandexMarket
) -> None:
    do(world, SKIP, SITES)
    world.clock.advance(minutes=5)
    await work(world)
    assert market.skipped == []
    assert [row for row in world.rows(WorkRow) if row.kind == "decline"] == []
