"""A page's file holds many choices: each tells what it tells alone, of rows that are read once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from reviewbot.cli.pages import page_views
from reviewbot.cli.pages.page_views import choices_within, views_of
from reviewbot.core.model import Kind
from reviewbot.core.settings import Location
from reviewbot.core.ticket import SITE, Action
from reviewbot.core.trends.page import PageFacts
from reviewbot.queries.trends.page_facts import Lists
from reviewbot.queries.trends.places_meant import Meant, meant
from reviewbot.store.tables import LocationRow, TargetRow, TargetStateRow
from reviewbot.words.trends.page import Choice, PageView
from reviewbot.workflow.digests import page_of
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

PLACES = Meant(("tverskaya", "nevsky"))
CHOSEN = Choice(30, people=True)
NOW = MONDAY + timedelta(hours=4)


def business(world: StoreWorld) -> None:
    """Two places of two sites, one with a goal, answered and open complaints, praise by name, a
    rival, a place out of sight for a while, another for so long that nobody knows."""
    past = Past(world)
    past.month()
    for back in range(1, 40, 3):
        on = MONDAY - timedelta(days=back)
        past.day(on, "nevsky/google_business", (5, 1), "staff", reply_text="Ждём.", reply_at=on)
        past.day(on, "tverskaya/google_business", (5,), text="Спасибо, Марина! Сырники чудо.")
    for n in range(4):
        target = ("tverskaya/google_business", "nevsky/yandex_maps")[n % 2]
        world.ticket(target=target, now=MONDAY + timedelta(minutes=n))
    asked = world.ticket(target="nevsky/yandex_maps", now=MONDAY)
    world.change_review(asked, kind=Kind.QUESTION)
    seen = world.ticket(target="tverskaya/google_business", now=MONDAY - timedelta(days=2))
    world.act(seen, Action.REPLY_SEEN, SITE, MONDAY - timedelta(days=1))
    world.with_place("tverskaya", goal=4.8)
    world.with_place("nevsky", goal=4.9)
    rival = Location("rival", "Шоколадница", role="competitor")
    world.settings = replace(
        world.settings, locations={**world.settings.locations, "rival": rival}
    )

    def store(session: Session) -> None:
        session.add(LocationRow(key="rival", name=rival.name, role="competitor"))
        session.flush()
        about = {"source": "yandex_maps", "ref": "r", "host": "x", "health": "ok"}
        session.add(TargetRow(key="rival/yandex_maps", location_key="rival", **about))
        for key, since, until in (
            ("tverskaya/yandex_maps", 50, 20),
            ("nevsky/google_business", 9, None),
        ):
            row = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
            spell = [("blocked", since)] + ([("ok", until)] if until is not None else [])
            for health, back in spell:
                at = MONDAY - timedelta(days=back, hours=2)
                session.add(TargetStateRow(target_id=row.id or 0, health=health, since=at))
                row.health, row.health_since = health, at

    world.db.write_now(store)
    Past(world, seed=9).day(MONDAY - timedelta(days=3), "rival/yandex_maps", (5, 2))


def views(world: StoreWorld) -> Sequence[PageView]:
    return world.db.read_now(
        lambda rows: views_of(world.tx(rows, NOW), PLACES, CHOSEN, None, lambda *_: None)
    )


def alone(world: StoreWorld, choice: Choice) -> PageFacts:
    def read(rows: Session) -> PageFacts:
        tx = world.tx(rows, NOW)
        scope = meant(tx.settings, PLACES.places, choice.place) if choice.place else PLACES
        assert scope is not None
        source = choice.source or None
        return page_of(tx, scope, choice.days, None, source, people=True, lists=Lists.NONE)

    return world.db.read_now(read)


def test_each_view_of_a_file_tells_what_it_tells_alone(store_world: StoreWorld) -> None:
    business(store_world)
    found = views(store_world)
    assert [view.choice for view in found] == list(
        choices_within(store_world.settings, PLACES, CHOSEN)
    )
    for view in found:
        mine = alone(store_world, view.choice)
        lists = ("queue", "concerns", "more_concerns", "measures", "more_measures", "past")
        held = {name: getattr(view.facts, name) for name in lists}
        assert replace(mine, **held) == view.facts
    [first, *_] = found
    overview = first.facts.figures.overview
    assert overview is not None
    assert overview.praised
    assert overview.beside
    assert first.facts.figures.questions
    assert first.facts.figures.unseen
    assert first.facts.effects.every.answered
    assert set(first.facts.forecasts) == {"tverskaya", "nevsky"}


def test_a_choice_more_reads_little_more(store_world: StoreWorld) -> None:
    """65 statements were made for each of 240 choices, most of them over the same rows."""
    business(store_world)
    asked = [0]

    def count(*_: object) -> None:
        asked[0] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        found = views(store_world)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len(found) > 5 * page_views.FEW
    assert asked[0] / len(found) < 25


@pytest.mark.parametrize(
    ("days", "starts"),
    [(7, [23, 24, 25, 26, 27, 28, 1]), (30, [31, 2, 9, 16, 23])],
)
def test_reply_times_are_drawn_of_the_days_the_text_tells_of(
    store_world: StoreWorld, days: int, starts: list[int]
) -> None:
    """Weeks began on Mondays: a digest's days that begin on another had two halves of weeks, and
    the picture of a week had one point or two."""
    took = timedelta(minutes=30)
    for back in (1, 6, 20):
        at = MONDAY - timedelta(days=back)
        number = store_world.ticket(now=at)
        store_world.act(number, Action.REPLY_SEEN, SITE, at + took)
    until = MONDAY.date()
    found = store_world.db.read_now(
        lambda rows: page_of(store_world.tx(rows, NOW), PLACES, days, until)
    )
    span, overview = found.figures.days, found.figures.overview
    assert overview is not None
    replies = overview.replies
    assert [on.day for on, _, _ in replies.over_time] == starts
    assert replies.over_time[0][0] == span.first
    seen = sum(middle is not None for _, middle, _ in replies.over_time)
    assert (replies.n, seen) == ((2, 2) if days == 7 else (3, 2))
