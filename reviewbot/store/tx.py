"""What one transaction works with."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlmodel import Session

from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources

T = TypeVar("T")

Page = tuple[str, str]
"""A place's key and a source."""

TOGETHER: Page = ("", "")
"""All pages, where they need not be told apart."""

ReadPages = Callable[[Collection[str], str | None], Mapping[Page, T]]
"""Reads of some places (on one source, where it is named), page by page."""


class ReadOnce:
    """What figures of many choices among the same `places` are made of: read once for all of
    them. For a transaction that writes nothing."""

    def __init__(self, places: Collection[str]) -> None:
        self.places = tuple(places)
        self._known: dict[Hashable, Any] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what `read` returned when this key was asked for first."""
        if key not in self._known:
            self._known[key] = read()
        return cast(T, self._known[key])


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction: its session, the operator's settings, what is known of the sources, and
    the moment (UTC) at which all of it happens. `once`: where many choices are told at a time."""

    session: Session
    settings: Settings
    sources: Sources
    now: datetime
    once: ReadOnce | None = None

    def of_pages(
        self, key: Hashable, places: Collection[str], source: str | None, read: ReadPages[T]
    ) -> Mapping[Page, T]:
        """Return what `read` tells of some places, on one source, where it is named. `key` names
        what is read and all else that it depends on; nobody changes what is returned."""
        here = frozenset(places)
        if self.once is None or not here <= frozenset(self.once.places):
            return read(places, source)
        every = self.once.places
        found = self.once.get(key, lambda: read(every, None))
        return {
            page: each
            for page, each in found.items()
            if page[0] in here and source in (None, page[1])
        }

    def of_places(
        self, key: Hashable, places: Collection[str], read: Callable[[Collection[str]], T]
    ) -> T:
        """Return what `read` tells of all places of `once`, or, without it, of these places."""
        if self.once is None or not frozenset(places) <= frozenset(self.once.places):
            return read(places)
        every = self.once.places
        return self.once.get(key, lambda: read(every))
