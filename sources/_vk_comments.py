"""Comments of VK as its API tells them: authors, the community's answers, photos."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from reviewbot.core.contract import Item, Precision, instant
from sources._markup import as_object, mapping, positive, sequence, string, whole

_MARK = re.compile(
    r"\[(?:(?:id|club|public)[0-9]+:bp-[0-9]+_|post)([0-9]+)\|[^\]\n]{0,200}\],?\s*"
)
_MENTION = re.compile(r"\[(?:id|club|public)[0-9]+\|[^\]\n]{0,200}\],?\s*")
_REPLY_FIELDS = ("reply_at", "reply_state", "reply_text")


def names_of(told: Mapping[str, Any]) -> dict[int, str]:
    """Authors' names by id; communities have negative ones."""
    names: dict[int, str] = {}
    for entry in map(mapping, sequence(told.get("profiles"))):
        parts = (string(entry.get("first_name")), string(entry.get("last_name")))
        if (number := whole(entry.get("id"))) is not None:
            names[number] = " ".join(part for part in parts if part)
    for entry in map(mapping, sequence(told.get("groups"))):
        if (number := whole(entry.get("id"))) is not None:
            names[-number] = string(entry.get("name")) or ""
    return names


def is_left_out(entry: Any, own: Collection[int]) -> bool:
    """Whether an entry is no review: the community's own, or the shell of a deleted one. `own` are
    the numbers who answer for it: its own (negative) and those of its people."""
    comment = mapping(entry)
    return comment.get("deleted") is True or _is_own(comment, own)


def _is_own(comment: Mapping[str, Any], own: Collection[int]) -> bool:
    return whole(comment.get("from_id")) in own


def topic_replies(entries: list[Any], own: Collection[int]) -> dict[str, Mapping[str, Any]]:
    """The community's comments of this page by the number of the one they answer; the first
    counts, and entries come newest first."""
    replies: dict[str, Mapping[str, Any]] = {}
    for comment in map(mapping, entries):
        if _is_own(comment, own) and (found := _MARK.match(string(comment.get("text")) or "")):
            replies[found[1]] = comment
    return replies


def replies_beside(entries: list[Any], own: Collection[int]) -> dict[str, Mapping[str, Any]]:
    """The community's answers that stand beside the comments (photos, videos, older walls), by
    the number of the one they answer; the last one counts."""
    ours = (mapping(entry) for entry in entries if _is_own(mapping(entry), own))
    answers = sorted(ours, key=lambda entry: positive(entry.get("date")) or 0)
    return {number: entry for entry in answers if (number := _answered(entry))}


def _answered(answer: Mapping[str, Any]) -> str | None:
    """The number of the comment that an answer names. Where it names the guest alone, nobody
    knows which of theirs it is: none counts as answered."""
    if told := string(answer.get("reply_to_comment")):
        return told
    if parents := sequence(answer.get("parents_stack")):
        return string(parents[-1])
    named = _MARK.match(string(answer.get("text")) or "")
    return named[1] if named else None


def _wall_reply(
    comment: Mapping[str, Any], own: Collection[int]
) -> tuple[Mapping[str, Any], bool]:
    """The community's last comment below this one, and whether all of those were seen."""
    thread = mapping(comment.get("thread"))
    shown = [mapping(entry) for entry in sequence(thread.get("items"))]
    ours = [entry for entry in shown if _is_own(entry, own)]
    last = max(ours, key=lambda entry: positive(entry.get("date")) or 0, default={})
    return last, (positive(thread.get("count")) or 0) <= len(shown)


def item_of(
    entry: Any,
    names: Mapping[int, str],
    own: Collection[int],
    replies: Mapping[str, Mapping[str, Any]],
    *,
    is_topic: bool,
) -> Item:
    comment = as_object(entry, "a comment")
    external_id = string(comment.get("id")) or ""
    answer, is_told = replies.get(external_id, {}), False
    if not is_topic:
        below, is_told = _wall_reply(comment, own)
        answer = below or answer
    said = string(answer.get("text")) or ""
    # VK's own form puts the guest's name before an answer; it is not what was approved.
    mark = _MARK.match(said) or _MENTION.match(said)
    reply_text = said[mark.end() if mark else 0 :].strip() or None
    count = positive(mapping(comment.get("thread")).get("count"))
    return Item(
        external_id=external_id,
        text=string(comment.get("text")),
        author=names.get(whole(comment.get("from_id")) or 0),
        published_at=instant(comment.get("date")),
        published_precision=Precision.SECOND,
        photos=_photos(comment),
        reply_text=reply_text,
        reply_at=instant(answer.get("date")) if reply_text else None,
        reply_state="published" if reply_text else None,
        can_reply=True,
        site={"below": count} if count else {},
        partial=() if reply_text or is_told else _REPLY_FIELDS,
    )


def _photos(comment: Mapping[str, Any]) -> tuple[str, ...]:
    """Links to the largest size of each photo."""
    found = []
    for attachment in map(mapping, sequence(comment.get("attachments"))):
        sizes = [mapping(size) for size in sequence(mapping(attachment.get("photo")).get("sizes"))]
        largest = max(sizes, key=lambda size: positive(size.get("width")) or 0, default={})
        if link := string(mapping(largest).get("url")):
            found.append(link)
    return tuple(found)
