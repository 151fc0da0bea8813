"""The past in one message: what was answered, how soon, and what of the replies was unwise."""

from collections.abc import Mapping

from reviewbot.core.trends.past import PastFigures, YearFigures
from reviewbot.words.html import Message, bold, joined, lines, short
from reviewbot.words.labels import topic_title
from reviewbot.words.language import Language, words_in
from reviewbot.words.trends.lines import bounds_of_few, mean_bounds_of_few

YEARS = 5
Titles = Mapping[str, Mapping[str, str]]


def past(facts: PastFigures, language: str, *, about: str, own_topics: Titles) -> Message:
    """Return the audit of everything stored."""
    t = words_in(language)
    read = t.plural("{n} review", "{n} reviews", facts.reviews)
    head = joined(" ", ("🗂", bold(t("The past: {about}", about=short(about, 60)))))
    if not facts.reviews:
        return Message(lines(head, t("Nothing was read yet.")))
    html = lines(
        joined(" · ", (head, read)),
        _answered(facts, t),
        _soon(facts, t),
        _unwise(facts, t),
        *(_year(year, t, own_topics) for year in facts.years[:YEARS]),
    )
    return Message(html)


def told_of(facts: PastFigures, t: Language) -> list[str]:
    """Return how reviews were answered, a sentence each, without their full stops."""
    said = (_answered(facts, t), _soon(facts, t), _unwise(facts, t))
    return [line.rstrip(".") for line in said if line]


def places_counted(count: int, language: str) -> str:
    """«3 точки»."""
    return words_in(language).plural("{n} location", "{n} locations", count)


def _answered(facts: PastFigures, t: Language) -> str:
    if facts.answered.value is None:
        return t("These sites do not show replies.")
    line = t("With a reply {share} of {n}", share=t.percent(facts.answered.value),
             n=facts.answered.n)  # fmt: skip
    line = f"{line}{bounds_of_few(facts.answered, t)}"
    if facts.answered_bad.value is None:
        return line
    bad = t("of complaints {share} of {n}", share=t.percent(facts.answered_bad.value),
            n=facts.answered_bad.n)  # fmt: skip
    return f"{line}, {bad}{bounds_of_few(facts.answered_bad, t)}"


def _soon(facts: PastFigures, t: Language) -> str:
    if facts.median is None:
        return ""
    span = t.lasting(facts.median)
    return t("Usually after {span} (the sites tell it of {n})", span=span, n=facts.timed)


def _unwise(facts: PastFigures, t: Language) -> str:
    parts = (
        t("in the same words: {n}", n=facts.repeated) if facts.repeated else "",
        t("blaming the guest: {n}", n=facts.blaming) if facts.blaming else "",
        t("with the guest's own data: {n}", n=facts.personal) if facts.personal else "",
    )
    told = ", ".join(part for part in parts if part)
    return t("Replies {what}", what=told) if told else ""


def _year(year: YearFigures, t: Language, own: Titles) -> str:
    mean = "–"
    if year.stars.mean is not None:
        bounds = mean_bounds_of_few(year.stars, t)
        mean = f"{t.number(year.stars.mean)}★{bounds} ({year.stars.n})"
    topics = ", ".join(f"{topic_title(topic, t, own)} {n}" for topic, n in year.topics)
    return f"{year.year}: {mean}, {topics}" if topics else f"{year.year}: {mean}"
