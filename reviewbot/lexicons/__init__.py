"""The rule packs that come with the product, and the profiles of kinds of business."""

import gc
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any
from weakref import WeakSet

from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.core.model import LANGUAGES
from reviewbot.core.settings import Settings

PROFILES = ("restaurant", "clinic", "shop", "dealer", "hotel", "bank", "app")


def load_pack(language: str) -> Mapping[str, Any]:
    """Return a language's pack as it stands in its file."""
    return _packs()[language]


def load_packs() -> tuple[Mapping[str, Any], ...]:
    return tuple(_packs().values())


@lru_cache(maxsize=1)
def _packs() -> dict[str, Mapping[str, Any]]:
    folder = files(__name__)
    return {
        language: tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


_last: dict[str | None, tuple[RuleSet, Classifier]] = {}


def classifier(profile: str | None = None, rules: RuleSet | None = None) -> Classifier:
    """Return a classifier with the shipped packs; the same one while the rules stay equal.

    Only the last of a profile is kept: the first weighs 24 MB, each other 14, and each reload
    reads the rules anew.
    """
    wanted = rules or _NO_RULES
    kept = _last.get(profile)
    if kept is None or (kept[0] is not wanted and kept[0] != wanted):
        kept = (wanted, Classifier(load_packs(), profile, wanted))
        _last[profile] = kept
    return kept[1]


_NO_RULES = RuleSet()


def classifier_for(settings: Settings, location: str) -> Classifier:
    """Return the classifier with a location's profile and the operator's rules."""
    place = settings.locations.get(location)
    return classifier((place.profile if place else None) or settings.profile, settings.rules)


class BotClassifiers:
    """The classifiers of a running bot. Each stays until the file is read anew, so the collector
    of garbage is spared it, as what a start makes (cli.run.set_aside): a walk through one held
    everything up for a twentieth of a second, again and again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._set_aside: WeakSet[Classifier] = WeakSet()

    def __call__(self, location: str) -> Classifier:
        """Return the classifier of a location."""
        found = classifier_for(self._settings, location)
        if found not in self._set_aside:
            self._set_aside.add(found)
            gc.freeze()
        return found
