"""Tables: what a file is, whose columns are whose, and rows that keep their identity."""

import io
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload
from openpyxl import Workbook

from reviewbot import registry
from reviewbot.core.contract import Denied, LayoutChanged, Precision, Target
from reviewbot.core.readings.identity import identified
from sources import table
from sources._tables import _rows
from tests.growth import is_within

HERE = Path("table")
COLUMNS = {"text": "Отзыв", "rating": "Оценка", "date": "Дата"}


def target(ref: str = "/srv/exports/reviews.csv", **options: Any) -> Target:
    return Target(key="t/table", source="table", ref=ref, options=table.Options(**options))


def read(body: Any, **options: Any) -> Any:
    return table.parse(payload(body), target(**options))


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def repacked(content: bytes, name: str, change: Any) -> bytes:
    """The workbook with one of its parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data) if part.filename == name else data)
    return packed.getvalue()


def test_two_workbooks_at_once_leave_the_process_its_warnings() -> None:
    """Pages are parsed in threads, and what is ignored is ignored by all of them."""
    short, long = (
        workbook([list(COLUMNS.values()), *[["Плохо", 1, ""]] * n]) for n in (300, 3000)
    )
    before = list(warnings.filters)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(read, (short, long)))
    assert warnings.filters == before


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_by_the_headings(delimiter: str) -> None:
    rows = [["Дата", "Оценка", "Отзыв"], ["05.03.2026", "1", '"да, нет; но | и"']]
    page = read("\n".join(delimiter.join(row) for row in rows))
    assert [(item.rating, item.text) for item in page.items] == [(1, "да, нет; но | и")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_the_letters_are_found_out(encoding: str) -> None:
    page = read("Отзыв;Оценка\nДолго ждали;2\n".encode(encoding))
    assert page.items[0].text == "Долго ждали"


def test_other_letters_are_named() -> None:
    page = read("Отзыв;Оценка\nДолго ждали;2\n".encode("koi8-r"), encoding="koi8-r")
    assert page.items[0].text == "Долго ждали"


def test_excels_own_hint_is_no_heading() -> None:
    assert read("sep=;\r\nОтзыв;Оценка\r\nДолго;2\r\n").items[0].text == "Долго"


@pytest.mark.parametrize(
    ("written", "told", "precision"),
    [
        ("05.03.2026", "2026-03-05T00:00:00+03:00", Precision.DAY),
        ("5.3.2026 14:20", "2026-03-05T14:20:00+03:00", Precision.SECOND),
        ("5 марта 2026 г.", "2026-03-05T00:00:00+03:00", Precision.DAY),
        ("7 мая 2026 в 09:05", "2026-05-07T09:05:00+03:00", Precision.SECOND),
        ("2026-03-05", "2026-03-05T00:00:00+03:00", Precision.DAY),
        ("2026-03-05T14:20:00Z", "2026-03-05T14:20:00+00:00", Precision.SECOND),
        ("1772700000", "2026-03-05T08:40:00+00:00", Precision.SECOND),
    ],
)
def test_dates_as_exports_write_them(written: str, told: str, precision: Precision) -> None:
    item = read(f"Отзыв;Дата\nДолго;{written}\n", zone="Europe/Moscow").items[0]
    assert item.published_at is not None
    assert (item.published_at.isoformat(), item.published_precision) == (told, precision)


def test_what_may_be_two_dates_is_not_guessed() -> None:
    with pytest.raises(LayoutChanged, match="row 2: the date '03/05/2026' cannot be read"):
        read("Отзыв;Дата\nДолго;03/05/2026\n")
    item = read("Отзыв;Дата\nДолго;03/05/2026\n", dates=("%m/%d/%Y",)).items[0]
    assert item.published_at is not None
    assert item.published_at.date().isoformat() == "2026-03-05"


@pytest.mark.parametrize(
    ("mark", "scale", "stars", "score"),
    [
        ("5", 5, 5, None),
        ("4.5", 5, 4, 4.5),
        ("★★☆☆☆", 5, 2, None),
        ("3 из 5", 5, 3, None),
        ("8,5", 10, 4, 8.5),
        ("1", 10, 1, 1.0),
        ("100", 100, 5, 100.0),
    ],
)
def test_marks_of_any_scale(mark: str, scale: float, stars: int, score: float | None) -> None:
    item = read(f"Отзыв;Оценка\nДолго;{mark}\n", scale=scale).items[0]
    assert (item.rating, item.score) == (stars, score)


def test_a_survey_has_a_score_and_no_stars() -> None:
    item = read('{"nps": 0, "text": "Никогда"}', kind="survey", scale=10).items[0]
    assert (item.kind, item.rating, item.score, item.scale) == ("survey", None, 0, 10)


def test_a_survey_tells_of_the_visit_what_figures_are_told_apart_by() -> None:
    rows = (
        '{"nps": 9, "сегмент": "новый", "Услуга": "стрижка",'
        ' "visited": "2026-03-05T10:30+03:00"}\n'
        '{"nps": 2, "visited": "2026-03-05"}'
    )
    first, second = read(rows, kind="survey", scale=10).items
    assert first.site["segment"] == "новый"
    assert first.site["item"] == "стрижка"
    assert datetime.fromisoformat(first.site["visited"]) == datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
    assert second.site == {}, "a day has no hour"
    [review] = read('{"score": 9, "text": "Да", "segment": "new"}', scale=10).items
    assert review.site == {}, "of surveys only"


def test_a_row_keeps_its_identity_when_others_come_and_words_change() -> None:
    old = "Дата;Автор;Отзыв\n05.03.2026;Аноним;Плохо\n04.03.2026;Анна;Долго\n"
    new = (
        "Дата;Автор;Отзыв\n06.03.2026;Борис;Ого\n05.03.2026;Аноним;Ещё хуже\n"
        "05.03.2026;Аноним;Плохо, но исправились\n04.03.2026;Анна;Долго\n"
    )
    known = identified(read(old).items, ())
    before = [item.external_id for item in known]
    after = [item.external_id for item in identified(read(new).items, known)]
    assert after[2:] == before
    assert len(set(after)) == 4


def test_rows_without_author_and_date_are_known_by_their_words() -> None:
    before = read("Отзыв;Оценка\nДолго;2\nПлохо;1\n").items
    after = read("Отзыв;Оценка\nНовый;5\nДолго;2\nПлохо;1\nПлохо;1\n").items
    assert [item.external_id for item in after[1:3]] == [item.external_id for item in before]
    assert len({item.external_id for item in after}) == 4


def test_a_table_without_a_column_of_replies_says_nothing_about_them() -> None:
    assert "reply_text" in read("Отзыв\nДолго\n").items[0].partial
    answered, waiting = read("Отзыв;Ответ\nДолго;Простите\nПлохо;\n").items
    assert (answered.partial, answered.reply_text) == ((), "Простите")
    assert (waiting.partial, waiting.reply_text) == ((), None)


def test_a_missing_row_is_a_deleted_one_only_where_the_file_is_whole() -> None:
    assert read("Отзыв\nДолго\n").complete is False
    assert read("Отзыв\nДолго\n", whole=True).complete is True


def test_a_named_column_that_is_gone_is_told_with_those_that_are_there() -> None:
    with pytest.raises(LayoutChanged, match="no column 'Оценка'; there are: отзыв, звезды"):
        read("Отзыв;Звёзды\nДолго;2\n", columns={"text": "Отзыв", "rating": "Оценка"})


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_huge_files_are_read_to_a_bound_and_that_is_said(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rows, "MAX_ROWS", 100)
    rows = [[n, "Долго"] for n in range(105)]
    files = {
        "csv": "id;Отзыв\n" + "".join(f"{n};{text}\n" for n, text in rows),
        "json": "".join(f'{{"id": {n}, "отзыв": "{text}"}}\n' for n, text in rows),
        "xlsx": workbook([["id", "Отзыв"], *rows]),
    }
    page = read(files[form], whole=True)
    assert [item.external_id for item in page.items] == [str(n) for n in range(100)]
    assert [entry.why for entry in page.unreadable] == [
        "more than 100 rows: the rest is not read; export a shorter period"
    ]
    assert page.complete is False


def test_a_cell_beyond_the_librarys_own_limit_hides_no_row() -> None:
    page = read("Отзыв;Звёзды\n" + "Долго " * 30_000 + ";2\nГрубо;1\n")
    assert [item.rating for item in page.items] == [2, 1]
    assert (page.items[1].text, page.unreadable) == ("Грубо", ())


def test_formulas_are_data() -> None:
    told = '=cmd|" /C calc"!A0'
    content = workbook([["Отзыв", "Оценка"], [told, 2], ["Долго", "=1+1"]])
    with_value = repacked(
        content,
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"
        ),
    )
    page = read(with_value)
    assert [(item.text, item.rating) for item in page.items] == [(told, 2), ("Долго", 2)]


def test_bombs_and_entities_in_a_workbook_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([["Отзыв"], ["Долго"]])
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(LayoutChanged, match="entities"):
        read(repacked(content, "xl/worksheets/sheet1.xml", lambda part: laughs))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/zeros.bin", b"\0" * 2_000_000)
    monkeypatch.setattr(_rows, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(LayoutChanged, match="too much"):
        read(packed.getvalue())
    with pytest.raises(LayoutChanged, match="cannot be read"):
        read(content[: len(content) // 2])


@pytest.mark.parametrize(
    "sheet",
    [
        b"<a>" * 6_000_001,
        b"<a " + b" ".join(b'b%d=""' % n for n in range(120_000)) + b"/>",
    ],
    ids=["cells", "attributes"],
)
def test_a_workbook_of_more_cells_than_a_table_has_is_refused_unread(sheet: bytes) -> None:
    bomb = repacked(workbook([["Отзыв"], ["Долго"]]), "xl/worksheets/sheet1.xml", lambda _: sheet)

    def counted() -> None:
        assert sheet.count(b"<a>") + sheet.count(b'=""') >= 120_000

    def refused() -> None:
        with pytest.raises(LayoutChanged, match="more cells"):
            read(bomb)

    # To make elements of them would take a hundred times what it takes to count them.
    assert is_within(20, counted, refused, prompt=0.05)


def test_a_part_longer_than_it_says_is_refused() -> None:
    content = workbook([["Отзыв"], ["Долго"]])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(LayoutChanged, match="cannot be read"):
        read(lying)


def test_rows_without_anything_are_counted_too() -> None:
    found = read("Отзыв;Оценка\nДолго;1\n" + ";\n" * 110_000)
    assert len(found.items) == 1
    assert "the rest is not read" in found.unreadable[0].why


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"columns": {"txt": "Отзыв"}}, "no column 'txt'"),
        ({"columns": {"author": "Гость"}}, "must name the text"),
        ({"scale": 0}, "highest mark"),
        ({"delimiter": ";;"}, "one character"),
        ({"zone": "Europe/Moskva"}, "not known"),
        ({"encoding": "cp-1251-x"}, "not known"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table.Options(**options)


@pytest.mark.parametrize(
    ("ref", "asked"),
    [
        ("/srv/exports/отзывы за март.csv", "file:///srv/exports/%D0%BE%D1%82%D0%B7"),
        ("file:///srv/exports/r.xlsx", "file:///srv/exports/r.xlsx"),
        ("https://example.com/r.csv?k=1", "https://example.com/r.csv?k=1"),
    ],
)
def test_asks_once_for_an_address_or_a_whole_path(ref: str, asked: str) -> None:
    requests, _ = drive(table.pages(target(ref), {}), [payload("Отзыв\nДолго\n")])
    assert len(requests) == 1
    assert requests[0].url.startswith(asked)


@pytest.mark.parametrize("ref", ["exports/r.csv", "../r.csv", "r.csv"])
def test_a_path_from_nowhere_is_refused(ref: str) -> None:
    with pytest.raises(Denied, match="whole path"):
        next(table.pages(target(ref), {}))


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("table:/srv/r.csv", "/srv/r.csv"),
        ("table:https://example.com/export?x=1", "https://example.com/export?x=1"),
        ("https://example.com/export.CSV?x=1", "https://example.com/export.CSV?x=1"),
        ("https://example.com/export", None),
        ("/srv/r.csv", None),
        ("table:", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = table.recognise_url(url)
    assert (hint.ref if hint else None) == ref


def test_a_rows_link_is_the_reviews_page() -> None:
    item = read("Отзыв;Ссылка\nДолго;https://example.com/r/1\n").items[0]
    assert table.review_url(target(), item) == "https://example.com/r/1"
    item = read("Отзыв;Ссылка\nДолго;javascript:alert(1)\n").items[0]
    assert table.review_url(target(), item) is None


@pytest.mark.parametrize("name", sorted(registry.installed()))
def test_a_pasted_scrap_is_no_error(name: str) -> None:
    for scrap in ("https://[", "", "   ", "http://", "https://[::1", "\x00", "://"):
        assert registry.load(name).recognise_url(scrap) is None


def test_a_field_without_measure_hides_no_other_row() -> None:
    page = read(
        f'id,rating,text\n1,1,"{"а" * 200_000}"\n2,2,плохо\n3,3,{"б" * 200_000}\n4,4,так\n'
    )
    assert [item.external_id for item in page.items] == ["1", "2", "3", "4"]
