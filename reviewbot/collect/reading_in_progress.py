"""What a reading has seen so far, page after page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reviewbot.core.contract import Item, Page, Payload, Unreadable
from reviewbot.core.errors import CollectError


@dataclass(slots=True)
class ReadingInProgress:
    """A reading in the making."""

    items: dict[str, Item] = field(default_factory=dict)
    shown: list[Item] = field(default_factory=list)
    pages: int = 0
    complete: bool = False
    unchanged: bool = False
    swept: bool = False
    rating: float | None = None
    reviews: int | None = None
    ratings: int | None = None
    unreadable: list[Unreadable] = field(default_factory=list)
    first_page: tuple[str, ...] = ()
    on_first: int = 0
    absent: list[str] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    essence: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    error: CollectError | None = None
    last: Payload | None = None
    new: int = 0
    owed: int = 0
    listed: int = 0

    def hold(self, items: Iterable[Item]) -> None:
        for item in items:
            held = self.items.get(item.external_id)
            # The same review on two pages (the list moved meanwhile): the fuller one stays.
            if held is None or len(item.partial) < len(held.partial):
                self.items[item.external_id] = item

    def take(self, page: Page) -> None:
        self.hold(page.items)
        self.complete = page.complete
        self.unreadable += page.unreadable
        self.memory.update(page.memory)
        counters = page.counters
        self.rating = counters.rating if counters.rating is not None else self.rating
        self.reviews = counters.reviews if counters.reviews is not None else self.reviews
        self.ratings = counters.ratings if counters.ratings is not None else self.ratings
        if self.pages == 0:
            self.first_page = tuple(item.external_id for item in page.items)
        self.pages += 1
