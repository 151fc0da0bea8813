"""The page of figures in a real browser: no request, no error, readable and usable at any width.

Needs a Chromium on the PATH; without one it is skipped, unless CI_BROWSER=required. Screenshots go
to the folder SCREENSHOTS names, else to the test's own.
"""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlmodel import Session

from reviewbot.cli.pages.report_page import page_text
from reviewbot.core.settings import Location
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.tables import LocationRow, TargetRow
from reviewbot.words.trends.page import Choice
from tests.page.whole_rows import rows_are_whole
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1440}
HOSTILE = "</script><script>alert(1)</script> & Ко"


def page_file(folder: Path, language: str) -> Path:
    """The page of a business with a past, an open complaint, a goal and a competitor, on two
    sites."""
    world = StoreWorld(folder)
    past = Past(world)
    past.month()
    past.day(MONDAY - timedelta(days=2), "nevsky/google_business", (1, 2), "staff")
    said = "В Шоколаднице кофе дешевле и быстрее."
    past.day(MONDAY - timedelta(days=4), stars=(2,), text=f"Дорого. {said}")
    world.ticket(text=f"Ждали час. {HOSTILE}")
    world.with_place("tverskaya", goal=4.8, name=f"Тверская 12 {HOSTILE}")
    rival = Location("rival", "Шоколадница", role="competitor")
    world.settings = replace(
        world.settings,
        language=language,
        locations={**world.settings.locations, "rival": rival},
    )

    def store(session: Session) -> None:
        session.add(LocationRow(key="rival", name=rival.name, role="competitor"))
        session.flush()
        key = "rival/yandex_maps"
        about = {"source": "yandex_maps", "ref": "r", "host": "x", "health": "ok"}
        session.add(TargetRow(key=key, location_key="rival", **about))

    world.db.write_now(store)
    came = MONDAY - timedelta(days=3)
    for _ in range(6):
        Past(world, seed=8 + _).day(came, "rival/yandex_maps", (5, 4, 2), praise=["price"])
    places = Meant(("tverskaya", "nevsky"))
    # All there is to choose is drawn once; in the other language one site's.
    chosen = Choice(30, source="" if language == "ru" else "yandex_maps")
    text = world.db.read_now(lambda rows: page_text(world.tx(rows), places, chosen))
    file = folder / f"page.{language}.html"
    file.write_text(text, encoding="utf-8")
    world.db.close()
    return file


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.slow
def test_the_page_is_whole_readable_and_asks_nobody(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    file = page_file(tmp_path, language)
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    for scheme in ("light", "dark"):
        for name, width in WIDTHS.items():
            if scheme == "dark" and name != "phone":
                continue
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page = context.new_page()
            asked: list[str] = []
            errors: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda told, errors=errors: errors.append(told.text))
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            page.on("dialog", lambda dialog, errors=errors: errors.append(dialog.message))
            page.goto(file.as_uri())
            assert asked == [file.as_uri()]
            assert errors == []
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name}: the page itself scrolls sideways"
            ends = page.locator("caption span:visible").evaluate_all(
                "notes => notes.map(note => note.getBoundingClientRect().right)"
            )
            assert all(end <= width for end in ends), f"{name}: a note is cut off"
            rows_are_whole(page, width)
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
            assert found.violations_count == 0, found.generate_report()
            page.screenshot(path=shots / f"page.{language}.{scheme}.{name}.png", full_page=True)
            if name == "desktop":
                use_with_keys(page)
                if language == "ru":
                    choose(page)
                assert asked == [file.as_uri()]
                assert errors == []
            context.close()


def use_with_keys(page: Page) -> None:
    """Sort the places and search them without a mouse."""
    head = page.locator("#places th button").nth(1)
    head.focus()
    page.keyboard.press("Enter")
    first = page.locator("#places tbody tr").first
    assert "Тверская" in first.inner_text()
    page.locator("#q").focus()
    page.keyboard.type("невск")
    assert page.locator("#places tbody tr:visible").count() == 1


def choose(page: Page) -> None:
    """Everything may be narrowed in the file itself: what is shown is the figures of the choice,
    and the lists below hold what belongs to it."""

    def chosen(**values: str) -> str:
        for name in ("days", "place", "source"):
            page.select_option(f"#f-{name}", values.get(name, "30" if name == "days" else ""))
        return page.locator("#overview .tiles").inner_text()

    whole, google = chosen(), chosen(source="google_business")
    assert whole != google
    assert "n = 2" in google
    assert page.locator("#topics tbody tr").count() == 1
    assert page.locator("#queue tbody tr:visible").count() == 0
    chosen(place="tverskaya")
    assert page.locator("#places tbody tr").count() == 1
    assert page.locator("#queue tbody tr:visible").count() == 1
    assert "n = 9" in chosen(place="spb", days="7")
    assert page.locator("#queue tbody tr:visible").count() == 0
    assert chosen(place="nevsky", days="7") == chosen(place="spb", days="7")
    assert chosen() == whole
    assert page.locator("#missing:visible").count() == 0
