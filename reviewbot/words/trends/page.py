"""The page of figures: one self-contained file, without a request to anywhere."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.core.trends.overview import Overview
from reviewbot.core.trends.page import CONCERNS, LISTED, MEASURES, PageFacts
from reviewbot.words.digest import unseen_lines
from reviewbot.words.html import short, visible
from reviewbot.words.labels import title_of
from reviewbot.words.language import Language, words_in
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.lines import bounds_of_few, problem_line, rated, site_name
from reviewbot.words.trends.measure_tables import measures_table
from reviewbot.words.trends.page_method import method
from reviewbot.words.trends.page_tables import PageTable, queue_table, tables
from reviewbot.words.trends.past_tables import past_tables
from reviewbot.words.trends.survey_tables import guest_tables

DAYS = (7, 30, 90, 365)
"""The periods that may be chosen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose on the page: days, a place's key or a group ("" all), a source ("").
    `people`: figures of single people, which only a file may hold that was asked for them."""

    days: int
    place: str = ""
    source: str = ""
    people: bool = False

    @property
    def key(self) -> str:
        return f"{self.days}|{self.place}|{self.source}"


@dataclass(frozen=True, slots=True)
class PageView:
    """The figures of one choice. `charts` are SVG elements of ours."""

    choice: Choice
    facts: PageFacts
    charts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PageFilter:
    """`choices` are (value, text)."""

    name: str
    label: str
    chosen: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ViewWords:
    """A view in words. `unseen`: which site was out of sight since when; `open`: how many reviews
    wait."""

    key: str
    subtitle: str
    unseen: Sequence[str]
    open: int
    tiles: Sequence[tuple[str, str, str]]
    charts: Sequence[Markup]
    problems: Sequence[tuple[str, str]]
    tables: Sequence[PageTable]


def page(
    views: Sequence[PageView],
    language: str,
    colours: tuple[str, str],
    filters: Sequence[PageFilter],
    *,
    is_live: bool = False,
) -> str:
    """Return the page. The first of `views` is shown; the others may be chosen in the file, or, on
    a live page, are asked for anew. `colours` are the CSS variables of light and dark."""
    t = words_in(language)
    facts = views[0].facts
    shown = [_shown(view, t) for view in views]
    queue, done = queue_table(facts, t), measures_table(facts, t)
    is_chosen_from = bool(filters) and not is_live
    past = past_tables(facts, t, whatever_is_chosen=is_chosen_from)
    concerns = [
        (visible(concern(each, language).html), each.location, facts.groups.get(each.location, ()))
        for each in facts.concerns
    ]
    sections = {"overview": t("Overview")}
    sections |= {table.key: table.title for table in shown[0].tables}
    if queue.rows:
        sections["queue"] = queue.title
    if concerns:
        sections["concerns"] = t("Drops and incidents")
    if done.rows:
        sections["measures"] = done.title
    sections |= {table.key: table.title for table in past}
    sections["method"] = t("What the figures mean")
    about = (
        short(facts.about, 80)
        or facts.figures.name
        or t.plural("{n} location", "{n} locations", facts.figures.locations)
    )
    return _template().render(
        lang=t.language,
        says={
            "sections": t("Sections"),
            "filters": t("Filters"),
            "show": t("Show"),
            "past": t("The past"),
            "overview": t("Overview"),
            "problems": t("The biggest problems"),
            "search": t("Find a location or group"),
            "concerns": t("Drops and incidents"),
            "method": t("What the figures mean"),
            "more": t("and {n} more", n="{n}"),
            "more_open": t("and {n} more: /queue in chat lists all", n="{n}"),
            "missing": t("This file does not hold this choice. `report --html` with --days,"
                         " --place and --source writes it."),
        },
        title=t("Reviews: {about}", about=about),
        light=Markup(colours[0]),  # noqa: S704 - our own colours
        dark=Markup(colours[1]),  # noqa: S704
        sections=list(sections.items()),
        live=is_live,
        filters=filters,
        first=shown[0],
        others=shown[1:],
        queue=queue,
        listed={"queue": LISTED, "concerns": CONCERNS, "measures": MEASURES},
        concerns=concerns,
        left={
            "queue": [],
            "concerns": _left(facts, facts.more_concerns),
            "measures": _left(facts, facts.more_measures),
        },
        past=past,
        measures=done,
        method=method(t, people=any(view.facts.people for view in views)),
        made=t.stamp(facts.at, facts.zone),
    )  # fmt: skip


def _left(facts: PageFacts, more: Mapping[str, int]) -> list[tuple[tuple[str, ...], int]]:
    """How many more there are of each place, which is told with its groups, to be chosen by."""
    return [((place, *facts.groups.get(place, ())), n) for place, n in more.items()]


def _shown(view: PageView, t: Language) -> ViewWords:
    facts = view.facts
    figures, overview = facts.figures, facts.figures.overview or Overview()
    days = figures.days
    return ViewWords(
        key=view.choice.key,
        subtitle=t.date_span(days.first, days.last),
        unseen=unseen_lines(figures, t),
        open=figures.open,
        tiles=_tiles(facts, overview, t),
        charts=[Markup(chart) for chart in view.charts],  # noqa: S704 - drawn by charts, escaped
        problems=[(problem_line(each, figures, t), each.quote) for each in overview.problems],
        tables=[*tables(facts, overview, t), *guest_tables(facts, overview, t)],
    )


def filters_for(
    settings: Settings, sources: Sources, chosen: Choice, within: Collection[str]
) -> Sequence[PageFilter]:
    """Return what may be chosen on a page of some places: days, a place or a group, a source."""
    t = words_in(settings.language)
    lengths = sorted({*DAYS, chosen.days})
    spans = [(str(n), t.plural("{n} day", "{n} days", n)) for n in lengths]
    own = [settings.locations[key] for key in within]
    groups = sorted({group for each in own for group in each.groups})
    places = [("", t("All locations")), *((group, group) for group in groups)]
    places += [(each.key, short(each.name, 60)) for each in own]
    sites = [("", t("All sites"))]
    sites += [
        (key, title_of(sources[key].title, t) if key in sources else key)
        for key in sources_read(settings, within)
    ]
    return (
        PageFilter("days", t("Period"), str(chosen.days), spans),
        PageFilter("place", t("Location or group"), chosen.place, places),
        PageFilter("source", t("Site"), chosen.source, sites),
    )


def sources_read(settings: Settings, within: Collection[str]) -> Sequence[str]:
    """Return the sources of some places."""
    read = settings.targets.values()
    return sorted({each.target.source for each in read if each.location in within})


@lru_cache(maxsize=1)
def _template() -> Template:
    source = resources.files("reviewbot.words.trends").joinpath("page.html")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(source.read_text(encoding="utf-8"))


def _site_tiles(overview: Overview, t: Language) -> list[tuple[str, str, str]]:
    """What each site itself shows, and its change since the period began."""
    found = []
    for site, now in rated(overview.sites):
        change = t.signed(site.change) if site.change is not None else ""
        note = t("{change} in the period", change=change) if change else ""
        if site.is_unseen:
            note = t("out of sight")
        found.append((site_name(site, t), t.number(now), note))
    return found


def _tiles(facts: PageFacts, overview: Overview, t: Language) -> list[tuple[str, str, str]]:
    figures = facts.figures
    now, before = figures.figures, figures.before
    stars = overview.stars
    low, high = stars.interval or (1.0, 5.0)
    was = t("(was {n})", n=before.new) if before else ""
    bad_was = t("(was {n})", n=before.complaints) if before else ""
    late = sum(place.count for place in figures.overdue)
    rate = overview.replies.rate
    return [
        *_site_tiles(overview, t),
        (
            t("Mean stars"),
            t.number(stars.mean) if stars.mean is not None else "–",
            f"{t.number(low)}–{t.number(high)}, n = {stars.n}" if stars.n else t("no reviews"),
        ),
        (t("New reviews"), str(now.new), was),
        (t("Complaints"), str(now.complaints), bad_was),
        (
            t("In time"),
            f"{now.in_time} / {now.decided}",
            t.plural("{n} not known", "{n} not known", now.undecided) if now.undecided else "",
        ),
        (
            t("Replied on the sites"),
            t.percent(rate.value) if rate.value is not None else "–",
            f"n = {rate.n}{bounds_of_few(rate, t)}",
        ),
        (
            t("Open"),
            str(figures.open),
            t.plural("overdue {n}", "overdue {n}", late) if late else "",
        ),
    ]
