"""What a guest told the survey is judged as a review of that place."""

import pytest
from sqlmodel import Session

from reviewbot.core.surveys.survey import Scale
from reviewbot.lexicons import classifier
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import ReviewRow
from reviewbot.workflow.surveys.survey_reviews import take_in
from tests.store.store_world import MONDAY, StoreWorld

TOLD = "Невкусно кормят обещаниями"


def topics_of_a_survey(world: StoreWorld) -> list[str]:
    def write(rows: Session) -> list[str]:
        link = GuestLinkRow(
            code_hash="c", location_key="tverskaya", created_by="ivan", created_at=MONDAY
        )
        rows.add(link)
        rows.flush()
        survey = SurveyRow(
            link_id=link.id or 0,
            telegram_id=700,
            location_key="tverskaya",
            language="ru",
            scale=Scale.NPS,
            step="thanks",
            score=1,
            words=TOLD,
            started_at=MONDAY,
            scored_at=MONDAY,
            ended_at=MONDAY,
        )
        rows.add(survey)
        rows.flush()
        assert take_in(world.tx(rows), survey.id or 0, lambda _: classifier()) is not None
        return rows.get_one(ReviewRow, survey.review_id).topics

    return world.db.write_now(write)


@pytest.mark.parametrize("is_bank", [False, True])
def test_the_places_past_says_what_the_guests_words_mean(
    store_world: StoreWorld, is_bank: bool
) -> None:
    for number in range(5 if is_bank else 0):
        store_world.ticket(text=f"В банке карту заблокировали, в отделении банка очередь {number}")
    assert ("food" in topics_of_a_survey(store_world)) is not is_bank
