"""Reviews as Google Business Profile and Takeout tell them, in every form a file of them has; a
text in another language, which Google joins with its translation into one."""

import re
from collections.abc import Mapping
from typing import Any

from reviewbot.core.contract import Item, LayoutChanged, Precision, instant
from sources._markup import as_object, mapping, sequence, stars, string
from sources._repeats import with_content_id

_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_REPLY_STATES = {"PENDING": "pending", "REJECTED": "rejected", "APPROVED": "published"}
_TRANSLATED = re.compile(
    # The account's language names it; the words for "translated" of those met.
    r"\((?=[^()\n]{0,40}google)(?=[^()\n]{0,40}(?:transl|traduc|traduz|tradui|tradott|tradus|"
    r"übersetz|vertaal|översat|overs|oversat|çevr|çevir|перев|перекла|превед|prevede|przet|přelo|"
    r"prelož|fordít|käänt|μετ[αά]|翻|번역|dịch|แปล|ترجم|תורגם|अनुव|аудар|թարգման|თარგმნ|tərcüm|tarjima"
    r"|котор|тәрҗемә|išver|tulko|tõlg|terjemah|অনু|орчуул))[^()\n]{3,60}\)",
    re.I,
)
_ORIGINAL = re.compile(
    r"\([^()\n]{0,30}(?:orig|ориг|oryg|orij|ursprüng|oorspronk|alkuper|eredeti|původ|pôvod|izvor"
    r"|πρωτότ|αρχικ|原|원본|원문|gốc|ต้นฉบับ|الأصل|מקור|मूल|түпнұс|բնագ|բնօր|ორიგინ|төп|түп|oriģ"
    r"|algne|asl\b|মূল)[^()\n]{0,30}\)",
    re.I,
)


def answer_of(answer: Any) -> Any:
    """An answer as `reviews.list` gives it: also of a bare list, of one review alone, and of
    several answers in one list, as people put them together."""
    if isinstance(answer, dict) and "starRating" in answer:
        return {"reviews": [answer]}
    if not isinstance(answer, list):
        return answer
    pages = [page["reviews"] for page in map(mapping, answer) if "reviews" in page]
    if pages and len(pages) == len(answer) and all(isinstance(page, list) for page in pages):
        return {"reviews": [entry for page in pages for entry in page]}
    is_list = any(mapping(entry).keys() & {"starRating", "reviewer"} for entry in answer)
    return {"reviews": answer} if is_list else answer


def _review_id(review: Mapping[str, Any]) -> str:
    """Its id; Takeout tells it as the end of `name` alone."""
    holder, _, own = (string(review.get("name")) or "").rpartition("/")
    told = own if not holder or holder.endswith("reviews") else ""
    return string(review.get("reviewId")) or told


def item_of(entry: Any) -> Item:
    """Read one review; one without any id, as in a shortened file, gets one of what it says."""
    review = as_object(entry, "a review")
    reviewer = mapping(review.get("reviewer"))
    answer = mapping(review.get("reviewReply"))
    text, translation = original_and_translation(string(review.get("comment")))
    reply_text, _ = original_and_translation(string(answer.get("comment")))
    created_at, updated_at = instant(review.get("createTime")), instant(review.get("updateTime"))
    media = (mapping(entry) for entry in sequence(review.get("reviewMediaItems")))
    only_translation = text is not None and text == translation
    external_id = _review_id(review)
    if not external_id and not (created_at and (text or review.get("starRating"))):
        raise LayoutChanged("a review without an id")
    found = Item(
        external_id=external_id or "derived",
        derived=not external_id,
        rating=_STARS.get(string(review.get("starRating")) or "", stars(review.get("starRating"))),
        text=text,
        author=string(reviewer.get("displayName")),
        published_at=created_at,
        published_precision=Precision.SECOND,
        edited_at=updated_at if updated_at != created_at else None,
        translation=None if only_translation else translation,
        photos=tuple(
            link
            for item in media
            if (
                link := string(
                    item.get("googleUrl") or item.get("url") or item.get("thumbnailUrl")
                )
            )
        ),
        reply_text=reply_text,
        reply_at=instant(answer.get("updateTime")) if reply_text else None,
        reply_state=(
            _REPLY_STATES.get(string(answer.get("reviewReplyState")) or "", "published")
            if reply_text
            else None
        ),
        can_reply=True,
        site={
            name: value
            for name, value in (
                ("text_is_translation", only_translation or None),
                ("answer_url", string(review.get("reviewReplyUrl"))),
                ("reply_refused", _violation(answer)),
            )
            if value is not None
        },
    )
    return found if external_id else with_content_id(found)


def _violation(answer: Mapping[str, Any]) -> str | None:
    """Why Google's moderation refused the reply (since July 2026), as it says it."""
    told = answer.get("policyViolation", answer.get("policyViolations"))
    parts = [
        string(mapping(each).get(key)) if isinstance(each, dict) else string(each)
        for each in (told if isinstance(told, list) else [told])
        for key in ("description", "reason", "policy", "type")
    ]
    return "; ".join(dict.fromkeys(part for part in parts if part)) or None


def original_and_translation(comment: str | None) -> tuple[str | None, str | None]:
    """Split what Google joined. Equal parts: only the translation is there.

    "(Translated by Google) T (Original) O" and "O (Translated by Google) T" give (O, T).
    """
    if comment is None:
        return None, None
    mark = _TRANSLATED.search(comment)
    if not mark:
        return comment, None
    before, after = comment[: mark.start()].strip(), comment[mark.end() :]
    original = _ORIGINAL.search(after)
    if original:
        translation = after[: original.start()].strip()
        text = after[original.end() :].strip() or before
    else:
        translation, text = after.strip(), _ORIGINAL.sub("", before).strip()
    text = _TRANSLATED.sub("", text).strip()
    translation = _TRANSLATED.sub("", translation).strip()
    return (text or translation or None), (translation or None)
