"""Columns that the database strings together are those its rows have."""

from datetime import timedelta

import pytest
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.calendar.open_time import instant_of
from reviewbot.queries.rounds.decided import Decided, decided
from reviewbot.store.days import strung
from reviewbot.store.days.strung import columns_in_parts, columns_of, microseconds
from reviewbot.store.tables import ReviewRow
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

TEXTS = ("«Ёлка» 🎄", 'say "hi"\\\n\ttwice', "", "\x1e[1, null]", "чай, кофе")
COLUMNS = (ReviewRow.id, ReviewRow.rating, ReviewRow.text, ReviewRow.pros)
HALF = timedelta(microseconds=500_001)


def written(store_world: StoreWorld) -> None:
    """Twelve reviews, of which five were seen at one instant, and one long before them."""
    past = Past(store_world)
    with past.together():
        past.day(MONDAY - timedelta(days=9), first_seen_at=MONDAY - timedelta(days=9))
        for n, text in enumerate(TEXTS):
            past.day(MONDAY, text=text or None, first_seen_at=MONDAY, pros=text)
            past.day(MONDAY, rating=None, first_seen_at=MONDAY + n * HALF)
        past.day(MONDAY, published_at=None, first_seen_at=MONDAY + timedelta(days=99))


def test_columns_hold_what_the_rows_do(store_world: StoreWorld) -> None:
    written(store_world)

    def same(rows: Session) -> None:
        numbers, ratings, texts, pros, seen, sent = columns_of(
            rows,
            columns(
                *(col(each) for each in COLUMNS),
                microseconds(ReviewRow.first_seen_at),
                microseconds(ReviewRow.published_at),
            ).where(col(ReviewRow.first_seen_at) >= MONDAY),
        )
        kept = {row.id: row for row in rows.exec(select(ReviewRow)) if row.id in numbers}
        assert len(kept) == len(numbers) == 11
        every = [kept[number] for number in numbers]
        assert ratings == [row.rating for row in every]
        assert texts == [row.text for row in every]
        assert pros == [row.pros for row in every]
        assert [instant_of(number) for number in seen] == [row.first_seen_at for row in every]
        assert [None if number is None else instant_of(number) for number in sent] == [
            row.published_at for row in every
        ]
        nothing = columns(col(ReviewRow.id), col(ReviewRow.text)).where(col(ReviewRow.id) < 0)
        assert columns_of(rows, nothing) == [[], []]

    store_world.db.read_now(same)


@pytest.mark.parametrize("at_once", [1, 3, 5, 100])
def test_parts_hold_each_row_once(
    store_world: StoreWorld, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strung, "AT_ONCE", at_once)
    written(store_world)
    seen_at = col(ReviewRow.first_seen_at)

    def parted(rows: Session) -> list[list[int]]:
        query = columns(col(ReviewRow.id))
        return [numbers for (numbers,) in columns_in_parts(rows, query, seen_at, MONDAY)]

    parts = store_world.db.read_now(parted)
    assert len({number for part in parts for number in part}) == sum(map(len, parts)) == 11
    # At one instant there are six.
    assert max(map(len, parts)) <= (11 if at_once > 11 else max(at_once, 6))
    assert len(parts) > 1 or at_once > 11


def test_rounds_read_in_parts_are_decided_as_all_at_once(
    store_world: StoreWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        number = store_world.ticket()
        by = MONDAY + timedelta(hours=n)
        store_world.change_round(number, answered_after=MONDAY, answered_by=by)
    until = MONDAY + timedelta(days=30)

    def found(rows: Session) -> list[Decided]:
        return list(decided(rows, MONDAY, until, until, targets=True, waits=True, spans=True))

    whole = store_world.db.read_now(found)
    assert len(whole) == 5
    assert all(each.reply_span is not None and each.target_id is not None for each in whole)
    assert any(each.guest_wait is not None for each in whole)
    monkeypatch.setattr(strung, "AT_ONCE", 1)
    assert sorted(store_world.db.read_now(found)) == sorted(whole)
