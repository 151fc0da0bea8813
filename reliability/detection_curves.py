"""How the shares of what is told grow by the day: in numbers, and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Curves:
    """Shares told until each day after it: of a fall from the day it is complete, of a topic
    tripled from its first day."""

    name: str
    drop: list[float]
    burst: list[float]


def curve_table(found: Sequence[Curves]) -> str:
    """The curves in numbers."""
    days = (1, 3, 5, 7, 10, 14, 21, 28)
    lines = [
        "| places | what | " + " | ".join(f"{n} day{'s'[: n - 1]}" for n in days) + " |",
        "|" + "---|" * (len(days) + 2),
    ]
    for each in found:
        for name, told in (("drop", each.drop), ("burst", each.burst)):
            shares = " | ".join(f"{told[n]:.0%}".replace("%", " %") for n in days)
            lines.append(f"| {each.name} | {name} | {shares} |")
    return "\n".join(lines)


def draw_curves(found: Sequence[Curves], file: Path) -> None:
    """Draw both, side by side."""
    # An extra, needed for the picture alone.
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, both = pyplot.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
    titles = ("A fall of one star, since it is complete", "A topic named three times as often")
    marks = ("o", "s", "^", "D", "v", "x")
    for axes, title, name in zip(both, titles, ("drop", "burst"), strict=True):
        for each, mark in zip(found, marks, strict=False):
            shares = [100 * share for share in getattr(each, name)]
            axes.plot(shares, marker=mark, markevery=7, label=each.name)
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xlabel("days")
        axes.set_xlim(0, 28)
        axes.set_ylim(-3, 103)
        axes.set_xticks(range(0, 29, 7))
        axes.grid(alpha=0.3)
    both[0].set_ylabel("told, %")
    # Below them, where many curves leave no room between.
    figure.legend(*both[1].get_legend_handles_labels(), loc="outside lower center", ncols=3,
                  fontsize=9)  # fmt: skip
    figure.savefig(file, dpi=110)
