"""Events of a review's way reach another system: signed, once, tried again, given up visibly."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import update
from sqlmodel import select
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.store.queues.deliveries import RESTS
from reviewbot.store.tables import ConcernRow, DeliveryRow, TicketRow
from tests.integrations.receiver import SECRET, Receiver, verified
from tests.journeys.journey_world import MARINA, SUPPORT, JourneyWorld

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."
WEBHOOKS = """
[webhooks.crm]
url = "{url}"
secret_file = "crm.key"
[privacy]
author_names = "initials"
"""


class Told:
    """A bot, and a receiver that it tells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Told":
        self.crm = await self._stack.enter_async_context(Receiver())
        (self.folder / "crm.key").write_text(SECRET)
        more = WEBHOOKS.format(url=self.crm.url)
        self.world = await self._stack.enter_async_context(
            JourneyWorld(self.folder, "2026-03-02 11:00", more)
        )
        await self.tell()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def tell(self) -> None:
        deliverer = self.world.app.deliverer
        assert deliverer is not None
        await deliverer.look()
        await deliverer.settle()

    def rows(self) -> list[DeliveryRow]:
        rows: list[DeliveryRow] = self.world.read(
            lambda session: session.exec(select(DeliveryRow)).all()
        )
        return rows


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[Told]:
    async with Told(tmp_path) as made:
        yield made


async def test_the_way_of_a_review_is_told_step_by_step(told: Told) -> None:
    world, crm = told.world, told.crm
    assert crm.types == [], "what was there on the first day is history"
    world.guest(1, RUDE, site="business", name="g1")
    await world.pass_until("2026-03-02 11:25")
    await told.tell()
    assert crm.types == ["review.found", "ticket.opened"]
    found: Any = crm.events()[0]["data"]
    assert found["review"]["text"] == RUDE
    assert found["review"]["author"] == "А. К.", "as the operator lets names be shown"
    assert found["review"]["location_name"] == "Точка, Тверская 12"
    await world.press(world.card(), "готов", MARINA)
    await told.tell()
    await world.pass_until("2026-03-02 12:10")
    await told.tell()
    assert crm.types[2:] == ["ticket.approved", "ticket.posted", "ticket.answered"]
    approved: Any = crm.events()[2]["data"]
    assert approved["ticket"]["by"] == "Марина"
    assert approved["ticket"]["reply"]
    world.guest(1, "Медленно, грубо, ужасный вечер, не советую.", name="m1")
    await world.pass_until("2026-03-02 14:00")
    await told.tell()
    assert crm.types[5:] == ["review.found", "ticket.opened", "ticket.breached"]
    ids = [call.headers["webhook-id"] for call in crm.calls]
    assert len(set(ids)) == len(ids)
    await world.restart()
    await told.tell()
    assert len(crm.calls) == 8, "nothing is told again"


async def test_an_opening_that_is_told_late_is_of_the_first_round(told: Told) -> None:
    world = told.world
    world.guest(1, RUDE)
    await world.pass_until("2026-03-02 11:25")
    reopened = update(TicketRow).values(round=2)
    world.app.db.write_now(lambda rows: rows.execute(reopened))
    await told.tell()
    [opened] = [each["data"] for each in told.crm.events() if each["type"] == "ticket.opened"]
    assert opened["ticket"]["round"] == 1  # type: ignore[index]


async def test_a_receiver_that_fails_is_tried_again_under_the_same_number(told: Told) -> None:
    world, crm = told.world, told.crm
    crm.answers = [500, 302, 429]
    world.guest(1, RUDE)
    await world.pass_until("2026-03-02 11:25")
    for rest in (timedelta(), *RESTS[:3]):
        world.clock.advance(seconds=rest.total_seconds())
        await told.tell()
    first = [call for call in crm.calls if verified(call)["type"] == "review.found"]
    assert len({call.headers["webhook-id"] for call in first}) == 1
    assert {call.path for call in crm.calls} == {"/hooks/reviews"}, "no redirect is followed"
    assert sorted(row.event for row in told.rows() if row.sent_at) == [
        "review.found",
        "ticket.opened",
    ]


async def test_what_is_given_up_is_seen_told_and_sent_at_a_word(told: Told) -> None:
    world, crm = told.world, told.crm
    world.guest(1, RUDE)
    await world.pass_until("2026-03-02 11:25")
    crm.answers = [503] * 40
    for rest in (timedelta(), *RESTS):
        world.clock.advance(seconds=rest.total_seconds())
        await told.tell()
        await told.tell()
    dead = [row for row in told.rows() if row.dead_at]
    assert {(row.event, row.error) for row in dead} == {
        ("review.found", "it answered 503"),
        ("ticket.opened", "it answered 503"),
    }
    await world.app.sender.deliver_due()
    await world.app.sender.settle()
    [notice] = world.messages(SUPPORT, "ничего не принимает")
    assert "crm" in notice.text
    assert SECRET not in notice.text
    arguments = ["--database", str(told.folder / "world.sqlite3")]
    shown = CliRunner().invoke(app, ["doctor", *arguments])
    assert "webhook:crm" in shown.output
    assert "it answered 503" in shown.output
    crm.answers = []
    with time_machine.travel(world.clock.now(), tick=False):
        assert CliRunner().invoke(app, ["doctor", "--resend", *arguments]).exit_code == 0
    await told.tell()
    assert not [row for row in told.rows() if row.dead_at or not row.sent_at]


async def test_one_that_is_gone_is_not_tried_again(told: Told) -> None:
    told.crm.answers = [410, 410]
    told.world.guest(1, RUDE)
    await told.world.pass_until("2026-03-02 11:25")
    await told.tell()
    await told.tell()
    assert [bool(row.dead_at) for row in told.rows()] == [True, True]
    await told.world.pass_until("2026-03-02 11:30")
    [notice] = told.world.messages(SUPPORT, "📮")
    assert "Отказано окончательно, больше не пробую" in notice.text
    assert "три дня" not in notice.text


async def test_what_reviews_say_together_is_told(told: Told) -> None:
    row = ConcernRow(
        kind="incident",
        location_key="tverskaya",
        topic="food",
        state="open",
        found_at=told.world.clock.now(),
        facts={"numbers": [1, 2]},
    )
    measure = ConcernRow(
        kind="measure",
        location_key="tverskaya",
        state="over",
        found_at=told.world.clock.now(),
        facts={"measures": [["2026-03-02", "marina", "a second till"]]},
    )
    told.world.app.db.write_now(lambda rows: rows.add_all((row, measure)))
    await told.tell()
    [event] = told.crm.events()
    assert event["type"] == "incident.opened"
    data: Any = event["data"]
    assert data["incident"]["location_name"] == "Точка, Тверская 12"
    assert data["incident"]["facts"] == {"numbers": [1, 2]}
