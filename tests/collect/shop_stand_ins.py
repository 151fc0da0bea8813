"""Stand-ins of the marketplaces' APIs for sellers: a key instead of tokens, nothing to renew."""

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sources.sellers import _market_requests, ozon, wildberries, yandex_market
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


@dataclass
class YandexMarket(StandIn):
    """Replies are comments, as Ozon's; two lists, whose order the test chooses."""

    module = yandex_market
    ref = "1234567"
    options = yandex_market.Options()
    secret: ClassVar = {"api_key": "market-key-of-a-test"}
    page = _market_requests.PAGE_SIZE
    oldest_first = False

    skipped: list[str] = field(default_factory=list)
    """Every review that somebody said needs no reaction, as often as it was said."""
    changed: list[str] = field(default_factory=list)
    """Reviews that their authors changed: they wait for a reaction again."""
    skipping: str = "take"
    """take it, or take it and break off."""

    def knows(self, token: str, asked: Asked) -> bool:
        return asked.headers.get("api-key") == self.secret["api_key"]

    def serve(self, asked: Asked) -> Answer:
        assert asked.method == "POST"
        body, path = json.loads(asked.body), asked.path.removeprefix("/v2/businesses/1234567")
        if path == "/goods-feedback":
            return self._result(self._list(body, int(asked.query.get("pageToken", 0))))
        if path == "/goods-feedback/skip-reaction":
            self.skipped += [str(number) for number in body["feedbackIds"]]
            breaks, self.skipping = self.skipping == "take and break", "take"
            return Answer('{"status": "OK"}', cut=5 if breaks else None)
        if path == "/goods-feedback/comments/delete":
            told = self.find(str(body["id"]))
            assert told is not None
            told.reply = None
            return self._result({})
        told = self.find(str(body["feedbackId"]))
        if told is None:
            error = {"code": "NOT_FOUND", "message": "no such feedback"}
            return Answer(json.dumps({"status": "ERROR", "errors": [error]}), 404)
        if path == "/goods-feedback/comments":
            return self._result({"comments": self._comments(told), "paging": {}})
        assert path == "/goods-feedback/comments/update"
        return self.take(told.id, body["comment"]["text"], {"status": "OK"})

    def _list(self, body: dict[str, Any], start: int) -> dict[str, Any]:
        listed = list(self.reviews)
        if "feedbackIds" in body:
            listed = [told for told in listed if int(told.id) in body["feedbackIds"]]
        elif body["reactionStatus"] == "NEED_REACTION":
            listed = [told for told in listed if self._waits(told)]
        if self.oldest_first:
            listed.reverse()
        more = start + self.page < len(listed)
        shown = [self._one(told) for told in listed[start : start + self.page]]
        paging = {"nextPageToken": str(start + self.page)} if more else {}
        return {"feedbacks": shown, "paging": paging}

    def _waits(self, told: Told) -> bool:
        is_open = told.reply is None and told.id not in self.skipped
        return is_open or told.id in self.changed

    def _result(self, result: dict[str, Any]) -> Answer:
        return Answer(json.dumps({"status": "OK", "result": result}))

    def _comments(self, told: Told) -> list[dict[str, Any]]:
        if not told.reply:
            return []
        author = {"type": "BUSINESS", "name": "Магазин"}
        shop = {"id": int(told.id), "text": told.reply, "canModify": True}
        return [{**shop, "author": author, "status": "PUBLISHED", "feedbackId": int(told.id)}]

    def _one(self, told: Told) -> dict[str, Any]:
        return {
            "feedbackId": int(told.id),
            "createdAt": told.at.isoformat(),
            "needReaction": self._waits(told),
            "description": {"comment": told.text},
            "statistics": {"rating": told.stars, "commentsCount": int(told.reply is not None)},
        }
