"""From the file in shape to the Setup: names checked against each other, defaults filled in."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from reviewbot.config import desks as duty
from reviewbot.config import durations, links, locations, replies, spreadsheet
from reviewbot.config.context import House, check_key, zone
from reviewbot.config.credentials import Credential, beside
from reviewbot.config.doorbell import doorbell
from reviewbot.config.problems import Problems, guess_at
from reviewbot.config.schema import File, LocationTable, PersonTable
from reviewbot.core.calendar.digest_days import places_of
from reviewbot.core.model import Role
from reviewbot.core.settings import (
    Chat,
    DigestTime,
    Fetching,
    Imports,
    Person,
    Settings,
    StepTo,
    Telegram,
)
from reviewbot.words.operator_text import say

GROUP = "group:"
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
    """Return the Setup and the credentials of sources; every mistake goes to `problems`.

    `raw` tells which names the operator wrote, also where their entries were `refused` (paths of
    values taken out). The Setup is of use only if there were no mistakes.
    """
    known = links.installed()
    house = _house(file, raw, refused, known, folder, today, problems)
    for path, keys in (
        ("chats", house.chats),
        ("people", house.people),
        ("locations", tuple(house.own)),
        ("competitors", tuple(house.rivals)),
        ("locations", house.groups),
    ):
        for key in keys:
            check_key(f"{path}.{key}", key, problems)
    house_zone = zone("time_zone", file.time_zone, problems)
    people = _people(house)
    chats = _chats(house, people)
    desks = duty.desks(house, people)
    setups = locations.sources(house, known)
    found = locations.locations(house)
    held = locations.secrets(house, known, environ)
    targets, secrets = locations.targets(house, known, setups, held)
    times = duty.reply_time(house)
    on_duty = any(desk.on_duty for desk in desks.values())
    bell, bell_secrets = doorbell(house)
    settings = Settings(
        language=file.language,
        zone=house_zone,
        telegram=Telegram(
            base_url=locations.address("telegram.base_url", file.telegram.base_url, house)
            or "https://api.telegram.org",
            proxy=_proxy(file.telegram.proxy, problems),
        ),
        chats=chats,
        people=people,
        desks=desks,
        reply_time=times,
        ladders=duty.ladders(house, times, on_duty),
        routes=duty.routes(house),
        locations=found,
        targets=targets,
        sources=setups,
        fetching=_fetching(house, locations.hosts(known, targets)),
        replies=replies.replies(house),
        rules=replies.rules(house),
        profile=replies.profile("profile", file.profile, house),
        operator_chat="operator" if "operator" in house.chats else "support",
        author_names=file.privacy.author_names,
        keep_messages=_keep_messages(file.privacy.keep_messages, problems),
        database=_database(file.database.path, folder, environ),
        backlog_within=problems.read(
            "desk.backlog_within", durations.duration, file.desk.backlog_within
        )
        or timedelta(days=30),
        digest=_digest(house),
        imports=_imports(house),
        doorbell=bell,
    )
    duty.warn_of_unapproved(people, settings, house)
    _warn_of_empty_digests(settings, problems)
    return settings, {**secrets, **bell_secrets}


def _house(
    file: File,
    raw: Mapping[str, object],
    refused: frozenset[str],
    known: links.Links,
    folder: Path,
    today: date,
    problems: Problems,
) -> House:
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
    return House(
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


def _people(house: House) -> dict[str, Person]:
    problems = house.problems
    found: dict[str, Person] = {}
    for key, table in house.file.people.items():
        path = f"people.{key}"
        if key in set(StepTo):
            problems.add(
                path,
                say('"{key}" has a meaning of its own in [reminders].', key=key),
                say("Rename."),
            )
        if table.id <= 0:
            problems.add(
                f"{path}.id",
                say("{number} is not a person's number.", number=table.id),
                say("Groups have negative numbers; /whoami tells one's own."),
            )
        if table.deputy == key:
            problems.add(f"{path}.deputy", say("Nobody is their own deputy."))
        elif table.deputy is not None:
            problems.known(f"{path}.deputy", "person", table.deputy, house.people)
        _check_only(f"{path}.only", table, house)
        same = next((each for each in found.values() if each.telegram_id == table.id), None)
        if same:
            problems.add(
                f"{path}.id",
                say("{person} has this number too.", person=same.key),
                say("One entry a person."),
            )
        found[key] = Person(
            key=key,
            telegram_id=table.id,
            name=table.name or key,
            role=Role(table.role),
            only=tuple(table.only),
            deputy=table.deputy,
            language=table.language,
        )
    if not house.people:
        problems.add(
            "people",
            say("There is nobody to answer reviews."),
            say('Write [people] with marina = { id = 123456789, role = "manager" }.'),
        )
    return found


def _check_only(path: str, table: PersonTable, house: House) -> None:
    names = [*house.places, *(f"{GROUP}{group}" for group in house.groups)]
    for name in table.only:
        if name in house.groups and name not in house.places:
            house.problems.add(
                path,
                say('"{name}" is a group.', name=name),
                say('Write "{group}"; a bare name is a location.', group=f"{GROUP}{name}"),
            )
        else:
            house.problems.known(path, "location or group", name, names)


def _chats(house: House, people: Mapping[str, Person]) -> dict[str, Chat]:
    problems = house.problems
    found: dict[str, Chat] = {}
    for key, table in house.file.chats.items():
        path = f"chats.{key}"
        if key in set(StepTo):
            problems.add(
                path,
                say('"{key}" has a meaning of its own in [reminders].', key=key),
                say("Rename."),
            )
        if key in house.people:
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
            if problems.known(f"{path}.person", "person", table.person, house.people):
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
    if "support" not in house.chats:
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


def _fetching(house: House, hosts: list[str]) -> Fetching:
    table, problems = house.file.fetch, house.problems
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
        place = beside(house.folder, name)
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
        allowed_hosts=tuple(table.allowed_hosts),
        gaps=gaps,
        folders=tuple(folders),
    )


def _imports(house: House) -> Imports:
    name = house.file.imports.folder
    if not name:
        return Imports()
    place = beside(house.folder, name)
    if not place.is_dir():
        house.problems.warn("imports.folder", say("There is no folder {place}.", place=place))
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


def _database(written: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Return the database: REVIEWBOT_DATABASE, else the file's; a path is the file's neighbour."""
    chosen = environ.get("REVIEWBOT_DATABASE") or written
    return chosen if "://" in chosen else str(beside(folder, chosen))


def _digest(house: House) -> dict[str, dict[str, DigestTime]]:
    found: dict[str, dict[str, DigestTime]] = {}
    for chat, table in house.file.digest.items():
        path = f"digest.{chat}"
        house.problems.known(path, "chat", chat, house.chats)
        found[chat] = {}
        for period, text in table.model_dump(exclude_none=True).items():
            at = house.problems.read(f"{path}.{period}", durations.digest_time, period, text)
            if at is not None:
                found[chat][period] = at
    return found


def _warn_of_empty_digests(settings: Settings, problems: Problems) -> None:
    for key in settings.digest:
        if key in settings.chats and not places_of(settings, settings.chats[key]):
            problems.warn(
                f"digest.{key}",
                say("No location's cards go to this chat, so no digest does."),
                say("See [[routes]], or the person's `only`."),
            )
