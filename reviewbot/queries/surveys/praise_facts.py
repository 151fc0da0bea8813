"""Whom guests praised by name on a day: in surveys, and in reviews by a name of the staff list."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import days_back
from reviewbot.core.model import Tone
from reviewbot.core.source_facts import SURVEY
from reviewbot.core.surveys.praise import PlacePraise, PraiseFacts
from reviewbot.core.surveys.survey import Mood, Scale, mood_of
from reviewbot.queries.trends.main_problems import named_in
from reviewbot.queries.trends.written import Praise, written
from reviewbot.store.database import padded
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.store.tables import ReviewRow
from reviewbot.store.tx import Tx


def praise_facts(tx: Tx, places: Sequence[str], on: date) -> PraiseFacts:
    """Return who was praised at these places on that day, by each place's clock; a place where
    nobody was is left out."""
    found = (_at(tx, place, on) for place in places if place in tx.settings.locations)
    told = [each for each in found if each.thanked or each.named]
    return PraiseFacts(on, told, is_counted=tx.settings.people_figures)


def _at(tx: Tx, key: str, on: date) -> PlacePraise:
    place = tx.settings.locations[key]
    day = days_back(1, on + timedelta(days=1), place.zone)
    surveys = tx.session.exec(
        select(SurveyRow)
        .where(
            SurveyRow.location_key == key,
            col(SurveyRow.praised).is_not(None),
            col(SurveyRow.scored_at) >= day.since,
            col(SurveyRow.scored_at) < day.until,
        )
        .order_by(col(SurveyRow.id))
    )
    thanked = [
        each.praised
        for each in surveys
        if each.praised and mood_of(Scale(each.scale), each.score or 0) is not Mood.LOW
    ]
    # A survey became a review of the same words: it is told above.
    praise = [
        each.review_id
        for each in written(tx.session, (key,), day.since, day.until)
        if each.source != SURVEY and each.tone == Tone.POSITIVE
    ]
    staff = {person.name.split()[0] for person in tx.settings.people.values() if person.name}
    said = Praise(tx.session, col(ReviewRow.id).in_(padded(praise)))
    named = named_in(said, staff, (place.name,), {})
    return PlacePraise(place.name, thanked, [each for each in named if each.name in staff])
