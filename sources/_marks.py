"""Marks as people and sites write them: "1/5", «1 из 5», "20%", ★☆☆☆☆, «5 звёзд»."""

import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from sources._markup import number, string

_NUMBER = r"([0-9]{1,4}(?:[.,][0-9]{1,4})?)"
_OF = re.compile(
    rf"{_NUMBER}\s*(?:[^\W\d_]{{3,10}}\s)?\(?"
    rf"(?:/|⁄|∕|из|of|out of|von|sur|de|su|z|iz|по)\s*{_NUMBER}(?!\d)",
    re.I,
)
_PERCENT = re.compile(rf"{_NUMBER}\s*%")
_ONE = re.compile(rf"(?<![\d.,])-?{_NUMBER}(?![\d.,])")
_FULL, _EMPTY = "★⭐🌟✭✮✯●⬤❤♥", "☆✩✰○◯♡"
_NOT_GLYPHS = re.compile(rf"[^{_FULL}{_EMPTY}]+")
_LONGEST = 40
_NUMERALS = {
    **{word: n for n, word in enumerate(("one", "two", "three", "four", "five"), start=1)},
    **{word: n for n, word in enumerate(("один", "два", "три", "четыре", "пять"), start=1)},
    **{"одна": 1, "две": 2},
}
_WORDS = {
    # As sites caption their stars: Yandex and 2GIS, TripAdvisor, Trustpilot.
    **dict.fromkeys(("отлично", "превосходно", "excellent"), 5),
    **dict.fromkeys(("хорошо", "good", "very good", "great"), 4),
    **dict.fromkeys(("нормально", "удовлетворительно", "средне", "average", "okay"), 3),
    **dict.fromkeys(("плохо", "неудовлетворительно", "poor"), 2),
    **dict.fromkeys(("ужасно", "очень плохо", "terrible", "awful", "bad"), 1),
}
_STAR_WORD = re.compile(r"\s?(?:зв[её]зд\w{0,2}|балл\w{0,2}|stars?)$")
NONE = frozenset(
    {
        *("", "-", "–", "—", "?", "n/a", "na", "none", "null", "nan", "#n/a", "#н/д", "н/д", "нд"),
        *("нет", "без оценки", "нет оценки", "без отметки", "не указано", "не указана"),
        *("нет данных", "оценка отсутствует", "no rating", "not rated"),
    }
)
"""What people write where there is no mark."""


class Mark(NamedTuple):
    """A mark and the highest there can be, where it says so."""

    value: float
    best: float | None = None


class Stars(NamedTuple):
    """What an item holds of a mark: stars, and the mark with its scale where they say less."""

    rating: int | None = None
    score: float | None = None
    scale: float | None = None


def mark_of(value: Any) -> Mark | None:
    """Read a mark; None where the value is none, or cannot be understood."""
    plain = number(value)
    if plain is not None:
        return Mark(plain)
    text = string(value)
    if text is None or len(text) > _LONGEST:
        return None
    text = " ".join(text.replace("\ufe0f", "").split())
    glyphs = _NOT_GLYPHS.sub("", text)
    if glyphs and not re.search(r"\d", text):
        full = sum(glyph in _FULL for glyph in glyphs)
        return Mark(float(full), float(len(glyphs)) if len(glyphs) > full else None)
    if found := _OF.search(text):
        return Mark(_float(found[1]), _float(found[2]))
    if found := _PERCENT.search(text):
        return Mark(_float(found[1]), 100.0)
    word = _STAR_WORD.sub("", text.casefold().strip(" .!:"))
    if named := _WORDS.get(word) or _NUMERALS.get(word):
        return Mark(float(named), 5.0)
    told = _ONE.findall(text)
    return Mark(_float(told[0])) if len(told) == 1 and "-" not in text.split(told[0])[0] else None


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def scale_of(marks: Iterable[Mark | None]) -> float:
    """The scale of a page that does not name it, by its marks: 5, 10 or 100."""
    highest = max((mark.value for mark in marks if mark and mark.best is None), default=0)
    return next((float(best) for best in (5, 10, 100) if highest <= best), 5.0)


def stars_of(
    mark: Mark | None, best: float | None, scale: float = 5.0, worst: float | None = None
) -> Stars:
    """A mark as stars; `best` is what its field says of the highest, `scale` what its page does,
    `worst` the lowest: nothing of ten is a mark, and so is a thumb down told as -1 of 1.

    Stars are rounded down from another scale: a bad review must not be rounded to a fair one.
    """
    if mark is None:
        return Stars()
    best = mark.best or best or scale
    if worst is not None and worst <= mark.value <= 0 < best:
        return Stars(1)  # the lowest there is, or below the middle of thumbs down and up
    if not 0 < mark.value <= best:
        return Stars()
    if best == 5 and mark.value.is_integer():
        return Stars(int(mark.value))
    stars = max(1, math.floor(round(mark.value * 5 / best, 6)))
    return Stars(stars) if _is_stars(mark, best) else Stars(stars, mark.value, best)


def _is_stars(mark: Mark, best: float) -> bool:
    """Whether nothing is lost: 20 % of five stars is one star."""
    return mark.best == 100 and best == 100 and (mark.value * 5 / best).is_integer()
