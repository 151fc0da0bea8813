"""After an update a source may read more of a review than the version before: that is no edit of
the guest's, nobody is told anew, and what was answered stays so. What guests change is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from reviewbot import registry
from reviewbot.core.connections import Imports, TargetSettings
from reviewbot.core.contract import Item, Target
from reviewbot.core.readings.changes import fingerprint
from reviewbot.store.tables import OutboxRow, ReviewRow, RevisionRow, TicketRow
from tests.collect.test_importer import SAVED, CollectWorld, made_station
from tests.store.store_world import settings as world_settings

JSON_LD = registry.load("json_ld")
KEY = "tverskaya/json_ld"
GUEST: dict[str, Any] = {
    "@type": "Review",
    "@id": "https://x.example/otzyv/1234567",
    "author": "Анна",
    "datePublished": "2026-10-05",
    "reviewBody": ["Ждали час.", "Официант нахамил"],
    "positiveNotes": "Кухня",
    "negativeNotes": "Грязные столы",
    "image": "https://x.example/1.jpg",
    "reviewRating": {"ratingValue": 4, "bestRating": 10},
}
AS_READ_THEN = {"text": "Ждали час.", "pros": None, "cons": None, "photos": [], "rating": 4}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CollectWorld]:
    hour = timedelta(hours=1)
    target = Target(KEY, "json_ld", "https://x.example/o", options=JSON_LD.Options())
    entry = TargetSettings(target, "tverskaya", hour, hour, ("x.test",))
    settings = replace(world_settings(), targets={KEY: entry}, imports=Imports(None))
    made = made_station(tmp_path, settings=settings, sources=[JSON_LD], reader="today")
    yield made
    made.db.close()


async def take(world: CollectWorld, after: int, **more: Any) -> tuple[int, int]:
    page = json.dumps({"@type": "Place", "review": [{**GUEST, **more}]}, ensure_ascii=False)
    content = f'<script type="application/ld+json">{page}</script>'.encode()
    taken = await world.take(content, SAVED + timedelta(minutes=after), target_key=KEY)
    return taken.told.new, taken.told.edited


def as_an_earlier_version_left_it(rows: Session, read_by: str | None) -> None:
    review = rows.exec(select(ReviewRow)).one()
    for name, value in {**AS_READ_THEN, "score": None, "scale": None}.items():
        setattr(review, name, value)
    held = Item(external_id="x", text=review.text, rating=review.rating)
    review.fingerprint, review.read_by = fingerprint(held), read_by
    ticket = rows.exec(select(TicketRow)).one()
    ticket.state = "answered"
    rows.add_all([review, ticket])


@pytest.mark.parametrize("read_by", [None, "then"])
async def test_it_is_stored_and_nobody_is_told(world: CollectWorld, read_by: str | None) -> None:
    assert await take(world, 0) == (1, 0)
    world.db.write_now(lambda rows: as_an_earlier_version_left_it(rows, read_by))
    told = len(world.rows(OutboxRow))
    assert await take(world, 1) == (0, 0)
    [review], [ticket] = world.rows(ReviewRow), world.rows(TicketRow)
    assert (review.text, review.pros, review.cons) == (
        "Ждали час.\nОфициант нахамил",
        "Кухня",
        "Грязные столы",
    )
    assert (review.rating, review.score, review.photos) == (2, 4.0, ["https://x.example/1.jpg"])
    assert (ticket.state, len(world.rows(OutboxRow))) == ("answered", told)
    assert world.rows(RevisionRow) == []
    # From now on what is added was added by the guest.
    assert await take(world, 2, negativeNotes="Грязные столы. Отравились, вызывали скорую") == (
        0,
        1,
    )
    [ticket] = world.rows(TicketRow)
    assert ticket.state != "answered"


async def test_what_a_guest_changed_meanwhile_is_an_edit(world: CollectWorld) -> None:
    await take(world, 0)
    world.db.write_now(lambda rows: as_an_earlier_version_left_it(rows, None))
    assert await take(world, 1, reviewBody="Отравились, вызывали скорую") == (0, 1)


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        (["Ждали час. Отравились всей семьёй", "Официант нахамил"], 1),
        (["Отравились. Ждали час.", "Официант нахамил"], 1),
        (["Ждали час.", "Официант нахамил"], 0),
        (["Ждали", "час.", "Официант нахамил"], 0),
        (["Официант нахамил", "<p>Ждали <b>час</b>.</p>"], 0),
    ],
)
async def test_words_that_a_guest_adds_inside_of_a_line_are_an_edit(
    world: CollectWorld, text: list[str], edited: int
) -> None:
    """Also where they come between the last look of one reader and the first of the next."""
    await take(world, 0)
    world.db.write_now(lambda rows: as_an_earlier_version_left_it(rows, "then"))
    assert await take(world, 1, reviewBody=text) == (0, edited)
