"""Ozon: what buyers ask under goods, by the sellers' own API, reading and answering.

Reads `POST /v1/question/list`, page after page by `last_id`, and `POST /v1/question/answer/list`
for questions that have answers. Answers with `/v1/question/answer/create`, takes back with
`/v1/question/answer/delete`. Plan and credential are those of `ozon`. One target is a whole
account, or one product by `sku`. Items are of kind question: they have a reply time of their own
and are counted among no reviews.

What the site does not tell
 * whether an answer is the seller's: any buyer may answer. The last one counts where the question
   is PROCESSED; before that an answer of another buyer leaves it open;
 * an edit; a mark: a question has no stars.

Quirks
 * There is no way to change an answer: it is deleted and written anew.
 * Errors are those of `ozon`.

How sure: after the vendor's documentation; every sample is made by hand, no answer was seen live.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

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
    positive,
    read_entries,
    string,
    whole,
)
from sources.sellers._accounts import account_named
from sources.sellers._comments import (
    COMMENT_FIELDS,
    Asked,
    Comments,
    refusal_of,
    taken_back,
    with_answer,
    written,
)
from sources.sellers._ozon_requests import about, ask, object_of, of_product

NAME = "ozon_questions"
TITLE = {"ru": "Ozon, вопросы", "en": "Ozon questions"}
HOSTS = ("api-seller.ozon.ru",)
REPLY_LIMIT = Limit(2, 3000)
"""As the documentation has it; a bound against accidents, not seen."""
TRAITS = Traits(
    reads="official seller API: questions of buyers and the answers to them",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=15),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by the terms for sellers.",
    official_way="this one; needs the plan Premium Plus, Premium Pro or Review Management",
    unseen="any answer of the API: shapes are after the vendor's documentation",
    singles=100,
    by_date=False,
)
LACKS = {
    "blocked": "an official API refuses with 401, 403 or 429; it shows no captcha",
    "edited": "the API tells no edit of a question",
}
ANSWER_PAGES = 5


@dataclass(frozen=True)
class Options:
    """`sku`: show one product's questions instead of the whole account's."""

    sku: int = 0


def pages(target: Target, memory: Memory) -> Pages:
    """Ask list after list until one is empty or names no place to go on from."""
    last, seen = "", {""}
    while True:
        body = {"filter": {"status": "ALL"}, "last_id": last}
        answer = yield ask(target, "/v1/question/list", body, kind="page")
        if isinstance(answer, NotModified):
            return
        told = mapping(loads(answer.text))
        last = string(told.get("last_id")) or ""
        if not told.get("questions") or last in seen:
            return
        seen.add(last)


def parse(payload: Payload, target: Target) -> Page:
    """Read one list of questions, or of one question's answers."""
    body = object_of(payload, "questions")
    question_id = about(payload.url)
    if isinstance(body.get("answers"), list) and question_id:
        return Page((_answered(question_id, body["answers"]),))
    entries = body.get("questions")
    if not isinstance(entries, list):
        raise LayoutChanged("no list `questions` in the answer", status=payload.status)
    sku = target.options.sku if isinstance(target.options, Options) else 0
    items, unreadable = read_entries(of_product(entries, sku), _item)
    return Page(items, complete=not string(body.get("last_id")), unreadable=unreadable)


def essence(payload: Payload) -> bytes:
    """The questions, without the place where the list goes on."""
    entries = mapping(loads(payload.text)).get("questions")
    return canonical(entries) if isinstance(entries, list) else payload.content


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one question with its answers; None where it is gone. Raises the contract's errors."""
    answer = yield ask(target, "/v1/question/info", {"question_id": external_id})
    try:
        item = _item(object_of(answer))
    except TargetGone:
        return None
    return (yield from with_answer(item, _answers(target, item), _answered))


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The answer, looked for where the question is PROCESSED and its answers are more or fewer
    than last time."""
    if "reply_text" not in item.partial:
        return None
    if known is not None and known.site.get("comments_read") == item.site.get("comments"):
        return None
    return with_answer(item, _answers(target, item), _answered)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Write the answer, then read back what Ozon shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    body = {**_address(review), "text": text}
    answer = yield ask(target, "/v1/question/answer/create", body)
    if refused := refusal_of(answer, object_of):
        return Receipt("refused", detail=refused)
    return (yield from written(review, text, _answers(target, review), _answered))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the answer that holds the reply, then look."""
    sku = review.site.get("sku")
    return taken_back(
        review,
        lambda: _answers(target, review),
        lambda answer: ask(
            target, "/v1/question/answer/delete", {"answer_id": answer, "sku": sku}
        ),
        object_of,
        _answered,
        only_ours=True,
    )


def review_url(target: Target, item: Item) -> str | None:
    """The question's own page where Ozon names it, else the product's questions."""
    sku = item.site.get("sku")
    return item.url or (f"https://www.ozon.ru/product/{sku}/questions/" if sku else None)


def reply_url(target: Target, item: Item) -> str | None:
    """The seller's list of questions; it has no address for a single one."""
    return "https://seller.ozon.ru/app/reviews/questions"


def recognise_url(url: str) -> TargetHint | None:
    """ "ozon_questions:" and a name of one's own, or the number of a product (sku)."""
    return account_named(NAME, url, "sku", 5)


def _answers(target: Target, question: Item) -> Asked:
    """All answers to a question, oldest first. Raises the contract's errors."""
    found: Comments = []
    last = ""
    for _ in range(ANSWER_PAGES):
        body = {**_address(question), "last_id": last}
        path = "/v1/question/answer/list"
        answer = yield ask(target, path, body, about=question.external_id)
        told = object_of(answer)
        answers = told.get("answers")
        if not isinstance(answers, list):
            raise LayoutChanged("no list `answers` in the answer", status=answer.status)
        found += [mapping(each) for each in answers]
        before, last = last, string(told.get("last_id")) or ""
        if not answers or last in ("", before):
            break
    return sorted(found, key=lambda each: string(each.get("published_at")) or "")


def _address(question: Item) -> Mapping[str, Any]:
    return {"question_id": question.external_id, "sku": question.site.get("sku")}


def _answered(question_id: str, answers: Any) -> Item:
    """What a list of answers tells of its question: the last one is the seller's."""
    listed = [mapping(each) for each in answers]
    text = string(listed[-1].get("text")) if listed else None
    return Item(
        external_id=question_id,
        kind=Kind.QUESTION,
        reply_text=text,
        reply_at=instant(listed[-1].get("published_at")) if text else None,
        reply_state="published" if text else None,
        partial=COMMENT_FIELDS,
    )


def _item(entry: Any) -> Item:
    question = as_object(entry, "a question")
    answers, status = positive(question.get("answers_count")), string(question.get("status"))
    site = {"sku": whole(question.get("sku")), "status": status, "comments": answers}
    is_answered = status == "PROCESSED" and answers != 0
    return Item(
        external_id=string(question.get("id")) or "",
        kind=Kind.QUESTION,
        text=string(question.get("text")),
        author=string(question.get("author_name")),
        published_at=instant(question.get("published_at")),
        published_precision=Precision.SECOND,
        url=string(question.get("question_link")),
        can_reply=True,
        site={name: value for name, value in site.items() if value is not None},
        partial=("reply_text",) if is_answered else (),
    )
