"""What a digest says: a few lines that are read on a phone, what asks for a hand first.

What could not be seen is said to be unknown. Lists name a few and count the rest.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from reviewbot.core.calendar.digest_days import (
    DigestFacts,
    Period,
    PeriodFigures,
    PlaceCount,
    TopicCount,
    Unseen,
    days_before,
)
from reviewbot.core.model import Role
from reviewbot.core.trends.place_names import renamed
from reviewbot.core.trends.summary import SummaryFacts
from reviewbot.words.cards.without_card import cardless_key
from reviewbot.words.html import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Button,
    Html,
    Message,
    Rows,
    as_fits,
    bold,
    both_ends,
    code,
    escaped,
    joined,
    length,
    lines,
    short,
)
from reviewbot.words.labels import title_of, topic_title
from reviewbot.words.language import Language, date_in, words_in
from reviewbot.words.surveys.score_lines import guests_lines
from reviewbot.words.trends.lines import (
    Rank,
    best_and_worst,
    did_not_fit,
    praise,
    problems,
    ratings,
    replies,
)
from reviewbot.words.vocabulary import ButtonName

NAMED = 3
SITES_NAMED = 4
NAME = 40
WIDTHS = ((NAME, 110, 80), (24, 110, 80), (24, 70, 80), (24, 40, 80), (20, 40, 40), (16, 40, 40))
"""Letters of a place's name, of a quote, of what was done: as far as a picture leaves room."""
ARROW_FROM = 0.1
"""A difference smaller than this share, or of one, is none worth an arrow."""


def digest(facts: DigestFacts, language: str, *, role: Role | None = None) -> Message:
    """Return the digest of a period. `role` is the reader's where the chat is private."""
    t = words_in(language)
    icon, when = _when(facts, t)
    if facts.is_empty:
        sentence = t("{when}. No new reviews, nothing owed, all sites in sight.", when=when)
        return Message(joined(" ", (icon, sentence)))
    title = joined(" · ", (joined(" ", (icon, bold(when))), about_places(facts, t)))
    # Only what tells more than a day has a picture.
    limit = TEXT_LIMIT if facts.overview is None else CAPTION_LIMIT
    return Message(_fitted(facts, t, title, limit), _keys(facts, t, role))


def _fitted(facts: DigestFacts, t: Language, title: Html, limit: int) -> Html:
    """Return the lines as wide as they fit, else so wide that most of them are told."""
    tried = []
    for named, quoted, taken in WIDTHS:
        told = _lines(renamed(facts, partial(both_ends, limit=named)), t, title, quoted, taken)
        html = lines(*(text for _, text in told))
        if length(html) <= limit:
            return html
        tried.append(as_fits(told, partial(did_not_fit, t), limit))
    return max(tried, key=lambda html: html.count("\n"))


def _lines(
    facts: DigestFacts, t: Language, title: Html, quoted: int, taken: int
) -> Sequence[tuple[int, str]]:
    """Return the lines, each with its rank: what goes first where a picture leaves no room for
    all."""
    figures, before, is_daily = facts.figures, facts.before, facts.period is Period.DAILY
    above = _above(facts, t, quoted, taken)
    return (
        (Rank.TITLE, title),
        (Rank.OWED, watched(facts, t)),
        (Rank.OWED, came(facts, t)),
        (Rank.OWED, kept(figures, before, t)),
        (Rank.OWED, open_line(facts, t)),
        (Rank.MAIN, questions(facts, t)),
        (Rank.BEST, _wordless(facts, t)),
        *(above or ((Rank.MAIN, topics(facts, t)), (Rank.BEST, praise(facts, t)))),
        *((Rank.BESIDE, line) for line in (() if is_daily else _compared(facts, t))),
        (Rank.BESIDE, _competitors(facts, t)),
        *((Rank.UNSEEN, line) for line in unseen_lines(facts, t)),
        *((Rank.BESIDE, line) for line in _rules(facts, t)),
    )


def _when(facts: DigestFacts, t: Language) -> tuple[str, str]:
    """Return the icon and the name of the period."""
    days = facts.days
    first_to_last = t.date_span(days.first, days.last, date_in(facts.zone, facts.at))
    match facts.period:
        case Period.DAILY:
            return "☀️", t.whole_date(days.end)
        case Period.WEEKLY:
            return "🗓", t("Week {days}", days=first_to_last)
        case Period.MONTHLY if days.first.day == 1:
            return "🗓", t.month(days.first)
        case _:
            count = (days.end - days.first).days
            period = t.plural("{n} day, {days}", "{n} days, {days}", count, days=first_to_last)
            return "📈" if facts.period is Period.RECENT else "🗓", period


def about_places(facts: DigestFacts | SummaryFacts, t: Language) -> str:
    if facts.name is not None:
        return short(facts.name, NAME)
    return t.plural("{n} location", "{n} locations", facts.locations)


def about_these(about: str, facts: DigestFacts, t: Language) -> str:
    """The same of what was asked for by a name, which may be that of several places."""
    if not about or facts.locations <= 1:
        return short(about, 60) or about_places(facts, t)
    return f"{short(about, 60)}: {about_places(facts, t)}"


def watched(facts: DigestFacts, t: Language) -> str:
    if facts.watched_since is None:
        return ""
    since = t.dated(facts.watched_since, facts.zone, facts.at)
    return t("Watching since {since}; what was before that is not counted.", since=since)


def came(facts: DigestFacts, t: Language) -> str:
    figures, before = facts.figures, facts.before
    new = t.plural("{n} new", "{n} new", figures.new) if figures.new else t("no new reviews")
    complaints = ""
    if figures.new and not figures.complaints:
        complaints = t("no complaints")
    elif figures.new:
        complaints = t.plural("{n} complaint", "{n} complaints", figures.complaints)
    if before is not None:
        new = _against(new, figures.new, before.new, facts, t)
        complaints = complaints and _against(
            complaints, figures.complaints, before.complaints, facts, t
        )
    gone = t.plural("{n} gone from its site", "{n} gone from their sites", figures.gone)
    what = ", ".join(part for part in (new, complaints, gone if figures.gone else "") if part)
    if facts.period is not Period.DAILY:
        return what[:1].upper() + what[1:]
    if (facts.days.end - facts.days.first).days == 1:
        return t("Yesterday: {what}", what=what)
    first = t.short_date(facts.days.first, date_in(facts.zone, facts.at))
    return t("Since {day}: {what}", day=first, what=what)


def _against(figure: str, now: int, before: int, facts: DigestFacts, t: Language) -> str:
    """Return a figure beside the one before it; months are not of one length, so that the arrow
    goes by what came a day."""
    earlier = days_before(facts.period, facts.days, facts.zone)
    likely = float(before)
    if earlier is not None:
        likely *= (facts.days.end - facts.days.first) / (earlier.end - earlier.first)
    difference, arrow = now - likely, ""
    if abs(difference) > max(1.0, ARROW_FROM * max(now, likely)):
        arrow = "↑" if difference > 0 else "↓"
    was = t("(was {n})", n=before)
    return " ".join(part for part in (figure, arrow, was) if part)


def kept(figures: PeriodFigures, before: PeriodFigures | None, t: Language) -> str:
    unknown = t.plural("{n} not known", "{n} not known", figures.undecided)
    if not figures.decided:
        return t("On time: {what}", what=unknown) if figures.undecided else ""
    kept = t("On time {n} of {total}", n=figures.in_time, total=figures.decided)
    if figures.marked:
        by_mark = t("({n} by mark)", n=figures.marked)
        kept = f"{kept} {by_mark}"
    usual = t("usually {span}", span=_span(figures.usual, t)) if figures.usual is not None else ""
    parts = (kept, usual, unknown if figures.undecided else "")
    line = ", ".join(part for part in parts if part)
    if before is None or not before.decided:
        return line
    was = t("was {n} of {total}", n=before.in_time, total=before.decided)
    span = _span(before.usual, t) if before.usual is not None else ""
    return f"{line} ({', '.join(part for part in (was, span) if part)})"


def _span(taken: timedelta, t: Language) -> str:
    return t.lasting(max(taken, timedelta(minutes=1)))


def open_line(facts: DigestFacts | SummaryFacts, t: Language) -> str:
    if not facts.open:
        return t("Nothing open")
    count = t.plural("Open {n}", "Open {n}", facts.open)
    late = sum(place.count for place in facts.overdue)
    if not late:
        return count
    overdue = t.plural("overdue {n}", "overdue {n}", late)
    if facts.name is None:
        overdue = f"{overdue}: {_named(facts.overdue, t)}"
    line = f"{count}, {overdue}"
    if not facts.overdue_unseen:
        return line
    hidden = t("{n} out of sight, may be answered", n=facts.overdue_unseen)
    return f"{line}; {hidden}"


def questions(facts: DigestFacts, t: Language) -> str:
    """Buyers' questions, which are counted among no reviews."""
    figures = facts.questions
    if figures is None:
        return ""
    decided = figures.in_time + figures.late
    said = (
        t("came {n}", n=figures.new) if figures.new else "",
        t("in time {n} of {total}", n=figures.in_time, total=decided) if decided else "",
        t("waiting {n}", n=figures.open) if figures.open else "",
    )
    return t("Buyers' questions: {what}", what=", ".join(part for part in said if part))


def _named(places: Sequence[PlaceCount], t: Language) -> str:
    """«Невский 40 (2), Арбат 7 и ещё 12»: the count only where it is not one."""
    names = ", ".join(
        f"{short(place.name, NAME)} ({place.count})"
        if place.count > 1
        else short(place.name, NAME)
        for place in places[:NAMED]
    )
    left = len(places) - NAMED
    return t("{names} and {n} more", names=names, n=left) if left > 0 else names


def _wordless(facts: DigestFacts, t: Language) -> str:
    places = facts.figures.wordless
    count = sum(place.count for place in places)
    if not count:
        return ""
    line = t("Bare 1–2★, no words: {n}", n=count)
    return line if facts.name is not None else f"{line} ({_named(places, t)})"


def topics(facts: DigestFacts, t: Language) -> str:
    named = ", ".join(_topic(each, facts, t) for each in facts.figures.topics)
    return t("Most often: {topics}", topics=named) if named else ""


def _above(facts: DigestFacts, t: Language, quoted: int, taken: int) -> Sequence[tuple[int, str]]:
    """What a longer period tells beyond a day: ratings, replies on the sites, problems."""
    overview = facts.overview
    if overview is None:
        return ()
    return (
        (Rank.MAIN, ratings(overview, t)),
        (Rank.MAIN, replies(overview, t)),
        *problems(facts, t, quoted, taken),
        (Rank.BEST, praise(facts, t)),
        *((Rank.BEST, line) for line in best_and_worst(overview, t)),
        *((Rank.BEST, line) for line in guests_lines(facts, t)),
    )


def _topic(topic: TopicCount, facts: DigestFacts, t: Language) -> str:
    counted = f"{topic_title(topic.topic, t, facts.own_topics)} {topic.count}"
    return f"{counted} ({short(topic.place, NAME)})" if topic.place else counted


def _competitors(facts: DigestFacts, t: Language) -> str:
    def about(name: str, new: int, complaints: int) -> str:
        count = t.plural("{n} new", "{n} new", new)
        bad = t.plural("{n} complaint", "{n} complaints", complaints)
        return f"{short(name, NAME)} ({count}, {bad})"

    told = [about(each.name, each.new, each.complaints) for each in facts.competitors[:NAMED]]
    return t("Competitors: {what}", what="; ".join(told)) if told else ""


def _compared(facts: DigestFacts, t: Language) -> Sequence[str]:
    worst = ", ".join(
        _place(each, t("{n} of {total}", n=each.count, total=each.reviews))
        for each in facts.figures.worst
    )
    calm = ", ".join(
        _place(each, t.plural("{n} review", "{n} reviews", each.reviews))
        for each in facts.figures.calm
    )
    return (
        t("Most complaints: {places}", places=worst) if worst else "",
        t("No complaints: {places}", places=calm) if calm else "",
        t("Not compared with the time before: too much was out of sight.")
        if facts.uncompared
        else "",
    )


def _place(place: PlaceCount, figure: str) -> str:
    return f"{short(place.name, NAME)} ({figure})"


def unseen_lines(facts: DigestFacts | SummaryFacts, t: Language) -> Sequence[str]:
    gaps = [_gap(each, facts, t) for each in facts.unseen[:SITES_NAMED]]
    titles = [title_of(each.source_title, t) for each in facts.unseen]
    left = len(set(titles[SITES_NAMED:]) - set(titles[:SITES_NAMED]))
    if left > 0:
        gaps.append(t.plural("🙈 and {n} more site", "🙈 and {n} more sites", left))
    if any(each.until is None for each in facts.unseen):
        gaps.append(t("No new reviews arrive from there. That does not mean there are none."))
    if facts.unread:
        gaps.append(
            t.plural(
                "🙈 {n} page not read yet: there may be more reviews",
                "🙈 {n} pages not read yet: there may be more reviews",
                facts.unread,
            )
        )
    return gaps


def _gap(gap: Unseen, facts: DigestFacts | SummaryFacts, t: Language) -> str:
    site, anchor = title_of(gap.source_title, t), facts.at
    since = t.border(gap.since, facts.zone, anchor)
    if gap.until is None:
        line = t("🙈 {site} not seen since {since}", site=site, since=since)
    elif gap.spells > 1:
        times = t.plural("{n} time", "{n} times", gap.spells)
        if gap.at_most is not None:
            span = _span(gap.at_most, t)
            line = t(
                "🙈 {site} not seen {times}, no location longer than {span}",
                site=site,
                times=times,
                span=span,
            )
        else:
            span = _span(gap.length, t)
            line = t(
                "🙈 {site} not seen {times}, {span} in all", site=site, times=times, span=span
            )
    else:
        one_day = date_in(facts.zone, gap.since) == date_in(facts.zone, gap.until)
        until = t.border(gap.until, facts.zone, gap.since if one_day else anchor)
        line = t("🙈 {site} not seen {since}–{until}", site=site, since=since, until=until)
    where = ""
    if gap.places < gap.of:
        where = short(gap.place, NAME) if gap.place else ""
        where = where or t("{n} locations of {total}", n=gap.places, total=gap.of)
    return f"{line}, {where}" if where else line


def _rules(facts: DigestFacts, t: Language) -> Sequence[Html]:
    if not facts.rules:
        return ()
    rows = [
        joined(
            ": ",
            (
                code(short(rule.rule, 80)),
                t("right {n} of {total}", n=rule.right, total=rule.judged),
            ),
        )
        for rule in facts.rules
    ]
    return (escaped(t("Rules that were wrong most often:")), *rows)


def _keys(facts: DigestFacts, t: Language, role: Role | None) -> Rows:
    work: list[Button] = []
    if role is not Role.VIEWER:
        if facts.open:
            work.append(Button(t("📋 Work through {n}", n=facts.open), ButtonName.QUEUE, "0"))
        if facts.ready:
            work.append(Button(t("🙂 Good: {n}", n=facts.ready), ButtonName.GOOD, "0"))
    rows: list[tuple[Button, ...]] = [tuple(work)] if work else []
    if role is not Role.VIEWER:
        rows += cardless_key(facts.uncarded, t)
    if facts.period in (Period.DAILY, Period.WEEKLY):
        rows.append((Button(t("📈 Month"), ButtonName.MONTH),))
    if facts.overview is not None:
        rows.append((Button(t("🖼 More pictures"), ButtonName.CHARTS),))
    return tuple(rows)
