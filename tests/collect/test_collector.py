"""Readings as the operator lives them: a site on loopback, real rows, time by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import Health
from reviewbot.core.settings import Settings
from reviewbot.store.queues import claims
from reviewbot.store.tables import (
    DraftRow,
    OutboxRow,
    ReadingRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
    TargetStateRow,
    TicketRow,
)
from reviewbot.store.targets import memory_of
from tests.collect import linked_source
from tests.collect.collect_world import (
    MONDAY,
    SITES,
    CollectWorld,
    collect_world,
    days_ago,
    entry,
    many,
)
from tests.collect.loopback import Answer
from tests.collect.small_site import SmallSite


async def settled(world: CollectWorld, *reviews: dict, polls: int = 3) -> None:  # type: ignore[type-arg]
    """First contact and history are over; the page is known."""
    world.site.reviews = list(reviews) or list(many(5))
    for _ in range(polls):
        report = await world.read()
        assert report.health in (Health.OK, Health.UNCHANGED), report
        world.clock.advance(minutes=30)


async def test_a_new_complaint_becomes_a_ticket_with_a_deadline_a_draft_and_an_alert(
    world: CollectWorld,
) -> None:
    await settled(world)
    world.site.reviews.insert(0, entry("bad", world.clock.now() - timedelta(minutes=20)))
    report = await world.read()
    assert (report.health, report.new, report.tickets) == (Health.OK, 1, 1)
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.draft_id is not None
    assert [alert.ticket_id for alert in world.alerts()] == [ticket.id]
    review = world.review("bad")
    assert review.tone == "negative"
    assert review.reasons
    assert review.url == "https://small.test/tverskaya#bad"
    assert review.site["reply_url"] == "https://cabinet.small.test/bad"
    assert review.unanswered_seen_at == review.first_seen_at


async def test_links_are_asked_for_where_something_is_new(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    site = SmallSite([{**each, "author": str(asked)} for each in many(4)])
    async with collect_world(tmp_path, site, source=linked_source) as world:

        async def next_asked() -> list[str]:
            asked.write_text("")
            world.clock.advance(minutes=30)
            assert (await world.read()).health is Health.OK
            return asked.read_text().split()

        assert await next_asked() == ["old0", "old1", "old2", "old3"]
        site.reviews.insert(0, entry("new", world.clock.now(), author=str(asked)))
        site.reviews[2] = {**site.reviews[2], "text": "Передумали: было невкусно."}
        assert await next_asked() == ["new", "old1"]
        site.reviews.pop()
        assert await next_asked() == [], "another page, and nothing new on it"
        assert world.review("old1").url == "https://small.test/old1"


async def test_what_stands_under_a_post_takes_more_to_be_critical(tmp_path: Path) -> None:
    """People speak of anything there; a target of the same source that is no post is a review."""
    for comments, critical in (("tver", False), ("topic", True)):
        site = replace(SITES["small"], comments=comments)
        async with collect_world(
            tmp_path, database=f"{comments}.sqlite3", sites={"small": site}
        ) as world:
            await settled(world)
            said = "В зале видели мышь, неприятно, и ждали долго"
            world.site.reviews.insert(0, entry("shelf", world.clock.now(), text=said))
            await world.read()
            review = world.review("shelf")
            assert review.tone == "negative"
            assert (review.severity == "critical") is critical


async def test_complaints_of_one_reading_are_not_answered_alike(world: CollectWorld) -> None:
    """The drafts of one reading know of each other; each ticket has its own."""
    await settled(world)
    now = world.clock.now()
    world.site.reviews[:0] = [entry(f"bad{number}", now) for number in range(3)]
    assert (await world.read()).tickets == 3
    drafts = {row.id: row for row in world.rows(DraftRow)}
    chosen = []
    for number in range(3):
        ticket = world.ticket(f"bad{number}")
        assert ticket is not None
        assert ticket.draft_id is not None
        assert drafts[ticket.draft_id].ticket_id == ticket.id
        chosen.append(drafts[ticket.draft_id].template_id)
    assert chosen == ["one", "two", "one"]  # two wordings are configured
    assert {alert.ticket_id for alert in world.alerts()} == {
        row.ticket_id for row in drafts.values()
    }


async def test_what_a_word_means_is_told_by_the_locations_past(world: CollectWorld) -> None:
    said = "Невкусно кормят обещаниями"
    await settled(world, entry("first", days_ago(30), text=said))
    assert "food" in world.review("first").topics
    world.site.reviews[:0] = [
        entry(
            f"past{number}", world.clock.now(), text=f"Банк: очередь в отделении банка № {number}"
        )
        for number in range(6)
    ]
    await world.read()
    world.clock.advance(minutes=30)
    world.site.reviews.insert(0, entry("second", world.clock.now(), text=said))
    await world.read()
    assert "food" not in world.review("second").topics


async def test_a_reading_asks_for_so_many_pages_and_not_more(tmp_path: Path) -> None:
    def three(settings: Settings) -> Settings:
        return replace(settings, fetching=replace(settings.fetching, max_pages=3))

    async with collect_world(tmp_path, shape=three) as world:
        await settled(world)
        now = world.clock.now()
        world.site.reviews[:0] = [entry(f"new{n}", now, 5, "Вкусно.") for n in range(60)]
        world.site.asked.clear()
        assert (await world.read()).new == 30
        assert world.site.pages_asked() == ["1", "2", "3"]


async def test_a_rhythm_is_learned_when_there_is_enough_to_learn_from(world: CollectWorld) -> None:
    """Few reviews tell none; at the reading after the one that brought more, it is known."""
    await settled(world, *many(5))
    assert memory_of(world.target()).rhythm is None
    world.site.reviews[:0] = [entry(f"new{number}", world.clock.now(), 5) for number in range(5)]
    await world.read()
    world.clock.advance(minutes=30)
    await world.read()
    assert memory_of(world.target()).rhythm is not None


async def test_first_contact_reads_one_page_and_later_readings_one_more_each(
    tmp_path: Path,
) -> None:
    async with collect_world(tmp_path, SmallSite(list(many(35)))) as world:
        asked = []
        for _ in range(4):
            before = len(world.site.pages_asked())
            await world.read()
            asked.append(world.site.pages_asked()[before:])
            world.clock.advance(minutes=30)
        assert asked == [["1"], ["1", "2"], ["1", "2", "3"], ["1", "2", "3", "4"]]
        assert world.target().last_complete_at is not None
        await world.read()
        assert world.site.pages_asked()[-1] == "1"
        assert len(world.site.pages_asked()) == 11
        assert world.alerts() == []


async def test_the_first_day_is_gentle(world: CollectWorld) -> None:
    world.site.reviews = [
        entry("fresh", days_ago(2)),
        entry("good", days_ago(3), 5, "Отлично, всем советую!"),
        entry("done", days_ago(4), reply="Извините нас."),
        entry("month", days_ago(29)),
        entry("old", days_ago(45)),
    ]
    await world.read()
    assert {ticket.backlog for ticket in world.tickets()} == {True}
    assert {world.review(name).id for name in ("fresh", "month")} == {
        ticket.review_id for ticket in world.tickets()
    }
    assert world.alerts() == []
    (told,) = world.notices("first_contact")
    assert told.chat_key == "support"
    params = told.payload["params"]
    assert (params["reviews"], params["backlog"], params["locations"]) == (5, 2, 1)
    await world.read()
    assert len(world.notices("first_contact")) == 1


async def test_a_review_written_before_and_shown_after_first_contact_is_alerted(
    world: CollectWorld,
) -> None:
    await settled(world, *many(25), polls=1)
    world.site.reviews.insert(0, entry("moderated", MONDAY - timedelta(hours=3)))
    await world.read()
    assert len(world.alerts()) == 1


@pytest.mark.parametrize("published", ["1970-01-01T00:00:00+00:00", "2026-02-20T09:00:00+00:00"])
async def test_above_known_ground_it_is_new_though_the_end_is_never_seen(
    world: CollectWorld, published: str
) -> None:
    await settled(world, *many(60), polls=1)
    assert world.target().last_complete_at is None
    world.site.reviews.insert(1, entry("late", datetime.fromisoformat(published)))
    await world.read()
    assert world.review("late").found_late
    assert [alert.payload for alert in world.alerts()] == [{}], "a card of its own"
    below = [each for each in world.rows(ReviewRow) if each.external_id.startswith("old")]
    assert len(below) > 10
    assert not any(each.found_late for each in below), "pages further down are history"


async def test_a_page_of_old_ones_at_once_is_one_list(world: CollectWorld) -> None:
    await settled(world, *many(60), polls=1)
    world.site.reviews[:0] = [entry(f"late{n}", days_ago(400 + n)) for n in range(4)]
    await world.read()
    alerts = world.alerts()
    assert len(alerts) == 4
    claimed = await world.db.write(
        lambda rows: claims.claim(rows, alerts[0].chat_id, world.clock.now())
    )
    assert claimed is not None
    assert claimed.is_bundle
    assert len(claimed.rows) == 4


async def test_a_review_older_than_the_last_complete_reading_is_found_late(
    world: CollectWorld,
) -> None:
    await settled(world)
    world.site.reviews.insert(2, entry("late", days_ago(9)))
    await world.read()
    assert world.review("late").found_late
    ticket = world.ticket("late")
    assert ticket is not None
    assert not ticket.backlog
    assert len(world.alerts()) == 1


async def test_an_unchanged_page_is_cheap_and_still_moves_the_lower_bound(
    world: CollectWorld,
) -> None:
    await settled(world, entry("bad", days_ago(1)), *many(3))
    first = world.review("bad").unanswered_seen_at
    rows = len(world.rows(ReadingRow))
    world.clock.advance(minutes=30)
    report = await world.read()
    assert report.health is Health.UNCHANGED
    moved = world.review("bad").unanswered_seen_at
    assert moved == world.clock.now()
    assert first is not None
    assert moved > first
    assert world.review("old0").unanswered_seen_at is None
    assert world.target().last_reading_at == world.clock.now()
    assert len(world.rows(ReadingRow)) == rows


async def test_a_list_read_to_its_end_is_a_sweep(world: CollectWorld) -> None:
    """Once a day the page is read in full; the readings after it are cheap again."""
    await settled(world, *many(3))
    for _ in range(2):
        world.clock.advance(hours=25)
        assert (await world.read()).health is Health.OK
        world.clock.advance(minutes=30)
        assert (await world.read()).health is Health.UNCHANGED


async def test_an_empty_page_in_the_middle_ends_no_reading(tmp_path: Path) -> None:
    """Pages of answered reviews only, or a token with nothing on it: what is sought is behind."""
    site = SmallSite(list(many(12)))
    async with collect_world(tmp_path, site) as world:
        site.empty_pages = 2
        report = await world.read()
        assert world.site.pages_asked() == ["1", "2", "3"]
        assert (report.health, report.new) == (Health.OK, 10)


async def test_a_page_the_site_calls_unchanged_is_not_sent_again(tmp_path: Path) -> None:
    async with collect_world(tmp_path, SmallSite(list(many(5)), etag=True)) as world:
        await world.read()
        assert "if-none-match" not in world.site.asked[-1].headers
        world.clock.advance(minutes=30)
        await world.read()  # history: the whole list once
        report = await world.read()
        assert "if-none-match" in world.site.asked[-1].headers
        assert report.health is Health.UNCHANGED


async def test_a_page_that_an_earlier_reader_read_is_read_once_more(tmp_path: Path) -> None:
    """After an update, so that what it reads better is stored before guests change anything."""
    async with collect_world(tmp_path, SmallSite(list(many(5)), etag=True)) as world:
        for _ in range(2):
            await world.read()
            world.clock.advance(minutes=30)

        def of_another(rows: Session) -> None:
            target = rows.exec(select(TargetRow)).first()
            assert target is not None
            assert target.essence is not None
            target.essence = target.essence.partition(":")[2]
            rows.add(target)

        world.db.write_now(of_another)
        assert (await world.read()).health is Health.OK
        assert "if-none-match" not in world.site.asked[-1].headers
        world.clock.advance(minutes=30)
        assert (await world.read()).health is Health.UNCHANGED


async def test_a_reply_on_the_site_closes_the_ticket_whoever_wrote_it(world: CollectWorld) -> None:
    await settled(world)
    world.site.reviews.insert(0, entry("bad", world.clock.now()))
    await world.read()
    world.clock.advance(minutes=30)
    await world.read()
    without = world.clock.now()
    world.clock.advance(minutes=30)
    world.site.reviews[0]["reply"] = "Простите нас."
    report = await world.read()
    assert report.answered == 1
    ticket = world.ticket("bad")
    assert ticket is not None
    assert ticket.state == "answered"
    review = world.review("bad")
    assert (review.unanswered_seen_at, review.reply_seen_at) == (without, world.clock.now())
    assert [row.change for row in world.rows(RevisionRow)] == ["answered"]


async def test_a_reading_goes_on_until_open_tickets_were_seen(tmp_path: Path) -> None:
    site = SmallSite([*many(14), entry("deep", days_ago(20)), *many(4, prefix="tail", start=60)])
    async with collect_world(tmp_path, site) as world:
        await settled(world, *site.reviews)
        assert world.ticket("deep") is not None
        site.reviews[0]["reply"] = "Спасибо, ждём снова!"  # something changed on page one only
        del world.site.asked[:]
        await world.read()
        assert world.site.pages_asked() == ["1", "2"]
        assert world.review("deep").unanswered_seen_at == world.clock.now()


async def test_an_open_ticket_beyond_an_unchanged_page_is_asked_for_alone(
    tmp_path: Path,
) -> None:
    site = SmallSite([*many(14), entry("deep", days_ago(20)), *many(4, prefix="tail", start=60)])
    async with collect_world(tmp_path, site) as world:
        await settled(world, *site.reviews)
        del world.site.asked[:]
        site.reviews[14]["reply"] = "Простите нас."
        await world.read()
        assert world.server.paths()[-1] == "/tverskaya/reviews/deep"
        ticket = world.ticket("deep")
        assert ticket is not None
        assert ticket.state == "answered"


async def test_an_edit_that_makes_it_worse_reopens_with_a_new_alert(world: CollectWorld) -> None:
    await settled(world)
    world.site.reviews.insert(0, entry("bad", world.clock.now(), 2, reply="Простите."))
    await world.read()
    assert world.ticket("bad") is None
    world.site.reviews[0].update(rating=1, text="Отравились, скорая, ужас!", reply=None)
    report = await world.read()
    assert (report.edited, report.vanished, report.tickets) == (1, 1, 1)
    assert len(world.alerts()) == 1
    assert {row.change for row in world.rows(RevisionRow)} == {"edited", "reply_vanished"}


async def test_a_good_review_edited_into_a_complaint_gets_its_alert(world: CollectWorld) -> None:
    await settled(world, entry("nice", days_ago(35), 5, "Отлично!"), *many(3))
    assert world.tickets() == []
    world.site.reviews[0].update(rating=1, text="Нахамили и обсчитали, ужас.")
    await world.read()
    assert len(world.alerts()) == 1


async def test_an_answered_ticket_comes_back_when_its_reply_vanishes(world: CollectWorld) -> None:
    await settled(world)
    world.site.reviews.insert(0, entry("bad", world.clock.now()))
    await world.read()
    world.site.reviews[0]["reply"] = "Простите нас."
    await world.read()
    world.site.reviews[0]["reply"] = None
    world.clock.advance(minutes=30)
    report = await world.read()
    ticket = world.ticket("bad")
    assert ticket is not None
    assert (report.vanished, ticket.state, ticket.round) == (1, "waiting", 2)
    assert len(world.alerts()) == 2


async def test_an_edit_of_an_answered_review_makes_no_draft_while_it_stays_so(
    world: CollectWorld,
) -> None:
    """Nobody would see it, a wording would be used up, and it would count as proposed."""
    await settled(world)
    world.site.reviews.insert(0, entry("bad", world.clock.now(), text="Долго ждали столик."))
    await world.read()
    world.site.reviews[0]["reply"] = "Простите нас."
    await world.read()
    before = len(world.rows(DraftRow))
    world.site.reviews[0]["text"] = "Долго ждали столик у окна."
    await world.read()
    assert len(world.rows(DraftRow)) == before
    world.site.reviews[0].update(text="Долго ждали столик у самого окна.", reply=None)
    await world.read()
    ticket = world.ticket("bad")
    assert ticket is not None
    assert (ticket.state, ticket.round) == ("waiting", 2)
    assert ticket.draft_id == world.rows(DraftRow)[-1].id
    assert len(world.rows(DraftRow)) == before + 1, "the new round has one for the new text"


async def test_a_teaser_never_replaces_a_full_text(world: CollectWorld) -> None:
    full = "Ждали сорок минут, а потом официант нахамил и принёс холодное."
    await settled(world, entry("bad", days_ago(1), text=full), *many(3))
    world.site.reviews[0].update(text="Ждали сорок минут, а потом…", partial=["text"])
    report = await world.read()
    assert report.edited == 0
    assert world.review("bad").text == full


async def test_a_full_text_completes_a_teaser_without_being_an_edit(world: CollectWorld) -> None:
    await settled(world, *many(3))
    world.site.reviews.insert(
        0, entry("bad", world.clock.now(), text="Всё началось хорошо, но…", partial=["text"])
    )
    await world.read()
    full = "Всё началось хорошо, но потом нас отравили: скорая, больница."
    world.site.reviews[0].update(text=full, partial=[])
    report = await world.read()
    assert (report.edited, world.review("bad").text) == (0, full)
    assert world.review("bad").severity == "critical"


async def test_gone_needs_three_complete_readings_over_a_day(tmp_path: Path) -> None:
    async with collect_world(tmp_path, SmallSite([entry("bad", days_ago(1)), *many(6)])) as world:
        await settled(world, *world.site.reviews)
        del world.site.reviews[0]
        await world.read()
        # Until it is sure, the page is read in full, though it is the same.
        world.clock.advance(hours=1)
        await world.read()
        world.clock.advance(hours=1)
        assert (await world.read()).gone == 0
        world.clock.advance(hours=23)
        report = await world.read()
        assert report.gone == 1
        ticket = world.ticket("bad")
        assert ticket is not None
        assert ticket.state == "gone"
        world.site.reviews.insert(0, entry("bad", days_ago(1)))
        await world.read()
        ticket = world.ticket("bad")
        assert ticket is not None
        assert ticket.state == "waiting"


async def test_one_that_raises_when_it_goes_keeps_no_other(tmp_path: Path) -> None:
    site = SmallSite([*many(5), entry("stuck", days_ago(2)), entry("lost", days_ago(1))])
    async with collect_world(tmp_path, site) as world:
        await world.read()
        ticket = world.ticket("stuck")
        assert ticket is not None

        def spoil(rows: Session) -> None:
            rows.get_one(TicketRow, ticket.id).state = "a state of no version"

        await world.db.write(spoil)
        site.reviews = site.reviews[:5]
        for _ in range(4):
            world.clock.advance(hours=13)
            await world.read()
        lost = world.ticket("lost")
        assert lost is not None
        assert lost.state == "gone"
        assert world.review("stuck").gone_at is None, "it is tried again"
        assert [row.payload["params"]["name"] for row in world.notices("stuck")] == [
            "tverskaya/small stuck"
        ]


async def test_nothing_is_gone_while_the_counter_still_counts_it(tmp_path: Path) -> None:
    site = SmallSite([entry("bad", days_ago(1)), *many(6)])
    async with collect_world(tmp_path, site) as world:
        await settled(world, *site.reviews)
        site.count = 7
        del site.reviews[0]
        for hours in (1, 12, 12, 12, 24):
            world.clock.advance(hours=hours)
            site.reviews[0]["author"] = f"Пётр {hours} {world.clock.now()}"
            assert (await world.read()).gone == 0
        assert world.review("bad").missed >= 3


async def test_replies_that_leave_the_page_all_at_once_reopen_nothing(world: CollectWorld) -> None:
    complaints = [entry(f"bad{n}", days_ago(n + 1), reply="Простите.") for n in range(5)]
    await settled(world, *complaints)
    for review in world.site.reviews:
        review["reply"] = None
    report = await world.read()
    assert report.health is Health.SUSPICIOUS
    assert (report.vanished, world.alerts(), world.tickets()) == (0, [], [])
    assert world.review("bad0").reply_text == "Простите."


async def test_a_review_that_comes_twice_in_one_reading_is_one(tmp_path: Path) -> None:
    site = SmallSite(size=3)
    async with collect_world(tmp_path, site) as world:
        await settled(world, *many(5))
        twice = entry("bad", world.clock.now())
        site.reviews = [twice, *site.reviews[:2], twice, *site.reviews[2:]]
        site.count = 6
        report = await world.read()
        assert report.new == 1


async def test_what_came_before_an_error_is_kept(tmp_path: Path) -> None:
    site = SmallSite(list(many(15)))
    async with collect_world(tmp_path, site) as world:
        await settled(world, *site.reviews)
        new = [entry(f"bad{n}", world.clock.now()) for n in range(10)]
        site.reviews[:0] = new
        normal = site.__call__

        def broken(asked):  # type: ignore[no-untyped-def]
            if asked.query.get("page") == "2":
                return Answer("<html>", status=500)
            return normal(asked)

        world.server.handler = broken
        report = await world.read()
        assert report.health is Health.UNREACHABLE
        # Ten of the same words are told as one.
        [told] = {
            frozenset(item["ticket"] for item in row.payload["items"])
            for row in world.rows(OutboxRow, OutboxRow.kind == "concern")
        }
        assert (report.new, len(told)) == (10, 10)


async def test_reviews_of_a_competitor_make_no_tickets(tmp_path: Path) -> None:
    from dataclasses import replace

    def rival(settings):  # type: ignore[no-untyped-def]
        place = replace(settings.locations["tverskaya"], role="competitor")
        return replace(settings, locations={"tverskaya": place})

    async with collect_world(tmp_path, shape=rival) as world:
        await settled(world)
        world.site.reviews.insert(0, entry("bad", world.clock.now()))
        report = await world.read()
        assert (report.new, report.tickets) == (1, 0)


async def test_a_dry_run_tells_and_stores_nothing(world: CollectWorld) -> None:
    await settled(world)
    world.site.reviews.insert(0, entry("bad", world.clock.now()))
    reading, told = await world.collector.rehearse("tverskaya/small")
    assert (told.new, told.tickets) == (1, 1)
    assert told.found[0].item.external_id == "bad"
    assert reading.pages == 1
    assert world.rows(OutboxRow, OutboxRow.kind == "alert") == []
    assert world.tickets() == []


async def test_one_state_row_per_change_of_health(world: CollectWorld) -> None:
    await settled(world)
    world.site.answer = Answer("captcha")
    await world.read()
    world.clock.advance(hours=3)
    await world.read()
    world.site.answer = None
    world.clock.advance(hours=6)
    await world.read()
    states = [row.health for row in world.rows(TargetStateRow)]
    assert states == ["ok", "blocked", "ok"]


async def test_teasers_are_read_in_full_a_few_at_a_time_the_news_first(tmp_path: Path) -> None:
    site = SmallSite(list(many(8)), teasers=True)
    async with collect_world(tmp_path, site) as world:
        await world.read()
        assert [path.rpartition("/")[2] for path in world.server.paths()] == [
            "reviews",
            *(f"old{n}" for n in range(5)),
        ]
        world.clock.advance(minutes=30)
        site.reviews.insert(
            0, entry("bad", world.clock.now(), text="Хорошо, но отравили: скорая.")
        )
        del world.server.asked[:]
        report = await world.read()
        assert [path.rpartition("/")[2] for path in world.server.paths()] == [
            "reviews",
            "bad",
            *(f"old{n}" for n in range(5, 8)),
        ]
        assert world.review("bad").text == "Хорошо, но отравили: скорая."
        assert (report.new, report.edited) == (1, 0)
        world.clock.advance(minutes=30)
        assert (await world.read()).health is Health.UNCHANGED
        assert world.review("old7").text == "Очень вкусно, спасибо!"


async def test_an_unchanged_page_is_read_on_while_texts_are_owed(tmp_path: Path) -> None:
    async with collect_world(tmp_path, SmallSite(list(many(12)), size=20, teasers=True)) as world:
        for _ in range(3):
            await world.read()
            world.clock.advance(minutes=30)
        assert world.review("old11").text == "Очень вкусно, спасибо!"


async def test_a_page_that_leaves_replies_out_never_says_unanswered(world: CollectWorld) -> None:
    """Neither at the first sight of a review, nor by staying as it is."""
    await settled(world)
    untold = ["reply_at", "reply_state", "reply_text"]
    world.site.reviews.insert(0, entry("bad", world.clock.now(), partial=untold))
    assert (await world.read()).tickets == 1
    for health in (Health.UNCHANGED, Health.UNCHANGED):
        world.clock.advance(minutes=30)
        assert (await world.read()).health is health
    assert world.review("bad").unanswered_seen_at is None
    world.site.reviews[0] = entry("bad", world.review("bad").published_at)
    await world.read()
    assert world.review("bad").unanswered_seen_at == world.clock.now()
