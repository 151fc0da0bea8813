"""Locations, competitors and their links: the places the house cares about, and its targets."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import SecretStr

from reviewbot.config import durations
from reviewbot.config.context import House, zone
from reviewbot.config.credentials import Credential, beside, credential, variable_of
from reviewbot.config.links import Links, options, refuse_unknown
from reviewbot.config.replies import profile
from reviewbot.config.schema import LinkTable, LocationTable, PauseTable, SourceTable
from reviewbot.core.contract import CollectError, Request, Source, Target, TargetHint
from reviewbot.core.settings import Location, Pause, SourceSetup, TargetSetup
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


def sources(house: House, links: Links) -> dict[str, SourceSetup]:
    """Return the settings of every source that loads, from its own traits where not said."""
    problems = house.problems
    for name in house.file.sources:
        path = f"sources.{name}"
        if name in links.failures:
            problems.add(path, links.failures[name])
        else:
            problems.known(path, "source", name, links.modules)
    found = {}
    for name, module in links.modules.items():
        table = house.file.sources.get(name, SourceTable())
        path = f"sources.{name}"
        refuse_unknown(module, path, table.model_extra or {}, problems)

        def length(key: str, otherwise: timedelta, table: SourceTable = table) -> timedelta:
            text = getattr(table, key)
            reader = durations.positive if key == "every" else durations.duration
            read = problems.read(f"sources.{name}.{key}", reader, text) if text else None  # noqa: B023
            return otherwise if read is None else read

        if table.publish and module.TRAITS.reply != "official":
            problems.warn(
                f"{path}.publish",
                say("Replies on {name} are posted by hand; this changes nothing.", name=name),
            )
        found[name] = SourceSetup(
            name=name,
            enabled=table.enabled,
            every=length("every", module.TRAITS.every),
            gap=length("gap", module.TRAITS.gap),
            base_url=address(f"{path}.base_url", table.base_url, house),
            publish=table.publish is not False,
            undo=length("undo", timedelta(minutes=2)),
        )
    return found


def address(path: str, url: str | None, house: House) -> str | None:
    """Return an address without its trailing slash, or note that it is none."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or not parts.hostname:
        house.problems.add(
            path, say('"{url}" is not an address.', url=url), say('Write it like "https://host".')
        )
        return None
    if path.startswith("sources.") and _is_private(parts.hostname):
        allowed = house.file.fetch.allowed_hosts
        if parts.hostname not in allowed:
            house.problems.warn(
                path,
                say("{host} is a private address and will be refused.", host=parts.hostname),
                say(
                    'If it is meant, write [fetch] allowed_hosts = ["{host}"].',
                    host=parts.hostname,
                ),
            )
    return url.rstrip("/")


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".internal", ".localhost"))


def locations(house: House) -> dict[str, Location]:
    """Return own places and competitors by key."""
    found: dict[str, Location] = {}
    for role, tables in (("own", house.own), ("competitor", house.rivals)):
        section = "locations" if role == "own" else "competitors"
        for key, table in tables.items():
            path = f"{section}.{key}"
            if key in found:
                house.problems.add(path, say("There is a location of this name already."))
                continue
            found[key] = _location(path, key, table, role == "competitor", house)
    _check_former_keys(found, house)
    return found


def _check_former_keys(found: Mapping[str, Location], house: House) -> None:
    """Note former keys that are in use, or that two locations name."""
    owners: dict[str, str] = {}
    for key, place in found.items():
        path = f"{'competitors' if place.role == 'competitor' else 'locations'}.{key}.formerly"
        for former in place.formerly:
            owner = owners.setdefault(former, key)
            if former in found:
                house.problems.add(
                    path,
                    say('"{former}" is the key of a location of today.', former=former),
                    say("A former key is one that the file has no more."),
                )
            elif owner != key:
                house.problems.add(
                    path,
                    say('"{former}" is a former key of {owner} too.', former=former, owner=owner),
                    say("Its history can follow one of them."),
                )


def _location(path: str, key: str, table: LocationTable, rival: bool, house: House) -> Location:
    problems = house.problems
    teams = [group for group in table.groups if group in house.file.desk.groups]
    if len(teams) > 1:
        problems.add(
            f"{path}.groups",
            say("Two desks would answer: {names}.", names=", ".join(teams)),
            say("A location may be in one group that has a desk of its own."),
        )
    if not table.links and not rival:
        problems.warn(
            path, say("has no links: nothing is read for it."), say("Paste them into `links`.")
        )
    role: Literal["own", "competitor"] = "competitor" if rival else "own"
    return Location(
        key=key,
        name=table.name or key,
        contact=table.contact,
        groups=tuple(table.groups),
        zone=zone(f"{path}.time_zone", table.time_zone, problems)
        if table.time_zone
        else house.file.time_zone,
        desk=teams[0] if teams and not rival else "",
        paused=_pause(f"{path}.paused", table.paused, house) if table.paused else None,
        role=role,
        profile=profile(f"{path}.profile", table.profile, house),
        formerly=tuple(dict.fromkeys(table.formerly)),
    )


def _pause(path: str, table: PauseTable, house: House) -> Pause | None:
    start = house.problems.read(f"{path}.from", durations.day, table.from_)
    end = house.problems.read(f"{path}.to", durations.day, table.to)
    if start is None or end is None:
        return None
    if end < start:
        house.problems.add(
            path, say("ends on {end} before it starts on {start}.", end=end, start=start)
        )
        return None
    return Pause(start, end, table.why)


def targets(
    house: House,
    links: Links,
    setups: Mapping[str, SourceSetup],
    held: Mapping[str, Credential],
) -> tuple[dict[str, TargetSetup], dict[str, Credential]]:
    """Return the targets by key, and all credentials by `secret_ref`: those `held` by sources and
    those of links."""
    found: dict[str, TargetSetup] = {}
    sealed = dict(held)
    owners: dict[tuple[str, str], str] = {}
    pasted = _pasted(house, links)
    twice = Counter((link.location, link.hint.source) for link in pasted)
    for link in pasted:
        source, ref = link.hint.source, link.hint.ref
        if not setups[source].enabled:
            continue
        owner = owners.setdefault((source, ref), link.path)
        if owner != link.path:
            house.problems.add(
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
        target = _target(key, link, setups[source], house)
        own = credential(
            link.path,
            link.table.credentials_file,
            link.table.token_file,
            house.folder,
            house.problems,
        )
        if own is not None:
            target = replace(target, secret_ref=key)
            sealed[key] = own
        first = _first_request(link, target, house)
        _warn_of_no_credential(first, link, sealed, house)
        _check_file(first, link, house)
        every, every_max = _rhythm(link, setups[source], house)
        found[key] = TargetSetup(
            target=target,
            location=link.location,
            every=every,
            every_max=every_max,
            hosts=_hosts(first, target, link.module),
        )
    _refuse_flamp_beside_2gis(pasted, house)
    return found, sealed


def hosts(links: Links, found: Mapping[str, TargetSetup]) -> list[str]:
    """Return the hosts that readings go to, those of the file's own targets first."""
    own = [host for target in found.values() for host in target.hosts]
    others = [host for module in links.modules.values() for host in module.HOSTS]
    return list(dict.fromkeys([*own, *others]))


def _pasted(house: House, links: Links) -> list[_Link]:
    found = []
    for section, tables in (("locations", house.own), ("competitors", house.rivals)):
        for key, table in tables.items():
            for number, link in enumerate(table.links, start=1):
                path = f"{section}.{key}.links[{link.place or number}]"
                hint = house.problems.read(path, links.recognise, link.url)
                if hint is not None:
                    found.append(_Link(path, key, link, hint, links.modules[hint.source]))
    return found


def _target(key: str, link: _Link, settings: SourceSetup, house: House) -> Target:
    table = house.file.sources.get(settings.name, SourceTable())
    chosen = options(
        link.module,
        [
            (f"sources.{settings.name}", table.model_extra or {}),
            (link.path, {name: v for name, v in link.hint.options.items() if v}),
            (link.path, link.table.model_extra or {}),
        ],
        house.problems,
    )
    place = house.own.get(link.location) or house.rivals[link.location]
    return Target(
        key=key,
        source=settings.name,
        ref=link.hint.ref,
        url=link.hint.url,
        name=place.name or link.location,
        options=chosen,
        base_url=settings.base_url,
        secret_ref=settings.name,
        zone=place.time_zone or house.file.time_zone,
    )


def _rhythm(link: _Link, settings: SourceSetup, house: House) -> tuple[timedelta, timedelta]:
    """Return `every` and `every_max`: the link's own, the source's, or the default."""
    read = house.problems.read
    table = house.file.sources.get(settings.name, SourceTable())
    every, slow = settings.every, None
    if link.table.every:
        every = read(f"{link.path}.every", durations.positive, link.table.every) or every
    elif table.every_max:
        slow = read(f"sources.{settings.name}.every_max", durations.positive, table.every_max)
    if link.table.every_max:
        slow = read(f"{link.path}.every_max", durations.positive, link.table.every_max)
    if slow is not None and slow < every:
        house.problems.add(
            f"{link.path if link.table.every_max else f'sources.{settings.name}'}.every_max",
            say(
                "{slow} is shorter than `every`, {every}.",
                slow=durations.brief(slow),
                every=durations.brief(every),
            ),
        )
        slow = None
    return every, slow or every * EVERY_MAX


def _first_request(link: _Link, target: Target, house: House) -> Request | None:
    """Return what a reading asks first. A source that cannot even ask (its account is not named)
    is told of here."""
    if target.options is None:
        return None
    try:
        return next(link.module.pages(target, {}), None)
    except CollectError as error:
        house.problems.add(link.path, f"{error.reason}.")
        return None


def _hosts(first: Request | None, target: Target, module: Source) -> tuple[str, ...]:
    """Return the hosts a reading goes to: that of its first request, then the source's others."""
    host = urlsplit(first.url).hostname if first else None
    others = () if target.base_url else module.HOSTS
    return tuple(dict.fromkeys(each for each in (host, *others) if each))


def _check_file(first: Request | None, link: _Link, house: House) -> None:
    """Note a file that lies where none may be read; one that is not there yet is a warning."""
    parts = urlsplit(first.url) if first else None
    if parts is None or parts.scheme != "file":
        return
    file = Path(url2pathname(parts.path))
    folders = [beside(house.folder, name).resolve() for name in house.file.fetch.folders]
    if not any(file.resolve().is_relative_to(folder) for folder in folders):
        house.problems.add(
            link.path,
            say("{file} is not in a folder that may be read.", file=file),
            say('Write [fetch] folders = ["{folder}"].', folder=file.parent),
        )
    elif not file.is_file():
        house.problems.warn(link.path, say("There is no file {file} yet.", file=file))


def _warn_of_no_credential(
    first: Request | None, link: _Link, held: Mapping[str, Credential], house: House
) -> None:
    source = link.hint.source
    table = house.file.sources.get(source, SourceTable())
    named = (
        table.credentials_file,
        table.token_file,
        link.table.credentials_file,
        link.table.token_file,
    )
    if first and first.auth and first.auth.secret_ref not in held and not any(named):
        house.problems.warn(
            f"sources.{source}",
            say("needs a credential, and there is none."),
            say("Name a credentials_file, or set {variable}.", variable=variable_of(source)),
        )


def _refuse_flamp_beside_2gis(pasted: list[_Link], house: House) -> None:
    at_2gis = {link.location for link in pasted if link.hint.source == "two_gis"}
    for link in pasted:
        if link.hint.source == "flamp" and link.location in at_2gis:
            house.problems.add(
                link.path,
                say("2GIS brings Flamp's reviews too: each would come twice."),
                say("Keep the link to 2GIS and take this one out."),
            )


def secrets(house: House, links: Links, environ: Mapping[str, str]) -> dict[str, Credential]:
    """Return the credentials of sources: the environment's token over the file's."""
    found: dict[str, Credential] = {}
    for name in links.modules:
        table = house.file.sources.get(name, SourceTable())
        token = environ.get(variable_of(name), "").strip()
        sealed = credential(
            f"sources.{name}",
            table.credentials_file,
            None if token else table.token_file,
            house.folder,
            house.problems,
        )
        if token:
            sealed = {**(sealed or {}), "token": SecretStr(token)}
        if sealed is not None:
            found[name] = sealed
    return found
