"""Which places somebody means who types a name: a group, a place's key, or a part of its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Meant:
    """Some places, and what they are called together; "" where it is all of them."""

    places: tuple[str, ...]
    name: str = ""


def meant(settings: Settings, visible: Sequence[str], wanted: str) -> Meant | None:
    """Return what is meant, of the places that may be seen; None: nothing of them."""
    word = wanted.casefold().strip()
    if not visible:
        return None
    if not word:
        return Meant(tuple(visible))
    places = [settings.locations[key] for key in visible if key in settings.locations]
    group = [place.key for place in places if word in map(str.casefold, place.groups)]
    if group:
        return Meant(tuple(group), wanted.strip())
    exact = [place for place in places if word in (place.key.casefold(), place.name.casefold())]
    found = exact or [place for place in places if word in place.name.casefold()]
    if not found:
        return None
    name = found[0].name if len(found) == 1 else wanted.strip()
    return Meant(tuple(place.key for place in found), name)
