"""A file holds lists once, to choose from: the first of all places together, and some of each."""

from collections import Counter
from pathlib import Path

import pytest

from reviewbot.core.trends.page import PageFacts, first_of_each
from reviewbot.queries.trends import page_facts
from reviewbot.words.language import words_in
from reviewbot.words.trends.page_samples import sample_page
from reviewbot.words.trends.past_tables import past_tables
from tests.page.many_places import PLACES, many_places, views, with_measures


@pytest.mark.parametrize(
    ("shown", "of_each", "kept", "left"),
    [
        (3, 0, "aab", {"a": 1, "b": 1, "c": 1}),
        (3, 1, "aabc", {"a": 1, "b": 1}),
        (0, 2, "aabcb", {"a": 1}),
        (9, 0, "aabcba", {}),
    ],
)
def test_the_first_of_all_and_some_of_each(
    shown: int, of_each: int, kept: str, left: dict[str, int]
) -> None:
    found = first_of_each("aabcba", str, shown, of_each)
    assert ("".join(found[0]), found[1]) == (kept, left)


def test_each_place_has_its_measures_and_drops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = many_places(tmp_path, reviews=False)
    with_measures(world)

    def held() -> PageFacts:
        [view] = views(world)
        return view.facts

    facts = held()
    each_four = {f"p{n}": 4 for n in range(PLACES)}
    assert Counter(each.location for each in facts.measures) == {**each_four, "p0": 5}
    assert not facts.more_measures
    assert len(facts.concerns) == 30
    # Of very many places fewer of each are held, so that the file stays one.
    monkeypatch.setattr(page_facts, "MOST_HELD", 60)
    facts = held()
    assert len(facts.measures) == 50 + 2 * 17 + 1
    assert facts.more_measures["p27"] == 2
    monkeypatch.setattr(page_facts, "MOST_HELD", 29)
    facts = held()
    assert (len(facts.measures), sum(facts.more_measures.values())) == (50, 71)
    assert (len(facts.concerns), sum(facts.more_concerns.values())) == (20, 10)
    world.db.close()


def test_the_past_says_that_it_is_of_all_places() -> None:
    t = words_in("ru")
    for chosen_from in (True, False):
        found = past_tables(sample_page("ru"), t, whatever_is_chosen=chosen_from)
        assert len(found) == 2
        for table in found:
            assert ("что бы ни было выбрано" in table.note) is chosen_from
