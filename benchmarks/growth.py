"""`python -m benchmarks.growth`: what figures cost from a thousand to a million reviews, and what
a start and a look cost from a hundred to ten thousand targets, as pictures made by the product's
own charts, for docs/capacity.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import figures, many_targets
from benchmarks.figures import Cost
from reviewbot.charts.draw import draw
from reviewbot.core.trends.pictures import Picture, ReplyPanel

REVIEWS = {1_000: "1 k", 10_000: "10 k", 100_000: "100 k", 1_000_000: "1 M"}
TARGETS = {100: "100", 1_000: "1 k", 10_000: "10 k"}
DOCS = Path("docs")
OF_REVIEWS = {
    "report": ("Counts of a month, ms", 1000.0, figures.GOALS["report"].seconds),
    "digest": ("Digest of 30 days, s", 1.0, figures.GOALS["digest"].seconds),
    "poll": ("Plan of a reading, ms", 1000.0, figures.GOALS["poll"].seconds),
}
OF_TARGETS = {
    "sync": ("Settings at a start, ms", 1000.0, 0.2),
    "due": ("Which are due, ms", 1000.0, None),
    "health": ("/health, ms", 1000.0, 0.01),
}
"""What is drawn, its title, how many of its unit a second has, its goal in seconds."""

Drawn = Mapping[str, tuple[str, float, float | None]]


def picture(
    title: str, subtitle: str, labels: list[str], drawn: Drawn, costs: Mapping[str, Sequence[Cost]]
) -> Picture:
    """Return time and memory by number, beside the goals."""
    panels = [
        ReplyPanel(
            title=name,
            labels=labels,
            medians=[each.seconds * scale for each in costs[what]],
            slowest=[each.most * scale for each in costs[what]],
            median_name="the least",
            slowest_name="the first time",
            target=goal * scale if goal else None,
            target_name="goal",
        )
        for what, (name, scale, goal) in drawn.items()
    ]
    memory = [[each.memory for each in costs[what]] for what in drawn]
    panels.append(
        ReplyPanel(
            title="Memory at most, MiB",
            labels=labels,
            medians=[max(each) for each in zip(*memory, strict=True)],
            slowest=[min(each) for each in zip(*memory, strict=True)],
            median_name="the dearest of the three",
            slowest_name="the cheapest",
        )
    )
    return Picture(title=title, subtitle=subtitle, panels=tuple(panels), empty="nothing measured")


def main() -> None:
    by_reviews = {what: [figures.measured(step, what) for step in REVIEWS] for what in OF_REVIEWS}
    steps = [many_targets.measured(step) for step in TARGETS]
    by_targets = {what: [step[what] for step in steps] for what in OF_TARGETS}
    for name, title, subtitle, labels, drawn, costs in (
        (
            "growth.en.png",
            "1,000 to 1,000,000 reviews",
            "2,000 pages, two years; processor time",
            [*REVIEWS.values()],
            OF_REVIEWS,
            by_reviews,
        ),
        (
            "growth_targets.en.png",
            "100 to 10,000 targets",
            "one machine; processor time",
            [*TARGETS.values()],
            OF_TARGETS,
            by_targets,
        ),
    ):
        for what, each in costs.items():
            print(what, *(f"{cost.seconds:.4f} s {cost.memory:.0f} MiB;" for cost in each))
        (DOCS / name).write_bytes(draw(picture(title, subtitle, labels, drawn, costs)))
        print(DOCS / name)


if __name__ == "__main__":
    main()
