"""More stand-ins of official APIs: those of the places' owners, Google Business and Trustpilot."""

import json
from typing import Any, ClassVar
from urllib.parse import parse_qs

from sources import google_business, trustpilot
from tests.collect.loopback import Answer, Asked
from tests.collect.stand_ins import StandIn, Told

STARS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")


class GoogleBusiness(StandIn):
    module = google_business
    ref = "locations/5501"
    options = google_business.Options(account="accounts/1089")
    secret: ClassVar = {"client_id": "c", "client_secret": "s3cret", "refresh_token": "r1"}
    page = 50

    def token(self, asked: Asked) -> Answer:
        form = parse_qs(asked.body.decode())
        assert form["grant_type"] == ["refresh_token"]
        assert (form["refresh_token"], form["client_secret"]) == (["r1"], ["s3cret"])
        return self.issue()

    def serve(self, asked: Asked) -> Answer:
        start = "/v4/accounts/1089/locations/5501/reviews"
        assert asked.path.startswith(start)
        name = asked.path.removeprefix(start).strip("/")
        if asked.method == "PUT":
            assert name.endswith("/reply")
            text = json.loads(asked.body)["comment"]
            return self.take(name.removesuffix("/reply"), text, {"comment": text})
        assert asked.method == "GET"
        if name:
            told = self.find(name)
            return Answer(json.dumps(self._one(told))) if told else Answer("{}", 404)
        assert asked.query["orderBy"] == "updateTime desc"
        offset = int(asked.query.get("pageToken", "t0").removeprefix("t"))
        body: dict[str, Any] = {
            "reviews": [self._one(told) for told in self.listed(offset)],
            "averageRating": 4.2,
            "totalReviewCount": len(self.reviews),
        }
        if offset + self.page < len(self.reviews):
            body["nextPageToken"] = f"t{offset + self.page}"
        return Answer(json.dumps(body))

    def _one(self, told: Told) -> dict[str, Any]:
        review: dict[str, Any] = {
            "reviewId": told.id,
            "reviewer": {"displayName": "Анна"},
            "starRating": STARS[told.stars - 1],
            "comment": told.text,
            "createTime": told.at.isoformat(),
            "updateTime": told.at.isoformat(),
        }
        if told.reply:
            review["reviewReply"] = {"comment": told.reply, "updateTime": told.at.isoformat()}
        return review


class Trustpilot(StandIn):
    module = trustpilot
    ref = "tochka.example"
    options = trustpilot.Options(business_unit="46d6a890", author="u1")
    secret: ClassVar = {"client_id": "c", "client_secret": "s3cret"}
    token_path = trustpilot.TOKEN_PATH
    page = trustpilot.API_PAGE_SIZE

    def token(self, asked: Asked) -> Answer:
        form = parse_qs(asked.body.decode())
        assert form["grant_type"] == ["client_credentials"]
        assert (form["client_id"], form["client_secret"]) == (["c"], ["s3cret"])
        return self.issue()

    def serve(self, asked: Asked) -> Answer:
        if asked.path.startswith("/v1/private/reviews/"):
            name = asked.path.removeprefix("/v1/private/reviews/")
            if asked.method == "POST":
                body = json.loads(asked.body)
                assert body["authorBusinessUserId"] == "u1"
                return self.take(name.removesuffix("/reply"), body["message"], {}, 201)
            told = self.find(name)
            return Answer(json.dumps(self._one(told))) if told else Answer("{}", 404)
        assert asked.path == "/v1/private/business-units/46d6a890/reviews"
        listed = self.listed((int(asked.query["page"]) - 1) * self.page)
        return Answer(json.dumps({"reviews": [self._one(told) for told in listed]}))

    def _one(self, told: Told) -> dict[str, Any]:
        review: dict[str, Any] = {
            "id": told.id,
            "stars": told.stars,
            "text": told.text,
            "consumer": {"displayName": "Анна"},
            "createdAt": told.at.isoformat(),
        }
        if told.reply:
            review["companyReply"] = {"text": told.reply, "createdAt": told.at.isoformat()}
        return review
