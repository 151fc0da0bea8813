"""A first look at a page: is it the right place, and can we read it. Stores nothing."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from reviewbot import registry
from reviewbot.cli.options import is_there
from reviewbot.cli.setup import patience
from reviewbot.clock import WallClock
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.config.credentials import Credential
from reviewbot.core.contract import NotModified, Payload, Source, Target
from reviewbot.core.errors import CollectError, Unreachable
from reviewbot.core.settings import Settings
from reviewbot.store import tables
from reviewbot.store.database import Database
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words
from reviewbot.words.operator_text import say

STEPS = 6
"""Requests after which a first page that has not come is given up."""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What the first page shows; with `trouble`, why it could not be read. `answered`: whether
    anything came at all."""

    title: str | None = None
    rating: float | None = None
    reviews: int | None = None
    read: int = 0
    trouble: str | None = None
    answered: bool = True

    def line(self, t: Language) -> str:
        """Return it in a line: what the page calls itself, its stars, how many reviews."""
        if self.trouble is not None:
            return in_words(self.trouble, t.language)
        figures = []
        if self.rating is not None:
            figures.append(f"{self.rating:.1f}★")
        if self.reviews is not None:
            figures.append(t.plural("{n} review", "{n} reviews", self.reviews))
        else:
            figures.append(
                t.plural(
                    "{n} review on the first page", "{n} reviews on the first page", self.read
                )
            )
        return " · ".join(([self.title] if self.title else []) + [", ".join(figures)])


async def first_pages(
    settings: Settings, target_keys: Iterable[str], secrets: Mapping[str, Credential]
) -> AsyncIterator[FirstPage]:
    """Read the first page of each target, as politely as the bot would, but once: somebody waits
    for the answer."""
    timeout = min(settings.fetching.timeout, patience.PATIENCE)
    settings = replace(settings, fetching=replace(settings.fetching, retries=0, timeout=timeout))
    with _rows(settings) as db:
        async with Fetcher(db, settings, WallClock(), lambda: 0.0, secrets) as fetcher:
            for key in target_keys:
                target = settings.targets[key].target
                yield await _first_page(registry.load(target.source), target, fetcher)


async def _first_page(source: Source, target: Target, fetcher: Fetcher) -> FirstPage:
    walk = source.pages(target, {})
    try:
        request = next(walk)
        for _ in range(STEPS):
            answer = await fetcher.fetch(request, source.NAME)
            if isinstance(answer, NotModified):  # pragma: no cover - nothing was conditional
                break
            if request.is_page(answer):
                return _seen(source, target, answer)
            request = walk.send(answer)
    except CollectError as error:
        return FirstPage(
            trouble=say("{kind}: {reason}", kind=type(error).__name__, reason=error.reason),
            answered=not isinstance(error, Unreachable),
        )
    except StopIteration:
        pass
    finally:
        walk.close()
    return FirstPage(trouble=say("no page came"))


def _seen(source: Source, target: Target, payload: Payload) -> FirstPage:
    page = source.parse(payload, target)
    recognise = getattr(source, "recognise", None)
    hint = recognise(payload) if recognise else None
    return FirstPage(
        title=hint.title if hint else None,
        rating=page.counters.rating,
        reviews=page.counters.reviews,
        read=len(page.items),
    )


@contextmanager
def _rows(settings: Settings) -> Iterator[Database]:
    """Give the configured database, which knows what hosts asked of us; without one, an empty
    one for as long as this takes. Nothing is written to either."""

    db: Database | None = None
    with TemporaryDirectory(prefix="reviewbot-") as folder:
        if is_there(settings.database):
            db = Database(settings.database)
            try:
                usable = inspect(db.engine).has_table(str(tables.HostRow.__tablename__))
            except SQLAlchemyError:  # not a database, or not there
                usable = False
            if not usable:
                db.close()
                db = None
        if db is None:
            db = Database(str(Path(folder) / "scratch.sqlite3"))
            SQLModel.metadata.create_all(db.engine)
        try:
            yield db
        finally:
            db.close()
