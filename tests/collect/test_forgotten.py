"""A guest was forgotten: the site shows the review as before, and the words do not come back."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.core.contract import Item
from reviewbot.core.readings.forgotten_marks import marks_of
from reviewbot.core.ticket import Actor
from reviewbot.store.database import file_of
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import ForgottenRow, ReviewRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.forgetting import register
from reviewbot.workflow.forgetting.forgotten_review import forget
from tests.collect.collect_world import SITES, CollectWorld, days_ago, entry

WORDS = "Официант пролил суп на ноутбук и даже не извинился."


def forget_all(world: CollectWorld, *names: str) -> None:
    def work(rows: Session) -> None:
        key = forgotten.key_of(rows)
        for name in names:
            review = rows.exec(select(ReviewRow).where(ReviewRow.external_id == name)).one()
            forget(tx(world, rows), review.id or 0, Actor("oleg", "Олег"), key)

    world.db.write_now(work)


def killed_before_the_file(world: CollectWorld) -> Path:
    """Leave the file as a kill between the commit and it leaves it: a key, and no marks."""
    path = world.db.read_now(forgotten.path_of)
    held = json.loads(path.read_text())
    path.write_text(json.dumps({**held, "marks": {}}))
    return path


def tx(world: CollectWorld, rows: Session) -> Tx:
    return Tx(rows, world.settings, SITES, world.clock.now())


def copied(world: CollectWorld, *, to: Path | None = None, back: Path | None = None) -> None:
    """Copy the database away, or put a copy in its place; the file beside it stays."""
    file = file_of(world.db.url)
    source, target = (file, to) if to else (back, file)
    with (
        closing(sqlite3.connect(str(source))) as rows,
        closing(sqlite3.connect(str(target))) as out,
    ):
        rows.backup(out)


def kept(world: CollectWorld) -> list[tuple[str, str | None, int | None]]:
    return [
        ("forgotten" if row.forgotten_at else row.external_id, row.text, row.rating)
        for row in world.rows(ReviewRow)
    ]


async def read_on(world: CollectWorld) -> None:
    world.clock.advance(minutes=40)
    await world.read()


async def test_the_next_reading_does_not_bring_the_words_back(world: CollectWorld) -> None:
    world.site.reviews = [entry("old", days_ago(30), 5, "Всё понравилось, спасибо поварам.")]
    await world.read()
    world.site.reviews.insert(0, entry("r1", world.clock.now(), 1, WORDS))
    await read_on(world)
    assert len(world.alerts()) == 1
    forget_all(world, "r1")

    world.site.reviews.insert(0, entry("r2", world.clock.now(), 1, "Хлеб чёрствый, чай остыл."))
    await read_on(world)
    assert kept(world)[1:] == [("forgotten", None, 1), ("r2", "Хлеб чёрствый, чай остыл.", 1)]
    assert [row.state for row in world.tickets()] == ["skipped", "waiting"]
    assert WORDS not in str(world.rows(ReviewRow))


async def test_what_happens_to_it_on_the_site_is_counted_and_nobodys_turn(
    world: CollectWorld,
) -> None:
    world.site.reviews = [entry("r1", days_ago(1), 2, WORDS)]
    await world.read()
    forget_all(world, "r1")
    alerts = len(world.alerts())
    world.site.reviews[0] |= {"rating": 1, "text": WORDS + " Ужас.", "reply": "Анна, простите."}
    await read_on(world)
    [(name, text, rating)] = kept(world)
    assert (name, text, rating) == ("forgotten", None, 1)
    world.site.reviews.clear()
    for _ in range(5):
        world.clock.advance(hours=13)
        await world.read()
    assert len(world.alerts()) == alerts
    assert "Анна" not in str(world.rows(ReviewRow))


async def test_a_restored_copy_forgets_anew(world: CollectWorld, tmp_path: Path) -> None:
    world.site.reviews = [entry("r1", days_ago(1), 1, WORDS)]
    await world.read()
    copied(world, to=tmp_path / "copy")
    forget_all(world, "r1")
    copied(world, back=tmp_path / "copy")
    assert kept(world) == [("r1", WORDS, 1)]
    assert world.db.write_now(lambda rows: register.follow(tx(world, rows))) == 1
    assert world.db.write_now(lambda rows: register.follow(tx(world, rows))) == 0
    assert kept(world) == [("forgotten", None, 1)]
    assert [row.state for row in world.tickets()] == ["skipped"]


async def test_a_copy_older_than_the_review_does_not_hear_of_it_again(
    world: CollectWorld, tmp_path: Path
) -> None:
    world.site.reviews = [entry("old", days_ago(30), 5, "Всё понравилось, спасибо поварам.")]
    await world.read()
    copied(world, to=tmp_path / "copy")
    world.site.reviews.insert(0, entry("r1", world.clock.now(), 1, WORDS))
    await read_on(world)
    forget_all(world, "r1")
    copied(world, back=tmp_path / "copy")
    world.db.write_now(lambda rows: register.follow(tx(world, rows)))
    await read_on(world)
    assert kept(world)[1:] == [("forgotten", None, 1)]
    assert world.tickets() == []
    assert world.alerts() == []


async def test_without_the_file_reviews_are_read_and_that_is_said(
    world: CollectWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.site.reviews = [entry("r1", days_ago(1), 1, WORDS)]
    await world.read()
    forget_all(world, "r1")
    path = world.db.read_now(forgotten.path_of)
    path.write_text("{", encoding="utf-8")
    world.site.reviews.insert(0, entry("r2", world.clock.now(), 1, "Хлеб чёрствый, чай остыл."))
    await read_on(world)
    assert "r2" in [name for name, *_ in kept(world)]
    assert str(path) in caplog.text
    path.unlink()
    world.db.write_now(lambda rows: register.follow(tx(world, rows)))
    assert "forgotten guests are not known again" in caplog.text
    world.db.read_now(forgotten.keep)
    assert world.db.read_now(forgotten.lost) == path, "none is made in its place: it is missed"


def test_a_review_without_an_id_is_known_by_its_words_and_author() -> None:
    one = Item(external_id="t1", author="Анна", text="Суп холодный.", derived=True)
    moved = one.with_(external_id="t2", text=" Суп  холодный. ")
    other = one.with_(external_id="t3", author="Олег")
    ids = [set(marks_of(b"k" * 32, "feed", "x", each)) for each in (one, moved, other)]
    assert ids[0] & ids[1]
    assert not ids[0] & ids[2]
    assert not ids[0] & set(marks_of(b"l" * 32, "feed", "x", one)), (
        "without the key it tells nothing"
    )


async def test_a_start_makes_up_for_a_kill_before_the_file(
    world: CollectWorld, tmp_path: Path
) -> None:
    world.site.reviews = [entry("r1", days_ago(1), 1, WORDS)]
    await world.read()
    copied(world, to=tmp_path / "copy")
    forget_all(world, "r1")
    path = killed_before_the_file(world)
    world.db.write_now(lambda rows: register.follow(tx(world, rows)))
    assert forgotten.register(path).marks
    copied(world, back=tmp_path / "copy")
    world.db.write_now(lambda rows: register.follow(tx(world, rows)))
    assert kept(world) == [("forgotten", None, 1)]


async def test_what_is_put_aside_tells_its_marks(world: CollectWorld) -> None:
    world.site.reviews = [entry("r1", days_ago(1), 1, WORDS)]
    await world.read()
    forget_all(world, "r1")
    path = killed_before_the_file(world)
    file = file_of(world.db.url)
    assert file is not None
    forgotten.take_over(file)
    assert set(forgotten.register(path).marks) == {row.mark for row in world.rows(ForgottenRow)}


async def test_a_damaged_database_that_is_put_aside_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "damaged").write_bytes(b"SQLite format 3" + bytes(2000))
    forgotten.take_over(tmp_path / "damaged")
    forgotten.take_over(tmp_path / "not there")
    assert not (tmp_path / "not there").exists()
