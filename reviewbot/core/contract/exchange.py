"""What a source asks and what it is answered. No socket is opened here: these are values."""

import json as json_module
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from reviewbot.core.contract.auths import Auth
from reviewbot.core.errors import (
    Blocked,
    Denied,
    LayoutChanged,
    RateLimited,
    TargetGone,
    Unreachable,
)
from reviewbot.core.parse_time import retry_after_seconds


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Only the answer to a "page" goes to `parse`; a "step" feeds the generator.

    A `url` of the scheme "file" is how `table` and `feed` name a local file. Answers whose status
    is in `own_statuses` are not given to `parse` even for a "page": the generator deals with them
    (2GIS: a remembered key that was blocked is looked up anew) or raises the contract's error.
    """

    method: str
    url: str
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    json: Any = None
    form: tuple[tuple[str, str], ...] = ()
    auth: Auth | None = None
    kind: Literal["page", "step"] = "page"
    own_statuses: tuple[int, ...] = ()

    def is_page(self, payload: "Payload") -> bool:
        """Whether this answer goes to `parse`."""
        return self.kind == "page" and payload.status not in self.own_statuses


@dataclass(frozen=True, slots=True)
class Payload:
    """What came back, whole. Header names are lower case. `read_at` is aware UTC: the time of the
    answer, or of the saved file; needed only where a page tells relative dates."""

    status: int
    url: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime | None = None
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        """The body as text; bytes that are no text become U+FFFD, never an error."""
        try:
            return self.content.decode(self.encoding, errors="replace")
        except (LookupError, ValueError):  # no such charset, or one that cannot replace
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON. Raises LayoutChanged where it is not."""
        try:
            return json_module.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise LayoutChanged(f"the answer is not JSON: {error}", status=self.status) from None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The site said 304: the page is as it was at the last reading."""

    url: str


def raise_for_status(payload: Payload, *, status: int | None = None, detail: str = "") -> None:
    """Raise the contract's error for a status that brings no page. Sources may look first.

    401 and 403 are Denied; 404 and 410 TargetGone; 429 and 420 (Yandex Market's) RateLimited; 507
    and 521 bans (Otzovik and irecommend send them for "too many requests"); 400 and other 4xx
    LayoutChanged, since it is our question that no longer fits; other 5xx Unreachable.

    `status` stands for the payload's where the body tells the truth instead of the header;
    `detail` is the site's own explanation.
    """
    status = payload.status if status is None else status
    said = f": {' '.join(detail.split())[:300]}" if detail.strip() else ""
    if status < 400:
        return
    if status == 401:
        raise Denied(f"the site refuses the credential{said}", status=status, credential=True)
    if status == 403:
        raise Denied(f"the site refuses access{said}", status=status)
    if status in (404, 410):
        raise TargetGone(f"the site has no such page{said}", status=status)
    if status in (420, 429):
        raise RateLimited(
            f"too many requests{said}",
            status=status,
            retry_after=retry_after_seconds(payload.headers.get("retry-after"), payload.read_at),
        )
    if status in (507, 521):
        raise Blocked(f"the site bans automated reading ({status}){said}", status=status)
    if status >= 500:
        raise Unreachable(f"the site answers {status}{said}", status=status)
    raise LayoutChanged(f"the site does not take our question ({status}){said}", status=status)
