"""Texts as the one font writes them: without letters it lacks, as wide as it draws them, cut
where they would leave their place. Points are the unit of widths."""

from bisect import bisect_left

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from reviewbot.charts.style import cut

FONT = "DejaVu Sans"
"""It comes with the library, so a picture looks the same everywhere, in Cyrillic too."""
LONGEST = 200
"""Letters of a text that are looked at."""


def fitting(text: str, room: float, size: float, weight: str = "normal") -> str:
    """Return a text of one line, cut where it would be wider than `room`: Cyrillic is wider."""
    whole = readable(text)[:LONGEST]

    def is_too_wide(length: int) -> bool:
        return width_of(cut(whole, length), size, weight) > room

    if not is_too_wide(len(whole)):
        return cut(whole, len(whole))
    longest = bisect_left(range(1, len(whole) + 1), True, key=is_too_wide)
    return cut(whole, max(1, longest))


def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide a text is drawn."""
    font = font_manager.get_font(font_manager.findfont(FontProperties(family=FONT, weight=weight)))
    font.set_size(size, 72)
    font.set_text(readable(text))
    return float(font.get_width_height()[0]) / 64


def readable(text: str) -> str:
    """A text without the letters the font does not have: a box says nothing."""
    return "".join(each for each in text if each in " \n" or ord(each) in _letters())


def _letters() -> set[int]:
    if not _known:
        path = font_manager.findfont(FONT)
        _known.update(FT2Font(path).get_charmap())
    return _known


_known: set[int] = set()
