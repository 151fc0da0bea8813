"""What is left of a review whose guest asked to be forgotten: that it was there, and its marks.

A keyed hash stands for it, so that the next reading knows it again and the words do not come
back. Pure; the key is kept outside the database (`store.privacy.forgotten`).
"""

import hashlib
import hmac

from reviewbot.core.contract import Item
from reviewbot.core.readings.changes import is_answered
from reviewbot.core.text import folded

PREFIX = "forgotten:"
_LENGTH = 32
"""Hexadecimal digits of a mark."""


def is_forgotten(external_id: str) -> bool:
    """Whether this id stands for a review that is forgotten."""
    return external_id.startswith(PREFIX)


def marks_of(key: bytes, source: str, ref: str, item: Item) -> tuple[str, ...]:
    """Return by what a review of this target is known again: its id first, then its author with
    the words, for sites whose ids are made of what a review says."""
    said = "\n".join(folded(each or "") for each in (item.title, item.text, item.pros, item.cons))
    told = [f"id\n{item.external_id}"]
    if item.author or said.strip():
        told.append(f"words\n{folded(item.author or '')}\n{said}")
    return tuple(_mark(key, f"{source}\n{ref}\n{each}") for each in told)


def _mark(key: bytes, told: str) -> str:
    data = told.encode("utf-8", "surrogatepass")
    return hmac.new(key, data, hashlib.sha256).hexdigest()[:_LENGTH]


def blank(item: Item, external_id: str) -> Item:
    """Return the review as it may be kept: its stars, its dates, and whether it is answered."""
    return item.with_(
        external_id=external_id,
        derived=False,
        title=None,
        text=None,
        pros=None,
        cons=None,
        author=None,
        translation=None,
        language=None,
        photos=(),
        url=None,
        reply_text=None,
        reply_state="published" if is_answered(item) else item.reply_state,
        site={},
        partial=(),
    )
