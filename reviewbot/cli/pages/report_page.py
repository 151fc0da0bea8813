"""`reviewbot report --html FILE` and `--pdf FILE`: the page of figures."""

import os
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from reviewbot.charts.painter import can_draw
from reviewbot.charts.style import DARK, LIGHT, variables
from reviewbot.cli.databases import opened
from reviewbot.cli.terminal import fail, out
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.settings import Settings
from reviewbot.core.trends.page import PageFacts
from reviewbot.queries.trends.places_meant import meant
from reviewbot.registry import source_facts_of
from reviewbot.store.tx import Tx
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language
from reviewbot.words.trends.page import page
from reviewbot.words.trends.pictures import offered, picture
from reviewbot.workflow.digests import page_of

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PRINT_SECONDS = 60


def write(
    files: tuple[Path | None, Path | None],
    paths: tuple[Path | None, str | None],
    days: int,
    until: date | None,
    place: str,
) -> None:
    """Write the page to the HTML and the PDF file that are named; `paths` are the configuration's
    and the database's."""
    config, database = paths
    loaded = load(config, environ=os.environ)
    settings = loaded.settings
    t = operator_language(settings.language)
    own = [key for key, each in settings.locations.items() if each.role == "own"]
    about = meant(settings, own, place)
    if about is None:
        raise fail(t("No location or group is called “{name}”.", name=place))
    if not can_draw():
        raise fail(t("The page has pictures: pip install 'reviewbot[charts]'"))
    now = WallClock().now()
    sources = source_facts_of(settings, loaded.secrets)
    with opened(config, database or settings.database, for_reading=True) as db:
        facts = db.read_now(
            lambda session: page_of(Tx(session, settings, sources, now), about, days, until)
        )
    text = drawn(facts, settings)
    html, pdf = files
    if html is not None:
        html.write_text(text, encoding="utf-8")
        out.print(str(html), markup=False)
    if pdf is not None:
        print_to(pdf, text, t)
        out.print(str(pdf), markup=False)


def drawn(facts: PageFacts, settings: Settings) -> str:
    """Return the page with its pictures."""
    # It takes memory, which this command gives back soon.
    from reviewbot.charts.draw import draw

    language = settings.language
    charts = []
    for chart in offered(facts.figures):
        shown = picture(facts.figures, language, chart, about=facts.about)
        if shown is not None:
            charts.append(draw(shown, "svg").decode())
    return page(facts, language, charts, (variables(LIGHT), variables(DARK)))


def print_to(pdf: Path, text: str, t: Language) -> None:
    """Have the browser that is on the PATH print the page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise fail(t("No Chromium on the PATH prints a PDF. Write --html and print that."))
    with tempfile.TemporaryDirectory(prefix="reviewbot-page-") as folder:
        source = Path(folder) / "page.html"
        source.write_text(text, encoding="utf-8")
        asked = [browser, "--headless", "--disable-gpu", "--no-sandbox", "--no-pdf-header-footer"]
        asked += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf.resolve()}"]
        done = subprocess.run(  # noqa: S603 - a browser of the operator's PATH, our own page
            [*asked, source.as_uri()], capture_output=True, timeout=PRINT_SECONDS, check=False
        )
    if done.returncode or not pdf.is_file():
        raise fail(t("The browser printed no PDF: {why}", why=done.stderr.decode()[-300:]))
