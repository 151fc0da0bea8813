"""One function per kind of panel: draws it into axes. Imported only where pictures are drawn.

Axes never mislead: stars run from 1 to 5, counts and hours from 0, and what was out of sight is
shaded, not joined over.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reviewbot.charts.letters import fitting, width_of
from reviewbot.charts.marks import bars, line
from reviewbot.charts.style import INSIDE, SIDE, Palette, cut
from reviewbot.core.trends.pictures import (
    HeatPanel,
    Panel,
    RankPanel,
    RatingPanel,
    ReplyPanel,
    TopicPanel,
    TopicTimePanel,
)

MOST_ROWS = 12
"""Rows of a ranking that can still be read; the best and the worst stay."""
MOST_STRIPS = 6
"""Strips of topics over time, one below the other."""
MOST_POINTS = 120
"""Points of a line that can still be told apart; more are joined into means."""
LABELS = 4
SMALL, PLAIN = 9, 10.5
ROOM = INSIDE * 72
"""How wide a panel is, in points."""
BETWEEN = 8
"""Points between a name and what stands at the right of its row."""

P = TypeVar("P", bound=Panel)


class Canvas:
    """What panels share: colours and how numbers are written."""

    def __init__(self, palette: Palette, decimal: str, empty: str) -> None:
        self.palette, self.empty, self._decimal = palette, empty, decimal

    def number(self, value: float, digits: int = 1) -> str:
        return f"{value:.{digits}f}".replace(".", self._decimal)

    def plain(self, axes: Axes) -> None:
        """Axes without a frame, with quiet letters."""
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0, labelsize=SMALL, labelcolor=self.palette.quiet)
        axes.set_facecolor("none")

    def nothing(self, axes: Axes) -> None:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.text(0.5, 0.5, self.empty, ha="center", va="center", color=self.palette.quiet,
                  transform=axes.transAxes, fontsize=PLAIN)  # fmt: skip

    def labels(self, axes: Axes, labels: Sequence[str]) -> None:
        """The first label, the last and a few between."""
        last = len(labels) - 1
        steps = min(LABELS if len(labels) > 2 * LABELS else 3, len(labels)) - 1
        places = sorted({round(last * n / steps) for n in range(steps + 1)}) if steps else [0]
        axes.set_xticks(places, [labels[place] for place in places])
        for text, place in zip(axes.get_xticklabels(), places, strict=True):
            if steps and place in (0, last):
                text.set_horizontalalignment("left" if place == 0 else "right")
        axes.set_xlim(-0.6, last + 0.6)


def rating(axes: Axes, panel: RatingPanel, canvas: Canvas) -> None:
    colours = canvas.palette
    canvas.plain(axes)
    if not any(panel.volumes):
        return canvas.nothing(axes)
    labels, ratings, volumes = _joined(panel)
    scale = len(panel.labels) / len(labels)
    # Few bars stand apart; many would shimmer.
    width = 0.85 if len(volumes) <= 62 else 1.0
    is_open = panel.is_unfinished and scale == 1
    whole = len(volumes) - is_open
    # The bars keep to the lower third: they are read from their own scale, which begins at 0.
    # Axes of their own would take as long to be drawn as all the rest.
    least, most = axes.set_ylim(1, 5.15)
    unit = (most - least) / (max(volumes) * 3)
    heights = [count * unit for count in volumes]
    ticks = MaxNLocator(integer=True, nbins=9).tick_values(0, max(volumes) * 3)
    for tick in [tick for tick in ticks if 0 < tick <= max(volumes)][-1:]:
        told = f"{tick:.0f}"
        # At the panel's side, but never over the picture's.
        left = min(1.013, 1 + SIDE / INSIDE - width_of(told, SMALL) / ROOM)
        axes.text(left, least + tick * unit, told, va="center_baseline", fontsize=SMALL,
                  transform=axes.get_yaxis_transform(), color=colours.quiet)  # fmt: skip
    bars(axes, range(whole), heights, width, least, facecolor=colours.bar, zorder=0.2,
          antialiased=width < 1)  # fmt: skip
    hidden = [(since / scale - 0.5, until / scale + 0.5) for since, until in panel.unseen]
    for since, until in hidden:
        axes.axvspan(since, until, color=colours.unseen, lw=0, zorder=0.1)
    values = [math.nan if value is None else value for value in ratings]
    last = len(values) - 1
    if is_open:
        # No line runs into what is not over: a hollow dot over a pale bar.
        bars(axes, [last], heights, width, least, facecolor=colours.bar, zorder=0.2, alpha=0.45)
        axes.plot([last], [values[last]], color=colours.line, lw=0, marker="o", ms=5,
                  mfc="none", clip_on=False)  # fmt: skip
    line(axes, values[:last] if is_open else values, hidden, colours.line)
    if panel.goal is not None:
        axes.axhline(panel.goal, color=colours.good, lw=1.2, ls=(0, (4, 3)))
    axes.set_yticks([1, 2, 3, 4, 5], ["1★", "2★", "3★", "4★", "5★"])
    axes.grid(axis="y", color=colours.grid, lw=0.7)
    axes.set_axisbelow(True)
    canvas.labels(axes, labels)
    total = sum(
        value * n for value, n in zip(values, volumes, strict=True) if not math.isnan(value)
    )
    rated = sum(n for value, n in zip(values, volumes, strict=True) if not math.isnan(value))
    if rated:
        # The mean of the whole stretch: that of its last day would be chance.
        axes.text(1.0, 1.02, f"{canvas.number(total / rated)}★", transform=axes.transAxes,
                  ha="right", va="bottom", color=colours.line, fontsize=15,
                  fontweight="bold")  # fmt: skip
    names = [(panel.rating_name, colours.line), (panel.volume_name, colours.bar)]
    if panel.goal is not None:
        names.append((panel.goal_name, colours.good))
    _legend(axes, names, canvas)
    return None


def reply(axes: Axes, panel: ReplyPanel, canvas: Canvas) -> None:
    colours = canvas.palette
    canvas.plain(axes)
    known = [value for value in (*panel.medians, *panel.slowest) if value is not None]
    if not known:
        return canvas.nothing(axes)
    places = range(len(panel.labels))
    for values, colour, width in (
        (panel.slowest, colours.bar, 1.6),
        (panel.medians, colours.line, 2.2),
    ):
        shown = [math.nan if value is None else value for value in values]
        axes.plot(places, shown, color=colour, lw=width, marker="o", ms=3.5)
    names = [(panel.median_name, colours.line), (panel.slowest_name, colours.bar)]
    if panel.target is not None:
        axes.axhline(panel.target, color=colours.bad, lw=1.3, ls=(0, (4, 3)))
        names.append((panel.target_name, colours.bad))
    top = max(*known, panel.target or 0, 0.1) * 1.12
    axes.set_ylim(0, top)
    locator = MaxNLocator(nbins=4)
    axes.yaxis.set_major_locator(locator)
    # As many as the marks need: rounded, a line at 1.5 was called 2.
    marks = list(map(float, locator.tick_values(0, top)))
    digits = next(n for n in range(4) if n == 3 or all(abs(round(m, n) - m) < 1e-6 for m in marks))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: canvas.number(float(value), digits))
    )
    axes.grid(axis="y", color=colours.grid, lw=0.7)
    canvas.labels(axes, panel.labels)
    _legend(axes, names, canvas)
    return None


def heat(axes: Axes, panel: HeatPanel, canvas: Canvas) -> None:
    from matplotlib.patches import Rectangle

    canvas.plain(axes)
    most = max((max(row) for row in panel.counts), default=0)
    if not most:
        return canvas.nothing(axes)
    colours = canvas.palette
    for row, counts in enumerate(panel.counts):
        for column, count in enumerate(counts):
            # One colour, more or less of it: so a page can change the colour.
            # Divided first: 0.8 * 3 / 3 is a little more than 0.8, and more than 1 is refused.
            alpha = 0.2 + 0.8 * (count / most) if count else 1
            colour = colours.heat if count else colours.unseen
            where = (column + 0.05, row + 0.05)
            axes.add_patch(Rectangle(where, 0.9, 0.9, lw=0, alpha=alpha, facecolor=colour))
    axes.set_xlim(0, 24)
    axes.set_ylim(0, len(panel.counts))
    axes.invert_yaxis()
    axes.set_yticks([n + 0.5 for n in range(7)], panel.weekdays)
    axes.set_xticks([0, 6, 12, 18, 24], ["0", "6", "12", "18", "24"])
    # In its cell a number of three digits could not be read.
    axes.text(1.0, 1.02, panel.note, transform=axes.transAxes, ha="right", va="bottom",
              color=colours.quiet, fontsize=SMALL)  # fmt: skip
    return None


def topics(axes: Axes, panel: TopicPanel, canvas: Canvas) -> None:
    colours = canvas.palette
    canvas.plain(axes)
    rows = list(zip(panel.topics, panel.complaints, panel.praise, strict=True))[:MOST_ROWS]
    if not rows:
        return canvas.nothing(axes)
    most = max(max(bad, good) for _, bad, good in rows) or 1
    places = range(len(rows))
    axes.barh(places, [-bad for _, bad, _ in rows], color=colours.bad, height=0.42)
    axes.barh(places, [good for _, _, good in rows], color=colours.good, height=0.42)
    for place, (name, bad, good) in enumerate(rows):
        axes.text(-most * 1.12, place - 0.28, fitting(name, ROOM, PLAIN), va="bottom",
                  color=colours.ink, fontsize=PLAIN)  # fmt: skip
        for value, side in ((bad, -1), (good, 1)):
            if value:
                axes.text(side * (value + most * 0.03), place, str(value), va="center",
                          ha="right" if side < 0 else "left", color=colours.ink,
                          fontsize=SMALL)  # fmt: skip
    # Beside the bars only: through a long name a line would strike it out.
    axes.vlines([0] * len(rows), [n - 0.26 for n in places], [n + 0.26 for n in places],
                color=colours.quiet, lw=0.8)  # fmt: skip
    axes.set_xlim(-most * 1.15, most * 1.15)
    axes.set_ylim(len(rows) - 0.5, -0.8)
    axes.set_xticks([])
    axes.set_yticks([])
    _legend(
        axes, ((panel.complaints_name, colours.bad), (panel.praise_name, colours.good)), canvas
    )
    return None


def topic_times(axes: Axes, panel: TopicTimePanel, canvas: Canvas) -> None:
    colours = canvas.palette
    canvas.plain(axes)
    most = max((share or 0 for shares in panel.shares for share in shares), default=0)
    if not most:
        return canvas.nothing(axes)
    for since, until in panel.unseen:
        axes.axvspan(since - 0.5, until + 0.5, color=colours.unseen, lw=0)
    rows = list(zip(panel.topics, panel.shares, panel.notes, strict=True))[:MOST_STRIPS]
    last = len(panel.labels) - 1
    for place, (name, shares, note) in enumerate(rows):
        heights = [0.5 * (share or 0) / most for share in shares]
        bars(axes, range(len(shares)), [-height for height in heights], 0.8, place,
              facecolor=colours.bad)  # fmt: skip
        axes.plot([-0.5, last + 0.5], [place, place], color=colours.grid, lw=0.8, zorder=1)
        axes.text(-0.5, place - 0.56, _beside(name, note, (last + 1) / (last + 1.2)),
                  va="bottom", color=colours.ink, fontsize=PLAIN)  # fmt: skip
        axes.text(last + 0.5, place - 0.56, note, va="bottom", ha="right", color=colours.quiet,
                  fontsize=SMALL)  # fmt: skip
    canvas.labels(axes, panel.labels)
    axes.set_ylim(len(rows) - 0.9, -0.95)
    axes.set_yticks([])
    return None


def rank(axes: Axes, panel: RankPanel, canvas: Canvas) -> None:
    colours = canvas.palette
    canvas.plain(axes)
    ours = panel.ours or [True] * len(panel.names)
    rows: list[tuple[Any, ...]] = list(
        zip(panel.names, panel.means, panel.lows, panel.highs, panel.notes, ours, strict=True)
    )
    if not rows:
        return canvas.nothing(axes)
    if len(rows) > MOST_ROWS:
        gap = (f"… {len(rows) - MOST_ROWS + 1} …", None, None, None, "", False)
        rows = [*rows[: MOST_ROWS // 2], gap, *rows[-(MOST_ROWS // 2 - 1) :]]
    for place, (name, mean, low, high, note, own) in enumerate(rows):
        weight = "bold" if own and panel.ours else "normal"
        axes.text(1, place - 0.16, _beside(name, note, 4 / 4.13, weight), va="bottom",
                  color=colours.ink, fontsize=PLAIN, fontweight=weight)  # fmt: skip
        axes.text(5, place - 0.16, note, va="bottom", ha="right", color=colours.quiet,
                  fontsize=SMALL)  # fmt: skip
        axes.plot([1, 5], [place, place], color=colours.grid, lw=1, zorder=1)
        if mean is None:
            continue
        colour = colours.line if own else colours.quiet
        axes.plot([low, high], [place, place], color=colours.bar, lw=5, zorder=2,
                  solid_capstyle="round")  # fmt: skip
        axes.plot([mean], [place], color=colour, marker="o", ms=7, zorder=3)
    axes.set_xlim(0.95, 5.08)
    axes.set_ylim(len(rows) - 0.55, -0.85)
    axes.set_yticks([])
    axes.set_xticks([1, 2, 3, 4, 5], ["1★", "2★", "3★", "4★", "5★"])
    return None


def _beside(name: str, note: str, share: float, weight: str = "normal") -> str:
    """A name as long as the note at the right of its row lets it be; the row is `share` of the
    panel's width."""
    return fitting(name, ROOM * share - width_of(note, SMALL) - BETWEEN, PLAIN, weight)


def rows_of(panel: Panel) -> float:
    """How many inches high a panel wants to be."""
    if isinstance(panel, TopicPanel):
        return 0.6 + 0.42 * max(1, min(len(panel.topics), MOST_ROWS))
    if isinstance(panel, TopicTimePanel):
        return 0.5 + 0.55 * max(1, min(len(panel.topics), MOST_STRIPS))
    if isinstance(panel, RankPanel):
        return 0.5 + 0.42 * max(1, min(len(panel.names), MOST_ROWS))
    return 1.7 if isinstance(panel, HeatPanel) else 2.0


def draw_panel(axes: Axes, panel: Panel, canvas: Canvas) -> None:
    if panel.title:
        axes.set_title(cut(panel.title, 46), loc="left", fontsize=11.5, fontweight="bold",
                       color=canvas.palette.ink, pad=19 if _has_legend(panel) else 6)  # fmt: skip
    _DRAWN[type(panel)](axes, panel, canvas)


_DRAWN: dict[type[Panel], Callable[[Axes, Any, Canvas], None]] = {
    RatingPanel: rating,
    ReplyPanel: reply,
    HeatPanel: heat,
    TopicPanel: topics,
    TopicTimePanel: topic_times,
    RankPanel: rank,
}


def _has_legend(panel: Panel) -> bool:
    return isinstance(panel, RatingPanel | ReplyPanel | TopicPanel)


def _legend(axes: Axes, names: Sequence[tuple[str, str]], canvas: Canvas) -> None:
    """Names under the title, each behind a mark of its colour."""
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], color=colour, lw=4) for _, colour in names]
    axes.legend(
        marks,
        [cut(name, 30) for name, _ in names],
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.985),
        ncols=len(names),
        frameon=False,
        fontsize=SMALL,
        labelcolor=canvas.palette.quiet,
        borderaxespad=0,
        handlelength=1,
        handletextpad=0.5,
        columnspacing=1.2,
    )


def _joined(panel: RatingPanel) -> tuple[list[str], list[float | None], list[int]]:
    """What is more than can be told apart becomes means of equal stretches."""
    size = math.ceil(len(panel.labels) / MOST_POINTS)
    if size == 1:
        return list(panel.labels), list(panel.ratings), list(panel.volumes)
    labels, ratings, volumes = [], [], []
    for start in range(0, len(panel.labels), size):
        counts = panel.volumes[start : start + size]
        stars = panel.ratings[start : start + size]
        known = [(star, n) for star, n in zip(stars, counts, strict=True) if star and n]
        total = sum(n for _, n in known)
        labels.append(panel.labels[start])
        volumes.append(sum(counts))
        ratings.append(sum(star * n for star, n in known) / total if total else None)
    return labels, ratings, volumes
