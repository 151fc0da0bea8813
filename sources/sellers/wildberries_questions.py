"""Wildberries: what buyers ask under goods, by the sellers' own API, reading and answering.

Reads `GET /api/v1/questions` twice, since `isAnswered` is required: first those without an answer,
then those with one. Answers and changes an answer with `PATCH /api/v1/questions` and the state
`wbRu`. The token needs the category «Вопросы и отзывы»: the one of `wildberries` will do. One
target is a whole account, or one product by `nm_id`. Items are of kind question: they have a reply
time of their own and are counted among no reviews.

What the site does not tell
 * an edit; a mark: a question has no stars;
 * how many questions there are in all.

Quirks
 * Errors and limits are those of `wildberries`; 3 requests a second for one account.
 * `take` and `skip` together reach 10,000 questions.
 * A question that the seller rejected (`state` none) is as good as one that is not there.

How sure: after the vendor's API documentation; every sample is made by hand, no answer was seen
live.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from reviewbot.core.contract import (
    Fetched,
    Item,
    Kind,
    LayoutChanged,
    Limit,
    Memory,
    NotModified,
    Page,
    Pages,
    Payload,
    Precision,
    Receipt,
    Request,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
)
from sources._markup import (
    as_object,
    canonical,
    loads,
    mapping,
    posted,
    read_back,
    read_entries,
    string,
)
from sources.sellers._accounts import account_named
from sources.sellers._comments import refusal_of
from sources.sellers._wildberries_requests import BASE_URL, auth_of, data_of, product_of, refuse

NAME = "wildberries_questions"
TITLE = {"ru": "Wildberries, вопросы", "en": "Wildberries questions"}
HOSTS = ("feedbacks-api.wildberries.ru",)
REPLY_LIMIT = Limit(2, 5000)
TRAITS = Traits(
    reads="official API: questions of buyers, unanswered and answered",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=15),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by the terms for sellers.",
    official_way="this one; a token of the category «Вопросы и отзывы»",
    unseen="any answer of the API: shapes are after the vendor's documentation",
)
LACKS = {
    "blocked": "an official API refuses with 401, 403 or 429; it shows no captcha",
    "edited": "the API tells no edit of a question",
}
PAGE_SIZE = 500
LAST_SKIP = 9_500

_PATH = "/api/v1/questions"


@dataclass(frozen=True)
class Options:
    """`nm_id`: read one product's questions instead of the whole account's."""

    nm_id: int = 0


def pages(target: Target, memory: Memory) -> Pages:
    """Ask the unanswered, then the answered, each page after page."""
    nm_id = target.options.nm_id if isinstance(target.options, Options) else 0
    product = (("nmId", str(nm_id)),) if nm_id else ()
    for answered in ("false", "true"):
        for skip in range(0, LAST_SKIP + 1, PAGE_SIZE):
            place = (("take", str(PAGE_SIZE)), ("skip", str(skip)), ("order", "dateDesc"))
            answer = yield Request(
                "GET",
                f"{target.base(BASE_URL)}{_PATH}",
                params=(("isAnswered", answered), *product, *place),
                auth=auth_of(target),
            )
            if isinstance(answer, NotModified):
                return
            found = _questions(mapping(mapping(loads(answer.text)).get("data")))
            if found is None:
                return
            if len(found) < PAGE_SIZE:
                break


def parse(payload: Payload, target: Target) -> Page:
    """Read one list, or a single question. The address tells which list it is; a saved answer has
    none."""
    data = data_of(payload)
    found = _questions(data)
    if found is None and string(data.get("id")) and "productValuation" not in data:
        return Page((_item(data),))
    if found is None:
        raise LayoutChanged("no list `questions` in the answer", status=payload.status)
    items, unreadable = read_entries(found, _item)
    asked = parse_qs(urlsplit(payload.url).query) if payload.url else {}
    is_last = asked.get("isAnswered") == ["true"] and len(found) < PAGE_SIZE
    return Page(items, complete=is_last, unreadable=unreadable)


def essence(payload: Payload) -> bytes:
    """The list alone: its counters move with other products' questions."""
    found = _questions(mapping(mapping(loads(payload.text)).get("data")))
    return payload.content if found is None else canonical(found)


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one question; None where Wildberries has none of this id. Raises the contract's
    errors."""
    answer = yield Request(
        "GET",
        f"{target.base(BASE_URL)}/api/v1/question",
        params=(("id", external_id),),
        auth=auth_of(target),
        kind="step",
    )
    try:
        return _item(data_of(answer))
    except TargetGone:
        return None


def reply(target: Target, review: Item, text: str) -> Steps:
    """Write the answer, or change the one there is, then read back what Wildberries shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    answer = yield Request(
        "PATCH",
        f"{target.base(BASE_URL)}{_PATH}",
        json={"id": review.external_id, "answer": {"text": text}, "state": "wbRu"},
        auth=auth_of(target),
        kind="step",
    )
    if refused := refusal_of(answer, refuse):
        return Receipt("refused", detail=refused)
    look = one(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def review_url(target: Target, item: Item) -> str | None:
    """The product's public questions; one question has no address."""
    product = item.site.get("nm_id")
    return f"https://www.wildberries.ru/catalog/{product}/questions" if product else None


def reply_url(target: Target, item: Item) -> str | None:
    """The seller's list of questions; it has no address for a single one."""
    return "https://seller.wildberries.ru/feedbacks/questions-tab/not-answered"


def recognise_url(url: str) -> TargetHint | None:
    """ "wildberries_questions:" and a name of one's own, or the number of a product."""
    return account_named(NAME, url, "nm_id", 3)


def _questions(data: Any) -> list[Any] | None:
    """The list; Go writes null for an empty one."""
    found = mapping(data).get("questions")
    if found is None and "questions" in mapping(data):
        return []
    return found if isinstance(found, list) else None


def _item(entry: Any) -> Item:
    question = as_object(entry, "a question")
    answer = mapping(question.get("answer"))
    text = string(answer.get("text")) or None
    return Item(
        external_id=string(question.get("id")) or "",
        kind=Kind.QUESTION,
        text=string(question.get("text")),
        published_at=instant(question.get("createdDate")),
        published_precision=Precision.SECOND,
        reply_text=text,
        reply_at=instant(answer.get("createDate")) if text else None,
        reply_state="published" if text else None,
        can_reply=answer.get("editable") is not False if text else True,
        site=product_of(question),
    )
