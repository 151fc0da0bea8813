"""Yandex Market: what buyers ask about goods, by the partners' own API, reading and answering.

Reads `POST /v1/businesses/{businessId}/goods-questions`, 50 a page, newest first, and
`…/goods-questions/answers` for each question: the shop's answer is one whose author has the type
BUSINESS. Answers, changes and takes back with `…/goods-questions/update`. The key is that of
`yandex_market`. One target is a whole cabinet, by the number of its business. Items are of kind
question: they have a reply time of their own and are counted among no reviews.

What the site does not tell
 * in the list: whether the shop answered, and how many answers there are;
 * an edit; a mark: a question has no stars.

Quirks
 * A first list asks for those that need an answer; the others are in the second.
 * Errors are those of `yandex_market`: 420 is its limit.

How sure: after the vendor's documentation; every sample is made by hand, no answer was seen live.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

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
    read_entries,
    sequence,
    string,
    whole,
    with_list,
)
from sources.sellers._comments import (
    Asked,
    refusal_of,
    taken_back,
    with_answer,
    written,
)
from sources.sellers._market_requests import (
    QUESTIONS,
    answer_of,
    answered,
    ask,
    fragment,
    next_token,
    owners,
)

NAME = "yandex_market_questions"
TITLE = {"ru": "Яндекс Маркет, вопросы", "en": "Yandex Market questions"}
HOSTS = ("api.partner.market.yandex.ru",)
REPLY_LIMIT = Limit(1, 5000)
"""As the documentation has it; not seen."""
TRAITS = Traits(
    reads="official partner API: questions about goods and the answers to them",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=15),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by the terms for partners.",
    official_way="this one; a key with the access «Общение с покупателями»",
    unseen="any answer of the API: shapes are after the vendor's documentation",
    singles=100,
    by_date=False,
)
LACKS = {
    "blocked": "an official API refuses with 401, 403 or 420; it shows no captcha",
    "edited": "the API tells no edit of a question",
}
WAITS = "needs answer"
"""In the fragment of an address: the list of those that need an answer."""


@dataclass(frozen=True)
class Options:
    """None: a target is a whole cabinet."""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask those that need an answer, then all, each page after page."""
    for wanted in (WAITS, "all"):
        token, seen = "", {""}
        while True:
            body: dict[str, Any] = {"sort": "CREATED_AT_DESC"}
            if wanted == WAITS:
                body["needAnswer"] = True
            answer = yield _ask(target, "", body, token=token, about=wanted, kind="page")
            if isinstance(answer, NotModified):
                return
            token = next_token(mapping(loads(answer.text)))
            if token in seen:
                break
            seen.add(token)


def parse(payload: Payload, target: Target) -> Page:
    """Read one list of questions, or of one question's answers. A fragment of the address tells
    which list it is, or of which question the answers are; a saved answer has none."""
    body = answer_of(payload)
    result, about = mapping(body.get("result")), fragment(payload.url)
    if isinstance(result.get("answers"), list) and about:
        return Page((_answered(about, result["answers"]),))
    entries = mapping(with_list(result, "questions", "questionIdentifiers")).get("questions")
    if not isinstance(entries, list):
        raise LayoutChanged("no list `questions` in the answer", status=payload.status)
    items, unreadable = read_entries(entries, _waiting if about == WAITS else _item)
    return Page(items, complete=about == "all" and not next_token(body), unreadable=unreadable)


def essence(payload: Payload) -> bytes:
    """The questions, without the place where the list goes on."""
    entries = mapping(mapping(loads(payload.text)).get("result")).get("questions")
    return canonical(entries) if isinstance(entries, list) else payload.content


def one(target: Target, external_id: str) -> Fetched | None:
    """Fetch one question with its answers; None where the Market has none of this id. Raises the
    contract's errors."""
    number = whole(external_id)
    return None if number is None else _one(target, number)


def _one(target: Target, number: int) -> Fetched:
    answer = yield _ask(target, "", {"questionIds": [number]})
    try:
        entries = sequence(mapping(answer_of(answer).get("result")).get("questions"))
    except TargetGone:
        return None
    items, _ = read_entries(entries, _item)
    for item in items:
        if item.external_id == str(number):
            return (yield from with_answer(item, _own(target, item.external_id), _answered))
    return None


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The shop's answer, looked for where the list does not say that there is none, and no answer
    that stays is known."""
    is_settled = known is not None and known.reply_text and known.reply_state == "published"
    if "reply_text" not in item.partial or is_settled:
        return None
    return with_answer(item, _own(target, item.external_id), _answered)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Write the answer, or change the one there is, then read back what the Market shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    number = whole(review.external_id)
    if number is None:
        return Receipt("refused", detail="Yandex Market has no question of this id")
    body: dict[str, Any] = {
        "operationType": "CREATE",
        "parentEntityId": {"type": "QUESTION", "id": number},
        "text": text,
    }
    if review.reply_text:
        own = yield from _own(target, review.external_id)
        if own:
            entity = {"type": "ANSWER", "id": own[0].get("id")}
            body = {"operationType": "UPDATE", "entityId": entity, "text": text}
    answer = yield _ask(target, "/update", body)
    if refused := refusal_of(answer, answer_of):
        return Receipt("refused", detail=refused)
    return (yield from written(review, text, _own(target, review.external_id), _answered))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the shop's answer that holds the reply, else the last one, then look."""

    def delete(answer: Any) -> Request:
        entity = {"type": "ANSWER", "id": answer}
        return _ask(target, "/update", {"operationType": "DELETE", "entityId": entity})

    return taken_back(
        review, lambda: _own(target, review.external_id), delete, answer_of, _answered
    )


def review_url(target: Target, item: Item) -> str | None:
    """Where the link named a page: questions have no address that the API tells."""
    return target.url


def reply_url(target: Target, item: Item) -> str | None:
    """The partner's cabinet; the address of one question there is not known."""
    return "https://partner.market.yandex.ru/"


def recognise_url(url: str) -> TargetHint | None:
    """ "yandex_market_questions:" and the number of the business."""
    found = re.fullmatch(r"yandex_market_questions:([0-9]{1,18})", url.strip())
    return TargetHint(NAME, found[1]) if found else None


def _ask(
    target: Target,
    path: str,
    body: Mapping[str, Any],
    *,
    token: str | None = None,
    about: str = "",
    kind: Literal["page", "step"] = "step",
) -> Request:
    return ask(target, f"{QUESTIONS}{path}", body, token=token, about=about, kind=kind)


def _answered(question_id: str, answers: Iterable[Any]) -> Item:
    return answered(question_id, answers, Kind.QUESTION)


def _own(target: Target, question_id: str) -> Asked:
    """The shop's answers to a question. Raises the contract's errors."""
    body = {"questionId": whole(question_id)}
    return owners(target, f"{QUESTIONS}/answers", body, "answers", about=question_id)


def _item(entry: Any) -> Item:
    question = as_object(entry, "a question")
    named, author = mapping(question.get("questionIdentifiers")), mapping(question.get("author"))
    site = {"article": string(named.get("offerId")), "model": string(named.get("modelId"))}
    return Item(
        external_id=string(named.get("id")) or string(question.get("id")) or "",
        kind=Kind.QUESTION,
        text=string(question.get("text")),
        author=string(author.get("name")),
        published_at=instant(question.get("createdAt")),
        published_precision=Precision.SECOND,
        can_reply=True,
        site={name: value for name, value in site.items() if value},
        partial=("reply_text",),
    )


def _waiting(entry: Any) -> Item:
    """One of the list of those that need an answer: it has none of the shop's."""
    return _item(entry).with_(partial=())
