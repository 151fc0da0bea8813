"""New, edited, answered, gone: told apart by identity and fingerprint."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.contract import Item
from reviewbot.core.model import Precision
from reviewbot.core.readings.changes import (
    Arrival,
    ChangeKind,
    Known,
    above_known,
    arrival,
    diff,
    fingerprint,
    is_answered,
    is_within,
    mass_loss,
    missing,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def item(**more: Any) -> Item:
    return Item(**{"external_id": "a", "rating": 2, "text": "Долго ждали.", **more})


def known(shown: Item, **more: Any) -> Known:
    return Known(shown, fingerprint(shown), **more)


ANSWERED = {"reply_text": "Простите нас."}

CASES: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    ({}, {}, set()),
    ({}, {"text": "Долго  ждали. "}, set()),
    ({}, {"text": "Очень долго ждали."}, {"edited"}),
    ({}, {"rating": 1}, {"edited"}),
    ({}, {"text": None}, {"edited"}),
    ({}, {"cons": "Холодно"}, {"edited"}),
    ({}, {"published_at": NOW, "published_precision": Precision.LAST_CHANGE}, set()),
    ({"published_at": NOW - DAY}, {"published_at": NOW}, set()),
    ({}, {"edited_at": NOW}, set()),
    ({}, {"photos": ("https://cdn.test/1?token=2",)}, set()),
    ({}, {"author": "Анна"}, set()),
    ({}, ANSWERED, {"answered"}),
    ({}, {**ANSWERED, "reply_state": "pending"}, set()),
    ({}, {**ANSWERED, "reply_state": "rejected"}, set()),
    ({**ANSWERED, "reply_state": "pending"}, ANSWERED, {"answered"}),
    (ANSWERED, {}, {"reply_vanished"}),
    (ANSWERED, {"reply_text": "Простите  нас."}, set()),
    (ANSWERED, {"reply_text": "Нам очень жаль."}, {"reply_changed"}),
    (ANSWERED, {"reply_text": "Нам очень жаль.", "reply_state": "pending"}, set()),
    (ANSWERED, {"reply_text": "Простите нас.", "reply_state": "rejected"}, {"reply_vanished"}),
    (ANSWERED, {"text": "Стало хуже."}, {"edited", "reply_vanished"}),
    (ANSWERED, {"text": "Стало лучше.", **ANSWERED}, {"edited"}),
    ({}, {"text": "Стало хуже.", **ANSWERED}, {"edited", "answered"}),
]


BEFORE = {"text": "Вкусно", "rating": 2, "published_at": NOW - DAY}
NO_EDIT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"pros": "Кухня", "cons": "Грязно"}),
    ({}, {"title": "Ужин"}),
    ({}, {"text": "Вкусно\nНо нахамили"}),
    ({"text": "Вкусно, но…"}, {"text": "Вкусно, но нахамили"}),
    ({"text": None}, {"text": "Ждали час"}),
    ({"text": "Вкусно (Translated) Tasty"}, {"text": "Вкусно", "translation": "Translated Tasty"}),
    ({"text": "Плюсы: кухня. Минусы: грязно"}, {"text": None, "pros": "Кухня", "cons": "Грязно"}),
    ({"rating": 4}, {"rating": 2, "score": 4.0, "scale": 10.0}),
    ({"rating": None}, {"cons": "Грязно"}),
    ({}, {"cons": "Грязно", "edited_at": NOW - 2 * DAY}),
]
EDITS: list[dict[str, Any]] = [
    {"text": "Грязно"},
    {"text": "Вкусно, но нахамили"},
    {"text": "Нахамили. Вкусно"},
    {"rating": 1},
    {"text": None},
    {"text": "Вкусно, но нахамили", "edited_at": NOW + DAY},
    {
        "text": "Вкусно, но нахамили",
        "published_at": NOW + DAY,
        "published_precision": Precision.LAST_CHANGE,
    },
]


@pytest.mark.parametrize(("was", "now"), NO_EDIT)
def test_what_another_reader_reads_of_the_same_is_no_edit(
    was: dict[str, Any], now: dict[str, Any]
) -> None:
    before = item(**{**BEFORE, **was})
    shown = item(**{**BEFORE, **was, **now})
    change = diff(known(before, seen_at=NOW, read_anew=True), shown)
    assert (change.kinds, change.read_better) == (frozenset(), True)


@pytest.mark.parametrize("now", EDITS)
def test_what_a_guest_changed_is_an_edit_whoever_reads_it(now: dict[str, Any]) -> None:
    before, shown = item(**BEFORE), item(**{**BEFORE, **now})
    for read_anew in (True, False):
        change = diff(known(before, seen_at=NOW, read_anew=read_anew), shown)
        assert change.kinds == {ChangeKind.EDITED}


@pytest.mark.parametrize(("before", "after", "kinds"), CASES)
def test_what_happened_between_two_readings(
    before: dict[str, Any], after: dict[str, Any], kinds: set[str]
) -> None:
    assert diff(known(item(**before)), item(**after)).kinds == kinds


def test_a_review_never_seen_is_new() -> None:
    assert diff(None, item()).kinds == {ChangeKind.NEW}


def test_a_review_that_was_gone_is_back() -> None:
    assert diff(known(item(), gone=True), item()).kinds == {ChangeKind.BACK}
    both = diff(known(item(), gone=True), item(**ANSWERED))
    assert both.kinds == {ChangeKind.BACK, ChangeKind.ANSWERED}


def test_cut_fields_are_neither_compared_nor_kept() -> None:
    full = item(text="Долго ждали, потом нахамили.", **ANSWERED)
    teaser = item(text="Долго ждали…", partial=("text", "reply_text"))
    change = diff(known(full), teaser)
    assert change.is_same
    assert not change.touched
    assert (change.item.text, change.item.reply_text) == (full.text, full.reply_text)
    assert change.item.partial == ()


def test_a_full_text_after_a_teaser_is_no_edit_but_changes_what_is_stored() -> None:
    teaser = item(text="Долго ждали…", partial=("text",))
    change = diff(known(teaser), item(text="Долго ждали, потом нахамили."))
    assert change.is_same
    assert change.touched
    assert change.item.partial == ()
    assert change.fingerprint != fingerprint(teaser)


def test_a_fall_of_stars_beside_a_teaser_is_an_edit() -> None:
    teaser = item(rating=5, text="Долго ждали…", partial=("text",))
    assert diff(known(teaser), teaser.with_(rating=1)).kinds == {ChangeKind.EDITED}


def test_what_a_page_leaves_out_is_not_unsaid() -> None:
    dated = item(published_at=NOW, published_precision=Precision.DAY, author="Анна")
    change = diff(known(dated), item())
    assert change.is_same
    assert (change.item.published_at, change.item.author) == (NOW, "Анна")
    assert change.item.published_precision is Precision.DAY


texts = st.none() | st.text(max_size=30)
items = st.builds(
    Item,
    external_id=st.just("a"),
    rating=st.none() | st.integers(1, 5),
    text=texts,
    pros=texts,
    reply_text=texts,
    author=texts,
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    partial=st.sampled_from([(), ("text",), ("text", "reply_text"), ("pros",)]),
)


@given(items, items)
def test_reading_the_same_page_again_changes_nothing(first: Item, second: Item) -> None:
    after = diff(known(first), second)
    again = diff(Known(after.item, after.fingerprint), second)
    assert again.is_same
    assert not again.touched


@given(items)
def test_what_is_new_is_the_same_at_the_next_reading(shown: Item) -> None:
    first = diff(None, shown)
    assert diff(Known(first.item, first.fingerprint), shown).is_same


@given(items, items)
def test_answered_and_vanished_agree_with_what_is_stored(first: Item, second: Item) -> None:
    change = diff(known(first), second)
    was, now = is_answered(first), is_answered(change.item)
    assert (ChangeKind.ANSWERED in change.kinds) == (now and not was)
    assert (ChangeKind.REPLY_VANISHED in change.kinds) == (was and not now)


def test_many_losses_at_once_speak_for_the_page() -> None:
    answered = [known(item(external_id=str(n), **ANSWERED)) for n in range(6)]
    lost = [diff(each, each.item.with_(reply_text=None)) for each in answered]
    kept = [diff(each, each.item) for each in answered]
    assert "replies" in mass_loss(list(zip(answered, lost, strict=True)))
    assert not mass_loss(list(zip(answered[:2], lost[:2], strict=True)))
    assert not mass_loss(list(zip(answered, lost[:3] + kept[3:], strict=True)))
    wordless = [diff(each, each.item.with_(text=None)) for each in answered]
    assert "text" in mass_loss(list(zip(answered, wordless, strict=True)))


@pytest.mark.parametrize(
    ("hours", "counter_fell", "gone"),
    [
        ([0, 12, 24], True, True),
        ([0, 12, 24], None, True),
        ([0, 12, 24], False, False),
        ([0, 1, 2], True, False),
        ([0, 30], True, False),
        ([0, 1, 2, 23, 25], True, True),
    ],
)
def test_gone_after_three_readings_over_a_day(
    hours: list[int], counter_fell: bool | None, gone: bool
) -> None:
    count, since, last = 0, None, False
    for hour in hours:
        found = missing(count, since, NOW + timedelta(hours=hour), counter_fell=counter_fell)
        count, since, last = found.missed, found.since, found.gone
    assert (last, since) == (gone, NOW)


@pytest.mark.parametrize(
    ("published", "listed", "depth", "window", "within"),
    [
        (NOW - 400 * DAY, 50, None, None, True),
        (NOW - DAY, 600, 600, None, False),
        (NOW - DAY, 599, 600, None, True),
        (NOW - 8 * DAY, 3, None, 7 * DAY, False),
        (NOW - 6 * DAY, 3, None, 7 * DAY, True),
        (None, 3, None, 7 * DAY, False),
    ],
)
def test_beyond_depth_and_window_absence_says_nothing(
    published: datetime | None,
    listed: int,
    depth: int | None,
    window: timedelta | None,
    within: bool,
) -> None:
    assert is_within(published, NOW, listed=listed, depth=depth, window=window) is within


CONTACT = NOW - 5 * DAY


@pytest.mark.parametrize(
    ("published", "contact", "complete", "expected"),
    [
        (NOW - DAY, None, None, Arrival.BACKLOG),
        (NOW - 29 * DAY, None, None, Arrival.BACKLOG),
        (NOW - 31 * DAY, None, None, Arrival.HISTORY),
        (None, None, None, Arrival.BACKLOG),
        (NOW, CONTACT, None, Arrival.FRESH),
        (CONTACT - timedelta(hours=3), CONTACT, None, Arrival.FRESH),
        (CONTACT - 2 * DAY, CONTACT, None, Arrival.BACKLOG),
        (CONTACT - 40 * DAY, CONTACT, None, Arrival.HISTORY),
        (None, CONTACT, None, Arrival.FRESH),
        (NOW, CONTACT, NOW - timedelta(hours=1), Arrival.FRESH),
        (NOW - timedelta(hours=20), CONTACT, NOW - timedelta(hours=1), Arrival.FRESH),
        (NOW - 9 * DAY, CONTACT, NOW - timedelta(hours=1), Arrival.FOUND_LATE),
        (None, CONTACT, NOW - timedelta(hours=1), Arrival.FRESH),
    ],
)
def test_how_a_review_that_we_did_not_have_is_treated(
    published: datetime | None,
    contact: datetime | None,
    complete: datetime | None,
    expected: Arrival,
) -> None:
    assert (
        arrival(
            published,
            first_contact_at=contact,
            last_complete_at=complete,
            now=NOW,
            backlog_within=30 * DAY,
        )
        is expected
    )


@pytest.mark.parametrize(
    ("listed", "pages", "above"),
    [
        ("new a:9 b:8 old", 2, "new"),
        ("new a:9 late b:8 old", 1, "new late"),
        ("a:9 b:8 old older", 1, ""),
        # A table that somebody writes on begins with its oldest.
        ("old a:8 late b:9 new", 1, "late new"),
        # Pages further down hold what was not read yet, whatever their order.
        ("a:8 b:9 old", 2, ""),
        ("new other", 1, "new other"),
        ("a", 1, ""),
    ],
)
def test_what_stands_above_known_ground_was_not_there_before(
    listed: str, pages: int, above: str
) -> None:
    entries = [entry.partition(":") for entry in listed.split()]
    items = [
        Item(external_id=name, published_at=NOW - (10 - int(day)) * DAY if day else None)
        for name, _, day in entries
    ]
    assert above_known(items, {"a", "b"}, pages=pages) == set(above.split())


@pytest.mark.parametrize(
    ("published", "expected"),
    [(NOW - 9000 * DAY, Arrival.FOUND_LATE), (NOW, Arrival.FRESH), (None, Arrival.FRESH)],
)
def test_above_known_ground_no_date_makes_it_history(
    published: datetime | None, expected: Arrival
) -> None:
    came = arrival(
        published,
        first_contact_at=CONTACT,
        last_complete_at=None,
        now=NOW,
        backlog_within=30 * DAY,
        above_known_of=NOW - timedelta(hours=1),
    )
    assert came is expected


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"text": "<p>Ждали час.<br />Грязно</p>"}, {"text": "Ждали час.\nГрязно"}),
        ({"text": "Кафе &quot;Уют&quot;"}, {"text": 'Кафе "Уют"'}),
        ({"text": "Ждали час", "rating": None}, {"text": "Ждали час", "rating": 1}),
    ],
)
def test_what_an_earlier_version_did_not_read_as_well_is_no_edit(
    was: dict[str, Any], now: dict[str, Any]
) -> None:
    before = Item(external_id="r1", **was)
    change = diff(Known(before, fingerprint(before)), Item(external_id="r1", **now))
    assert change.kinds == frozenset()
    assert change.read_better
    assert change.item.text == now["text"]
    assert change.item.rating == now.get("rating")


def test_a_mark_added_to_bare_nothing_or_with_other_words_is_an_edit() -> None:
    for was, now in (
        ({"text": None}, {"text": None, "rating": 1}),
        ({"text": "Ждали час"}, {"text": "Ждали два часа", "rating": 1}),
        ({"text": "Ждали час", "rating": 2}, {"text": "Ждали час", "rating": 1}),
    ):
        before = Item(external_id="r1", **was)
        change = diff(Known(before, fingerprint(before)), Item(external_id="r1", **now))
        assert change.kinds == {ChangeKind.EDITED}


def test_an_answer_seen_without_its_words_is_an_answer_and_its_words_no_change() -> None:
    bare = Item(external_id="r1", text="Ждали час")
    seen = bare.with_(reply_state="published", partial=("reply_at", "reply_text"))
    first = diff(Known(bare, fingerprint(bare)), seen)
    assert first.kinds == {ChangeKind.ANSWERED}
    told = bare.with_(reply_state="published", reply_text="Простите")
    then = diff(Known(first.item, first.fingerprint), told)
    assert then.kinds == frozenset()
    assert then.item.reply_text == "Простите"
    again = diff(Known(then.item, then.fingerprint), seen)
    assert again.kinds == frozenset()
    assert again.item.reply_text == "Простите"
