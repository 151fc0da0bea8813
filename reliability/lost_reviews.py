"""Whatever is damaged in a saved page, table or answer, no review is lost in silence: each text,
each value of an attribute, each cell and each value of JSON in reviews, with each odd value in its
place."""

import time
from pathlib import Path

from reliability.figures import Case, Figures
from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases
from tests.sources.listed_reviews import damaged, lists_of_reviews
from tests.sources.page_parts import LARGEST, ODD, parts_of

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
    return [
        Figures("A damaged page loses no review in silence", "one damage", cases),
        Figures("A damaged answer loses no review in silence", "one damage", _in_json()),
    ]


def _in_json() -> list[Case]:
    cases = []
    for name in registry.installed():
        for listed in lists_of_reviews(name):
            # A page of hundreds of kilobytes takes a tenth of a second: a part is tried.
            every = 1 if len(listed.case.payload().text) < LARGEST else 20
            began = time.monotonic()
            for part, lost in damaged(listed, every):
                seconds, began = time.monotonic() - began, time.monotonic()
                cases.append(Case(f"{listed.case.name}: {part}", lost, seconds=seconds))
    return cases
