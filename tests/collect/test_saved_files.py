"""Files of sites without ids, one after another by the same way: no review lost, mixed up or told
twice, whatever stands above it and in which order; and every form of a file that is opened."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewbot import registry
from reviewbot.core.connections import Imports, TargetSettings
from reviewbot.core.contract import Target
from reviewbot.core.errors import Refused
from reviewbot.store.tables import ReviewRow
from tests.collect.test_importer import SAVED, CollectWorld, made_station
from tests.store.store_world import settings as world_settings


@dataclass(frozen=True)
class Guest:
    """What a guest wrote; the day is of November 2026 or before."""

    author: str
    day: str
    text: str
    mark: int


ANNA = Guest("Анна", "2026-10-05", "Ждали час и ушли голодными", 2)
LATER = replace(ANNA, text="Ждали час и ушли голодными. Никто не извинился", mark=1)
FINE = Guest("Гость", "2026-10-05", "Хорошо", 5)
BAD = replace(FINE, mark=1)
DIRTY = Guest("Гость", "2026-10-06", "Грязные столы, никто не убрал", 1)
BORIS = Guest("Борис", "2026-10-07", "Всё отлично, спасибо", 5)


def feed(*guests: Guest) -> str:
    entries = "".join(
        f"<item><title>{each.text}</title><link>https://x.example/o</link>"
        f"<author>a@x.example ({each.author})</author><pubDate>{each.day}</pubDate>"
        f"<rating>{each.mark}</rating></item>"
        for each in guests
    )
    return f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'


def table(*guests: Guest) -> str:
    rows = (f"{each.day};{each.author};{each.mark};{each.text}\n" for each in guests)
    return "Дата;Автор;Оценка;Отзыв\n" + "".join(rows)


def microdata(*guests: Guest) -> str:
    return "<html><body>" + "".join(
        '<div itemscope itemtype="https://schema.org/Review">'
        f'<span itemprop="author">{each.author}</span>'
        f'<time itemprop="datePublished">{each.day}</time>'
        f'<meta itemprop="ratingValue" content="{each.mark}">'
        f'<p itemprop="reviewBody">{each.text}</p></div>'
        for each in guests
    )


def takeout(*guests: Guest) -> str:
    reviews = [
        {
            "reviewer": {"displayName": each.author},
            "starRating": each.mark,
            "comment": each.text,
            "createTime": f"{each.day}T10:00:00Z",
        }
        for each in guests
    ]
    return json.dumps({"reviews": reviews}, ensure_ascii=False)


FORMS: dict[str, tuple[Callable[..., str], str, str, dict[str, Any]]] = {
    "feed": (feed, "feed", "https://x.example/rss", {"kind": "review"}),
    "table": (table, "table", "https://x.example/a.csv", {}),
    "microdata": (microdata, "json_ld", "https://x.example/o", {}),
    "takeout": (takeout, "google_business", "locations/2", {}),
}


@asynccontextmanager
async def station(folder: Path, form: str) -> AsyncIterator[CollectWorld]:
    _, name, ref, options = FORMS[form]
    source, hour = registry.load(name), timedelta(hours=1)
    target = Target("tverskaya/a", name, ref, options=source.Options(**options))
    entry = TargetSettings(target, "tverskaya", hour, hour, ("x.test",))
    settings = replace(world_settings(), targets={"tverskaya/a": entry}, imports=Imports(None))
    world = made_station(folder, settings=settings, sources=[source])
    yield world
    world.db.close()


@pytest.mark.parametrize("form", FORMS)
async def test_one_file_after_another(tmp_path: Path, form: str) -> None:
    async with station(tmp_path, form) as world:
        after = 0

        async def take(*guests: Guest) -> tuple[int, int]:
            nonlocal after
            after += 1
            content = FORMS[form][0](*guests).encode()
            taken = await world.take(
                content, SAVED + timedelta(minutes=after), target_key="tverskaya/a"
            )
            return taken.told.new, taken.told.edited

        assert await take(ANNA, FINE) == (2, 0)
        first = {row.external_id for row in world.rows(ReviewRow)}
        assert await take(ANNA, FINE) == (0, 0)
        assert await take(FINE, ANNA) == (0, 0)
        assert await take(DIRTY, BAD, FINE, ANNA) == (2, 0)
        assert await take(ANNA, FINE, BAD, DIRTY) == (0, 0)
        assert await take(BAD, DIRTY) == (0, 0)
        assert await take(BORIS, DIRTY, BAD, FINE, LATER) == (1, 1)
        assert await take(LATER, FINE, BORIS) == (0, 0)
        rows = world.rows(ReviewRow)
        assert first <= {row.external_id for row in rows}
        said = sorted((row.text or row.title, row.rating) for row in rows)
        assert said == sorted((each.text, each.mark) for each in (LATER, FINE, BAD, DIRTY, BORIS))


CSV = table(ANNA, BORIS)
OPENED = {
    "koi8-r": ("table", CSV.encode("koi8-r")),
    "utf-16-le": ("table", CSV.encode("utf-16-le")),
    "utf-16-be": ("table", CSV.encode("utf-16-be")),
    "a title above": ("table", f"Отзывы за октябрь\n\n{CSV}".encode()),
    "lines of a Mac": ("table", CSV.replace("\n", "\r").encode()),
    "one column": ("table", "Отзыв\nЖдали час\nГрязно\n".encode()),
    "marks of HTML": ("table", "Дата;Отзыв\n05.10.2026;<b>Ждали</b>\n06.10.2026;<3\n".encode()),
    "a warning before": ("feed", f"<br />\n<b>Notice</b>: x<br />\n{feed(ANNA, BORIS)}".encode()),
    "words before": ("feed", f"Notice: x\n\n{feed(ANNA, BORIS)}".encode()),
    "a comment before": ("feed", f"<!-- c -->\n{feed(ANNA, BORIS)}".encode()),
    "utf-16 of a feed": ("feed", feed(ANNA, BORIS).encode("utf-16-le")),
    "a part of a page": ("microdata", microdata(ANNA, BORIS)[12:].replace("div", "main").encode()),
}


@pytest.mark.parametrize("name", OPENED)
async def test_a_file_that_its_reader_reads_is_taken_in(tmp_path: Path, name: str) -> None:
    form, content = OPENED[name]
    async with station(tmp_path, form) as world:
        taken = await world.take(content, SAVED, target_key="tverskaya/a")
        assert (taken.listed, taken.told.new) == (2, 2)


async def test_a_letter_is_no_table(tmp_path: Path) -> None:
    async with station(tmp_path, "table") as world:
        for more in ({"target_key": "tverskaya/a"}, {}):
            with pytest.raises(Refused) as told:
                await world.take("Здравствуйте! Посмотрите, пожалуйста.".encode(), SAVED, **more)
            assert told.value.code in ("import_not_page", "import_unreadable")
