"""Google Play through the Android Publisher API v3: reading and answering an app's reviews.

Reads `GET /androidpublisher/v3/applications/{package}/reviews` and answers with
`POST …/reviews/{id}:reply`, which creates or replaces; there is no way to take a reply back. The
credential is a service account's JSON key, invited in the Play Console with the right to reply to
reviews. `ref` is the package name.

What the site does not tell
 * reviews older than a week: the list holds those written or changed in the last seven days, so a
   review that is not there is not gone, and neither is one the API does not find alone;
 * bare stars, reviews of test tracks, when a review was first written (its date moves with every
   edit), the app's rating and how many reviews there are.

Quirks
 * A text is "title\\tbody"; newer ones have no title and no tab. `authorName` may be "".
 * An edit keeps the id and can take `developerComment` out of the answer (captured, 2016): the
   review is then unanswered again.
 * `seconds` of a date is text. An app without reviews this week is an empty object.
 * With a translation asked for, `text` is the translation and `originalText` what was written.
 * HTML tags in a reply are removed by Google. 200 reads an hour and 2000 replies a day per app.

How sure: a captured pair, the same review before and after its edit (2016); errors, translations
and replying are after the vendor's reference.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from reviewbot.core.contract import (
    Denied,
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
    ServiceAccount,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
)
from sources._challenges import raise_for_challenge
from sources._markup import (
    as_object,
    canonical,
    loads,
    mapping,
    posted,
    raise_for_problem,
    read_back,
    read_entries,
    refusal,
    sequence,
    site_of,
    stars,
    string,
    whole,
    with_list,
)

NAME = "google_play"
TITLE = {"ru": "Google Play", "en": "Google Play"}
HOSTS = ("androidpublisher.googleapis.com", "play.google.com")
REPLY_LIMIT = Limit(1, 350)
TRAITS = Traits(
    reads="official API (Android Publisher v3), the last 7 days",
    reply="official",
    evidence="capture",
    every=timedelta(minutes=30),
    gap=timedelta(seconds=2),
    daily_budget=4800,
    window=timedelta(days=7),
    terms="Official API; use is bound by the Google Play developer agreement.",
    official_way="this one; a service account with the right to reply to reviews",
    unseen="translations, error bodies, an answer to replying",
)
LACKS = {"blocked": "an official API refuses with 401, 403 or 429; it shows no captcha"}
BASE_URL = "https://androidpublisher.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a secret
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
PAGE_SIZE = 100

_PAGES = (("play.google.com", "/store/apps/details"), ("market.android.com", "/details"))
_PACKAGE = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+")
_DEVICE = ("appVersionName", "androidOsVersion", "device")
_EVERYTHING = tuple(
    sorted({entry.name for entry in fields(Item)} - {"external_id", "kind", "site", "partial"})
)


@dataclass(frozen=True)
class Options:
    """`translate`: a language, such as "ru", into which Google is asked to translate texts."""

    translate: str = ""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page while there is a token. Raises Denied where `ref` is no package name."""
    token = ""
    seen = {token}
    while True:
        params = [("maxResults", str(PAGE_SIZE)), *_translation(target)]
        answer = yield Request(
            "GET",
            f"{_app(target)}/reviews",
            params=tuple([*params, ("token", token)] if token else params),
            auth=_auth(target),
        )
        if isinstance(answer, NotModified):
            return
        pagination = mapping(mapping(loads(answer.text)).get("tokenPagination"))
        token = string(pagination.get("nextPageToken")) or ""
        if token in seen:
            return
        seen.add(token)


def parse(payload: Payload, target: Target) -> Page:
    """Read one answer of `reviews.list`. Never complete: older reviews are left out."""
    answer = with_list(loads(payload.text), "reviews", "comments")
    raise_for_problem(payload, answer)
    if not isinstance(answer, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    entries = answer.get("reviews")
    if entries is None and not set(answer) - {"pageInfo"}:
        entries = []  # a week without reviews leaves the whole answer empty
    if not isinstance(entries, list):
        raise LayoutChanged("no list `reviews` in the answer", status=payload.status)
    items, unreadable = read_entries(entries, _item)
    return Page(items=items, unreadable=unreadable)


def essence(payload: Payload) -> bytes:
    """The reviews, without the page token, which is another one each time."""
    answer = loads(payload.text)
    if not isinstance(answer, dict):
        return payload.content
    return canonical({key: value for key, value in answer.items() if key != "tokenPagination"})


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one review. One that the API does not find may only be old: an item comes back of
    which nothing but the id is known."""
    answer = yield Request(
        "GET",
        _review(target, external_id),
        params=_translation(target),
        auth=_auth(target),
        kind="step",
    )
    body = loads(answer.text)
    try:
        raise_for_problem(answer, body)
    except TargetGone:
        return Item(external_id=external_id, partial=_EVERYTHING)
    return _item(body)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Create or replace the reply and read it back. Raises Denied, RateLimited: nothing posted."""
    answer = yield Request(
        "POST",
        f"{_review(target, review.external_id)}:reply",
        json={"replyText": text},
        auth=_auth(target),
        kind="step",
    )
    if refused := refusal(answer):
        return refused
    look = one(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def review_url(target: Target, item: Item) -> str | None:
    """The review in the store, for those who are logged in."""
    app, review = quote(target.ref, safe=""), quote(item.external_id, safe="")
    return f"https://play.google.com/store/apps/details?id={app}&reviewId={review}"


def reply_url(target: Target, item: Item) -> str | None:
    """The developer's console; the address of the app's reviews there holds unknown numbers."""
    return "https://play.google.com/console"


def recognise_url(url: str) -> TargetHint | None:
    """Links to the app's page in the store."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    place = (site_of(url), parts.path.rstrip("/"))
    # An app's own link: market://details?id=…
    own = parts.scheme == "market" and parts.netloc == "details"
    if not own and place not in _PAGES:
        return None
    package = (parse_qs(parts.query).get("id") or [""])[0]
    if not _PACKAGE.fullmatch(package):
        return None
    return TargetHint(NAME, package, f"https://play.google.com/store/apps/details?id={package}")


def _app(target: Target) -> str:
    if not _PACKAGE.fullmatch(target.ref):
        raise Denied(f'"{target.ref}" is not a package name: write it like "com.example.app"')
    return f"{target.base(BASE_URL)}/androidpublisher/v3/applications/{target.ref}"


def _review(target: Target, external_id: str) -> str:
    return f"{_app(target)}/reviews/{quote(external_id, safe='')}"


def _auth(target: Target) -> ServiceAccount:
    # Whoever overrides the API's address overrides the token's with it: one stand-in serves both.
    token_url = f"{target.base_url}/token" if target.base_url else TOKEN_URL
    return ServiceAccount(target.secret_ref, SCOPE, token_url)


def _translation(target: Target) -> tuple[tuple[str, str], ...]:
    options = target.options
    language = options.translate if isinstance(options, Options) else ""
    return (("translationLanguage", language),) if language else ()


def _moment(told: Any) -> datetime | None:
    """Google's `{seconds, nanos}`, the first as text."""
    seconds, nanos = whole(mapping(told).get("seconds")), whole(mapping(told).get("nanos")) or 0
    # A day's seconds at least, or `instant` would be told milliseconds of 1970.
    moment = instant(seconds) if seconds and 86_400 <= seconds < 100_000_000_000 else None
    if moment is None or not 0 <= nanos < 1_000_000_000:
        return moment
    return moment.replace(microsecond=nanos // 1000)


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    comments = [mapping(comment) for comment in sequence(review.get("comments"))]
    written = mapping(next((c["userComment"] for c in comments if "userComment" in c), None))
    if not written:
        raise LayoutChanged("a review without its userComment")
    answers = (c["developerComment"] for c in comments if "developerComment" in c)
    answer = mapping(next(answers, None))
    told = string(written.get("text"))
    original = string(written.get("originalText"))
    title, text = _title_and_text(original or told)
    reply_text = string(answer.get("text"))
    return Item(
        external_id=string(review.get("reviewId")) or "",
        rating=stars(written.get("starRating")),
        title=title,
        text=text,
        author=string(review.get("authorName")),
        published_at=_moment(written.get("lastModified")),
        published_precision=Precision.LAST_CHANGE,
        language=string(written.get("reviewerLanguage")),
        translation=_title_and_text(told)[1] if original else None,
        reply_text=reply_text,
        reply_at=_moment(answer.get("lastModified")) if reply_text else None,
        reply_state="published" if reply_text else None,
        can_reply=True,
        site={name: value for name in _DEVICE if (value := string(written.get(name)))},
    )


def _title_and_text(told: str | None) -> tuple[str | None, str | None]:
    """Split "title\\tbody"; without a tab all of it is the body."""
    if told is None or "\t" not in told:
        return None, told
    title, _, text = told.partition("\t")
    return title, text
