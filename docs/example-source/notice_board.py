"""Notice board: an imaginary site that answers with plain JSON. Copy this file to begin yours.

Reads `https://board.example/places/{id}/notes.json?page=N`: `notes` beside `total` and `pages`.
The site does not tell edits, and shows bare stars as notes with an empty text.

How sure: not at all; the site does not exist and the samples are synthetic.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reviewbot.core.contract import (
    Blocked,
    Counters,
    Item,
    LayoutChanged,
    Limit,
    Memory,
    NotModified,
    Page,
    Pages,
    Payload,
    Precision,
    Request,
    Target,
    TargetHint,
    Traits,
    Unreadable,
    instant,
    raise_for_status,
)

NAME = "notice_board"
TITLE = {"ru": "Доска заметок", "en": "Notice board"}
HOSTS = ("board.example",)
REPLY_LIMIT = Limit(1, 1000)
TRAITS = Traits(
    reads="the site's JSON",
    reply="by hand",
    evidence="synthetic",
    every=timedelta(hours=1),
    gap=timedelta(seconds=10),
    terms="An example: it has none.",
    unseen="everything: the site does not exist",
)
LACKS = {"edited": "the site does not tell edits"}
BASE_URL = "https://board.example"


@dataclass(frozen=True)
class Options:
    """No settings."""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page until the site's last one."""
    page = 1
    while True:
        answer = yield Request(
            "GET",
            f"{target.base(BASE_URL)}/places/{target.ref}/notes.json",
            params=(("page", str(page)),),
        )
        if isinstance(answer, NotModified):
            return
        total = _object(answer).get("pages")
        if not isinstance(total, int) or page >= min(total, 50):
            return
        page += 1


def parse(payload: Payload, target: Target) -> Page:
    """Read one answer. Raises Blocked for the site's login form."""
    raise_for_status(payload)
    if "<form" in payload.text:
        raise Blocked("a login form in place of the notes", status=payload.status)
    answer = _object(payload)
    notes = answer.get("notes")
    if not isinstance(notes, list):
        raise LayoutChanged("no list `notes` in the answer", status=payload.status)
    items, unreadable = [], []
    for note in notes:
        try:
            items.append(_item(note))
        except LayoutChanged as error:
            unreadable.append(Unreadable(error.reason, json.dumps(note)[:300]))
    if unreadable and not items:
        raise LayoutChanged(f"no note can be read: {unreadable[0].why}", status=payload.status)
    total = answer.get("total")
    return Page(
        items=tuple(items),
        counters=Counters(reviews=total if type(total) is int else None),
        complete=answer.get("page") == answer.get("pages"),
        unreadable=tuple(unreadable),
    )


def essence(payload: Payload) -> bytes:
    """The notes and their number, without the time of the answer."""
    answer = _object(payload)
    return json.dumps([answer.get("notes"), answer.get("total")], sort_keys=True).encode()


def review_url(target: Target, item: Item) -> str | None:
    """The note on the board."""
    return f"{target.base(BASE_URL)}/places/{target.ref}#note-{item.external_id}"


def reply_url(target: Target, item: Item) -> str | None:
    """The owner's desk."""
    return f"{target.base(BASE_URL)}/owner/{target.ref}"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a place on the board."""
    found = re.match(r"https://board\.example/places/(\d+)", url.strip())
    return TargetHint(NAME, found[1], found[0]) if found else None


def _object(payload: Payload) -> dict[str, Any]:
    try:
        answer = payload.json()
    except LayoutChanged:
        return {}
    return answer if isinstance(answer, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _item(note: Any) -> Item:
    if not isinstance(note, dict):
        raise LayoutChanged("a note is not an object")
    answer: Any = note.get("answer")
    if not isinstance(answer, dict):
        answer = {}
    stars = note.get("stars")
    return Item(
        external_id=_text(note.get("id")) or "",
        rating=stars if type(stars) is int else None,
        text=_text(note.get("text")),
        author=_text(note.get("by")),
        published_at=instant(note.get("at")),
        published_precision=Precision.SECOND,
        reply_text=_text(answer.get("text")),
        reply_at=instant(answer.get("at")) if answer.get("text") else None,
        reply_state="published" if _text(answer.get("text")) else None,
    )
