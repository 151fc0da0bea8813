"""Finds the sources: entry points "reviewbot.sources", loaded when first asked for; and what the
rest must know of each."""

import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from reviewbot.core.contract import Source, TargetHint, publishes, recognised, said_by
from reviewbot.core.errors import CollectError, PluginError, TooHeavy
from reviewbot.core.readings import shape
from reviewbot.core.readings.shape import KnownShape
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import OF_SURVEYS, SURVEY, SourceFacts, Sources
from reviewbot.processes.child_processes import Broken, OneByOne
from reviewbot.processes.parsing_process import GROUP, Limits, address_of, called

log = logging.getLogger(__name__)

LIMITS = Limits(computing=10, waiting=20.0)
"""Of one call of a plugin while the file is read: a thousandth of a second is usual."""
Called = TypeVar("Called")
LONGEST_LOAD = 10.0
"""Seconds for one source's import: a tenth of one is usual."""
REQUIRED = (
    "NAME",
    "TITLE",
    "HOSTS",
    "REPLY_LIMIT",
    "TRAITS",
    "Options",
    "pages",
    "parse",
    "essence",
    "review_url",
    "reply_url",
    "recognise_url",
)


@cache
def installed() -> MappingProxyType[str, EntryPoint]:
    """Return the entry points by source name, sorted; nothing is imported."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return MappingProxyType({entry.name: entry for entry in found})


def load(name: str) -> Source:
    """Return the source module of that name; what failed once is not tried again.

    Raises PluginError where there is none, it cannot be imported, or a part of the contract
    is missing.
    """
    found = _tried(name)
    if isinstance(found, PluginError):
        raise found
    return found


def loaded() -> list[Source]:
    """Return all installed sources that can be loaded, by name; of the others the log tells."""
    found = []
    for name in installed():
        source = _tried(name)
        if isinstance(source, PluginError):
            log.error("%s", source)
        else:
            found.append(source)
    return found


@cache
def _tried(name: str) -> Source | PluginError:
    try:
        return _load(name)
    except PluginError as error:
        return error


def _load(name: str) -> Source:
    entry = installed().get(name)
    if entry is None:
        near = get_close_matches(name, installed(), n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        listed = ", ".join(installed())
        raise PluginError(f"No source {name!r} is installed.{meant} There are: {listed}.")
    try:
        with _within(LONGEST_LOAD):
            module = entry.load()
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}"
        raise PluginError(f"source {name!r} ({entry.value}) cannot be loaded: {said}") from error
    check(module, name)
    return cast(Source, module)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """End what takes longer by a TimeoutError. Sources are loaded in the main thread: no other
    can be interrupted, and there nothing is limited."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_signal: object) -> None:
        raise TimeoutError(f"it takes more than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check(module: object, name: str) -> None:
    """Raise PluginError where `module` does not keep the contract's names."""
    missing = [part for part in REQUIRED if not hasattr(module, part)]
    if missing:
        raise PluginError(f"source {name!r} lacks {', '.join(missing)}")
    if name != module.NAME:  # type: ignore[attr-defined]
        raise PluginError(f"source {name!r} calls itself {module.NAME!r}")  # type: ignore[attr-defined]


def shapes_file(source: Source) -> Path | None:
    """Return where the shapes of a source's answers are kept, beside its module; None where the
    source reads any page, which has no shape of its own."""
    path = getattr(source, "__file__", None)
    return Path(path).parent / "shapes" / f"{source.NAME}.json" if path and source.HOSTS else None


def shapes_of(source: Source) -> tuple[KnownShape, ...]:
    """Return the shapes that a source's answers are known to have; none where none are kept."""
    path = shapes_file(source)
    return _shapes_in(path) if path is not None and path.exists() else ()


@cache
def _shapes_in(path: Path) -> tuple[KnownShape, ...]:
    return shape.from_json(json.loads(path.read_text(encoding="utf-8")))


def reader_of(source: Source) -> str:
    """Return what stands for the code that reads a source's answers: the same for the same files
    of its package. Empty where it has no files."""
    top = sys.modules.get(getattr(source, "__name__", "").partition(".")[0])
    path = getattr(top, "__file__", None)
    return _digest_of(path) if path else ""


@cache
def _digest_of(module: str) -> str:
    path = Path(module)
    files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
    digest = sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


class SourceCalls:
    """Calls sources while the operator's file is read. Those that come with reviewbot are called
    here; a plugin in a process of its own, with limits of time and memory, which ends with this.
    """

    def __init__(self) -> None:
        self._elsewhere = OneByOne(LIMITS)
        self._too_slow: dict[str, str] = {}

    def of(self, source: Source, function: Callable[..., Called], *args: Any) -> Called:
        """Return what `function` returns of the source and `args`. Raises what the source raises
        of the contract's errors; of a plugin TooHeavy where it takes too long or too much memory,
        RuntimeError for any other fault, each with its name."""
        entry = installed().get(source.NAME)
        if entry is not None and _comes_with_reviewbot(entry):
            return said_by(function, source, *args)
        if source.NAME in self._too_slow:  # else each of its links would take as long
            raise TooHeavy(self._too_slow[source.NAME])
        try:
            given = (address_of(source), function, args)
            return cast(Called, self._elsewhere.call(called, *given))
        except TooHeavy as error:
            said = self._too_slow[source.NAME] = f"source {source.NAME!r} is {error}"
            raise TooHeavy(said) from None
        except Broken as error:
            raise RuntimeError(f"source {source.NAME!r} fails: {error}") from None


@cache
def _comes_with_reviewbot(entry: EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == "reviewbot"


def recognise_url(url: str) -> TargetHint | None:
    """Return what a pasted link points at, asking every source; a site's own module goes before
    those that read any page (`json_ld`, `feed`, `table` name no hosts)."""
    calls = SourceCalls()
    for module in sorted(loaded(), key=lambda module: not module.HOSTS):
        try:
            hint = calls.of(module, recognised, url)
        except (CollectError, RuntimeError) as error:
            log.error("%s", error)
            continue
        if hint is not None:
            return hint
    return None


def source_facts_of(settings: Settings, secrets: Collection[str] = ()) -> Sources:
    """Return what the desk must know of each installed source; `secrets` are the names of those
    there are.

    A source publishes where its module can reply and the operator has not switched it off; to
    which of its targets, depends on their credentials.
    """
    facts, calls = {}, SourceCalls()
    for module in loaded():
        name, own = module.NAME, settings.sources.get(module.NAME)
        can_publish = hasattr(module, "reply") and own is not None and own.publish
        facts[name] = SourceFacts(
            title=module.TITLE,
            limit=module.REPLY_LIMIT,
            can_publish=can_publish,
            by_hand=(
                frozenset(_by_hand(module, settings, secrets, calls))
                if can_publish
                else frozenset()
            ),
            shows_replies=module.TRAITS.shows_replies,
            rating_days=own.rating_days if own else None,
            declines=hasattr(module, "decline"),
            comments=module.TRAITS.comments,
            reader=reader_of(module),
            **({"undo": own.undo} if own else {}),
        )
    facts[SURVEY] = OF_SURVEYS
    return facts


def _by_hand(
    module: Source, settings: Settings, secrets: Collection[str], calls: SourceCalls
) -> Iterator[str]:
    """Yield the source's targets whose replies only people can post."""
    for key, entry in settings.targets.items():
        target = entry.target
        if target.source != module.NAME:
            continue
        if target.secret_ref not in secrets:
            target = replace(target, secret_ref="")
        try:
            is_posted = calls.of(module, publishes, target)
        except (CollectError, RuntimeError) as error:
            log.error("%s: its replies are posted by hand", error)
            is_posted = False
        if not is_posted:
            yield key
