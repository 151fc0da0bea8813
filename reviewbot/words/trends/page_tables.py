"""The tables of the page of figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviewbot.core.trends.beside import Beside
from reviewbot.core.trends.goal import SiteBorder
from reviewbot.core.trends.overview import Overview, PlaceStars
from reviewbot.core.trends.page import Answering, PageFacts, ReplySpeed
from reviewbot.core.trends.stars import FEW, Share
from reviewbot.words.html import short
from reviewbot.words.labels import title_of, topic_title
from reviewbot.words.language import Language
from reviewbot.words.trends.lines import (
    bounds_of_few,
    from_to,
    pace,
    surely,
    to_goal,
    why_uncounted,
)


@dataclass(frozen=True, slots=True)
class PageCell:
    """`sort`: what it is sorted by, if not its text; `spark`: a line's points; `url`: its link."""

    text: str
    sort: float | None = None
    tone: str = ""
    spark: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class PageRow:
    """`words`: what a search finds it by; `within`: its place and groups, `source` its site, by
    which it is left out where something else is chosen."""

    cells: Sequence[PageCell]
    words: str = ""
    within: Sequence[str] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class PageTable:
    key: str
    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[PageRow]


def tables(facts: PageFacts, overview: Overview, t: Language) -> list[PageTable]:
    """Return the tables of a view that have a row."""
    every = [
        _places(facts, overview, t),
        _goals(facts, t),
        _topics(facts, overview, t),
        _beside(facts, overview, t),
        _said(overview, t),
        _answering("people", t("People who answer"), facts.people, t),
        _answering("templates", t("Templates"), facts.templates, t),
        _effects(facts, t),
    ]
    return [table for table in every if table.rows]


def _places(facts: PageFacts, overview: Overview, t: Language) -> PageTable:
    heads = (
        t("Location"), t("On the sites"), t("Mean stars"), t("Interval"), t("Reviews"), t("New"),
        t("Complaints"), t("13 weeks"), t("To the goal"),
    )  # fmt: skip
    rows = [_place(place, facts, t) for place in overview.places]
    note = t("Under ten reviews a mean is not ranked: chance would pass for news.")
    if any(place.is_unseen for place in overview.places):
        hidden = t("🙈: a part of the reviews was out of sight, so it is not ranked either.")
        note = f"{note} {hidden}"
    return PageTable("places", t("Locations"), note, heads, rows)


def _place(place: PlaceStars, facts: PageFacts, t: Language) -> PageRow:
    stars = place.stars
    low, high = stars.interval or (0.0, 0.0)
    weeks = facts.sparklines.get(place.key, ())
    known = _known(weeks)
    goal = facts.forecasts.get(place.key)
    mean = PageCell("–", -1)
    if stars.mean is not None:
        told = f"{t.number(stars.mean)} 🙈" if place.is_unseen else t.number(stars.mean)
        mean = PageCell(told, stars.mean if place.is_ranked else -1)
    elif place.is_unseen:
        mean = PageCell(t("out of sight"), -1)
    return PageRow(
        (
            PageCell(short(place.name, 80)),
            number_cell(facts.site_ratings.get(place.key), t),
            mean,
            PageCell(
                f"{t.number(low)}–{t.number(high)}" if stars.n else "–",
                low if place.is_ranked else -1,
            ),
            PageCell(str(stars.n), stars.n),
            PageCell(str(place.new), place.new),
            PageCell(str(place.complaints), place.complaints),
            _course(weeks, t.number, 1, 5, known[-1] if known else 0),
            PageCell(
                to_goal(goal, t),
                goal.most if goal and goal.sites and goal.most is not None else 1e9,
                "words",
            ),
        ),
        " ".join((place.name, place.key, *facts.groups.get(place.key, ()))).casefold(),
    )


def _course(
    values: Sequence[float | None],
    words: Callable[[float], str],
    low: float,
    high: float,
    sort: float,
) -> PageCell:
    """A line, read aloud as its values; a single value makes no line and is written."""
    known = _known(values)
    if len(known) < 2:
        return PageCell(words(known[0]) if known else "–", sort)
    told = ", ".join("–" if each is None else words(each) for each in values)
    return PageCell(told, sort, spark=_points(values, low, high))


def _points(values: Sequence[float | None], low: float, high: float) -> str:
    """A polyline in a box of 104 by 26, from `low` (below) to `high`."""
    return " ".join(
        f"{4 + n * 96 / max(1, len(values) - 1):.0f},{24 - 22 * (each - low) / (high - low):.1f}"
        for n, each in enumerate(values)
        if each is not None
    )


def _known(values: Sequence[float | None]) -> list[float]:
    return [each for each in values if each is not None]


def _goals(facts: PageFacts, t: Language) -> PageTable:
    """What each site asks for, as far as is known how it counts."""
    rows = [
        PageRow(
            (
                PageCell(short(each.place, 60)),
                PageCell(title_of(each.source_title, t)),
                PageCell(t.number(each.rating, 2), each.rating),
                PageCell("–" if each.count is None else str(each.count), each.count or -1),
                PageCell(t.number(each.border, 2), each.border),
                PageCell(_between(each, t), each.most if each.most is not None else 1e9),
                PageCell(
                    pace(each, t) if each.is_counted and not each.is_reached else "–",
                    each.months if each.months is not None else 1e9,
                    "words",
                ),
                PageCell(_how_it_counts(each, t), tone="words"),
            )
        )
        for each in facts.borders
    ]
    heads = (t("Location"), t("Site"), t("Shown"), t("Made of"), t("Border"), t("5★ to it"),
             t("At its pace"), t("How it counts"))  # fmt: skip
    note = t("The border is the mean from which the site shows the goal.")
    return PageTable("goals", t("The goal on each site"), note, heads, rows)


def _between(each: SiteBorder, t: Language) -> str:
    if each.is_reached:
        return t("{goal} reached", goal=t.as_written(each.goal))
    if not each.is_counted:
        return why_uncounted(each, t)
    if each.least is None:
        return t("{goal} cannot be reached", goal=t.as_written(each.goal))
    return from_to(each.least, each.most, t)


def _how_it_counts(each: SiteBorder, t: Language) -> str:
    parts = []
    if each.step is not None:
        parts.append(t("rounded to {step}", step=t.number(each.step)))
    if each.days is not None:
        parts.append(t.plural("of the last {n} day", "of the last {n} days", each.days))
    return ", ".join(parts) or t("all reviews alike, as far as known")


def queue_table(facts: PageFacts, t: Language) -> PageTable:
    """Return the open reviews, the most urgent first."""
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
            ),
            within=(line.location, *facts.groups.get(line.location, ())),
            source=line.source,
        )
        for line in facts.queue
    ]
    heads = (t("Review"), t("Stars"), t("Due"), t("Text"))
    title, note = t("Open reviews"), t("As of now, the most urgent first.")
    return PageTable("queue", title, note, heads, rows)


def _beside(facts: PageFacts, overview: Overview, t: Language) -> PageTable:
    heads = (
        t("Name"), t("On the sites"), t("Mean stars"), t("Interval"), t("Reviews"),
        t("Complaints"), t("Replied"), t("Reply time"), t("Complained of"), t("Praised for"),
        t("Praised more than we"),
    )  # fmt: skip
    rows = [_rival(each, facts, t) for each in overview.beside]
    note = t("Competitors are read and compared, never alerted or answered.")
    if any(each.stars.is_few for each in overview.beside):
        note = f"{note} {t('Under ten reviews a mean is not ranked: chance would pass for news.')}"
    if any(each.is_unseen for each in overview.beside):
        hidden = t("🙈: a part of the reviews was out of sight, so it is not ranked either.")
        note = f"{note} {hidden}"
    return PageTable("competitors", t("Beside competitors"), note, heads, rows)


def _rival(each: Beside, facts: PageFacts, t: Language) -> PageRow:
    name = short(each.name, 60) or t("We")
    own = facts.figures.own_topics
    return PageRow(
        (
            PageCell(f"▸ {name}" if each.is_ours else name),
            number_cell(each.site_rating, t),
            *_mean_and_interval(each, t),
            PageCell(str(each.stars.n), each.stars.n),
            _share(each.complaints, t, is_ranked=not each.is_unseen),
            _share(each.replies, t, is_ranked=not each.is_unseen),
            PageCell(
                t.lasting(each.reply_time) if each.reply_time is not None else "–",
                each.reply_time.total_seconds() if each.reply_time is not None else 1e12,
            ),
            PageCell(", ".join(topic_title(topic, t, own) for topic in each.bad), tone="words"),
            PageCell(", ".join(topic_title(topic, t, own) for topic in each.good), tone="words"),
            PageCell(
                ", ".join(topic_title(topic, t, own) for topic in each.praised_more), tone="words"
            ),
        )
    )


def _mean_and_interval(each: Beside, t: Language) -> tuple[PageCell, PageCell]:
    """Below all others where there are too few to be ranked, or too much was out of sight."""
    stars = each.stars
    if stars.mean is None or stars.interval is None:
        none = t("out of sight") if each.is_unseen else "–"
        return PageCell(none, -1), PageCell("–", -1)
    low, high = stars.interval
    told = f"{t.number(stars.mean)} 🙈" if each.is_unseen else t.number(stars.mean)
    return (
        PageCell(told, stars.mean if each.is_ranked else -1),
        PageCell(f"{t.number(low)}–{t.number(high)}", low if each.is_ranked else -1),
    )


def _said(overview: Overview, t: Language) -> PageTable:
    """What guests say of us beside a competitor, and the competitor's guests of us."""
    rows = [
        PageRow(
            (
                PageCell(short(each.name, 60)),
                PageCell(t("our guest") if said.about_us else t("their guest")),
                PageCell(said.quote, tone="words"),
                PageCell(t("#{number}", number=said.number) if said.number else "–"),
            )
        )
        for each in overview.beside
        for said in each.said
    ]
    heads = (t("Name"), t("Who says it"), t("Text"), t("Review"))
    count = sum(each.named for each in overview.beside)
    note = t.plural("{n} review names a competitor beside us; the newest are here.",
                    "{n} reviews name a competitor beside us; the newest are here.",
                    count)  # fmt: skip
    return PageTable("said", t("What guests compare"), note, heads, rows)


def _topics(facts: PageFacts, overview: Overview, t: Language) -> PageTable:
    times, own = overview.topic_times, facts.figures.own_topics
    reviews = sum(times.written)
    rows = []
    for topic, (bad, good) in overview.topics.items():
        shares = times.shares(topic) if topic in times.complaints else ()
        rows.append(
            PageRow(
                (
                    PageCell(topic_title(topic, t, own)),
                    PageCell(str(bad), bad),
                    _share(Share(bad, reviews), t),
                    PageCell(str(good), good),
                    _course(shares, t.percent, 0, max(_known(shares), default=0) or 1, bad),
                )
            )
        )  # fmt: skip
    heads = (t("Topic"), t("Complaints"), t("Share of reviews"), t("Praise"), t("Over time"))
    note = t("The line is the topic's share of the reviews of each stretch, from 0.")
    return PageTable("topics", t("Topics"), note, heads, rows)


def _effects(facts: PageFacts, t: Language) -> PageTable:
    """What came of replies: of all, by how soon they came, by topic."""
    effects, own = facts.effects, facts.figures.own_topics
    if not effects.every.answered:
        return PageTable("effects", "", "", (), ())
    soon = {
        ReplySpeed.HOUR: t("within an hour"),
        ReplySpeed.DAY: t("within a day"),
        ReplySpeed.LATER: t("after more than a day"),
    }
    named = [(t("All replies"), effects.every)]
    named += [(soon[speed], each) for speed, each in effects.by_speed.items()]
    named += [(topic_title(topic, t, own), each) for topic, each in effects.by_topic.items()]
    rows = [
        PageRow(
            (
                PageCell(name),
                PageCell(str(each.answered), each.answered),
                _surely(each.raised, each.answered, t),
                _surely(each.changed, each.answered, t),
            )
        )
        for name, each in named
        if each.answered
    ]
    heads = (t("Replies"), t("How many"), t("Stars raised"), t("Text changed"))
    note = t("By how soon they came, and by what was complained of.")
    return PageTable("effects", t("Did replies help"), note, heads, rows)


def number_cell(value: float | None, t: Language) -> PageCell:
    return PageCell("–", -1) if value is None else PageCell(t.number(value), value)


def _share(share: Share, t: Language, *, is_ranked: bool = True) -> PageCell:
    if share.value is None:
        return PageCell("–", -1)
    told = t("{share} of {n}", share=t.percent(share.value), n=share.n)
    sort = share.value if is_ranked and share.n >= FEW else -1
    bounds = bounds_of_few(share, t)
    # In a table's cell the interval stands below.
    return PageCell(f"{told}\n{bounds.strip()}" if bounds else told, sort)


def _answering(key: str, title: str, found: Sequence[Answering], t: Language) -> PageTable:
    heads = (
        t("Name"), t("Replies"), t("Usually"), t("In time"), t("Unchanged"), t("Stars raised"),
        t("Text changed"),
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
                _surely(each.raised, each.answered, t),
                _surely(each.changed, each.answered, t),
            )
        )
        for each in found
    ]
    note = t("Replies seen on their sites in the period.")
    return PageTable(key, title, note, heads, rows)


def _surely(share: Share, of: int, t: Language) -> PageCell:
    is_told = share.n >= FEW and share.value is not None
    return PageCell(surely(share, of, t), share.value if is_told else -1)
