"""Gestures towards a guest add up, within what a role may offer for one review."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from reviewbot.core.errors import Refused
from reviewbot.core.ticket import Act, Action
from reviewbot.queries.notes import gestures
from reviewbot.workflow import act, remarks
from reviewbot.workflow.checks import case_of
from tests.store.store_world import MONDAY, StoreWorld, actor

SUMS = {"staff": 500, "manager": 3000}


@pytest.fixture
def goodwill_world(tmp_path: Path) -> StoreWorld:
    made = StoreWorld(tmp_path)
    replies = replace(made.settings.replies, goodwill=SUMS)
    made.settings = replace(made.settings, replies=replies)
    return made


def offer(world: StoreWorld, number: int, who: str, text: str) -> list[int]:
    """Return the sums that stand once somebody has offered something."""

    def store(session: Session) -> list[int]:
        tx = world.tx(session)
        remarks.gesture(tx, number, actor(who), text)
        return [each.sum for each in gestures(tx, case_of(tx, number))]

    return world.db.write_now(store)


def test_they_stand_beside_each_other_within_the_limit_of_the_review(
    goodwill_world: StoreWorld,
) -> None:
    world = goodwill_world
    number = world.ticket()
    assert offer(world, number, "ivan", "300 десерт") == [300]
    with pytest.raises(Refused, match="gesture_above") as refused:
        offer(world, number, "ivan", "300 кофе")
    assert (refused.value.params["most"], refused.value.params["given"]) == (500, 300)
    assert offer(world, number, "ivan", "200 кофе") == [300, 200]
    assert offer(world, number, "marina", "2500") == [300, 200, 2500]
    with pytest.raises(Refused, match="gesture_above"):
        offer(world, number, "marina", "1")


def test_one_takes_the_place_of_the_others_where_it_says_so(goodwill_world: StoreWorld) -> None:
    world = goodwill_world
    number = world.ticket()
    offer(world, number, "ivan", "300 десерт")
    assert offer(world, number, "ivan", "вместо 500 ужин") == [500]
    assert offer(world, number, "marina", "Instead: 2000 a dinner") == [2000]
    with pytest.raises(Refused, match="gesture_above"):
        offer(world, number, "ivan", "вместо него 600")


def test_each_sum_and_all_together_stay_out_of_the_reply(goodwill_world: StoreWorld) -> None:
    world = goodwill_world
    number = world.ticket()
    offer(world, number, "marina", "1300 ужин")
    offer(world, number, "marina", "900 такси")

    def propose(session: Session, text: str) -> None:
        asked = Act(Action.PROPOSE, actor("ivan"), text=text)
        act.act(world.tx(session, MONDAY), number, asked)

    for text in ("Ждём вас, 1300 ваши.", "Ждём вас, 900 ваши.", "Ждём вас, 2 200 ваши."):
        with pytest.raises(Refused, match="reply_promise"):
            world.db.write_now(lambda session, text=text: propose(session, text))
