"""`python -m benchmarks.growth`: what figures cost from a thousand to a million reviews, as a
picture made by the product's own charts, for docs/capacity.md."""

from pathlib import Path

from benchmarks import figures
from benchmarks.figures import Cost
from reviewbot.charts.draw import draw
from reviewbot.core.trends.pictures import Picture, ReplyPanel

STEPS = (1_000, 10_000, 100_000, 1_000_000)
PICTURE = Path("docs/growth.en.png")
TITLES = {
    "report": ("Counts of a month", 1.0),
    "digest": ("Digest of 30 days", 1.0),
    "poll": ("Plan of a reading", 1000.0),
}
"""What is drawn, its title, and how many of its unit a second has."""


def picture(costs: dict[str, list[Cost]]) -> Picture:
    """Return time and memory by number of reviews, beside the goal."""
    labels = ["1 k", "10 k", "100 k", "1 M"]
    panels = []
    for what, (title, scale) in TITLES.items():
        goal = figures.GOALS[what].seconds
        panels.append(
            ReplyPanel(
                title=f"{title}, {'s' if scale == 1 else 'ms'}",
                labels=labels,
                medians=[each.seconds * scale for each in costs[what]],
                slowest=[each.most * scale for each in costs[what]],
                median_name="the least of three",
                slowest_name="the first time",
                target=goal * scale if goal else None,
                target_name="goal",
            )
        )
    memory = [[each.memory for each in costs[what]] for what in TITLES]
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
    return Picture(
        title="1,000 to 1,000,000 reviews",
        subtitle="2,000 pages, two years; processor time",
        panels=tuple(panels),
        empty="nothing measured",
    )


def main() -> None:
    costs = {what: [figures.measured(step, what) for step in STEPS] for what in TITLES}
    for what, each in costs.items():
        print(what, *(f"{cost.seconds:.4f} s {cost.memory:.0f} MiB;" for cost in each))
    PICTURE.write_bytes(draw(picture(costs)))
    print(PICTURE)


if __name__ == "__main__":
    main()
