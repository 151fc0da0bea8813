"""Whatever is damaged in a saved page or table, no review is lost in silence: each text, each
value of an attribute and each cell of every fixture, with each odd value in its place."""

import time
from pathlib import Path

from reliability.figures import Case, Figures
from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases
from tests.sources.page_parts import ODD, parts_of

SAVED = Path(__file__).parent.parent / "tests/sources/data"


async def measure(_folder: Path, _seeds: int) -> list[Figures]:
    """Damage them all; the number of seeds changes nothing."""
    cases = []
    for name in registry.installed():
        for case in read_cases(SAVED / name):
            for part in parts_of(case):
                for odd in ODD:
                    began = time.monotonic()
                    lost = part.lost(odd)
                    seconds = time.monotonic() - began
                    told = f"{case.name}: {part.name[:60]} → {odd[:10]!r}"
                    cases.append(Case(told, lost, seconds=seconds))
    return [Figures("A damaged page loses no review in silence", "one damage", cases)]
