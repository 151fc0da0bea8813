"""What is asked of Wildberries' API for sellers, what its errors mean, which product it names."""

import re
from collections.abc import Mapping
from typing import Any

from reviewbot.core.contract import Bearer, LayoutChanged, Payload, Target, raise_for_status
from sources._challenges import raise_for_challenge
from sources._markup import (
    loads,
    mapping,
    positive,
    raise_for_problem,
    string,
)

BASE_URL = "https://feedbacks-api.wildberries.ru"


def auth_of(target: Target) -> Bearer:
    """The token as it is, without a scheme."""
    return Bearer(target.secret_ref, scheme="")


def data_of(payload: Payload) -> Mapping[str, Any]:
    """What the answer holds. Raises what its error says, also where the status was lost."""
    body = loads(payload.text)
    raise_for_problem(payload, body)
    listed = body if isinstance(body, list) else mapping(body).get("data")
    if isinstance(listed, list) and any("productValuation" in mapping(each) for each in listed):
        return {"feedbacks": listed}  # a list alone, as tools save it
    if not isinstance(body, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    _refuse(payload, body)
    if "feedbacks" in body:
        return body  # the public list, which tools save
    if not isinstance(body.get("data"), dict):
        raise LayoutChanged("no `data` in the answer", status=payload.status)
    return mapping(body["data"])


def refuse(payload: Payload) -> None:
    """Raise what an answer to a writing request says against it."""
    body = loads(payload.text)
    raise_for_problem(payload, body)
    _refuse(payload, mapping(body))


def product_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The product a review or a question is about, as the item's `site` names it."""
    product = mapping(entry.get("productDetails"))
    told = {
        "nm_id": positive(product.get("nmId", entry.get("nmId"))),
        "product": string(product.get("productName")),
        "article": string(product.get("supplierArticle")),
    }
    return {name: value for name, value in told.items() if value}


def _refuse(payload: Payload, body: Mapping[str, Any]) -> None:
    """Raise what `error` says. Raises TargetGone where the words are that there is no such
    review."""
    if body.get("error") is not True:
        return
    said = string(body.get("errorText")) or ""
    if re.search(r"не найден|not found", said, re.IGNORECASE):
        raise_for_status(payload, status=404, detail=said)
    raise LayoutChanged(f"the API does not take our question: {said}", status=payload.status)
