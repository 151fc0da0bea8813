"""A classifier weighs 15 MB: a file read anew keeps the one there is, or lets it go."""

import gc
import weakref

from reviewbot.core.classifier.classify import RuleSet
from reviewbot.lexicons import classifier


def test_equal_rules_read_anew_keep_the_classifier() -> None:
    assert classifier("hotel", RuleSet(off=("ru.price.*",))) is classifier(
        "hotel", RuleSet(off=("ru.price.*",))
    )


def test_a_changed_file_lets_the_former_classifier_go() -> None:
    former = weakref.ref(classifier("hotel", RuleSet(off=("ru.price.*",))))
    assert former() is not classifier("hotel", RuleSet(off=("ru.waiting.*",)))
    gc.collect()
    assert former() is None
