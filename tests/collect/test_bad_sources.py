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
from reviewbot.core.settings import Settings
from reviewbot.store.tables import HostRow, ReviewRow, RevisionRow
from tests.collect.loopback import Answer, Asked
from tests.collect.publish_world import KEY, PublishWorld, entry, many, publish_world
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


def alerted(desk: PublishWorld) -> int:
    """How many reviews people were alerted to; a place's alert may go to two chats."""
    return len({row.ticket_id for row in desk.alerts()})


def whole(desk: PublishWorld) -> bytes:
    """The page as it should be."""
    listed = {"reviews": desk.site.reviews, "count": len(desk.site.reviews), "rating": 4.2}
    return json.dumps(listed, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Trouble:
    """`make` gives the answer in place of the page; None: the site never answers."""

    name: str
    health: Health
    make: Callable[[PublishWorld], Answer]


def always(answer: Answer) -> Callable[[PublishWorld], Answer]:
    return lambda _desk: answer


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
        lambda desk: Answer(
            gzip.compress(whole(desk))[:-30], headers={"Content-Encoding": "gzip"}
        ),
    ),
    Trouble("JSON cut short", Health.LAYOUT_CHANGED, lambda desk: Answer(whole(desk)[:-40])),
    Trouble("body cut short", Health.UNREACHABLE, lambda desk: Answer(whole(desk), cut=200)),
    Trouble("HTML cut short", Health.LAYOUT_CHANGED, always(Answer(HTML.format("<div class=")))),
    Trouble("50 MB", Health.UNREACHABLE, always(Answer(b" " * 50_000_000))),
    Trouble(
        "50 MB in a small archive",
        Health.UNREACHABLE,
        always(Answer(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"})),
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
        lambda desk: Answer(
            json.dumps(
                {
                    "reviews": [
                        {**each, "text": None, "reply": None} for each in desk.site.reviews
                    ],
                    "count": len(desk.site.reviews),
                }
            )
        ),
    ),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
async def test_no_trouble_invents_or_buries_a_review(tmp_path: Path, trouble: Trouble) -> None:
    async with publish_world(tmp_path, shape=two_hosts) as desk:
        await settle(desk, KEY, ELSEWHERE)
        usual: Callable[[Asked], Answer] = desk.site.__call__
        reviews = [row.text for row in desk.rows(ReviewRow)]
        bad = trouble.make(desk)

        def answer(asked: Asked) -> Answer:
            return bad if asked.path.startswith("/tverskaya/") else usual(asked)

        desk.server.handler = answer
        for _ in range(2):
            report = await desk.read()
            assert report.health is trouble.health, report
            assert (report.new, report.edited, report.vanished, report.gone) == (0, 0, 0, 0)
            target = desk.target()
            assert target.next_poll_at is not None
            desk.clock.set(target.next_poll_at)
        told = desk.notices("blind")
        assert {row.chat_key for row in told} == {"operator", "support"}
        assert [row.text for row in desk.rows(ReviewRow)] == reviews
        assert all(row.gone_at is None and row.missed == 0 for row in desk.rows(ReviewRow))
        assert desk.rows(RevisionRow) == desk.tickets() == desk.alerts() == []

        # Another host is read as ever: a complaint there is alerted at its next reading.
        desk.site.reviews = [entry("bad", desk.clock.now()), *desk.site.reviews]
        elsewhere = await desk.read(ELSEWHERE)
        assert (elsewhere.health, elsewhere.new, alerted(desk)) == (Health.OK, 1, 1)
        hosts = {row.name: row for row in desk.rows(HostRow)}
        assert hosts["localhost"].backoff_until is hosts["localhost"].bad_since is None

        # And when the site is well again, what was missed meanwhile is found.
        desk.server.handler = usual
        desk.clock.advance(days=2)
        back = await desk.read()
        assert (back.health, back.new, alerted(desk)) == (Health.OK, 1, 2)
        assert {row.chat_key for row in desk.notices("sighted")} == {"operator", "support"}


async def test_a_page_with_the_wrong_label_of_its_letters_is_read_all_the_same(
    tmp_path: Path,
) -> None:
    async with publish_world(tmp_path) as desk:
        await settle(desk)
        texts = [row.text for row in desk.rows(ReviewRow)]
        body = whole(desk).decode().encode("cp1251")
        label = {"Content-Type": "application/json; charset=utf-8"}
        desk.site.answer = Answer(body, headers=label)
        report = await desk.read()
        assert report.health in SIGHTED
        assert (report.new, report.edited, report.gone) == (0, 0, 0)
        assert [row.text for row in desk.rows(ReviewRow)] == texts


async def test_what_was_told_is_not_told_again_after_a_restart(tmp_path: Path) -> None:
    async with publish_world(tmp_path) as desk:
        await settle(desk)
        desk.site.answer = Answer("captcha")
        await desk.read()
        assert len(desk.notices("blind")) == 2
        now, until = desk.clock.now(), desk.host().backoff_until
        site, reviews = desk.site, desk.site.reviews
    async with publish_world(tmp_path, site) as desk:
        # The port is another one, as it may be; the rows are those of before.
        desk.clock.set(now)
        assert (await desk.read()).rests_until == until
        assert until is not None
        desk.clock.set(until)
        assert (await desk.read()).health is Health.BLOCKED
        assert len(desk.notices("blind")) == 2
        rest = desk.host().backoff_until
        assert rest is not None
        assert rest - desk.clock.now() == timedelta(hours=4)
        desk.clock.set(rest)
    site.answer, site.reviews = None, reviews
    async with publish_world(tmp_path, site) as desk:
        desk.clock.set(rest)
        assert (await desk.read()).health in SIGHTED
        assert len(desk.notices("sighted")) == 2
        await desk.read()
        assert len(desk.notices("sighted")) == 2
        assert len(desk.notices("blind")) == 2


async def test_a_review_among_unreadable_ones_is_not_gone(tmp_path: Path) -> None:
    async with publish_world(tmp_path) as desk:
        desk.site.count = -1
        await settle(desk)
        lost = desk.site.reviews.pop(0)["id"]
        desk.site.reviews.append({"broken": 1, "id": "odd"})
        for hours in (1, 12, 12, 12):
            desk.clock.advance(hours=hours)
            desk.site.reviews[0]["author"] = f"Пётр {desk.clock.now()}"
            report = await desk.read()
            assert (report.health, report.gone) == (Health.DEGRADED, 0)
        assert desk.review(lost).missed == 0
        desk.site.reviews.pop()
        for hours in (1, 12, 12, 12):
            desk.clock.advance(hours=hours)
            desk.site.reviews[0]["author"] = f"Пётр {desk.clock.now()}"
            await desk.read()
        assert desk.review(lost).gone_at is not None


async def test_a_page_that_is_doubted_is_kept_to_look_at(desk: PublishWorld) -> None:
    await settle(desk, KEY)
    desk.site.count = 9
    await desk.read()
    desk.clock.advance(minutes=30)
    assert (await desk.read()).health is Health.SUSPICIOUS

    def samples() -> list[Any]:
        from reviewbot.store.tables import TargetStateRow

        return [(row.health, row.sample) for row in desk.rows(TargetStateRow)]

    (_, first), (health, sample) = samples()
    assert (first, health) == (None, "suspicious")
    assert sample is not None
    assert sample.startswith("200 http://127.0.0.1")
    assert "Очень вкусно" in json.loads(sample.partition("\n")[2])["reviews"][0]["text"]
    assert many(1)[0]["id"] in sample
