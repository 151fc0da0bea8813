"""The answer to /stats: five lines and one picture, to read at a glance and to forward."""

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.words.digest import (
    about_these,
    came,
    kept,
    open_line,
    topics,
    unseen_lines,
    watched,
)
from reviewbot.words.html import Button, Message, bold, joined, lines
from reviewbot.words.language import date_in, words_in
from reviewbot.words.surveys.score_lines import guests_lines
from reviewbot.words.trends.lines import praise, ratings
from reviewbot.words.vocabulary import ButtonName

PERIODS = (7, 30, 90)
"""Days; the last is called a quarter."""


def stats(facts: DigestFacts, language: str, *, about: str = "") -> Message:
    """Return the figures of some days; `about`: the place or group that was asked for."""
    t = words_in(language)
    days = facts.days
    when = t.date_span(days.first, days.last, date_in(facts.zone, facts.at))
    count = (days.end - days.first).days
    length = t.plural("{n} day", "{n} days", count)
    open_now = joined(" · ", (open_line(facts, t), *unseen_lines(facts, t)[:1]))
    guests = joined(" ", guests_lines(facts, t))
    # Five lines are read at a glance: where guests were asked, two share one.
    shared, alone = (open_now, "") if guests else ("", open_now)
    html = lines(
        joined(
            " · ", (joined(" ", ("📊", bold(when), f"({length})")), about_these(about, facts, t))
        ),
        ratings(facts.overview, t) if facts.overview else "",
        joined(" · ", (came(facts, t), shared)),
        kept(facts.figures, facts.before, t),
        guests,
        alone,
        joined(" · ", (topics(facts, t), praise(facts, t))),
        watched(facts, t),
    )
    titles = {7: t("7 days"), 30: t("30 days"), 90: t("Quarter")}
    keys = tuple(Button(titles[count], ButtonName.STATS, str(count)) for count in PERIODS)
    more = (
        Button(t("🖼 More pictures"), ButtonName.CHARTS),
        Button(t("📌 Measures"), ButtonName.MEASURES),
    )
    return Message(html, (keys, more))
