"""`/healthz` and `/metrics`: what they say, and that they name nobody."""

from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from reviewbot.integrations.monitoring import Monitoring
from reviewbot.store.queues import deliveries
from tests.hand_clock import HandClock
from tests.store.store_world import MONDAY, StoreWorld


async def asked(world: StoreWorld, path: str, *stuck: str) -> httpx.Response:
    monitoring = Monitoring(
        world.db, world.settings, world.source_facts, HandClock(MONDAY), lambda: list(stuck)
    )
    transport = httpx.ASGITransport(app=Starlette(routes=monitoring.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        return await client.get(path)


async def test_health_is_ok_while_every_part_moves(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    answer = await asked(world, "/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "stuck": [], "telegram": "ok", "blind": 0}
    answer = await asked(world, "/healthz", "sender")
    assert (answer.status_code, answer.json()["stuck"]) == (503, ["sender"])
    world.db.close()


async def test_the_figures_are_those_of_health_and_hold_no_names(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    world.ticket()
    for channel in ("webhook:crm", "mail:marina@example.com"):
        world.db.write_now(
            lambda rows, channel=channel: deliveries.put(rows, channel, "x", "1", {}, MONDAY)
        )
    answer = await asked(world, "/metrics", "ticks")
    families = {each.name: each for each in text_string_to_metric_families(answer.text)}
    assert families["reviewbot_tickets_open"].samples[0].value == 1
    assert families["reviewbot_telegram_up"].samples[0].value == 1
    assert families["reviewbot_parts_stuck"].samples[0].value == 1
    waiting = families["reviewbot_deliveries_waiting"].samples
    assert {each.labels["channel"]: each.value for each in waiting} == {
        "webhook:crm": 1,
        "mail": 1,
    }
    assert "marina" not in answer.text
    world.db.close()
