"""Dishes that guests name, by the profile of a place: how each is told, and its stems."""

import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib.resources import files

from reviewbot.core.settings import Settings

COOKS = frozenset({None, "restaurant", "hotel"})
"""Profiles whose places serve food; None: the profile is not said."""


def dishes_for(settings: Settings, places: Collection[str]) -> Mapping[str, Collection[str]]:
    """Return what to look for in reviews of these places: what the operator lists, and the shipped
    dishes where food is served."""
    known = [settings.locations[key] for key in places if key in settings.locations]
    if COOKS.isdisjoint((place.profile or settings.profile) for place in known):
        return settings.dishes
    return {**_shipped(), **settings.dishes}


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Collection[str]]:
    text = files(__name__.rpartition(".")[0]).joinpath("dishes.toml").read_text(encoding="utf-8")
    return {
        dish: tuple(stems.split())
        for section in tomllib.loads(text).values()
        for dish, stems in section.items()
    }
