"""What is asked of Ozon's API for sellers, and what its errors mean."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from reviewbot.core.contract import (
    ApiKey,
    Denied,
    LayoutChanged,
    Payload,
    Request,
    Target,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._markup import loads, mapping, raise_for_problem, string, whole, with_list

BASE_URL = "https://api-seller.ozon.ru"

_HTTP_OF = {3: 400, 5: 404, 7: 403, 8: 429, 13: 500, 14: 503, 16: 401}
"""gRPC's codes, for answers whose status was lost."""
_PLAN = re.compile(r"subscription|подписк", re.IGNORECASE)
_BAD_KEY = re.compile(
    r"(?:invalid|wrong|deactivated|required).{0,40}(?:api-?key|client-?id)", re.I
)
_BAD_KEY_AFTER = re.compile(
    r"(?:api-?key|client-?id).{0,40}(?:invalid|required|not found|deactivated)", re.I
)


def ask(
    target: Target,
    path: str,
    body: Mapping[str, Any],
    *,
    about: str = "",
    kind: Literal["page", "step"] = "step",
) -> Request:
    """`about` goes into the fragment, which stays with us: an answer does not name what it is
    about."""
    url = f"{target.base(BASE_URL)}{path}"
    return Request(
        "POST",
        f"{url}#{quote(about, safe='')}" if about else url,
        json=dict(body),
        auth=ApiKey(target.secret_ref, (("Client-Id", "client_id"), ("Api-Key", "api_key"))),
        kind=kind,
    )


def object_of(payload: Payload, name: str = "reviews") -> Mapping[str, Any]:
    """The answer as an object with its list `name`. Raises what its error says, also where the
    status was lost."""
    body = with_list(loads(payload.text), name, "published_at")
    answer = mapping(body)
    code = whole(answer.get("code"))
    said = string(answer.get("message")) or ""
    status = payload.status if payload.status >= 400 else _HTTP_OF.get(code or 0, 0)
    bad_key = _BAD_KEY.search(said) or _BAD_KEY_AFTER.search(said)
    if status in (401, 403, 404) and bad_key and "role" not in said:
        raise Denied(f"Ozon refuses the key: {said}", status=payload.status, credential=True)
    if status == 403 and _PLAN.search(said):
        raise Denied(
            "reviews by API are not in the account's plan (Premium Plus, Premium Pro or Review "
            f"Management): {said}",
            status=payload.status,
        )
    if status >= 400:
        raise_for_status(payload, status=status, detail=said)
    raise_for_problem(payload, body)
    if not isinstance(body, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    return answer


def of_product(entries: Iterable[Any], sku: int) -> Iterator[Any]:
    """Those of one product, with what names none; all without a `sku`."""
    return (each for each in entries if not sku or whole(mapping(each).get("sku")) in (sku, None))


def about(url: str) -> str:
    """What an answer is about, as it was asked."""
    try:
        return unquote(urlsplit(url).fragment)
    except ValueError:
        return ""
