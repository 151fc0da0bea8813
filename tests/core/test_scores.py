"""NPS, CSAT, CES and churn against worked examples; intervals that hold what they say."""

from datetime import date

import pytest

from reviewbot.core.surveys.churn import Customers, churn, customers_told
from reviewbot.core.surveys.scores import ces, counted, csat, nps, share
from reviewbot.core.surveys.survey import Mood, Scale, SurveyStep, mood_of, step_after


def test_nps_of_ten_promoters_five_passives_and_five_detractors_is_25() -> None:
    found = nps({9: 4, 10: 6, 7: 3, 8: 2, 0: 1, 6: 4})
    assert found is not None
    assert (found.value, found.count) == (25.0, 20)
    # (10.75 − 5.75) / 23 ± 1.96 × √((16.5/23 − (5/23)²) / 23)
    assert (round(found.low, 1), round(found.high, 1)) == (-11.7, 55.2)


def test_a_few_equal_answers_are_no_certainty() -> None:
    found = nps({10: 3})
    assert found is not None
    assert found.value == 100
    assert found.low < 40


def test_csat_is_the_share_of_fours_and_fives() -> None:
    found = csat({5: 5, 4: 3, 3: 1, 1: 1})
    assert found is not None
    assert found.value == 80
    assert (round(found.low), round(found.high)) == (49, 94)


def test_ces_is_a_mean() -> None:
    found = ces({7: 2, 6: 1, 4: 1})
    assert found is not None
    assert found.value == 6
    assert (round(found.low, 2), round(found.high, 2)) == (4.61, 7.0)


def test_churn_counts_the_lost_among_those_of_the_start() -> None:
    assert churn(at_start=500, at_end=475, new=25) == 10
    assert churn(at_start=0, at_end=10, new=10) is None
    with pytest.raises(ValueError, match="more than at the start"):
        churn(at_start=100, at_end=150, new=10)


def test_without_answers_there_is_no_figure() -> None:
    assert [nps({}), csat({}), ces({}), share(0, 0)] == [None] * 4
    assert counted([3, 3, 9]) == {3: 2, 9: 1}


@pytest.mark.parametrize(
    ("scale", "low", "middle", "high"),
    [(Scale.NPS, 6, 7, 9), (Scale.CSAT, 2, 3, 4), (Scale.CES, 3, 4, 5)],
)
def test_every_way_has_four_questions_at_most_and_ends_with_thanks(
    scale: Scale, low: int, middle: int, high: int
) -> None:
    moods = [mood_of(scale, each) for each in (low, middle, high)]
    assert moods == [Mood.LOW, Mood.MIDDLE, Mood.HIGH]
    for mood in moods:
        step, asked = SurveyStep.SCORE, 1
        while (step := step_after(step, mood)) is not SurveyStep.THANKS:
            asked += 1
        assert asked <= 4


def test_the_newest_month_that_is_over_is_told_of_the_places_meant() -> None:
    table = (
        Customers("a", "2026-01", 500, 475, 25),
        Customers("b", "2026-01", 100, 90, 0),
        Customers("", "2026-02", 700, 560, 0),
        Customers("a", "before", 10, 0, 0),
    )

    def told(places: tuple[str, ...], end: date, *, whole: bool = False) -> float | None:
        found = customers_told(table, places, end, whole=whole)
        return found and found.churn

    assert told(("a",), date(2026, 2, 1)) == 10
    assert told(("a", "b"), date(2026, 2, 1)) == 10, "60 of 600"
    assert told(("a", "b"), date(2026, 3, 1), whole=True) == 20, "the line of the whole business"
    assert told(("a", "b"), date(2026, 3, 1)) == 10, "else the newest month of these places"
    assert told(("a",), date(2026, 1, 31)) is None, "a month that is not over is told by nobody"
    assert told(("a",), date(2026, 12, 1)) is None, "nor one of long ago"
