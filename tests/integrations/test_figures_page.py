"""The live page: behind its token, with the filters that were chosen."""

from datetime import timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette

from reviewbot.charts.painter import Painter
from reviewbot.integrations.figures_page import FiguresPage
from tests.hand_clock import HandClock
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

TOKEN = "a-token-that-nobody-guesses"


async def test_the_page_is_shown_to_whoever_has_the_link(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    past = Past(world)
    past.month()
    past.day(MONDAY - timedelta(days=2), "nevsky/google_business", (1,), "staff")
    painter = Painter()
    parts = (world.db, world.settings, world.source_facts, HandClock(MONDAY))
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
        assert answer.text.count("<svg role=") == 5
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
