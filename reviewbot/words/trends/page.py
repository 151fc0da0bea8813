"""The page of figures: one self-contained file, without a request to anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from reviewbot.core.settings import Settings
from reviewbot.core.trends.goal import Forecast
from reviewbot.core.trends.overview import Overview, PlaceStars
from reviewbot.core.trends.page import Answering, Beside, PageFacts
from reviewbot.core.trends.stars import Share
from reviewbot.words.html import short, visible
from reviewbot.words.labels import topic_title
from reviewbot.words.language import Language, words_in
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.lines import problem_line

FEW_REPLIES = 10
Filters = Sequence[tuple[str, str, str, Sequence[tuple[str, str]]]]
"""(name, label, chosen, choices) of each, on the live page."""


@dataclass(frozen=True, slots=True)
class PageCell:
    """`sort`: what it is sorted by, where that is not its text; `spark`: a polyline's points."""

    text: str
    sort: float | None = None
    tone: str = ""
    spark: str = ""


@dataclass(frozen=True, slots=True)
class PageRow:
    """`words`: what a search finds it by."""

    cells: Sequence[PageCell]
    words: str = ""


@dataclass(frozen=True, slots=True)
class PageTable:
    key: str
    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[PageRow]


def page(
    facts: PageFacts,
    language: str,
    charts: Sequence[str],
    colours: tuple[str, str],
    filters: Filters = (),
) -> str:
    """Return the page. `charts` are SVG elements of ours, `colours` the CSS variables of light and
    dark; `filters` make it the live one."""
    t = words_in(language)
    figures = facts.figures
    overview = figures.overview or Overview()
    tables = [table for table in _tables(facts, overview, t) if table.rows]
    days = figures.days
    concerns = [visible(concern(each, language).html) for each in facts.concerns]
    sections = [("overview", t("Overview")), *((table.key, table.title) for table in tables)]
    if concerns:
        sections.append(("concerns", t("Drops and incidents")))
    sections.append(("method", t("What the figures mean")))
    about = (
        short(facts.about, 80)
        or figures.name
        or t.plural("{n} location", "{n} locations", figures.locations)
    )
    return _template().render(
        lang=t.language,
        says={
            "sections": t("Sections"),
            "show": t("Show"),
            "overview": t("Overview"),
            "problems": t("The biggest problems"),
            "search": t("Place or group"),
            "concerns": t("Drops and incidents"),
            "method": t("What the figures mean"),
        },
        title=t("Reviews: {about}", about=about),
        subtitle=f"{t.short_date(days.first)} – {t.short_date(days.last)} {days.last.year}",
        light=Markup(colours[0]),  # noqa: S704 - our own colours
        dark=Markup(colours[1]),  # noqa: S704
        sections=sections,
        live=bool(filters),
        filters=filters,
        tiles=_tiles(facts, overview, t),
        charts=[Markup(chart) for chart in charts],  # noqa: S704 - drawn by charts, texts escaped
        problems=[(problem_line(each, figures, t), each.quote) for each in overview.problems],
        tables=tables,
        concerns=concerns,
        method=_method(t),
        made=t.stamp(facts.at, facts.zone),
    )


def filters_for(settings: Settings, days: int, place: str, lengths: Sequence[int]) -> Filters:
    """Return what may be chosen on the live page: days, and a place or a group."""
    t = words_in(settings.language)
    spans = [(str(n), t.plural("{n} day", "{n} days", n)) for n in lengths]
    own = [each for each in settings.locations.values() if each.role == "own"]
    groups = sorted({group for each in own for group in each.groups})
    places = [("", t("All locations")), *((group, group) for group in groups)]
    places += [(each.key, short(each.name, 60)) for each in own]
    return (
        ("days", t("Period"), str(days), spans),
        ("place", t("Place or group"), place, places),
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    source = resources.files("reviewbot.words.trends").joinpath("page.html")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(source.read_text(encoding="utf-8"))


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
            f"n = {rate.n}",
        ),
        (
            t("Open"),
            str(figures.open),
            t.plural("overdue {n}", "overdue {n}", late) if late else "",
        ),
    ]


def _tables(facts: PageFacts, overview: Overview, t: Language) -> list[PageTable]:
    return [
        _places(facts, overview, t),
        _queue(facts, t),
        _beside(facts, t),
        _answering("people", t("People who answer"), facts.people, t),
        _answering("templates", t("Templates"), facts.templates, t),
    ]


def _places(facts: PageFacts, overview: Overview, t: Language) -> PageTable:
    heads = (
        t("Place"), t("Mean stars"), t("Interval"), t("Reviews"), t("New"), t("Complaints"),
        t("13 weeks"), t("To the goal"),
    )  # fmt: skip
    rows = [_place(place, facts, t) for place in overview.places]
    note = t("Under ten reviews a mean is not ranked: chance would be told as news.")
    return PageTable("places", t("Places"), note, heads, rows)


def _place(place: PlaceStars, facts: PageFacts, t: Language) -> PageRow:
    stars = place.stars
    low, high = stars.interval or (0.0, 0.0)
    weeks = facts.sparklines.get(place.key, ())
    known = [week for week in weeks if week is not None]
    told = ", ".join("–" if week is None else t.number(week) for week in weeks)
    goal = facts.forecasts.get(place.key)
    mean = PageCell("–", -1)
    if place.is_unseen:
        mean = PageCell(t("out of sight"), -1)
    elif stars.mean is not None:
        mean = PageCell(t.number(stars.mean), stars.mean if place.is_ranked else -1)
    return PageRow(
        (
            PageCell(short(place.name, 80)),
            mean,
            PageCell(f"{t.number(low)}–{t.number(high)}" if stars.n else "–", low),
            PageCell(str(stars.n), stars.n),
            PageCell(str(place.new), place.new),
            PageCell(str(place.complaints), place.complaints),
            PageCell(told, known[-1] if known else 0, spark=_points(weeks)),
            PageCell(
                _to_goal(goal, t),
                goal.needed if goal and goal.needed is not None else 1e9,
                "words",
            ),
        ),
        " ".join((place.name, place.key, *facts.groups.get(place.key, ()))).casefold(),
    )


def _points(weeks: Sequence[float | None]) -> str:
    """A polyline in a box of 104 by 26: stars from 1 (below) to 5."""
    return " ".join(
        f"{4 + n * 96 / max(1, len(weeks) - 1):.0f},{24 - (week - 1) * 5.5:.1f}"
        for n, week in enumerate(weeks)
        if week is not None
    )


def _to_goal(goal: Forecast | None, t: Language) -> str:
    """«ещё 34 × 5★, ~3 мес.; жалобы месяца стоили 0,05»."""
    if goal is None:
        return ""
    if goal.is_reached:
        return t("{goal} reached", goal=t.number(goal.goal))
    if goal.needed is None:
        return t("{goal} cannot be reached", goal=t.number(goal.goal))
    line = t("{n} × 5★ to {goal}", n=goal.needed, goal=t.number(goal.goal))
    if goal.months is None:
        pace = t("not at this pace")
    else:
        pace = t("about {n} months", n=t.number(goal.months))
    line = f"{line}, {pace}"
    if goal.cost < 0.005:
        return line
    cost = t("last month complaints cost {n}", n=t.number(goal.cost, 2))
    return f"{line}; {cost}"


def _queue(facts: PageFacts, t: Language) -> PageTable:
    rows = [
        PageRow(
            (
                PageCell(f"{t('#{number}', number=line.number)} {short(line.location_name, 60)}"),
                PageCell(f"{line.rating}★" if line.rating else "–", line.rating or 0),
                PageCell(
                    t.stamp(line.reply_deadline, facts.zone, facts.at)
                    if line.reply_deadline
                    else "–",
                    line.reply_deadline.timestamp() if line.reply_deadline else 1e12,
                    "bad" if line.breached else "",
                ),
                PageCell(short(line.excerpt, 120), tone="words"),
            )
        )
        for line in facts.queue
    ]
    heads = (t("Review"), t("Stars"), t("Due"), t("Text"))
    return PageTable(
        "queue", t("Open reviews"), t("As of now, the most urgent first."), heads, rows
    )


def _beside(facts: PageFacts, t: Language) -> PageTable:
    heads = (
        t("Name"), t("On the sites"), t("Mean stars"), t("Reviews"), t("Complaints"),
        t("Replied"), t("Reply time"), t("Complained of"), t("Praised for"),
    )  # fmt: skip
    rows = [_rival(each, facts, t) for each in facts.beside]
    note = t("Competitors are read and compared, never alerted or answered.")
    return PageTable("competitors", t("Beside competitors"), note, heads, rows)


def _rival(each: Beside, facts: PageFacts, t: Language) -> PageRow:
    name = short(each.name, 60) or t("We")
    own = facts.figures.own_topics
    return PageRow(
        (
            PageCell(f"▸ {name}" if each.is_ours else name),
            _number(each.site_rating, t),
            _number(each.stars.mean, t),
            PageCell(str(each.stars.n), each.stars.n),
            _share(each.complaints, t),
            _share(each.replies, t),
            PageCell(
                t.lasting(each.reply_time) if each.reply_time is not None else "–",
                each.reply_time.total_seconds() if each.reply_time is not None else 1e12,
            ),
            PageCell(", ".join(topic_title(topic, t, own) for topic in each.bad), tone="words"),
            PageCell(", ".join(topic_title(topic, t, own) for topic in each.good), tone="words"),
        )
    )


def _number(value: float | None, t: Language) -> PageCell:
    return PageCell("–", -1) if value is None else PageCell(t.number(value), value)


def _share(share: Share, t: Language) -> PageCell:
    if share.value is None:
        return PageCell("–", -1)
    return PageCell(t("{share} of {n}", share=t.percent(share.value), n=share.n), share.value)


def _answering(key: str, title: str, found: Sequence[Answering], t: Language) -> PageTable:
    heads = (
        t("Name"), t("Replies"), t("Usually"), t("In time"), t("Unchanged"), t("Stars raised"),
    )  # fmt: skip
    rows = [
        PageRow(
            (
                PageCell(short(each.name, 60)),
                PageCell(str(each.answered), each.answered),
                PageCell(
                    t.lasting(each.median) if each.median is not None else "–",
                    each.median.total_seconds() if each.median is not None else 1e12,
                ),
                _share(each.in_time, t),
                _share(each.unchanged, t),
                _raised(each.raised, t),
            )
        )
        for each in found
    ]
    note = t("Replies seen on their sites in the period.")
    return PageTable(key, title, note, heads, rows)


def _raised(share: Share, t: Language) -> PageCell:
    """With the interval; under ten replies it is too few to say."""
    if share.n < FEW_REPLIES or share.interval is None or share.value is None:
        return PageCell(t("too few to say"), -1)
    low, high = share.interval
    return PageCell(f"{t.percent(share.value)} ({t.percent(low)}–{t.percent(high)})", share.value)


def _method(t: Language) -> Sequence[str]:
    return (
        t("Mean stars: of what was written in the period, by the site's date, else by first sight;"
          " first readings are in. The interval holds 95 times of 100."),
        t("New reviews, complaints: first seen in the period; what a first reading brought is"
          " history and counts in none."),
        t("In time: duties decided in the period, at the answer or at the deadline; not known is"
          " neither in time nor late."),
        t("Replied on the sites: of what was written in the period on sites that show replies."),
        t("To the goal: five-star reviews in a row that bring the sites' rating there; months at"
          " the mean and the number of the last thirty days."),
        t("Stars raised: replies after which the guest gave more stars."),
        t("Days out of sight are shaded: nobody knows what they would have told."),
    )  # fmt: skip
