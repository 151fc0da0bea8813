"""Whatever a site does: nothing invented, nothing marked gone, people told, others go on."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.settings import Settings, Span, Times
from reviewbot.store.tables import HostRow, ReviewRow, RevisionRow
from tests.collect.collect_world import (
    KEY,
    MONDAY,
    CollectWorld,
    collect_world,
    days_ago,
    entry,
    many,
)
from tests.collect.loopback import Answer, Asked
from tests.collect.small_site import SmallSite
from tests.collect.two_places import settle
from tests.store.store_world import settings as world_settings

ELSEWHERE = "nevsky/small"
"""A target of another host: the same loopback server under its other name."""


def two_hosts(settings: Settings) -> Settings:
    first = settings.targets[KEY]
    assert first.target.base_url is not None
    away = replace(
        first.target,
        key=ELSEWHERE,
        ref="nevsky",
        base_url=first.target.base_url.replace("127.0.0.1", "localhost"),
    )
    other = replace(first, target=away, location="nevsky", hosts=("localhost",))
    return replace(
        settings,
        targets={KEY: first, ELSEWHERE: other},
        locations=world_settings().locations,
        fetching=replace(
            settings.fetching,
            timeout=timedelta(seconds=2),
            allowed_hosts=("127.0.0.1", "localhost"),
            retries=1,
        ),
    )


def alerted(world: CollectWorld) -> int:
    """How many reviews people were alerted to; a place's alert may go to two chats."""
    return len({row.ticket_id for row in world.alerts()})


def whole(world: CollectWorld) -> bytes:
    """The page as it should be."""
    listed = {"reviews": world.site.reviews, "count": len(world.site.reviews), "rating": 4.2}
    return json.dumps(listed, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Trouble:
    """`make` gives the answer in place of the page; None: the site never answers."""

    name: str
    health: Health
    make: Callable[[CollectWorld], Answer]


def always(answer: Answer) -> Callable[[CollectWorld], Answer]:
    return lambda _world: answer


HTML = "<!DOCTYPE html><html><head><title>Отзывы</title></head><body>{}"
TROUBLES = [
    Trouble("500", Health.UNREACHABLE, always(Answer("oops", status=500))),
    Trouble("502", Health.UNREACHABLE, always(Answer("", status=502))),
    Trouble("503", Health.UNREACHABLE, always(Answer("", status=503))),
    Trouble("403", Health.DENIED, always(Answer("", status=403))),
    Trouble("429", Health.RATE_LIMITED, always(Answer("", status=429))),
    Trouble("timeout", Health.UNREACHABLE, always(Answer(hang=True))),
    Trouble("captcha with 200", Health.BLOCKED, always(Answer(HTML.format("captcha")))),
    Trouble(
        "empty list with 200", Health.SUSPICIOUS, always(Answer('{"reviews": [], "count": 0}'))
    ),
    Trouble("empty body", Health.LAYOUT_CHANGED, always(Answer(""))),
    Trouble(
        "gzip cut short",
        Health.UNREACHABLE,
        lambda world: Answer(
            gzip.compress(whole(world))[:-30], headers={"Content-Encoding": "gzip"}
        ),
    ),
    Trouble("JSON cut short", Health.LAYOUT_CHANGED, lambda world: Answer(whole(world)[:-40])),
    Trouble("body cut short", Health.UNREACHABLE, lambda world: Answer(whole(world), cut=200)),
    Trouble("HTML cut short", Health.LAYOUT_CHANGED, always(Answer(HTML.format("<div class=")))),
    Trouble("50 MB", Health.UNREACHABLE, always(Answer(b" " * 50_000_000))),
    Trouble(
        "50 MB in a small archive",
        Health.UNREACHABLE,
        always(Answer(gzip.compress(b" " * 50_000_000, 1), headers={"Content-Encoding": "gzip"})),
    ),
    Trouble(
        "redirects in a circle",
        Health.UNREACHABLE,
        always(Answer(status=302, headers={"Location": "/tverskaya/reviews"})),
    ),
    Trouble("list renamed", Health.LAYOUT_CHANGED, always(Answer('{"opinions": [], "count": 6}'))),
    Trouble(
        "reviews without ids",
        Health.LAYOUT_CHANGED,
        always(Answer(json.dumps({"reviews": [{"broken": 1}] * 6, "count": 6}))),
    ),
    Trouble(
        "texts gone from the markup",
        Health.SUSPICIOUS,
        lambda world: Answer(
            json.dumps(
                {
                    "reviews": [
                        {**each, "text": None, "reply": None} for each in world.site.reviews
                    ],
                    "count": len(world.site.reviews),
                }
            )
        ),
    ),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
async def test_no_trouble_invents_or_buries_a_review(tmp_path: Path, trouble: Trouble) -> None:
    async with collect_world(tmp_path, shape=two_hosts) as world:
        await settle(world, KEY, ELSEWHERE)
        usual: Callable[[Asked], Answer] = world.site.__call__
        reviews = [row.text for row in world.rows(ReviewRow)]
        bad = trouble.make(world)

        def answer(asked: Asked) -> Answer:
            return bad if asked.path.startswith("/tverskaya/") else usual(asked)

        world.server.handler = answer
        for _ in range(2):
            report = await world.read()
            assert report.health is trouble.health, report
            assert (report.new, report.edited, report.vanished, report.gone) == (0, 0, 0, 0)
            target = world.target()
            assert target.next_poll_at is not None
            world.clock.set(target.next_poll_at)
        told = world.notices("blind")
        assert {row.chat_key for row in told} == {"operator", "support"}
        assert [row.text for row in world.rows(ReviewRow)] == reviews
        assert all(row.gone_at is None and row.missed == 0 for row in world.rows(ReviewRow))
        assert world.rows(RevisionRow) == world.tickets() == world.alerts() == []

        # Another host is read as ever: a complaint there is alerted at its next reading.
        world.site.reviews = [entry("bad", world.clock.now()), *world.site.reviews]
        elsewhere = await world.read(ELSEWHERE)
        assert (elsewhere.health, elsewhere.new, alerted(world)) == (Health.OK, 1, 1)
        hosts = {row.name: row for row in world.rows(HostRow)}
        assert hosts["localhost"].backoff_until is hosts["localhost"].bad_since is None

        # And when the site is well again, what was missed meanwhile is found.
        world.server.handler = usual
        # (Another text: one at two places is one card.)
        world.site.reviews[0] |= {"text": "Обсчитали на двести рублей и не извинились."}
        world.clock.advance(days=2)
        back = await world.read()
        assert (back.health, back.new, alerted(world)) == (Health.OK, 1, 2)
        assert {row.chat_key for row in world.notices("sighted")} == {"operator", "support"}


async def test_a_page_with_the_wrong_label_of_its_letters_is_read_all_the_same(
    tmp_path: Path,
) -> None:
    async with collect_world(tmp_path) as world:
        await settle(world)
        texts = [row.text for row in world.rows(ReviewRow)]
        body = whole(world).decode().encode("cp1251")
        label = {"Content-Type": "application/json; charset=utf-8"}
        world.site.answer = Answer(body, headers=label)
        report = await world.read()
        assert report.health in SIGHTED
        assert (report.new, report.edited, report.gone) == (0, 0, 0)
        assert [row.text for row in world.rows(ReviewRow)] == texts


async def test_what_was_told_is_not_told_again_after_a_restart(tmp_path: Path) -> None:
    async with collect_world(tmp_path) as world:
        await settle(world)
        world.site.answer = Answer("captcha")
        await world.read()
        assert len(world.notices("blind")) == 2
        now, until = world.clock.now(), world.host().backoff_until
        site, reviews = world.site, world.site.reviews
    async with collect_world(tmp_path, site) as world:
        # The port is another one, as it may be; the rows are those of before.
        world.clock.set(now)
        assert (await world.read()).rests_until == until
        assert until is not None
        world.clock.set(until)
        assert (await world.read()).health is Health.BLOCKED
        assert len(world.notices("blind")) == 2
        rest = world.host().backoff_until
        assert rest is not None
        assert rest - world.clock.now() == timedelta(hours=4)
        world.clock.set(rest)
    site.answer, site.reviews = None, reviews
    async with collect_world(tmp_path, site) as world:
        world.clock.set(rest)
        assert (await world.read()).health in SIGHTED
        assert len(world.notices("sighted")) == 2
        await world.read()
        assert len(world.notices("sighted")) == 2
        assert len(world.notices("blind")) == 2


async def test_a_review_among_unreadable_ones_is_not_gone(tmp_path: Path) -> None:
    async with collect_world(tmp_path) as world:
        world.site.count = -1
        await settle(world)
        lost = world.site.reviews.pop(0)["id"]
        world.site.reviews.append({"broken": 1, "id": "odd"})
        for hours in (1, 12, 12, 12):
            world.clock.advance(hours=hours)
            world.site.reviews[0]["author"] = f"Пётр {world.clock.now()}"
            report = await world.read()
            assert (report.health, report.gone) == (Health.DEGRADED, 0)
        assert world.review(lost).missed == 0
        world.site.reviews.pop()
        for hours in (1, 12, 12, 12):
            world.clock.advance(hours=hours)
            world.site.reviews[0]["author"] = f"Пётр {world.clock.now()}"
            await world.read()
        assert world.review(lost).gone_at is not None


async def test_a_page_that_is_doubted_is_kept_to_look_at(world: CollectWorld) -> None:
    await settle(world, KEY)
    world.site.count = 9
    await world.read()
    world.clock.advance(minutes=30)
    assert (await world.read()).health is Health.SUSPICIOUS

    def samples() -> list[Any]:
        from reviewbot.store.tables import TargetStateRow

        return [(row.health, row.sample) for row in world.rows(TargetStateRow)]

    (_, first), (health, sample) = samples()
    assert (first, health) == (None, "suspicious")
    assert sample is not None
    assert sample.startswith("200 http://127.0.0.1")
    assert "Очень вкусно" in json.loads(sample.partition("\n")[2])["reviews"][0]["text"]
    assert many(1)[0]["id"] in sample


async def test_a_review_that_raises_holds_up_no_other(tmp_path: Path) -> None:
    """A span nobody can add to a date makes the critical ones raise."""

    def endless(settings: Settings) -> Settings:
        [given] = settings.reply_time
        endless = Times(reply=Span(timedelta(days=3_000_000), counts="clock"))
        classes = {**given.classes, "critical": endless}
        return replace(settings, reply_time=(replace(given, classes=classes),))

    site = SmallSite([entry("old", days_ago(3), 5, "Вкусно", reply="Спасибо!")])
    async with collect_world(tmp_path, site, shape=endless) as world:
        await world.read()
        site.reviews += [
            entry("bad", MONDAY, text="Отравились, ребёнка увезли в больницу на скорой."),
            entry("fine", MONDAY),
        ]
        world.clock.advance(minutes=30)
        await world.read()
        world.clock.advance(minutes=30)
        await world.read()
        assert world.ticket("fine") is not None
        assert len(world.rows(ReviewRow, ReviewRow.external_id == "bad")) == 0
        [notice] = world.notices("stuck")
        assert notice.payload["params"]["name"] == "tverskaya/small bad"
