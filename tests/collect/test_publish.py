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
from tests.collect.loopback import Answer
from tests.collect.publish_world import SITES, PublishWorld, entry, many, publish_world
from tests.store.store_world import actor

TEXT = "Здравствуйте! Разберёмся сегодня."


async def approved(desk: PublishWorld) -> int:
    """A complaint arrives, the manager approves its draft; the time to undo it has passed."""
    desk.site.reviews = list(many(3))
    await desk.read()
    desk.clock.advance(minutes=30)
    await desk.read()
    desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
    await desk.read()
    ticket = desk.ticket("bad")
    assert ticket is not None
    assert ticket.id is not None
    number = ticket.id
    desk.db.write_now(
        lambda rows: act.act(
            Tx(rows, desk.settings, SITES, desk.clock.now()),
            number,
            Act(Action.APPROVE, actor("marina"), text=TEXT),
        )
    )
    desk.clock.advance(minutes=5)
    del desk.site.asked[:]
    return number


def puts(desk: PublishWorld) -> int:
    return sum(asked.method == "PUT" for asked in desk.site.asked)


def state(desk: PublishWorld) -> str:
    ticket = desk.ticket("bad")
    assert ticket is not None
    return ticket.state


async def work_off(desk: PublishWorld) -> None:
    while await desk.worker.run_one():
        pass


async def test_an_approved_reply_is_posted_to_the_letter_and_later_seen(
    desk: PublishWorld,
) -> None:
    await approved(desk)
    await work_off(desk)
    assert puts(desk) == 1
    found = desk.site.find("bad")
    assert found is not None
    assert found["reply"] == TEXT
    assert state(desk) == "posted"
    assert desk.target().next_poll_at is not None
    assert desk.target().next_poll_at <= desk.clock.now()
    await desk.read()
    assert state(desk) == "answered"
    assert await desk.worker.run_one() is False
    assert puts(desk) == 1


async def test_nothing_is_posted_before_the_time_to_undo_is_over(desk: PublishWorld) -> None:
    await approved(desk)
    desk.clock.advance(minutes=-4)
    assert await desk.worker.run_one() is False
    assert puts(desk) == 0


async def test_a_refused_reply_is_for_people(desk: PublishWorld) -> None:
    await approved(desk)
    desk.site.put = "refuse"
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("failed", 1)
    ticket = desk.ticket("bad")
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
    async with publish_world(tmp_path, shape=impatient) as desk:
        await approved(desk)
        desk.site.put = "take and hang"
        await work_off(desk)
        assert (state(desk), puts(desk)) == ("posted", 1)


async def test_a_put_that_failed_is_looked_for_twice_and_never_sent_again(
    desk: PublishWorld,
) -> None:
    await approved(desk)
    desk.site.put = "fail"
    await work_off(desk)
    assert state(desk) == "approved"
    desk.clock.advance(minutes=6)
    await work_off(desk)
    assert state(desk) == "approved"
    desk.clock.advance(minutes=6)
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("failed", 1)
    ticket = desk.ticket("bad")
    assert ticket is not None
    assert ticket.failure == "outcome_unknown"


async def test_a_late_landing_is_found_by_the_second_look(desk: PublishWorld) -> None:
    await approved(desk)
    desk.site.put = "fail"
    await work_off(desk)
    found = desk.site.find("bad")
    assert found is not None
    found["reply"] = f"  {TEXT}\n"
    desk.clock.advance(minutes=6)
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("posted", 1)


async def test_a_crash_after_the_claim_is_read_back_not_repeated(desk: PublishWorld) -> None:
    number = await approved(desk)
    claimed = desk.db.write_now(lambda rows: work.claim_due(rows, desk.clock.now()))
    assert claimed is not None
    # The process died here, having sent the reply or not; the site has it.
    found = desk.site.find("bad")
    assert found is not None
    found["reply"] = TEXT
    assert await desk.worker.run_one() is False
    desk.clock.advance(minutes=6)
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("posted", 0)
    actions = [row.action for row in desk.rows(AuditRow, AuditRow.ticket_id == number)]
    assert actions.count("published") == 1


async def test_a_crash_before_anything_was_sent_ends_with_people(desk: PublishWorld) -> None:
    await approved(desk)
    desk.db.write_now(lambda rows: work.claim_due(rows, desk.clock.now()))
    for _ in range(3):
        desk.clock.advance(minutes=6)
        await work_off(desk)
    assert (state(desk), puts(desk)) == ("failed", 0)


async def test_an_unreadable_site_is_asked_patiently_before_people_are(desk: PublishWorld) -> None:
    await approved(desk)
    desk.site.put = "fail"
    desk.site.answer = Answer("captcha", status=403)
    await work_off(desk)
    looks = 0
    for _ in range(40):
        desk.clock.advance(minutes=10)
        looks += await desk.worker.run_one()
    assert (state(desk), puts(desk)) == ("failed", 1)
    assert looks == 6
    ticket = desk.ticket("bad")
    assert ticket is not None
    assert ticket.failure == "outcome_unknown"


async def test_told_to_wait_it_waits_and_posts_once(desk: PublishWorld) -> None:
    await approved(desk)
    desk.site.answer = None
    taken = desk.site.__call__

    def busy(asked):  # type: ignore[no-untyped-def]
        desk.site.asked.append(asked)
        return Answer("{}", status=429, headers={"Retry-After": "600"})

    desk.server.handler = busy
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("approved", 1)  # 429: the site took nothing
    desk.server.handler = taken
    desk.clock.advance(minutes=5)
    await work_off(desk)
    assert puts(desk) == 1
    desk.clock.advance(minutes=6)
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("posted", 2)


async def test_a_site_that_is_down_gets_the_reply_when_it_is_up(tmp_path: Path) -> None:
    async with publish_world(tmp_path) as desk:
        await approved(desk)
        place = desk.settings.targets["tverskaya/small"]
        dead = replace(place, target=replace(place.target, base_url="http://127.0.0.1:1"))
        down = replace(desk.settings, targets={place.key: dead})
        elsewhere = Publisher(
            desk.db,
            down,
            SITES,
            desk.clock,
            desk.fetcher,
            desk.collector,
            lambda _name: cast(Source, small_site),
        )
        worker = Worker(desk.db, desk.clock, handlers(elsewhere))
        while await worker.run_one():
            pass
        assert state(desk) == "approved"
        desk.clock.advance(minutes=6)
        await work_off(desk)
        assert (state(desk), puts(desk)) == ("posted", 1)


async def test_a_wrong_credential_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    def with_key(settings: Settings) -> Settings:
        place = settings.targets["tverskaya/small"]
        keyed = replace(place.target, options=small_site.Options(auth="bearer"))
        return replace(settings, targets={place.key: replace(place, target=keyed)})

    async with publish_world(
        tmp_path, shape=with_key, secrets={"small": {"token": "right"}}
    ) as desk:
        await approved(desk)
        desk.site.token = "another"
        await work_off(desk)
        ticket = desk.ticket("bad")
        assert ticket is not None
        assert ticket.state == "failed"
        assert ticket.failure is not None
        assert "right" not in ticket.failure
        assert "credential" in ticket.failure


async def test_a_fault_while_posting_keeps_the_claim_until_it_is_read_back(
    desk: PublishWorld,
) -> None:
    await approved(desk)
    taken = desk.site.__call__

    def odd(asked):  # type: ignore[no-untyped-def]
        answer = taken(asked)
        return Answer("[]") if asked.method == "GET" else answer  # a fault in the source's reader

    desk.server.handler = odd
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("approved", 1)
    desk.server.handler = taken
    desk.clock.advance(minutes=6)
    await work_off(desk)
    assert (state(desk), puts(desk)) == ("posted", 1)


async def test_poll_now_makes_the_target_due_at_once(desk: PublishWorld) -> None:
    await approved(desk)
    await work_off(desk)
    await desk.read()
    later = desk.target().next_poll_at
    assert later is not None
    assert later > desk.clock.now()
    desk.clock.advance(seconds=1)
    desk.db.write_now(
        lambda rows: work.put(
            rows, work.WorkKind.POLL_NOW, now=desk.clock.now(), target_id=desk.target().id
        )
    )
    desk.clock.advance(seconds=1)
    assert await desk.worker.run_one()
    due = desk.target().next_poll_at
    assert due is not None
    assert due < desk.clock.now()
    assert desk.rows(WorkRow)[-1].outcome == "due"
