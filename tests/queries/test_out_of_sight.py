"""A short time out of sight hides nothing; a long one does, but where it was made up for."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from reviewbot.core.model import Health
from reviewbot.core.trends.overview import PlaceStars
from reviewbot.store.tables import TargetRow, TargetStateRow
from reviewbot.workflow.digests import page_of
from tests.queries.test_page_facts import PLACES, rival
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

TVERSKAYA = "tverskaya/yandex_maps"
RIVAL = "rival/yandex_maps"
DAYS = 30


def hidden(world: StoreWorld, key: str, since: datetime, until: datetime) -> None:
    """A page that was out of sight for a time."""

    def note(session: Session) -> None:
        row = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        for at, health in ((since, Health.BLOCKED), (until, Health.OK)):
            session.add(TargetStateRow(target_id=row.id or 0, health=health, since=at))

    world.db.write_now(note)


def told(world: StoreWorld) -> tuple[PlaceStars, bool, bool]:
    """How Tverskaya stands, whether the rival is seen, whether the time before is compared."""
    page = world.db.read_now(lambda rows: page_of(world.tx(rows, MONDAY), PLACES, DAYS, None))
    overview = page.figures.overview
    assert overview is not None
    place = next(each for each in overview.places if each.key == "tverskaya")
    return place, not overview.beside[1].is_unseen, overview.before is not None


def test_a_tenth_of_the_days_is_the_border_for_places_competitors_and_comparisons(
    store_world: StoreWorld,
) -> None:
    rival(store_world, "Шоколадница")
    past = Past(store_world)
    past.month()
    every = (*store_world.settings.targets, RIVAL)
    for key in every:
        hidden(store_world, key, MONDAY - timedelta(days=9), MONDAY - timedelta(days=8.5))
    place, is_rival_seen, is_compared = told(store_world)
    assert (place.is_unseen, is_rival_seen, is_compared) == (False, True, True)
    assert place.is_ranked
    for key in every:
        hidden(store_world, key, MONDAY - timedelta(days=6.5), MONDAY - timedelta(days=3))
    place, is_rival_seen, is_compared = told(store_world)
    assert (place.is_unseen, is_rival_seen, is_compared) == (True, False, False)
    # What was written meanwhile was found when the pages were seen again.
    for key in every:
        past.day(
            MONDAY - timedelta(days=5), key, first_seen_at=MONDAY - timedelta(days=3, minutes=-1)
        )
    place, is_rival_seen, is_compared = told(store_world)
    assert (place.is_unseen, is_rival_seen, is_compared) == (False, True, True)


def test_a_page_of_several_that_is_hidden_hides_no_place_whose_others_are_read(
    store_world: StoreWorld,
) -> None:
    rival(store_world, "Шоколадница")
    Past(store_world).month()
    hidden(store_world, TVERSKAYA, MONDAY - timedelta(days=20), MONDAY - timedelta(days=15))
    pages = [key for key in store_world.settings.targets if key.startswith("tverskaya/")]
    assert told(store_world)[0].is_unseen is (5 / 30 / len(pages) > 0.1)
