"""How reviews were answered before and since: shares, times, repeated and risky replies, topics by
year. Over everything stored, first readings included; what is counted anew each time is not kept.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from reviewbot.core.model import Tone
from reviewbot.core.trends.past import PastFigures, ReplyFault, UnwiseReply, YearFigures, blames
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.drafting.lint import personal_data
from reviewbot.drafting.trade_lint import told_of_guest
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.queries.figures import middle
from reviewbot.queries.period_figures import names
from reviewbot.queries.trends.written import is_answered
from reviewbot.store.database import is_one_of
from reviewbot.store.drafts import names_of
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx

TOPICS = 3
UNWISE, SAID, MOST_KEPT = 20, 200, 1000
"""So many unwise replies are named, with so many letters of each; so many are held at a time."""
REPEATED_FROM = 3
"""So many replies of the same words are repeated ones."""

_Found = tuple[datetime, int, UnwiseReply]


def past_audit(tx: Tx, places: Collection[str]) -> PastFigures:
    """Return the audit of these places as of now."""
    telling = {name for name, facts in tx.sources.items() if facts.shows_replies}
    at = func.coalesce(ReviewRow.published_at, ReviewRow.first_seen_at)
    rows = tx.session.execute(
        columns(
            at,
            col(TargetRow.location_key),
            col(TargetRow.source),
            col(ReviewRow.rating),
            col(ReviewRow.tone),
            col(ReviewRow.topics),
            col(ReviewRow.published_at),
            is_answered(),
            col(ReviewRow.reply_text),
            col(ReviewRow.reply_at),
            func.coalesce(ReviewRow.text, ReviewRow.cons, ""),
            col(ReviewRow.author),
            col(ReviewRow.id),
            col(ReviewRow.url),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(
            ~is_question(),
            is_one_of(col(TargetRow.location_key), places),
        )
        .order_by(col(ReviewRow.id))
        .execution_options(yield_per=BATCH)
    )
    ours = {key: names_of(tx, tx.settings.locations[key]) for key in places}
    zone, named = ZoneInfo(tx.settings.zone), names(tx.settings)
    said: Counter[str] = Counter()
    took: list[timedelta] = []
    stars: dict[int, list[int]] = defaultdict(list)
    bad: dict[int, Counter[str]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    unwise: list[_Found] = []
    for when, place, source, *review in rows:
        rating, tone, topics, published_at, answered, reply, reply_at, text, author, *its = review
        review_id, url = its
        year = when.astimezone(zone).year
        counts["reviews"] += 1
        stars[year] += [rating] if rating is not None else []
        if tone == Tone.NEGATIVE:
            bad[year].update(set(topics))
        if source not in telling:
            continue
        counts["shown"] += 1
        counts["shown_bad"] += tone == Tone.NEGATIVE
        if not answered:
            continue
        counts["answered"] += 1
        counts["answered_bad"] += tone == Tone.NEGATIVE
        if reply:
            said[_words(reply)] += 1
            faults = _faults(reply, f"{text} {author or ''}", ours[place])
            shown = "" if ReplyFault.PERSONAL in faults else reply[:SAID]
            said_at = reply_at or when
            for fault in faults:
                counts[fault] += 1
                found = UnwiseReply(fault, named(place), said_at, shown, url or "")
                unwise.append((said_at, review_id, found))
            if len(unwise) > MOST_KEPT:
                unwise = _newest(unwise)
        if published_at is not None and reply_at is not None and reply_at >= published_at:
            took.append(reply_at - published_at)
    years = sorted({*stars, *bad}, reverse=True)
    return PastFigures(
        reviews=counts["reviews"],
        answered=Share(counts["answered"], counts["shown"]),
        answered_bad=Share(counts["answered_bad"], counts["shown_bad"]),
        median=middle(took),
        timed=len(took),
        repeated=sum(n for n in said.values() if n >= REPEATED_FROM),
        blaming=counts[ReplyFault.BLAMING],
        personal=counts[ReplyFault.PERSONAL],
        unwise=_numbered(tx, _newest(unwise)),
        years=tuple(
            YearFigures(year, StarFigures.of(stars[year]), _most(bad[year])) for year in years
        ),
    )


def _newest(found: list[_Found]) -> list[_Found]:
    """The last ones, by when the reply was written; a site may list them in any order."""
    return sorted(found, key=lambda each: each[:2], reverse=True)[:UNWISE]


def _numbered(tx: Tx, found: list[_Found]) -> tuple[UnwiseReply, ...]:
    """Those of reviews that staff know by a number carry it."""
    ids = [review_id for _, review_id, _ in found]
    query = select(TicketRow.review_id, TicketRow.id).where(col(TicketRow.review_id).in_(ids))
    numbers = dict(tx.session.exec(query).all())
    return tuple(replace(each, number=numbers.get(review_id) or 0) for _, review_id, each in found)


def _most(topics: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(topics.items(), key=lambda each: (-each[1], each[0]))[:TOPICS])


def _faults(reply: str, guest: str, names: tuple[str, ...]) -> list[ReplyFault]:
    """`names`: what the place calls itself, its own address is no guest's."""
    faults = [ReplyFault.BLAMING] if blames(reply) else []
    if personal_data(reply, guest) or any(told_of_guest(reply, guest, names)):
        faults.append(ReplyFault.PERSONAL)
    return faults


def _words(reply: str) -> str:
    """A reply without the guest's name, as it begins with: the same words are one text."""
    words = re.findall(r"\w+", reply.casefold())
    return " ".join(words[3:]) if len(words) > 6 else " ".join(words)
