"""A business whose page is long: thirty places of long names on three sites, goals, competitors,
open reviews, four measures or five at each place."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from reviewbot.core.settings import Location
from reviewbot.core.source_facts import SourceFacts
from reviewbot.core.trends.concern import MeasureTaken, Sign
from reviewbot.queries.trends.page_facts import Lists
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.tables import ConcernRow
from reviewbot.words.trends.page import Choice, PageView
from reviewbot.workflow.digests import page_of
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

SITES = ("yandex_maps", "google_business", "two_gis")
PLACES = 30
NAMES = (
    "Кофейня «Длинное имя» на Большой Никитской 12/3, корпус {n}",
    "Ресторан «Ещё длиннее» на набережной Обводного канала {n}",
    "Бар {n} 🍰",
)


def many_places(folder: Path, language: str = "ru", *, reviews: bool = True) -> StoreWorld:
    """Every third place is in the group "spb"."""
    world = StoreWorld(folder)
    own = {
        f"p{n}": Location(
            f"p{n}",
            NAMES[n % 3].format(n=n),
            goal=4.8 if n % 2 else 4.6,
            groups=("spb",) if n % 3 == 0 else (),
        )
        for n in range(PLACES)
    }
    first = next(iter(world.settings.targets.values()))
    targets = {
        f"{place}/{site}": replace(
            first,
            location=place,
            target=replace(first.target, key=f"{place}/{site}", source=site, ref=f"{place}-ref"),
        )
        for place in own
        for site in SITES
    }
    world.settings = replace(world.settings, language=language, locations=own, targets=targets)
    world.source_facts = {
        **world.source_facts,
        "two_gis": SourceFacts({"ru": "2ГИС", "en": "2GIS"}),
    }
    world.db.write_now(world._fill)
    world.competitor("rival", "Шоколадница на Пушкинской площади", "rival/yandex_maps")
    if not reviews:
        return world
    past = Past(world)
    past.watched_since(MONDAY - timedelta(days=90))
    with past.together():
        for n, place in enumerate(own):
            for site in SITES:
                past.shows(MONDAY - timedelta(days=60), 4.6, 300, f"{place}/{site}")
                past.shows(MONDAY - timedelta(days=1), 4.4, 400, f"{place}/{site}")
            for back in range(1, 50, 6):
                on = MONDAY - timedelta(days=back)
                topic = ("waiting", "staff", "food")[(back + n) % 3]
                past.day(on, f"{place}/{SITES[n % 3]}", (5, 4, 1), topic)
        for back in range(1, 30, 5):
            on = MONDAY - timedelta(days=back)
            past.day(on, "rival/yandex_maps", (5, 4, 2), praise=["price"])
    for n in range(3):
        world.ticket(target=f"p{n}/yandex_maps", text="Ждали час, никто не подошёл. " * 4)
    return world


def with_measures(world: StoreWorld) -> None:
    """Four at each place and one more at the first, those of a later place older; what was done
    ends with the place's number. Of each place one drop stands."""

    def store(session: Session) -> None:
        for n in range(PLACES):
            done = tuple(
                MeasureTaken(
                    (MONDAY - timedelta(days=5 + 4 * n + k)).date().isoformat(),
                    "marina",
                    f"вторая касса вечером и обучение персонала {n:02}",
                )
                for k in range(5 if n == 0 else 4)
            )
            about = {"location_key": f"p{n}", "topic": "waiting"}
            sign = Sign(measures=done)
            at = MONDAY - timedelta(days=1 + n)
            session.add(
                ConcernRow(
                    kind="measure", state="over", found_at=at, facts=sign.to_json(), **about
                )
            )
            session.add(ConcernRow(kind="drop", state="open", found_at=at, facts={}, **about))

    world.db.write_now(store)


def views(world: StoreWorld, chosen: Collection[str] = ("",)) -> Sequence[PageView]:
    """The views of these places or groups in thirty days, without pictures; the first is shown and
    has the lists of them all."""

    def read(session: Session) -> list[PageView]:
        tx = world.tx(session, MONDAY + timedelta(hours=4))
        own = world.settings.locations
        found = []
        for place in chosen:
            keys = tuple(
                key
                for key, each in own.items()
                if each.role == "own" and (not place or place in (key, *each.groups))
            )
            lists = Lists.NONE if found else Lists.OF_EACH
            facts = page_of(tx, Meant(keys), 30, None, people=True, lists=lists)
            found.append(PageView(Choice(30, place), facts))
        return found

    return world.db.read_now(read)
