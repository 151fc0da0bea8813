"""The one style: colours of light and dark, sizes, and how a text is kept within its place.

A picture is looked at on a phone, often as small as a stamp: few words, large letters, strong
contrast (4.5 to 1 at least for text, 3 to 1 for marks).
"""

from dataclasses import dataclass, fields

WIDTH = 4.4
"""Inches; letters are in points, so the narrower a picture, the larger they look."""
SIDE = 0.36
"""Inches left free at each side."""
INSIDE = WIDTH - 2 * SIDE
DPI = 220
NAME_LENGTH = 34


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they mean."""

    paper: str
    ink: str
    quiet: str
    grid: str
    line: str
    bar: str
    good: str
    bad: str
    unseen: str
    heat: str


LIGHT = Palette(
    paper="#fdfdfc",
    ink="#1c1f23",
    quiet="#565d66",
    grid="#dfe2e6",
    line="#0b5cad",
    bar="#a9c3de",
    good="#1a7f4b",
    bad="#c2331f",
    unseen="#ecebe6",
    heat="#0b5cac",
)
DARK = Palette(
    paper="#17191d",
    ink="#f2f3f5",
    quiet="#a9b0ba",
    grid="#34393f",
    line="#6db3ff",
    bar="#3d5673",
    good="#4cc98a",
    bad="#ff7a66",
    unseen="#26282d",
    heat="#6db2ff",
)


def by_name(svg: str, palette: Palette = LIGHT) -> str:
    """Return an SVG whose colours are CSS variables (--chart-ink …), so that a page can change
    them; each colour of a palette is one of its own for that."""
    for each in fields(palette):
        colour = getattr(palette, each.name)
        svg = svg.replace(colour, f"var(--chart-{each.name}, {colour})")
    return svg


def variables(palette: Palette) -> str:
    """Return the CSS variables of a palette."""
    return ";".join(
        f"--chart-{each.name}:{getattr(palette, each.name)}" for each in fields(palette)
    )


def cut(text: str, length: int = NAME_LENGTH) -> str:
    """A name on one line."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
