"""The small site with a second place on it, and the first days behind both."""

from dataclasses import replace

from reviewbot.core.model import Health
from reviewbot.core.settings import Settings
from tests.collect.collect_world import CollectWorld, many
from tests.store.store_world import settings as world_settings

OTHER = "nevsky/small"


def two_places(settings: Settings) -> Settings:
    """The same site with a second place on it."""
    first = settings.targets["tverskaya/small"]
    target = replace(first.target, key=OTHER, ref="nevsky")
    return replace(
        settings,
        targets={**settings.targets, OTHER: replace(first, target=target, location="nevsky")},
        locations=world_settings().locations,
    )


async def settle(world: CollectWorld, *keys: str) -> None:
    world.site.reviews = world.site.reviews or list(many(6))
    for _ in range(2):
        for key in keys or ("tverskaya/small",):
            assert (await world.read(key)).health in (Health.OK, Health.UNCHANGED)
        world.clock.advance(minutes=30)
