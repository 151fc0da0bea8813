"""Readings that show nothing but what is stored: the most frequent, so what they cost is kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, col, select

from reviewbot.core.contract import Counters, Item, Precision
from reviewbot.core.model import Health, Reason, Tone, Verdict
from reviewbot.core.readings.kept_reasons import read_reason, words_of
from reviewbot.core.readings.reading import Reading
from reviewbot.drafting.drafts import choose
from reviewbot.store.tables import ReadingRow, ReviewRow, TargetRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.ingest import ingest
from reviewbot.workflow.readings.shown_reviews import Ingested
from tests.store.store_world import MONDAY, ON_SQLITE, StoreWorld

KEY = "tverskaya/yandex_maps"


class Constant:
    """A classifier to which everything is a complaint, for the last word that it reads."""

    def classify(self, **review: Any) -> Verdict:
        sentence = str(review["text"])
        reason = Reason("ru.last", sentence.split()[-1].lower(), sentence, 0.5)
        return Verdict(Tone.NEGATIVE, language="ru", reasons=(reason,))

    def knowing(self, _past: Iterable[str]) -> "Constant":
        return self


def reading(at: datetime, count: int, stars: float = 4.2) -> Reading:
    """A page of so many complaints, the last of which is answered."""
    items = [
        Item(
            external_id=f"s{number}",
            rating=1,
            text=f"Ждали заказ {number} минут.",
            author=f"Гость {number}",
            published_at=MONDAY - timedelta(days=number),
            published_precision=Precision.SECOND,
            reply_text="Спасибо." if number == count - 1 else None,
        )
        for number in range(count)
    ]
    return Reading(
        read_at=at,
        items=tuple(items),
        pages=1,
        counters=Counters(rating=stars, reviews=count),
        first_page=tuple(item.external_id for item in items),
        essence="one",
    )


def take(world: StoreWorld, shown: Reading) -> Ingested:
    def work(rows: Session) -> Ingested:
        target = rows.exec(select(TargetRow).where(TargetRow.key == KEY)).one()
        rows.expunge(target)
        tx = Tx(rows, world.settings, world.source_facts, shown.read_at)
        return ingest(tx, target, shown, lambda _location: Constant(), choose)

    return world.db.write_now(work)


def statements(world: StoreWorld, shown: Reading) -> list[str]:
    """Take a reading in; return what was asked of the database for it."""
    asked: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", note)
    taken = take(world, shown)
    event.remove(world.db.engine, "before_cursor_execute", note)
    assert (taken.health, taken.new) == (Health.OK, 0)
    return [each for each in asked if not each.startswith(("BEGIN", "SELECT pg_advisory"))]


@ON_SQLITE
def test_a_page_of_known_reviews_takes_a_handful_of_statements(store_world: StoreWorld) -> None:
    """They were some twenty, with the rows of target and host as objects: four milliseconds."""
    take(store_world, reading(MONDAY, 50))
    later = MONDAY + timedelta(minutes=45)
    few = statements(store_world, reading(later, 50))
    assert len(few) <= 10, few  # the test's own look at the target among them
    assert not any("INSERT" in each or "SAVEPOINT" in each for each in few)


@ON_SQLITE
def test_a_page_that_leaves_out_what_is_known_takes_no_more(store_world: StoreWorld) -> None:
    """It differs from the rows, and nothing of that is to be written."""
    take(store_world, reading(MONDAY, 50))
    shown = reading(MONDAY + timedelta(minutes=45), 50)
    undated = [
        item.with_(published_at=None, published_precision=Precision.UNKNOWN)
        for item in shown.items
    ]
    few = statements(store_world, replace(shown, items=tuple(undated)))
    assert len(few) <= 10, few

    def dated(rows: Session) -> set[bool]:
        return {row.published_at is not None for row in rows.exec(select(ReviewRow))}

    assert store_world.db.read_now(dated) == {True}


def test_what_was_seen_again_is_marked_and_what_the_site_counts_is_kept(
    store_world: StoreWorld,
) -> None:
    take(store_world, reading(MONDAY, 5))
    later = MONDAY + timedelta(minutes=45)
    assert take(store_world, reading(later, 5)).tickets == 0
    last = later + timedelta(minutes=45)
    take(store_world, replace(reading(last, 5, stars=4.3), essence="two"))

    def look(rows: Session) -> None:
        seen = rows.exec(select(ReviewRow).order_by(col(ReviewRow.id))).all()
        assert {row.last_seen_at for row in seen} == {last}
        assert [row.unanswered_seen_at == last for row in seen] == [True] * 4 + [False]
        target = rows.exec(select(TargetRow).where(TargetRow.key == KEY)).one()
        assert (target.last_reading_at, target.essence) == (last, "two")
        assert target.next_poll_at is not None
        assert target.next_poll_at > last
        counted = rows.exec(select(ReadingRow).order_by(col(ReadingRow.id))).all()
        assert [row.site_rating for row in counted] == [4.2, 4.3]

    store_world.db.read_now(look)


def test_one_that_a_whole_list_lacks_is_counted_as_missing(store_world: StoreWorld) -> None:
    take(store_world, replace(reading(MONDAY, 5), complete=True))
    later = MONDAY + timedelta(minutes=45)
    fewer = reading(later, 5)
    fewer = replace(fewer, items=fewer.items[1:], complete=True)
    take(store_world, fewer)

    def missed(rows: Session) -> dict[str, int]:
        return {row.external_id: row.missed for row in rows.exec(select(ReviewRow))}

    assert store_world.db.read_now(missed) == {"s0": 1, "s1": 0, "s2": 0, "s3": 0, "s4": 0}


def test_a_reason_finds_its_words_where_a_site_moves_blanks(store_world: StoreWorld) -> None:
    """It is kept by its place in them; an edit is that to nobody."""
    first = reading(MONDAY, 2)
    take(store_world, first)
    spread = [item.with_(text=(item.text or "").replace(" ", "\n\n")) for item in first.items]
    later = replace(first, read_at=MONDAY + timedelta(minutes=45), items=tuple(spread))
    assert take(store_world, later).edited == 0

    def look(rows: Session) -> None:
        for row in rows.exec(select(ReviewRow)):
            assert "\n\n" in (row.text or "")
            [reason] = row.reasons
            assert read_reason(reason, words_of(None, row.text)).words == "минут."

    store_world.db.read_now(look)


def test_a_fingerprint_that_versions_before_kept_is_no_edit(store_world: StoreWorld) -> None:
    first = reading(MONDAY, 2)
    take(store_world, first)

    def longer(rows: Session) -> None:
        for row in rows.exec(select(ReviewRow)):
            row.fingerprint += 16 * "0"
            rows.add(row)

    store_world.db.write_now(longer)
    photos = [item.with_(photos=("https://site.test/1.jpg",)) for item in first.items]
    later = replace(first, read_at=MONDAY + timedelta(minutes=45), items=tuple(photos))
    assert take(store_world, later).edited == 0
