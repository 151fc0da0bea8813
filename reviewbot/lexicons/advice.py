"""What may be done about a topic: the operator's words, else the shipped ones of the profile."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from reviewbot.core.settings import Settings


def advice_for(settings: Settings, location: str, topic: str | None, language: str) -> str:
    """Return a sentence of advice; "" where there is none."""
    if topic is None:
        return ""
    own = settings.advice.get(topic)
    if own is not None:
        return own.get(language) or next(iter(own.values()), "")
    place = settings.locations.get(location)
    profile = (place.profile if place else None) or settings.profile
    for section in (profile, "default"):
        texts = _shipped().get(section or "default", {}).get(topic)
        if texts:
            return str(texts.get(language, ""))
    return ""


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Any]:
    text = files(__name__.rpartition(".")[0]).joinpath("advice.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
