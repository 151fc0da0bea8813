"""What one promise held in how many cases."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """One trial: what was lost, what was doubled beyond the promise, how long it took to be well
    again (seconds of the machine's own time)."""

    name: str
    lost: int = 0
    doubled: int = 0
    seconds: float = 0.0
    problem: str = ""


@dataclass(slots=True)
class Figures:
    """A line of the table. `what` names the time that is measured."""

    promise: str
    what: str
    cases: list[Case] = field(default_factory=list)

    @property
    def broken(self) -> list[Case]:
        return [case for case in self.cases if case.lost or case.doubled or case.problem]

    def row(self) -> str:
        lost = sum(case.lost for case in self.cases)
        doubled = sum(case.doubled for case in self.cases)
        failed = sum(bool(case.problem) for case in self.cases)
        times = sorted(case.seconds for case in self.cases) or [0.0]
        middle = times[len(times) // 2]
        return (
            f"| {self.promise} | {len(self.cases)} | {lost} | {doubled} | {failed} | "
            f"{middle:.1f} / {times[-1]:.1f} s ({self.what}) |"
        )


HEAD = (
    "| promise | cases | lost | doubled | not finished | median / worst time |",
    "|---|---|---|---|---|---|",
)


def table(figures: Sequence[Figures]) -> list[str]:
    return [*HEAD, *(each.row() for each in figures)]


async def side_by_side(trials: Sequence[Callable[[], Awaitable[Case]]]) -> list[Case]:
    """Run the trials, as many at once as there are cores; each has its own world."""
    at_once = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(trial: Callable[[], Awaitable[Case]]) -> Case:
        async with at_once:
            return await trial()

    return list(await asyncio.gather(*(one(trial) for trial in trials)))
