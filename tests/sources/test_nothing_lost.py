"""Whatever happens to a review on a page, it is an item or told as unreadable: never fewer, in
silence. Every fixture of every source that holds reviews as JSON is damaged inside its reviews."""

import copy
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import ODD_VALUES, places
from page_parts import ODD, parts_of
from test_sources import SOURCES, readable
from test_table import workbook

from reviewbot.core.contract import Payload
from tests.sources.listed_reviews import MARKS_OF_NO_REVIEW, at, lists_of_reviews, told


@pytest.mark.parametrize("name", SOURCES)
def test_a_damaged_review_is_an_item_or_told(name: str) -> None:
    lists = lists_of_reviews(name)
    if not lists:
        pytest.skip("no reviews as JSON in its fixtures")

    @settings(
        max_examples=80,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        listed = data.draw(st.sampled_from(lists))
        value = listed.value()
        entries = at(value, listed.path)
        number = data.draw(st.integers(0, len(entries) - 1))
        if data.draw(st.integers(0, 5)) == 0:
            entries[number] = copy.deepcopy(data.draw(st.sampled_from(ODD_VALUES)))
        else:
            for _ in range(data.draw(st.integers(1, 4))):
                inside = [
                    (holder, key)
                    for holder, key in places(entries[number])
                    if key not in MARKS_OF_NO_REVIEW
                ]
                if not inside:
                    break
                holder, key = data.draw(st.sampled_from(inside))
                if data.draw(st.booleans()):
                    del holder[key]
                else:
                    holder[key] = copy.deepcopy(data.draw(st.sampled_from(ODD_VALUES)))
        found = told(name, listed.case, listed.payload(value))
        assert found is None or found >= listed.count, listed.case.name

    check()


def test_a_damaged_part_of_a_page_loses_no_review() -> None:
    """A few parts of each page and table; `make reliability ONLY=lost_reviews` tries them all."""
    for name in SOURCES:
        for case in readable(name):
            parts = list(parts_of(case))
            for number, part in enumerate(parts[:: max(1, len(parts) // 2)]):
                odd = ODD[number % len(ODD)]
                assert not part.lost(odd), (case.name, part.name, odd)


def test_a_damaged_cell_of_a_workbook_loses_no_row() -> None:
    heads, row = ["Дата", "Автор", "Отзыв", "Оценка"], ["05.03.2026", "Анна", "Уютно", 5]
    odd: tuple[Any, ...] = (None, "?!", -1, "x" * 4000, "=1/0")
    for column in range(len(heads)):
        for value in odd:
            rows = [[*row[:1], f"Гость {n}", *row[2:]] for n in range(3)]
            rows[1][column] = value
            found = told_of("table", workbook([heads, *rows]))
            assert found is None or found >= 3, (heads[column], value)


ROWS = 'Дата;Автор;Отзыв\n05.03.2026;Анна;"Уют"; да\n06.03.2026;Б;Грязно\n07.03.2026;В;Хорошо\n'
FEED = (
    '<?xml version="1.0"?><rss><channel><title>x</title>'
    + "".join(f"<item><guid>{n}</guid><title>т{n}</title></item>" for n in range(4))
    + "</channel></rss>"
)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(place=st.integers(0, len(ROWS) - 1), mark=st.sampled_from("\"'«\x0b\x1c\u2028|,"))
def test_a_stray_mark_in_a_table_swallows_no_row(place: int, mark: str) -> None:
    text = ROWS[:place] + mark + ROWS[place:]
    found = told_of("table", text)
    assert found is None or found >= 3


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(place=st.integers(0, len(FEED) - 1), mark=st.sampled_from("&<>\"'\x0b\x00;"))
def test_a_stray_mark_in_a_feed_loses_no_entry(place: int, mark: str) -> None:
    text = FEED[:place] + mark + FEED[place:]
    whole = len(re.findall(r"<item[\s>]", text))
    found = told_of("feed", text)
    assert found is None or found >= whole


def told_of(name: str, text: str | bytes) -> int | None:
    content = text.encode() if isinstance(text, str) else text
    return told(name, readable(name)[0], Payload(200, "", content))
