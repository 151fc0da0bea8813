"""Trustpilot's reviews of products, by the business API: the reply to one is a comment of the
conversation that belongs to it, which is begun with the first reply."""

from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import quote

from reviewbot.core.contract import (
    Fetched,
    Item,
    LayoutChanged,
    Payload,
    Precision,
    Receipt,
    Request,
    Steps,
    TargetGone,
    instant,
)
from sources._markup import (
    as_object,
    loads,
    mapping,
    posted,
    raise_for_problem,
    read_back,
    sequence,
    stars,
    string,
)

Ask = Callable[..., Request]
"""Makes a request of a method and a path of the API, with the credential."""


def list_path(unit: str) -> str:
    return f"/v1/private/product-reviews/business-units/{quote(unit, safe='')}/reviews"


def item(entry: Any) -> Item:
    """A review as the list shows it: where it has a conversation, there may be a reply."""
    review = as_object(entry, "a review")
    product, consumer = mapping(review.get("product")), mapping(review.get("consumer"))
    conversation = string(review.get("conversationId"))
    site = {
        "product": string(product.get("name")) or string(product.get("title")),
        "article": string(product.get("sku")),
        "conversation": conversation,
    }
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("stars")),
        text=string(review.get("content")) or string(review.get("text")),
        author=string(consumer.get("displayName")) or string(consumer.get("name")),
        published_at=instant(review.get("createdAt")),
        published_precision=Precision.SECOND,
        edited_at=instant(review.get("updatedAt")),
        language=string(review.get("language")),
        can_reply=True,
        site={name: value for name, value in site.items() if value},
        partial=("reply_text",) if conversation else (),
    )


def in_full(shown: Item, known: Item | None, ask: Ask) -> Fetched | None:
    """The reply, looked for where there is a conversation and no reply is known."""
    if "reply_text" not in shown.partial or (known is not None and known.reply_text):
        return None
    return _with_reply(shown, ask)


def one(external_id: str, ask: Ask) -> Fetched:
    """One review with its reply; None where it is gone. Raises the contract's errors."""
    answer = yield ask("GET", _path(external_id))
    try:
        shown = item(_body(answer))
    except TargetGone:
        return None
    return (yield from _with_reply(shown, ask)) if shown.partial else shown


def reply(review: Item, text: str, author: str, ask: Ask) -> Steps:
    """Begin the conversation where there is none, comment, read back. Raises Denied, RateLimited:
    nothing was posted then."""
    conversation = string(review.site.get("conversation"))
    try:
        if conversation is None:
            conversation = yield from _begun(review.external_id, ask)
        answer = yield ask(
            "POST",
            f"{_conversation(conversation)}/comments",
            json={"content": text},
            headers=(("x-business-user-id", author),),
        )
        if answer.status < 500:
            raise_for_problem(answer, loads(answer.text))
    except (TargetGone, LayoutChanged) as error:
        return Receipt("refused", detail=error.reason)
    return (yield from read_back(one(review.external_id, ask), lambda it: posted(it, text)))


def _begun(external_id: str, ask: Ask) -> Generator[Request, Payload, str]:
    """The conversation of a review: a colleague may have begun it since, else it is begun now."""
    review = yield ask("GET", _path(external_id))
    if found := string(_body(review).get("conversationId")):
        return found
    made = yield ask("POST", f"{_path(external_id)}/create-conversation", json={})
    found = string(_body(made).get("conversationId"))
    if found is None:
        raise LayoutChanged("no conversation was made", status=made.status)
    return found


def _with_reply(shown: Item, ask: Ask) -> Fetched:
    answer = yield ask("GET", _conversation(str(shown.site["conversation"])))
    comments = _body(answer).get("comments")
    if not isinstance(comments, list):
        raise LayoutChanged("no list `comments` in the answer", status=answer.status)
    own = [each for each in map(mapping, sequence(comments)) if not _is_guests(each)]
    last = own[-1] if own else {}
    text = string(last.get("content")) or string(last.get("text"))
    return shown.with_(
        reply_text=text,
        reply_at=instant(last.get("createdAt")) if text else None,
        reply_state="published" if text else None,
        partial=(),
    )


def _is_guests(comment: Any) -> bool:
    """Whether the buyer wrote a comment; the others are the company's."""
    return bool(comment.get("consumer") or comment.get("consumerId"))


def _body(answer: Payload) -> Any:
    body = loads(answer.text)
    raise_for_problem(answer, body)
    return as_object(body, "the answer")


def _path(external_id: str) -> str:
    return f"/v1/private/product-reviews/{quote(external_id, safe='')}"


def _conversation(conversation: str) -> str:
    return f"/v1/private/conversations/{quote(conversation, safe='')}"
