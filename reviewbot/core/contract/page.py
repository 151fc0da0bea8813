"""What a source reads out of an answer: reviews, the site's own figures, what is unreadable."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from reviewbot.core.errors import LayoutChanged
from reviewbot.core.model import Kind, Precision
from reviewbot.core.text import clean, folded

Memory = Mapping[str, Any]
"""What a source asked to remember of a target: small, JSON; given back at the next reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One review as the site shows it now. Nothing is added that the site did not say.

    `rating` is 1–5 or None; `score` of `scale` are a survey's. Instants are aware. Texts are
    cleaned here; wordless is None. `reply_state` is "published", "pending" or "rejected" where
    there is a reply. `partial` names fields this page shows cut or not at all (a teaser): they are
    never compared with, nor written over, a full value. `derived`: the site gives no id, this one
    is made of what the review says (`content_id`); a review that we know goes before it
    (core.readings.identity).
    """

    external_id: str
    kind: Kind = Kind.REVIEW
    rating: int | None = None
    score: float | None = None
    scale: float | None = None
    title: str | None = None
    text: str | None = None
    pros: str | None = None
    cons: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_precision: Precision = Precision.UNKNOWN
    edited_at: datetime | None = None
    language: str | None = None
    translation: str | None = None
    photos: tuple[str, ...] = ()
    url: str | None = None
    reply_text: str | None = None
    reply_at: datetime | None = None
    reply_state: str | None = None
    can_reply: bool | None = None
    site: Mapping[str, Any] = field(default_factory=dict)
    partial: tuple[str, ...] = ()
    derived: bool = False

    TEXTS: ClassVar[tuple[str, ...]] = (
        "title",
        "text",
        "pros",
        "cons",
        "author",
        "translation",
        "reply_text",
    )

    def __post_init__(self) -> None:
        identity = clean(self.external_id, limit=300)
        if not identity:
            raise LayoutChanged("a review without an id")
        object.__setattr__(self, "external_id", identity)
        for name in self.TEXTS:
            object.__setattr__(self, name, clean(getattr(self, name)))
        for name in ("language", "url", "reply_state"):
            object.__setattr__(self, name, clean(getattr(self, name), limit=2000))
        links = (clean(photo, limit=2000) for photo in self.photos)
        object.__setattr__(self, "photos", tuple(link for link in links if link))
        told = {
            name: clean(value, limit=2000) if isinstance(value, str) else value
            for name, value in self.site.items()
        }
        object.__setattr__(self, "site", told)
        if self.rating is not None and not 1 <= self.rating <= 5:
            object.__setattr__(self, "rating", None)  # 0 is "no mark" on every site seen
        for name in ("published_at", "edited_at", "reply_at"):
            moment = getattr(self, name)
            if moment is None:
                continue
            if moment.tzinfo is None:
                raise LayoutChanged(f"{name} of review {identity} has no offset")
            if not 1900 <= moment.year < 2200:
                object.__setattr__(self, name, None)  # no date: spans are added to dates
        if self.published_at is None:
            object.__setattr__(self, "published_precision", Precision.UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """Return the item by the names of its fields; instants as ISO text with offset."""
        out: dict[str, Any] = {}
        for name in (entry.name for entry in fields(self)):
            if name in ("partial", "derived"):
                continue
            value = getattr(self, name)
            if isinstance(value, datetime):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, Mapping):
                value = dict(value)
            out[name] = value
        return out

    def with_(self, **changes: Any) -> "Item":
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Counters:
    """The site's own figures: `reviews` counts what the list shows (at Yandex texts only, at
    Google bare stars too), `ratings` all marks; None: not said."""

    rating: float | None = None
    reviews: int | None = None
    ratings: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry of the list that could not be read: why, and a short sample."""

    why: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed answer. `complete`: the site's list ends with this page.

    `memory` is merged into the target's memory after the reading is stored. `since`: of an answer
    about many places, all that changed at any of them after that instant is in it; None: unknown.
    """

    items: tuple[Item, ...]
    counters: Counters = Counters()
    complete: bool = False
    memory: Memory = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()
    since: datetime | None = None


def content_id(
    author: str | None, published: datetime | None, words: str, ordinal: int = 0, *, day: bool
) -> str:
    """Return the id of a review on a site without ids, made of author, date and words (folded;
    with `day` the date alone counts). To be given with `derived=True`: an edit makes another id
    here, and the review keeps its own by being matched with what is known.

    `ordinal` tells apart what says the same, such as bare stars of nameless guests.
    """
    when = ""
    if published is not None:
        when = published.date().isoformat() if day else published.astimezone(UTC).isoformat()
    said = "\n".join((author or "", when, folded(words), str(ordinal)))
    return f"t{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def derived_id(author: str | None, published: date | datetime | None, ordinal: int = 0) -> str:
    """Return an identity for sites without ids: author, date, and the ordinal among equals.

    For sites where a name writes once a day. Where guests are nameless, reviews of one day would
    change ids with every new one: use `content_id` there.
    """
    day = published.isoformat() if published else ""
    digest = hashlib.sha256(f"{author or ''}\n{day}\n{ordinal}".encode())
    return f"d{digest.hexdigest()[:24]}"
