"""The demo's review site: a maps page with its JSON inside, and an owner's API that takes replies.

It speaks the formats of `yandex_maps` and `google_business` with texts written for the demo.
"""

import html
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from reviewbot.demo.loopback import LoopbackRequest, LoopbackResponse

PLACE = "1000000001"
LOCATION = "accounts/1/locations/1"
STARS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")


@dataclass
class Written:
    """A review on the demo's site."""

    id: str
    author: str
    rating: int
    text: str
    at: datetime
    reply: str | None = None
    reply_at: datetime | None = None


@dataclass
class Site:
    """Holds the reviews of one café on two sites; `now` tells the demo's time."""

    now: Callable[[], datetime]
    place_name: str
    maps: list[Written] = field(default_factory=list)
    business: list[Written] = field(default_factory=list)

    async def handle(self, request: LoopbackRequest) -> LoopbackResponse:
        if request.path == "/token":
            return LoopbackResponse.of_json({"access_token": "demo", "expires_in": 3600})
        if request.path.startswith(f"/v4/{LOCATION}/reviews"):
            return self._business(request)
        if request.path.startswith("/maps/org/"):
            return LoopbackResponse.of_html(self._maps_page())
        return LoopbackResponse.of_json({"error": {"code": 404, "status": "NOT_FOUND"}}, 404)

    def _business(self, request: LoopbackRequest) -> LoopbackResponse:
        parts = request.path.removeprefix(f"/v4/{LOCATION}/reviews").strip("/").split("/")
        if parts == [""]:
            newest = sorted(self.business, key=lambda review: review.at, reverse=True)
            return LoopbackResponse.of_json(
                {
                    "reviews": [_as_google(review) for review in newest],
                    "averageRating": _average(self.business),
                    "totalReviewCount": len(self.business),
                }
            )
        review = next((one for one in self.business if one.id == parts[0]), None)
        if review is None:
            return LoopbackResponse.of_json({"error": {"code": 404, "status": "NOT_FOUND"}}, 404)
        if request.method == "PUT":
            review.reply, review.reply_at = request.json()["comment"], self.now()
            return LoopbackResponse.of_json(
                {"comment": review.reply, "updateTime": _zulu(review.reply_at)}
            )
        if request.method == "DELETE":
            review.reply = review.reply_at = None
            return LoopbackResponse.of_json({})
        return LoopbackResponse.of_json(_as_google(review))

    def _maps_page(self) -> str:
        newest = sorted(self.maps, key=lambda review: review.at, reverse=True)
        results = {
            "reviews": [_as_yandex(review) for review in newest],
            "params": {"count": len(newest), "totalPages": 1, "page": 1, "reviewsRemained": 0},
        }
        figures = {
            "ratingCount": len(newest),
            "ratingValue": _average(newest),
            "reviewCount": len(newest),
        }
        item = {
            "id": PLACE,
            "title": self.place_name,
            "ratingData": figures,
            "reviewResults": results,
        }
        state = {"config": {"csrfToken": "demo"}, "stack": [{"results": {"items": [item]}}]}
        body = json.dumps(state, ensure_ascii=False).replace("</", "<\\/")
        return (
            f"<!doctype html><title>{html.escape(self.place_name)}</title>"
            f'<script type="application/json" class="state-view">{body}</script>'
        )


def _average(reviews: list[Written]) -> float:
    return round(sum(review.rating for review in reviews) / max(1, len(reviews)), 1)


def _zulu(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_google(review: Written) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": f"{LOCATION}/reviews/{review.id}",
        "reviewId": review.id,
        "reviewer": {"displayName": review.author},
        "starRating": STARS[review.rating - 1],
        "comment": review.text,
        "createTime": _zulu(review.at),
        "updateTime": _zulu(review.at),
    }
    if review.reply and review.reply_at:
        shown["reviewReply"] = {"comment": review.reply, "updateTime": _zulu(review.reply_at)}
    return shown


def _as_yandex(review: Written) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if review.reply and review.reply_at:
        shown["businessComment"] = {"text": review.reply, "updatedTime": _zulu(review.reply_at)}
    return shown | {
        "reviewId": review.id,
        "businessId": PLACE,
        "author": {"name": review.author, "publicId": f"demo{review.id}"},
        "text": review.text,
        "rating": review.rating,
        "updatedTime": _zulu(review.at),
        "photos": [],
    }


def history(rows: list[dict[str, Any]], now: datetime) -> list[Written]:
    """Return the reviews of one site of the demo's data file; `days_ago` sets their dates."""
    return [
        Written(
            id=row["id"],
            author=row["author"],
            rating=row["rating"],
            text=row["text"],
            at=now - timedelta(days=row["days_ago"]),
            reply=row.get("reply"),
            reply_at=now - timedelta(days=row["days_ago"] - 1) if "reply" in row else None,
        )
        for row in rows
    ]
