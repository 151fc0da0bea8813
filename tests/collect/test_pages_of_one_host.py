"""What is said or decided of all pages at once takes the columns it needs, not each page as an
object: there may be ten thousand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import event

from reviewbot.core.model import SIGHTED, Health, WorkKind
from reviewbot.core.settings import Settings
from reviewbot.queries import health_facts
from reviewbot.store.tables import TargetRow, TargetStateRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.words.notices import MOST_UNSEEN
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import doorbell_polls
from tests.collect.collect_world import SITES, CollectWorld, collect_world, days_ago, entry, many
from tests.collect.small_site import Answer, SmallSite
from tests.store.store_world import settings as world_settings

PAGES = [f"place{number}/small" for number in range(30)]
FEW = 3
"""The page that is read, and what is looked up of it."""


def thirty_pages(settings: Settings) -> Settings:
    first = settings.targets["tverskaya/small"]
    locations = world_settings().locations
    return replace(
        settings,
        targets={
            key: replace(
                first,
                target=replace(first.target, key=key, ref=key.partition("/")[0]),
                location=list(locations)[number % 2],
            )
            for number, key in enumerate(PAGES)
        },
        locations=locations,
    )


def of_reviews() -> SmallSite:
    return SmallSite([entry("bad", days_ago(1)), *many(3)])


@contextmanager
def pages_as_objects() -> Iterator[list[int]]:
    """Count the pages that are made objects of."""
    loaded = [0]

    def count(_target: TargetRow, _context: object) -> None:
        loaded[0] += 1

    event.listen(TargetRow, "load", count)
    try:
        yield loaded
    finally:
        event.remove(TargetRow, "load", count)


async def read_all(world: CollectWorld) -> None:
    for key in PAGES:
        assert (await world.read(key)).health in (Health.OK, Health.UNCHANGED)


async def test_the_first_message_counts_what_all_pages_showed(tmp_path: Path) -> None:
    async with collect_world(tmp_path, of_reviews(), shape=thirty_pages) as world:
        for key in PAGES[:-1]:
            await world.read(key)
        assert world.notices(NoticeCode.FIRST_CONTACT) == []
        with pages_as_objects() as loaded:
            await world.read(PAGES[-1])
        (told,) = world.notices(NoticeCode.FIRST_CONTACT)
        said = told.payload["params"]
        assert (said["pages"], said["locations"]) == (len(PAGES), 2)
        assert (said["reviews"], said["backlog"]) == (4 * len(PAGES), len(PAGES))
        assert said["unseen"] == []
        assert 0 < loaded[0] <= FEW


async def test_the_first_message_keeps_no_more_hidden_pages_than_it_names(tmp_path: Path) -> None:
    async with collect_world(tmp_path, of_reviews(), shape=thirty_pages) as world:
        world.site.answer = Answer('{"another": "shape"}')
        hidden = PAGES[: 2 * MOST_UNSEEN]
        for key in hidden:
            assert (await world.read(key)).health not in SIGHTED
        world.site.answer = None
        for key in PAGES[len(hidden) :]:
            await world.read(key)
        (told,) = world.notices(NoticeCode.FIRST_CONTACT)
        said = told.payload["params"]
        assert (len(said["unseen"]), said["unseen_count"]) == (MOST_UNSEEN, len(hidden))


async def test_a_block_hides_the_pages_of_its_host_by_statements(tmp_path: Path) -> None:
    async with collect_world(tmp_path, of_reviews(), shape=thirty_pages) as world:
        await read_all(world)
        world.clock.advance(hours=1)
        world.site.answer = Answer("captcha")
        with pages_as_objects() as loaded:
            await world.read(PAGES[0])
        assert 0 < loaded[0] <= FEW
        now = world.clock.now()
        left = {(each.health, each.health_since) for each in world.rows(TargetRow)}
        assert left == {("blocked", now)}
        states = world.rows(TargetStateRow, TargetStateRow.health == "blocked")
        assert sorted(each.target_id for each in states) == [
            each.id for each in world.rows(TargetRow)
        ]
        assert {(each.since, each.cause) for each in states} == {(now, states[0].cause)}
        assert states[0].cause
        told, _of_the_operator = world.notices(NoticeCode.BLIND)
        said = told.payload["params"]
        assert (said["locations"], said["all_locations"], said["open_tickets"]) == (2, True, 30)

        with pages_as_objects() as loaded:
            facts = world.db.read_now(
                lambda rows: health_facts.health(Tx(rows, world.settings, SITES, now))
            )
        assert loaded[0] == 0
        (blind,) = facts.blind
        assert (blind.health, blind.since, blind.locations) == (Health.BLOCKED, now, 2)
        assert (blind.all_locations, blind.open_tickets, blind.attempts) == (True, 30, 1)


async def test_a_message_that_names_no_place_rings_all_pages_by_columns(tmp_path: Path) -> None:
    async with collect_world(tmp_path, of_reviews(), shape=thirty_pages) as world:
        await read_all(world)
        now = world.clock.now()
        with pages_as_objects() as loaded:
            for message, put in (("first", len(PAGES)), ("second", 0)):
                rung = world.db.write_now(
                    lambda rows, message=message: doorbell_polls.ask(
                        rows, PAGES, [message], now, {}, sure=False
                    )
                )
                assert rung == put
        assert loaded[0] == 0
        polls = world.rows(WorkRow, WorkRow.kind == WorkKind.POLL_NOW)
        assert len({each.target_id for each in polls}) == len(PAGES)
