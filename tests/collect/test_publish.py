"""A reply is posted at most once: whatever answers, times out or dies in between."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from reviewbot.collect.publish import Publisher
from reviewbot.collect.worker import Worker, handlers
from reviewbot.core.connections import Fetching
from reviewbot.core.contract import Source
from reviewbot.core.settings import Settings
from reviewbot.core.ticket import Act, Action
from reviewbot.store.queues import work
from reviewbot.store.tables import AuditRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from tests.collect import small_site
from tests.collect.collect_world import SITES, CollectWorld, collect_world, entry, many
from tests.collect.loopback import Answer
from tests.store.store_world import actor

TEXT = "Здравствуйте! Разберёмся сегодня."


async def approved(world: CollectWorld) -> int:
    """A complaint arrives, the manager approves its draft; the time to undo it has passed."""
    world.site.reviews = list(many(3))
    await world.read()
    world.clock.advance(minutes=30)
    await world.read()
    world.site.reviews.insert(0, entry("bad", world.clock.now()))
    await world.read()
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.id is not None
    number = ticket.id
    world.db.write_now(
        lambda rows: act.act(
            Tx(rows, world.settings, SITES, world.clock.now()),
            number,
            Act(Action.APPROVE, actor("marina"), text=TEXT),
        )
    )
    world.clock.advance(minutes=5)
    del world.site.asked[:]
    return number


def puts(world: CollectWorld) -> int:
    return sum(asked.method == "PUT" for asked in world.site.asked)


def state(world: CollectWorld) -> str:
    ticket = world.ticket("bad")
    assert ticket is not None
    return ticket.state


async def work_off(world: CollectWorld) -> None:
    while await world.worker.run_one():
        pass


async def test_an_approved_reply_is_posted_to_the_letter_and_later_seen(
    world: CollectWorld,
) -> None:
    await approved(world)
    await work_off(world)
    assert puts(world) == 1
    found = world.site.find("bad")
    assert found is not None
    assert found["reply"] == TEXT
    assert state(world) == "posted"
    assert world.target().next_poll_at is not None
    assert world.target().next_poll_at <= world.clock.now()
    await world.read()
    assert state(world) == "answered"
    assert await world.worker.run_one() is False
    assert puts(world) == 1


async def test_a_review_edited_meanwhile_is_asked_about_again(world: CollectWorld) -> None:
    """Approved for a complaint, praise by the time it would be posted."""
    await approved(world)
    found = world.site.find("bad")
    assert found is not None
    found.update(rating=5, text="Всё исправили, спасибо!")
    await work_off(world)
    assert (state(world), puts(world)) == ("proposed", 0)
    assert world.review("bad").rating == 5
    assert world.notices("review_edited") != []
    assert await world.worker.run_one() is False


async def test_a_colleagues_reply_in_the_cabinet_is_not_overwritten(world: CollectWorld) -> None:
    await approved(world)
    found = world.site.find("bad")
    assert found is not None
    found["reply"] = "Анна, уже звоним вам."
    await work_off(world)
    assert (state(world), puts(world)) == ("answered", 0)
    assert found["reply"] == "Анна, уже звоним вам."
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.site_differs
    assert world.review("bad").reply_text == "Анна, уже звоним вам."


async def test_a_reading_that_shows_an_edit_stops_the_posting(world: CollectWorld) -> None:
    await approved(world)
    found = world.site.find("bad")
    assert found is not None
    found["rating"] = 2
    await world.read()
    assert state(world) == "proposed"
    await work_off(world)
    assert (state(world), puts(world)) == ("proposed", 0)


async def test_without_a_look_beforehand_nothing_is_posted(world: CollectWorld) -> None:
    await approved(world)
    world.site.answer = Answer("{}", status=503)
    await work_off(world)
    assert (state(world), puts(world)) == ("approved", 0)
    world.site.answer = None
    world.clock.advance(minutes=6)
    await work_off(world)
    assert (state(world), puts(world)) == ("posted", 1)


async def test_nothing_is_posted_before_the_time_to_undo_is_over(world: CollectWorld) -> None:
    await approved(world)
    world.clock.advance(minutes=-4)
    assert await world.worker.run_one() is False
    assert puts(world) == 0


async def test_a_refused_reply_is_for_people(world: CollectWorld) -> None:
    await approved(world)
    world.site.put = "refuse"
    await work_off(world)
    assert (state(world), puts(world)) == ("failed", 1)
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.failure == "bad words"


def impatient(settings: Settings) -> Settings:
    from datetime import timedelta

    quick = timedelta(seconds=1)
    return replace(
        settings,
        fetching=replace(Fetching(allowed_hosts=("127.0.0.1",)), timeout=quick),
    )


async def test_a_put_that_timed_out_and_landed_counts_as_published(tmp_path: Path) -> None:
    async with collect_world(tmp_path, shape=impatient) as world:
        await approved(world)
        world.site.put = "take and hang"
        await work_off(world)
        assert (state(world), puts(world)) == ("posted", 1)


async def test_a_put_that_failed_is_looked_for_twice_and_never_sent_again(
    world: CollectWorld,
) -> None:
    await approved(world)
    world.site.put = "fail"
    await work_off(world)
    assert state(world) == "approved"
    world.clock.advance(minutes=6)
    await work_off(world)
    assert state(world) == "approved"
    world.clock.advance(minutes=6)
    await work_off(world)
    assert (state(world), puts(world)) == ("failed", 1)
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.failure == "outcome_unknown"


async def test_a_late_landing_is_found_by_the_second_look(world: CollectWorld) -> None:
    await approved(world)
    world.site.put = "fail"
    await work_off(world)
    found = world.site.find("bad")
    assert found is not None
    found["reply"] = f"  {TEXT}\n"
    world.clock.advance(minutes=6)
    await work_off(world)
    assert (state(world), puts(world)) == ("posted", 1)


async def test_a_crash_after_the_claim_is_read_back_not_repeated(world: CollectWorld) -> None:
    number = await approved(world)
    claimed = world.db.write_now(lambda rows: work.claim_due(rows, world.clock.now()))
    assert claimed is not None
    # The process died here, having sent the reply or not; the site has it.
    found = world.site.find("bad")
    assert found is not None
    found["reply"] = TEXT
    assert await world.worker.run_one() is False
    world.clock.advance(minutes=6)
    await work_off(world)
    assert (state(world), puts(world)) == ("posted", 0)
    actions = [row.action for row in world.rows(AuditRow, AuditRow.ticket_id == number)]
    assert actions.count("published") == 1


async def test_a_crash_before_anything_was_sent_ends_with_people(world: CollectWorld) -> None:
    await approved(world)
    world.db.write_now(lambda rows: work.claim_due(rows, world.clock.now()))
    for _ in range(3):
        world.clock.advance(minutes=6)
        await work_off(world)
    assert (state(world), puts(world)) == ("failed", 0)


async def test_an_unreadable_site_is_asked_patiently_before_people_are(
    world: CollectWorld,
) -> None:
    await approved(world)
    world.site.put = "fail"
    taken = world.site.__call__

    def blind_since(asked):  # type: ignore[no-untyped-def]
        answer = taken(asked)
        is_blind = asked.method == "GET" and puts(world) > 0
        return Answer("captcha", status=403) if is_blind else answer

    world.server.handler = blind_since
    await work_off(world)
    looks = 0
    for _ in range(40):
        world.clock.advance(minutes=10)
        looks += await world.worker.run_one()
    assert (state(world), puts(world)) == ("failed", 1)
    assert looks == 6
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.failure == "outcome_unknown"


async def test_told_to_wait_it_waits_and_posts_once(world: CollectWorld) -> None:
    await approved(world)
    world.site.answer = None
    taken = world.site.__call__

    def busy(asked):  # type: ignore[no-untyped-def]
        if asked.method == "GET":
            return taken(asked)
        world.site.asked.append(asked)
        return Answer("{}", status=429, headers={"Retry-After": "600"})

    world.server.handler = busy
    await work_off(world)
    assert (state(world), puts(world)) == ("approved", 1)  # 429: the site took nothing
    world.server.handler = taken
    world.clock.advance(minutes=5)
    await work_off(world)
    assert puts(world) == 1
    world.clock.advance(minutes=6)
    await work_off(world)
    assert (state(world), puts(world)) == ("posted", 2)


async def test_a_site_that_is_down_gets_the_reply_when_it_is_up(tmp_path: Path) -> None:
    async with collect_world(tmp_path) as world:
        await approved(world)
        place = world.settings.targets["tverskaya/small"]
        dead = replace(place, target=replace(place.target, base_url="http://127.0.0.1:1"))
        down = replace(world.settings, targets={place.key: dead})
        elsewhere = Publisher(
            world.db,
            down,
            SITES,
            world.clock,
            world.fetcher,
            world.collector,
            lambda _name: cast(Source, small_site),
        )
        worker = Worker(world.db, world.clock, handlers(elsewhere))
        while await worker.run_one():
            pass
        assert state(world) == "approved"
        world.clock.advance(minutes=6)
        await work_off(world)
        assert (state(world), puts(world)) == ("posted", 1)


async def test_a_wrong_credential_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    def with_key(settings: Settings) -> Settings:
        place = settings.targets["tverskaya/small"]
        keyed = replace(place.target, options=small_site.Options(auth="bearer"))
        return replace(settings, targets={place.key: replace(place, target=keyed)})

    async with collect_world(
        tmp_path, shape=with_key, secrets={"small": {"token": "right"}}
    ) as world:
        await approved(world)
        world.site.token = "another"
        await work_off(world)
        ticket = world.ticket("bad")
        assert ticket is not None
        assert ticket.state == "failed"
        assert ticket.failure is not None
        assert "right" not in ticket.failure
        assert "credential" in ticket.failure


def broken_once_sent(world: CollectWorld):  # type: ignore[no-untyped-def]
    """The site, whose answers the source's reader breaks on once the reply is sent."""
    taken = world.site.__call__

    def odd(asked):  # type: ignore[no-untyped-def]
        answer = taken(asked)
        return Answer("[]") if asked.method == "GET" and puts(world) else answer

    return odd


async def test_a_fault_while_posting_keeps_the_claim_until_it_is_read_back(
    world: CollectWorld,
) -> None:
    await approved(world)
    taken = world.site.__call__
    world.server.handler = broken_once_sent(world)
    await work_off(world)
    assert (state(world), puts(world)) == ("approved", 1)
    world.server.handler = taken
    world.clock.advance(minutes=6)
    await work_off(world)
    assert (state(world), puts(world)) == ("posted", 1)


async def test_a_fault_at_each_look_ends_with_people(world: CollectWorld) -> None:
    await approved(world)
    world.server.handler = broken_once_sent(world)
    await work_off(world)
    looks = 0
    for _ in range(40):
        world.clock.advance(minutes=10)
        looks += await world.worker.run_one()
    assert (state(world), puts(world)) == ("failed", 1)
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.failure == "outcome_unknown"


async def test_poll_now_makes_the_target_due_at_once(world: CollectWorld) -> None:
    await approved(world)
    await work_off(world)
    await world.read()
    later = world.target().next_poll_at
    assert later is not None
    assert later > world.clock.now()
    world.clock.advance(seconds=1)
    world.db.write_now(
        lambda rows: work.put(
            rows, work.WorkKind.POLL_NOW, now=world.clock.now(), target_id=world.target().id
        )
    )
    world.clock.advance(seconds=1)
    assert await world.worker.run_one()
    due = world.target().next_poll_at
    assert due is not None
    assert due < world.clock.now()
    assert world.rows(WorkRow)[-1].outcome == "due"
