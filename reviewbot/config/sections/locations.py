"""Sources, locations and competitors."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext, zone
from reviewbot.config.links import Links, refuse_unknown
from reviewbot.config.schema import LocationTable, PauseTable, SourceTable
from reviewbot.config.sections.replies import profile
from reviewbot.core.connections import SourceSettings, without_port
from reviewbot.core.settings import Location, Pause
from reviewbot.words.operator_text import say


def sources(context: ResolveContext, links: Links) -> dict[str, SourceSettings]:
    """Return the settings of every source that loads, from its own traits where not said."""
    problems = context.problems
    for name in context.file.sources:
        path = f"sources.{name}"
        if name in links.failures:
            problems.add(path, links.failures[name])
        else:
            problems.known(path, "source", name, links.modules)
    found = {}
    for name, module in links.modules.items():
        table = context.file.sources.get(name, SourceTable())
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
        found[name] = SourceSettings(
            name=name,
            enabled=table.enabled,
            every=length("every", module.TRAITS.every),
            gap=length("gap", module.TRAITS.gap),
            base_url=address(f"{path}.base_url", table.base_url, context),
            publish=table.publish is not False,
            undo=length("undo", timedelta(minutes=2)),
            rating_days=table.rating_days,
        )
    return found


def address(path: str, url: str | None, context: ResolveContext) -> str | None:
    """Return an address without its trailing slash, or note that it is none."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or not parts.hostname:
        context.problems.add(
            path, say('"{url}" is not an address.', url=url), say('Write it like "https://host".')
        )
        return None
    if path.startswith("sources.") and _is_private(parts.hostname):
        allowed = {without_port(entry)[0] for entry in context.file.fetch.allowed_hosts}
        if parts.hostname not in allowed:
            context.problems.warn(
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


def locations(context: ResolveContext) -> dict[str, Location]:
    """Return own places and competitors by key."""
    found: dict[str, Location] = {}
    for role, tables in (("own", context.own), ("competitor", context.rivals)):
        section = "locations" if role == "own" else "competitors"
        for key, table in tables.items():
            path = f"{section}.{key}"
            if key in found:
                context.problems.add(path, say("There is a location of this name already."))
                continue
            found[key] = _location(path, key, table, role == "competitor", context)
    _check_former_keys(found, context)
    return found


def _check_former_keys(found: Mapping[str, Location], context: ResolveContext) -> None:
    """Note former keys that are in use, or that two locations name."""
    owners: dict[str, str] = {}
    for key, place in found.items():
        path = f"{'competitors' if place.role == 'competitor' else 'locations'}.{key}.formerly"
        for former in place.formerly:
            owner = owners.setdefault(former, key)
            if former in found:
                context.problems.add(
                    path,
                    say('"{former}" is the key of a location of today.', former=former),
                    say("A former key is one that the file has no more."),
                )
            elif owner != key:
                context.problems.add(
                    path,
                    say('"{former}" is a former key of {owner} too.', former=former, owner=owner),
                    say("Its history can follow one of them."),
                )


def _location(
    path: str, key: str, table: LocationTable, rival: bool, context: ResolveContext
) -> Location:
    problems = context.problems
    teams = [group for group in table.groups if group in context.file.desk.groups]
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
    if table.place_chat is not None:
        names = (*context.chats, *context.people)
        problems.known(f"{path}.place_chat", "chat or person", table.place_chat, names)
    return Location(
        key=key,
        name=table.name or key,
        contact=table.contact,
        groups=tuple(table.groups),
        zone=zone(f"{path}.time_zone", table.time_zone, problems)
        if table.time_zone
        else context.file.time_zone,
        desk=teams[0] if teams and not rival else "",
        paused=_pause(f"{path}.paused", table.paused, context) if table.paused else None,
        role=role,
        profile=profile(f"{path}.profile", table.profile, context),
        formerly=tuple(dict.fromkeys(table.formerly)),
        goal=table.goal,
        praise=table.praise,
        place_chat=table.place_chat,
    )


def _pause(path: str, table: PauseTable, context: ResolveContext) -> Pause | None:
    start = context.problems.read(f"{path}.from", durations.day, table.from_)
    end = context.problems.read(f"{path}.to", durations.day, table.to)
    if start is None or end is None:
        return None
    if end < start:
        context.problems.add(
            path, say("ends on {end} before it starts on {start}.", end=end, start=start)
        )
        return None
    return Pause(start, end, table.why)
