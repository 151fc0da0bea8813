"""More ways of writing feeds and tables, beside those of `test_as_written`: nothing is lost, and
letters, zones, marks and dates are read whatever their labels say."""

import io
from typing import Any

import pytest
from driving import payload
from openpyxl import Workbook
from test_as_written import entry, read_feed, read_table, rss, target

from reviewbot.core.contract import LayoutChanged
from sources import table

LONG = "Ждали очень долго, больше часа, а официант нахамил нам и ушёл"
AT = 1772709600


@pytest.mark.parametrize(
    ("prolog", "encoding"),
    [
        *[("iso-8859-1", "cp1251"), ("windows-1252", "cp1251"), ("windows-1251", "koi8-r")],
        *[("utf-8", "koi8-r"), ("x-mac-cyrillic", "mac-cyrillic"), ("cp866", "cp866")],
        *[
            ("utf-8", "utf-16-le"),
            ("utf-16", "utf-8"),
            ("windows-1251", "utf-16"),
            ("x", "cp1251"),
        ],
        *[("koi8-r", "koi8-r"), ("windows-1251", "cp1251"), ("us-ascii", "utf-8")],
    ],
)
def test_letters_of_a_feed(prolog: str, encoding: str) -> None:
    text = rss(entry(LONG), prolog=f'<?xml version="1.0" encoding="{prolog}"?>')
    assert read_feed(text.encode(encoding)).items[0].text == LONG


def test_letters_of_another_language_are_its_labels() -> None:
    german = rss(entry("Größe schön, Süßes"), prolog='<?xml version="1.0" encoding="iso-8859-1"?>')
    content = german.replace("Отзыв", "A").replace("О", "B").encode("iso-8859-1")
    assert read_feed(content).items[0].text == "Größe schön, Süßes"


@pytest.mark.parametrize("encoding", ["koi8-r", "utf-16-le", "utf-16-be", "cp866", "utf-8-sig"])
def test_letters_of_a_table(encoding: str) -> None:
    text = f"Дата;Автор;Оценка;Отзыв\n05.03.2026;Анна;2;{LONG}\n"
    (item,) = table.parse(payload(text.encode(encoding)), target(table)).items
    assert (item.author, item.text) == ("Анна", LONG)


@pytest.mark.parametrize(
    "broken",
    [
        rss(entry("Ждали&#xD83D;&#xDE00;"), entry(guid="b")),
        rss(entry("Ждали&#11;час"), entry(guid="b")),
        rss(entry("R&"), entry(guid="b")),
        rss(entry(link="https://x.example/?a=1&b=2"), entry(guid="b")),
        rss(entry("5 < 6"), entry(guid="b")),
        "\ufeff\n\n" + rss(entry(), entry(guid="b")) + "\n<!-- cached --><div>x</div>",
        rss(entry(), entry(guid="b")).replace("item>", "ITEM>"),
        rss(entry(), entry(guid="b")).replace("</channel></rss>", ""),
        rss(entry("<p>Ждали<br>час"), entry(guid="b")),
    ],
    ids=["half", "control", "amp", "link", "less", "around", "capitals", "end", "html"],
)
def test_a_feed_with_something_broken(broken: str) -> None:
    page = read_feed(broken)
    assert (len(page.items), page.unreadable) == (2, ())


@pytest.mark.parametrize("zone", ["МСК", "MSK+0300", "Europe/Moscow", "по Москве", "GMT+03:00"])
def test_a_zone_of_a_feed(zone: str) -> None:
    page = read_feed(rss(entry(date=f"Thu, 05 Mar 2026 14:20:00 {zone}")), "Asia/Omsk")
    assert page.items[0].published_at is not None
    assert page.items[0].published_at.timestamp() == AT


def test_a_date_and_a_mark_in_a_vocabulary_that_is_not_declared() -> None:
    told = "<a10:updated>2026-03-05T11:20:00Z</a10:updated><x:stars>2</x:stars>"
    (item,) = read_feed(rss(f"<item><title>а</title>{told}</item>")).items
    assert item.published_at is not None
    assert (item.published_at.timestamp(), item.rating) == (AT, 2)


def test_entries_of_one_guid_and_different_links_or_dates_are_all_read() -> None:
    by_link = rss(*(entry("Ок", "g", link=f"https://x.example/{n}") for n in range(3)))
    dates = (f"Thu, 0{day} Mar 2026 14:20:00 +0300" for day in (4, 5, 6))
    by_date = rss(*(entry("Ок", "g", date=date) for date in dates))
    for text in (by_link, by_date):
        assert len({item.external_id for item in read_feed(text).items}) == 3


@pytest.mark.parametrize("mark", ["null", "#Н/Д", "?", "нет оценки", "не указано", "NaN", "0"])
def test_no_mark_of_a_table(mark: str) -> None:
    page = read_table(f"Дата;Автор;Оценка;Отзыв\n05.03.2026;А;{mark};Ждали\n06.03.2026;Б;5;Ок\n")
    assert [item.rating for item in page.items] == [None, 5]


@pytest.mark.parametrize(
    "date",
    [
        "46086.5",
        "46086,5972",
        "05-03-2026",
        "05.03.2026, чт",
        "чт 05.03.2026",
        "5 мар 26",
        "5.3.26",
    ],
)
def test_a_date_of_a_table(date: str) -> None:
    page = read_table(f'Дата;Автор;Оценка;Отзыв\n"{date}";А;2;Ждали\n06.03.2026;Б;5;Ок\n')
    assert page.unreadable == ()
    assert page.items[0].published_at is not None
    assert page.items[0].published_at.date().isoformat() == "2026-03-05"


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_an_open_quote_whatever_parts_the_cells(mark: str) -> None:
    rows = [
        ["Дата", "Автор", "Оценка", "Отзыв"],
        ["05.03.2026", "Анна", "2", '"Уют" так нельзя'],
        ["06.03.2026", "Борис", "8/10", '"Грязно'],
        ["07.03.2026", "Вера", "1", "Нахамили"],
    ]
    page = read_table("\n".join(mark.join(row) for row in rows))
    assert [item.text for item in page.items] == ['"Уют" так нельзя', '"Грязно', "Нахамили"]


@pytest.mark.parametrize(
    "heads",
    [
        "Review date,Reviewer,Star rating,Review text",
        "Отметка времени,Имя клиента,Количество звёзд,Отзыв клиента",
        "Дата публикации,Имя автора,Рейтинг,Текст отзыва",
    ],
)
def test_headings(heads: str) -> None:
    (item,) = read_table(f"{heads}\n2026-03-05,Анна,2,Ждали\n").items
    assert (item.author, item.rating, item.text) == ("Анна", 2, "Ждали")
    assert item.published_at is not None


ROW = '{"date":"2026-03-05","author":"Анна","rating":2,"text":"Ждали","photos":[{"a":1},{"a":2}]}'


@pytest.mark.parametrize(
    "text",
    [
        ROW,
        f"[{ROW},]",
        f'{{"data":{{"total":1,"items":[{ROW}]}}}}',
        '{\n "reviews": [\n' + ROW + "\n]}",
        "[" + ROW.replace('"', "'") + "]",
    ],
    ids=["line", "comma", "answer", "lines", "single"],
)
def test_json_of_a_table(text: str) -> None:
    (item,) = read_table(text).items
    assert (item.author, item.rating, item.text) == ("Анна", 2, "Ждали")


def test_a_broken_line_of_json_is_told() -> None:
    page = read_table(ROW[:-9] + "\n" + ROW + "\n")
    counts: tuple[Any, ...] = (len(page.items), len(page.unreadable))
    assert counts == (1, 1)


HEADS = ["Дата", "Автор", "Оценка", "Отзыв"]
GUEST = ["05.03.2026", "Анна", "2", "Ждали <b>час</b>"]


def page_of(*rows: list[str]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return (
        f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></body></html>"
    )


EXCEL_XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ss:Worksheet ss:Name="A">
<ss:Table><ss:Row><ss:Cell><ss:Data ss:Type="String">Отзывы</ss:Data></ss:Cell></ss:Row>
<ss:Row><ss:Cell><ss:Data>Дата</ss:Data></ss:Cell><ss:Cell><ss:Data>Автор</ss:Data></ss:Cell>
<ss:Cell><ss:Data>Оценка</ss:Data></ss:Cell><ss:Cell><ss:Data>Отзыв</ss:Data></ss:Cell></ss:Row>
<ss:Row><ss:Cell ss:MergeDown="1"><ss:Data>2026-03-05T00:00:00.000</ss:Data></ss:Cell>
<ss:Cell ss:Index="3"><ss:Data ss:Type="Number">2</ss:Data></ss:Cell>
<ss:Cell><ss:Data>Ждали час</ss:Data></ss:Cell></ss:Row>
<ss:Row><ss:Cell ss:Index="2"><ss:Data>Борис</ss:Data></ss:Cell>
<ss:Cell><ss:Data>1</ss:Data></ss:Cell>
<ss:Cell><ss:Data>Грязно</ss:Data></ss:Cell></ss:Row></ss:Table></ss:Worksheet></ss:Workbook>"""


def test_a_workbook_that_is_a_web_page() -> None:
    (item,) = read_table(page_of(["Отчёт"], HEADS, GUEST)).items
    assert (item.author, item.rating, item.text) == ("Анна", 2, "Ждали час")
    merged = page_of(HEADS, GUEST, ["1", "Грязно"])
    merged = merged.replace("<td>05", '<td rowspan="2">05').replace(
        "<td>Анна", "<td rowspan=2>Анна"
    )
    _, second = read_table(merged).items
    assert (second.author, second.rating, second.text) == ("Анна", 1, "Грязно")
    menu = "<table><tr><td>Главная</td><td>Отзывы</td></tr></table>"
    assert len(read_table(menu + page_of(HEADS, GUEST)).items) == 1
    with pytest.raises(LayoutChanged, match="a web page"):
        read_table(menu)


def test_a_workbook_in_the_xml_of_2003() -> None:
    first, second = read_table(EXCEL_XML).items
    assert (first.author, first.rating, first.text) == (None, 2, "Ждали час")
    assert (second.author, second.rating, second.text) == ("Борис", 1, "Грязно")
    assert first.published_at == second.published_at is not None


@pytest.mark.parametrize(
    ("told", "items", "unreadable"),
    [
        ('[{"rating":1,"text":"a"},{"rating":2,"text":"b"},{"rating":3,"te', 2, 1),
        ('[{"rating":1,"text":"a"},{"rating":2,"text":"b"c"},{"rating":3,"text":"d"}]', 2, 1),
        ('{"rating":1,\n"text":"a"}\n{"rating":2,\n"text":"b"}', 2, 0),
        ('{"new":[{"rating":1,"text":"a"}],"old":[{"rating":2,"text":"b"},{"rating":3}]}', 3, 0),
        ('[{"page":1,"reviews":[{"rating":1}]},{"page":2,"reviews":[{"rating":2}]}]', 2, 0),
        ('{"users":[{"name":"A"},{"name":"B"}],"reviews":[{"id":1,"rating":1,"text":"a"}]}', 1, 0),
    ],
)
def test_reviews_of_a_file_of_json(told: str, items: int, unreadable: int) -> None:
    page = read_table(told)
    assert (len(page.items), len(page.unreadable)) == (items, unreadable)


@pytest.mark.parametrize(
    "heads",
    [
        "№;Дата и время;ФИО клиента;Оценка (1-5);Комментарий гостя, по желанию;Официальный ответ",
        "N;review_datetime_utc;author_title;review_rating;review_text;owner_answer",
        "N;publishedAtDate;reviewerName;starRating;reviewText;responseFromOwnerText",
        "N;Дата;Имя покупателя;Оценка из 5;Текст отзыва [обязательно];Ответ на отзыв",
    ],
)
def test_headings_that_say_more(heads: str) -> None:
    (item,) = read_table(f"{heads}\n1;05.03.2026 14:20;Анна;2;Ждали;Извините\n").items
    assert item.published_at is not None
    assert (item.author, item.rating, item.text, item.reply_text) == (
        "Анна",
        2,
        "Ждали",
        "Извините",
    )


def test_dates_of_a_file_tell_which_number_is_the_month() -> None:
    american = read_table("date,text\n3/5/2026 2:20 PM,a\n03/25/2026,b\n")
    assert [str(item.published_at)[:10] for item in american.items] == ["2026-03-05", "2026-03-25"]
    european = read_table("date,text\n05/03/2026,a\n25/03/2026,b\n")
    assert [str(item.published_at)[:10] for item in european.items] == ["2026-03-05", "2026-03-25"]
    unsure = read_table("date,text\n05/03/2026,a\n25/03/2026,b\n03/25/2026,c\n")
    assert [entry.why[:5] for entry in unsure.unreadable] == ["row 2"]


def test_a_sheet_beside_the_one_that_is_read_is_told() -> None:
    book = Workbook()
    for name, rows in (("Март", [HEADS, GUEST]), ("Апрель", [HEADS, GUEST]), ("Май", [HEADS])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    page = table.parse(payload(packed.getvalue()), target(table))
    assert len(page.items) == 1
    assert [entry.why.partition(":")[0] for entry in page.unreadable] == [
        "the sheet Апрель is not read"
    ]
    chosen = table.parse(payload(packed.getvalue()), target(table, sheet="Апрель"))
    assert (len(chosen.items), chosen.unreadable) == (1, ())


def test_a_shops_file_of_reviews_is_no_empty_feed() -> None:
    review = "<review><content>Плохо</content></review>"
    shop = f"<feed><version>2.3</version><reviews>{review}</reviews></feed>"
    with pytest.raises(LayoutChanged, match="neither RSS nor Atom"):
        read_feed(shop)
