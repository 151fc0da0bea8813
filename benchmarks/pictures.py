"""How long a picture takes: the first, whose process is started for it, and those after it."""

import asyncio
import statistics
import time

from reviewbot.charts.painter import Painter
from reviewbot.core.trends.pictures import Picture
from reviewbot.words.trends.pictures import offered, picture
from reviewbot.words.trends.samples import sample_figures

STARTS, WARM = 5, 9
GOALS = ("≤ 5 s", "≤ 1.5 s")


def table() -> list[str]:
    """The rows: as asked for in chat, by the wall, with the machine's other work in it."""
    facts = sample_figures("en")
    composed = picture(facts, "en")
    assert composed is not None
    dearest = max(
        (shown for chart in offered(facts) if (shown := picture(facts, "en", chart)) is not None),
        key=lambda shown: len(shown.panels),
    )
    rows = ["| picture | goal | median | worst |", "|---|---|---|---|"]
    for name, goal, taken in (
        ("composed, the first of a process", GOALS[0], _firsts(composed)),
        ("composed, warm", GOALS[1], _warm(composed)),
        (f"“{dearest.panels[0].title}”, warm", GOALS[1], _warm(dearest)),
    ):
        middle, worst = statistics.median(taken), max(taken)
        rows.append(f"| {name} | {goal} | {middle:.2f} s | {worst:.2f} s |")
    return rows


def _firsts(shown: Picture) -> list[float]:
    async def first() -> float:
        painter = Painter()
        began = time.perf_counter()
        await painter.draw(shown)
        taken = time.perf_counter() - began
        await painter.close()
        return taken

    return [asyncio.run(first()) for _ in range(STARTS)]


def _warm(shown: Picture) -> list[float]:
    async def several() -> list[float]:
        painter, taken = Painter(), []
        await painter.draw(shown)
        for _ in range(WARM):
            began = time.perf_counter()
            await painter.draw(shown)
            taken.append(time.perf_counter() - began)
        await painter.close()
        return taken

    return asyncio.run(several())


if __name__ == "__main__":
    print("\n".join(table()))
