"""The card of a drop, a burst or an incident: what, since when, why, which reviews, what to do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from reviewbot.core.beside_reply.said import MeasureNoted
from reviewbot.core.trends.concern import (
    ConcernFacts,
    ConcernKind,
    ConcernState,
    DayPart,
    OwedReply,
)
from reviewbot.words import N_
from reviewbot.words.html import (
    Button,
    Html,
    Message,
    Rows,
    as_fits,
    bold,
    joined,
    lines,
    quote,
    short,
    timed,
)
from reviewbot.words.labels import title_of, topic_title
from reviewbot.words.language import Language, date_in, words_in
from reviewbot.words.trends.lines import did_not_fit
from reviewbot.words.trends.measures import measure_line, noted_line
from reviewbot.words.vocabulary import ButtonName

NUMBERS = 8
NAMED = 4
"""Places that a title names."""
MINUS = "\N{MINUS SIGN}"
ASKS_DAY = "day"
"""The argument of the key that asks for the measure's day."""
CAUSES = {
    "repair": N_("repair"),
    "menu": N_("new menu or goods"),
    "people": N_("new people"),
    "season": N_("season or holidays"),
    "other": N_("something else"),
}
PARTS = {
    DayPart.MORNING: N_("in the morning"),
    DayPart.AFTERNOON: N_("in the afternoon"),
    DayPart.EVENING: N_("in the evening"),
}
ICONS = {
    ConcernKind.DROP: "📉",
    ConcernKind.BURST: "📈",
    ConcernKind.INCIDENT: "🧩",
    ConcernKind.SAME_TEXT: "🧩",
}

TAKEN_BACK = "back."
"""Stands before the number in a key that takes “not our place” back."""


def concern(facts: ConcernFacts, language: str, *, asks_cause: bool = False) -> Message:
    """Return the card as it stands; `asks_cause`: with the causes to choose from as its keys. It
    fits under its picture: of many measures the last are told, of many places the first."""
    t = words_in(language)
    html = as_fits(_lines(facts, t), partial(did_not_fit, t))
    return Message(html, _cause_keys(t) if asks_cause else _keys(facts, t))


def _lines(facts: ConcernFacts, t: Language) -> Sequence[tuple[int, str]]:
    """Return the lines, each with its rank: the highest goes first where there is no room."""
    icon = ICONS[facts.kind] if facts.state is not ConcernState.OVER or _owes(facts) else "✅"
    oldest_first = enumerate(facts.measures)
    return (
        (0, joined(" ", (icon, bold(_title(facts, t))))),
        (1, _after(facts, t)),
        (1, _what(facts, t)),
        (1, _driven_by(facts, t)),
        (2, _named(facts, t)),
        (1, _numbers(facts, t)),
        (2, _taken_back(facts, t)),
        *((3, _owed(each, t)) for each in facts.replies),
        (2, _offer(facts, t)),
        (2, _advice(facts, t)),
        *((3, _noted(number, noted, facts, t)) for number, noted in facts.noted),
        *((1000 - n, measure_line(each, facts.zone, facts.at, t)) for n, each in oldest_first),
        (1, _standing(facts, t)),
    )


def _title(facts: ConcernFacts, t: Language) -> str:
    place, sign = short(facts.place, 60), facts.sign
    if facts.state is ConcernState.OVER and not facts.kind.is_sudden:
        return t("{place}: as usual again", place=place)
    topic = topic_title(facts.topic, t, facts.own_topics) if facts.topic else ""
    count = t.plural("{n} review", "{n} reviews", sign.mentions)
    match facts.kind:
        case ConcernKind.DROP:
            today = date_in(facts.zone, facts.at)
            since = t.short_date(sign.since, today) if sign.since else ""
            return t("{place}: worse than usual since {day}", place=place, day=since)
        case ConcernKind.BURST:
            return t("{place}: more complaints than usual, {topic}", place=place, topic=topic)
        case ConcernKind.INCIDENT:
            part = t(PARTS[sign.part]) if sign.part else t("within a day")
            return t("One thing: {topic}, {place}, {count} {when}", topic=topic, place=place,
                     count=count, when=part)  # fmt: skip
        case _:
            if facts.replies:
                places = list(dict.fromkeys(short(each.place, 40) for each in facts.replies))
                named, left = ", ".join(places[:NAMED]), len(places) - NAMED
                if left > 0:
                    named = t("{names} and {n} more", names=named, n=left)
                return t("One text at several places: {places}", places=named)
            if _is_wave(facts):
                return t("One text of several authors: {place}, {count}", place=place, count=count)
            return t("One text on several sites: {place}, {count}", place=place, count=count)


def _after(facts: ConcernFacts, t: Language) -> str:
    """How it stands now that it is over: what follows tells how it was."""
    after = facts.sign.after
    if facts.state is not ConcernState.OVER or after is None:
        return ""
    if facts.kind is ConcernKind.BURST:
        about = {"n": after.mentions, "all": after.n, "days": after.days}
        return t("Now: {n} of {all} reviews in {days} days", **about)
    if after.mean is None:
        return ""
    reviews = t.plural("{n} review", "{n} reviews", after.n)
    mean = t.number(after.mean)
    return t("Now: rating over {days} days {mean}, {count}",
             days=after.days, mean=mean, count=reviews)  # fmt: skip


def _what(facts: ConcernFacts, t: Language) -> Html | str:
    if facts.kind.is_sudden:
        return _came(facts, t)
    said = _rating(facts, t) if facts.kind is ConcernKind.DROP else _times(facts, t)
    if not said or facts.state is not ConcernState.OVER:
        return said
    return t("It was: {what}", what=said[0].lower() + said[1:])


def _rating(facts: ConcernFacts, t: Language) -> str:
    sign = facts.sign
    if sign.mean is None or sign.usual is None:
        return ""
    return t(
        "Rating over {days} days {mean} (usually {usual} ± {half}), {bad} complaints of {n}",
        days=sign.days,
        mean=t.number(sign.mean),
        usual=t.number(sign.usual),
        half=t.number(sign.half or 0),
        bad=sign.complaints,
        n=sign.n,
    )


def _times(facts: ConcernFacts, t: Language) -> str:
    sign = facts.sign
    times = t(
        "{n} of {all} reviews in {days} days, usually {usual}",
        n=sign.mentions,
        all=sign.n,
        days=sign.days,
        usual=t.number(sign.expected),
    )
    if not sign.fallen_days or sign.mean is None or sign.usual is None:
        return times
    fell = t(
        "rating over {days} days {mean}, usually {usual} ± {half}",
        days=sign.fallen_days,
        mean=t.number(sign.mean),
        usual=t.number(sign.usual),
        half=t.number(sign.half or 0),
    )
    return joined("; ", (times, fell))


def _came(facts: ConcernFacts, t: Language) -> Html | str:
    sign = facts.sign
    sites = ", ".join(
        f"{title_of(facts.source_titles.get(source, {}), t) or source} {count}"
        for source, count in sorted(sign.sources.items(), key=lambda each: (-each[1], each[0]))
    )
    due = ""
    if facts.due_at is not None:
        at = t.border(facts.due_at, facts.zone, facts.at)
        is_over = facts.due_at <= facts.at
        said = t("first deadline passed {at}", at=at) if is_over else t("first due {at}", at=at)
        due = timed(said, ((at, facts.due_at),))
    line = joined(" · ", (sites, due))
    if facts.kind is ConcernKind.SAME_TEXT and sign.text:
        return lines(line, quote(short(sign.text, 160)))
    return line


def _driven_by(facts: ConcernFacts, t: Language) -> str:
    sign = facts.sign
    if facts.kind is not ConcernKind.DROP or not facts.topic:
        when = t(PARTS[sign.part]) if sign.part and facts.kind is ConcernKind.BURST else ""
        return t("Mostly {when}", when=when) if when else ""
    topic = topic_title(facts.topic, t, facts.own_topics)
    about = {"topic": topic, "n": sign.mentions, "all": sign.complaints}
    line = t("Mostly {topic}: {n} of {all}", **about)
    # What grew most need not be what is named most; an older card knows of no usual number.
    if sign.expected and 2 * sign.mentions < sign.complaints:
        usual = t.number(sign.expected)
        line = t(
            "Grew most: {topic}, {n} of {all} complaints, usually {usual}", **about, usual=usual
        )
    return f"{line}, {t(PARTS[sign.part])}" if sign.part else line


def _named(facts: ConcernFacts, t: Language) -> str:
    if not facts.named:
        return ""
    return t(
        "Named: {what}", what=", ".join(f"{short(n.name, 40)} {n.count}" for n in facts.named)
    )


def _owed(reply: OwedReply, t: Language) -> str:
    """«№ 12, Невский 40: ждёт ответа»: each is owed its own, in other words."""
    if reply.not_here:
        stands = t("not our place")
    elif reply.is_owed:
        stands = t("a reply of its own is owed")
    else:
        stands = t("done")
    place = _where(reply, 40, t)
    return t("#{number}, {place}: {stands}", number=reply.number, place=place, stands=stands)


def _where(reply: OwedReply, room: int, t: Language) -> str:
    """The place, and the site where two of the reviews stand at it."""
    site = title_of(reply.source_title, t) if reply.source_title else ""
    return f"{short(reply.place, room)}, {site}" if site else short(reply.place, room)


def _numbers(facts: ConcernFacts, t: Language) -> str:
    numbers = () if facts.replies else facts.sign.tickets
    more = facts.sign.unnumbered
    unnumbered = t.plural(
        "{n} without a number: answered before, or no card is opened for such",
        "{n} without a number: answered before, or no card is opened for such",
        more,
    )
    if not numbers:
        return t("Reviews: {what}", what=unnumbered) if more else ""
    shown = ", ".join(str(number) for number in numbers[-NUMBERS:])
    cut = "…" if len(numbers) > NUMBERS else ""
    line = t("Reviews: #{numbers}", numbers=f"{cut}{shown}")
    left = t.plural("{n} older one left out", "{n} older ones left out", facts.unnamed)
    return joined("; ", (line, left if facts.unnamed else "", unnumbered if more else ""))


def _taken_back(facts: ConcernFacts, t: Language) -> str:
    if not facts.taken_back or facts.replies:
        return ""
    return t("Gone, or no complaint any more: {n}", n=facts.taken_back)


def _owes(facts: ConcernFacts) -> bool:
    """Whether it is over by its time alone: some of its reviews wait for an answer."""
    return facts.kind.is_sudden and facts.unanswered > 0


def _noted(number: int, measure: MeasureNoted, facts: ConcernFacts, t: Language) -> str:
    told = noted_line(measure, facts.zone, facts.at, t)
    return f"{told}, {t('#{number}', number=number)}"


def _offer(facts: ConcernFacts, t: Language) -> Html | str:
    """One offer for all: each review has its draft, and no two of them read alike."""
    if not facts.draft or facts.state is ConcernState.OVER:
        return ""
    return lines(t("A draft for each, in words of its own:"), quote(short(facts.draft, 200)))


def _is_wave(facts: ConcernFacts) -> bool:
    """Whether it is one text on one page, sent again and again."""
    is_text = facts.kind is ConcernKind.SAME_TEXT
    return is_text and not facts.replies and len(facts.sign.sources) == 1


def _advice(facts: ConcernFacts, t: Language) -> str:
    if facts.state is ConcernState.OVER:
        return ""
    if _is_wave(facts):
        return t("Several names, one text: if these are no guests, complain to the site of each.")
    if not facts.advice:
        return ""
    return t("Advice: {what}", what=short(facts.advice, 200))


def _standing(facts: ConcernFacts, t: Language) -> str:
    by = short(facts.by, 40) if facts.by else ""
    match facts.state:
        case ConcernState.ACKNOWLEDGED:
            return t("👌 {who} looks into it", who=by)
        case ConcernState.KNOWN:
            cause = t(CAUSES[facts.cause or "other"])
            return t("🛠 Cause known: {cause} ({who})", cause=cause, who=by)
        case ConcernState.SNOOZED if facts.until is not None:
            until = t.day(facts.until, facts.zone, facts.at)
            return t("💤 Put off until {day} ({who})", day=until, who=by)
        case ConcernState.OVER if facts.ended_at is not None:
            lasted = t.plural("{n} day", "{n} days", _days(facts, facts.ended_at))
            if _owes(facts):
                return t("Closed after {days}; still unanswered: {n}",
                         days=lasted, n=facts.unanswered)  # fmt: skip
            return t("Over, it took {days}", days=lasted)
        case _:
            return ""


def _days(facts: ConcernFacts, ended_at: datetime) -> int:
    began = date_in(facts.zone, facts.found_at)
    if facts.sign.since is not None:
        began = min(began, facts.sign.since)
    ended = date_in(facts.zone, ended_at)
    return max(1, (ended - began) // timedelta(days=1))


def _keys(facts: ConcernFacts, t: Language) -> Rows:
    first = [Button(t("📈 Chart"), ButtonName.CONCERN_CHART)]
    if facts.sign.tickets:
        reviews = t("🔎 Reviews {n}", n=len(facts.sign.tickets))
        first.append(Button(reviews, ButtonName.QUEUE, "0"))
    owed = [each for each in facts.replies if each.is_owed]
    elsewhere = tuple(
        (Button(_not_here(each, t), ButtonName.NOT_THIS_PLACE, str(each.number)),)
        for each in owed[:4]
    )
    # The last one owed is not said away here: somewhere the guest was.
    elsewhere = elsewhere if len(owed) > 1 else ()
    elsewhere += tuple(
        (Button(_here_again(each, t), ButtonName.NOT_THIS_PLACE, f"{TAKEN_BACK}{each.number}"),)
        for each in facts.replies
        if each.not_here
    )[:4]
    measures = (
        Button(t("📌 Measure today"), ButtonName.CONCERN_MEASURE),
        Button(t("📅 Earlier…"), ButtonName.CONCERN_MEASURE, ASKS_DAY),
    )
    if facts.state is ConcernState.OVER:
        # What is done so that it does not come again is often done when its replies are written.
        return (tuple(first), *elsewhere, measures)
    second = []
    if facts.state is not ConcernState.ACKNOWLEDGED:
        second.append(Button(t("👌 Got it"), ButtonName.CONCERN_ACK))
    second.append(Button(t("🛠 Cause…"), ButtonName.CONCERN_CAUSE))
    if not facts.kind.is_sudden:
        second.append(Button(t("💤 A week"), ButtonName.CONCERN_SNOOZE))
    if facts.draft:
        approve = Button(t("✅ Approve one by one"), ButtonName.QUEUE, "0")
        elsewhere = ((approve,), *elsewhere)
    return (tuple(first), *elsewhere, tuple(second), measures)


def _not_here(reply: OwedReply, t: Language) -> str:
    return t("🙅 Not our place: {place}", place=_where(reply, 24, t))


def _here_again(reply: OwedReply, t: Language) -> str:
    return t("↩️ Our place after all: {place}", place=_where(reply, 24, t))


def _cause_keys(t: Language) -> Rows:
    keys = [Button(t(title), ButtonName.CONCERN_CAUSE, code) for code, title in CAUSES.items()]
    back = Button(t("↩️ Back"), ButtonName.CONCERN_BACK)
    return (tuple(keys[:2]), tuple(keys[2:4]), (keys[4], back))
