"""Where a site keeps answers as comments under a review: ours found among them, written down on
the review, looked for after writing and after deleting."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

from reviewbot.core.contract import (
    Fetched,
    Item,
    LayoutChanged,
    Payload,
    Receipt,
    Request,
    Steps,
    TargetGone,
    is_same_text,
)
from sources._markup import loads, posted, read_back, string, withdrawn

Comments = list[Mapping[str, Any]]
Asked = Generator[Request, Payload, Comments]
"""Asks for the owner's comments under one review."""
Answered = Callable[[str, Iterable[Any]], Item]
"""What comments tell of the review of that id."""
Check = Callable[[Payload], object]
"""Raises what an answer's error says."""
COMMENT_FIELDS = ("can_reply", "published_at", "published_precision", "rating", "text")
"""What comments do not tell of their review."""


def with_answer(item: Item, asked: Asked, answered: Answered) -> Fetched:
    """The review with the owner's answer, asked for where it has comments or may have."""
    comments = item.site.get("comments")
    own = [] if comments == 0 else (yield from asked)
    shown = answered(item.external_id, own)
    return item.with_(
        reply_text=shown.reply_text,
        reply_at=shown.reply_at,
        reply_state=shown.reply_state,
        site={**item.site, "comments_read": comments or 0},
        partial=(),
    )


def of_text(own: Sequence[Mapping[str, Any]], text: str | None) -> Comments:
    """The comments that say this text."""
    return [each for each in own if is_same_text(string(each.get("text")), text)]


def refusal_of(answer: Payload, check: Check, *, goes_on_at: tuple[int, ...] = ()) -> str | None:
    """Why the site took nothing; None where it may have: a fault of the server's own, a good
    status with words we do not know, or a status after which reading back tells. Raises Denied and
    RateLimited."""
    is_odd = answer.status < 300 and not isinstance(loads(answer.text), dict)
    if answer.status >= 500 or answer.status in goes_on_at or is_odd:
        return None
    try:
        check(answer)
    except (TargetGone, LayoutChanged) as error:
        return error.reason
    return None


def written(review: Item, text: str, asked: Asked, answered: Answered) -> Steps:
    """Look for the answer just written. Among several of the owner's comments ours may be any."""
    return (
        yield from read_back(
            asked,
            lambda own: posted(answered(review.external_id, of_text(own, text) or own), text),
        )
    )


def taken_back(
    review: Item,
    owners: Callable[[], Asked],
    delete: Callable[[Any], Request],
    check: Check,
    answered: Answered,
    *,
    only_ours: bool = False,
) -> Steps:
    """Delete the owner's comment that holds the reply, else the last one (not with `only_ours`:
    others may have written it), then look whether it is gone. Raises Denied and RateLimited."""
    own = yield from owners()
    found = of_text(own, review.reply_text) or ([] if only_ours else own)
    if not found:
        return Receipt("withdrawn")
    comment_id = found[-1].get("id")
    answer = yield delete(comment_id)
    # 404: it is gone already, which the read-back will confirm.
    if refused := refusal_of(answer, check, goes_on_at=(404,)):
        return Receipt("refused", detail=refused)

    def receipt(own: Comments) -> Receipt:
        left = [each for each in own if each.get("id") == comment_id]
        return withdrawn(answered(review.external_id, left))

    return (yield from read_back(owners(), receipt))
