"""One poll of one target as a value: what was asked, what came, how it ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reviewbot.core.contract import Counters, Item, Memory, Unreadable
from reviewbot.core.errors import CollectError

Links = Callable[[Item], tuple[str | None, str | None]]
"""Review → (its public page, the page where the owner answers)."""


def own_link(item: Item) -> tuple[str | None, str | None]:
    return item.url, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All pages of one poll. `read_at` is aware UTC.

    `items` are in the site's order, each review once. `unchanged`: the first page is as it was at
    the last reading, and nothing beyond it was needed. `complete`: the site's list was read to its
    end. `sweep`: read as far as the site or the page cap lets. `first_page` are the ids of the
    first page, `absent` those that a question for the single review did not find; `owed` counts
    the reviews whose full text is still to be asked for. `error` is what
    ended the reading; what came before it still counts. `essence` and the validators are of the
    first page; `sample` is a cut of the page that failed. `depth` and `window` are the source's.
    `listed`: so many of the items, the first ones, stand as the list has them, in the order of
    time; 0 where the source's list has none. `was_due_at`: when the target was due, as it was
    known when the reading was planned.
    """

    read_at: datetime
    was_due_at: datetime | None = None
    items: tuple[Item, ...] = ()
    pages: int = 0
    unchanged: bool = False
    complete: bool = False
    sweep: bool = False
    counters: Counters = field(default_factory=Counters)
    unreadable: tuple[Unreadable, ...] = ()
    first_page: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    owed: int = 0
    memory: Memory = field(default_factory=dict)
    essence: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    error: CollectError | None = None
    sample: str | None = None
    depth: int | None = None
    listed: int = 0
    window: timedelta | None = None
    links: Links = own_link

    @property
    def is_whole(self) -> bool:
        """Whether the list holds every review of the place: its end is not the site's depth."""
        return self.complete and (self.depth is None or len(self.items) < self.depth)
