"""Finds the sources: entry points "reviewbot.sources", loaded when first asked for."""

from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import cast

from reviewbot.core.contract import Source, TargetHint
from reviewbot.core.errors import PluginError

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
    found = sorted(entry_points(group="reviewbot.sources"), key=lambda entry: entry.name)
    return MappingProxyType({entry.name: entry for entry in found})


@cache
def load(name: str) -> Source:
    """Return the source module of that name.

    Raises PluginError where there is none, it cannot be imported, or a part of the contract
    is missing.
    """
    entry = installed().get(name)
    if entry is None:
        near = get_close_matches(name, installed(), n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        listed = ", ".join(installed())
        raise PluginError(f"No source {name!r} is installed.{meant} There are: {listed}.")
    try:
        module = entry.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise PluginError(f"source {name!r} ({entry.value}) cannot be loaded: {error}") from error
    check(module, name)
    return cast(Source, module)


def check(module: object, name: str) -> None:
    """Raise PluginError where `module` does not keep the contract's names."""
    missing = [part for part in REQUIRED if not hasattr(module, part)]
    if missing:
        raise PluginError(f"source {name!r} lacks {', '.join(missing)}")
    if name != module.NAME:  # type: ignore[attr-defined]
        raise PluginError(f"source {name!r} calls itself {module.NAME!r}")  # type: ignore[attr-defined]


def recognise_url(url: str) -> TargetHint | None:
    """Return what a pasted link points at, asking every source; a site's own module goes before
    those that read any page (`json_ld`, `feed`, `table` name no hosts)."""
    modules = [load(name) for name in installed()]
    for module in sorted(modules, key=lambda module: not module.HOSTS):
        hint = module.recognise_url(url)
        if hint is not None:
            return hint
    return None
