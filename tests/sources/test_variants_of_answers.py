"""More forms of what sites and cabinets answer, beside those of the sources' own tests: what tools
and people save of them is read, whatever is wrapped around it."""

import json
from typing import Any

import pytest
from driving import payload
from test_as_written import ROWS, workbook

from reviewbot.core.contract import Blocked, Item, LayoutChanged, Page, Target
from sources import avito, google_business, table, two_gis, vk, yandex_maps
from sources.sellers import ozon, ozon_questions, wildberries, yandex_market


def read(source: Any, told: Any, ref: str = "x") -> Page:
    body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False)
    target = Target(key="t", source=source.NAME, ref=ref, options=source.Options())
    page: Page = source.parse(payload(body), target)
    return page


def one(source: Any, told: Any, ref: str = "x") -> Item:
    (item,) = read(source, told, ref).items
    return item


GOOGLE = {
    "name": "accounts/1/locations/2/reviews/AbFvOqMadeUp",
    "reviewer": {"displayName": "Анна"},
    "starRating": "TWO",
    "comment": "Ждали час",
    "createTime": "2026-03-05T11:20:00Z",
}


@pytest.mark.parametrize(
    "told",
    [
        {"reviews": [GOOGLE]},
        [GOOGLE],
        GOOGLE,
        [{"reviews": [GOOGLE]}, {"reviews": []}],
        {"locationReviews": [{"name": "accounts/1/locations/2", "review": GOOGLE}]},
        {"reviews": [{**GOOGLE, "starRating": 2}]},
        {"reviews": [{**GOOGLE, "name": "reviews/AbFvOqMadeUp"}]},
        {"reviews": [{**GOOGLE, "name": "AbFvOqMadeUp"}]},
        json.dumps({"reviews": [GOOGLE]}).encode("utf-8-sig"),
        json.dumps({"reviews": [GOOGLE]}).encode("utf-16"),
    ],
    ids=["list", "bare", "alone", "pages", "batch", "number", "short", "id", "bom", "utf-16"],
)
@pytest.mark.parametrize("ref", ["locations/2", "accounts/1/locations/2"])
def test_google_takeout(told: Any, ref: str) -> None:
    item = one(google_business, told, ref)
    assert (item.external_id, item.rating, item.text) == ("AbFvOqMadeUp", 2, "Ждали час")


def test_google_reviews_without_any_id_are_told_apart_by_what_they_say() -> None:
    bare = {name: value for name, value in GOOGLE.items() if name != "name"}
    page = read(google_business, {"reviews": [bare, {**bare, "comment": "Грязно"}, {"name": ""}]})
    assert len({item.external_id for item in page.items}) == 2
    assert all(item.derived for item in page.items)
    assert len(page.unreadable) == 1


@pytest.mark.parametrize(
    ("translated", "original"),
    [
        ("Μετάφραση από Google", "Αρχικό κείμενο"),
        ("Google аударған", "Түпнұсқа"),
        ("Թարգմանվել է Google-ի կողմից", "Բնագիր"),
        ("თარგმნილია Google-ის მიერ", "ორიგინალი"),
        ("Google tərəfindən tərcümə edilib", "Orijinal"),
        ("Vertaald door Google", "Origineel"),
    ],
)
def test_google_marks_of_translation(translated: str, original: str) -> None:
    for said in (
        f"({translated}) Waited an hour\n\n({original})\nЖдали час",
        f"Ждали час\n\n({translated})\nWaited an hour",
    ):
        item = one(google_business, {"reviews": [{**GOOGLE, "comment": said}]})
        assert (item.text, item.translation) == ("Ждали час", "Waited an hour")


def test_a_guest_who_names_google_is_no_translation() -> None:
    said = "Хорошо\n\n(нашли через Google)\nНо ждали час"
    item = one(google_business, {"reviews": [{**GOOGLE, "comment": said}]})
    assert (item.text, item.translation) == (said, None)


PHOTO = "https://photos.example/9.jpg"


@pytest.mark.parametrize(
    "media",
    [
        {"photo": {"preview_urls": {"url": PHOTO}}},
        {"photo": {"preview_urls": {"64x64": f"{PHOTO}?small", "640x": PHOTO}}},
        {"photo": {"previewUrls": {"1920x": PHOTO}}},
        {"photo": {"url": PHOTO}},
        {"photo": PHOTO},
        {"type": "photo", "media": {"preview_urls": {"url": PHOTO}}},
        {"preview_urls": {"url": PHOTO}},
        PHOTO,
    ],
)
@pytest.mark.parametrize("name", ["media", "photos"])
def test_photos_of_2gis(media: Any, name: str) -> None:
    review = {"id": "9", "rating": 1, "text": "Плохо", "user": {"name": "А"}, name: [media]}
    assert one(two_gis, {"reviews": [review], "meta": {}}).photos == (PHOTO,)


FEEDBACK = {"id": "w1", "text": "Плохо", "productValuation": 2, "wbUserDetails": {"name": "А"}}


@pytest.mark.parametrize(
    "told",
    [
        {"feedbacks": [FEEDBACK], "feedbackCount": 1},
        {"data": {"feedbacks": [FEEDBACK]}},
        {"data": [FEEDBACK]},
        [FEEDBACK],
    ],
)
def test_lists_of_wildberries(told: Any) -> None:
    item = one(wildberries, told)
    assert (item.external_id, item.rating, item.author) == ("w1", 2, "А")


REVIEW = {
    "reviewId": "y1",
    "author": {"name": "Анна"},
    "text": "Ждали час",
    "rating": 2,
    "updatedTime": "2026-03-05T11:20:00.000Z",
}
OF_CABINET = {
    "id": "y1",
    "author": {"user": "Анна"},
    "full_text": "Ждали час",
    "rating": 2,
    "time_created": 1772709600000,
}


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"reviews": [REVIEW]}},
        {"reviews": [REVIEW]},
        {"data": [REVIEW]},
        {"result": {"reviews": [REVIEW]}},
        [REVIEW],
        {"list": {"items": [OF_CABINET], "pager": {"total": 1}}},
        {"data": {"list": {"items": [OF_CABINET]}}},
        {"items": [OF_CABINET]},
        {"list": {"items": [{**OF_CABINET, "time_created": 1772709600}]}},
        [OF_CABINET],
    ],
)
def test_lists_of_yandex(told: Any) -> None:
    item = one(yandex_maps, told, "1000000001")
    assert (item.external_id, item.rating, item.text) == ("y1", 2, "Ждали час")
    assert item.published_at is not None
    assert item.published_at.timestamp() == 1772709600


@pytest.mark.parametrize(
    "told",
    [
        {"type": "captcha", "captcha": {"img-url": "x"}},
        {"captchaRequired": True},
        {"data": {"type": "captcha", "captcha": {}}},
    ],
)
def test_a_captcha_of_yandex_in_json(told: Any) -> None:
    with pytest.raises(Blocked):
        read(yandex_maps, told, "1000000001")


def test_json_without_reviews_is_no_empty_list_of_yandex() -> None:
    for told in ({"items": []}, {"items": [{"id": 1}]}, {"list": {}}, []):
        with pytest.raises(LayoutChanged):
            read(yandex_maps, told, "1000000001")


def comment(number: int, author: int, text: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "from_id": author, "date": 1772709600 + number, "text": text, **more}


@pytest.mark.parametrize(
    "answer",
    [
        comment(3, -5, "[id7|Анна], извините", reply_to_comment=2),
        comment(3, -5, "извините", parents_stack=[2]),
        comment(3, -5, "[id7:bp-5_2|Анна], извините"),
    ],
)
def test_answers_of_vk_beside_the_comment(answer: dict[str, Any]) -> None:
    listed = {"count": 2, "items": [comment(2, 7, "Плохо"), answer]}
    for told in ({"response": listed}, listed):
        assert one(vk, told, "wall-5_1").reply_text == "извините"


def test_an_answer_of_vk_that_names_no_comment_answers_none_for_certain() -> None:
    for answer in (comment(3, -5, "[id7|Анна], извините"), comment(3, -5, "ой", reply_to_user=7)):
        told = {"response": {"count": 2, "items": [comment(2, 7, "Плохо"), answer]}}
        assert one(vk, told, "wall-5_1").reply_text is None


def of_workbook(rows: list[list[Any]], merged: str) -> list[tuple[Any, ...]]:
    page = table.parse(
        payload(workbook(rows, merged=merged)),
        Target(key="t", source="table", ref="x", options=table.Options(), zone="Europe/Moscow"),
    )
    return [(item.author, item.rating, item.text) for item in page.items]


def test_headings_in_two_rows() -> None:
    below = [["05.03.2026", "Анна", 2, "Ждали час"], ["06.03.2026", "Борис", 5, "Хорошо"]]
    read_as = [("Анна", 2, "Ждали час"), ("Борис", 5, "Хорошо")]
    upper = ["Дата", "Автор", "Отзыв", None]
    for lower in ([None, None, "Оценка", "Текст"], ["Дата", "Автор", "Оценка", "Текст"]):
        assert of_workbook([upper, lower, *below], "C1:D1") == read_as
    assert of_workbook([["Отзывы за март", None, None, None], ROWS[0], *below], "A1:D1") == read_as


def of_many(module: Any, entry: dict[str, Any], *, ref: str) -> dict[str, list[Page]]:
    """How a file of two reviews is put together, and what is read of it."""
    name = {"wildberries": "feedbacks"}.get(module.NAME, "reviews")
    key = next(each for each in ("id", "reviewId") if each in entry)
    entries = [entry, {**entry, key: "other"}]
    answers = [{name: [each]} for each in entries]
    if module is wildberries:
        answers = [{"data": answer, "error": False} for answer in answers]
    told = {
        "lines": "\n".join(json.dumps(each) for each in entries),
        "pretty": "\n".join(json.dumps(each, indent=1) for each in entries),
        "list": json.dumps(entries),
        "comma": f"{json.dumps(entries)[:-1]},\n]",
        "answers": "\n".join(json.dumps(each) for each in answers),
        "pretty answers": "".join(json.dumps(each, indent=1) for each in answers),
    }
    made = Target("t", module.NAME, ref, options=module.Options())
    return {how: [module.parse(payload(text), made)] for how, text in told.items()}


MANY = [
    (
        google_business,
        {"reviewId": "a", "starRating": "TWO", "createTime": "2026-03-05T11:20:00Z"},
    ),
    (wildberries, {"id": "a", "text": "Брак", "productValuation": 1, "photoLinks": [{"a": "b"}]}),
    (
        ozon,
        {"id": "a", "sku": 1, "text": "Брак", "rating": 1, "published_at": "2026-03-05T11:20:00Z"},
    ),
    (avito, {"id": "a", "score": 1, "text": "Обман", "createdAt": 1772709600}),
    (two_gis, {"id": "a", "rating": 1, "text": "Грязно", "date_created": "2026-03-05T11:20:00Z"}),
    (
        yandex_maps,
        {"reviewId": "a", "rating": 1, "text": "Ждали", "updatedTime": "2026-03-05T11:20:00Z"},
    ),
]


@pytest.mark.parametrize(("module", "entry"), MANY, ids=[each[0].NAME for each in MANY])
def test_a_file_of_several_reviews_or_answers(module: Any, entry: dict[str, Any]) -> None:
    for how, (page,) in of_many(module, entry, ref="accounts/1/locations/2").items():
        assert len(page.items) == 2, how
        assert page.unreadable == (), how


@pytest.mark.parametrize(
    ("module", "empty"),
    [
        (ozon, {"reviews": None, "has_next": False, "last_id": ""}),
        (ozon_questions, {"questions": None, "last_id": ""}),
        (avito, {"total": 0, "reviews": None}),
        (two_gis, {"meta": {"code": 200, "total_count": 0}, "reviews": None}),
        (yandex_market, {"status": "OK", "result": {"feedbacks": None, "paging": {}}}),
    ],
)
def test_go_writes_null_for_an_empty_list(module: Any, empty: dict[str, Any]) -> None:
    made = Target("t", module.NAME, "shop", options=module.Options())
    assert module.parse(payload(json.dumps(empty)), made).items == ()
