"""`reviewbot report --html FILE` and `--pdf FILE`: the page of figures."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

from reviewbot.charts.painter import can_draw
from reviewbot.charts.style import DARK, LIGHT, variables
from reviewbot.cli.databases import opened
from reviewbot.cli.pages.browser import print_to
from reviewbot.cli.pages.page_views import views_of
from reviewbot.cli.terminal import fail, out
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.trends.page import PageFacts
from reviewbot.queries.trends.places_meant import Meant, meant, near
from reviewbot.registry import source_facts_of
from reviewbot.store.tx import Tx
from reviewbot.words.operator_language import in_words, operator_language
from reviewbot.words.trends.page import Choice, filters_for, page, sources_read
from reviewbot.words.trends.pictures import Chart, picture


def write(
    files: tuple[Path | None, Path | None],
    paths: tuple[Path | None, str | None],
    chosen: Choice,
    until: date | None,
) -> None:
    """Write the page to the HTML and the PDF file that are named; `paths` are the configuration's
    and the database's."""
    config, database = paths
    loaded = load(config, environ=os.environ)
    settings = loaded.settings
    t = operator_language(settings.language)
    own = [key for key, each in settings.locations.items() if each.role == "own"]
    about = meant(settings, own, chosen.place)
    if about is None:
        if names := near(settings, own, chosen.place):
            raise fail(t('The file has no "{target}". Did you mean: {names}?',
                         target=chosen.place, names="; ".join(names)))  # fmt: skip
        raise fail(t("No location or group is called “{name}”.", name=chosen.place))
    read = sources_read(settings, about.places)
    if chosen.source and chosen.source not in read:
        raise fail(t("No location is read on “{name}”. There are: {names}.",
                     name=chosen.source, names=", ".join(read)))  # fmt: skip
    if chosen.people and not settings.people_figures:
        raise fail(t("The operator has switched figures of people off: [privacy] people_figures."))
    for folder in (each.parent for each in files if each is not None):
        if not folder.is_dir():
            raise fail(t("There is no folder {place}.", place=folder))
    if not can_draw():
        raise fail(t("The page has pictures: pip install 'reviewbot[charts]'"))
    now = WallClock().now()
    sources = source_facts_of(settings, loaded.secrets)
    with opened(config, database or settings.database, for_reading=True) as db:
        text = db.read_now(
            lambda rows: page_text(Tx(rows, settings, sources, now), about, chosen, until)
        )
    html, pdf = files
    if html is not None:
        html.write_text(text, encoding="utf-8")
        out.print(str(html), markup=False)
    if pdf is not None:
        why = print_to(pdf, text)
        if why is None:
            raise fail(t("No Chromium on the PATH prints a PDF. Write --html and print that."))
        if why:
            raise fail(t("The browser printed no PDF: {why}", why=in_words(why, t.language)))
        out.print(str(pdf), markup=False)


def page_text(tx: Tx, about: Meant, chosen: Choice, until: date | None = None) -> str:
    """Return the page with its pictures: of some places, with everything that may be chosen."""
    # It takes memory, which this command gives back soon.
    from reviewbot.charts.draw import draw

    language = tx.settings.language

    def drawn(facts: PageFacts, chart: Chart) -> str | None:
        shown = picture(facts.figures, language, chart, about=facts.about)
        return None if shown is None else draw(shown, "svg").decode()

    chosen = replace(chosen, place="")
    views = views_of(tx, about, chosen, until, drawn)
    filters = filters_for(tx.settings, tx.sources, chosen, about.places)
    return page(views, language, (variables(LIGHT), variables(DARK)), filters)
