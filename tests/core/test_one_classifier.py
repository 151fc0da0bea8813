"""A classifier weighs 24 MB: a file read anew keeps the one there is, or lets it go."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable

from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.lexicons import classifier, load_pack


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
