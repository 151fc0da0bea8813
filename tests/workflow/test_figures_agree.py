"""A simulated month: report, digest, greeting and exports give the same figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.core.calendar.digest_days import Due, Period, days_back, days_of
from reviewbot.core.model import OPEN_STATES, Health, OutboxKind, Tone
from reviewbot.core.readings.health import Judgement
from reviewbot.core.ticket import CLOCK, SITE, Action
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.integrations import figure_gauges
from reviewbot.queries import exports, figures
from reviewbot.queries.health_facts import health
from reviewbot.queries.trends import answering
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.queries.trends.report_stars import report_stars
from reviewbot.queries.trends.summary_facts import summary_facts
from reviewbot.store.tables import HostRow, OutboxRow, TargetRow
from reviewbot.store.tx import Tx
from reviewbot.words.digest import digest
from reviewbot.workflow.digests import digest_facts, page_of, period_facts
from reviewbot.workflow.readings.blind_notices import Teller
from reviewbot.workflow.readings.first_contact import greet
from tests.store.store_world import StoreWorld, at

CONTACT = at("2026-03-02 09:00")
END = at("2026-04-01 09:15")
PAGES = ("tverskaya/yandex_maps", "nevsky/yandex_maps", "tverskaya/google_business")
RIVAL = "rival/yandex_maps"


@pytest.fixture
def store_world(tmp_path: Path, database_path: str) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path, database=database_path)
    add_rival(made)
    yield made
    made.db.close()


def add_rival(world: StoreWorld) -> None:
    """A competitor, read like everybody else."""
    world.competitor("rival", "Чужое", RIVAL)
    world.settings = replace(world.settings, digest={"managers": {}})
    for key in (*(key for key in world.settings.targets),):
        world.change_target(key, first_contact_at=CONTACT, last_reading_at=END)


def live(world: StoreWorld) -> None:
    """What came with the first reading, then a month of reviews, each with another fate."""
    for number in range(12):
        past = CONTACT - timedelta(days=2 + number)
        ticket = world.ticket(now=past, backlog=True)
        world.change_review(ticket, first_seen_at=CONTACT, published_at=past)
    for step in range(90):
        now = CONTACT + timedelta(hours=1 + step * 8, minutes=step)
        if step % 9 == 4:
            world.review(now, target=RIVAL)
            continue
        tone = (Tone.NEGATIVE, Tone.POSITIVE, Tone.NEGATIVE, Tone.MIXED)[step % 4]
        rating = {Tone.NEGATIVE: 1, Tone.POSITIVE: 5, Tone.MIXED: 3}[tone]
        number = world.review(now, target=PAGES[step % 3], tone=tone, rating=rating)
        if number is not None:
            end(world, number, now, step % 7)


def end(world: StoreWorld, number: int, now: datetime, fate: int) -> None:
    soon, late = now + timedelta(minutes=20), now + timedelta(days=4)
    match fate:
        case 0:
            world.act(number, Action.ALREADY_ANSWERED, "ivan", soon)
        case 1:
            world.change_review(number, unanswered_seen_at=soon, reply_seen_at=late)
            world.act(number, Action.REPLY_SEEN, SITE, late)
        case 2:
            world.act(number, Action.ALREADY_ANSWERED, "ivan", late)
        case 3:
            world.act(number, Action.SKIP, "ivan", soon, reason="spam")
        case 4:
            world.act(number, Action.ALREADY_ANSWERED, "ivan", soon)
            back = soon + timedelta(hours=48)
            world.change_review(number, unanswered_seen_at=back)
            world.act(number, Action.NOT_CONFIRMED, CLOCK, back)
        case 5:
            world.change_review(number, unanswered_seen_at=late)
        case _:
            pass


@pytest.mark.parametrize("period", [Period.RECENT, Period.WEEKLY, Period.DAILY])
def test_report_digest_and_exports_count_alike(store_world: StoreWorld, period: Period) -> None:
    live(store_world)
    due = Due(period, END.date())
    days = days_of(period, due.on, "Europe/Moscow")
    chat = store_world.settings.chats["managers"]
    told = store_world.db.read_now(
        lambda session: digest_facts(store_world.tx(session, END), chat, due)
    )
    report = store_world.db.read_now(
        lambda session: figures.summary(session, days.since, days.until, END)
    )
    said = told.figures
    assert said.new > 0
    assert (report.total.reviews, report.total.complaints) == (said.new, said.complaints)
    kept = (said.in_time, said.late, said.undecided)
    assert (report.total.in_time, report.total.late, report.total.undecided) == kept
    assert sum(kept) > 0
    assert report.total.in_time_marked == said.marked
    assert report.total.topics["waiting"] == said.topics[0].count
    if period is not Period.DAILY:
        [rival] = told.competitors
        exported = store_world.db.read_now(lambda session: list(exports.reviews(session)))
        theirs = [
            each
            for each in exported
            if each["location"] == "rival" and days.since <= each["first_seen_at"] < days.until
        ]
        assert (rival.name, rival.new) == ("Чужое", len(theirs))
        assert rival.complaints == sum(each["tone"] == Tone.NEGATIVE for each in theirs) > 0
        assert f"Конкуренты: Чужое ({rival.new}" in digest(told, "ru").html
    assert "rival" not in report.places, "a competitor is none of our places"
    assert told.locations == len(store_world.settings.locations) - 1
    assert sum(each.reviews for each in report.places.values()) == said.new

    reviews = store_world.db.read_now(lambda session: list(exports.reviews(session)))
    counted = [
        each
        for each in reviews
        if each["counts_as_new"] and days.since <= each["first_seen_at"] < days.until
    ]
    assert len(counted) == said.new
    assert sum(each["tone"] == Tone.NEGATIVE for each in counted) == said.complaints
    rounds = store_world.db.read_now(lambda session: list(exports.tickets(session, END)))
    outcomes = Counter(
        str(each["outcome"])
        for each in rounds
        if each["decided_at"] is not None and days.since <= each["decided_at"] < days.until
    )
    assert tuple(outcomes[name] for name in ("in_time", "late", "undecided")) == kept


def test_the_greeting_counts_what_is_ours(store_world: StoreWorld) -> None:
    live(store_world)
    store_world.db.write_now(lambda session: greet(store_world.tx(session, END)))
    [notice] = [
        row
        for row in store_world.db.read_now(lambda session: list(session.exec(select(OutboxRow))))
        if row.dedupe_key.startswith("notice:first_contact:")
    ]
    params = notice.payload["params"]
    own = [each for each in store_world.settings.locations.values() if each.role == "own"]
    assert params["locations"] == len(own)
    reviews = store_world.db.read_now(lambda session: list(exports.reviews(session)))
    assert params["reviews"] == sum(each["location_role"] == "own" for each in reviews)


def test_notices_of_what_is_out_of_sight_count_as_the_export_does(store_world: StoreWorld) -> None:
    live(store_world)
    for key in PAGES:
        store_world.change_target(key, health="blocked", health_since=END)
    blind = store_world.db.read_now(lambda session: health(store_world.tx(session, END))).blind
    rounds = store_world.db.read_now(lambda session: list(exports.tickets(session, END)))
    last = {each["number"]: each for each in rounds}
    open_ = Counter(each["source"] for each in last.values() if each["state"] in OPEN_STATES)
    assert sum(open_.values()) > 0
    assert Counter({each.source: each.open_tickets for each in blind}) == open_
    store_world.db.write_now(lambda session: tell_blind(store_world.tx(session, END), PAGES[0]))
    noticed = {
        row.payload["params"]["open_tickets"]
        for row in store_world.outbox(OutboxKind.NOTICE)
        if row.dedupe_key.startswith("notice:blind:")
    }
    assert noticed == {open_["yandex_maps"]}


def tell_blind(tx: Tx, key: str) -> None:
    target = tx.session.exec(select(TargetRow).where(TargetRow.key == key)).one()
    target.failures, host = 9, HostRow(name=target.host)
    tx.session.add(host)
    Teller(tx, target, host, "ok", None).tell(Judgement(Health.BLOCKED, cause="captcha"), None)


def test_a_ticket_tells_who_did_what_in_every_round(store_world: StoreWorld) -> None:
    number = store_world.ticket(now=CONTACT)
    store_world.act(number, Action.APPROVE, "marina", CONTACT)
    store_world.act(number, Action.POSTED, "ivan", CONTACT + timedelta(minutes=5))
    back = CONTACT + timedelta(hours=49)
    store_world.change_review(number, unanswered_seen_at=back)
    store_world.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    store_world.act(number, Action.ALREADY_ANSWERED, "anna", back)
    rounds = store_world.db.read_now(lambda session: list(exports.tickets(session, back)))
    assert [(each["approved_by"], each["posted_by"]) for each in rounds] == [
        ("marina", "ivan"),
        (None, "anna"),
    ]
    audit = store_world.db.read_now(lambda session: list(exports.audit(session)))
    assert tuple(audit[0]) == exports.AUDIT_COLUMNS
    assert [(each["actor"], each["action"], each["round"]) for each in audit] == [
        ("bot", "opened", 1),
        ("marina", "approve", 1),
        ("ivan", "posted", 1),
        ("clock", "not_confirmed", 2),
        ("anna", "already_answered", 2),
    ]
    assert {each["location"] for each in audit} == {"tverskaya"}
    assert audit[0]["detail"] == {"revision": 1}, "told, though its row keeps none of it"


def test_chat_page_files_metrics_and_summary_tell_the_same(store_world: StoreWorld) -> None:
    """One world, every way out: /stats, page, report, gauges, pinned summary, health, the past."""
    live(store_world)
    store_world.settings = replace(store_world.settings, people_figures=True)
    own = tuple(key for key, each in store_world.settings.locations.items() if each.role == "own")
    days = days_back(30, END.date() + timedelta(days=1), "Europe/Moscow")

    def look(session: Session) -> None:
        tx = store_world.tx(session, END)
        stats = period_facts(tx, own, Period.RECENT, days, "Europe/Moscow")
        page = page_of(tx, Meant(own), 30, END.date() + timedelta(days=1), people=True)
        assert page.figures == stats
        told, above = stats.figures, stats.overview
        assert above is not None
        assert told.new
        assert told.undecided
        assert told.late

        report = figures.summary(session, days.since, days.until, END).total
        filed = (report.reviews, report.complaints)
        assert filed == (told.new, told.complaints)
        kept = (told.in_time, told.late, told.undecided)
        assert (report.in_time, report.late, report.undecided) == kept

        gauges = {
            (sample.name.removeprefix("reviewbot_"), *sorted(sample.labels.values())): sample.value
            for metric in figure_gauges.gauges(figure_gauges.gauge_facts(tx))
            for sample in metric.samples
        }
        assert gauges["reviews_new", "30"] == told.new
        assert gauges["complaints_new", "30"] == told.complaints
        for outcome, count in zip(("in_time", "late", "undecided"), kept, strict=True):
            assert gauges["deadlines", "30", outcome] == count

        stars = report_stars(session, days.since, days.until)
        assert stars["total"].stars == above.stars
        assert {place.key: place.stars for place in above.places} == {
            key: each.stars for key, each in stars.items() if key != "total"
        }

        pinned = summary_facts(tx, own, END)
        well = health(tx, own)
        late = sum(place.count for place in stats.overdue)
        assert (pinned.open, well.open_tickets) == (stats.open, stats.open)
        assert sum(place.count for place in pinned.overdue) == well.overdue == late > 0

        # Replies seen on their sites: judged as digests judge, one by one.
        seen = answering.replies(tx, own, days.since, END)
        outcomes = {
            each["number"]: each["outcome"]
            for each in exports.tickets(session, END)
            if each["answered_by"] is not None
        }
        judged = [each.in_time for each in seen if each.in_time is not None]
        assert Counter(outcomes.values())["in_time"] == sum(judged)
        assert Counter(outcomes.values())["late"] == len(judged) - sum(judged)
        assert page.effects.every.in_time == Share(sum(judged), len(judged))
        assert sum(each.answered for each in page.people) <= page.effects.every.answered

        past = past_audit(tx, own)
        first = days_back(400, END.date() + timedelta(days=1), "Europe/Moscow")
        every = period_facts(tx, own, Period.RECENT, first, "Europe/Moscow").overview
        assert every is not None
        assert past.answered == every.replies.rate
        assert sum((year.stars for year in past.years), StarFigures()) == every.stars

    store_world.db.read_now(look)
