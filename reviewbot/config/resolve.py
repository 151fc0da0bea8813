"""From the file in shape to Settings: names checked against each other, defaults filled in."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from reviewbot.config import durations, links, spreadsheet
from reviewbot.config.context import ResolveContext, check_key, zone
from reviewbot.config.credentials import Credential, beside
from reviewbot.config.problems import Problems, guess_at
from reviewbot.config.schema import File, LocationTable
from reviewbot.config.sections import desks, duty, locations, reminders, replies, targets
from reviewbot.config.sections.doorbell import doorbell, web_secrets
from reviewbot.config.sections.guests import guests
from reviewbot.config.sections.other_systems import drafting, endpoints, fallback
from reviewbot.config.sections.upkeep import backups, named_database
from reviewbot.core.calendar.digest_days import places_of
from reviewbot.core.connections import Fetching, Imports, Telegram, with_port, without_port
from reviewbot.core.settings import Chat, DigestTime, Person, Settings, StepTo
from reviewbot.words.operator_text import say

KEPT_LEAST = timedelta(days=7)


def resolve(
    file: File,
    raw: Mapping[str, object],
    refused: frozenset[str],
    *,
    folder: Path,
    environ: Mapping[str, str],
    today: date,
    problems: Problems,
) -> tuple[Settings, dict[str, Credential]]:
    """Return the Settings and the credentials of sources; every mistake goes to `problems`.

    `raw` tells which names the operator wrote, also where their entries were `refused` (paths of
    values taken out). The Settings are of use only if there were no mistakes.
    """
    known = links.installed()
    context = _context(file, raw, refused, known, folder, today, problems)
    for path, keys in (
        ("chats", context.chats),
        ("people", context.people),
        ("locations", tuple(context.own)),
        ("competitors", tuple(context.rivals)),
        ("locations", context.groups),
    ):
        for key in keys:
            check_key(f"{path}.{key}", key, problems)
    default_zone = zone("time_zone", file.time_zone, problems)
    people = desks.people(context)
    chats = _chats(context, people)
    teams = desks.desks(context, people)
    setups = locations.sources(context, known)
    places = locations.locations(context)
    of_sources = targets.secrets(context, known, environ)
    pages, secrets = targets.targets(context, known, setups, of_sources)
    times = desks.reply_time(context)
    on_duty = any(desk.ever_on_duty for desk in teams.values())
    listening, doorbell_secrets = doorbell(context)
    calls, call_secrets = endpoints(context)
    second_way, mail_secrets = fallback(context)
    machine, machine_secrets = drafting(context)
    asked, guest_secrets = guests(context)
    database = named_database(context, environ)
    settings = Settings(
        language=file.language,
        zone=default_zone,
        telegram=Telegram(
            base_url=locations.address("telegram.base_url", file.telegram.base_url, context)
            or "https://api.telegram.org",
            proxy=_proxy(file.telegram.proxy, problems),
        ),
        chats=chats,
        people=people,
        desks=teams,
        reply_time=times,
        ladders=reminders.ladders(context, times, on_duty),
        routes=desks.routes(context),
        locations=places,
        targets=pages,
        sources=setups,
        fetching=_fetching(context, targets.hosts(known, pages)),
        replies=replies.replies(context),
        rules=replies.rules(context),
        advice=replies.advice(context),
        dishes=replies.dishes(context),
        profile=replies.profile("profile", file.profile, context),
        operator_chat="operator" if "operator" in context.chats else "support",
        author_names=file.privacy.author_names,
        people_figures=file.privacy.people_figures,
        keep_messages=_keep_messages(file.privacy.keep_messages, problems),
        database=database,
        backlog_within=problems.read(
            "desk.backlog_within", durations.duration, file.desk.backlog_within
        )
        or timedelta(days=30),
        digest=_digest(context),
        summaries=_summaries(context),
        imports=_imports(context),
        backups=backups(context, database),
        endpoints=calls,
        fallback=second_way,
        drafting=machine,
        web_port=file.web.port,
        web_people=file.web.people,
        guests=asked,
        doorbell=listening,
    )
    duty.warn_of_duty(settings, context)
    desks.warn_of_unapproved(people, settings, context)
    _warn_of_empty_digests(settings, problems)
    page_secrets = web_secrets(context)
    return settings, {
        **secrets,
        **doorbell_secrets,
        **call_secrets,
        **mail_secrets,
        **machine_secrets,
        **page_secrets,
        **guest_secrets,
    }


def _context(
    file: File,
    raw: Mapping[str, object],
    refused: frozenset[str],
    known: links.Links,
    folder: Path,
    today: date,
    problems: Problems,
) -> ResolveContext:
    own = dict(file.locations)
    if file.locations_file:
        path = beside(folder, file.locations_file)
        for key, table in spreadsheet.read(
            "locations_file", path, known.modules, problems
        ).items():
            if key in own:
                problems.add(
                    f"locations.{key}",
                    say("This location is in {path} too.", path=path.name),
                    say("Keep one of them."),
                )
            own.setdefault(key, table)
    written = _names(raw, "locations")
    if not own and not file.competitors and not written:
        problems.add(
            "locations",
            say("There is no location yet."),
            say('Write [locations.main] with name = "…" and links = ["https://…"].'),
        )
    tables: list[LocationTable] = [*own.values(), *file.competitors.values()]
    groups = dict.fromkeys(group for table in tables for group in table.groups)
    return ResolveContext(
        file=file,
        folder=folder,
        today=today,
        problems=problems,
        chats=_names(raw, "chats"),
        people=_names(raw, "people"),
        groups=tuple(groups),
        own=own,
        rivals=dict(file.competitors),
        sources=tuple(known.modules),
        topics=replies.topics(file),
        people_refused=any(path.startswith("people.") for path in refused),
        broken_locations=frozenset((*written, *_names(raw, "competitors")))
        - own.keys()
        - file.competitors.keys(),
    )


def _names(raw: Mapping[str, object], section: str) -> tuple[str, ...]:
    table = raw.get(section)
    return tuple(table) if isinstance(table, Mapping) else ()


def _chats(context: ResolveContext, people: Mapping[str, Person]) -> dict[str, Chat]:
    problems = context.problems
    found: dict[str, Chat] = {}
    for key, table in context.file.chats.items():
        path = f"chats.{key}"
        if key in set(StepTo):
            problems.add(
                path,
                say('"{key}" has a meaning of its own in [reminders].', key=key),
                say("Rename."),
            )
        if key in context.people:
            problems.add(
                path, say('A person is called "{key}" too.', key=key), say("Rename one of them.")
            )
        if (table.id is None) == (table.person is None):
            problems.add(
                path,
                say("needs either `id` or `person`."),
                say("`reviewbot init` shows the numbers."),
            )
            continue
        if table.person is not None:
            if problems.known(f"{path}.person", "person", table.person, context.people):
                person = people.get(table.person)
                if person:
                    found[key] = Chat(
                        key,
                        person.telegram_id,
                        None,
                        person.key,
                        table.language or person.language,
                    )
            if table.topic:
                problems.add(f"{path}.topic", say("A private chat has no topics."))
            continue
        if not table.id:
            problems.add(
                f"{path}.id", say("0 is not a chat."), say("`reviewbot init` shows the numbers.")
            )
        elif table.id > 0 and table.topic:
            problems.add(
                f"{path}.id",
                say("{number} is a person's number, and persons have no topics.", number=table.id),
                say("Groups have negative numbers, -100… for those with topics."),
            )
        owner = next((each for each in people.values() if each.telegram_id == table.id), None)
        found[key] = Chat(
            key, table.id or 0, table.topic, owner.key if owner else None, table.language
        )
    if "support" not in context.chats:
        problems.add(
            "chats.support",
            say("is missing: cards have nowhere to go."),
            say("Write support = { id = -100… }; `reviewbot init` shows the numbers."),
        )
    return found


def _proxy(written: str | None, problems: Problems) -> str | None:
    try:
        parts = urlsplit(written or "")
        right = parts.scheme in ("http", "https", "socks5", "socks5h") and bool(parts.port)
    except ValueError:
        right = False
    if written is not None and not right:
        # Not the text itself: it may hold a password.
        problems.add(
            "telegram.proxy",
            say("is not the address of a proxy."),
            say('Write it like "socks5://host:1080".'),
        )
    return written


def _fetching(context: ResolveContext, hosts: list[str]) -> Fetching:
    table, problems = context.file.fetch, context.problems
    default = Fetching()
    for host in table.gaps:
        if host not in hosts:
            problems.warn(
                f"fetch.gaps.{host}",
                say("No reading goes to {host}.{guess}", host=host, guess=guess_at(host, hosts)),
                say("{nouns}: {names}.", nouns=say("Hosts"), names=", ".join(hosts[:20])),
            )
    gaps = {
        host: gap
        for host, text in table.gaps.items()
        if (gap := problems.read(f"fetch.gaps.{host}", durations.duration, text)) is not None
    }
    folders = []
    for number, name in enumerate(table.folders, start=1):
        place = beside(context.folder, name)
        if not place.is_dir():
            problems.warn(
                f"fetch.folders[{number}]", say("There is no folder {place}.", place=place)
            )
        folders.append(str(place))
    return Fetching(
        user_agent=table.user_agent or default.user_agent,
        timeout=problems.read("fetch.timeout", durations.positive, table.timeout)
        or default.timeout,
        retries=table.retries,
        max_bytes=table.max_bytes,
        max_pages=table.max_pages,
        allowed_hosts=tuple(dict.fromkeys(_allowed(context))),
        gaps=gaps,
        folders=tuple(folders),
    )


_ADDRESS = re.compile(r"https?://[^\s\"'<>]{1,2000}")


def _allowed(context: ResolveContext) -> Iterator[str]:
    """A private host is more than one service: a host without a port stands for 80, 443 and the
    ports that addresses of the file itself name."""
    allowed = [without_port(entry) for entry in context.file.fetch.allowed_hosts]
    # Looked for only where somebody asks: a file names thousands of addresses.
    named = _ports_named(context) if any(not port for _, port in allowed) else {}
    for host, port in allowed:
        ports = {port} if port else {80, 443, *named.get(host, ())}
        yield from (with_port(host, one) for one in sorted(ports))


def _ports_named(context: ResolveContext) -> dict[str, set[int]]:
    """Return the ports that the addresses of the file name, by host."""
    named: dict[str, set[int]] = {}
    for address in _ADDRESS.findall(f"{context.file!r} {context.own!r} {context.rivals!r}"):
        with suppress(ValueError):
            parts = urlsplit(address)
            named.setdefault(parts.hostname or "", set()).add(parts.port or 443)
    return named


def _imports(context: ResolveContext) -> Imports:
    name = context.file.imports.folder
    if not name:
        return Imports()
    place = beside(context.folder, name)
    if not place.is_dir():
        context.problems.warn("imports.folder", say("There is no folder {place}.", place=place))
    return Imports(str(place))


def _keep_messages(written: str, problems: Problems) -> timedelta:
    """How long handled messages stay. What is newer than a week people still press and answer."""
    path = "privacy.keep_messages"
    found = problems.read(path, durations.duration, written)
    if found is not None and found < KEPT_LEAST:
        problems.add(
            path,
            say("{found} is too short.", found=durations.brief(found)),
            say('Write "7d" or more.'),
        )
    return found or timedelta(days=30)


def _digest(context: ResolveContext) -> dict[str, dict[str, DigestTime]]:
    found: dict[str, dict[str, DigestTime]] = {}
    for chat, table in context.file.digest.items():
        path = f"digest.{chat}"
        context.problems.known(path, "chat", chat, context.chats)
        found[chat] = {}
        for period, text in table.model_dump(exclude_none=True).items():
            at = context.problems.read(f"{path}.{period}", durations.digest_time, period, text)
            if at is not None:
                found[chat][period] = at
    return found


OFTENEST_EDIT = timedelta(minutes=5)


def _summaries(context: ResolveContext) -> dict[str, timedelta]:
    """How often each chat's pinned summary may be edited: five minutes at least."""
    found: dict[str, timedelta] = {}
    for chat, text in context.file.summary.items():
        path = f"summary.{chat}"
        context.problems.known(path, "chat", chat, context.chats)
        every = context.problems.read(path, durations.positive, text)
        if every is not None and every < OFTENEST_EDIT:
            context.problems.add(path, say("A summary is edited every five minutes at most."))
        elif every is not None:
            found[chat] = every
    return found


def _warn_of_empty_digests(settings: Settings, problems: Problems) -> None:
    told = (
        (
            "digest",
            settings.digest,
            say("No location's cards go to this chat, so no digest does."),
        ),
        (
            "summary",
            settings.summaries,
            say("No location's cards go to this chat, so it has no summary."),
        ),
    )
    for table, keys, sentence in told:
        for key in keys:
            if key in settings.chats and not places_of(settings, settings.chats[key]):
                hint = say("See [[routes]], or the person's `only`.")
                problems.warn(f"{table}.{key}", sentence, hint)
