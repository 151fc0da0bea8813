"""NPS, CSAT, CES and churn against worked examples; intervals that hold what they say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reviewbot.core.surveys.churn import Customers, churn, customers_told
from reviewbot.core.surveys.differences import compared_variants, difference
from reviewbot.core.surveys.scores import SurveyFigures, ces, counted, csat, nps, share
from reviewbot.core.surveys.survey import (
    GuestSettings,
    Mood,
    Scale,
    SurveyStep,
    Variant,
    drawn_variant,
    mood_of,
    step_after,
)


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


def test_a_difference_is_told_only_where_chance_is_no_explanation() -> None:
    # Newcombe's worked example (1998, method 10): 56 of 70 against 48 of 80 differ by 0.20, with
    # an interval from 0.0524 to 0.3339.
    found = difference(share(48, 80), share(56, 70))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((20, 5.24, 33.39), abs=0.01)
    assert found.is_told
    for pair in ((share(5, 9), share(9, 9)), (share(20, 40), share(24, 40)), (None, share(1, 9))):
        unsure = difference(*pair)
        assert unsure is None or not unsure.is_told


def test_variants_on_two_scales_are_compared_of_five() -> None:
    plain, warm = SurveyFigures(asked=40, answered=20), SurveyFigures(asked=40, answered=36)
    plain.scores[Scale.NPS] = [0, 10] * 10
    warm.scores[Scale.CSAT] = [5] * 36
    [found] = compared_variants({"": SurveyFigures(), "plain": plain, "warm": warm})
    assert (found.first, found.second, found.scale) == ("plain", "warm", None)
    assert found.score is not None
    assert (found.score.value, found.score.is_told) == (2, True)
    assert found.response is not None
    assert (round(found.response.value), found.response.is_told) == (40, True)
    warm.scores.clear()
    warm.scores[Scale.NPS] = [9] * 36
    [found] = compared_variants({"plain": plain, "warm": warm})
    assert found.scale is Scale.NPS
    assert found.score is not None
    assert found.score.value == 100


def test_chance_gives_each_code_one_variant_for_good() -> None:
    ways = (Variant("a", Scale.NPS), Variant("b", Scale.NPS))
    guests = GuestSettings(Scale.NPS, timedelta(days=30), "https://example.com", variants=ways)
    drawn = [drawn_variant(guests, f"code {n}") for n in range(1000)]
    assert drawn == [drawn_variant(guests, f"code {n}") for n in range(1000)]
    assert 430 < drawn.count("a") < 570
    assert drawn_variant(replace(guests, variants=()), "code") is None


@pytest.mark.parametrize("mood", Mood)
def test_a_guest_is_asked_at_most_four_questions_and_thanked_at_the_end(mood: Mood) -> None:
    asked = [SurveyStep.SCORE]
    while (step := step_after(asked[-1], mood)) is not SurveyStep.THANKS:
        asked.append(step)
    assert len(asked) <= 4
    assert (SurveyStep.CONTACT in asked) == (mood is Mood.LOW)
