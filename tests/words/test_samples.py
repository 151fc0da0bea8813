"""The sample figures of the docs add up, as a real business's do."""

from collections import Counter
from itertools import accumulate

import pytest

from reviewbot.core.trends.overview import Overview
from reviewbot.core.trends.stars import StarFigures
from reviewbot.words.trends.page_samples import sample_page
from reviewbot.words.trends.samples import sample_drop, sample_figures, sample_past

LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


def told(language: str) -> Overview:
    found = sample_figures(language).overview
    assert found is not None
    return found


@LANGUAGES
def test_days_places_and_sites_have_the_same_sums(language: str) -> None:
    facts, overview = sample_figures(language), told(language)
    figures, before = facts.figures, facts.before
    assert before is not None
    assert facts.locations == len(overview.places)
    for stars, each in (
        (overview.stars, [day.stars for day in overview.days]),
        (overview.stars, [place.stars for place in overview.places]),
    ):
        assert sum(each, StarFigures()) == stars
        # A star and its square are both even or both odd: other sums no reviews have.
        assert all(one.total % 2 == one.squares % 2 for one in each)
    assert overview.stars.n == figures.new == sum(place.new for place in overview.places)
    assert overview.before is not None
    assert overview.before.n == before.new
    assert figures.complaints == sum(place.complaints for place in overview.places)
    assert all(not day.stars.n for day in overview.days if day.is_unseen)
    assert sum(map(sum, overview.arrivals)) == figures.new
    assert sum(map(sum, overview.answers)) == overview.replies.rate.k
    assert overview.replies.rate.n == figures.new
    assert overview.replies.n == figures.in_time + figures.late


@LANGUAGES
def test_topics_are_those_of_the_complaints(language: str) -> None:
    facts, overview = sample_figures(language), told(language)
    times = overview.topic_times
    assert times is not None
    reviews = [day.stars.n for day in overview.days]
    ends = list(accumulate(reviews))[2::3]
    assert list(times.written) == [
        end - start for start, end in zip([0, *ends], ends, strict=False)
    ]
    named = {topic: sum(counts) for topic, counts in times.complaints.items()}
    assert named == {topic: overview.topics[topic][0] for topic in named}
    assert sum(named.values()) == facts.figures.complaints
    at_places: Counter[str] = Counter()
    for problem in overview.problems:
        assert problem.count == named[problem.topic] == sum(n for _, n in problem.places)
        at_places.update(dict(problem.places))
    assert at_places == {place.name: place.complaints for place in overview.places}
    assert {each.topic: each.count for each in facts.figures.topics}.items() <= named.items()
    assert facts.before is not None
    assert sum(each.before or 0 for each in overview.problems) == facts.before.complaints


@LANGUAGES
def test_the_page_tells_of_the_same_replies_and_ratings(language: str) -> None:
    page, overview = sample_page(language), told(language)
    ours = next(each for each in overview.beside if each.is_ours)
    assert (ours.stars, ours.replies) == (overview.stars, overview.replies.rate)
    assert (ours.complaints.k, ours.complaints.n) == (19, 148)
    assert all(each.complaints.n == each.replies.n == each.stars.n for each in overview.beside)
    effects = page.effects
    assert effects is not None
    assert effects.every.answered == overview.replies.rate.k
    assert effects.every.in_time.n == overview.replies.n
    for part in ("answered", "raised.k", "in_time.k", "in_time.n"):
        first, *rest = part.split(".")

        def value(each: object, names: tuple[str, ...] = (first, *rest)) -> int:
            for name in names:
                each = getattr(each, name)
            assert isinstance(each, int)
            return each

        assert sum(map(value, effects.by_speed.values())) == value(effects.every), part
    assert sum(each.in_time.n for each in page.people) == overview.replies.n
    assert sum(each.in_time.k for each in page.people) == page.figures.figures.in_time
    pages = [each for each in page.borders if each.place == overview.places[0].name]
    forecast = page.forecasts["tverskaya"]
    assert forecast.sites == tuple(pages)
    counts = [each.count or 0 for each in pages]
    shown = zip(pages, counts, strict=True)
    mean = sum(each.rating * count for each, count in shown) / sum(counts)
    assert page.site_ratings["tverskaya"] == forecast.rating == round(mean, 2)
    for place in overview.places:
        weeks = [week for week in page.sparklines[place.key][-4:] if week is not None]
        assert abs(sum(weeks) / len(weeks) - (place.stars.mean or 0)) < 0.1, place.name
    past = sample_past(language)
    assert overview.before is not None
    assert past.years[0].stars == overview.stars + overview.before, "the year began with these"
    assert past.reviews == past.answered.n == sum(year.stars.n for year in past.years)
    card = sample_drop(language).sign
    assert len(card.tickets) == card.mentions
    last = page.sparklines["tverskaya"][-2:]
    assert [round(week or 0, 1) for week in last] == [card.mean] * 2
    assert card.n <= overview.places[0].stars.n
    assert card.complaints <= overview.places[0].complaints
