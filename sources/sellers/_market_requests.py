"""What is asked of Yandex Market: its lists, walked in either order, and the shop's answers under
a review or a question; what its errors mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from reviewbot.core.contract import (
    ApiKey,
    Item,
    Kind,
    LayoutChanged,
    NotModified,
    Pages,
    Payload,
    Request,
    Target,
    instant,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._markup import loads, mapping, sequence, string
from sources.sellers._comments import COMMENT_FIELDS, Asked, Comments

BASE_URL = "https://api.partner.market.yandex.ru"
PAGE_SIZE = 50
FEEDBACK = "/goods-feedback"
QUESTIONS = "/goods-questions"
BEYOND = "beyond"
"""Of the newest page that was reached, where there are newer ones."""
LONGEST_WAY = 40
"""Pages to the end of a list whose oldest come first."""
ANSWER_PAGES = 5
_STATES: Mapping[str, Literal["published", "pending", "rejected"]] = {
    "UNMODERATED": "pending",
    "BANNED": "rejected",
}
_HTTP_OF = {
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_FAILURE": 420,
}
"""The words of `errors[].code`, for answers whose status was lost."""


@dataclass(frozen=True)
class Options:
    """`offer_id`: read one offer's reviews (the shop's article) instead of the whole cabinet's."""

    offer_id: str = ""


def forwards(target: Target, wanted: str) -> Pages:
    """Read page after page as the list goes on."""
    token, seen = "", {""}
    while True:
        answer = yield list_of(target, wanted, token, about=wanted)
        if isinstance(answer, NotModified):
            return
        token = next_token(mapping(loads(answer.text)))
        if token in seen:
            return
        seen.add(token)


def backwards(target: Target, wanted: str, first: Mapping[str, Any]) -> Pages:
    """Go to the end of the list by its tokens, then read page after page back to its beginning."""
    tokens, token = [""], next_token(first)
    while token not in ("", *tokens) and len(tokens) < LONGEST_WAY:
        tokens.append(token)
        answer = yield list_of(target, wanted, token, kind="step")
        if isinstance(answer, NotModified):
            return
        token = next_token(answer_of(answer))
    is_whole = token in ("", *tokens)
    for each in reversed(tokens):
        last = "end" if is_whole and not each else "part"
        if not is_whole and each == tokens[-1]:
            last = BEYOND
        yield list_of(target, wanted, each, about=f"{wanted} {last}")


def list_of(
    target: Target,
    wanted: str,
    token: str,
    *,
    about: str = "",
    kind: Literal["page", "step"] = "page",
) -> Request:
    """One page of the list of those that wait (NEED_REACTION) or of ALL."""
    offer_id = target.options.offer_id if isinstance(target.options, Options) else ""
    body: dict[str, Any] = {"reactionStatus": wanted}
    if offer_id:
        body["offerIds"] = [offer_id]
    return ask(target, FEEDBACK, body, token=token, about=about, kind=kind)


def is_oldest_first(body: Mapping[str, Any]) -> bool:
    """Whether a list that goes on begins with its oldest review: its end is read first then."""
    entries = sequence(mapping(body.get("result")).get("feedbacks"))
    dates = [date for each in entries if (date := instant(mapping(each).get("createdAt")))]
    return bool(dates and next_token(body) and dates[0] < dates[-1])


def ask(
    target: Target,
    path: str,
    body: Mapping[str, Any],
    *,
    token: str | None = None,
    about: str = "",
    kind: Literal["page", "step"] = "step",
) -> Request:
    """`path` begins with FEEDBACK or QUESTIONS. `token` is where a list goes on,
    "" its beginning; None: no list. `about` goes into the fragment, which stays with us: the
    answers do not tell it."""
    business = quote(target.ref, safe="")
    limit = () if token is None else (("limit", str(PAGE_SIZE)),)
    place = (("pageToken", token), ("page_token", token)) if token else ()
    version = "v1" if path.startswith(QUESTIONS) else "v2"
    url = f"{target.base(BASE_URL)}/{version}/businesses/{business}{path}"
    return Request(
        "POST",
        f"{url}#{quote(about, safe='')}" if about else url,
        params=(*limit, *place),
        json=dict(body),
        auth=ApiKey(target.secret_ref, (("Api-Key", "api_key"),)),
        kind=kind,
    )


def answer_of(payload: Payload) -> Mapping[str, Any]:
    """The answer as an object. Raises what its error says, also where the status was lost."""
    body = loads(payload.text)
    answer = mapping(body)
    error = mapping(next(iter(sequence(answer.get("errors"))), None))
    if payload.status >= 400 or error or answer.get("status") == "ERROR":
        code = string(error.get("code")) or ""
        said = string(error.get("message")) or code
        status = payload.status if payload.status >= 400 else _HTTP_OF.get(code, 400)
        raise_for_status(payload, status=status, detail=said)
    if not isinstance(body, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    return answer


def owners(target: Target, path: str, body: Mapping[str, Any], name: str, *, about: str) -> Asked:
    """The shop's answers in the list `name`, page after page. Raises the contract's errors."""
    own: Comments = []
    token = ""
    for _ in range(ANSWER_PAGES):
        answer = yield ask(target, path, body, token=token, about=about)
        told = answer_of(answer)
        listed = mapping(told.get("result")).get(name)
        if not isinstance(listed, list):
            raise LayoutChanged(f"no list `{name}` in the answer", status=answer.status)
        own += _by_shop(listed)
        before, token = token, next_token(told)
        if token in ("", before):
            break
    return own


def answered(external_id: str, answers: Iterable[Any], kind: Kind) -> Item:
    """What a list of answers tells of its review or question: the shop's first that was not
    rejected. Comments under reviews have no date."""
    own = sorted(_by_shop(answers), key=lambda each: each.get("status") == "BANNED")
    text = string(own[0].get("text")) if own else None
    state = string(own[0].get("status")) if own else None
    return Item(
        external_id=external_id,
        kind=kind,
        reply_text=text,
        reply_at=instant(own[0].get("createdAt")) if text and kind is Kind.QUESTION else None,
        reply_state=_STATES.get(state or "", "published") if text else None,
        partial=COMMENT_FIELDS,
    )


def _by_shop(answers: Iterable[Any]) -> Comments:
    told = (mapping(answer) for answer in answers)
    return [
        answer
        for answer in told
        if mapping(answer.get("author")).get("type") == "BUSINESS"
        and answer.get("status") != "DELETED"
    ]


def next_token(body: Mapping[str, Any]) -> str:
    """Where the list goes on; an empty text at its end."""
    return string(mapping(mapping(body.get("result")).get("paging")).get("nextPageToken")) or ""


def fragment(url: str) -> str:
    """What an answer is about, as it was asked; empty for a saved one."""
    try:
        return unquote(urlsplit(url).fragment)
    except ValueError:
        return ""
