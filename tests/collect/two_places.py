"""The small site with a second place on it, and the first days behind both."""

from dataclasses import replace

from reviewbot.core.model import Health
from reviewbot.core.setup import Setup
from tests.collect.station import Station, many
from tests.store.house import setup as house

OTHER = "nevsky/small"


def two_places(setup: Setup) -> Setup:
    """The same site with a second place on it."""
    first = setup.targets["tverskaya/small"]
    target = replace(first.target, key=OTHER, ref="nevsky")
    return replace(
        setup,
        targets={**setup.targets, OTHER: replace(first, target=target, location="nevsky")},
        locations=house().locations,
    )


async def settle(desk: Station, *keys: str) -> None:
    desk.site.reviews = desk.site.reviews or list(many(6))
    for _ in range(2):
        for key in keys or ("tverskaya/small",):
            assert (await desk.read(key)).health in (Health.OK, Health.UNCHANGED)
        desk.clock.advance(minutes=30)
