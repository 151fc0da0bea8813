"""Measures in words: noted, listed, and whether they helped."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from reviewbot.core.beside_reply.said import MeasureNoted
from reviewbot.core.trends.concern import (
    ConcernFacts,
    ConcernKind,
    ListedMeasure,
    MeasureFacts,
)
from reviewbot.core.trends.stars import difference, share_difference
from reviewbot.words.html import Button, Html, Message, bold, fits, joined, lines, quote, short
from reviewbot.words.labels import person, title_of, topic_title
from reviewbot.words.language import Language, date_in, words_in
from reviewbot.words.vocabulary import ButtonName

MINUS = "\N{MINUS SIGN}"
NOTED = 200
"""Letters of what is to be done."""


def about(facts: ConcernFacts, language: str) -> str:
    """«Тверская 12, ожидание»: the place and the topic of a concern, for a question about it."""
    t = words_in(language)
    topic = topic_title(facts.topic, t, facts.own_topics) if facts.topic else ""
    return ", ".join(part for part in (facts.place, topic) if part)


def measure_noted(
    facts: ConcernFacts,
    on: date,
    language: str,
    *,
    sentence: str = "",
    replies: int = 0,
    is_taken_back: bool = False,
) -> Message:
    """Says that a measure counts from a day on; where guests are still owed `replies`, offers
    their `sentence`."""
    t = words_in(language)
    today = date_in(facts.zone, facts.at)
    what, day = short(about(facts, language), 80), t.short_date(on, today)
    if is_taken_back:
        return Message(lines(t("↩️ {about}: the measure of {day} is taken back.", about=what,
                               day=day)))  # fmt: skip
    if facts.kind is ConcernKind.MEASURE:
        said = t("📌 {about}: since {day}. Whether it helped: /measure.", about=what, day=day)
    else:
        said = t("📌 {about}: since {day}. The card tells whether it helped.", about=what,
                 day=day)  # fmt: skip
    back = (Button(t("↩️ Remove"), ButtonName.MEASURE_BACK),)
    if not replies:
        return Message(lines(said), (back,))
    count = t.plural("Add to {n} reply", "Add to {n} replies", replies)
    offer = t("💬 A sentence for the guests, each in words of its own:")
    key = Button(f"➕ {count}", ButtonName.CONCERN_SENTENCE)
    return Message(lines(said, offer, quote(sentence)), ((key,), back))


def measures_listed(
    measures: Sequence[ListedMeasure],
    more: int,
    at: datetime,
    language: str,
    *,
    about: str,
    own_topics: Mapping[str, Mapping[str, str]],
) -> Message:
    """Return the list as of `at`: what still waits, then what was done and whether it helped;
    `more` of them are not told. It fits into one message: of many the last are left out."""
    t = words_in(language)
    shown = list(measures)
    while not fits(html := _list(shown, more, at, t, about, own_topics)):
        more += 1
        shown.pop()
    return Message(html)


def _list(
    measures: Sequence[ListedMeasure],
    more: int,
    at: datetime,
    t: Language,
    about: str,
    own_topics: Mapping[str, Mapping[str, str]],
) -> Html:
    title = joined(" · ", (joined(" ", ("📌", bold(t("Measures")))), short(about, 60)))
    others = t.plural("And {n} more: /measure with a place.",
                      "And {n} more: /measure with a place.", more)  # fmt: skip
    return joined(
        "\n\n",
        (
            lines(title, "" if measures else t("None in the last year.")),
            *(_listed(each, at, t, own_topics) for each in measures),
            lines(
                others if more else "",
                t("To note one: /measure Tverskaya 24.02 waiting: a second till"),
            ),
        ),
    )


def _listed(
    measure: ListedMeasure, at: datetime, t: Language, own_topics: Mapping[str, Mapping[str, str]]
) -> Html:
    topic = topic_title(measure.topic, t, own_topics) if measure.topic else ""
    number = t("#{number}", number=measure.number) if measure.number else ""
    head = joined(" · ", (bold(short(measure.place, 60)), topic, number))
    if measure.due_at is None:
        return lines(head, measure_line(measure.told, measure.zone, at, t))
    told, today = measure.told, date_in(measure.zone, at)
    day, who, what = t.short_date(told.on, today), short(told.by, 40), short(told.what, 120)
    return lines(head, t("⏳ By {day} ({who}): {what}", day=day, who=who, what=what))


def noted_line(measure: MeasureNoted, zone: str, at: datetime | None, t: Language) -> str:
    """What is to be done for a review, by whom and when, or that it is done."""
    what, name = short(measure.what, NOTED), person(measure.who)
    if measure.done_at is not None:
        day = t.day(measure.done_at, zone, at)
        return t("✔️ Measure taken: {what} ({name}, {day})", what=what, name=name, day=day)
    by = t.day(measure.due_at, zone, at)
    return t("📌 Measure: {what} ({name}, by {day})", what=what, name=name, day=by)


def measure_line(measure: MeasureFacts, zone: str, at: datetime, t: Language) -> Html:
    """«📌 Мера с 3 мар (Марина): было 24 % из 41, стало 9 % из 33; помогло», then the stars."""
    on, by = t.short_date(measure.on, date_in(zone, at)), short(measure.by, 40)
    head = t("📌 Measure since {day} ({who})", day=on, who=by)
    head = f"{head}, {short(measure.what, 120)}" if measure.what else head
    shares = _shares_since(measure, t)
    if shares is None:
        return lines(f"{head}: {_unknown(measure, zone, at, t)}")
    few = t("too few to say yet")
    return lines(
        f"{head}: {shares}", _stars_since(measure, t) or t("⭐ Mean stars: {few}", few=few)
    )


def effect(measure: MeasureFacts, zone: str, at: datetime, t: Language) -> str:
    """Whether it helped, on one line, as of `at`."""
    shares = _shares_since(measure, t)
    if shares is None:
        return _unknown(measure, zone, at, t)
    return " ".join(filter(None, (shares, _stars_since(measure, t))))


def _unknown(measure: MeasureFacts, zone: str, at: datetime, t: Language) -> str:
    return _not_to_say(measure, zone, at, t) if measure.unseen else t("too few to say yet")


def _shares_since(measure: MeasureFacts, t: Language) -> str | None:
    """«было 24 % из 41, стало 9 % из 33; помогло»; None where nobody can say."""
    told = share_difference(measure.before, measure.since)
    before, since = measure.before.value, measure.since.value
    if measure.unseen or told is None or before is None or since is None:
        return None
    _, low, high = told
    was = t("{share} of {n}", share=t.percent(before), n=measure.before.n)
    now = t("{share} of {n}", share=t.percent(since), n=measure.since.n)
    verdict = f"{_verdict(-high, -low, t)} ({_points(low, high, t)})"
    return t("was {was}, is {now}; {verdict}", was=was, now=now, verdict=verdict)


def _not_to_say(measure: MeasureFacts, zone: str, at: datetime, t: Language) -> str:
    """«нельзя сказать: Яндекс не видели с 3 мар по 9 мар»."""
    gap, sites = measure.unseen[0], {title_of(each.source_title, t) for each in measure.unseen}
    others = len(sites) - 1
    site, since = title_of(gap.source_title, t), t.day(gap.since, zone, at)
    if gap.until is None:
        line = t("cannot say: {site} has not been seen since {since}", site=site, since=since)
    else:
        until = t.day(gap.until, zone, at)
        line = t("cannot say: {site} was not seen from {since} to {until}", site=site,
                 since=since, until=until)  # fmt: skip
    more = t.plural("and {n} more site", "and {n} more sites", others)
    return f"{line}, {more}" if others else line


def _stars_since(measure: MeasureFacts, t: Language) -> str:
    """«⭐ Средняя: было 3,9 из 41, стало 4,6 из 33; помогло»; "" where too few gave stars."""
    before, since = measure.stars_before, measure.stars_since
    told = difference(before, since)
    if told is None or before.mean is None or since.mean is None:
        return ""
    _, low, high = told
    return t(
        "⭐ Mean stars: was {was} of {n}, is {now} of {m}; {verdict}",
        was=t.number(before.mean),
        n=before.n,
        now=t.number(since.mean),
        m=since.n,
        verdict=f"{_verdict(low, high, t)} ({_stars(low, high, t)})",
    )


def _points(low: float, high: float, t: Language) -> str:
    """«от −28 до −2 п. п.»: what the change of a share lies between."""

    def points(share: float) -> str:
        rounded = round(100 * share)
        return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{abs(rounded)}"

    return t("{range} points", range=_between(points(low), points(high), t))


def _stars(low: float, high: float, t: Language) -> str:
    return _between(t.signed(low) or "0", t.signed(high) or "0", t)


def _between(low: str, high: str, t: Language) -> str:
    return t("from {low} to {high}", low=low, high=high)


def _verdict(low: float, high: float, t: Language) -> str:
    """Of how much it is better, by its interval."""
    if low > 0:
        return t("it helped")
    return t("it got worse") if high < 0 else t("no difference that is sure")
