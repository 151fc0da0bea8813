"""Replies written by hand, bad ones and good ones that look alike: a file for each kind.

Every second one was held out: no pattern was written with it in sight. What is asked of those is
the rate they had when they were first looked at, not more. `bad_later`, `good_later`: written to
attack the first patterns, and mended.
"""

import tomllib
from pathlib import Path
from typing import Any

HANDMADE: dict[str, dict[str, dict[str, Any]]] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
    for file in sorted(Path(__file__).parent.glob("*.toml"))
}
"""By kind, by language: `bad`, `good`, and what else their replies depend on."""
LANGUAGES = ("ru", "en")


def seen(kind: str, language: str, side: str) -> list[str]:
    """Return the half that the patterns were written with."""
    data = HANDMADE[kind][language]
    return [str(each) for each in (*data[side][::2], *data.get(f"{side}_later", ()))]


def held_out(kind: str, language: str, side: str) -> list[str]:
    """Return the other half."""
    return [str(each) for each in HANDMADE[kind][language][side][1::2]]
