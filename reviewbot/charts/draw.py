"""From a picture to its bytes. Takes memory that is not given back: call it in a process of its
own (painter), or in a command that ends."""

import re
import warnings
from io import BytesIO
from typing import Any, Literal
from zlib import crc32

import matplotlib as mpl
from matplotlib.figure import Figure

from reviewbot.charts.letters import FONT, fitting, readable
from reviewbot.charts.panels import Canvas, draw_panel, rows_of
from reviewbot.charts.style import DARK, DPI, INSIDE, LIGHT, SIDE, WIDTH, by_name
from reviewbot.core.trends.pictures import Picture

Format = Literal["png", "svg"]
HEAD, GAP, FOOT = 0.62, 0.78, 0.36

_STYLE: Any = {
    "font.family": FONT,
    "text.parse_math": False,  # a name may hold dollar signs
    "svg.fonttype": "none",
    "svg.hashsalt": "reviewbot",  # the same picture is the same file
}


def draw(picture: Picture, form: Format = "png") -> bytes:
    """Return the picture. An SVG has its colours as CSS variables and its texts as texts."""
    palette = DARK if picture.dark else LIGHT
    canvas = Canvas(palette, picture.decimal, picture.empty)
    heights = [rows_of(panel) for panel in picture.panels]
    room = INSIDE * 72
    height = HEAD + sum(heights) + GAP * max(0, len(heights) - 1) + 0.42 + FOOT
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=palette.paper)
        figure.text(SIDE / WIDTH, 1 - 0.12 / height, fitting(picture.title, room, 14, "bold"),
                    va="top", fontsize=14, fontweight="bold", color=palette.ink)  # fmt: skip
        figure.text(SIDE / WIDTH, 1 - 0.4 / height, fitting(picture.subtitle, room, 9),
                    va="top", fontsize=9, color=palette.quiet)  # fmt: skip
        top = height - HEAD - 0.42
        for panel, tall in zip(picture.panels, heights, strict=True):
            box = (SIDE / WIDTH, (top - tall) / height, INSIDE / WIDTH, tall / height)
            draw_panel(figure.add_axes(box), panel, canvas)
            top -= tall + GAP
        for text in figure.findobj(mpl.text.Text):
            text.set_text(readable(text.get_text()))
        into = BytesIO()
        figure.savefig(into, format=form, facecolor=palette.paper, metadata=_NO_DATE[form])
    if form == "png":
        return into.getvalue()
    return _for_a_page(into.getvalue().decode(), picture).encode()


_NO_DATE: dict[Format, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}


def _for_a_page(svg: str, picture: Picture) -> str:
    """The element alone, coloured by the page, told to those who do not see it."""
    from html import escape

    element = svg[svg.index("<svg") :]
    # Several pictures stand on one page: their ids must not meet.
    mark = f"c{crc32(svg.encode()):08x}"
    element = re.sub(r'\bid="', f'id="{mark}-', element)
    element = re.sub(r'(href="#|url\(#)', rf"\g<1>{mark}-", element)
    named = f'<svg role="img" aria-label="{escape(picture.alt or picture.title, quote=True)}"'
    return by_name(element.replace("<svg", named, 1), DARK if picture.dark else LIGHT)
