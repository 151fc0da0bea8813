"""One saved answer of every source there is, and a business that reads all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases
from reviewbot.core.connections import Imports, TargetSettings
from reviewbot.core.contract import Source, Target
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import SourceFacts
from tests.store.store_world import settings as world_settings

DATA = Path(__file__).parent.parent / "sources/data"


@dataclass(frozen=True)
class SavedAnswer:
    """A file as people save it: its source, and the target that reads it."""

    source: Source
    target: Target
    path: Path

    @property
    def name(self) -> str:
        """What the file is called where people lay it: one name for one target."""
        return f"{self.source.NAME}{self.path.suffix}"


@cache
def saved_answers() -> Mapping[str, SavedAnswer]:
    """By the name of the source: the smallest answer that is typical of it."""
    found = {}
    for name in registry.installed():
        module = registry.load(name)
        cases = [case for case in read_cases(DATA / name) if case.items and not case.error]
        typical = [case for case in cases if "typical" in case.kind]
        case = min(typical, key=lambda each: (each.folder / each.file).stat().st_size)
        options = module.Options(**case.options)
        target = Target(f"tverskaya/{name}", name, case.ref, options=options)
        found[name] = SavedAnswer(module, target, case.folder / case.file)
    return MappingProxyType(found)


def all_sources() -> list[Source]:
    return [answer.source for answer in saved_answers().values()]


def all_facts() -> Mapping[str, SourceFacts]:
    return {each.NAME: SourceFacts(each.TITLE, each.REPLY_LIMIT) for each in all_sources()}


def all_sites(folder: Path | None = None) -> Settings:
    """The business with one target on every source; `folder` is watched for saved files."""
    hour = timedelta(hours=1)
    targets = {
        answer.target.key: TargetSettings(
            answer.target, "tverskaya", hour, hour, (f"{name}.test",)
        )
        for name, answer in saved_answers().items()
    }
    imports = Imports(str(folder) if folder else None)
    return replace(world_settings(), targets=targets, imports=imports)
