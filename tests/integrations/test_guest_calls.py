"""`POST /guests/links`: a booking system gets a link for a visit, nobody else does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette

from reviewbot.core.surveys.survey import GuestSettings, Scale
from reviewbot.integrations.guest_calls import GuestCalls
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.surveys.guest_tables import GuestLinkRow
from tests.hand_clock import HandClock
from tests.store.store_world import MONDAY, StoreWorld

SECRET = "a-secret-of-the-booking-system"
VISIT = {"place": "tverskaya", "visit": "8412", "segment": "new", "at": "2026-03-02T10:30+03:00"}


async def called(
    world: StoreWorld, body: Any, secret: str = SECRET, bot_name: str = "reviews_test_bot"
) -> httpx.Response:
    calls = GuestCalls(
        world.db, world.settings, world.source_facts, HandClock(MONDAY), SECRET, lambda: bot_name
    )
    transport = httpx.ASGITransport(app=Starlette(routes=calls.routes))
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        if isinstance(body, bytes):
            return await client.post("/guests/links", content=body, headers=headers)
        return await client.post("/guests/links", json=body, headers=headers)


@pytest.fixture
def world(tmp_path: Path) -> Any:
    made = StoreWorld(tmp_path)
    guests = GuestSettings(Scale.CSAT, timedelta(days=7), "https://example.com/privacy")
    made.settings = replace(made.settings, guests=guests)
    yield made
    made.db.close()


def links(world: StoreWorld) -> list[GuestLinkRow]:
    return world.db.read_now(lambda rows: list(rows.exec(select(GuestLinkRow))))


async def test_a_visit_gets_one_link_however_often_it_is_asked_for(world: StoreWorld) -> None:
    answer = await called(world, VISIT)
    assert answer.status_code == 201
    told = answer.json()
    assert (await called(world, VISIT)).json() == told
    [row] = links(world)
    code = told["link"].removeprefix("https://t.me/reviews_test_bot?start=")
    assert row.code_hash == hash_of_link(code)
    assert "8412" not in told["link"]
    assert told["valid_until"] == (MONDAY + timedelta(days=7)).isoformat()
    assert (row.location_key, row.visit_id, row.segment) == ("tverskaya", "8412", "new")
    other = await called(world, VISIT | {"visit": "8413"})
    assert other.json()["link"] != told["link"]


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (VISIT, {"secret": "guessed"}, 401),
        (VISIT, {"bot_name": ""}, 503),
        (VISIT | {"place": "nowhere"}, {}, 422),
        ({"place": "tverskaya"}, {}, 422),
        (VISIT | {"visit": 8412}, {}, 422),
        (VISIT | {"at": "2026-03-02T10:30"}, {}, 422),
        (VISIT | {"at": "yesterday"}, {}, 422),
        (b"[" * 10_000, {}, 422),
        (b"\xff\xfe{", {}, 422),
        (b"{}" + b" " * 20_000, {}, 413),
    ],
)
async def test_what_is_not_right_makes_no_link(
    world: StoreWorld, body: Any, more: dict[str, str], status: int
) -> None:
    answer = await called(world, body, **more)
    assert answer.status_code == status, answer.text
    assert links(world) == []
