"""A classifier weighs 24 MB: a file read anew keeps the one there is, or lets it go."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable
from dataclasses import replace

from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.lexicons import BotClassifiers, classifier, load_pack
from tests.store.store_world import settings as world_settings


def test_equal_rules_read_anew_keep_the_classifier() -> None:
    assert classifier("hotel", RuleSet(off=("ru.price.*",))) is classifier(
        "hotel", RuleSet(off=("ru.price.*",))
    )


def test_a_changed_file_lets_the_former_classifier_go() -> None:
    former = weakref.ref(classifier("hotel", RuleSet(off=("ru.price.*",))))
    assert former() is not classifier("hotel", RuleSet(off=("ru.waiting.*",)))
    gc.collect()
    assert former() is None


def test_a_second_kind_of_places_weighs_what_its_own_rules_do() -> None:
    pack = load_pack("en")
    Classifier([pack], "clinic")
    second = weight_of(lambda: Classifier([pack], "bank"))
    alone = weight_of(lambda: Classifier([dict(pack)], "bank"))
    assert second < 0.7 * alone


def test_the_collector_of_garbage_does_not_walk_a_running_bots_classifier() -> None:
    rules = RuleSet(off=("ru.cleanliness.*",))
    settings = replace(world_settings(), profile="bank", rules=rules)
    made = classifier("bank", rules)
    assert any(each is made.lexicons["ru"].rules for each in gc.get_objects())
    assert BotClassifiers(settings)("tverskaya") is made
    assert not any(each is made.lexicons["ru"].rules for each in gc.get_objects())


def weight_of(make: Callable[[], Classifier]) -> int:
    """Return the bytes of Python's objects that it keeps."""
    tracemalloc.start()
    try:
        made = make()
        gc.collect()
        weight, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made.profile == "bank"
    return weight
