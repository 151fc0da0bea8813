"""Out of sight and back: states, rest, who is told and how often."""

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
from reviewbot.store.tables import AuditRow, TargetStateRow
from reviewbot.store.tx import Tx
from reviewbot.words.blind_notices import CAUSES, REMEDIES
from tests.collect.loopback import Answer
from tests.collect.publish_world import SITES, PublishWorld, days_ago, entry, many, publish_world
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
    desk: PublishWorld, answer: Answer, health: Health
) -> None:
    await settle(desk)
    before = desk.target()
    desk.site.answer = answer
    report = await desk.read()
    assert (report.health, report.gone, report.vanished) == (health, 0, 0)
    target = desk.target()
    assert target.health == health
    assert target.last_reading_at == before.last_reading_at
    assert target.last_complete_at == before.last_complete_at
    assert all(desk.review(f"old{n}").gone_at is None for n in range(6))
    state = desk.rows(TargetStateRow)[-1]
    assert state.cause
    desk.site.answer = None
    desk.clock.advance(hours=48)
    assert (await desk.read()).health is Health.OK


def test_every_state_out_of_sight_has_its_cause_and_its_remedy() -> None:
    blind = set(Health) - SIGHTED
    assert blind - set(CAUSES) == set()
    assert blind - set(REMEDIES) == {Health.UNCONFIRMED}, "the operator's notice has no remedy"
    assert {state.value for state in blind} - set(doctor.REMEDIES) == set()


async def test_the_page_that_failed_is_kept_cut_and_without_secrets(tmp_path: Path) -> None:
    secrets = {"small": {"token": "very-secret-token"}}
    async with publish_world(tmp_path, secrets=secrets) as desk:
        await settle(desk)
        desk.site.answer = Answer("<html>very-secret-token" + "x" * 50_000)
        await desk.read()
        sample = desk.rows(TargetStateRow)[-1].sample
        assert sample is not None
        assert sample.startswith("200 http://127.0.0.1")
        assert len(sample) <= 20_000
        assert "very-secret-token" not in sample
        assert "page=" not in sample


async def test_first_contact_with_nothing_must_be_confirmed(desk: PublishWorld) -> None:
    desk.site.answer = Answer('{"reviews": []}')
    assert (await desk.read()).health is Health.UNCONFIRMED
    (told,) = desk.notices("unconfirmed")
    assert told.chat_key == "operator"
    desk.site.answer = None
    desk.site.reviews = [entry("bad", desk.clock.now())]
    desk.clock.advance(minutes=30)
    assert (await desk.read()).health is Health.OK
    assert len(desk.alerts()) == 1


async def test_first_contact_with_a_counter_of_nothing_is_simply_empty(desk: PublishWorld) -> None:
    assert (await desk.read()).health is Health.EMPTY
    assert desk.notices("unconfirmed") == []


async def test_a_block_does_not_make_an_empty_place_doubtful(desk: PublishWorld) -> None:
    assert (await desk.read()).health is Health.EMPTY
    desk.site.answer = Answer("captcha")
    desk.clock.advance(minutes=30)
    assert (await desk.read()).health is Health.BLOCKED
    desk.site.answer = Answer('{"reviews": []}')
    desk.clock.advance(hours=3)
    assert (await desk.read()).health is Health.EMPTY
    assert desk.notices("unconfirmed") == []


async def test_some_unreadable_reviews_degrade_and_keep_a_sample(desk: PublishWorld) -> None:
    await settle(desk)
    desk.site.reviews.insert(0, {"broken": 1, "id": "odd"})
    desk.site.reviews.insert(1, entry("bad", desk.clock.now()))
    desk.site.count = 8
    report = await desk.read()
    assert (report.health, report.new, len(desk.alerts())) == (Health.DEGRADED, 1, 1)
    assert "broken" in (desk.rows(TargetStateRow)[-1].sample or "")


async def test_a_blocked_host_is_tried_after_hours_by_one_reading(tmp_path: Path) -> None:
    async with publish_world(tmp_path, shape=two_places) as desk:
        await settle(desk, "tverskaya/small", OTHER)
        desk.site.answer = Answer("captcha")
        rests = []
        for _ in range(6):
            await desk.read()
            until = desk.host().backoff_until
            assert until is not None
            rests.append((until - desk.clock.now()) / timedelta(hours=1))
            asked = len(desk.server.asked)
            for key in ("tverskaya/small", OTHER):
                assert (await desk.read(key)).rests_until == until
            assert len(desk.server.asked) == asked
            target = desk.target(OTHER)
            assert target.next_poll_at is not None
            assert target.next_poll_at >= until
            desk.clock.set(until)
        assert rests == [2, 4, 8, 16, 24, 24]


async def test_the_neighbours_of_a_blocked_page_are_out_of_sight_too(tmp_path: Path) -> None:
    async with publish_world(tmp_path, shape=two_places) as desk:
        await settle(desk, "tverskaya/small", OTHER)
        desk.site.answer = Answer("captcha")
        await desk.read()
        since = desk.clock.now()
        for key in ("tverskaya/small", OTHER):
            assert (desk.target(key).health, desk.target(key).health_since) == ("blocked", since)
        told = desk.db.read_now(lambda rows: figures.summary(rows, since, since))
        assert {each.location for each in told.blind} == {"tverskaya", "nevsky"}
        desk.site.answer = None
        desk.clock.advance(hours=3)
        assert (await desk.read(OTHER)).health in (Health.OK, Health.UNCHANGED)
        assert [desk.target(key).health for key in ("tverskaya/small", OTHER)] == ["blocked", "ok"]
        assert (await desk.read()).health in (Health.OK, Health.UNCHANGED)
        now = desk.clock.now()
        found = desk.db.read_now(lambda rows: diagnosis.examine(rows, now))
        assert found.states == {"ok": 2}
        assert {round(span / timedelta(hours=1)) for _, span in found.was_blind} == {3}
        assert len(found.was_blind) == 2
        told = desk.db.read_now(lambda rows: figures.summary(rows, since, now))
        assert told.blind == ()
        assert [round(each.blind_for / timedelta(hours=1)) for each in told.unseen] == [3, 3]
        facts = desk.db.read_now(
            lambda rows: health_facts.health(Tx(rows, desk.settings, SITES, now))
        )
        ((title, share),) = facts.unseen
        assert (title["en"], round(share * 7 * 24)) == ("Small", 3)
        later = now + diagnosis.PERIOD - timedelta(hours=1)
        found = desk.db.read_now(lambda rows: diagnosis.examine(rows, later))
        assert {round(span / timedelta(hours=1)) for _, span in found.was_blind} == {1}
        assert len(found.was_blind) == 2


async def test_while_one_reading_tries_a_blocked_host_no_other_does(tmp_path: Path) -> None:
    async with publish_world(tmp_path, shape=two_places) as desk:
        await settle(desk, "tverskaya/small", OTHER)
        desk.site.answer = Answer("captcha")
        await desk.read()
        desk.clock.advance(hours=3)
        usual: Callable[[Any], Answer] = desk.site.__call__
        seen = []

        def while_probing(asked: Any) -> Answer:
            seen.append(desk.host().backoff_until)
            return usual(asked)

        desk.server.handler = while_probing
        await desk.read()
        assert seen[0] is not None
        assert seen[0] > desk.clock.now()


async def test_a_told_time_is_kept_for_the_whole_host(tmp_path: Path) -> None:
    async with publish_world(tmp_path, shape=two_places) as desk:
        await settle(desk, "tverskaya/small", OTHER)
        desk.site.answer = Answer("", status=429, headers={"Retry-After": "1200"})
        await desk.read()
        until = desk.clock.now() + timedelta(seconds=1200)
        assert (await desk.read(OTHER)).rests_until == until
        desk.site.answer = None
        desk.clock.set(until)
        assert (await desk.read(OTHER)).health in (Health.OK, Health.UNCHANGED)


async def test_a_counter_that_rises_over_a_silent_list_is_told_within_two_polls(
    desk: PublishWorld,
) -> None:
    await settle(desk)
    desk.site.count = 7
    assert (await desk.read()).health is Health.OK
    desk.clock.advance(minutes=30)
    report = await desk.read()
    assert report.health is Health.SUSPICIOUS
    assert "7" in report.cause
    desk.site.count = None
    desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
    desk.clock.advance(minutes=30)
    assert (await desk.read()).health is Health.OK


async def test_the_operators_word_on_a_counter_is_enough(desk: PublishWorld) -> None:
    """Some sites count reviews they never show."""
    await settle(desk)
    assert not desk.db.write_now(
        lambda rows: targets.accept_count(rows, desk.target().key, "operator", desk.clock.now())
    ), "nothing is doubted"
    desk.site.count = 40
    for _ in range(2):
        report = await desk.read()
        desk.clock.advance(minutes=30)
    assert report.health is Health.SUSPICIOUS
    operators = next(row for row in desk.notices("blind") if row.chat_key == "operator")
    assert operators.payload["params"]["accept"] == "tverskaya/small"
    found = desk.db.read_now(lambda rows: diagnosis.examine(rows, desk.clock.now()))
    assert [target.is_count_doubted for target in found.blind] == [True]

    assert desk.db.write_now(
        lambda rows: targets.accept_count(rows, "tverskaya/small", "operator", desk.clock.now())
    )
    next_poll_at = desk.target().next_poll_at
    assert next_poll_at is not None
    assert next_poll_at < desk.clock.now(), "it is due at once"
    assert desk.target().health == "suspicious", "a word is no reading"
    [told] = [row for row in desk.rows(AuditRow) if row.action == "accept_count"]
    assert (told.actor, told.detail["target"]) == ("operator", "tverskaya/small")
    for _ in range(4):
        assert (await desk.read()).health in (Health.OK, Health.UNCHANGED)
        desk.clock.advance(minutes=30)
    assert len(desk.notices("sighted")) == 2

    desk.site.count = 41
    for _ in range(2):
        report = await desk.read()
        desk.clock.advance(minutes=30)
    assert report.health is Health.SUSPICIOUS, "the next doubt is a new one"


async def test_a_word_on_the_counter_does_not_make_an_empty_list_good(desk: PublishWorld) -> None:
    await settle(desk)
    desk.site.answer = Answer('{"reviews": [], "count": 6}')
    assert (await desk.read()).health is Health.SUSPICIOUS
    assert not desk.db.write_now(
        lambda rows: targets.accept_count(rows, "tverskaya/small", "operator", desk.clock.now())
    )
    operators = next(row for row in desk.notices("blind") if row.chat_key == "operator")
    assert operators.payload["params"]["accept"] is None


async def test_a_list_without_its_newest_reviews_is_not_believed(tmp_path: Path) -> None:
    site = SmallSite(list(many(30)))
    async with publish_world(tmp_path, site) as desk:
        for _ in range(5):
            await desk.read()
            desk.clock.advance(minutes=30)
        site.count = 30
        site.reviews = site.reviews[10:]
        assert (await desk.read()).health is Health.SUSPICIOUS


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
    async with publish_world(tmp_path, SmallSite(busy, size=100, count=-1)) as desk:
        desk.clock.set(friday + timedelta(minutes=30))
        for _ in range(6):
            await desk.read()
            desk.clock.advance(minutes=1)
        for hours in (4, 12, 24, 48, 60, 65):
            desk.clock.set(friday + timedelta(hours=hours))
            assert (await desk.read()).health in (Health.OK, Health.UNCHANGED), hours
        desk.clock.set(friday + timedelta(days=5, hours=2))
        report = await desk.read()
        assert report.health is Health.SUSPICIOUS
        assert "nothing new since 2026-03-06" in report.cause


async def test_readings_spread_and_follow_the_rhythm(desk: PublishWorld) -> None:
    desk.site.reviews = [
        entry(f"d{n}", days_ago(n / 10), 5, "Вкусно!", reply="Спасибо!") for n in range(300)
    ]
    desk.site.size = 300
    await desk.read()
    await desk.read()
    due = desk.target().next_poll_at
    assert due is not None
    # Ten a day: four looks per review would be every 36 minutes; jitter 0 takes a tenth off.
    assert timedelta(minutes=30) < due - desk.clock.now() < timedelta(minutes=36)


async def test_targets_come_and_go_with_the_file(tmp_path: Path) -> None:
    async with publish_world(tmp_path, shape=two_places) as desk:
        due = [desk.target(key).next_poll_at for key in ("tverskaya/small", OTHER)]
        assert due[0] is not None
        assert due[1] is not None
        assert due[1] - due[0] == timedelta(seconds=10)
        await settle(desk, "tverskaya/small", OTHER)
        alone = replace(
            desk.settings, targets={"tverskaya/small": desk.settings.targets["tverskaya/small"]}
        )
        now = desk.clock.now()
        desk.db.write_now(lambda rows: targets.sync_setup(rows, alone, now))
        assert desk.target(OTHER).retired_at == now
        due_keys = desk.db.read_now(
            lambda rows: targets.due_targets(rows, now + timedelta(days=9))
        )
        assert due_keys == [("127.0.0.1", "tverskaya/small")]
        swapped = {
            "tverskaya/small": replace(
                desk.settings.targets["tverskaya/small"],
                target=replace(desk.settings.targets[OTHER].target, key="tverskaya/small"),
            ),
            OTHER: replace(
                desk.settings.targets[OTHER],
                target=replace(desk.settings.targets["tverskaya/small"].target, key=OTHER),
            ),
        }
        changed = replace(desk.settings, targets=swapped)
        desk.db.write_now(lambda rows: targets.sync_setup(rows, changed, now))
        assert desk.target("tverskaya/small").ref == "nevsky"
        assert desk.target(OTHER).ref == "tverskaya"
        assert desk.target(OTHER).retired_at is None


@pytest.mark.parametrize(("told", "hidden"), [("21600", True), ("60", False)])
async def test_a_host_that_bids_us_wait_hides_what_was_due_meanwhile(
    tmp_path: Path, told: str, hidden: bool
) -> None:
    async with publish_world(tmp_path, shape=two_places) as desk:
        await settle(desk, "tverskaya/small", OTHER)
        await desk.read(OTHER)
        desk.site.answer = Answer("", status=429, headers={"Retry-After": told})
        await desk.read()
        assert desk.target(OTHER).health == ("rate_limited" if hidden else "ok")
        desk.site.answer = None
        desk.clock.advance(hours=7)
        for key in (OTHER, "tverskaya/small"):
            assert (await desk.read(key)).health in (Health.OK, Health.UNCHANGED)
        assert desk.notices("blind") == [], "it passed before anybody had to know"


async def test_a_refused_credential_hides_all_that_show_it_and_no_others(tmp_path: Path) -> None:
    def two_credentials(settings: Settings) -> Settings:
        made = two_places(settings)
        other = made.targets[OTHER]
        third = replace(other.target, key="nevsky/small/own", ref="own", secret_ref="own")
        own = replace(other, target=third)
        return replace(made, targets={**made.targets, third.key: own})

    async with publish_world(tmp_path, shape=two_credentials) as desk:
        await settle(desk, *desk.settings.targets)
        usual: Callable[[Any], Answer] = desk.site.__call__
        desk.site.answer = Answer("", status=401)
        await desk.read()
        assert [desk.target(key).health for key in desk.settings.targets] == [
            "denied",
            "denied",
            "ok",
        ]
        params = desk.notices("blind")[0].payload["params"]
        assert (params["locations"], params["all_locations"]) == (2, True)

        # Read itself, the second is well: the first one's refusals say nothing of it any more.
        desk.site.answer = None
        desk.server.handler = lambda asked: (
            Answer("", status=401) if "/tverskaya/" in asked.path else usual(asked)
        )
        for _ in range(2):
            desk.clock.advance(hours=13)
            assert (await desk.read(OTHER)).health in (Health.OK, Health.UNCHANGED)
            assert (await desk.read()).health is Health.DENIED
            assert desk.target(OTHER).health == "ok"
        last = desk.notices("blind")[-1].payload["params"]
        assert (last["locations"], last["location_name"]) == (1, "Точка, Тверская 12")
