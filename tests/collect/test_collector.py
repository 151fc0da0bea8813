"""Readings as the operator lives them: a site on loopback, real rows, time by hand."""

from datetime import timedelta
from pathlib import Path

from reviewbot.core.model import Health
from reviewbot.store.tables import DraftRow, OutboxRow, ReadingRow, RevisionRow, TargetStateRow
from reviewbot.store.targets import memory_of
from tests.collect.loopback import Answer
from tests.collect.publish_world import MONDAY, PublishWorld, days_ago, entry, many, publish_world
from tests.collect.small_site import SmallSite


async def settled(desk: PublishWorld, *reviews: dict, polls: int = 3) -> None:  # type: ignore[type-arg]
    """First contact and history are over; the page is known."""
    desk.site.reviews = list(reviews) or list(many(5))
    for _ in range(polls):
        report = await desk.read()
        assert report.health in (Health.OK, Health.UNCHANGED), report
        desk.clock.advance(minutes=30)


async def test_a_new_complaint_becomes_a_ticket_with_a_deadline_a_draft_and_an_alert(
    desk: PublishWorld,
) -> None:
    await settled(desk)
    desk.site.reviews.insert(0, entry("bad", desk.clock.now() - timedelta(minutes=20)))
    report = await desk.read()
    assert (report.health, report.new, report.tickets) == (Health.OK, 1, 1)
    ticket = desk.ticket("bad")
    assert ticket is not None
    assert ticket.draft_id is not None
    assert [alert.ticket_id for alert in desk.alerts()] == [ticket.id]
    review = desk.review("bad")
    assert review.tone == "negative"
    assert review.reasons
    assert review.url == "https://small.test/tverskaya#bad"
    assert review.site["reply_url"] == "https://cabinet.small.test/bad"
    assert review.unanswered_seen_at == review.first_seen_at


async def test_complaints_of_one_reading_are_not_answered_alike(desk: PublishWorld) -> None:
    """The drafts of one reading know of each other; each ticket has its own."""
    await settled(desk)
    now = desk.clock.now()
    desk.site.reviews[:0] = [entry(f"bad{number}", now) for number in range(3)]
    assert (await desk.read()).tickets == 3
    drafts = {row.id: row for row in desk.rows(DraftRow)}
    chosen = []
    for number in range(3):
        ticket = desk.ticket(f"bad{number}")
        assert ticket is not None
        assert ticket.draft_id is not None
        assert drafts[ticket.draft_id].ticket_id == ticket.id
        chosen.append(drafts[ticket.draft_id].template_id)
    assert chosen == ["one", "two", "one"]  # the house has two wordings
    assert {alert.ticket_id for alert in desk.alerts()} == {
        row.ticket_id for row in drafts.values()
    }


async def test_a_rhythm_is_learned_when_there_is_enough_to_learn_from(desk: PublishWorld) -> None:
    """Few reviews tell none; at the reading after the one that brought more, it is known."""
    await settled(desk, *many(5))
    assert memory_of(desk.target()).rhythm is None
    desk.site.reviews[:0] = [entry(f"new{number}", desk.clock.now(), 5) for number in range(5)]
    await desk.read()
    desk.clock.advance(minutes=30)
    await desk.read()
    assert memory_of(desk.target()).rhythm is not None


async def test_first_contact_reads_one_page_and_later_readings_one_more_each(
    tmp_path: Path,
) -> None:
    async with publish_world(tmp_path, SmallSite(list(many(35)))) as desk:
        asked = []
        for _ in range(4):
            before = len(desk.site.pages_asked())
            await desk.read()
            asked.append(desk.site.pages_asked()[before:])
            desk.clock.advance(minutes=30)
        assert asked == [["1"], ["1", "2"], ["1", "2", "3"], ["1", "2", "3", "4"]]
        assert desk.target().last_complete_at is not None
        await desk.read()
        assert desk.site.pages_asked()[-1] == "1"
        assert len(desk.site.pages_asked()) == 11
        assert desk.alerts() == []


async def test_the_first_day_is_gentle(desk: PublishWorld) -> None:
    desk.site.reviews = [
        entry("fresh", days_ago(2)),
        entry("good", days_ago(3), 5, "Отлично, всем советую!"),
        entry("done", days_ago(4), reply="Извините нас."),
        entry("month", days_ago(29)),
        entry("old", days_ago(45)),
    ]
    await desk.read()
    assert {ticket.backlog for ticket in desk.tickets()} == {True}
    assert {desk.review(name).id for name in ("fresh", "month")} == {
        ticket.review_id for ticket in desk.tickets()
    }
    assert desk.alerts() == []
    (told,) = desk.notices("first_contact")
    assert told.chat_key == "support"
    params = told.payload["params"]
    assert (params["reviews"], params["backlog"], params["locations"]) == (5, 2, 1)
    await desk.read()
    assert len(desk.notices("first_contact")) == 1


async def test_a_review_written_before_and_shown_after_first_contact_is_alerted(
    desk: PublishWorld,
) -> None:
    await settled(desk, *many(25), polls=1)
    desk.site.reviews.insert(0, entry("moderated", MONDAY - timedelta(hours=3)))
    await desk.read()
    assert len(desk.alerts()) == 1


async def test_a_review_older_than_the_last_complete_reading_is_found_late(
    desk: PublishWorld,
) -> None:
    await settled(desk)
    desk.site.reviews.insert(2, entry("late", days_ago(9)))
    await desk.read()
    assert desk.review("late").found_late
    ticket = desk.ticket("late")
    assert ticket is not None
    assert not ticket.backlog
    assert len(desk.alerts()) == 1


async def test_an_unchanged_page_is_cheap_and_still_moves_the_lower_bound(
    desk: PublishWorld,
) -> None:
    await settled(desk, entry("bad", days_ago(1)), *many(3))
    first = desk.review("bad").unanswered_seen_at
    rows = len(desk.rows(ReadingRow))
    desk.clock.advance(minutes=30)
    report = await desk.read()
    assert report.health is Health.UNCHANGED
    moved = desk.review("bad").unanswered_seen_at
    assert moved == desk.clock.now()
    assert first is not None
    assert moved > first
    assert desk.review("old0").unanswered_seen_at is None
    assert desk.target().last_reading_at == desk.clock.now()
    assert len(desk.rows(ReadingRow)) == rows


async def test_a_list_read_to_its_end_is_a_sweep(desk: PublishWorld) -> None:
    """Once a day the page is read in full; the readings after it are cheap again."""
    await settled(desk, *many(3))
    for _ in range(2):
        desk.clock.advance(hours=25)
        assert (await desk.read()).health is Health.OK
        desk.clock.advance(minutes=30)
        assert (await desk.read()).health is Health.UNCHANGED


async def test_an_empty_page_in_the_middle_ends_no_reading(tmp_path: Path) -> None:
    """Pages of answered reviews only, or a token with nothing on it: what is sought is behind."""
    site = SmallSite(list(many(12)))
    async with publish_world(tmp_path, site) as desk:
        site.empty_pages = 2
        report = await desk.read()
        assert desk.site.pages_asked() == ["1", "2", "3"]
        assert (report.health, report.new) == (Health.OK, 10)


async def test_a_page_the_site_calls_unchanged_is_not_sent_again(tmp_path: Path) -> None:
    async with publish_world(tmp_path, SmallSite(list(many(5)), etag=True)) as desk:
        await desk.read()
        assert "if-none-match" not in desk.site.asked[-1].headers
        desk.clock.advance(minutes=30)
        await desk.read()  # history: the whole list once
        report = await desk.read()
        assert "if-none-match" in desk.site.asked[-1].headers
        assert report.health is Health.UNCHANGED


async def test_a_reply_on_the_site_closes_the_ticket_whoever_wrote_it(desk: PublishWorld) -> None:
    await settled(desk)
    desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
    await desk.read()
    desk.clock.advance(minutes=30)
    await desk.read()
    without = desk.clock.now()
    desk.clock.advance(minutes=30)
    desk.site.reviews[0]["reply"] = "Простите нас."
    report = await desk.read()
    assert report.answered == 1
    ticket = desk.ticket("bad")
    assert ticket is not None
    assert ticket.state == "answered"
    review = desk.review("bad")
    assert (review.unanswered_seen_at, review.reply_seen_at) == (without, desk.clock.now())
    assert [row.change for row in desk.rows(RevisionRow)] == ["answered"]


async def test_a_reading_goes_on_until_open_tickets_were_seen(tmp_path: Path) -> None:
    site = SmallSite([*many(14), entry("deep", days_ago(20)), *many(4, prefix="tail", start=60)])
    async with publish_world(tmp_path, site) as desk:
        await settled(desk, *site.reviews)
        assert desk.ticket("deep") is not None
        site.reviews[0]["reply"] = "Спасибо, ждём снова!"  # something changed on page one only
        del desk.site.asked[:]
        await desk.read()
        assert desk.site.pages_asked() == ["1", "2"]
        assert desk.review("deep").unanswered_seen_at == desk.clock.now()


async def test_an_open_ticket_beyond_an_unchanged_page_is_asked_for_alone(
    tmp_path: Path,
) -> None:
    site = SmallSite([*many(14), entry("deep", days_ago(20)), *many(4, prefix="tail", start=60)])
    async with publish_world(tmp_path, site) as desk:
        await settled(desk, *site.reviews)
        del desk.site.asked[:]
        site.reviews[14]["reply"] = "Простите нас."
        await desk.read()
        assert desk.server.paths()[-1] == "/tverskaya/reviews/deep"
        ticket = desk.ticket("deep")
        assert ticket is not None
        assert ticket.state == "answered"


async def test_an_edit_that_makes_it_worse_reopens_with_a_new_alert(desk: PublishWorld) -> None:
    await settled(desk)
    desk.site.reviews.insert(0, entry("bad", desk.clock.now(), 2, reply="Простите."))
    await desk.read()
    assert desk.ticket("bad") is None
    desk.site.reviews[0].update(rating=1, text="Отравились, скорая, ужас!", reply=None)
    report = await desk.read()
    assert (report.edited, report.vanished, report.tickets) == (1, 1, 1)
    assert len(desk.alerts()) == 1
    assert {row.change for row in desk.rows(RevisionRow)} == {"edited", "reply_vanished"}


async def test_a_good_review_edited_into_a_complaint_gets_its_alert(desk: PublishWorld) -> None:
    await settled(desk, entry("nice", days_ago(35), 5, "Отлично!"), *many(3))
    assert desk.tickets() == []
    desk.site.reviews[0].update(rating=1, text="Нахамили и обсчитали, ужас.")
    await desk.read()
    assert len(desk.alerts()) == 1


async def test_an_answered_ticket_comes_back_when_its_reply_vanishes(desk: PublishWorld) -> None:
    await settled(desk)
    desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
    await desk.read()
    desk.site.reviews[0]["reply"] = "Простите нас."
    await desk.read()
    desk.site.reviews[0]["reply"] = None
    desk.clock.advance(minutes=30)
    report = await desk.read()
    ticket = desk.ticket("bad")
    assert ticket is not None
    assert (report.vanished, ticket.state, ticket.round) == (1, "waiting", 2)
    assert len(desk.alerts()) == 2


async def test_a_teaser_never_replaces_a_full_text(desk: PublishWorld) -> None:
    full = "Ждали сорок минут, а потом официант нахамил и принёс холодное."
    await settled(desk, entry("bad", days_ago(1), text=full), *many(3))
    desk.site.reviews[0].update(text="Ждали сорок минут, а потом…", partial=["text"])
    report = await desk.read()
    assert report.edited == 0
    assert desk.review("bad").text == full


async def test_a_full_text_completes_a_teaser_without_being_an_edit(desk: PublishWorld) -> None:
    await settled(desk, *many(3))
    desk.site.reviews.insert(
        0, entry("bad", desk.clock.now(), text="Всё началось хорошо, но…", partial=["text"])
    )
    await desk.read()
    full = "Всё началось хорошо, но потом нас отравили: скорая, больница."
    desk.site.reviews[0].update(text=full, partial=[])
    report = await desk.read()
    assert (report.edited, desk.review("bad").text) == (0, full)
    assert desk.review("bad").severity == "critical"


async def test_gone_needs_three_complete_readings_over_a_day(tmp_path: Path) -> None:
    async with publish_world(tmp_path, SmallSite([entry("bad", days_ago(1)), *many(6)])) as desk:
        await settled(desk, *desk.site.reviews)
        del desk.site.reviews[0]
        await desk.read()
        # Until it is sure, the page is read in full, though it is the same.
        desk.clock.advance(hours=1)
        await desk.read()
        desk.clock.advance(hours=1)
        assert (await desk.read()).gone == 0
        desk.clock.advance(hours=23)
        report = await desk.read()
        assert report.gone == 1
        ticket = desk.ticket("bad")
        assert ticket is not None
        assert ticket.state == "gone"
        desk.site.reviews.insert(0, entry("bad", days_ago(1)))
        await desk.read()
        ticket = desk.ticket("bad")
        assert ticket is not None
        assert ticket.state == "waiting"


async def test_nothing_is_gone_while_the_counter_still_counts_it(tmp_path: Path) -> None:
    site = SmallSite([entry("bad", days_ago(1)), *many(6)])
    async with publish_world(tmp_path, site) as desk:
        await settled(desk, *site.reviews)
        site.count = 7
        del site.reviews[0]
        for hours in (1, 12, 12, 12, 24):
            desk.clock.advance(hours=hours)
            site.reviews[0]["author"] = f"Пётр {hours} {desk.clock.now()}"
            assert (await desk.read()).gone == 0
        assert desk.review("bad").missed >= 3


async def test_replies_that_leave_the_page_all_at_once_reopen_nothing(desk: PublishWorld) -> None:
    complaints = [entry(f"bad{n}", days_ago(n + 1), reply="Простите.") for n in range(5)]
    await settled(desk, *complaints)
    for review in desk.site.reviews:
        review["reply"] = None
    report = await desk.read()
    assert report.health is Health.SUSPICIOUS
    assert (report.vanished, desk.alerts(), desk.tickets()) == (0, [], [])
    assert desk.review("bad0").reply_text == "Простите."


async def test_a_review_that_comes_twice_in_one_reading_is_one(tmp_path: Path) -> None:
    site = SmallSite(size=3)
    async with publish_world(tmp_path, site) as desk:
        await settled(desk, *many(5))
        twice = entry("bad", desk.clock.now())
        site.reviews = [twice, *site.reviews[:2], twice, *site.reviews[2:]]
        site.count = 6
        report = await desk.read()
        assert report.new == 1


async def test_what_came_before_an_error_is_kept(tmp_path: Path) -> None:
    site = SmallSite(list(many(15)))
    async with publish_world(tmp_path, site) as desk:
        await settled(desk, *site.reviews)
        new = [entry(f"bad{n}", desk.clock.now()) for n in range(10)]
        site.reviews[:0] = new
        normal = site.__call__

        def broken(asked):  # type: ignore[no-untyped-def]
            if asked.query.get("page") == "2":
                return Answer("<html>", status=500)
            return normal(asked)

        desk.server.handler = broken
        report = await desk.read()
        assert report.health is Health.UNREACHABLE
        assert (report.new, len(desk.alerts())) == (10, 10)


async def test_reviews_of_a_competitor_make_no_tickets(tmp_path: Path) -> None:
    from dataclasses import replace

    def rival(settings):  # type: ignore[no-untyped-def]
        place = replace(settings.locations["tverskaya"], role="competitor")
        return replace(settings, locations={"tverskaya": place})

    async with publish_world(tmp_path, shape=rival) as desk:
        await settled(desk)
        desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
        report = await desk.read()
        assert (report.new, report.tickets) == (1, 0)


async def test_a_dry_run_tells_and_stores_nothing(desk: PublishWorld) -> None:
    await settled(desk)
    desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
    reading, told = await desk.collector.rehearse("tverskaya/small")
    assert (told.new, told.tickets) == (1, 1)
    assert told.found[0].item.external_id == "bad"
    assert reading.pages == 1
    assert desk.rows(OutboxRow, OutboxRow.kind == "alert") == []
    assert desk.tickets() == []


async def test_one_state_row_per_change_of_health(desk: PublishWorld) -> None:
    await settled(desk)
    desk.site.answer = Answer("captcha")
    await desk.read()
    desk.clock.advance(hours=3)
    await desk.read()
    desk.site.answer = None
    desk.clock.advance(hours=6)
    await desk.read()
    states = [row.health for row in desk.rows(TargetStateRow)]
    assert states == ["ok", "blocked", "ok"]


async def test_teasers_are_read_in_full_a_few_at_a_time_the_news_first(tmp_path: Path) -> None:
    site = SmallSite(list(many(8)), teasers=True)
    async with publish_world(tmp_path, site) as desk:
        await desk.read()
        assert [path.rpartition("/")[2] for path in desk.server.paths()] == [
            "reviews",
            *(f"old{n}" for n in range(5)),
        ]
        desk.clock.advance(minutes=30)
        site.reviews.insert(0, entry("bad", desk.clock.now(), text="Хорошо, но отравили: скорая."))
        del desk.server.asked[:]
        report = await desk.read()
        assert [path.rpartition("/")[2] for path in desk.server.paths()] == [
            "reviews",
            "bad",
            *(f"old{n}" for n in range(5, 8)),
        ]
        assert desk.review("bad").text == "Хорошо, но отравили: скорая."
        assert (report.new, report.edited) == (1, 0)
        desk.clock.advance(minutes=30)
        assert (await desk.read()).health is Health.UNCHANGED
        assert desk.review("old7").text == "Очень вкусно, спасибо!"


async def test_an_unchanged_page_is_read_on_while_texts_are_owed(tmp_path: Path) -> None:
    async with publish_world(tmp_path, SmallSite(list(many(12)), size=20, teasers=True)) as desk:
        for _ in range(3):
            await desk.read()
            desk.clock.advance(minutes=30)
        assert desk.review("old11").text == "Очень вкусно, спасибо!"


async def test_a_page_that_leaves_replies_out_never_says_unanswered(desk: PublishWorld) -> None:
    """Neither at the first sight of a review, nor by staying as it is."""
    await settled(desk)
    untold = ["reply_at", "reply_state", "reply_text"]
    desk.site.reviews.insert(0, entry("bad", desk.clock.now(), partial=untold))
    assert (await desk.read()).tickets == 1
    for health in (Health.UNCHANGED, Health.UNCHANGED):
        desk.clock.advance(minutes=30)
        assert (await desk.read()).health is health
    assert desk.review("bad").unanswered_seen_at is None
    desk.site.reviews[0] = entry("bad", desk.review("bad").published_at)
    await desk.read()
    assert desk.review("bad").unanswered_seen_at == desk.clock.now()
