"""Ourselves and competitors side by side: what was written in the period, how it is answered, and
what guests say of one beside the other."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select as columns
from sqlmodel import col

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.settings import Location
from reviewbot.core.trends.beside import Beside, Comparison, named_by, newest_of_both, praised_more
from reviewbot.core.trends.stars import Share
from reviewbot.queries.card_facts import brand_of
from reviewbot.queries.counting import BATCH
from reviewbot.queries.figures import middle
from reviewbot.queries.period_figures import names
from reviewbot.queries.sight.out_of_sight import blind, without_made_up
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.main_problems import sentence_at
from reviewbot.queries.trends.written import on_source, stars_of, written
from reviewbot.store.tables import ReviewRow, TicketRow
from reviewbot.store.tx import Tx

TOPICS = 3
SAID = 3


def beside(
    tx: Tx, places: Collection[str], days: Days, source: str | None = None
) -> tuple[Beside, ...]:
    """Return ourselves and the competitors side by side; empty where there are none."""
    rivals = [place for place in tx.settings.locations.values() if place.role == "competitor"]
    if not rivals:
        return ()
    named = names(tx.settings)
    ours = _Side(tx, places, days, source)
    name = named(next(iter(places))) if len(places) == 1 else ""
    own = ours.row(name, is_ours=True)
    rows = [own]
    for rival in rivals:
        theirs = _Side(tx, (rival.key,), days, source)
        row = theirs.row(named(rival.key))
        of_them = ours.naming(rival.name, about_us=True)
        brand = _brand(tx, places)
        of_us = theirs.naming(brand, about_us=False) if brand else []
        more = praised_more(theirs.good, len(theirs.reviews), ours.good, len(ours.reviews))
        if own.is_unseen or row.is_unseen:
            more = ()
        rows.append(
            replace(
                row,
                praised_more=more[:TOPICS],
                named=len(of_them) + len(of_us),
                said=newest_of_both(of_them, of_us, SAID),
            )
        )
    return tuple(rows)


def _brand(tx: Tx, places: Collection[str]) -> str:
    """What guests of others would call us: the words all our names begin with, else the name of
    the only place."""
    brand = brand_of(tx.settings).strip(" ,·–-")
    own: list[Location] = [tx.settings.locations[key] for key in places]
    return brand or (own[0].name if len(own) == 1 else "")


@dataclass
class _Side:
    """What was written of some places."""

    tx: Tx
    places: Collection[str]
    days: Days
    source: str | None

    def __post_init__(self) -> None:
        found = written(self.tx.session, self.places, self.days.since, self.days.until)
        self.reviews = list(on_source(found, self.source))
        self.bad, self.good = Counter[str](), Counter[str]()
        for each in self.reviews:
            self.good.update(dict.fromkeys(each.praise, 1))
            if each.is_complaint:
                self.bad.update(dict.fromkeys(each.topics, 1))

    def row(self, name: str, *, is_ours: bool = False) -> Beside:
        tx, until = self.tx, min(self.days.until, self.tx.now)
        telling = {source for source, facts in tx.sources.items() if facts.shows_replies}
        shown = [each for each in self.reviews if each.source in telling]
        times = [
            each.reply_at - each.written_at
            for each in shown
            if each.reply_at is not None and each.reply_at >= each.written_at
        ]
        gaps = without_made_up(tx, blind(tx, self.places, self.days.since, until, self.source))
        ratings = site_ratings.shown_at(tx, self.places, until, self.source)
        return Beside(
            name=name,
            is_ours=is_ours,
            site_rating=site_ratings.mean(ratings.values()),
            stars=stars_of(self.reviews),
            complaints=Share(sum(each.is_complaint for each in self.reviews), len(self.reviews)),
            bad=tuple(topic for topic, _ in self.bad.most_common(TOPICS)),
            good=tuple(topic for topic, _ in self.good.most_common(TOPICS)),
            replies=Share(sum(each.is_answered for each in shown), len(shown)),
            reply_time=middle(times),
            is_unseen=gaps.is_too_much(self.days),
        )

    def naming(self, name: str, *, about_us: bool) -> list[Comparison]:
        """The reviews that name somebody, each with the sentence that does."""
        pattern, found = named_by(name), []
        written_at = {each.review_id: each.written_at for each in self.reviews}
        all_ids = list(written_at)
        for start in range(0, len(all_ids), BATCH):
            texts = {
                review_id: (" ".join(filter(None, parts)), number)
                for review_id, number, *parts in self.tx.session.execute(
                    columns(
                        col(ReviewRow.id),
                        col(TicketRow.id),
                        col(ReviewRow.title),
                        col(ReviewRow.text),
                        col(ReviewRow.pros),
                        col(ReviewRow.cons),
                    )
                    .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
                    .where(col(ReviewRow.id).in_(all_ids[start : start + BATCH]))
                )
            }
            for review_id in all_ids[start : start + BATCH]:
                text, number = texts.get(review_id, ("", None))
                match = pattern.search(text)
                if match is not None:
                    quote, at = sentence_at(text, match.start()), written_at[review_id]
                    found.append(Comparison(quote, about_us, number, at))
        return found
