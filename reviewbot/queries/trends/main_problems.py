"""What guests complain of most, in their words, and whom and what they praise by name."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.model import Tone
from reviewbot.core.readings.kept_reasons import read_reason, words_of
from reviewbot.core.trends.came import Came
from reviewbot.core.trends.concern import MEASURED, Sign
from reviewbot.core.trends.names_in_texts import ReviewWords, WordsSaid, dishes_of, heard, names_of
from reviewbot.core.trends.overview import MeasureNamed, Named, TopicProblem
from reviewbot.core.trends.place_names import Name
from reviewbot.queries.counting import counted
from reviewbot.queries.period_figures import PeriodRows
from reviewbot.store.database import is_one_of, padded
from reviewbot.store.tables import ConcernRow, LocationRow, ReviewRow, TargetRow, TicketRow

TOLD = 3
PLACES = 2
QUOTE = 110
MEASURES = 2
QUOTED_FROM, BATCH = 200, 20
"""The newest complaints that are looked through for a quote; so many are read at a time."""


def problems(
    found: PeriodRows, before: PeriodRows | None, named: Name
) -> tuple[TopicProblem, ...]:
    """Return the topics of most complaints that came in the days, with a quote each; compared with
    those `before` where that can be done."""
    session, places, days = found.tx.session, found.places, found.days
    now, then = _by_topic(found.came), _by_topic(before.came) if before is not None else None
    told = sorted(now.items(), key=lambda each: (-each[1].total(), each[0]))[:TOLD]
    is_new = counted(session, days.since, days.until, places, found.source)
    quotes = _quotes(session, is_new, [topic for topic, _ in told])
    done = _measures(session, places, [topic for topic, _ in told], days)
    return tuple(
        TopicProblem(
            topic=topic,
            count=counts.total(),
            before=None if then is None else then.get(topic, Counter()).total(),
            places=tuple((named(place), n) for place, n in counts.most_common(PLACES)),
            quote=quotes[topic][0] if topic in quotes else "",
            number=quotes[topic][1] if topic in quotes else None,
            measures=tuple(
                replace(each, place=named(each.place)) for each in done[topic][:MEASURES]
            ),
            more_measures=len(done[topic][MEASURES:]),
        )
        for topic, counts in told
    )


def _measures(
    session: Session, places: Collection[str], topics: Collection[str], days: Days
) -> Mapping[str, list[MeasureNamed]]:
    """Return the measures against each topic at these places (by their keys), the newest first:
    those of the days, and those whose four weeks reach into them."""
    first, since = days.first - MEASURED, days.since - MEASURED
    rows = session.exec(
        select(ConcernRow.topic, ConcernRow.location_key, ConcernRow.facts).where(
            is_one_of(col(ConcernRow.location_key), places),
            col(ConcernRow.topic).in_(padded(topics)),
            or_(col(ConcernRow.ended_at).is_(None), col(ConcernRow.ended_at) >= since - MEASURED),
        )
    )
    found: dict[str, set[MeasureNamed]] = defaultdict(set)
    for topic, place, facts in rows:
        for taken in Sign.from_json(facts).measures:
            if first <= (on := date.fromisoformat(taken.on)) < days.end:
                found[topic or ""].add(MeasureNamed(on, place, taken.what))
    return {
        topic: sorted(found[topic], key=lambda each: (-each.on.toordinal(), each.place, each.what))
        for topic in topics
    }


def _by_topic(came_there: Mapping[str, Came]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for place, each in came_there.items():
        for topic, count in each.topics.items():
            found[topic][place] = count
    return found


def _quotes(
    session: Session, is_new: ColumnElement[bool], topics: Sequence[str]
) -> dict[str, tuple[str, int | None]]:
    """Return the newest complaint's words on each topic, and the number of its review."""
    rows = session.exec(
        select(ReviewRow, TicketRow.id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(
            is_new,
            ReviewRow.tone == Tone.NEGATIVE,
            col(ReviewRow.text).is_not(None),
        )
        # By the index of first sights, from its end: it need not read what is older.
        .order_by(col(ReviewRow.first_seen_at).desc(), col(ReviewRow.id).desc())
        .limit(QUOTED_FROM)
        .execution_options(yield_per=BATCH)
    )
    quotes: dict[str, tuple[str, int | None]] = {}
    for review, number in rows:
        for topic in topics:
            if topic not in quotes and topic in review.topics:
                quotes[topic] = (said_of(review, topic), number)
        if len(quotes) == len(topics):
            break
    rows.close()
    return quotes


def said_of(review: ReviewRow, topic: str) -> str:
    """What a review says of a topic: the sentence its reason lies in, else how it begins."""
    whole = words_of(review.title, review.text, review.pros, review.cons)
    reasons = (read_reason(each, whole) for each in review.reasons)
    words = [each.words for each in reasons if each.topic == topic]
    return sentence_with(review.text or review.cons or "", *words)


def sentence_with(text: str, *words: str) -> str:
    """Return the first sentence that holds one of the words, else how the text begins."""
    text = " ".join(text.split())
    for sentence in re.split(r"(?<=[.!?…])\s+", text):
        if any(word and word.casefold() in sentence.casefold() for word in words):
            return _short(sentence)
    return _short(text)


def sentence_at(text: str, at: int) -> str:
    """Return the sentence in which a letter stands."""
    starts = [0, *(end.end() for end in re.finditer(r"[.!?…]\s+", text))]
    start = max(each for each in starts if each <= at)
    end = min((each for each in starts if each > at), default=len(text))
    return _short(" ".join(text[start:end].split()))


def _short(text: str) -> str:
    return text if len(text) <= QUOTE else text[:QUOTE].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def named_in(
    reviews: Iterable[ReviewWords],
    staff: Collection[str],
    own: Collection[str],
    dishes: Mapping[str, Collection[str]],
    *,
    people: bool = True,
) -> tuple[Named, ...]:
    """Return whom and what reviews name: those of the staff list and names that recur (not without
    `people`), then dishes that do; `own` are words of the places' own names."""
    return named_of(heard(reviews, staff, dishes), staff, own, dishes, people=people)


def named_of(
    said: WordsSaid,
    staff: Collection[str],
    own: Collection[str],
    dishes: Mapping[str, Collection[str]],
    *,
    people: bool = True,
) -> tuple[Named, ...]:
    """Return the same of words that were said."""
    names = names_of(said, staff, own)
    taken = {each.name.casefold() for each in names}
    food = (each for each in dishes_of(said, dishes) if each.name not in taken)
    return (*(names if people else ()), *food)
