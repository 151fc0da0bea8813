"""Answers to buyers' questions are taken back: ours and no other, and the site is looked at."""

import json
from typing import Any

import pytest
from driving import drive, payload

from reviewbot.core.contract import Denied, Item, Kind, Payload, RateLimited, Target
from sources.sellers import ozon_questions, wildberries_questions, yandex_market_questions

OZON = Target(key="t/ozon", source="ozon_questions", ref="shop", secret_ref="ozon")
MARKET = Target(
    key="t/market", source="yandex_market_questions", ref="1234567", secret_ref="market"
)
ASKED = Item(external_id="77", kind=Kind.QUESTION, reply_text="Год.", site={"sku": 1})


def of_ozon(*texts: str) -> Payload:
    answers = [{"id": f"id of {text}", "text": text} for text in texts]
    return payload(json.dumps({"answers": answers, "last_id": ""}))


def of_market(*texts: str) -> Payload:
    own = {"author": {"type": "BUSINESS"}, "status": "PUBLISHED"}
    answers = [{"id": n, "text": text, **own} for n, text in enumerate(texts, start=1)]
    return payload(json.dumps({"status": "OK", "result": {"answers": answers, "paging": {}}}))


def test_ozon_deletes_the_answer_that_says_ours() -> None:
    answers = [of_ozon("Чужой.", "Год.", "Ещё."), payload("{}"), of_ozon("Чужой.", "Ещё.")]
    asked, receipt = drive(ozon_questions.withdraw(OZON, ASKED), answers)
    assert asked[1].url.endswith("/v1/question/answer/delete")
    assert asked[1].json == {"answer_id": "id of Год.", "sku": 1}
    assert receipt.outcome == "withdrawn"


def test_ozon_leaves_others_answers_alone() -> None:
    asked, receipt = drive(ozon_questions.withdraw(OZON, ASKED), [of_ozon("Чужой.")])
    assert (len(asked), receipt.outcome) == (1, "withdrawn")


def test_the_market_deletes_the_shops_answer() -> None:
    answers = [of_market("Год."), payload('{"status": "OK"}'), of_market()]
    asked, receipt = drive(yandex_market_questions.withdraw(MARKET, ASKED), answers)
    assert asked[1].url.partition("#")[0].endswith("/goods-questions/update")
    assert asked[1].json == {"operationType": "DELETE", "entityId": {"type": "ANSWER", "id": 1}}
    assert receipt.outcome == "withdrawn"


ENDS: list[tuple[Any, Target, Any]] = [
    (ozon_questions, OZON, of_ozon),
    (yandex_market_questions, MARKET, of_market),
]


@pytest.mark.parametrize(("module", "target", "answers"), ENDS)
def test_other_ends_of_taking_back(module: Any, target: Target, answers: Any) -> None:
    there, refused = answers("Год."), payload('{"message": "no"}', status=400)
    steps = module.withdraw(target, ASKED)
    assert drive(steps, [there, payload("{}"), there])[1].outcome == "unknown"
    steps = module.withdraw(target, ASKED)
    assert drive(steps, [there, refused])[1].outcome == "refused"
    steps = module.withdraw(target, ASKED)
    assert drive(steps, [there, payload("{}"), payload("", status=502)])[1].outcome == "unknown"
    with pytest.raises(Denied):
        drive(module.withdraw(target, ASKED), [payload("{}", status=401)])
    with pytest.raises(RateLimited):
        drive(module.withdraw(target, ASKED), [there, payload("{}", status=429)])


def test_wildberries_has_no_way_to_take_an_answer_back() -> None:
    assert not hasattr(wildberries_questions, "withdraw")
