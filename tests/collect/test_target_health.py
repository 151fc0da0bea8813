"""Out of sight and back: states, rest, who is told and how often."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewbot.cli import doctor
from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.settings import Settings
from reviewbot.queries import diagnosis, figures, health_facts
from reviewbot.store import targets
from reviewbot.store.queues import due_readings
from reviewbot.store.tables import AuditRow, OutboxRow, TargetRow, TargetStateRow
from reviewbot.store.tx import Tx
from reviewbot.words.blind_notices import CAUSES, REMEDIES
from reviewbot.workflow.readings.accepted_count import accept_count
from tests.collect import quoting_source
from tests.collect.collect_world import SITES, CollectWorld, collect_world, days_ago, entry, many
from tests.collect.loopback import Answer
from tests.collect.small_site import SmallSite
from tests.collect.two_places import OTHER, settle, two_places
from tests.store.store_world import at

ENDS: list[tuple[Any, Health]] = [
    (Answer("captcha"), Health.BLOCKED),
    (Answer("", status=521), Health.BLOCKED),
    (Answer("", status=507), Health.BLOCKED),
    (Answer("", status=429), Health.RATE_LIMITED),
    (Answer("", status=401), Health.DENIED),
    (Answer("", status=403), Health.DENIED),
    (Answer("", status=404), Health.TARGET_GONE),
    (Answer("", status=500), Health.UNREACHABLE),
    (Answer("{}", cut=1), Health.UNREACHABLE),
    (Answer("<html></html>"), Health.LAYOUT_CHANGED),
    (Answer('{"something": "else"}'), Health.LAYOUT_CHANGED),
    (Answer('{"reviews": [], "count": 6}'), Health.SUSPICIOUS),
    (Answer('{"reviews": []}'), Health.SUSPICIOUS),
    (Answer('{"reviews": [], "count": 0}'), Health.SUSPICIOUS),
    (Answer('{"reviews": [{"broken": 1}, {"broken": 2}]}'), Health.LAYOUT_CHANGED),
    (Answer('{"reviews": "none"}'), Health.LAYOUT_CHANGED),
]


@pytest.mark.parametrize(
    ("answer", "health"), ENDS, ids=[f"{h}-{n}" for n, (_, h) in enumerate(ENDS)]
)
async def test_no_trouble_of_a_site_looks_like_good_news(
    world: CollectWorld, answer: Answer, health: Health
) -> None:
    await settle(world)
    before = world.target()
    world.site.answer = answer
    report = await world.read()
    assert (report.health, report.gone, report.vanished) == (health, 0, 0)
    target = world.target()
    assert target.health == health
    assert target.last_reading_at == before.last_reading_at
    assert target.last_complete_at == before.last_complete_at
    assert all(world.review(f"old{n}").gone_at is None for n in range(6))
    state = world.rows(TargetStateRow)[-1]
    assert state.cause
    world.site.answer = None
    world.clock.advance(hours=48)
    assert (await world.read()).health is Health.OK


def test_every_state_out_of_sight_has_its_cause_and_its_remedy() -> None:
    blind = set(Health) - SIGHTED
    assert blind - set(CAUSES) == set()
    assert blind - set(REMEDIES) == {Health.UNCONFIRMED}, "the operator's notice has no remedy"
    assert {state.value for state in blind} - set(doctor.REMEDIES) == set()


async def test_a_secret_that_the_site_quotes_back_is_in_no_cause(tmp_path: Path) -> None:
    secrets = {"small": {"token": "very-secret-token"}}
    quoting = {"captcha": "no", "broken": "very-secret-token"}
    async with collect_world(tmp_path, secrets=secrets, source=quoting_source) as world:
        world.site.answer = Answer(json.dumps(quoting))
        report = await world.read()
        assert report.cause == "the site says: •••"
        kept = [
            row for table in (TargetRow, TargetStateRow, OutboxRow) for row in world.rows(table)
        ]
        assert "very-secret-token" not in str([row.model_dump() for row in kept])


async def test_the_page_that_failed_is_kept_cut_and_without_secrets(tmp_path: Path) -> None:
    secrets = {"small": {"token": "very-secret-token"}}
    async with collect_world(tmp_path, secrets=secrets) as world:
        await settle(world)
        world.site.answer = Answer("<html>very-secret-token" + "x" * 50_000)
        await world.read()
        sample = world.rows(TargetStateRow)[-1].sample
        assert sample is not None
        assert sample.startswith("200 http://127.0.0.1")
        assert len(sample) <= 20_000
        assert "very-secret-token" not in sample
        assert "page=" not in sample


async def test_first_contact_with_nothing_must_be_confirmed(world: CollectWorld) -> None:
    world.site.answer = Answer('{"reviews": []}')
    assert (await world.read()).health is Health.UNCONFIRMED
    (told,) = world.notices("unconfirmed")
    assert told.chat_key == "operator"
    world.site.answer = None
    world.site.reviews = [entry("bad", world.clock.now())]
    world.clock.advance(minutes=30)
    assert (await world.read()).health is Health.OK
    assert len(world.alerts()) == 1


async def test_first_contact_with_a_counter_of_nothing_is_simply_empty(
    world: CollectWorld,
) -> None:
    assert (await world.read()).health is Health.EMPTY
    assert world.notices("unconfirmed") == []


async def test_a_block_does_not_make_an_empty_place_doubtful(world: CollectWorld) -> None:
    assert (await world.read()).health is Health.EMPTY
    world.site.answer = Answer("captcha")
    world.clock.advance(minutes=30)
    assert (await world.read()).health is Health.BLOCKED
    world.site.answer = Answer('{"reviews": []}')
    world.clock.advance(hours=3)
    assert (await world.read()).health is Health.EMPTY
    assert world.notices("unconfirmed") == []


async def test_some_unreadable_reviews_degrade_and_keep_a_sample(world: CollectWorld) -> None:
    await settle(world)
    world.site.reviews.insert(0, {"broken": 1, "id": "odd"})
    world.site.reviews.insert(1, entry("bad", world.clock.now()))
    world.site.count = 8
    report = await world.read()
    assert (report.health, report.new, len(world.alerts())) == (Health.DEGRADED, 1, 1)
    assert "broken" in (world.rows(TargetStateRow)[-1].sample or "")


async def test_a_blocked_host_is_tried_after_hours_by_one_reading(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("captcha")
        rests = []
        for _ in range(6):
            await world.read()
            until = world.host().backoff_until
            assert until is not None
            rests.append((until - world.clock.now()) / timedelta(hours=1))
            asked = len(world.server.asked)
            for key in ("tverskaya/small", OTHER):
                assert (await world.read(key)).rests_until == until
            assert len(world.server.asked) == asked
            target = world.target(OTHER)
            assert target.next_poll_at is not None
            assert target.next_poll_at >= until
            world.clock.set(until)
        assert rests == [2, 4, 8, 16, 24, 24]


async def test_the_neighbours_of_a_blocked_page_are_out_of_sight_too(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("captcha")
        await world.read()
        since = world.clock.now()
        for key in ("tverskaya/small", OTHER):
            assert (world.target(key).health, world.target(key).health_since) == ("blocked", since)
        told = world.db.read_now(lambda rows: figures.summary(rows, since, since))
        assert {each.location for each in told.blind} == {"tverskaya", "nevsky"}
        world.site.answer = None
        world.clock.advance(hours=3)
        assert (await world.read(OTHER)).health in (Health.OK, Health.UNCHANGED)
        assert [world.target(key).health for key in ("tverskaya/small", OTHER)] == [
            "blocked",
            "ok",
        ]
        assert (await world.read()).health in (Health.OK, Health.UNCHANGED)
        now = world.clock.now()
        found = world.db.read_now(lambda rows: diagnosis.examine(rows, now))
        assert found.states == {"ok": 2}
        assert {round(span / timedelta(hours=1)) for _, span in found.was_blind} == {3}
        assert len(found.was_blind) == 2
        told = world.db.read_now(lambda rows: figures.summary(rows, since, now))
        assert told.blind == ()
        assert [round(each.blind_for / timedelta(hours=1)) for each in told.unseen] == [3, 3]
        facts = world.db.read_now(
            lambda rows: health_facts.health(Tx(rows, world.settings, SITES, now))
        )
        ((title, share),) = facts.unseen
        assert (title["en"], round(share * 7 * 24)) == ("Small", 3)
        later = now + diagnosis.PERIOD - timedelta(hours=1)
        found = world.db.read_now(lambda rows: diagnosis.examine(rows, later))
        assert {round(span / timedelta(hours=1)) for _, span in found.was_blind} == {1}
        assert len(found.was_blind) == 2


async def test_while_one_reading_tries_a_blocked_host_no_other_does(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("captcha")
        await world.read()
        world.clock.advance(hours=3)
        usual: Callable[[Any], Answer] = world.site.__call__
        seen = []

        def while_probing(asked: Any) -> Answer:
            seen.append(world.host().backoff_until)
            return usual(asked)

        world.server.handler = while_probing
        await world.read()
        assert seen[0] is not None
        assert seen[0] > world.clock.now()


async def test_a_told_time_is_kept_for_the_whole_host(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        world.site.answer = Answer("", status=429, headers={"Retry-After": "1200"})
        await world.read()
        until = world.clock.now() + timedelta(seconds=1200)
        assert (await world.read(OTHER)).rests_until == until
        world.site.answer = None
        world.clock.set(until)
        assert (await world.read(OTHER)).health in (Health.OK, Health.UNCHANGED)


async def test_a_counter_that_rises_over_a_silent_list_is_told_within_two_polls(
    world: CollectWorld,
) -> None:
    await settle(world)
    world.site.count = 7
    assert (await world.read()).health is Health.OK
    world.clock.advance(minutes=30)
    report = await world.read()
    assert report.health is Health.SUSPICIOUS
    assert "7" in report.cause
    world.site.count = None
    world.site.reviews.insert(0, entry("bad", world.clock.now()))
    world.clock.advance(minutes=30)
    assert (await world.read()).health is Health.OK


async def test_the_operators_word_on_a_counter_is_enough(world: CollectWorld) -> None:
    """Some sites count reviews they never show."""
    await settle(world)
    assert not world.db.write_now(
        lambda rows: accept_count(rows, world.target().key, "operator", world.clock.now())
    ), "nothing is doubted"
    world.site.count = 40
    for _ in range(2):
        report = await world.read()
        world.clock.advance(minutes=30)
    assert report.health is Health.SUSPICIOUS
    operators = next(row for row in world.notices("blind") if row.chat_key == "operator")
    assert operators.payload["params"]["accept"] == "tverskaya/small"
    found = world.db.read_now(lambda rows: diagnosis.examine(rows, world.clock.now()))
    assert [target.is_count_doubted for target in found.blind] == [True]

    assert world.db.write_now(
        lambda rows: accept_count(rows, "tverskaya/small", "operator", world.clock.now())
    )
    next_poll_at = world.target().next_poll_at
    assert next_poll_at is not None
    assert next_poll_at < world.clock.now(), "it is due at once"
    assert world.target().health == "suspicious", "a word is no reading"
    [told] = [row for row in world.rows(AuditRow) if row.action == "accept_count"]
    assert (told.actor, told.detail["target"]) == ("operator", "tverskaya/small")
    for _ in range(4):
        assert (await world.read()).health in (Health.OK, Health.UNCHANGED)
        world.clock.advance(minutes=30)
    assert len(world.notices("sighted")) == 2

    world.site.count = 41
    for _ in range(2):
        report = await world.read()
        world.clock.advance(minutes=30)
    assert report.health is Health.SUSPICIOUS, "the next doubt is a new one"


async def test_a_word_on_the_counter_does_not_make_an_empty_list_good(world: CollectWorld) -> None:
    await settle(world)
    world.site.answer = Answer('{"reviews": [], "count": 6}')
    assert (await world.read()).health is Health.SUSPICIOUS
    assert not world.db.write_now(
        lambda rows: accept_count(rows, "tverskaya/small", "operator", world.clock.now())
    )
    operators = next(row for row in world.notices("blind") if row.chat_key == "operator")
    assert operators.payload["params"]["accept"] is None


async def test_a_list_without_its_newest_reviews_is_not_believed(tmp_path: Path) -> None:
    site = SmallSite(list(many(30)))
    async with collect_world(tmp_path, site) as world:
        for _ in range(5):
            await world.read()
            world.clock.advance(minutes=30)
        site.count = 30
        site.reviews = site.reviews[10:]
        assert (await world.read()).health is Health.SUSPICIOUS


async def test_long_silence_of_a_busy_place_is_suspicious_a_quiet_sunday_is_not(
    tmp_path: Path,
) -> None:
    # Ten reviews every working day, none at weekends; the last on Friday evening.
    friday = at("2026-03-06 18:00")
    busy = []
    for day in range(60):
        moment = friday - timedelta(days=day)
        if moment.weekday() < 5:
            busy += [
                entry(f"d{day}h{n}", moment - timedelta(hours=n), 5, "Вкусно!", reply="Спасибо!")
                for n in range(10)
            ]
    async with collect_world(tmp_path, SmallSite(busy, size=100, count=-1)) as world:
        world.clock.set(friday + timedelta(minutes=30))
        for _ in range(6):
            await world.read()
            world.clock.advance(minutes=1)
        for hours in (4, 12, 24, 48, 60, 65):
            world.clock.set(friday + timedelta(hours=hours))
            assert (await world.read()).health in (Health.OK, Health.UNCHANGED), hours
        world.clock.set(friday + timedelta(days=5, hours=2))
        report = await world.read()
        assert report.health is Health.SUSPICIOUS
        assert "nothing new since 2026-03-06" in report.cause


async def test_readings_spread_and_follow_the_rhythm(world: CollectWorld) -> None:
    world.site.reviews = [
        entry(f"d{n}", days_ago(n / 10), 5, "Вкусно!", reply="Спасибо!") for n in range(300)
    ]
    world.site.size = 300
    await world.read()
    await world.read()
    due = world.target().next_poll_at
    assert due is not None
    # Ten a day: four looks per review would be every 36 minutes; jitter 0 takes a tenth off.
    assert timedelta(minutes=30) < due - world.clock.now() < timedelta(minutes=36)


async def test_targets_come_and_go_with_the_file(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        due = [world.target(key).next_poll_at for key in ("tverskaya/small", OTHER)]
        assert due[0] is not None
        assert due[1] is not None
        assert due[1] - due[0] == timedelta(seconds=10)
        await settle(world, "tverskaya/small", OTHER)
        alone = replace(
            world.settings, targets={"tverskaya/small": world.settings.targets["tverskaya/small"]}
        )
        now = world.clock.now()
        world.db.write_now(lambda rows: targets.sync_settings(rows, alone, now))
        assert world.target(OTHER).retired_at == now
        due_keys = world.db.read_now(
            lambda rows: due_readings.due_targets(rows, now + timedelta(days=9))
        )
        assert due_keys == [("127.0.0.1", "tverskaya/small")]
        swapped = {
            "tverskaya/small": replace(
                world.settings.targets["tverskaya/small"],
                target=replace(world.settings.targets[OTHER].target, key="tverskaya/small"),
            ),
            OTHER: replace(
                world.settings.targets[OTHER],
                target=replace(world.settings.targets["tverskaya/small"].target, key=OTHER),
            ),
        }
        changed = replace(world.settings, targets=swapped)
        world.db.write_now(lambda rows: targets.sync_settings(rows, changed, now))
        assert world.target("tverskaya/small").ref == "nevsky"
        assert world.target(OTHER).ref == "tverskaya"
        assert world.target(OTHER).retired_at is None


@pytest.mark.parametrize(("told", "hidden"), [("21600", True), ("60", False)])
async def test_a_host_that_bids_us_wait_hides_what_was_due_meanwhile(
    tmp_path: Path, told: str, hidden: bool
) -> None:
    async with collect_world(tmp_path, shape=two_places) as world:
        await settle(world, "tverskaya/small", OTHER)
        await world.read(OTHER)
        world.site.answer = Answer("", status=429, headers={"Retry-After": told})
        await world.read()
        assert world.target(OTHER).health == ("rate_limited" if hidden else "ok")
        world.site.answer = None
        world.clock.advance(hours=7)
        for key in (OTHER, "tverskaya/small"):
            assert (await world.read(key)).health in (Health.OK, Health.UNCHANGED)
        assert world.notices("blind") == [], "it passed before anybody had to know"


async def test_a_refused_credential_hides_all_that_show_it_and_no_others(tmp_path: Path) -> None:
    def two_credentials(settings: Settings) -> Settings:
        made = two_places(settings)
        other = made.targets[OTHER]
        third = replace(other.target, key="nevsky/small/own", ref="own", secret_ref="own")
        own = replace(other, target=third)
        return replace(made, targets={**made.targets, third.key: own})

    async with collect_world(tmp_path, shape=two_credentials) as world:
        await settle(world, *world.settings.targets)
        usual: Callable[[Any], Answer] = world.site.__call__
        world.site.answer = Answer("", status=401)
        await world.read()
        assert [world.target(key).health for key in world.settings.targets] == [
            "denied",
            "denied",
            "ok",
        ]
        params = world.notices("blind")[0].payload["params"]
        assert (params["locations"], params["all_locations"]) == (2, True)

        # Read itself, the second is well: the first one's refusals say nothing of it any more.
        world.site.answer = None
        world.server.handler = lambda asked: (
            Answer("", status=401) if "/tverskaya/" in asked.path else usual(asked)
        )
        for _ in range(2):
            world.clock.advance(hours=13)
            assert (await world.read(OTHER)).health in (Health.OK, Health.UNCHANGED)
            assert (await world.read()).health is Health.DENIED
            assert world.target(OTHER).health == "ok"
        last = world.notices("blind")[-1].payload["params"]
        assert (last["locations"], last["location_name"]) == (1, "Точка, Тверская 12")
