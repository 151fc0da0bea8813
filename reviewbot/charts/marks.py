"""Marks that several panels draw: bars as one shape, and a line that leaves out what is hidden."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

MOST_DOTS = 31
"""Points of a line that are marked each; of more, those that stand alone."""


def bars(
    axes: Axes,
    places: Sequence[int],
    heights: Sequence[float],
    width: float,
    bottom: float = 0,
    **how: Any,
) -> None:
    """The bars of some places of `heights`, as one shape: each of its own takes as long to be
    drawn as all of them."""
    corners = [
        corner
        for place in places
        for left, right in [(place - width / 2, place + width / 2)]
        for top in [bottom + heights[place]]
        for corner in ((left, bottom), (left, top), (right, top), (right, bottom), (left, bottom))
    ]
    steps = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(places)
    if corners:
        axes.add_patch(PathPatch(Path(corners, steps), lw=0, **how))


def line(
    axes: Axes, values: Sequence[float], hidden: Sequence[tuple[float, float]], colour: str
) -> None:
    """A line that does not run through what is hidden; a point that no line reaches is a dot."""
    seen = [
        math.nan if any(since < place < until for since, until in hidden) else value
        for place, value in enumerate(values)
    ]
    # Not cut at the border: 1★ lies on it.
    axes.plot(range(len(seen)), seen, color=colour, lw=2.2, solid_capstyle="round", clip_on=False)
    beside = [math.nan, *seen, math.nan]
    is_joined = [
        not math.isnan(value) and not all(map(math.isnan, beside[place : place + 3 : 2]))
        for place, value in enumerate(seen)
    ]
    dots = [
        place
        for place, value in enumerate(values)
        if not math.isnan(value) and (len(values) <= MOST_DOTS or not is_joined[place])
    ]
    axes.plot(dots, [values[place] for place in dots], color=colour, lw=0, marker="o", ms=4,
              clip_on=False)  # fmt: skip
