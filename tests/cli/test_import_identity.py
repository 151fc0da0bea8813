"""Saved pages of a site without ids, one after another: no review lost, mixed up or told twice."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reviewbot.cli import app

CONFIG = """
language = "en"
time_zone = "Europe/Moscow"
[chats]
support = { id = -1001 }
[people]
marina = { id = 502, name = "Марина", role = "manager" }
[locations.centre]
links = ["json_ld:https://lavka.example/otzyvy"]
"""


def review(text: str, mark: int, author: str = "Имя скрыто") -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": author},
        "datePublished": "2026-03-05",
        "reviewBody": text,
        "reviewRating": {"ratingValue": str(mark)},
    }


GOOD, BAD, WORSE = review("Всё хорошо", 5), review("Грязные столы", 1), review("Ждали час", 2)


class World:
    """An installation with one page of reviews, and what it stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")

    def take(self, *reviews: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"@type": "LocalBusiness", "review": list(reviews)})
        page = self.folder / "page.html"
        page.write_text(f'<html><script type="application/ld+json">{body}</script></html>')
        config = self.folder / "config.toml"
        done = CliRunner().invoke(
            app,
            ["import", str(page), "-t", "centre/json_ld", "--json", "--config", str(config)],
        )
        assert done.exit_code == 0, done.output
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "reviewbot.sqlite3") as rows:
            found = rows.execute(query, values).fetchall()
        rows.close()
        return found

    def ids(self) -> dict[str, str]:
        return {
            str(text): str(name)
            for text, name in self.sql("SELECT text, external_id FROM review ORDER BY id")
        }


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def counts(told: dict[str, Any]) -> tuple[int, int]:
    return told["new"], told["edited"]


def test_a_new_nameless_review_does_not_take_the_old_ones_place(world: World) -> None:
    world.take(GOOD)
    old = world.ids()["Всё хорошо"]
    assert counts(world.take(BAD, GOOD)) == (1, 0)
    assert counts(world.take(WORSE)) == (1, 0)  # the second page, by itself
    assert counts(world.take(WORSE, BAD, GOOD)) == (0, 0)
    assert list(world.ids()) == ["Всё хорошо", "Грязные столы", "Ждали час"]
    assert world.ids()["Всё хорошо"] == old


def test_two_guests_who_say_the_same_and_mark_otherwise_are_two(world: World) -> None:
    """In any order, with the one alone, on a page of its own: each keeps its place."""
    fine, bad = review("Хорошо", 5), review("Хорошо", 1)
    assert counts(world.take(fine)) == (1, 0)
    assert counts(world.take(bad, fine)) == (1, 0)
    assert counts(world.take(fine, bad)) == counts(world.take(bad, fine)) == (0, 0)
    rows = dict(world.sql("SELECT external_id, rating FROM review"))
    assert sorted(rows.values()) == [1, 5]
    assert counts(world.take(bad)) == counts(world.take(fine)) == (0, 0)
    assert dict(world.sql("SELECT external_id, rating FROM review")) == rows
    # Alone on the page, a known one with another mark is its edit.
    assert counts(world.take(review("Хорошо", 3), bad)) == (0, 1)


def test_words_that_an_earlier_version_could_not_read_make_no_new_review(world: World) -> None:
    """It stored the mark alone; where the bare one is shown still, the words are another's."""
    world.take(review("", 2, "Анна"), GOOD)
    world.sql("UPDATE review SET read_by = NULL")
    assert counts(world.take(review("Ждали час", 2, "Анна"), GOOD)) == (0, 0)
    assert counts(world.take(review("Хорошо", 5, "Анна"), review("", 5, "Анна"), GOOD)) == (2, 0)


def test_an_edit_that_keeps_half_stays_an_edit(world: World) -> None:
    world.take(review("Ждали час и ушли голодными", 2), GOOD)
    told = world.take(review("Ждали час и ушли голодными. Никто не извинился", 1), GOOD)
    assert counts(told) == (0, 1)
    assert len(world.ids()) == 2


def test_ids_of_an_earlier_version_stay_and_nothing_is_told_anew(world: World) -> None:
    world.take(GOOD, BAD, WORSE)
    messages = world.sql("SELECT count(*) FROM outbox")
    # As version 0.1.0 stored it: other ids, the day as midnight UTC, HTML in the text.
    for number, (text, _) in enumerate(world.ids().items()):
        world.sql(
            "UPDATE review SET external_id = ?, published_at = ?, text = ? WHERE text = ?",
            f"d{number}",
            "2026-03-05 00:00:00.000000",
            text,
            text,
        )
    assert counts(world.take(WORSE, BAD, GOOD)) == (0, 0)
    assert sorted(world.ids().values()) == ["d0", "d1", "d2"]
    assert world.sql("SELECT count(*) FROM outbox") == messages


YANDEX = Path(__file__).parent.parent / "sources/data/yandex_maps/rendered_reviews_COMPOSED.html"
OF_JSON = {
    "madeup1": (
        "Ольга Д.",
        5,
        "2026-03-04T09:12:28.394Z",
        "Уютно, кофе хороший, спасибо баристе.",
    ),
    "madeup2": (
        "Сергей",
        1,
        "2026-03-03T16:40:02.101Z",
        "Ждали сорок минут, стол был грязный, на просьбу протереть нам нахамили",
    ),
}


def yandex_json(folder: Path) -> Path:
    reviews = [
        {
            "reviewId": f"id-{public}",
            "businessId": "1000000001",
            "author": {"name": name, "publicId": public},
            "text": text,
            "rating": mark,
            "updatedTime": told,
            **({"businessComment": {"text": "Спасибо!"}} if public == "madeup1" else {}),
        }
        for public, (name, mark, told, text) in OF_JSON.items()
    ]
    path = folder / "reviews.json"
    path.write_text(json.dumps({"data": {"reviews": reviews}}), encoding="utf-8")
    return path


@pytest.mark.parametrize("order", ["json first", "page first"])
def test_yandex_as_the_browser_shows_it_and_its_json_are_the_same_reviews(
    world: World, order: str
) -> None:
    config = world.folder / "config.toml"
    link = "https://yandex.ru/maps/org/lavka/1000000001/"
    config.write_text(CONFIG.replace("json_ld:https://lavka.example/otzyvy", link))
    files = [yandex_json(world.folder), YANDEX]
    for file in files if order == "json first" else files[::-1]:
        done = CliRunner().invoke(app, ["import", str(file), "--config", str(config)])
        assert done.exit_code == 0, done.output
    rows = world.sql("SELECT external_id, text, reply_text, reply_state FROM review ORDER BY id")
    by_text = {text: (name, reply, state) for name, text, reply, state in rows}
    assert len(rows) == 3
    assert by_text[OF_JSON["madeup1"][3]] == ("id-madeup1", "Спасибо!", "published")
    assert by_text[OF_JSON["madeup2"][3]] == ("id-madeup2", None, None)
    assert world.sql("SELECT count(*) FROM revision WHERE change != 'answered'") == [(0,)]
