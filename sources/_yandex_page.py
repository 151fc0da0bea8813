"""The reviews of Yandex Maps as a browser shows and saves them: elements with values for machines.

Each review is schema.org microdata: the instant of its last change with milliseconds (equal to
`updatedTime` in the page's JSON), the mark, the author. It has no id: author and instant tell
which review it is. A text is cut where a button *Ещё* stands, and of the owner's answer there is
only the button that opens it, unless it was pressed.
"""

import re
from typing import Any

from reviewbot.core.contract import Item, LayoutChanged, Precision, Unreadable, instant
from sources._markup import read_entries, stars
from sources._repeats import with_content_id
from sources._tree import Element, attribute_of, first, page_of, select, text_of, unmarked

_USER = re.compile(r"/maps/user/([A-Za-z0-9_-]{3,80})")


def rendered_reviews(text: str) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
    """Return the reviews of a page without its JSON; nothing where it shows none. Raises
    LayoutChanged where none of them can be read."""
    if "itemprop" not in text:
        return (), ()
    page = page_of(text)
    entries = select(page, '[itemprop~="review"]')
    items, unreadable = read_entries(entries, _item)
    parts = (".business-review-view__body", ".spoiler-view__text-container")
    return items, (*unreadable, *unmarked(page, entries, parts))


def _item(tag: Any) -> Item:
    told = instant(_meta(tag, "datePublished"))
    author = first(tag, '[itemprop="author"]')
    name = first(author, '[itemprop="name"]') if author is not None else None
    link = first(author, "a[href]") if author is not None else None
    found = _USER.search(attribute_of(link, "href") or "")
    body = first(tag, ".spoiler-view__text-container", '[itemprop="reviewBody"]')
    mark = _meta(tag, "ratingValue")
    if told is None or (body is None and mark is None):
        raise LayoutChanged("a review of the page without its date, or without text and mark")
    answer = first(tag, ".business-review-comment-content__bubble")
    has_answer = answer is not None or select(
        tag, ".business-review-view__comment-expand, .business-review-view__comment"
    )
    reply_text = text_of(answer) or None if answer is not None else None
    partial = []
    if select(tag, ".spoiler-view__button, .business-review-view__expand"):
        partial.append("text")
    if has_answer:
        partial += ["reply_at"] if reply_text else ["reply_at", "reply_text"]
    images = select(tag, "img.business-review-media__item-img")
    return with_content_id(
        Item(
            external_id="derived",
            derived=True,
            rating=stars(mark),
            text=text_of(body) if body is not None else None,
            author=text_of(author if name is None else name) if author is not None else None,
            published_at=told,
            published_precision=Precision.LAST_CHANGE,
            photos=tuple(src for image in images if (src := attribute_of(image, "src") or "")),
            reply_text=reply_text,
            reply_state="published" if has_answer else None,
            site={"author": found[1]} if found else {},
            partial=tuple(sorted(partial)),
        )
    )


def _meta(tag: Element, name: str) -> str | None:
    element = first(tag, f'[itemprop="{name}"]')
    return attribute_of(element, "content") or (text_of(element) if element is not None else None)
