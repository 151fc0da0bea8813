"""What the page of figures tells beyond a period: competitors, topics over time, what came of
replies; of one site alone where it is named."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

import pytest
from sqlmodel import Session, select

import reviewbot.queries.trends.page_facts as page_facts_module
import reviewbot.words.trends.page as page_words
from reviewbot.cli.pages.page_views import views_of
from reviewbot.core.model import Health, Tone
from reviewbot.core.settings import Location
from reviewbot.core.ticket import BOT, SITE, Action
from reviewbot.core.trends.goal import border, needed_between, step_of
from reviewbot.core.trends.overview import Overview
from reviewbot.core.trends.page import PageFacts, ReplySpeed
from reviewbot.core.trends.stars import Share
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.tables import (
    ConcernRow,
    LocationRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
    TargetStateRow,
    TicketRow,
)
from reviewbot.words.language import words_in
from reviewbot.words.trends.page import Choice, PageView
from reviewbot.words.trends.page import page as report_page
from reviewbot.words.trends.page_method import method
from reviewbot.words.trends.page_samples import sample_page
from reviewbot.words.trends.page_tables import queue_table, tables
from reviewbot.words.trends.past_tables import past_tables
from reviewbot.words.trends.pictures import picture
from reviewbot.words.trends.survey_tables import guest_tables
from reviewbot.workflow.digests import page_of
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

PLACES = Meant(("tverskaya", "nevsky"))
YANDEX = "tverskaya/yandex_maps"


def page(world: StoreWorld, source: str | None = None) -> PageFacts:
    """The page of the next morning: what came on Monday is in."""
    now = MONDAY + timedelta(days=1)
    return world.db.read_now(
        lambda rows: page_of(world.tx(rows, now), PLACES, 30, None, source, people=True)
    )


def overview(world: StoreWorld, source: str | None = None) -> Overview:
    found = page(world, source).figures.overview
    assert found is not None
    return found


def rival(world: StoreWorld, name: str) -> None:
    places = {**world.settings.locations, "rival": Location("rival", name, role="competitor")}
    world.settings = replace(world.settings, locations=places)

    def store(session: Session) -> None:
        session.add(LocationRow(key="rival", name=name, role="competitor"))
        session.flush()
        about = {"source": "yandex_maps", "ref": "r", "host": "x", "health": "ok"}
        session.add(TargetRow(key="rival/yandex_maps", location_key="rival", **about))

    world.db.write_now(store)


def test_competitors_stand_beside_us_with_what_guests_compare(store_world: StoreWorld) -> None:
    rival(store_world, "Шоколадница")
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    on = MONDAY - timedelta(days=3)
    past.day(on, stars=(5,) * 12, praise=["food"])
    past.day(on, stars=(1,), text="Дорого. В Шоколаднице кофе дешевле! Не приду.")
    past.day(on, "rival/yandex_maps", stars=(5,) * 11, praise=["price", "food"])
    past.day(on, "rival/yandex_maps", stars=(2,), text="У «Точки» вкуснее.")
    ours, theirs = overview(store_world).beside
    assert (ours.is_ours, ours.stars.n, ours.complaints) == (True, 13, Share(1, 13))
    assert (theirs.name, theirs.stars.n, theirs.complaints) == ("Шоколадница", 12, Share(1, 12))
    assert theirs.praised_more == ("price",), "what both are praised for is no difference"
    assert [(said.about_us, said.quote) for said in theirs.said] == [
        (True, "В Шоколаднице кофе дешевле!"),
        (False, "У «Точки» вкуснее."),
    ]
    assert ours.said == ()


def test_topics_over_time_are_shares_of_what_was_written(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=28), stars=(5, 5, 5, 1), topic="food")
    past.day(MONDAY - timedelta(days=1), stars=(1, 1), topic="waiting")
    times = overview(store_world).topic_times
    assert len(times.starts) == 10
    assert times.starts[-1] == MONDAY.date() - timedelta(days=2)
    assert list(times.complaints) == ["waiting", "food"]
    assert [share for share in times.shares("food") if share is not None] == [0.25, 0]
    assert times.shares("waiting")[-1] == 1
    assert sum(times.written) == overview(store_world).stars.n


def test_one_site_alone_is_counted_where_it_is_named(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    on = MONDAY - timedelta(days=2)
    past.day(on, stars=(5, 1), topic="food")
    past.day(on, "nevsky/google_business", stars=(1, 1, 1), topic="staff")
    store_world.ticket()
    every, google = page(store_world), page(store_world, "google_business")
    parts = [page(store_world, source).figures for source in ("yandex_maps", "google_business")]
    assert every.figures.figures.new == sum(part.figures.new for part in parts) == 6
    assert every.figures.open == sum(part.open for part in parts) == 1
    told = google.figures.overview
    assert told is not None
    assert (told.stars.n, list(told.topics), [each.topic for each in told.problems]) == (
        3,
        ["staff"],
        ["staff"],
    )
    assert google.queue == ()
    assert {place.key: place.new for place in told.places} == {"tverskaya": 0, "nevsky": 3}


def test_what_came_of_replies_is_told_by_speed_and_topic(store_world: StoreWorld) -> None:
    number = store_world.ticket(text="Ждали час, кофе холодный.")
    store_world.act(number, Action.APPROVE, "marina", MONDAY + timedelta(minutes=5))
    store_world.act(number, Action.POSTED, "ivan", MONDAY + timedelta(minutes=20))
    seen = MONDAY + timedelta(hours=2)
    store_world.change_review(number, reply_text="Простите", reply_seen_at=seen)
    store_world.act(number, Action.REPLY_SEEN, SITE, seen)
    effects = page(store_world).effects
    assert (effects.every.raised, effects.every.changed) == (Share(0, 1), Share(0, 1))
    # The guest gives more stars and another text.
    was = store_world.db.read_now(lambda rows: rows.get_one(ReviewRow, 1))
    before = {"rating": was.rating, "text": was.text, "fingerprint": "f", "change": "edited"}
    later = MONDAY + timedelta(days=1)
    store_world.db.write_now(lambda rows: rows.add(RevisionRow(review_id=1, at=later, **before)))
    store_world.change_review(number, rating=4, text="Подождали, но извинились.")
    effects = page(store_world).effects
    assert (effects.every.raised, effects.every.changed) == (Share(1, 1), Share(1, 1))
    assert effects.by_speed[ReplySpeed.HOUR].raised == Share(1, 1)
    assert effects.by_speed[ReplySpeed.DAY].raised == Share()
    assert effects.by_topic["waiting"].raised == Share(1, 1)


def test_every_figure_of_the_page_has_its_definition() -> None:
    t = words_in("en")
    facts = sample_page("en")
    found = facts.figures.overview
    assert found is not None
    mine = [*tables(facts, found, t), *guest_tables(facts, found, t)]
    shown = [*mine, queue_table(facts, t), *past_tables(facts, t)]
    heads = {head for table in shown for head in table.heads} | {table.title for table in shown}
    named = set(chain.from_iterable(titles for titles, _ in method(t)))
    plain = {"Location", "Locations", "Name", "Topic", "Review", "Stars", "Text", "Replies",
             "How many", "Who says it", "Site", "Day", "What", "Month"}  # fmt: skip
    assert heads - named == plain


def test_the_goal_has_its_border_on_each_site(store_world: StoreWorld) -> None:
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.shows(MONDAY - timedelta(days=1), 4.7, 100, YANDEX)
    past.shows(MONDAY - timedelta(days=1), 4.75, 100, "tverskaya/google_business")
    past.day(MONDAY - timedelta(days=5), "tverskaya/google_business", stars=(5,) * 10)
    past.day(MONDAY - timedelta(days=200), "tverskaya/google_business", stars=(5,) * 10)
    google, yandex = page(store_world).borders
    # Yandex tells tenths: what it shows as 4.7 may be 4.65 or 4.75, and 4.75 it shows as 4.8.
    assert (yandex.step, yandex.border, yandex.least, yandex.most) == (0.1, 4.75, 1, 40)
    assert (google.step, google.border, google.least, google.most) == (None, 4.8, 25, 25)
    facts = dict(store_world.source_facts)
    facts["google_business"] = replace(facts["google_business"], rating_days=90)
    store_world.source_facts = facts
    google, _ = page(store_world).borders
    # Each new review takes the place of an old one: of ten, 48 stars are 4.8, it shows 47.5.
    assert (google.days, google.count, google.most) == (90, 10, 2)
    assert [each.place for each in page(store_world, "google_business").borders] == [google.place]


@pytest.mark.parametrize(("goal", "told"), [(4.75, "4,75"), (4.8, "4,8"), (5.0, "5,0")])
def test_a_goal_is_told_as_it_was_written(store_world: StoreWorld, goal: float, told: str) -> None:
    store_world.with_place("tverskaya", goal=goal)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=5), stars=(5,) * 10)
    past.shows(MONDAY - timedelta(days=1), 4.5, 100, YANDEX)
    figures = page(store_world).figures
    one = replace(figures, overview=replace(overview(store_world), goal=goal))
    shown = {
        each.key: each for each in tables(page(store_world), overview(store_world), words_in("ru"))
    }
    assert told in shown["places"].rows[0].cells[8].text
    drawn = picture(one, "ru")
    assert drawn is not None
    assert f"цель {told}" in str(drawn)


def test_a_goal_between_two_steps_is_shown_from_the_upper_one_on() -> None:
    """A site that tells tenths never shows 4.75: it is passed where 4.8 is shown."""
    assert border(4.75, 0.1) == border(4.8, 0.1) == 4.75
    assert border(4.6, 0.5) == border(5.0, 0.5) == 4.75
    assert border(4.75, None) == 4.75


def test_how_a_site_rounds_is_seen_in_what_it_shows() -> None:
    assert step_of([4.6, 4.7]) == 0.1
    assert step_of([4.67]) is None
    assert step_of([3.5, 4.0, 4.5, 5.0]) == 0.5
    assert step_of([4.5]) == 0.1, "one half may be a tenth"
    assert step_of([]) is None
    assert needed_between(5.0, 4.9, 10, None) == (None, None), "no five stars make a five of 4.9"
    assert needed_between(5.0, 4.9, 10, 0.1) == (1, 20)


def test_a_place_without_a_course_has_no_line(store_world: StoreWorld) -> None:
    """One week is written, none is a dash: thirteen dashes say nothing more."""
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=2), stars=(1, 2))
    shown = tables(page(store_world), overview(store_world), words_in("en"))
    places = next(each for each in shown if each.key == "places")
    courses = {row.cells[0].text: row.cells[7] for row in places.rows}
    assert [(cell.text, cell.spark) for cell in courses.values()] == [("1.5", ""), ("–", "")]


def shown_page(world: StoreWorld, source: str | None = None, language: str = "ru") -> str:
    """The page as its file has it, without pictures."""
    view = PageView(Choice(30, source=source or ""), page(world, source))
    return report_page([view], language, ("", ""), ())


def tiles(text: str) -> list[tuple[str, str, str]]:
    return re.findall(r'<li>([^<]+)<b>([^<]+)</b><span class="quiet">([^<]*)</span>', text)


def test_what_the_sites_show_stands_before_our_own_mean(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.month()
    past.shows(MONDAY - timedelta(days=60), 4.0, 100, "tverskaya/google_business")
    shown = tiles(shown_page(store_world))
    assert [name for name, *_ in shown[:3]] == ["Google", "Яндекс", "Средняя оценка"]
    told = overview(store_world)
    assert shown[1][1:] == ("4,5", "−0,2 за период")
    alone = tiles(shown_page(store_world, "google_business"))
    assert [name for name, *_ in alone[:2]] == ["Google", "Средняя оценка"]
    places = next(
        each for each in tables(page(store_world), told, words_in("ru")) if each.key == "places"
    )
    assert places.heads[1] == "На сайтах"
    assert [row.cells[1].text for row in places.rows] == ["4,3", "4,8"]


def test_the_page_says_which_site_is_not_seen_since_when(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=5), stars=(5, 4) * 6)
    assert "не видим" not in shown_page(store_world)

    def hide(session: Session) -> None:
        google = select(TargetRow).where(TargetRow.source == "google_business")
        for target in session.exec(google):
            target.health = Health.BLOCKED
            since = MONDAY - timedelta(days=12)
            about = {"target_id": target.id or 0, "health": Health.BLOCKED, "since": since}
            session.add_all((target, TargetStateRow(**about)))

    store_world.db.write_now(hide)
    told = shown_page(store_world)
    assert "<p>🙈 Google не видим с 18 февр" in told
    # What another site tells is told, marked, and not set beside others.
    shown = tables(page(store_world), overview(store_world), words_in("ru"))
    places = next(each for each in shown if each.key == "places")
    assert [(row.cells[2].text, row.cells[2].sort) for row in places.rows] == [
        ("4,5 🙈", -1),
        ("не видно", -1),
    ]
    assert "🙈: часть отзывов" in places.note
    assert "не видим" not in shown_page(store_world, "yandex_maps")


def test_a_competitor_of_few_reviews_is_not_ranked_on_the_page(store_world: StoreWorld) -> None:
    rival(store_world, "Шоколадница")
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    on = MONDAY - timedelta(days=3)
    past.day(on, stars=(5, 4, 5, 3) * 3)
    past.day(on, "rival/yandex_maps", stars=(5,) * 7)
    shown = tables(page(store_world), overview(store_world), words_in("en"))
    beside = next(each for each in shown if each.key == "competitors")
    ours, theirs = beside.rows
    assert beside.heads[2:6] == ("Mean stars", "Interval", "Reviews", "Complaints")
    assert [cell.text for cell in theirs.cells[2:6]] == [
        "5.0",
        "4.6–5.0",
        "7",
        "0\u00a0% of 7\n[0\u00a0%–35\u00a0%]",
    ]
    assert [cell.sort for cell in theirs.cells[2:6]] == [-1, -1, 7, -1]
    assert [cell.text for cell in ours.cells[2:5]] == ["4.2", "3.8–4.7", "12"]
    assert (ours.cells[2].sort or 0) > 4
    assert "Under ten reviews" in beside.note


def test_the_way_to_the_goal_is_of_the_site_that_was_chosen(store_world: StoreWorld) -> None:
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.shows(MONDAY - timedelta(days=1), 4.0, 100, YANDEX)
    past.shows(MONDAY - timedelta(days=1), 4.9, 100, "tverskaya/google_business")
    past.day(MONDAY - timedelta(days=5), stars=(1,) * 4)
    every, yandex, google = (
        page(store_world, source).forecasts["tverskaya"]
        for source in (None, "yandex_maps", "google_business")
    )
    assert every.rating == 4.45
    assert [each.count for each in every.sites] == [100, 100]
    assert (yandex.rating, google.rating) == (4.0, 4.9)
    assert [each.count for each in (*google.sites, *yandex.sites)] == [100, 100]
    assert (google.missing, every.missing) == ((), yandex.missing)
    assert every.most == yandex.most == 320, "4.75 from 3.95: what the table of sites says"
    rows = {
        each.key: each for each in tables(page(store_world), overview(store_world), words_in("ru"))
    }
    assert rows["places"].rows[0].cells[8].text.startswith("Яндекс: 280–320 × 5★ до 4,8, ")
    assert rows["goals"].rows[1].cells[5].text == "280–320"
    assert google.cost == 0, "the complaints came on another site"
    assert yandex.cost > every.cost > 0


def test_a_reply_written_straight_in_the_cabinet_has_its_effect(store_world: StoreWorld) -> None:
    seen, later = MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=5)
    for text in ("Ждали час, кофе остыл.", "Бариста нахамила, очень жаль."):
        number = store_world.ticket(text=text)
        if number == 2:
            store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY + timedelta(hours=1))
        store_world.change_review(number, reply_text="Простите нас", reply_seen_at=seen)
        store_world.act(number, Action.REPLY_SEEN, SITE, seen)
    before = {"rating": 1, "text": "Ждали час.", "fingerprint": "f", "change": "edited"}
    store_world.db.write_now(lambda rows: rows.add(RevisionRow(review_id=1, at=later, **before)))
    store_world.change_review(1, rating=5)
    found = page(store_world)
    assert (found.effects.every.raised, found.effects.every.changed) == (Share(1, 2), Share(1, 2))
    assert found.effects.by_topic["waiting"].raised == Share(1, 2)
    assert found.effects.every.unchanged == Share(), "no text was approved here"
    assert found.templates == ()
    assert [(each.name, each.answered) for each in found.people] == [("Иван", 1)]


def hide(world: StoreWorld, target: str, since: datetime) -> None:
    """A page is out of sight from an instant on."""
    world.change_target(target, health=Health.BLOCKED, health_since=since)

    def note(session: Session) -> None:
        row = session.exec(select(TargetRow).where(TargetRow.key == target)).one()
        session.add(TargetStateRow(target_id=row.id or 0, health=Health.BLOCKED, since=since))

    world.db.write_now(note)


def test_what_came_of_a_reply_is_not_known_where_its_page_is_out_of_sight_since(
    store_world: StoreWorld,
) -> None:
    seen = MONDAY + timedelta(hours=2)
    for _ in range(11):
        number = store_world.ticket(text="Ждали час, кофе остыл.")
        store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY + timedelta(hours=1))
        store_world.change_review(number, reply_text="Простите нас", reply_seen_at=seen)
        store_world.act(number, Action.REPLY_SEEN, SITE, seen)
    before = {"rating": 1, "text": "Ждали час.", "fingerprint": "f", "change": "edited"}
    store_world.db.write_now(
        lambda rows: rows.add(RevisionRow(review_id=1, at=seen + timedelta(hours=1), **before))
    )
    store_world.change_review(1, rating=5)
    assert page(store_world).effects.every.raised == Share(1, 11)
    # What was seen before stays seen; an hour out of sight changes nothing.
    hide(store_world, YANDEX, MONDAY + timedelta(hours=23))
    assert page(store_world).effects.every.raised == Share(1, 11)
    hide(store_world, YANDEX, MONDAY + timedelta(hours=5))
    found = page(store_world)
    assert found.effects.every.raised == Share(1, 1)
    told = overview(store_world)
    rows = {each.key: each for each in tables(found, told, words_in("ru"))}
    assert rows["effects"].rows[0].cells[2].text == "нельзя сказать: не видели"
    assert rows["people"].rows[0].cells[5].text == "нельзя сказать: не видели"


def test_nothing_is_set_beside_a_competitor_out_of_sight(store_world: StoreWorld) -> None:
    rival(store_world, "Шоколадница")
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    on = MONDAY - timedelta(days=20)
    past.day(on, stars=(5,) * 12, praise=["food"])
    past.day(on, "rival/yandex_maps", stars=(5,) * 11, praise=["price", "food"])
    assert overview(store_world).beside[1].praised_more == ("price",)
    hide(store_world, "rival/yandex_maps", MONDAY - timedelta(days=9))
    ours, theirs = overview(store_world).beside
    assert (ours.is_ranked, theirs.is_ranked, theirs.praised_more) == (True, False, ())
    shown = tables(page(store_world), overview(store_world), words_in("ru"))
    beside = next(each for each in shown if each.key == "competitors")
    assert [cell.text for cell in beside.rows[1].cells[2:4]] == ["5,0 🙈", "4,7–5,0"]
    assert [cell.sort for cell in beside.rows[1].cells[2:7]] == [-1, -1, 11, -1, -1]
    assert "🙈: часть отзывов" in beside.note


def test_stars_and_problems_are_not_compared_with_days_out_of_sight(
    store_world: StoreWorld,
) -> None:
    Past(store_world).month()
    told = overview(store_world)
    assert told.before is not None
    assert told.problems[0].before is not None
    for key in store_world.settings.targets:
        hide(store_world, key, MONDAY - timedelta(days=8))
    told = overview(store_world)
    assert (told.before, told.problems[0].before) == (None, None)


def answered(world: StoreWorld, **about: object) -> int:
    """A complaint that Ivan answered, as a reading saw two hours later."""
    seen = MONDAY + timedelta(hours=2)
    number = world.ticket(text="Ждали час, кофе остыл.", **about)
    world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY + timedelta(minutes=10))
    world.change_review(number, reply_text="Простите нас", reply_seen_at=seen)
    world.act(number, Action.REPLY_SEEN, SITE, seen)
    return number


def test_stars_are_raised_over_those_at_the_reply_never_over_a_step_between(
    store_world: StoreWorld,
) -> None:
    """3★ → 1★ → 2★ is no raise; a text that is as it was is not changed."""

    def edits(number: int, *were: tuple[int | None, str], now: int | None) -> None:
        def store(rows: Session) -> None:
            for n, (rating, text) in enumerate(were):
                about = {"fingerprint": "f", "change": "edited", "rating": rating, "text": text}
                at = MONDAY + timedelta(hours=3 + n)
                rows.add(RevisionRow(review_id=number, at=at, **about))

        store_world.db.write_now(store)
        store_world.change_review(number, rating=now)

    text = "Ждали час, кофе остыл."
    for number in range(1, 6):
        assert answered(store_world) == number
    edits(1, (3, text), (1, "Врут."), now=2)
    assert page(store_world).effects.every.raised == Share(0, 5)
    assert page(store_world).effects.every.changed == Share(0, 5), "it reads as it did"
    edits(2, (1, text), (5, text), now=4)
    edits(3, (None, text), now=4)
    edits(4, (2, "Ужасно."), now=2)
    found = page(store_world).effects.every
    assert (found.raised, found.changed) == (Share(1, 5), Share(1, 5))


def test_a_reply_counts_for_what_was_complained_of_when_it_was_seen(
    store_world: StoreWorld,
) -> None:
    """Who raises the stars after it complains of nothing any more: the topic's share would be of
    those alone who did not."""

    def edited(number: int, topics: list[str] | None) -> None:
        at = MONDAY + timedelta(hours=3)
        about = {"fingerprint": "f", "change": "edited", "rating": 1, "tone": "negative"}
        row = RevisionRow(review_id=number, at=at, topics=topics, **about)
        store_world.db.write_now(lambda rows: rows.add(row))

    for _ in range(4):
        answered(store_world)
    edited(1, ["waiting"])
    store_world.change_review(1, rating=5, tone="positive", topics=[])
    edited(2, None)  # kept by a former version
    store_world.change_review(2, rating=5, tone="positive", topics=["waiting"])
    found = page(store_world).effects
    assert found.by_topic["waiting"].raised == Share(2, 4)
    # One who complained of nothing when it was answered, and does now.
    number = answered(store_world, rating=3, tone=Tone.MIXED)
    row = RevisionRow(
        review_id=number,
        at=MONDAY + timedelta(hours=3),
        topics=["food"],
        **{"fingerprint": "f", "change": "edited", "rating": 3, "tone": "mixed"},
    )
    store_world.db.write_now(lambda rows: rows.add(row))
    store_world.change_review(number, rating=1, tone="negative", topics=["food"])
    assert set(page(store_world).effects.by_topic) == {"waiting"}


def test_a_reply_the_bot_posts_is_that_of_who_approved_it(store_world: StoreWorld) -> None:
    """The machine is no colleague: the figures name a person, or nobody."""
    seen = MONDAY + timedelta(hours=2)
    for who in ("marina", BOT.key):
        number = store_world.ticket(text="Ждали час, кофе остыл.")

        def post(rows: Session, number: int = number, who: str = who) -> None:
            ticket = rows.get_one(TicketRow, number)
            ticket.approved_by, ticket.posted_by = who, BOT.key
            rows.add(ticket)

        store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY + timedelta(minutes=10))
        store_world.change_review(number, reply_text="Простите нас", reply_seen_at=seen)
        store_world.act(number, Action.REPLY_SEEN, SITE, seen)
        store_world.db.write_now(post)
    found = page(store_world)
    assert [(each.name, each.answered) for each in found.people] == [("Марина", 1)]
    assert found.effects.every.answered == 2


def test_of_a_reply_between_two_looks_nobody_knows_whether_it_was_in_time(
    store_world: StoreWorld,
) -> None:
    """The deadline lies between the last look without the reply and the first with it."""
    seen = MONDAY + timedelta(hours=2)
    number = store_world.ticket(text="Ждали час, кофе остыл.")
    store_world.change_review(number, unanswered_seen_at=MONDAY + timedelta(minutes=30))
    store_world.change_review(number, reply_text="Простите нас", reply_seen_at=seen)
    store_world.act(number, Action.REPLY_SEEN, SITE, seen)
    found = page(store_world)
    assert found.figures.figures.undecided == 1
    assert found.effects.every.in_time == Share(0, 0)
    answered(store_world)
    found = page(store_world)
    assert (found.figures.figures.in_time, found.effects.every.in_time) == (1, Share(1, 1))


def test_a_forgotten_review_stays_answered(store_world: StoreWorld) -> None:
    """Its words go, that it was answered stays: the share that is told does not fall."""
    answered(store_world)
    told = overview(store_world).replies.rate
    gone = {"reply_text": None, "text": None, "forgotten_at": MONDAY + timedelta(hours=9)}
    store_world.change_review(1, **gone)
    assert overview(store_world).replies.rate == told == Share(1, 1)
    past = store_world.db.read_now(
        lambda rows: past_audit(store_world.tx(rows, MONDAY), PLACES.places)
    )
    assert past.answered == Share(1, 1)


def test_the_page_shows_what_stood_in_its_days_and_counts_the_rest(
    store_world: StoreWorld,
) -> None:
    def add(session: Session) -> None:
        long_ago, ended = MONDAY - timedelta(days=90), MONDAY - timedelta(days=40)
        for kind, found_at, ended_at in (
            ("drop", long_ago, None),
            ("burst", long_ago, ended),
            ("incident", MONDAY - timedelta(days=45), MONDAY - timedelta(days=20)),
            ("drop", MONDAY - timedelta(days=3), MONDAY - timedelta(days=1)),
            ("drop", MONDAY + timedelta(days=3), None),
        ):
            about = {"location_key": "tverskaya", "topic": "waiting", "facts": {}}
            state = "over" if ended_at else "open"
            session.add(
                ConcernRow(kind=kind, state=state, found_at=found_at, ended_at=ended_at, **about)
            )

    store_world.db.write_now(add)
    found = page(store_world)
    assert [each.number for each in found.concerns] == [1, 4, 3]
    assert not found.more_concerns
    store_world.db.write_now(lambda session: [add(session) for _ in range(10)])
    found = page(store_world)
    assert (len(found.concerns), found.more_concerns) == (20, {"tverskaya": 13})
    assert all(each.ended_at is None for each in found.concerns[:11])
    assert ">и ещё 13</p>" in shown_page(store_world)


def test_the_way_to_the_goal_is_not_told_where_its_count_is_not_known(
    store_world: StoreWorld,
) -> None:
    """No count is not one: it would say that a single good review is enough."""
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=5), stars=(5,) * 10)
    past.day(MONDAY - timedelta(days=4), stars=(1,))
    past.shows(MONDAY - timedelta(days=1), 4.5, 100, YANDEX)
    past.shows(MONDAY - timedelta(days=1), 4.05, None, "tverskaya/google_business")
    found = page(store_world)
    told = found.forecasts["tverskaya"]
    assert (told.rating, told.most, told.cost) == (4.275, None, None)
    google, yandex = found.borders
    assert (google.count, google.least, google.most) == (None, None, None)
    assert (yandex.count, yandex.most) == (100, 120)
    rows = {each.key: each for each in tables(found, overview(store_world), words_in("ru"))}
    assert rows["places"].rows[0].cells[8].text == (
        "Google, 4,8: нельзя сказать: неизвестно, из скольких оценка"
    )
    assert [cell.text for cell in rows["goals"].rows[0].cells[3:6]] == [
        "–",
        "4,80",
        "нельзя сказать: неизвестно, из скольких оценка",
    ]
    # Of a site that weighs ninety days, of which many were not seen, nobody knows how many.
    facts = dict(store_world.source_facts)
    facts["yandex_maps"] = replace(facts["yandex_maps"], rating_days=90)
    store_world.source_facts = facts
    assert page(store_world).borders[1].count == 11
    yandex = page(store_world, "yandex_maps").forecasts["tverskaya"]
    assert (yandex.slowest.pace_of, yandex.cost is None) == (11, False)
    hide(store_world, YANDEX, MONDAY - timedelta(days=12))
    hidden = page(store_world)
    assert (hidden.borders[1].count, hidden.borders[1].is_unseen) == (None, True)
    yandex = page(store_world, "yandex_maps").forecasts["tverskaya"]
    assert (yandex.uncounted, yandex.most, yandex.cost) == (yandex.sites[0], None, None)
    rows = {each.key: each for each in tables(hidden, overview(store_world), words_in("ru"))}
    assert rows["goals"].rows[1].cells[5].text == "нельзя сказать: часть этих дней была не видна"


def test_a_page_not_read_since_the_period_began_is_in_no_change(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.shows(MONDAY - timedelta(days=40), 4.0, 100, YANDEX)
    [google, yandex] = overview(store_world).sites
    assert (google.now, yandex.now, yandex.change) == (None, 4.0, None)
    past.shows(MONDAY - timedelta(days=4), 4.0, 100, YANDEX)
    assert overview(store_world).sites[1].change == 0
    past.shows(MONDAY - timedelta(days=40), 3.0, 100, "nevsky/yandex_maps")
    yandex = overview(store_world).sites[1]
    assert (yandex.now, yandex.change) == (3.5, 0)


def test_a_file_holds_the_open_reviews_of_every_choice_and_says_what_it_leaves_out(
    store_world: StoreWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One list of the most urgent served every choice: a place whose reviews are less urgent had
    fewer in its list than in its tile, and what was beyond the list was told nowhere."""
    monkeypatch.setattr(page_facts_module, "LISTED", 3)
    monkeypatch.setattr(page_words, "LISTED", 3)
    for n in range(5):
        store_world.ticket(target="tverskaya/yandex_maps", now=MONDAY + timedelta(minutes=n))
    late = store_world.ticket(target="nevsky/yandex_maps", now=MONDAY + timedelta(hours=3))

    def views(session: Session) -> Sequence[PageView]:
        tx = store_world.tx(session, MONDAY + timedelta(hours=4))
        return views_of(tx, PLACES, Choice(30), None, lambda facts, chart: None)

    found = store_world.db.read_now(views)
    first, others = found[0].facts, [view.facts for view in found[1:]]
    assert len(first.queue) == 4, "three in all, and the one of the other place"
    assert first.queue[-1].number == late
    assert not any(facts.queue for facts in others), "the file has them once"
    text = report_page(found, "ru", ("", ""), ())
    assert "и ещё 3: все показывает /queue в чате" in text
    assert text.count(" hidden><td>") == 1, "the fourth is there, to be chosen"
