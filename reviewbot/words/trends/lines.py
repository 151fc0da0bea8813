"""Lines of figures above one review: ratings, replies, problems, praise, best and worst.

A site's own rating comes first, what we counted second. Small numbers say how small they are.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.trends.goal import Forecast, SiteBorder
from reviewbot.core.trends.overview import Overview, PlaceStars, SiteRating, TopicProblem
from reviewbot.core.trends.stars import FEW, SMALL, Share, StarFigures
from reviewbot.words.html import Html, escaped, joined, short
from reviewbot.words.labels import title_of, topic_title
from reviewbot.words.language import Language, date_in

SITES = 5
NAME = 40


def did_not_fit(t: Language, n: int) -> str:
    """How many lines found no room under a picture."""
    return t.plural("… {n} more line did not fit", "… {n} more lines did not fit", n)


def ratings(overview: Overview, t: Language) -> str:
    """«⭐ Яндекс 4,6 (−0,1), 2ГИС 4,3; за период 3,9 (28), было 4,6»."""
    sites, ours = shown_ratings(overview.sites, t), _ours(overview, t)
    if not sites:
        return f"⭐ {ours[:1].upper()}{ours[1:]}" if ours else ""
    line = f"⭐ {', '.join(sites)}"
    return f"{line}; {ours}" if ours else line


def shown_ratings(sites: Sequence[SiteRating], t: Language) -> Sequence[str]:
    """The rating each site shows, and its change where it is known."""
    return [_site(site, now, t) for site, now in rated(sites)]


def rated(sites: Sequence[SiteRating]) -> Sequence[tuple[SiteRating, float]]:
    """The sites that are told of, each with the rating it shows."""
    return [(site, site.now) for site in sites[:SITES] if site.now is not None]


def site_name(site: SiteRating, t: Language) -> str:
    return title_of(site.source_title, t) or short(site.source, NAME)


def _site(site: SiteRating, now: float, t: Language) -> str:
    shown = f"{site_name(site, t)} {t.number(now)}"
    change = t.signed(site.change) if site.change is not None else ""
    if site.is_unseen:
        return t("{site}, not seen now", site=shown)
    return f"{shown} ({change})" if change else shown


def _ours(overview: Overview, t: Language) -> str:
    stars, before = overview.stars, overview.before
    if stars.mean is None:
        return ""
    figure = f"{t.number(stars.mean)}★{mean_bounds_of_few(stars, t)}"
    if stars.is_few:
        return t("these days {stars} of only {n}", stars=figure, n=stars.n)
    line = t("these days {stars} ({n})", stars=figure, n=stars.n)
    if before is None or before.mean is None or before.is_few:
        return line
    was = t("before {stars}", stars=f"{t.number(before.mean)}★")
    return f"{line}, {was}"


def replies(overview: Overview, t: Language) -> str:
    """«Отвечено на сайте 82 %, обычно за 3 ч, 9 из 10 за 20 ч»."""
    times = overview.replies
    parts = []
    if times.rate.value is not None:
        share = t.percent(times.rate.value)
        told = t("Replied on the sites {share} of {n}", share=share, n=times.rate.n)
        parts.append(f"{told}{bounds_of_few(times.rate, t)}")
    if times.median is not None:
        usual = t("usually in {span}", span=_span(times.median, t))
        parts.append(usual if times.n >= FEW else f"{usual} ({t('only {n}', n=times.n)})")
    if times.slowest is not None and times.n >= 10:
        parts.append(t("9 of 10 in {span}", span=_span(times.slowest, t)))
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def bounds_of_few(share: Share, t: Language) -> str:
    """« [10 %–70 %]»: the interval of a share of few, to stand behind it."""
    if share.n >= SMALL or share.interval is None:
        return ""
    low, high = share.interval
    return f" [{t.percent_bound(low)}–{t.percent_bound(high)}]"


def mean_bounds_of_few(stars: StarFigures, t: Language) -> str:
    """« [2,8–5,0]»: the same of a mean."""
    if stars.n >= SMALL or stars.interval is None:
        return ""
    low, high = stars.interval
    return f" [{t.number(low)}–{t.number(high)}]"


def _span(length: timedelta, t: Language) -> str:
    return t.lasting(max(length, timedelta(minutes=1)))


def surely(share: Share, replies: int, t: Language) -> str:
    """«29 % (12–55 %)»: a share of `replies` with its interval, and of how many where it is not
    known of all; under ten it is too few to say, or was not seen."""
    if share.n < FEW or share.interval is None or share.value is None:
        return t("too few to say") if replies < FEW else t("cannot say: out of sight")
    low, high = share.interval
    told = f"{t.percent(share.value)} ({t.percent_bound(low)}–{t.percent_bound(high)})"
    return told if share.n == replies else t("{share} of {n} seen", share=told, n=share.n)


class Rank(IntEnum):
    """Lines of a digest: those of the highest rank go first where a picture leaves no room."""

    TITLE = 0
    OWED = 1
    UNSEEN = 2
    MAIN = 3
    QUOTE = 4
    BEST = 5
    OLDER = 6
    BESIDE = 7


def problems(
    facts: DigestFacts, t: Language, quoted: int = 110, taken: int = 80
) -> Sequence[tuple[Rank, Html]]:
    """The three biggest, a line each with its places, and below what one guest said and what was
    done, in so many letters."""
    overview = facts.overview
    if overview is None or not overview.problems:
        return ()
    found: list[tuple[Rank, Html]] = []
    today = date_in(facts.zone, facts.at)
    for place, problem in enumerate(overview.problems, start=1):
        found.append((Rank.MAIN, escaped(f"{place}. {problem_line(problem, facts, t)}")))
        if problem.quote:
            number = t("#{number}", number=problem.number) if problem.number else ""
            said = t.quoted(short(problem.quote, quoted))
            found.append((Rank.QUOTE, joined(" ", ("   ", f"{said} {number}".rstrip()))))
        rank = Rank.MAIN
        for each in problem.measures:
            day, where = t.short_date(each.on, today), short(each.place, NAME)
            told = t("measure since {day}, {place}", day=day, place=where)
            told = f"{told}: {short(each.what, taken)}" if each.what else told
            found.append((rank, escaped(f"    📌 {told}")))
            rank = Rank.OLDER
        if more := problem.more_measures:
            left = t.plural("and {n} more measure", "and {n} more measures", more)
            found.append((Rank.OLDER, escaped(f"    {left}")))
    return found


def problem_line(problem: TopicProblem, facts: DigestFacts, t: Language) -> str:
    title = topic_title(problem.topic, t, facts.own_topics)
    title = title[:1].upper() + title[1:]
    line = f"{title} {problem.count}"
    if problem.before and problem.before != problem.count:
        line = f"{line} {t('(was {n})', n=problem.before)}"
    if facts.name is not None or not problem.places:
        return line
    places = ", ".join(
        f"{short(name, NAME)} ({count})" if count < problem.count else short(name, NAME)
        for name, count in problem.places
    )
    return f"{line}: {places}"


def praise(facts: DigestFacts, t: Language) -> str:
    """Names first, then the topic."""
    overview = facts.overview
    named = [] if overview is None else list(overview.praised)
    parts = [f"{short(each.name, NAME)} {each.count}" for each in named]
    topic = facts.figures.praise
    if topic is not None:
        title = f"{topic_title(topic.topic, t, facts.own_topics)} {topic.count}"
        parts.append(f"{title} ({short(topic.place, NAME)})" if topic.place else title)
    return t("Praised: {what}", what=", ".join(parts)) if parts else ""


def best_and_worst(overview: Overview, t: Language) -> Sequence[str]:
    """Only where there are two places at least with enough reviews."""
    ranked = overview.ranked
    if len(ranked) < 2:
        return ()
    best, worst = ranked[0], ranked[-1]
    return (
        t("Best: {place}", place=_place(best, t)),
        t("Lowest: {place}", place=_place(worst, t)),
    )


def _place(place: PlaceStars, t: Language) -> str:
    mean = t.number(place.stars.mean or 0)
    low, high = place.stars.interval or (1.0, 5.0)
    n = t.plural("{n} review", "{n} reviews", place.stars.n)
    return f"{short(place.name, NAME)} {mean}★ ({n}, {t.number(low)}–{t.number(high)})"


def to_goal(goal: Forecast | None, t: Language) -> str:
    """«34–60 × 5★ до 4,8, ~3 мес.; жалобы за месяц отняли 0,05», of one site of several by its
    name."""
    if goal is None:
        return ""
    aim = t.as_written(goal.goal)
    if goal.rating is None:
        return t("{goal}: its sites show no rating", goal=aim)
    if not goal.missing:
        return t("{goal} reached", goal=aim)
    if goal.uncounted is not None:
        site = title_of(goal.uncounted.source_title, t)
        return f"{site}, {aim}: {why_uncounted(goal.uncounted, t)}"
    if goal.least is None:
        return t("{goal} cannot be reached", goal=aim)
    line = t("{n} × 5★ to {goal}", n=from_to(goal.least, goal.most, t), goal=aim)
    if len(goal.sites) > 1:
        line = f"{_where(goal.missing, t)}: {line}"
    slowest = goal.slowest
    wait = pace(slowest, t)
    if len(goal.missing) > 1:
        wait = f"{title_of(slowest.source_title, t)}: {wait}"
    line = f"{line}, {wait}"
    if goal.cost is None or goal.cost < 0.005:
        return line
    cost = t("last month complaints cost {n}", n=t.number(goal.cost, 2))
    return f"{line}; {cost}"


def why_uncounted(site: SiteBorder, t: Language) -> str:
    """Why nobody can say how many five-star reviews a site asks for."""
    if site.is_unseen:
        return t("cannot say: a part of its days was out of sight")
    if site.count is None:
        return t("cannot say: of how many is not told")
    return t("cannot say: of its days we hold no review")


def from_to(least: int, most: int | None, t: Language) -> str:
    """«от 5», «5», «5–9»."""
    if most is None:
        return t("from {n} on", n=least)
    return str(most) if least == most else f"{least}–{most}"


def _where(sites: Sequence[SiteBorder], t: Language) -> str:
    if len(sites) == 1:
        return title_of(sites[0].source_title, t)
    return t.plural("{n} site", "{n} sites", len(sites))


def pace(site: SiteBorder, t: Language) -> str:
    """When a site that does not show the goal yet does: «~3 мес.»."""
    if site.is_never:
        return t("not at this pace")
    if site.pace_of is None:
        return t("pace not known: out of sight")
    if site.pace_of < FEW:
        return t.plural(
            "{n} review a month: too few to say how long",
            "{n} reviews a month: too few to say how long",
            site.pace_of,
        )
    months = max(1, round(site.months or 0))
    return t.plural("about {n} month", "about {n} months", months)
