"""Which sites are out of sight now, and which were: apart, each of the places it is true of."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.calendar import digest_days
from reviewbot.core.calendar.digest_days import Unseen
from reviewbot.core.readings.health import merged
from reviewbot.core.source_facts import title_of
from reviewbot.queries.sight.out_of_sight import Blind, Spans, blind
from reviewbot.store.days.pages import are_at
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Tx

LONGEST_BLIND = timedelta(days=3660)

Hidden = dict[str, Spans]
"""By place, when one of its pages on a site was out of sight."""


def unseen(
    tx: Tx, places: Collection[str], gaps: Blind, since: datetime, named: Callable[[str], str]
) -> tuple[Unseen, ...]:
    """Return what was out of sight since then: what lasts first (with its true beginning), then
    the longest; short times that are over are left out. A site that lasts at some places and is
    over at others is told twice."""
    over: dict[str, Hidden] = defaultdict(lambda: defaultdict(list))
    lasting: set[int] = set()
    for page in gaps.pages:
        for at, until in page.spans:
            if until >= tx.now:
                lasting.add(page.target_id)
            elif until > since:
                over[page.source][page.place].append((max(at, since), until))
    told = _Told(tx, _places_on_sites(tx.session, places), named)
    past = (told.over(source, hidden) for source, hidden in over.items())
    worth = (each for each in past if each.length >= digest_days.BLIND_WORTH_TELLING)
    now = _lasting(tx, places, told, lasting) if lasting else ()
    return (*now, *sorted(worth, key=lambda each: -each.length))


def unseen_now(tx: Tx, places: Collection[str], named: Callable[[str], str]) -> tuple[Unseen, ...]:
    """Return what is out of sight at this moment, since when; what lasts longest first."""
    return _lasting(tx, places, _Told(tx, _places_on_sites(tx.session, places), named))


def _lasting(
    tx: Tx, places: Collection[str], told: "_Told", pages: Collection[int] | None = None
) -> tuple[Unseen, ...]:
    gaps = blind(tx, places, tx.now - LONGEST_BLIND, tx.now)
    lasting: dict[str, Hidden] = defaultdict(lambda: defaultdict(list))
    for page in gaps.pages:
        if page.spans[-1][1] >= tx.now and (pages is None or page.target_id in pages):
            lasting[page.source][page.place].append(page.spans[-1])
    sites = [told.lasting(source, hidden) for source, hidden in lasting.items()]
    return tuple(sorted(sites, key=lambda each: each.since))


class _Told:
    """One site in words' facts; `of` are the places on each site."""

    def __init__(self, tx: Tx, of: dict[str, int], named: Callable[[str], str]) -> None:
        self._tx, self._of, self._named = tx, of, named

    def lasting(self, source: str, hidden: Hidden) -> Unseen:
        since = min(at for spans in hidden.values() for at, _ in spans)
        return self._entry(source, hidden, since, None, self._tx.now - since)

    def over(self, source: str, hidden: Hidden) -> Unseen:
        spans = merged(span for each in hidden.values() for span in each)
        length = _length(spans)
        longest = max(_length(merged(each)) for each in hidden.values())
        at_most = longest if longest < length else None
        return self._entry(
            source, hidden, spans[0][0], spans[-1][1], length, spells=len(spans), at_most=at_most
        )

    def _entry(
        self,
        source: str,
        hidden: Hidden,
        since: datetime,
        until: datetime | None,
        length: timedelta,
        *,
        spells: int = 1,
        at_most: timedelta | None = None,
    ) -> Unseen:
        return Unseen(
            source_title=title_of(self._tx.sources, source),
            since=since,
            until=until,
            length=length,
            spells=spells,
            places=len(hidden),
            of=self._of.get(source, len(hidden)),
            place=self._named(next(iter(hidden))) if len(hidden) == 1 else None,
            at_most=at_most,
        )


def _places_on_sites(session: Session, places: Collection[str]) -> dict[str, int]:
    counts = session.exec(
        select(TargetRow.source, func.count(func.distinct(TargetRow.location_key)))
        .where(col(TargetRow.retired_at).is_(None), are_at(session, places))
        .group_by(TargetRow.source)
    )
    return dict(counts.all())


def _length(spans: Spans) -> timedelta:
    return sum((until - since for since, until in spans), timedelta())
