"""What pictures show, with titles and labels in words; charts draws them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.trends.beside import Beside
from reviewbot.core.trends.overview import DayFigures, Overview, PlaceStars, TopicTimes
from reviewbot.core.trends.pictures import (
    HeatPanel,
    Panel,
    Picture,
    RankPanel,
    RatingPanel,
    ReplyPanel,
    TopicPanel,
    TopicTimePanel,
)
from reviewbot.core.trends.stars import FEW, StarFigures
from reviewbot.words.digest import about_these
from reviewbot.words.html import Message, escaped, short
from reviewbot.words.labels import topic_title
from reviewbot.words.language import Language, words_in

WEEKS_FROM = 45
"""A period of more days is drawn by weeks."""
TOPICS, PLACES = 6, 6
"""Rows of a composed picture: it is looked at on a phone."""
MOST_RANKED = 12
"""Rows of a ranking alone."""


class Chart(StrEnum):
    """The pictures there are. ALL: the composed one."""

    ALL = "all"
    RATING = "rating"
    REPLIES = "replies"
    ARRIVALS = "arrivals"
    TOPICS = "topics"
    TOPIC_TIMES = "topic_times"
    PLACES = "places"
    COMPETITORS = "competitors"


def picture(
    facts: DigestFacts, language: str, chart: Chart = Chart.ALL, *, about: str = ""
) -> Picture | None:
    """Return a picture of the facts; None where they hold nothing to draw."""
    t, overview = words_in(language), facts.overview
    if overview is None:
        return None
    panels = _PANELS[chart](facts, overview, t)
    if not panels:
        return None
    days = facts.days
    return Picture(
        title=about_these(about, facts, t),
        panels=tuple(panels),
        empty=t("Nothing yet"),
        subtitle=t.date_span(days.first, days.last),
        decimal=t.decimal,
        alt=". ".join(panel.title for panel in panels),
    )


def titled(picture: Picture) -> Message:
    """What stands below a picture that is a message of its own."""
    return Message(escaped(f"{picture.title} · {picture.subtitle}. {picture.alt}"))


def no_picture(language: str) -> Message:
    t = words_in(language)
    return Message(
        escaped(t("The picture could not be drawn. The operator finds why in the log."))
    )


def offered(facts: DigestFacts) -> tuple[Chart, ...]:
    """Return which pictures say something of these facts, beyond the composed one."""
    overview = facts.overview
    if overview is None or not (overview.stars.n or overview.topics):
        return ()
    found = [Chart.RATING]
    if overview.replies.n:
        found.append(Chart.REPLIES)
    if any(map(any, overview.arrivals)):
        found.append(Chart.ARRIVALS)
    if overview.topics:
        found.append(Chart.TOPICS)
    if overview.topic_times.complaints:
        found.append(Chart.TOPIC_TIMES)
    if len(overview.places) > 1:
        found.append(Chart.PLACES)
    if overview.beside:
        found.append(Chart.COMPETITORS)
    return tuple(found)


def rating_panel(overview: Overview, t: Language) -> RatingPanel:
    """StarFigures by day, or by week where there are many days."""
    days = overview.days
    is_by_week = len(days) > WEEKS_FROM
    steps = (
        _weeks(days) if is_by_week else [(each.on, each.stars, each.is_unseen) for each in days]
    )
    is_unfinished = bool(days) and days[-1].is_unfinished and not is_by_week
    labels = [t.short_date(on) for on, _, _ in steps]
    return RatingPanel(
        title=t("Rating by week") if is_by_week else t("Rating by day"),
        labels=[*labels[:-1], t("today…")] if is_unfinished else labels,
        ratings=[stars.mean for _, stars, _ in steps],
        volumes=[stars.n for _, stars, _ in steps],
        rating_name=t("mean stars"),
        volume_name=t("reviews"),
        unseen=_spans([hidden for _, _, hidden in steps]),
        goal=overview.goal,
        goal_name=t("goal {stars}", stars=t.as_written(overview.goal)) if overview.goal else "",
        is_unfinished=is_unfinished,
    )


def _weeks(days: Sequence[DayFigures]) -> list[tuple[date, StarFigures, bool]]:
    """Weeks counted back from the end, whole ones alone: one of a single morning would be drawn as
    a jump. What is left over at the beginning is in the figures, not in the line."""
    weeks = [days[end - 7 : end] for end in range(len(days), 6, -7)][::-1]
    return [
        (
            week[0].on,
            sum((day.stars for day in week), StarFigures()),
            2 * sum(day.is_unseen for day in week) > len(week),
        )
        for week in weeks
    ]


def _spans(hidden: Sequence[bool]) -> list[list[int]]:
    spans: list[list[int]] = []
    for place, is_hidden in enumerate(hidden):
        if is_hidden and spans and spans[-1][1] == place - 1:
            spans[-1][1] = place
        elif is_hidden:
            spans.append([place, place])
    return spans


def reply_panel(overview: Overview, t: Language) -> ReplyPanel:
    stretches, target = overview.replies.over_time, overview.replies.target
    return ReplyPanel(
        title=t("Hours to the reply, as deadlines count"),
        labels=[t.short_date(on) for on, _, _ in stretches],
        medians=[_hours(median) for _, median, _ in stretches],
        slowest=[_hours(slowest) for _, _, slowest in stretches],
        median_name=t("usually"),
        slowest_name=t("9 of 10 within"),
        target=_hours(target),
        target_name=t("target") if target is not None else "",
    )


def _hours(length: timedelta | None) -> float | None:
    return None if length is None else length / timedelta(hours=1)


def topic_panel(facts: DigestFacts, overview: Overview, t: Language, most: int) -> TopicPanel:
    rows = list(overview.topics.items())[:most]
    return TopicPanel(
        title=t("What guests write about"),
        topics=[topic_title(topic, t, facts.own_topics) for topic, _ in rows],
        complaints=[bad for _, (bad, _) in rows],
        praise=[good for _, (_, good) in rows],
        complaints_name=t("complaints"),
        praise_name=t("praise"),
    )


def topic_times_panel(facts: DigestFacts, overview: Overview, t: Language) -> TopicTimePanel:
    """A strip for each of the topics that are complained of most."""
    times = overview.topic_times
    topics = list(times.complaints)[:TOPICS]
    return TopicTimePanel(
        title=t("Complaints by topic over time"),
        labels=[t.short_date(on) for on in times.starts],
        topics=[topic_title(topic, t, facts.own_topics) for topic in topics],
        shares=[times.shares(topic) for topic in topics],
        notes=[_highest(times, topic, t) for topic in topics],
        unseen=_spans(times.unseen),
    )


def _highest(times: TopicTimes, topic: str, t: Language) -> str:
    """«12 жалоб, до 40 % отзывов»: the strip's height in numbers; a share of few is chance."""
    count = sum(times.complaints[topic])
    told = t.plural("{n} complaint", "{n} complaints", count)
    shares = zip(times.shares(topic), times.written, strict=True)
    known = [share for share, n in shares if share is not None and n >= FEW]
    if not known:
        return told
    most = t("up to {share} of reviews", share=t.percent(max(known)))
    return f"{told}, {most}"


def competitors_panel(overview: Overview, t: Language) -> RankPanel:
    """Ourselves and the competitors by mean stars; those with too few reviews below."""
    rows = [
        RankRow(
            short(each.name, 60) or t("We"),
            _rival_note(each, t),
            each.stars if each.is_ranked else None,
            each.is_ours,
        )
        for each in overview.beside
    ]
    return _ranking(t("Beside competitors"), rows, MOST_RANKED, t)


def _rival_note(each: Beside, t: Language) -> str:
    """«4,5 · 120 · жалоб 8 %»."""
    if each.stars.mean is None:
        return t("out of sight") if each.is_unseen else t("no reviews")
    if each.stars.is_few:
        return t("only {n}", n=each.stars.n)
    told = f"{t.number(each.stars.mean)} · {each.stars.n}"
    if each.is_unseen:
        return f"{told} · {t('partly seen')}"
    bad = t("complaints {share}", share=t.percent(each.complaints.value or 0))
    return f"{told} · {bad}"


def places_panel(overview: Overview, t: Language, most: int = MOST_RANKED) -> RankPanel:
    """Ranked where there are enough reviews; the others below, without a mark."""
    rows = [
        RankRow(place.name, _note(place, t), place.stars if place.is_ranked else None)
        for place in overview.places
    ]
    return _ranking(t("Locations by mean stars"), rows, most, t)


@dataclass(frozen=True, slots=True)
class RankRow:
    """A row of a ranking; `stars` where there are enough to have a place in it."""

    name: str
    note: str
    stars: StarFigures | None
    is_ours: bool = False


def _ranking(title: str, rows: Sequence[RankRow], most: int, t: Language) -> RankPanel:
    """The best first. Of more than `most` the best and the worst stay, a line says how many are
    between them; those without enough reviews are one line below."""
    ranked = [row for row in rows if row.stars is not None]
    ranked.sort(key=lambda row: (-(row.stars.mean or 0 if row.stars else 0), not row.is_ours))
    others = [row for row in rows if row.stars is None]
    if len(rows) > most and len(others) > 1:
        others = [
            RankRow(t("Not ranked: {n}", n=len(others)), t("too few reviews, or not seen"), None)
        ]
    room = most - len(others)
    if len(ranked) > room:
        best, worst = (room - 1) // 2, room - 1 - (room - 1) // 2
        hidden = ranked[best:-worst]
        ours = [row for row in hidden if row.is_ours]
        gap = RankRow(t("… {n} more …", n=len(hidden) - len(ours)), "", None)
        ranked = [*ranked[:best], *ours, gap, *ranked[-worst:]]
    shown = [*ranked, *others]
    bounds = [(row.stars.interval or (1.0, 5.0)) if row.stars else (None, None) for row in shown]
    has_ours = any(row.is_ours for row in shown)
    return RankPanel(
        title=title,
        names=[row.name for row in shown],
        means=[row.stars.mean if row.stars else None for row in shown],
        lows=[low for low, _ in bounds],
        highs=[high for _, high in bounds],
        notes=[row.note for row in shown],
        ours=[row.is_ours for row in shown] if has_ours else (),
    )


def _note(place: PlaceStars, t: Language) -> str:
    stars = place.stars
    if stars.mean is None:
        return t("out of sight") if place.is_unseen else t("no reviews")
    told = t("only {n}", n=stars.n) if stars.is_few else f"{t.number(stars.mean)} · {stars.n}"
    # What was seen is no answer to what the others would be: it has no mark, and says why.
    partly = t("partly seen")
    return f"{told} · {partly}" if place.is_unseen else told


def heat_panel(counts: Sequence[Sequence[int]], title: str, t: Language) -> HeatPanel:
    most = max(map(max, counts), default=0)
    note = t("up to {n}", n=most) if most else ""
    return HeatPanel(title, [t.weekday(day) for day in range(7)], counts, note)


def _all(facts: DigestFacts, overview: Overview, t: Language) -> list[Panel]:
    panels: list[Panel] = [rating_panel(overview, t)]
    if overview.topics:
        panels.append(topic_panel(facts, overview, t, TOPICS))
    if len(overview.places) > 1:
        panels.append(places_panel(overview, t, PLACES))
    return panels


def _heat(overview: Overview, t: Language) -> list[Panel]:
    panels: list[Panel] = [heat_panel(overview.arrivals, t("When reviews come"), t)]
    if any(map(any, overview.answers)):
        panels.append(heat_panel(overview.answers, t("When replies appear"), t))
    return panels


_Panels = Callable[[DigestFacts, Overview, Language], list[Panel]]

_PANELS: dict[Chart, _Panels] = {
    Chart.ALL: _all,
    Chart.RATING: lambda facts, overview, t: [rating_panel(overview, t)],
    Chart.REPLIES: lambda facts, overview, t: [reply_panel(overview, t)],
    Chart.ARRIVALS: lambda facts, overview, t: _heat(overview, t),
    Chart.TOPICS: lambda facts, overview, t: [topic_panel(facts, overview, t, 12)],
    Chart.TOPIC_TIMES: lambda facts, overview, t: [topic_times_panel(facts, overview, t)],
    Chart.COMPETITORS: lambda facts, overview, t: [competitors_panel(overview, t)],
    Chart.PLACES: lambda facts, overview, t: [places_panel(overview, t)],
}
