"""More ways of writing what `test_as_written` shows: other tags, languages, quotes, wrappings of
the same kinds of trouble in pages with reviews."""

import json
from typing import Any

import pytest
from test_as_written import ANNA, BODY, ld, one, place, script

from reviewbot.core.contract import Page

MARKS = {
    5: (
        "★★★★★ 5.0",
        "5.0 ★",
        "10/10",
        "100%",
        "Excellent",
        "отлично",
        "пять",
        "5 - отлично",
        "♥♥♥♥♥",
    ),
    4: (
        "4,5 из 5",
        "80 %",
        "8 из 10",
        "4 звезды из 5",
        "4 (из 5)",
        "4.0 по 5-балльной",
        "Хорошо (4)",
    ),
    3: ("★★★☆☆", "●●●○○", "3 sur 5", "3⁄5", "3 / 5", "★★★½", "нормально", "three"),
    2: ("2 von 5 Sternen", "Плохо", "Rated 2 out of 5 stars", "2 of 5 bubbles"),
    1: ("одна звезда", "ужасно", "Terrible", "1 - ужасно", "0.2/1"),
}


@pytest.mark.parametrize(
    ("stars", "told"), [(stars, told) for stars, some in MARKS.items() for told in some]
)
def test_a_mark(stars: int, told: str) -> None:
    assert one(script({**ANNA, "reviewRating": {"ratingValue": told}})).rating == stars


@pytest.mark.parametrize("told", ["", "0", "н/д", "N/A", "так себе", "4 отзыва, 5 фото", "✔"])
def test_no_mark(told: str) -> None:
    assert one(script({**ANNA, "reviewRating": {"ratingValue": told}})).rating is None


@pytest.mark.parametrize(
    ("tag", "stars"),
    [
        ('<meter itemprop="ratingValue" max="10" value="2"></meter>', 1),
        ('<progress itemprop="ratingValue" max="100" value="80"></progress>', 4),
        ('<i itemprop="ratingValue" class="stars" data-rating="3"></i>', 3),
        ('<img itemprop="ratingValue" src="4.gif" alt="" title="4 из 5">', 4),
        ('<span itemprop="ratingValue"><span style="width: 40%"></span></span>', 2),
        ('<svg itemprop="ratingValue"><title>2 из 5</title></svg>', 2),
        ('<span itemprop="ratingValue">★★<span class=off>☆☆☆</span></span>', 2),
        ('<span itemprop="ratingvalue" content="">3</span>', 3),
        ('<b itemprop="ratingValue"><img src="3.png" alt="3 из 5"></b>', 3),
    ],
)
def test_a_mark_that_is_drawn(tag: str, stars: int) -> None:
    item = one(
        '<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Анна</b>'
        f'<div itemprop="reviewRating" itemscope>{tag}</div></div>'
    )
    assert item.rating == stars


DAYS = (
    *(
        "05 Марта 2026 г.",
        "5-мар-2026",
        "Mar. 5th, 2026",
        "5th of March, 2026",
        "5 марта 2026 года",
    ),
    *("четверг, 5 марта 2026 г.", "Опубликовано 5 марта 2026", "Отзыв от 05.03.2026"),
    *("Reviewed in the United States on March 5, 2026", "5 de marzo de 2026", "5 березня 2026"),
    *(
        "2026-W10-4",
        "2026-064",
        "20260305",
        "2026年3月5日",
        "2026‑03‑05",
        "05. 03. 2026",
        "5 мар 26",
    ),
    *("&#50;026-03-05", "\u200e05.03.2026", "5 Марта, 2026", "5 martie 2026", "5 мая 2026"),
    *("5 фев 2026", "5 сен 2026", "5 ноя 2026"),
)
MOMENTS = (
    *("2026-03-05 14:20 по Москве", "5 марта 2026, 14:20 МСК", "5 марта 2026, 16:20 (МСК+2)"),
    *("Thu Mar 05 2026 14:20:00 GMT+0300 (Москва, стандартное время)", "2026-03-05 16:20 UTC+5"),
    *("1772709600.0", "1772709600123456", "/Date(1772709600000+0300)/", "05.03.2026 | 14:20"),
    *("14:20 05.03.2026", "2026-03-05T14:20:00+03:00[Europe/Moscow]", "05.03.2026 14.20"),
    *("2026-03-05T14:20:00[Europe/Moscow]", "2026-03-05 14-20-00", "March 5 2026 2:20pm"),
)


@pytest.mark.parametrize("told", DAYS)
def test_a_day(told: str) -> None:
    item = one(script({**ANNA, "datePublished": told}), zone="Europe/Moscow")
    months = {"мая": 5, "фев": 2, "сен": 9, "ноя": 11}
    month = next((number for word, number in months.items() if word in told), 3)
    assert item.published_at is not None
    assert item.published_at.date().isoformat() == f"2026-{month:02}-05"
    assert item.published_precision.value == "day"


@pytest.mark.parametrize("told", MOMENTS)
def test_a_moment(told: str) -> None:
    item = one(script({**ANNA, "datePublished": told}), zone="Europe/Moscow")
    assert item.published_at is not None
    assert int(item.published_at.timestamp()) == 1772709600
    assert item.published_precision.value == "second"


@pytest.mark.parametrize(
    "told",
    [
        *(
            "сегодня в 14:05",
            "3 дня назад",
            "a month ago",
            "5 марта в 14:20",
            "март 2026",
            "05.03",
        ),
        *("5-6 марта 2026", "2026-03-05 - 2026-03-07", "отзыв 12 от 5 марта 2026", "0000-00-00"),
        *("2026-367", "2026-W60-1", "1970-01-01"),
    ],
)
def test_no_date_is_guessed(told: str) -> None:
    assert one(script({**ANNA, "datePublished": told}), zone="Europe/Moscow").published_at is None


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace('"Лавка",', '"Лавка", /* имя "x" */'),
        BODY.replace('"Лавка",', "NaN,"),
        BODY.replace('"', "'"),
        BODY.replace("}]", "},]"),
        BODY.replace('"', "&#34;"),
        BODY.replace('"', "&amp;quot;"),
        BODY.replace(", ", ",\u200b"),
        BODY.replace('"', "”"),
        json.dumps(BODY)[1:-1],
        json.dumps(BODY),
        f"window.__ld = {BODY};",
        f"<!-- //\n{BODY}\n// -->",
        BODY.replace("Лавка", "Лав\x00\t\u2028ка"),
    ],
    ids=[
        *("block", "nan", "single", "comma", "#34", "amp", "unseen", "curly", "escaped", "string"),
        *("assigned", "js", "control"),
    ],
)
def test_almost_json(body: str) -> None:
    page = ld(script(body), script(ANNA))  # a script that is not read would be told
    assert [(item.author, item.rating) for item in page.items] == [("Анна", 2)]
    assert page.unreadable == ()


LONG = "https://schema.org/"


@pytest.mark.parametrize(
    "told",
    [
        {"@type": "Place", "review": {"@set": [ANNA]}},
        {"@type": "Place", "review": {"@list": [ANNA]}},
        {"@type": "Place", "@reverse": {"itemReviewed": [ANNA]}},
        {**{k: v for k, v in ANNA.items() if k != "@type"}, "type": "Review"},
        {**ANNA, "@type": "review"},
        {"@type": "s:Review", **{f"s:{k}": v for k, v in ANNA.items() if k != "@type"}},
        {
            "@type": [f"{LONG}Review"],
            f"{LONG}author": [{f"{LONG}name": [{"@value": "Анна"}]}],
            f"{LONG}reviewBody": [{"@value": "Ждали час"}],
            f"{LONG}reviewRating": [{f"{LONG}ratingValue": [{"@value": "2"}]}],
        },
        {
            "@graph": [
                {**ANNA, "author": {"@id": "#p"}, "reviewRating": {"@id": "#r"}},
                {"@id": "#p", "@type": "Person", "name": "Анна"},
                {"@id": "#r", "@type": "Rating", "ratingValue": 2},
            ]
        },
        {**ANNA, "reviewBody": {"ru": "Ждали час"}, "reviewRating": {"RatingValue": "2"}},
    ],
    ids=["set", "list", "reverse", "type", "case", "prefix", "expanded", "refs", "language"],
)
def test_json_ld_in_its_other_forms(told: Any) -> None:
    item = one(script(told))
    assert (item.author, item.text, item.rating) == ("Анна", "Ждали час", 2)


def test_reviews_listed_by_their_numbers() -> None:
    page = ld(script({"@type": "Place", "review": {"1": ANNA, "2": {"description": "Грязно"}}}))
    assert [item.text for item in page.items] == ["Ждали час", "Грязно"]
    assert page.unreadable == ()


@pytest.mark.parametrize(
    "script_tag",
    [
        f'<script data-type="text/x" id=a type=application/ld+json async>{BODY}</script>',
        f"<SCRIPT TYPE='application/json+ld'>{BODY}</SCRIPT\n>",
        f'<script type="application/ld%2Bjson">{BODY}</script>',
        '<script type="application/json">'
        + json.dumps({"@context": "https://schema.org", **place(ANNA)})
        + "</script>",
    ],
)
def test_a_script_written_otherwise(script_tag: str) -> None:
    assert one(script_tag).author == "Анна"


@pytest.mark.parametrize(
    "text",
    [
        '<div prefix="schema: http://schema.org/" typeof="schema:Review">'
        '<span property="schema:author" typeof="schema:Person"><b property="schema:name">Анна</b>'
        '</span><div rel="schema:reviewRating"><div typeof="schema:Rating">'
        '<span property="schema:ratingValue">2</span></div></div>'
        '<p property="schema:reviewBody">Ждали час</p></div>',
        '<div itemscope itemtype="http://data-vocabulary.org/Review">'
        '<b itemprop="reviewer">Анна</b>'
        '<span itemprop="rating" itemscope itemtype="http://data-vocabulary.org/Rating">'
        '<span itemprop="value">2</span><meta itemprop="best" content="5"></span>'
        '<p itemprop="description">Ждали час</p></div>',
        '<div class="h-review"><a class="p-author h-card">Анна</a>'
        '<data class="p-rating" value="2">2</data><div class="e-content">Ждали час</div></div>',
        '<DIV ITEMSCOPE ITEMTYPE="HTTP://SCHEMA.ORG/review"><SPAN ITEMPROP="author">Анна</SPAN>'
        '<SPAN ITEMPROP="ratingvalue">2</SPAN><P ITEMPROP="reviewbody">Ждали час</P></DIV>',
        '<div itemscope itemtype="https://schema.org/Place" itemref="r1"></div><div id="r1" '
        'itemprop="review" itemscope itemtype="https://schema.org/Review">'
        '<b itemprop="author">Анна</b><i itemprop="ratingValue">2</i>'
        '<p itemprop="reviewBody">Ждали час</p></div>',
        '<div class="hreview"><span class="reviewer">Анна</span><abbr class="rating" title="2">**'
        '</abbr><blockquote class="description"><p>Ждали час</p></blockquote></div>',
    ],
    ids=["rdfa rel", "data-vocabulary", "h-review", "capitals", "itemref", "hreview"],
)
def test_marked_up_otherwise(text: str) -> None:
    item = one(text)
    assert (item.author, item.text, item.rating) == ("Анна", "Ждали час", 2)


PHOTO = "https://x.example/1.jpg"


@pytest.mark.parametrize(
    "told",
    [
        {"image": {"@type": "ImageObject", "contentUrl": [PHOTO]}},
        {"image": [{"@type": "ImageObject", "url": {"@id": PHOTO}}]},
        {"image": {"@id": PHOTO}},
        {"image": "//x.example/1.jpg"},
        {"photo": "/1.jpg"},
        {"associatedMedia": [{"contentUrl": {"@value": PHOTO}}, PHOTO]},
    ],
)
def test_photos(told: Any) -> None:
    assert one(script({**ANNA, **told})).photos == (PHOTO,)


def test_photos_and_notes_in_attributes() -> None:
    item = one(
        '<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Анна</b>'
        '<img itemprop="image" src="/1.jpg" alt="Фото"><p itemprop="pro">Вкусно</p>'
        '<p itemprop="contra">Грязно</p><p itemprop="reviewBody">Ждали</p></div>'
    )
    assert (item.photos, item.pros, item.cons) == ((PHOTO,), "Вкусно", "Грязно")


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("&amp;lt;p&amp;gt;Ждали час", "Ждали час"),
        ("Ждали\\nчас", "Ждали\nчас"),
        ("<![CDATA[Ждали час]]>", "Ждали час"),
        ("Ждали <!-- x -->час<style>.a{}</style>", "Ждали час"),
        ("<table><tr><td>Ждали</td><td>час</td></tr></table>", "Ждали час"),
        ("<center><mark>Ждали</mark> час</center>", "Ждали час"),
        ("a<b и c>d", "a<b и c>d"),
        ("AT&T и R&D, цена &lt; 500", "AT&T и R&D, цена < 500"),
        ("[b]Ждали[/b]", "[b]Ждали[/b]"),
    ],
)
def test_a_text(told: str, text: str) -> None:
    assert one(script({**ANNA, "reviewBody": told})).text == text


@pytest.mark.parametrize(
    ("told", "notes"),
    [
        ({"positiveNotes": {"@list": ["Вкусно"]}, "cons": "Грязно"}, ("Вкусно", "Грязно")),
        ({"negativeNotes": [{"@type": "WebContent", "text": "Грязно"}]}, (None, "Грязно")),
        ({"advantages": "<b>Вкусно</b>", "disadvantages": "Грязно"}, ("Вкусно", "Грязно")),
        ({"positivenotes": ["Вкусно"]}, ("Вкусно", None)),
    ],
)
def test_notes(told: Any, notes: Any) -> None:
    item = one(script({**ANNA, **told}))
    assert (item.pros, item.cons) == notes


def counted(page: Page) -> int:
    return len(page.items) + len(page.unreadable)


@pytest.mark.parametrize(
    "body",
    [
        '{"@type":"Place","review":[{"author":{"@type":"Person","name":"Б"},"@type":"Review",'
        '"reviewBody":"Кафе "Уют""},{"author":{"@type":"Person","name":"В"},"reviewRating":'
        '{"ratingValue":1},"@type":"Review","reviewBody":"Плохо"}]}',
        "{'review':[{'@type':'Review','reviewBody':'Хоро'шо'},{'@type':'Review','name':'Б'}]}",
    ],
    ids=["the type stands last", "single quotes"],
)
def test_each_review_of_a_broken_script_is_read_or_told(body: str) -> None:
    assert counted(ld(script(ANNA), script(body))) == 3


def test_hreview_with_the_capitals_of_its_name() -> None:
    inside = '<span class="reviewer">{}</span><span class="description">Долго</span>'
    kinds = ("hreview", "hReview hentry", "h-review", "HREVIEW")
    page = "".join(f'<div class="{kind}">{inside.format(kind)}</div>' for kind in kinds)
    assert len(ld(page).items) == 4


@pytest.mark.parametrize(
    ("value", "worst", "best", "stars"),
    [
        (0, 0, 10, 1),
        ("-1", "-1", "1", 1),
        (1, -1, 1, 5),
        (0, -1, 1, 1),
        (5, 0, 10, 2),
        (0, 1, 5, None),
    ],
)
def test_the_lowest_mark_there_is(value: Any, worst: Any, best: Any, stars: int | None) -> None:
    rating = {"ratingValue": value, "worstRating": worst, "bestRating": best}
    review = {"@type": "Review", "author": "Анна", "reviewBody": "Плохо", "reviewRating": rating}
    script = f'<script type="application/ld+json">{json.dumps(review)}</script>'
    assert ld(script).items[0].rating == stars


def test_a_value_that_a_script_leaves_undefined() -> None:
    script = '[{"@type":"Review","author":"А","reviewBody":"Плохо","reviewRating":undefined}]'
    page = ld(f'<script type="application/ld+json">{script}</script>')
    assert (len(page.items), page.unreadable) == (1, ())
