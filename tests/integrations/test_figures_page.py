"""The live page: behind its token, with the filters that were chosen."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette

from reviewbot.charts.painter import Painter
from reviewbot.cli.pages.page_views import views_of
from reviewbot.core.ticket import SITE, Action
from reviewbot.integrations.figures_page import FiguresPage
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.words.trends.page import Choice
from tests.hand_clock import HandClock
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

TOKEN = "a-token-that-nobody-guesses"


def answered(world: StoreWorld) -> None:
    """Ivan posts a reply, and it is seen on its site."""
    number = world.ticket(text="Ждали час, кофе холодный.")
    world.act(number, Action.APPROVE, "marina", MONDAY)
    world.act(number, Action.POSTED, "ivan", MONDAY)
    world.change_review(number, reply_text="Простите", reply_seen_at=MONDAY)
    world.act(number, Action.REPLY_SEEN, SITE, MONDAY)


def test_a_file_holds_figures_of_people_only_where_it_is_asked_for_them(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    answered(world)
    places, later = Meant(("tverskaya", "nevsky")), MONDAY + timedelta(days=1)

    def people(chosen: Choice) -> list[list[str]]:
        views = world.db.read_now(
            lambda rows: views_of(world.tx(rows, later), places, chosen, None, lambda *_: None)
        )
        return [[each.name for each in view.facts.people] for view in views]

    assert not any(people(Choice(30)))
    assert ["Иван"] in people(Choice(30, people=True))
    world.settings = replace(world.settings, people_figures=False)
    assert not any(people(Choice(30, people=True)))
    world.db.close()


async def test_the_page_is_shown_to_whoever_has_the_link(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    past = Past(world)
    past.month()
    past.day(MONDAY - timedelta(days=2), "nevsky/google_business", (1,), "staff")
    answered(world)
    painter = Painter()
    parts = (world.db, world.settings, world.source_facts, HandClock(MONDAY + timedelta(days=1)))
    shown = FiguresPage(*parts, TOKEN, painter)
    transport = httpx.ASGITransport(app=Starlette(routes=shown.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        for wrong in ("/figures/", "/figures/x", f"/figures/{TOKEN}x", "/figures/%FF"):
            answer = await client.get(wrong)
            assert answer.status_code == 404
            assert "Тверская" not in answer.text
        answer = await client.get(f"/figures/{TOKEN}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "Отзывы: 2 точки" in answer.text
        assert answer.text.count("<svg role=") == 6
        assert 'id="templates"' in answer.text, "a reply was seen"
        assert 'id="people"' not in answer.text, "whoever has the link would see everybody's"
        assert "Иван" not in answer.text
        chosen = (world.db, replace(world.settings, web_people=True), *parts[2:])
        with_people = FiguresPage(*chosen, TOKEN, painter)
        transport = httpx.ASGITransport(app=Starlette(routes=with_people.routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as other:
            told = (await other.get(f"/figures/{TOKEN}")).text
        assert "Иван" in told[told.index('id="people"') :]
        answer = await client.get(f"/figures/{TOKEN}", params={"place": "nevsky", "days": "7"})
        assert "Отзывы: Точка, Невский 40" in answer.text
        assert '<option value="7" selected>' in answer.text
        assert (await client.get(f"/figures/{TOKEN}", params={"place": "?"})).status_code == 404
        answer = await client.get(f"/figures/{TOKEN}", params={"source": "google_business"})
        assert '<option value="google_business" selected>' in answer.text
        assert "нахамила" in answer.text
        assert "Ждали" not in answer.text
        assert (await client.get(f"/figures/{TOKEN}", params={"source": "?"})).status_code == 404
    await painter.close()
    world.db.close()
