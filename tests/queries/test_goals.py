"""The way to a goal on the page: as of the end of its days, with the reason where none is told."""

from dataclasses import replace
from datetime import datetime, timedelta

from reviewbot.words.language import words_in
from reviewbot.words.trends.page_tables import tables
from reviewbot.workflow.digests import page_of
from tests.queries.test_page_facts import PLACES, YANDEX
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

GOOGLE = "tverskaya/google_business"
YESTERDAY = MONDAY - timedelta(days=1)


def told(world: StoreWorld, until: datetime | None = None) -> tuple[str, list[list[str]]]:
    """The place's way to its goal, and the sites' rows, as the page has them."""
    now, on = MONDAY + timedelta(days=1), until.date() if until else None
    facts = world.db.read_now(lambda rows: page_of(world.tx(rows, now), PLACES, 30, on))
    assert facts.figures.overview is not None
    shown = {each.key: each for each in tables(facts, facts.figures.overview, words_in("ru"))}
    sites = shown["goals"].rows if "goals" in shown else ()
    return shown["places"].rows[0].cells[8].text, [
        [cell.text for cell in row.cells[1:8]] for row in sites
    ]


def test_a_page_of_past_days_tells_the_goal_as_it_was(store_world: StoreWorld) -> None:
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=120))
    past.day(MONDAY - timedelta(days=50), stars=(5, 4) * 6)
    past.shows(MONDAY - timedelta(days=60), 4.2, 100, YANDEX)
    past.shows(YESTERDAY, 4.8, 120, YANDEX)
    assert told(store_world)[0] == "цель 4,8 достигнута"
    line, [site] = told(store_world, MONDAY - timedelta(days=45))
    assert line.startswith("200–240 × 5★ до 4,8, ")
    assert site[1:5] == ["4,20", "100", "4,75", "200–240"]


def test_a_place_whose_sites_show_nothing_says_so(store_world: StoreWorld) -> None:
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=5), stars=(5, 1))
    assert told(store_world) == ("4,8: площадки не показывают рейтинга", [])


def test_of_several_sites_the_one_that_decides_is_named(store_world: StoreWorld) -> None:
    """Of three reviews on one of them nobody can say how long; it was told as the place's pace."""
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    for target in (YANDEX, GOOGLE):
        past.shows(YESTERDAY, 4.65 if target == GOOGLE else 4.7, 100, target)
    with past.together():
        for day in range(1, 29):
            past.day(MONDAY - timedelta(days=day), stars=(5, 5))
    past.day(MONDAY - timedelta(days=5), GOOGLE, stars=(5, 5, 4))
    line, sites = told(store_world)
    assert line == (
        "2 площадки: 76–115 × 5★ до 4,8, Google: за месяц 3 отзыва: мало, чтобы сказать, сколько"
        " ждать"
    )
    assert [site[5] for site in sites] == [
        "за месяц 3 отзыва: мало, чтобы сказать, сколько ждать",
        "около 1 месяца",
    ]


def test_what_a_site_counted_in_the_month_is_its_pace(store_world: StoreWorld) -> None:
    """Ten reviews with words are held, a hundred stars were given."""
    store_world.with_place("tverskaya", goal=4.8)
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    past.day(MONDAY - timedelta(days=5), stars=(5,) * 10)
    past.shows(YESTERDAY, 4.55, 1000, GOOGLE)
    past.shows(YESTERDAY, 4.7, 1000, YANDEX)
    _, [_, before] = told(store_world)
    past.shows(MONDAY - timedelta(days=40), 4.7, 900, YANDEX)
    _, [_, after] = told(store_world)
    assert (before[5], after[5]) == ("около 20 месяцев", "около 2 месяцев")


def test_a_window_without_any_review_says_so(store_world: StoreWorld) -> None:
    store_world.with_place("tverskaya", goal=4.8)
    facts = dict(store_world.source_facts)
    facts["yandex_maps"] = replace(facts["yandex_maps"], rating_days=90)
    store_world.source_facts = facts
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=120))
    past.day(MONDAY - timedelta(days=5), GOOGLE, stars=(5,))
    past.shows(YESTERDAY, 4.7, 1000, YANDEX)
    line, [site] = told(store_world)
    why = "нельзя сказать: за эти дни у нас нет ни одного отзыва"
    assert line == f"Яндекс, 4,8: {why}"
    assert (site[2], site[4], site[5]) == ("0", why, "–")
