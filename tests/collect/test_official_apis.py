"""Whole conversations with stand-ins of the official APIs, by the real fetcher and publisher."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from reviewbot.collect.reader import Reader
from reviewbot.core.contract import Denied, RateLimited, Target
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.core.ticket import Act, Action
from reviewbot.store import targets
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from tests.collect.collect_world import KEY, SITES, CollectWorld, collect_world
from tests.collect.loopback import Answer, Asked
from tests.collect.owner_stand_ins import GoogleBusiness, Trustpilot
from tests.collect.shop_stand_ins import Ozon, Wildberries, YandexMarket
from tests.collect.stand_ins import AppStore, Avito, GooglePlay, StandIn, Told, Vk
from tests.store.store_world import MONDAY, actor

TEXT = "Здравствуйте! Разберёмся сегодня."
RENEWED: list[Callable[[], StandIn]] = [AppStore, GooglePlay, Avito, GoogleBusiness, Trustpilot]
WHOLE: list[Callable[[], StandIn]] = [*RENEWED, Vk, Wildberries]
ALL: list[Callable[[], StandIn]] = [*WHOLE, Ozon, YandexMarket]
"""The replies of the last two are asked for a few at a time: no single reading shows all."""


def many(count: int) -> list[Told]:
    """Good answered reviews of the last days, newest first."""
    return [
        Told(str(5000 - n), MONDAY - timedelta(days=1, hours=n), 5, "Вкусно, спасибо!", "Спасибо!")
        for n in range(count)
    ]


@asynccontextmanager
async def talking(folder: Path, site: StandIn, **fetching: Any) -> AsyncIterator[CollectWorld]:
    """A collector whose one target is the stand-in's."""

    def shape(settings: Settings) -> Settings:
        entry = settings.targets[KEY]
        target = replace(entry.target, ref=site.ref, options=site.options)
        return replace(
            settings,
            targets={KEY: replace(entry, target=target)},
            fetching=replace(settings.fetching, **fetching),
        )

    async with collect_world(
        folder,
        site,  # type: ignore[arg-type]
        shape=shape,
        source=site.module,
        secrets={"small": site.secret},
    ) as world:
        yield world


async def read(world: CollectWorld, site: StandIn, *wanted: str) -> Reading:
    """One sweep of the target, by the real reader; what came is not stored. `wanted` are reviews
    with open tickets."""

    def plan(rows: Session) -> targets.Plan | None:
        return targets.plan_for(rows, KEY, world.clock.now())

    made = world.db.write_now(plan)
    assert made is not None
    made.target.first_contact_at = world.clock.now()
    waiting = tuple(targets.Wanted(n, name, False) for n, name in enumerate(wanted, start=1))
    sweep = replace(made, sweep=True, pages=12, wanted=waiting)
    reader = Reader(world.db, world.fetcher, world.clock, lambda _: site.module, 12)  # type: ignore[arg-type,return-value]
    return await reader.read(place(world), sweep)


def place(world: CollectWorld) -> Target:
    return world.settings.targets[KEY].target


async def approved(world: CollectWorld, site: StandIn) -> str:
    """A complaint arrives, the manager approves a reply; the time to undo it has passed."""
    site.reviews = many(3)
    await world.read()
    world.clock.advance(minutes=30)
    await world.read()
    site.reviews.insert(0, Told("9001", world.clock.now()))
    await world.read()
    ticket = world.ticket("9001")
    assert ticket is not None
    number = ticket.id
    assert number is not None
    marina = actor("marina")
    world.db.write_now(
        lambda rows: act.act(
            Tx(rows, world.settings, SITES, world.clock.now()),
            number,
            Act(Action.APPROVE, marina, text=TEXT),
        )
    )
    world.clock.advance(minutes=5)
    return "9001"


def state(world: CollectWorld, name: str) -> str:
    ticket = world.ticket(name)
    assert ticket is not None
    return ticket.state


@pytest.mark.parametrize("make", WHOLE)
async def test_every_page_is_read(tmp_path: Path, make: Callable[[], StandIn]) -> None:
    site = make()
    site.reviews = many(site.page + 1)
    async with talking(tmp_path, site) as world:
        reading = await read(world, site)
        assert reading.error is None
        assert [item.external_id for item in reading.items] == [told.id for told in site.reviews]
        assert {item.reply_text for item in reading.items} == {"Спасибо!"}
        assert reading.sweep or reading.complete


@pytest.mark.parametrize("make", RENEWED)
async def test_a_token_that_ended_between_two_pages_is_renewed(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    site.reviews = many(site.page + 1)
    async with talking(tmp_path, site) as world:

        def ending(asked: Asked) -> Answer:
            answer = site(asked)
            if asked.path != site.token_path and not site.revoked:
                site.revoke()
            return answer

        world.server.handler = ending
        reading = await read(world, site)
        assert reading.error is None
        assert len(reading.items) == site.page + 1
        signed = [
            asked.headers["authorization"] for asked in site.asked if asked.path != site.token_path
        ]
        assert signed[0] == signed[1] != signed[2]


@pytest.mark.parametrize("make", ALL)
async def test_a_token_that_is_never_taken_is_a_refused_credential(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    site.reviews = many(2)
    async with talking(tmp_path, site) as world:

        def refusing(asked: Asked) -> Answer:
            site.asked.append(asked)
            return site.token(asked) if asked.path == site.token_path else site.refused()

        world.server.handler = refusing
        reading = await read(world, site)
        assert isinstance(reading.error, Denied)
        assert reading.error.credential
        assert reading.items == ()
        assert len([asked for asked in site.asked if asked.path != site.token_path]) <= 2


@pytest.mark.parametrize("make", ALL)
async def test_a_limit_is_told_with_its_time_and_kept(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    site.reviews = many(2)
    site.limited = 1
    async with talking(tmp_path, site) as world:
        reading = await read(world, site)
        assert isinstance(reading.error, RateLimited)
        assert reading.error.retry_after == 7
        before = world.clock.now()
        assert (await read(world, site)).error is None
        assert world.clock.now() - before >= timedelta(seconds=7)


@pytest.mark.parametrize("make", ALL)
async def test_an_approved_reply_is_posted_once_and_seen(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    async with talking(tmp_path, site) as world:
        name = await approved(world, site)
        while await world.worker.run_one():
            pass
        found = site.find(name)
        assert found is not None
        assert (site.posts, found.reply, state(world, name)) == (1, TEXT, "posted")
        await world.read()
        assert (site.posts, state(world, name)) == (1, "answered")


@pytest.mark.parametrize("make", ALL)
async def test_a_reply_that_was_limited_is_posted_later_and_once(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    async with talking(tmp_path, site) as world:
        name = await approved(world, site)
        site.limited = 1
        while await world.worker.run_one():
            pass
        assert (site.posts, state(world, name)) == (0, "approved")
        world.clock.advance(hours=1)
        while await world.worker.run_one():
            pass
        assert (site.posts, state(world, name)) == (1, "posted")


@pytest.mark.parametrize("make", ALL)
async def test_a_reply_that_timed_out_and_landed_is_found_and_not_repeated(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    async with talking(tmp_path, site, timeout=timedelta(seconds=1)) as world:
        name = await approved(world, site)
        site.post = "take and hang"
        while await world.worker.run_one():
            pass
        # Where no single review can be asked for, a whole reading looks, and sees it answered.
        assert site.posts == 1
        assert state(world, name) in ("posted", "answered")


async def test_a_review_that_left_googles_week_is_not_gone(tmp_path: Path) -> None:
    site = GooglePlay()
    async with talking(tmp_path, site) as world:
        site.reviews = many(3)
        await world.read()
        world.clock.advance(minutes=30)
        site.reviews.insert(0, Told("9001", world.clock.now()))
        await world.read()
        before = world.review("9001")
        assert state(world, "9001") == "waiting"
        site.reviews = many(3)
        for _ in range(5):
            world.clock.advance(days=1)
            assert (await world.read()).health in ("ok", "unchanged")
        after = world.review("9001")
        assert state(world, "9001") == "waiting"
        assert (after.gone_at, after.text, after.rating) == (None, before.text, before.rating)
        assert after.edited_at is None


async def test_the_rss_of_a_country_needs_no_credential_and_tells_no_replies(
    tmp_path: Path,
) -> None:
    def entry(number: int) -> dict[str, Any]:
        labels = {
            "id": str(number),
            "title": "Виснет",
            "content": "Не открывается",
            "im:rating": "1",
        }
        told: dict[str, Any] = {name: {"label": text} for name, text in labels.items()}
        return {**told, "updated": {"label": "2026-03-01T10:00:00-07:00"}}

    class Rss(AppStore):
        options = None
        full = False

        def __call__(self, asked: Asked) -> Answer:
            self.asked.append(asked)
            page = int(asked.path.split("page=")[1].split("/")[0])
            entries = [entry(page * 100 + n) for n in range(2)] if self.full or page < 3 else []
            feed = {"entry": entries} if entries else {}
            return Answer(json.dumps({"feed": feed}))

    site = Rss()
    async with talking(tmp_path, site) as world:
        reading = await read(world, site)
        assert reading.error is None
        assert [item.external_id for item in reading.items] == ["100", "101", "200", "201"]
        assert len(site.asked) == 3
        assert all("authorization" not in asked.headers for asked in site.asked)
        assert reading.complete
        site.full = True
        reading = await read(world, site, "7")
        assert (reading.error, reading.absent, reading.complete) == (None, (), False)
