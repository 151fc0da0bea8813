"""The page of thirty places: at any width nothing is out of sight, and every place that is chosen
has its own lists."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from reviewbot.charts.style import DARK, LIGHT, variables
from reviewbot.cli.pages.browser import print_to
from reviewbot.words.trends.page import Choice, filters_for
from reviewbot.words.trends.page import page as page_words
from tests.page.many_places import many_places, views, with_measures
from tests.page.whole_rows import rows_are_whole

WIDTHS = (320, 360, 641, 700, 768, 900, 1000, 1120, 1121, 1400)


def long_page(folder: Path, language: str = "ru") -> Path:
    world = many_places(folder, language)
    with_measures(world)
    own = [key for key, each in world.settings.locations.items() if each.role == "own"]
    filters = filters_for(world.settings, world.source_facts, Choice(30), own)
    colours = (variables(LIGHT), variables(DARK))
    shown = views(world, ("", "p0", "p27", "spb"))
    file = folder / f"long.{language}.html"
    file.write_text(page_words(shown, language, colours, filters), encoding="utf-8")
    world.db.close()
    return file


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.slow
def test_nothing_is_out_of_sight_at_any_width(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    """From 641 px on the way to the goal lay beyond the edge, and rows were 270 px high."""
    file = long_page(tmp_path, language)
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(file.as_uri())
        rows_are_whole(page, width)
        heights = page.locator("tbody tr:visible").evaluate_all(
            "rows => rows.map(row => row.getBoundingClientRect().height)"
        )
        assert width < 641 or max(heights) <= 220
        if width == 768:
            page.screenshot(path=shots / f"long.{language}.{width}.png", full_page=True)
        page.close()


@pytest.mark.slow
def test_a_place_that_is_chosen_has_its_own_lists_and_says_what_is_left(
    browser: Browser, tmp_path: Path
) -> None:
    """The list held the first fifty of all places: a later one showed one measure of its four, and
    the rest of the others."""
    page = browser.new_page()
    page.goto(long_page(tmp_path).as_uri())

    def listed(place: str) -> tuple[int, str, int, str]:
        page.select_option("#f-place", place)
        found: list[int | str] = []
        for key, row in (("measures", "tbody tr"), ("concerns", "article")):
            found += [page.locator(f"#{key} {row}:visible").count(), rest_of(page, key)]
        return tuple(found)  # type: ignore[return-value]

    assert listed("") == (50, "и ещё 71", 20, "и ещё 10")
    assert listed("p27") == (4, "", 1, "")
    assert page.locator("#measures tbody tr:visible").first.inner_text().count("персонала 27") == 1
    assert listed("p0") == (5, "", 1, "")
    assert listed("spb") == (41, "", 10, "")
    assert listed("") == (50, "и ещё 71", 20, "и ещё 10")


@pytest.mark.slow
def test_on_paper_each_page_of_a_table_has_its_heads(browser: Browser, tmp_path: Path) -> None:
    """A browser paints no button where it repeats the head of a table: their room was blank."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext: the pages are not read")
    pdf = tmp_path / "page.pdf"
    assert print_to(pdf, long_page(tmp_path).read_text(encoding="utf-8")) == ""
    read = [reader, "-layout", str(pdf), "-"]
    text = subprocess.run(read, capture_output=True, check=True).stdout.decode()
    pages = [page for page in text.split("\f") if page.count("площадки:") > 2]
    assert len(pages) > 2
    assert all("Новых" in page for page in pages)


def rest_of(page: Page, key: str) -> str:
    rest = page.locator(f"[data-rest={key}]:visible")
    return rest.inner_text() if rest.count() else ""
