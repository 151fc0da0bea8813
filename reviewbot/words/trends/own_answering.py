"""How somebody answers, told to that person; to an admin, everybody."""

from collections.abc import Sequence
from datetime import date, timedelta

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.trends.page import Answering
from reviewbot.words.html import Message, bold, escaped, joined, lines, short
from reviewbot.words.language import Language, words_in
from reviewbot.words.trends.lines import surely

MOST = 30
"""People of one message."""


def own_answering(
    own: Answering, every: Sequence[Answering], days: Days, today: date, language: str
) -> Message:
    """Return the figures of one person and, where there are any, those of `every`body."""
    t = words_in(language)
    when = t.date_span(days.first, days.last, today)
    told = [_line(own, t)] if own.answered else [t("No reply of yours was seen on its site.")]
    others = [
        joined("", (bold(short(each.name, 40)), f": {_line(each, t)}")) for each in every[:MOST]
    ]
    heads = joined(" · ", (joined(" ", ("👤", bold(t("Your replies")))), when))
    rest = [bold(t("Everybody")), *others] if others else []
    seen = t("Counted are replies seen on their sites; the time runs by the clock.")
    return Message(lines(heads, *map(escaped, told), *rest, seen))


def _line(each: Answering, t: Language) -> str:
    """«64 ответа, обычно за 35 мин, в срок 57 из 64, без правок 21 из 64, оценку подняли …»."""
    parts = [t.plural("{n} reply", "{n} replies", each.answered)]
    if each.median is not None:
        span = t.lasting(max(each.median, timedelta(minutes=1)))
        parts.append(t("usually in {span}", span=span))
    if each.in_time.n:
        parts.append(t("in time {k} of {n}", k=each.in_time.k, n=each.in_time.n))
    if each.unchanged.n:
        parts.append(t("unchanged {k} of {n}", k=each.unchanged.k, n=each.unchanged.n))
    parts.append(t("stars raised: {what}", what=surely(each.raised, each.answered, t)))
    return ", ".join(parts)
