"""irecommend: a product's list of teasers, and a review's own page for its full text.

Reads `https://irecommend.ru/content/{slug}?page=N` (pages count from 0) and, once for each new
review, the review's own page. Only entries inside the list's container that bear the product's own
number are its reviews: «Смотрите также» shows teasers of other products on the same page. The site
reviews products, not places: it is of use to brands.

What the site does not tell
 * whether the owner answered: only ordinary comments are known, no mark of an owner. A reply
   posted there cannot be confirmed by a reading;
 * that a review was edited;
 * in the list: the text, the good and the bad points and the time of day. They are `partial`, and
   so is the title, which was seen at different lengths in the list and on the review's page.

Quirks
 * HTTP 521 «Web server is down» after about five fetches bans an address overnight (measured by a
   public reader, 2026-09; gaps well over 4 s did not help); 403, 429, 503 and 520 were seen as
   bans too. The 521 page is known by its text where the status was lost; a page that is not the
   site's at all is taken for a ban, not for a new layout.
 * The number of a review (nid) stands in the list as `data-nid`, on its page in
   `Drupal.settings` and in a closing comment `#node-myreview-{nid}`.
 * The link to the next page is any `?page=` above the present one: its markup was never seen.

How sure: both pages are composed from public readers' tests and selectors; nothing was captured.
"""

import re
from dataclasses import dataclass
from datetime import timedelta, timezone
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from reviewbot.core.contract import (
    Blocked,
    CollectError,
    Counters,
    Fetched,
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
    TargetGone,
    TargetHint,
    Traits,
    instant,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._markup import (
    canonical,
    read_entries,
    site_of,
    stars,
)
from sources._tree import Element, attribute_of, first, page_of, select, text_of, unmarked

NAME = "irecommend"
TITLE = {"ru": "irecommend", "en": "irecommend"}
HOSTS = ("irecommend.ru",)
REPLY_LIMIT = Limit(1, 5000)
"""irecommend publishes no figure for comments: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="product page; a new review's own page",
    reply="by hand",
    evidence="composed",
    every=timedelta(hours=6),
    gap=timedelta(seconds=60),
    daily_budget=30,
    terms="The site's rules forbid copying reviews; robots.txt closes parts of the site.",
    official_way="none; a brand's representative writes as an ordinary commentator",
    unseen="any page as the site sends it; the pager; a product without reviews; owners' replies",
    shows_replies=False,
    singles=2,
)
LACKS = {
    "answered": "no mark of an owner's reply is known: only ordinary comments",
    "edited": "the site does not tell edits",
}
BASE_URL = "https://irecommend.ru"

_MOSCOW = timezone(timedelta(hours=3))
_SLUG = re.compile(r"/content/([^/?#]+)/?$")
_PRODUCT = re.compile(r"^product-(?:ttl-)?([0-9]{1,20})$")
_NID = re.compile(
    r'"type"\s*:\s*"review"\s*,\s*"nid"\s*:\s*"?([0-9]{1,20})|#node-myreview-([0-9]{1,20})'
)
_DATE = re.compile(r"\b([0-3][0-9])\.([01][0-9])\.((?:19|20)[0-9]{2})\b")
_BAN = re.compile(r"(?:Error code|<title>)\s*52[01]\b|Web server is down", re.IGNORECASE)
_OWN_FRAME = re.compile(r"Drupal\.settings|irecommend\.ru/|product-header|smTeaser|review-node")


@dataclass(frozen=True)
class Options:
    """None yet."""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page while there is a link to a later one."""
    page = 0
    while True:
        answer = yield Request(
            "GET",
            f"{target.base(BASE_URL)}/content/{quote(target.ref, safe='%')}",
            params=(("page", str(page)),) if page else (),
        )
        if isinstance(answer, NotModified) or not _has_later(page_of(answer.text), page):
            return
        page += 1


def parse(payload: Payload, target: Target) -> Page:
    """Read a product's page, or a review's own. Raises Blocked for the ban, whatever its status,
    and for what is no page of the site."""
    page = page_of(payload.text)
    container = first(page, ".view-referenced-nodes ul.list-comments, ul.list-comments")
    single = first(page, ".review-node .reviewBlock, .reviewBlock")
    if container is None and single is None:
        _refuse(payload)
    raise_for_status(payload)
    if single is not None and container is None:
        return Page((_whole(page, single, payload),))
    product, shown = _product(page), page if container is None else container
    listed = select(shown, ".reviews-list-item")
    items, unreadable = read_entries(
        [entry for entry in listed if not _is_of_another(entry, product)], _teaser
    )
    return Page(
        items=items,
        counters=Counters(),
        complete=not _has_later(page, _number_of(payload.url)),
        unreadable=(*unreadable, *unmarked(shown, listed, (".reviewTitle", ".created"))),
    )


def essence(payload: Payload) -> bytes:
    """What is read of the page, without the page around it."""
    try:
        read = parse(payload, Target(key="", source=NAME, ref=""))
    except CollectError:
        return payload.content
    return canonical([[item.to_json() for item in read.items], read.complete])


def one(target: Target, external_id: str) -> Fetched:
    """Fetch a review by its number, at the address Drupal gives every node; None where it is gone.
    Raises the contract's errors."""
    return (yield from _ask(target, f"/node/{quote(external_id, safe='')}", external_id))


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The review's own page, once."""
    if known is not None and "text" not in known.partial:
        return None
    return _in_full(target, item)


def _in_full(target: Target, item: Item) -> Fetched:
    path = urlsplit(item.url or "").path
    if not path.startswith("/content/"):
        path = f"/node/{quote(item.external_id, safe='')}"
    shown = yield from _ask(target, path, item.external_id)
    return shown.with_(photos=shown.photos or item.photos) if shown else None


def review_url(target: Target, item: Item) -> str | None:
    """The review's own page."""
    return item.url or f"{BASE_URL}/node/{quote(item.external_id, safe='')}"


def reply_url(target: Target, item: Item) -> str | None:
    """The comments under the review."""
    return f"{review_url(target, item)}#comments"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a product. A link to a review looks the same: the first reading tells."""
    if site_of(url) not in HOSTS:
        return None
    found = _SLUG.match(urlsplit(url.strip()).path)
    return TargetHint(NAME, found[1], f"{BASE_URL}/content/{found[1]}") if found else None


def recognise(payload: Payload) -> TargetHint | None:
    """Which product a saved page shows. A review's page names it only where it links to it."""
    page = page_of(payload.text)
    head = first(page, "[id^=product-ttl-]")
    if head is None:
        return None
    if first(page, ".reviewBlock") is not None:
        frame = first(page, ".productInfo")
        linking = select(head if frame is None else frame, "a[href]")
        links = [attribute_of(link, "href") for link in linking]
    else:
        links = [attribute_of(first(page, "link[rel=canonical]"), "href"), payload.url]
    for link in links:
        hint = recognise_url(f"{BASE_URL}{link}" if (link or "").startswith("/") else link or "")
        if hint:
            return TargetHint(NAME, hint.ref, hint.url, title=text_of(head) or None)
    return None


def _ask(target: Target, path: str, external_id: str) -> Fetched:
    answer = yield Request("GET", f"{target.base(BASE_URL)}{path}", kind="step")
    try:
        page = parse(answer, target)
    except TargetGone:
        return None
    return next((item for item in page.items if item.external_id == external_id), None)


def _refuse(payload: Payload) -> None:
    """Raise what stands in place of the page."""
    if payload.status in (520, 521) or _BAN.search(payload.text[:20_000]):
        raise Blocked("the site bans automated reading (521)", status=payload.status)
    raise_for_challenge(payload)
    raise_for_status(payload)
    if not _OWN_FRAME.search(payload.text):
        raise Blocked("an empty shell in place of the page", status=payload.status)
    raise LayoutChanged("no list of reviews in the page", status=payload.status)


def _number_of(url: str) -> int:
    """Which page an address asks for."""
    try:
        told = parse_qs(urlsplit(url).query).get("page", ["0"])[0]
    except ValueError:
        return 0
    return int(told) if re.fullmatch(r"[0-9]{1,6}", told) else 0


def _has_later(page: Element, number: int) -> bool:
    links = (attribute_of(link, "href") or "" for link in select(page, "a[href*='page=']"))
    return any(_number_of(link) > number for link in links)


def _product(page: Element) -> str | None:
    """The product's own number, by which its reviews are told from others' on the page."""
    for element in select(page, "[id^=product-]"):
        if found := _PRODUCT.match(attribute_of(element, "id") or ""):
            return found[1]
    return None


def _is_of_another(entry: Element, product: str | None) -> bool:
    """Whether an entry says that it is of another product; a number that is none says nothing."""
    told = attribute_of(entry, "data-product-id") or ""
    is_number = told.isascii() and told.isdigit() and bool(told.strip("0"))
    return product is not None and is_number and told != product


def _teaser(entry: Element) -> Item:
    """An entry of the list; what is cut or missing there is `partial`."""
    date = _DATE.search(_text(entry, ".created") or "")
    photos = (
        attribute_of(image, "data-original") or "" for image in select(entry, ".reviewImages img")
    )
    return Item(
        external_id=attribute_of(entry, "data-nid") or "",
        rating=_rating(entry),
        title=_text(entry, ".reviewTitle"),
        text=_text(entry, ".reviewTeaserText"),
        author=_text(entry, ".authorName"),
        published_at=instant(f"{date[3]}-{date[2]}-{date[1]}", zone=_MOSCOW) if date else None,
        published_precision=Precision.DAY,
        photos=tuple(_absolute(link) for link in photos if link),
        url=_absolute(attribute_of(first(entry, "a.reviewTextSnippet"), "href")) or None,
        partial=("cons", "photos", "pros", "published_at", "published_precision", "text", "title"),
    )


def _whole(page: Element, entry: Element, payload: Payload) -> Item:
    """A review's own page."""
    numbers = _NID.search(payload.text)
    date = attribute_of(first(entry, "[itemprop=datePublished]"), "content")
    told = attribute_of(first(entry, "[itemprop=ratingValue]"), "content")
    link = attribute_of(first(entry, "a.review-summary"), "href") or attribute_of(
        first(page, "link[rel=canonical]"), "href"
    )
    photos = (
        attribute_of(image, "data-original") or attribute_of(image, "src") or ""
        for image in select(entry, "[itemprop=reviewBody] img")
    )
    verdict = _text(entry, ".verdict")
    return Item(
        external_id=(numbers[1] or numbers[2]) if numbers else "",
        rating=stars(told) if told else _rating(entry),
        title=_text(entry, ".review-summary"),
        text=_text(entry, "[itemprop=reviewBody]"),
        pros=_text(entry, ".plus"),
        cons=_text(entry, ".minus"),
        author=_text(entry, "[itemprop=author]"),
        published_at=instant(date, zone=_MOSCOW),
        published_precision=Precision.SECOND,
        photos=tuple(_absolute(link) for link in photos if link),
        url=_absolute(link) or None,
        site={"verdict": verdict} if verdict else {},
    )


def _rating(entry: Element) -> int | None:
    widget = first(entry, "[class*=fivestarWidgetStatic-]")
    found = re.search(r"fivestarWidgetStatic-([1-5])\b", attribute_of(widget, "class") or "")
    if found:
        return int(found[1])
    return stars(len(select(entry, ".starsRating .star .on")))


def _absolute(link: str | None) -> str:
    """The link with its host; an empty text where it is none."""
    try:
        return urljoin(f"{BASE_URL}/", link) if link else ""
    except ValueError:
        return ""


def _text(entry: Element, selector: str) -> str | None:
    element = first(entry, selector)
    return text_of(element) or None if element is not None else None
