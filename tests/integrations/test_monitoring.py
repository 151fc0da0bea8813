"""`/healthz` and `/metrics`: what they say, and that they name nobody."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import Session, select
from starlette.applications import Starlette

from reviewbot.integrations.monitoring import Monitoring
from reviewbot.queries import health_facts
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.queues import deliveries
from reviewbot.store.tables import TargetRow, TargetStateRow
from reviewbot.workflow.digests import page_of
from tests.hand_clock import HandClock
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

DOCS = Path("docs/operations.md").read_text(encoding="utf-8").splitlines()


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
    for channel in ("webhook:crm", "mail:marina@example.com", "mail:oleg@example.com"):
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
        "mail": 2,
    }
    assert len(waiting) == 2, "a name with the same labels twice is refused"
    assert "marina" not in answer.text
    world.db.close()


async def test_what_was_given_up_is_in_metrics_and_in_health(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)

    def give_up(rows: Session) -> None:
        deliveries.put(rows, "webhook:crm", "x", "1", {}, MONDAY)
        row = deliveries.next_due(rows, "webhook:crm", MONDAY)
        assert row is not None
        deliveries.fail(rows, row.id or 0, "410", MONDAY, for_good=True)

    world.db.write_now(give_up)
    told = world.db.read_now(lambda rows: health_facts.health(world.tx(rows)))
    assert told.deliveries_given_up == 1
    answer = await asked(world, "/metrics")
    assert 'reviewbot_deliveries_dead{channel="webhook:crm"} 1.0' in answer.text
    world.db.close()


async def test_every_metric_stands_in_the_docs_with_its_labels(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    story = Past(world)
    story.watched_since(MONDAY - timedelta(days=90))
    story.shows(MONDAY, 4.6, 120, "tverskaya/yandex_maps")
    world.change_target("tverskaya/yandex_maps", last_reading_at=MONDAY)
    world.db.write_now(lambda rows: deliveries.put(rows, "webhook:crm", "x", "1", {}, MONDAY))
    table = [line.split(" | ") for line in DOCS if line.startswith("| `reviewbot_")]
    told = {row[0].strip("| `"): {*re.findall(r"`(\w+)`", row[3])} for row in table}
    answer = await asked(world, "/metrics")
    for family in text_string_to_metric_families(answer.text):
        assert family.name in told
        for sample in family.samples:
            assert set(sample.labels) <= told[family.name]
    assert len(told) == len(re.findall("^# TYPE", answer.text, re.MULTILINE))
    world.db.close()


Told = dict[tuple[str, ...], float]


def of_places(text: str) -> Told:
    """What is told of the places, by its name and labels."""
    names = ("site_rating", "reviews_new", "complaints_new", "deadlines", "out_of_sight_ratio")
    wanted = {f"reviewbot_{name}" for name in names}
    return {
        (each.name.removeprefix("reviewbot_"), *each.labels.values()): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if each.name in wanted
    }


async def test_the_figures_of_the_places_are_those_of_stats(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    past = Past(world)
    past.month()
    tomorrow = (MONDAY + timedelta(days=1)).date()
    told = of_places((await asked(world, "/metrics")).text)
    for days in (7, 30):
        facts = world.db.read_now(
            lambda rows, days=days: (
                page_of(
                    world.tx(rows, MONDAY), Meant(("tverskaya", "nevsky")), days, tomorrow
                ).figures
            )
        )
        counted = (facts.figures.new, facts.figures.complaints)
        assert counted[1] > 0
        assert (told["reviews_new", str(days)], told["complaints_new", str(days)]) == counted
        assert facts.overview is not None
        [site] = [each for each in facts.overview.sites if each.now is not None]
        assert told["site_rating", "yandex_maps"] == site.now
        assert told["out_of_sight_ratio", str(days)] == 0
        assert told["deadlines", str(days), "in_time"] == facts.figures.in_time == 0
    assert ("site_rating", "google_business") not in told, "it showed none"
    assert len(told) == 1 + 2 * (1 + 1 + 3 + 1), "however many places there are"
    world.db.close()


def falls_blind(world: StoreWorld, key: str, at: datetime) -> None:
    def write(rows: Session) -> None:
        target = rows.exec(select(TargetRow).where(TargetRow.key == key)).one()
        target.health = "blocked"
        seen = TargetStateRow(target_id=target.id or 0, health="ok", since=at - timedelta(days=90))
        hidden = TargetStateRow(target_id=target.id or 0, health="blocked", since=at)
        rows.add_all((seen, hidden))

    world.db.write_now(write)


async def test_what_nobody_saw_is_absent_and_no_nought(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    past = Past(world)
    past.month()
    for key in world.settings.targets:
        falls_blind(world, key, MONDAY - timedelta(days=2))
    told = of_places((await asked(world, "/metrics")).text)
    assert told["out_of_sight_ratio", "7"] > 0.1 > told["out_of_sight_ratio", "30"] > 0
    assert {key for key in told if key[0] in ("reviews_new", "complaints_new")} == {
        ("reviews_new", "30"),
        ("complaints_new", "30"),
    }
    assert not any(key[0] == "site_rating" for key in told)
    past.watched_since(MONDAY - timedelta(days=5))
    told = of_places((await asked(world, "/metrics")).text)
    assert not any(key[0] == "reviews_new" for key in told), "nobody watched thirty days"
    world.db.close()
