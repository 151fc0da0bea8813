"""Pages, feeds and tables as people and templates write them: nothing lost, mixed up or refused.

Each test is one kind of trouble that was met on captured files; the data is made by hand.
"""

import io
import json
import zipfile
from typing import Any

import pytest
from driving import payload

from reviewbot.core.contract import Blocked, Item, LayoutChanged, Page, Precision, Target
from sources import feed, json_ld, table

ANNA = {
    "@type": "Review",
    "author": {"@type": "Person", "name": "Анна"},
    "datePublished": "2026-03-05",
    "reviewBody": "Ждали час",
    "reviewRating": {"@type": "Rating", "ratingValue": "2"},
}


def target(source: Any, here: str = "", /, **options: Any) -> Target:
    chosen = source.Options(**options)
    return Target(key="t", source=source.NAME, ref="https://x.example", options=chosen, zone=here)


def script(value: Any, kind: str = "application/ld+json") -> str:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f'<script type="{kind}">{body}</script>'


def place(*reviews: Any, **more: Any) -> dict[str, Any]:
    return {"@type": "LocalBusiness", "name": "Лавка", "review": list(reviews), **more}


def ld(*parts: str, zone: str = "") -> Page:
    text = f"<!doctype html><html><body>{''.join(parts)}</body></html>"
    return json_ld.parse(payload(text), target(json_ld, zone))


def one(*parts: str, zone: str = "") -> Item:
    (item,) = ld(*parts, zone=zone).items
    return item


def texts(page: Page) -> list[str | None]:
    return [item.text for item in page.items]


# Reviews lost, mixed up or read twice.


@pytest.mark.parametrize("date", ["05.03.2026", "сто лет назад", ""])
def test_reviews_of_one_name_are_all_read_whatever_their_dates(date: str) -> None:
    guests = [
        {**ANNA, "author": "Гость", "datePublished": date, "reviewBody": text}
        for text in ("Грязно", "Ждали час", "Всё хорошо")
    ]
    page = ld(script(place(*guests)))
    assert len({item.external_id for item in page.items}) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"reviewRating": {"ratingValue": 1}},
        {"url": "https://x.example/otzyv/2"},
        {"datePublished": "неделю назад"},
    ],
)
def test_equal_words_with_another_mark_address_or_told_date_are_two_guests(other: Any) -> None:
    said = {**ANNA, "author": "Гость", "datePublished": "вчера", "reviewBody": "Хорошо"}
    both = script(place(said, {**said, **other}))
    for parts in ([both], [both, both], [script(place(said)), both]):
        assert len({item.external_id for item in ld(*parts).items}) == 2
        assert len(ld(*parts).items) == 2


def test_equal_words_in_two_scripts_with_two_marks_are_two_guests() -> None:
    said = {**ANNA, "author": "Гость", "reviewBody": "Хорошо"}
    other = {**said, "reviewRating": {"ratingValue": 5}}
    assert len({item.external_id for item in ld(script(said), script(other)).items}) == 2


def test_a_review_repeated_by_a_theme_is_one() -> None:
    twice = ld(script(place(ANNA)), script({**place(ANNA), "@type": "Product"}))
    assert len(twice.items) == 1
    other = {**ANNA, "reviewBody": "И ещё нахамили", "reviewRating": {"ratingValue": 1}}
    assert len(ld(script(place(ANNA, other)), script(place(ANNA, other))).items) == 2


def test_a_slider_with_cloned_slides_is_read_once() -> None:
    slide = (
        '<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Анна</b>'
        '<meta itemprop="datePublished" content="2026-03-05"><p itemprop="reviewBody">Ждали</p>'
        "</div>"
    )
    assert texts(ld(slide * 3)) == ["Ждали"]


def test_a_repeat_cut_short_is_the_same_review_and_the_whole_text_stays() -> None:
    cut = {**ANNA, "reviewBody": "Ждали час, а потом…"}
    whole = {**ANNA, "reviewBody": "Ждали час, а потом ещё час"}
    for first, second in ((cut, whole), (whole, cut)):
        assert texts(ld(script(place(first)), script(first | second))) == [whole["reviewBody"]]


def test_bare_stars_of_nameless_guests_are_as_many_as_shown() -> None:
    bare = {"@type": "Review", "author": "Гость", "datePublished": "2026-03-05"}
    bare["reviewRating"] = {"ratingValue": 5}  # type: ignore[assignment]
    page = ld(script(place(bare, bare, {**bare, "reviewRating": {"ratingValue": 1}})))
    assert len({item.external_id for item in page.items}) == 3
    assert len(ld(script(place(bare, bare)), script(place(bare, bare))).items) == 2


def test_a_list_in_microdata_beside_one_review_in_json_is_read() -> None:
    listed = "".join(
        f'<div itemprop="review" itemscope itemtype="http://schema.org/Review">'
        f'<span itemprop="author">{name}</span><p itemprop="reviewBody">Ждали час</p></div>'
        for name in ("Анна", "Борис")
    )
    inside = f'<div itemscope itemtype="http://schema.org/Place">{listed}</div>'
    page = ld(script({**ANNA, "author": "Редакция"}), inside)
    assert [item.author for item in page.items] == ["Редакция", "Анна", "Борис"]
    assert len(ld(script({**ANNA, "datePublished": None}), inside).items) == 2


def test_a_broken_script_is_told_and_whole_reviews_of_it_are_read() -> None:
    bare_quotes = '{"@type":"Review","author":"Б","reviewBody":"Кафе "Уют"","reviewRating":1}'
    page = ld(script(ANNA), script(bare_quotes))
    assert (len(page.items), len(page.unreadable)) == (1, 1)
    assert "Кафе" in page.unreadable[0].sample
    cut = json.dumps(place(ANNA, {**ANNA, "author": "Б"}), ensure_ascii=False)
    page = ld(script(cut[:-40]))
    assert (len(page.items), len(page.unreadable)) == (1, 1)
    with pytest.raises(LayoutChanged, match="broken"):
        ld(script(bare_quotes))


@pytest.mark.parametrize("entry", [None, "Хорошо", 5, [], {"@type": "Thing", "name": "x"}])
def test_what_stands_in_the_list_and_is_no_review_is_told(entry: Any) -> None:
    page = ld(script(place(ANNA, entry)))
    assert (len(page.items), len(page.unreadable)) == (1, 1)


def test_a_script_in_a_comment_is_not_on_the_page() -> None:
    hidden = f"<!-- {script({**ANNA, 'author': 'Образец'})} -->"
    assert one(hidden, script(ANNA)).author == "Анна"


# What is almost JSON, and markup written otherwise.

BODY = json.dumps(place(ANNA), ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        f"\n//<![CDATA[\n{BODY}\n//]]>\n",
        f"<!--\n{BODY}\n-->",
        f"/*<![CDATA[*/{BODY}/*]]>*/",
        BODY[:-1] + ",}",
        BODY.replace('"Лавка",', '"Лавка", // название\n'),
        f'{{"@type": "WebSite"}}\n{BODY}',
        BODY.replace('"', "&quot;"),
        BODY.replace("Ждали час", "Ждали\nчас"),
        BODY.replace('"Лавка"', "'Лав\\'ка'"),
        f"{BODY};",
    ],
    ids=["cdata", "comment", "css", "comma", "js", "two", "quot", "line", "apostrophe", ";"],
)
def test_json_as_templates_write_it(body: str) -> None:
    item = one(script(body))
    assert (item.author, item.rating) == ("Анна", 2)
    assert " ".join((item.text or "").split()) == "Ждали час"


@pytest.mark.parametrize(
    "kind", ["application/ld&#x2B;json", "Application/LD+JSON", "application/ld+json; charset=x"]
)
def test_a_scripts_type_written_otherwise(kind: str) -> None:
    assert one(script(place(ANNA), kind)).author == "Анна"


@pytest.mark.parametrize(
    "text",
    [
        '<div vocab="https://schema.org/" typeof="Place"><div property="review" typeof="Review">'
        '<span property="author">Анна</span><meta property="datePublished" content="2026-03-05">'
        '<span property="reviewRating" typeof="Rating"><b property="ratingValue">2</b></span>'
        '<p property="reviewBody">Ждали час</p></div></div>',
        '<div itemscope itemtype="https://schema.org/Place"><div itemprop="reviews" itemscope>'
        '<span itemprop="author">Анна</span><meta itemprop="datePublished" content="2026-03-05">'
        '<meta itemprop="ratingValue" content="2"><p itemprop="reviewBody">Ждали час</p></div>'
        "</div>",
        '<div itemscope itemtype="https://schema.org/Review" itemref="a b">'
        '<p itemprop="reviewBody">Ждали час</p></div><p id="a"><b itemprop="author">Анна</b>'
        '<time itemprop="datePublished" datetime="2026-03-05">вчера</time></p>'
        '<p id="b" itemprop="reviewRating" itemscope><i itemprop="ratingValue">2</i></p>',
        '<div class="hreview"><span class="reviewer vcard"><b class="fn">Анна</b></span>'
        '<abbr class="dtreviewed" title="2026-03-05">5 марта</abbr>'
        '<span class="rating"><b class="value">2</b></span>'
        '<p class="description">Ждали час</p></div>',
        '<div xmlns:v="http://rdf.data-vocabulary.org/#" typeof="v:Review">'
        '<span property="v:reviewer">Анна</span><b property="v:dtreviewed">2026-03-05</b>'
        '<b property="v:rating">2</b><p property="v:description">Ждали час</p></div>',
    ],
    ids=["rdfa", "reviews without a type", "itemref", "hreview", "data-vocabulary"],
)
def test_other_ways_of_marking_up(text: str) -> None:
    item = one(text)
    assert (item.author, item.text, item.rating) == ("Анна", "Ждали час", 2)
    assert item.published_at is not None
    assert item.published_at.date().isoformat() == "2026-03-05"


def test_reviews_without_author_and_date_are_told_apart_by_their_words() -> None:
    bare = [{"@type": "Review", "reviewBody": text} for text in ("Грязно", "Хорошо")]
    first, second = ld(script(place(*bare))).items
    assert first.external_id != second.external_id
    assert ld(script(place(bare[1]))).items[0].external_id == second.external_id


# Values wrong in silence.


@pytest.mark.parametrize(
    "told",
    [
        "1/5",
        "1 из 5",
        "20%",
        "★☆☆☆☆",
        "⭐️",
        "Оценка 1",
        "1 звезда",
        "1 out of 5",
        ["1"],
        {"@value": "1"},
    ],
)
def test_marks_as_they_are_written(told: Any) -> None:
    item = one(script({**ANNA, "reviewRating": {"ratingValue": told}}))
    assert (item.rating, item.score) == (1, None)


@pytest.mark.parametrize(
    "tag",
    [
        '<data itemprop="ratingValue" value="1">плохо</data>',
        '<meter itemprop="ratingValue" min="0" max="5" value="1"></meter>',
        '<img itemprop="ratingValue" src="/1.png" alt="1 из 5">',
        '<span itemprop="ratingValue" title="1 из 5"></span>',
        '<span itemprop="ratingValue" aria-label="1 из 5"></span>',
    ],
)
def test_marks_in_attributes(tag: str) -> None:
    assert (
        one(
            '<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Анна</b>'
            f'<div itemprop="reviewRating" itemscope>{tag}</div></div>'
        ).rating
        == 1
    )


def test_a_scale_told_by_the_aggregate_or_by_other_marks_counts() -> None:
    nine, two = ({**ANNA, "author": str(n), "reviewRating": {"ratingValue": n}} for n in (9, 2))
    aggregate = {"@type": "AggregateRating", "ratingValue": 8, "reviewCount": 2, "bestRating": 10}
    for more in ({"aggregateRating": aggregate}, {}):
        marks = [(item.rating, item.score) for item in ld(script(place(nine, two, **more))).items]
        assert marks == [(4, 9.0), (1, 2.0)]


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("<p>Ждали час.<br />Грязно</p>", "Ждали час.\nГрязно"),
        ("Кафе &amp;quot;Уют&amp;quot;", 'Кафе "Уют"'),
        (["Ждали час", "Грязно"], "Ждали час\nГрязно"),
        ({"@value": "Ждали час", "@language": "ru"}, "Ждали час"),
        ("Ждали <3 часа, 5 > 4", "Ждали <3 часа, 5 > 4"),
    ],
)
def test_texts_as_editors_and_lists_hold_them(told: Any, text: str) -> None:
    assert one(script({**ANNA, "reviewBody": told})).text == text


def test_pros_and_cons_and_every_part_of_a_text_are_read() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "name": "Вкусно"}]}
    item = one(script({**ANNA, "positiveNotes": listed, "negativeNotes": ["Грязно", "Дорого"]}))
    assert (item.pros, item.cons) == ("Вкусно", "Грязно\nДорого")
    parts = one(
        '<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Анна</b>'
        '<p itemprop="reviewBody">Вкусно</p><p itemprop="reviewBody">Но нахамили</p></div>'
    )
    assert parts.text == "Вкусно\nНо нахамили"


@pytest.mark.parametrize(
    "told",
    [
        "05.03.2026",
        "05.03.2026 14:20",
        "5 марта 2026",
        "5 мар. 2026 г.",
        "2026/03/05",
        "2026-3-5",
        "March 5, 2026",
        "Thu, 05 Mar 2026 14:20:00 +0300",
        "5. März 2026",
        "05.03.26",
        "1772709600",
        1772709600000,
    ],
)
def test_dates_as_they_are_written(told: Any) -> None:
    item = one(script({**ANNA, "datePublished": told}), zone="Europe/Moscow")
    assert item.published_at is not None
    assert item.published_at.date().isoformat() == "2026-03-05"
    is_exact = ":" in str(told) or str(told).startswith("1772")
    assert item.published_precision == (Precision.SECOND if is_exact else Precision.DAY)


@pytest.mark.parametrize(
    "told", ["2026-03", "03/05/2026", "вчера", "5 марта", "2026-02-30", "14:20"]
)
def test_what_is_no_certain_date_is_none(told: str) -> None:
    assert one(script({**ANNA, "datePublished": told})).published_at is None


def test_a_time_without_a_zone_is_the_locations() -> None:
    told = script({**ANNA, "datePublished": "2026-03-05 14:20:00"})
    there = one(told, zone="Europe/Moscow")
    assert there.published_at is not None
    assert there.published_at.timestamp() == 1772709600
    nowhere = one(told)
    assert nowhere.published_precision is Precision.DAY
    assert nowhere.published_at is not None
    assert nowhere.published_at.date().isoformat() == "2026-03-05"
    other = json_ld.parse(payload(told), target(json_ld, "Europe/Moscow", zone="Asia/Vladivostok"))
    assert other.items[0].published_at is not None
    assert other.items[0].published_at.timestamp() == 1772709600 - 7 * 3600


# Feeds.


def rss(*items: str, prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{prolog}<rss version="2.0"><channel><title>О</title>{"".join(items)}</channel></rss>'


def entry(text: str = "Ждали час", guid: str = "a", date: str = "", link: str = "") -> str:
    when = date or "Thu, 05 Mar 2026 14:20:00 +0300"
    identity = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return (
        f"<item><title>Отзыв</title><link>{link or 'https://x.example/otzyvy'}</link>{identity}"
        f"<pubDate>{when}</pubDate><description>{text}</description></item>"
    )


def read_feed(text: str | bytes, zone: str = "") -> Page:
    return feed.parse(payload(text), target(feed, zone))


@pytest.mark.parametrize("guid", ["lavka", ""], ids=["one guid", "one link"])
def test_entries_that_share_their_identity_are_all_read(guid: str) -> None:
    page = read_feed(rss(*(entry(text, guid) for text in ("Грязно", "Ждали час", "Хорошо"))))
    assert len({item.external_id for item in page.items}) == 3
    shorter = read_feed(rss(*(entry(text, guid) for text in ("Ждали час", "Хорошо"))))
    assert [item.external_id for item in shorter.items] == [
        item.external_id for item in page.items[1:]
    ]


def test_entries_of_a_text_alone_are_told_apart() -> None:
    bare = [f"<item><description>{text}</description></item>" for text in ("а б", "в г")]
    assert len({item.external_id for item in read_feed(rss(*bare)).items}) == 2


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (rss(entry("Ждали&nbsp;час &mdash; долго"), entry(guid="b")), "Ждали час — долго"),
        (rss(entry("R&B и час"), entry(guid="b")), "R&B и час"),
        (rss(entry("Ждали\x0b час"), entry(guid="b")), "Ждали час"),
        ("<br />\n<b>Notice</b>: x<br />\n" + rss(entry(), entry(guid="b")), "Ждали час"),
        (rss(entry(), entry(guid="b")) + "<script>x()</script>", "Ждали час"),
        (
            rss(entry().replace("</item>", "<dc:creator>А</dc:creator></item>"), entry(guid="b")),
            "Ждали час",
        ),
    ],
    ids=["entity", "ampersand", "control", "before", "after", "prefix"],
)
def test_a_feed_with_a_bad_character_is_read(broken: str, text: str) -> None:
    page = read_feed(broken)
    assert len(page.items) == 2
    assert page.items[0].text == text
    assert page.unreadable == ()


def test_entries_of_a_feed_that_breaks_off_are_counted() -> None:
    whole = rss(entry(), entry(guid="b"), entry(guid="c"))
    for end in range(whole.index("<item>") + 6, len(whole), 7):
        told = whole[:end].count("<item>")
        try:
            page = read_feed(whole[:end])
        except LayoutChanged:
            continue
        assert len(page.items) + len(page.unreadable) >= told


@pytest.mark.parametrize(
    "zone", ["MSK", "+03:00", "GMT+0300", "UTC+3", "+0300", "+0300 (MSK)", ""]
)
def test_zones_of_feeds(zone: str) -> None:
    page = read_feed(rss(entry(date=f"Thu, 05 Mar 2026 14:20:00 {zone}")), "Europe/Moscow")
    assert page.items[0].published_at is not None
    assert page.items[0].published_at.timestamp() == 1772709600
    assert page.items[0].published_precision is Precision.SECOND


@pytest.mark.parametrize(
    ("prolog", "encoding"),
    [("windows-1251", "utf-8"), ("utf-8", "cp1251"), ("koi8-r", "koi8-r"), ("utf-8", "utf-8-sig")],
)
def test_a_prolog_is_believed_where_it_can_be_true(prolog: str, encoding: str) -> None:
    text = rss(entry(), prolog=f'<?xml version="1.0" encoding="{prolog}"?>')
    assert texts(read_feed(text.encode(encoding))) == ["Ждали час"]


# Tables.


def read_table(text: str, **options: Any) -> Page:
    return table.parse(payload(text), target(table, "Europe/Moscow", **options))


def test_an_open_quote_swallows_no_rows() -> None:
    page = read_table(
        'Дата;Автор;Оценка;Отзыв\n05.03.2026;Анна;2;"Уют" - так назвать нельзя\n'
        '06.03.2026;Борис;1;"Грязно, ждали час\n07.03.2026;Вера;1;Нахамили\n'
        '08.03.2026;Глеб;5;"Всё; хорошо"\n09.03.2026;Дина;5;"Две\nстроки; и ""кавычки"""\n'
        '10.03.2026;Ева;1;"Открыто\n11.03.2026;Жан;1;"Закрыто"\n'
    )
    assert texts(page) == [
        '"Уют" - так назвать нельзя',
        '"Грязно, ждали час',
        "Нахамили",
        "Всё; хорошо",
        'Две\nстроки; и "кавычки"',
        '"Открыто',
        "Закрыто",
    ]
    assert page.unreadable == ()


def test_marks_of_tables() -> None:
    marks = ("1 звезда", "⭐️⭐️", "-", "5 звёзд", "4", "н/д", "3 из 5", "40%")
    rows = "".join(f"05.03.2026;Гость {n};{mark};Текст\n" for n, mark in enumerate(marks))
    page = read_table("Дата;Автор;Оценка;Отзыв\n" + rows)
    assert [item.rating for item in page.items] == [1, 2, None, 5, 4, None, 3, 2]


def test_a_mark_that_cannot_be_read_is_shown_as_people_wrote_it() -> None:
    page = read_table("Дата;Оценка;Отзыв\n05.03.2026;5;Ок\n05.03.2026;ужас;Ждали час\n")
    (told,) = page.unreadable
    assert "Ждали час" in told.sample
    assert "_Entry" not in told.sample


def test_dates_of_tables() -> None:
    dates = ("05.03.26", "46086", "5 марта 2026 года, 14:20", "2026-03-05 14:20:00 +0300 MSK")
    rows = "".join(f'"{date}";Гость {n};2;Текст\n' for n, date in enumerate(dates))
    page = read_table("Дата;Автор;Оценка;Отзыв\n" + rows)
    assert [item.published_at and item.published_at.day for item in page.items] == [5, 5, 5, 5]


def test_rows_that_share_an_id_are_all_read() -> None:
    page = read_table("id;Дата;Отзыв\n7;05.03.2026;Грязно\n7;06.03.2026;Ждали час\n")
    assert len({item.external_id for item in page.items}) == 2


# Refused with a wrong reason.


@pytest.mark.parametrize(
    "inside",
    [
        '<h1>Отзывы</h1><p>Тут пока только форма.</p><form action="/send"><textarea></textarea>'
        '<div class="g-recaptcha" data-sitekey="x"></div></form>',
        "<h1>Отзывы</h1><p>Пока никто не написал.</p>"
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
        "<h1>Отзывы</h1><form><label>Подтвердите, что вы не робот</label><textarea></textarea>"
        '<div class="h-captcha"></div></form>',
        '<h1>Отзывы</h1><form><input type="email"><div class="smart-captcha"></div></form>'
        '<script src="https://smartcaptcha.yandexcloud.net/captcha.js"></script>',
        '<h1>Гостевая книга</h1><form><img class="captcha-img" src="/c.php"></form>',
        '<h1>Отзывы</h1><script src="https://x.token.awswaf.com/x/challenge.js"></script>'
        '<script>var x = "geo.captcha-delivery.com"</script>',
        "<h1>Как доказать, что вы не робот</h1><p>" + "Капча бывает разной. " * 80 + "</p>",
        '<h1>Роботы</h1><p>робот</p><form><select></select><i class="g-recaptcha"></i></form>',
    ],
    ids=["form", "cloudflare", "notice", "yandex", "old", "passive", "article", "robots"],
)
def test_a_form_or_a_passive_script_is_no_bot_check(inside: str) -> None:
    with pytest.raises(LayoutChanged, match=r"no schema\.org review"):
        ld(inside)


@pytest.mark.parametrize(
    "inside",
    [
        "<title>Just a moment...</title><p>Checking your browser</p>",
        '<title>Проверка</title><p>Подтвердите, что вы не робот</p><i class="g-recaptcha"></i>',
        "<title>Security check</title><p>Please verify you are human</p><i class=h-captcha></i>",
        "<title>Один момент…</title><p>Подтвердите, что вы человек, выполнив действие.</p>",
        "<h1>Checking your browser before accessing x.example</h1><p>DDoS-Guard</p>",
        "<h1>Проверка браузера перед переходом на сайт</h1>",
        '<script src="/__qrator/qauth_utm_v2.js"></script>',
        '<script src="/_Incapsula_Resource?SWJIYLWA=1"></script><p>Request unsuccessful.</p>',
        "<p>Press & Hold to confirm you are a human (and not a bot).</p>",
        "<p>Please enable JS and disable any ad blocker</p>"
        '<script src="https://ct.captcha-delivery.com/c.js"></script>',
        '<h2>Доступ ограничен: проблема с IP</h2><div class="geetest_captcha"></div>',
        "<p>Запрос с вашего устройства похож на автоматический</p>",
        "<title>Antibot Challenge Page</title><p>Включите JavaScript</p>",
    ],
)
def test_a_bot_check_is_one(inside: str) -> None:
    with pytest.raises(Blocked):
        ld(inside)


def workbook(
    rows: list[list[Any]], *, merged: str = "", cover: list[list[Any]] | None = None
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if cover is not None:
        for cells in cover:
            sheet.append(cells)
        sheet = book.create_sheet("Данные")
    for cells in rows:
        sheet.append(cells)
    if merged:
        sheet.merge_cells(merged)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


ROWS: list[list[Any]] = [
    ["Дата", "Автор", "Оценка", "Отзыв"],
    ["05.03.2026", "Анна", 2, "Ждали час"],
    [None, "Борис", 1, "Грязно"],
    [None, "Вера", 5, "Хорошо"],
    ["06.03.2026", "Глеб", 5, "Хорошо"],
]


def test_a_merged_cell_counts_in_each_of_its_rows() -> None:
    page = table.parse(payload(workbook(ROWS, merged="A2:A4")), target(table, "Europe/Moscow"))
    days = [item.published_at.day if item.published_at else None for item in page.items]
    assert days == [5, 5, 5, 6]


def test_of_a_workbook_the_sheet_with_the_table_is_read() -> None:
    book = workbook(ROWS, cover=[["Отчёт за март"], ["Составила", "Анна"]])
    assert len(table.parse(payload(book), target(table)).items) == 4
    with pytest.raises(LayoutChanged, match="no row of headings"):
        table.parse(payload(book), target(table, sheet="Sheet"))


def open_document(rows: list[list[Any]], *, spanned: int = 0) -> bytes:
    """A table of an ODS; the first cell of the second row is merged over `spanned` rows."""

    def cell(row: int, column: int, value: Any) -> str:
        if spanned and column == 0 and 1 < row <= spanned:
            return "<table:covered-table-cell/>"
        over = (
            f' table:number-rows-spanned="{spanned}"'
            if spanned and (row, column) == (1, 0)
            else ""
        )
        return (
            f'<table:table-cell office:value-type="string"{over}><text:p>{value or ""}</text:p>'
            "</table:table-cell>"
        )

    cells = "".join(
        "<table:table-row>"
        + "".join(cell(number, column, value) for column, value in enumerate(row))
        + "</table:table-row>"
        for number, row in enumerate(rows)
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    body = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Лист1">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", body)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    return held.getvalue()


def test_an_open_documents_table_is_read() -> None:
    page = table.parse(payload(open_document(ROWS)), target(table))
    assert texts(page) == ["Ждали час", "Грязно", "Хорошо", "Хорошо"]
    merged = open_document(ROWS, spanned=3)
    page = table.parse(payload(merged), target(table, "Europe/Moscow"))
    days = [item.published_at.day if item.published_at else None for item in page.items]
    assert days == [5, 5, 5, 6]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_workbook_is_refused_in_a_sentence(start: bytes) -> None:
    with pytest.raises(LayoutChanged, match="workbook cannot be read"):
        table.parse(payload(start + b"junk" * 200), target(table))


def test_the_address_of_a_review_elsewhere_on_the_page_is_none_of_its_own() -> None:
    held = {**ANNA, "@id": "https://x.example/#review-anna"}
    place_of = {"@type": "Place", "review": [{"@id": held["@id"]}]}
    page = ld(script({"@graph": [place_of, held]}))
    assert (len(page.items), page.unreadable) == (1, ())
    lost = ld(script({"@graph": [place(ANNA, {"@id": "https://x.example/#other"})]}))
    assert (len(lost.items), len(lost.unreadable)) == (1, 1)
