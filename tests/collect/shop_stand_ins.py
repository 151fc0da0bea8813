"""Stand-ins of the marketplaces' APIs for sellers: a key instead of tokens, nothing to renew."""

import json
from typing import Any, ClassVar

from sources import ozon, wildberries
from tests.collect.loopback import Answer, Asked
from tests.collect.stand_ins import StandIn, Told


class Wildberries(StandIn):
    module = wildberries
    ref = "shop"
    options = wildberries.Options()
    secret: ClassVar = {"token": "wb-token-of-a-test"}
    page = wildberries.PAGE_SIZE

    def knows(self, token: str, asked: Asked) -> bool:
        return token == self.secret["token"]

    def serve(self, asked: Asked) -> Answer:
        if asked.path == "/api/v1/feedbacks/answer":
            assert asked.method == "POST"
            body = json.loads(asked.body)
            self.take(body["id"], body["text"], {})
            return Answer(status=204, hang=self.post == "take and hang")
        if asked.path == "/api/v1/feedback":
            told = self.find(asked.query["id"])
            return self._data(self._one(told)) if told else Answer("{}", 404)
        if asked.path.endswith("/archive"):
            return self._data({"feedbacks": []})
        assert asked.path == "/api/v1/feedbacks"
        answered = asked.query["isAnswered"] == "true"
        listed = [told for told in self.reviews if (told.reply is not None) is answered]
        skip, take = int(asked.query["skip"]), int(asked.query["take"])
        return self._data({"feedbacks": [self._one(told) for told in listed[skip : skip + take]]})

    def _data(self, data: Any) -> Answer:
        return Answer(json.dumps({"data": data, "error": False, "errorText": ""}))

    def _one(self, told: Told) -> dict[str, Any]:
        answer = {"text": told.reply, "state": "wbRu", "editable": True} if told.reply else None
        return {
            "id": told.id,
            "text": told.text,
            "productValuation": told.stars,
            "createdDate": told.at.isoformat(),
            "answer": answer,
        }


class Ozon(StandIn):
    """Replies are comments: found in a list of their own."""

    module = ozon
    ref = "shop"
    options = ozon.Options()
    secret: ClassVar = {"client_id": "1234", "api_key": "ozon-key-of-a-test"}
    page = ozon.PAGE_SIZE

    def knows(self, token: str, asked: Asked) -> bool:
        shown = (asked.headers.get("client-id"), asked.headers.get("api-key"))
        return shown == (self.secret["client_id"], self.secret["api_key"])

    def serve(self, asked: Asked) -> Answer:
        assert asked.method == "POST"
        body = json.loads(asked.body)
        if asked.path == "/v1/review/list":
            names = [told.id for told in self.reviews]
            start = names.index(body["last_id"]) + 1 if body["last_id"] else 0
            listed = self.reviews[start : start + body["limit"]]
            more = start + body["limit"] < len(self.reviews)
            shown = [self._one(told) for told in listed]
            last = listed[-1].id if listed else ""
            return Answer(json.dumps({"reviews": shown, "has_next": more, "last_id": last}))
        told = self.find(body["review_id"])
        if told is None:
            return Answer('{"code": 5, "message": "no such review"}', 404)
        if asked.path == "/v1/review/info":
            return Answer(json.dumps(self._one(told)))
        if asked.path == "/v1/review/comment/list":
            said = [{"id": "c1", "text": told.reply, "is_owner": True}] if told.reply else []
            return Answer(json.dumps({"comments": said[body["offset"] :]}))
        assert asked.path == "/v1/review/comment/create"
        return self.take(told.id, body["text"], {"comment_id": "c1"})

    def _one(self, told: Told) -> dict[str, Any]:
        return {
            "id": told.id,
            "sku": 1,
            "text": told.text,
            "rating": told.stars,
            "published_at": told.at.isoformat(),
            "comments_amount": int(told.reply is not None),
        }
