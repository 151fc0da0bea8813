"""Links: each a page to read, with its source, its rhythm and its credentials."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import SecretStr

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext
from reviewbot.config.credentials import Credential, beside, credential, variable_of
from reviewbot.config.links import Links, options
from reviewbot.config.schema import LinkTable, SourceTable
from reviewbot.core.connections import SourceSettings, TargetSettings
from reviewbot.core.contract import (
    CollectError,
    Request,
    Source,
    Target,
    TargetHint,
    first_request,
)
from reviewbot.registry import SourceCalls
from reviewbot.words.operator_text import say

EVERY_MAX = 2
"""How much slower than `every` a quiet target is read when `every_max` is not said."""


@dataclass(frozen=True, slots=True)
class _Link:
    path: str
    location: str
    table: LinkTable
    hint: TargetHint
    module: Source


def targets(
    context: ResolveContext,
    links: Links,
    setups: Mapping[str, SourceSettings],
    held: Mapping[str, Credential],
) -> tuple[dict[str, TargetSettings], dict[str, Credential]]:
    """Return the targets by key, and all credentials by `secret_ref`: those `held` by sources and
    those of links."""
    found: dict[str, TargetSettings] = {}
    sealed = dict(held)
    owners: dict[tuple[str, str], str] = {}
    pasted = _pasted(context, links)
    twice = Counter((link.location, link.hint.source) for link in pasted)
    for link in pasted:
        source, ref = link.hint.source, link.hint.ref
        if not setups[source].enabled:
            continue
        owner = owners.setdefault((source, ref), link.path)
        if owner != link.path:
            context.problems.add(
                link.path,
                say(
                    "{source} {ref} is already read for {owner}.",
                    source=source,
                    ref=ref,
                    owner=owner,
                ),
                say("Name a page once."),
            )
            continue
        key = f"{link.location}/{source}"
        if twice[link.location, source] > 1:
            key = f"{key}/{ref}"
        target = _target(key, link, setups[source], context, links.calls)
        own = credential(
            link.path,
            link.table.credentials_file,
            link.table.token_file,
            context.folder,
            context.problems,
        )
        if own is not None:
            target = replace(target, secret_ref=key)
            sealed[key] = own
        first = _first_request(link, target, context, links.calls)
        _warn_of_no_credential(first, link, sealed, context)
        _check_file(first, link, context)
        every, every_max = _rhythm(link, setups[source], context)
        found[key] = TargetSettings(
            target=target,
            location=link.location,
            every=every,
            every_max=every_max,
            hosts=_hosts(first, target, link.module),
        )
    _refuse_flamp_beside_2gis(pasted, context)
    return found, sealed


def hosts(links: Links, found: Mapping[str, TargetSettings]) -> list[str]:
    """Return the hosts that readings go to, those of the file's own targets first."""
    own = [host for target in found.values() for host in target.hosts]
    others = [host for module in links.modules.values() for host in module.HOSTS]
    return list(dict.fromkeys([*own, *others]))


def _pasted(context: ResolveContext, links: Links) -> list[_Link]:
    found = []
    for section, tables in (("locations", context.own), ("competitors", context.rivals)):
        for key, table in tables.items():
            for number, link in enumerate(table.links, start=1):
                path = f"{section}.{key}.links[{link.place or number}]"
                hint = context.problems.read(path, links.recognise, link.url)
                if hint is not None:
                    found.append(_Link(path, key, link, hint, links.modules[hint.source]))
    return found


def _target(
    key: str,
    link: _Link,
    settings: SourceSettings,
    context: ResolveContext,
    calls: SourceCalls,
) -> Target:
    table = context.file.sources.get(settings.name, SourceTable())
    chosen = options(
        link.module,
        [
            (f"sources.{settings.name}", table.model_extra or {}),
            (link.path, {name: v for name, v in link.hint.options.items() if v}),
            (link.path, link.table.model_extra or {}),
        ],
        context.problems,
        calls,
    )
    place = context.own.get(link.location) or context.rivals[link.location]
    return Target(
        key=key,
        source=settings.name,
        ref=link.hint.ref,
        url=link.hint.url,
        name=place.name or link.location,
        options=chosen,
        base_url=settings.base_url,
        secret_ref=settings.name,
        zone=place.time_zone or context.file.time_zone,
    )


def _rhythm(
    link: _Link, settings: SourceSettings, context: ResolveContext
) -> tuple[timedelta, timedelta]:
    """Return `every` and `every_max`: the link's own, the source's, or the default."""
    read = context.problems.read
    table = context.file.sources.get(settings.name, SourceTable())
    every, slow = settings.every, None
    if link.table.every:
        every = read(f"{link.path}.every", durations.positive, link.table.every) or every
    elif table.every_max:
        slow = read(f"sources.{settings.name}.every_max", durations.positive, table.every_max)
    if link.table.every_max:
        slow = read(f"{link.path}.every_max", durations.positive, link.table.every_max)
    if slow is not None and slow < every:
        context.problems.add(
            f"{link.path if link.table.every_max else f'sources.{settings.name}'}.every_max",
            say(
                "{slow} is shorter than `every`, {every}.",
                slow=durations.brief(slow),
                every=durations.brief(every),
            ),
        )
        slow = None
    return every, slow or every * EVERY_MAX


def _first_request(
    link: _Link, target: Target, context: ResolveContext, calls: SourceCalls
) -> Request | None:
    """Return what a reading asks first. A source that cannot even ask (its account is not named)
    is told of here."""
    if target.options is None:
        return None
    try:
        return calls.of(link.module, first_request, target)
    except CollectError as error:
        context.problems.add(link.path, say("{reason}.", reason=error.reason))
    except RuntimeError as error:
        context.problems.add(link.path, say("{reason}.", reason=error))
    return None


def _hosts(first: Request | None, target: Target, module: Source) -> tuple[str, ...]:
    """Return the hosts a reading goes to: that of its first request, then the source's others."""
    host = urlsplit(first.url).hostname if first else None
    others = () if target.base_url else module.HOSTS
    return tuple(dict.fromkeys(each for each in (host, *others) if each))


def _check_file(first: Request | None, link: _Link, context: ResolveContext) -> None:
    """Note a file that lies where none may be read; one that is not there yet is a warning."""
    parts = urlsplit(first.url) if first else None
    if parts is None or parts.scheme != "file":
        return
    file = Path(url2pathname(parts.path))
    folders = [beside(context.folder, name).resolve() for name in context.file.fetch.folders]
    if not any(file.resolve().is_relative_to(folder) for folder in folders):
        context.problems.add(
            link.path,
            say("{file} is not in a folder that may be read.", file=file),
            say('Write [fetch] folders = ["{folder}"].', folder=file.parent),
        )
    elif not file.is_file():
        context.problems.warn(link.path, say("There is no file {file} yet.", file=file))


def _warn_of_no_credential(
    first: Request | None, link: _Link, held: Mapping[str, Credential], context: ResolveContext
) -> None:
    source = link.hint.source
    table = context.file.sources.get(source, SourceTable())
    named = (
        table.credentials_file,
        table.token_file,
        link.table.credentials_file,
        link.table.token_file,
    )
    if first and first.auth and first.auth.secret_ref not in held and not any(named):
        context.problems.warn(
            f"sources.{source}",
            say("needs a credential, and there is none."),
            say("Name a credentials_file, or set {variable}.", variable=variable_of(source)),
        )


def _refuse_flamp_beside_2gis(pasted: list[_Link], context: ResolveContext) -> None:
    at_2gis = {link.location for link in pasted if link.hint.source == "two_gis"}
    for link in pasted:
        if link.hint.source == "flamp" and link.location in at_2gis:
            context.problems.add(
                link.path,
                say("2GIS brings Flamp's reviews too: each would come twice."),
                say("Keep the link to 2GIS and take this one out."),
            )


def secrets(
    context: ResolveContext, links: Links, environ: Mapping[str, str]
) -> dict[str, Credential]:
    """Return the credentials of sources: the environment's token over the file's."""
    found: dict[str, Credential] = {}
    for name in links.modules:
        table = context.file.sources.get(name, SourceTable())
        token = environ.get(variable_of(name), "").strip()
        sealed = credential(
            f"sources.{name}",
            table.credentials_file,
            None if token else table.token_file,
            context.folder,
            context.problems,
        )
        if token:
            sealed = {**(sealed or {}), "token": SecretStr(token)}
        if sealed is not None:
            found[name] = sealed
    return found
