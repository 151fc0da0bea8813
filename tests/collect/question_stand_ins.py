"""Stand-ins of the marketplaces' questions: each holds them as reviews and speaks its own way."""

import json
from typing import Any, ClassVar

from sources.sellers import (
    _market_requests,
    ozon_questions,
    wildberries_questions,
    yandex_market_questions,
)
from tests.collect.loopback import Answer, Asked
from tests.collect.shop_stand_ins import Ozon, Wildberries, YandexMarket
from tests.collect.stand_ins import Told


class WildberriesQuestions(Wildberries):
    module = wildberries_questions
    options = wildberries_questions.Options()
    page = wildberries_questions.PAGE_SIZE

    def serve(self, asked: Asked) -> Answer:
        if asked.path == "/api/v1/question":
            told = self.find(asked.query["id"])
            return self._data(self._one(told)) if told else Answer("{}", 404)
        assert asked.path == "/api/v1/questions"
        if asked.method == "PATCH":
            body = json.loads(asked.body)
            assert body["state"] == "wbRu"
            return self.take(body["id"], body["answer"]["text"], {"error": False})
        answered = asked.query["isAnswered"] == "true"
        listed = [told for told in self.reviews if (told.reply is not None) is answered]
        skip, take = int(asked.query["skip"]), int(asked.query["take"])
        return self._data({"questions": [self._one(told) for told in listed[skip : skip + take]]})

    def _one(self, told: Told) -> dict[str, Any]:
        answer = {"text": told.reply, "editable": True} if told.reply else None
        product = {"nmId": 14917842, "supplierArticle": "КЗ-1000", "productName": "Кофе"}
        return {
            "id": told.id,
            "text": told.text,
            "createdDate": told.at.isoformat(),
            "answer": answer,
            "productDetails": product,
        }


class OzonQuestions(Ozon):
    module = ozon_questions
    options = ozon_questions.Options()
    page = 2

    def serve(self, asked: Asked) -> Answer:
        body = json.loads(asked.body)
        if asked.path == "/v1/question/list":
            names = [told.id for told in self.reviews]
            start = names.index(body["last_id"]) + 1 if body["last_id"] else 0
            listed = self.reviews[start : start + self.page]
            more = start + self.page < len(self.reviews)
            shown = [self._one(told) for told in listed]
            return Answer(
                json.dumps({"questions": shown, "last_id": listed[-1].id if more else ""})
            )
        told = self.find(body["question_id"])
        if told is None:
            return Answer('{"code": 5, "message": "no such question"}', 404)
        if asked.path == "/v1/question/info":
            return Answer(json.dumps(self._one(told)))
        if asked.path == "/v1/question/answer/list":
            said = [{"id": "a1", "text": told.reply}] if told.reply else []
            return Answer(json.dumps({"answers": said, "last_id": ""}))
        assert asked.path == "/v1/question/answer/create"
        assert body["sku"] == 1
        return self.take(told.id, body["text"], {"answer_id": "a1"})

    def _one(self, told: Told) -> dict[str, Any]:
        return {
            "id": told.id,
            "sku": 1,
            "text": told.text,
            "author_name": "Ирина",
            "published_at": told.at.isoformat(),
            "status": "PROCESSED" if told.reply else "NEW",
            "answers_count": int(told.reply is not None),
        }


class YandexMarketQuestions(YandexMarket):
    module = yandex_market_questions
    options = yandex_market_questions.Options()
    page = _market_requests.PAGE_SIZE
    secret: ClassVar = YandexMarket.secret

    def serve(self, asked: Asked) -> Answer:
        body = json.loads(asked.body)
        path = asked.path.removeprefix("/v1/businesses/1234567/goods-questions")
        if path == "":
            listed = list(self.reviews)
            if "questionIds" in body:
                listed = [told for told in listed if int(told.id) in body["questionIds"]]
            elif body.get("needAnswer"):
                listed = [told for told in listed if told.reply is None]
            return self._result({"questions": [self._one(told) for told in listed], "paging": {}})
        if path == "/answers":
            told = self.find(str(body["questionId"]))
            assert told is not None
            return self._result({"answers": self._comments(told), "paging": {}})
        assert path == "/update"
        assert body["operationType"] == "CREATE"
        assert body["parentEntityId"]["type"] == "QUESTION"
        return self.take(str(body["parentEntityId"]["id"]), body["text"], {"status": "OK"})

    def _one(self, told: Told) -> dict[str, Any]:
        return {
            "questionIdentifiers": {"id": int(told.id)},
            "text": told.text,
            "createdAt": told.at.isoformat(),
            "author": {"name": "Ирина", "type": "USER"},
        }
