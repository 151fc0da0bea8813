"""Once a week the running bot looks whether a site still sends what its source was built on."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reviewbot.collect.contract_watch import ContractWatch, WeeklyLook
from reviewbot.collect.parsing import Parsing
from reviewbot.core.contract import Source
from reviewbot.core.model import Health
from reviewbot.core.readings.shape import KnownShape, known_shapes, seen_keys
from reviewbot.core.settings import Settings
from reviewbot.store.tables import OutboxRow, ReviewRow, SourceCheckRow
from reviewbot.words.notices import notice
from tests.collect import small_site
from tests.collect.collect_world import PROCESSES, SITES, CollectWorld, collect_world, many
from tests.collect.loopback import Answer
from tests.words.message_text import text_of

WEEK = timedelta(days=7)


def weekly(world: CollectWorld, known: Sequence[KnownShape] | None = None) -> WeeklyLook:
    def shapes(_source: Source) -> Sequence[KnownShape]:
        if known is not None:
            return known
        review = {**many(1)[0], "answer": None}
        answer = json.dumps({"reviews": [review]})
        return known_shapes([seen_keys(answer, [review["id"]])])

    watch = ContractWatch(
        world.fetcher,
        Parsing(PROCESSES),
        lambda _name: small_site,  # type: ignore[arg-type,return-value]
        shapes,
    )
    return WeeklyLook(world.db, world.settings, SITES, world.clock, watch)


async def test_what_differs_is_told_once_and_read_by_nobody(world: CollectWorld) -> None:
    world.site.reviews = list(many(3))
    assert (await world.read()).health is Health.OK
    reviews = len(world.rows(ReviewRow))
    look = weekly(world)
    asked = len(world.server.asked)
    await look.look()
    assert len(world.server.asked) == asked + 1
    [row] = world.rows(SourceCheckRow)
    [told] = world.notices("source_changed")
    assert told.payload["params"]["vanished"] == ["reviews.answer"]
    assert row.finding["vanished"] == ["reviews.answer"]
    # Within the week nobody is asked; after it the same is no news.
    world.clock.advance(days=6)
    await look.look()
    assert len(world.server.asked) == asked + 1
    world.clock.advance(days=1)
    await look.look()
    assert len(world.server.asked) == asked + 2
    assert len(world.notices("source_changed")) == 1
    assert len(world.rows(ReviewRow)) == reviews


async def test_a_key_that_is_new_is_told_once_until_it_is_as_it_was(world: CollectWorld) -> None:
    as_ever = [{**each, "answer": None} for each in many(3)]
    more = [{**each, "verified": True} for each in as_ever]
    told = dict.fromkeys(("count", "more", "page", "rating", "request_id"), 1)
    answer = json.dumps({**told, "reviews": as_ever[:1]})
    world.site.reviews = as_ever
    await world.read()
    look = weekly(world, known_shapes([seen_keys(answer, [as_ever[0]["id"]])]))
    for shown, notices in ((as_ever, 0), (more, 1), (more, 1), (as_ever, 1), (more, 2)):
        world.site.reviews = shown
        await look.look()
        world.clock.advance(days=7)
        assert len(world.notices("source_changed")) == notices
    params = world.notices("source_changed")[0].payload["params"]
    assert (params["vanished"], params["new"]) == ([], ["reviews.verified"])


@pytest.mark.parametrize(
    "answer",
    [
        Answer("no", 403),
        Answer("", 302, {"Location": "http://127.0.0.2/elsewhere"}),
        Answer("", 429, {"Retry-After": "3600"}),
        Answer("<html>captcha</html>"),
        Answer('{"reviews": []}'),
        Answer(hang=True),
    ],
    ids=["403", "redirect", "429", "page", "empty", "hang"],
)
async def test_a_look_that_fails_says_nothing_and_stores_nothing(
    tmp_path: Path, answer: Answer
) -> None:
    quick = timedelta(seconds=0.2) if answer.hang else timedelta(seconds=30)

    def shape(settings: Settings) -> Settings:
        return replace(settings, fetching=replace(settings.fetching, timeout=quick, retries=1))

    async with collect_world(tmp_path, shape=shape) as world:
        world.site.reviews = list(many(3))
        await world.read()
        look = weekly(world)
        before = world.target().health, len(world.rows(ReviewRow)), len(world.rows(OutboxRow))
        world.site.answer = answer
        asked = len(world.server.asked)
        await look.look()
        assert len(world.server.asked) == asked + 1
        await look.look()
        assert len(world.server.asked) == asked + 1, "once a week, whatever came of it"
        now = world.target().health, len(world.rows(ReviewRow)), len(world.rows(OutboxRow))
        assert now == before
        [row] = world.rows(SourceCheckRow)
        assert not row.finding


async def test_a_site_out_of_sight_is_left_to_its_readings(world: CollectWorld) -> None:
    world.site.reviews = list(many(3))
    world.site.answer = Answer("{}", 500)
    await world.read()
    asked = len(world.server.asked)
    await weekly(world).look()
    assert len(world.server.asked) == asked
    assert world.rows(SourceCheckRow) == []


async def test_a_reader_of_any_page_is_not_looked_at(world: CollectWorld) -> None:
    world.site.reviews = list(many(3))
    await world.read()
    asked = len(world.server.asked)
    await weekly(world, ()).look()
    assert len(world.server.asked) == asked


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ru",
            "🧩 Яндекс Карты: данные приходят в другом виде\n"
            "отзывы теперь в другом месте: data.items\n"
            "больше нет: a, b\n"
            "появилось: k0, k1, k2, k3, k4, k5, k6, k7 и ещё 2\n"
            "Отзывы пока читаются. Проверьте, пришли ли самые новые, и обновите reviewbot, пока "
            "ничего не потерялось. Подробно:\n"
            "reviewbot sources --live",
        ),
        (
            "en",
            "🧩 Yandex Maps sends something else than before\n"
            "reviews stand in another place now: data.items\n"
            "not there any more: a, b\n"
            "new: k0, k1, k2, k3, k4, k5, k6, k7 and 2 more\n"
            "Reviews are read still. Look whether the newest ones came, and update reviewbot "
            "before something is lost. In full:\n"
            "reviewbot sources --live",
        ),
    ],
)
def test_the_notice(language: str, told: str) -> None:
    params = {
        "source": "yandex_maps",
        "titles": {"ru": "Яндекс Карты", "en": "Yandex Maps"},
        "moved": "data.items",
        "vanished": ["a", "b"],
        "new": [f"k{n}" for n in range(10)],
    }
    assert text_of(notice("source_changed", params, language)) == told
