"""Writes out everything that holds, defaults included, in the file's own grammar.

What it prints can be loaded again and gives the same Setup; only secrets are dots.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import tomlkit
from tomlkit.items import AoT, Item, Table

from reviewbot import registry
from reviewbot.config import WithTables, durations
from reviewbot.config.credentials import TOKEN_VARIABLE, variable_of
from reviewbot.config.schema import DeskTable, LinkTable
from reviewbot.core.connections import TargetSettings
from reviewbot.core.model import Kind
from reviewbot.core.settings import (
    WEEKDAYS,
    Chat,
    Desk,
    Location,
    Person,
    Settings,
    Span,
    Times,
    When,
)
from reviewbot.core.source_facts import SURVEY

HIDDEN = "•••"
_SECRET_WORDS = ("token", "secret", "password", "key")

_PASSWORD = re.compile(r"(://(?:[^/@:]*:)?)[^/]*@")

Tables = dict[str, Any]


def effective(loaded: WithTables) -> str:
    """Return the whole configuration as TOML. Secrets are hidden."""
    settings = loaded.settings
    head = [
        f"# {loaded.path}, with every default",
        f"# bot token: {HIDDEN if loaded.token else 'missing'} ({TOKEN_VARIABLE} or token_file)",
    ]
    head += [
        f"# {name}: {', '.join(sorted(fields))}: {HIDDEN} ({variable_of(name)} or a file)"
        for name, fields in loaded.secrets.items()
        if not name.startswith(("doorbell.", "webhooks.", "fallback.", "guests.", "drafting"))
    ]
    return "\n".join(head) + "\n" + tomlkit.dumps(_table(_tables(loaded, settings)))


def _tables(loaded: WithTables, settings: Settings) -> Tables:
    file = loaded.file
    own = {key: place for key, place in settings.locations.items() if place.role == "own"}
    rivals = {key: place for key, place in settings.locations.items() if place.role != "own"}
    return {
        "language": settings.language,
        "time_zone": settings.zone,
        "profile": settings.profile,
        "telegram": {
            "token_file": file.telegram.token_file,
            "base_url": _without_password(settings.telegram.base_url),
            "proxy": _without_password(settings.telegram.proxy),
        },
        "database": {"path": _without_password(settings.database)},
        "chats": {key: _chat(chat) for key, chat in settings.chats.items()},
        "people": {key: _person(person) for key, person in settings.people.items()},
        "desk": {
            **_desk(settings.desks[""], file.desk, DeskTable()),
            "backlog_within": durations.brief(settings.backlog_within),
            "groups": {
                key: _desk(settings.desks[key], table, file.desk)
                for key, table in file.desk.groups.items()
            },
        },
        "reply_time": _reply_time(settings),
        "reminders": {
            cls: {
                duty: [step.name for step in ladders[cls]]
                for duty, ladders in (
                    ("seen", settings.ladders.seen),
                    ("reply", settings.ladders.reply),
                )
                if cls in ladders
            }
            for cls in settings.ladders.reply
        },
        "sources": {name: _source(loaded, name) for name in settings.sources},
        "fetch": _fetch(settings),
        "locations": {key: _location(place, loaded) for key, place in own.items()},
        "competitors": {key: _location(place, loaded) for key, place in rivals.items()},
        "routes": [
            {
                "name": route.name,
                "when": _when(route.when),
                "chat": route.chat,
                "copy": list(route.copy),
            }
            for route in settings.routes
        ],
        "rules": {
            "off": list(settings.rules.off),
            "add": [dict(rule) for rule in settings.rules.add],
            "points": dict(settings.rules.points),
            "topics": {key: dict(titles) for key, titles in settings.rules.topics.items()},
        },
        "replies": {
            "address": settings.replies.address,
            "sign": dict(settings.replies.sign),
            "forbid": list(settings.replies.forbid),
            "goodwill": dict(settings.replies.goodwill),
            "without_contacts": list(settings.replies.without_contacts),
            "auto_thanks": settings.replies.auto_thanks,
            "templates": [
                {
                    "id": template.id,
                    "language": template.language,
                    "when": _when(template.when),
                    "text": template.text,
                }
                for template in settings.replies.templates
                if template.own
            ],
        },
        "advice": {topic: dict(texts) for topic, texts in settings.advice.items()},
        "dishes": {dish: " ".join(stems) for dish, stems in settings.dishes.items()},
        "digest": {
            chat: {period: str(at) for period, at in times.items()}
            for chat, times in settings.digest.items()
        },
        "summary": {chat: durations.brief(each) for chat, each in settings.summaries.items()},
        "imports": {"folder": settings.imports.folder},
        "backup": {
            "every": durations.brief(settings.backups.every) if settings.backups.every else "none",
            "keep": settings.backups.keep,
            "folder": settings.backups.folder,
        },
        "webhooks": {
            key: {**table.model_dump(exclude_defaults=True), "url": _without_password(table.url)}
            for key, table in loaded.file.webhooks.items()
        },
        "fallback": _fallback(loaded),
        "drafting": loaded.file.drafting.model_dump(exclude_none=True),
        "web": {
            "port": settings.web_port,
            "token_file": loaded.file.web.token_file,
            "people": settings.web_people,
        },
        "guests": loaded.file.guests.model_dump(exclude_none=True) if loaded.file.guests else {},
        "doorbell": _doorbell(loaded),
        "privacy": {
            "author_names": settings.author_names,
            "people_figures": settings.people_figures,
            "keep_messages": durations.brief(settings.keep_messages),
        },
    }


def _doorbell(loaded: WithTables) -> Tables:
    """As written, defaults filled in: it holds names of files, no secrets."""
    return loaded.file.doorbell.model_dump(exclude_none=True)


def _fallback(loaded: WithTables) -> Tables:
    """As written, defaults filled in. Who knows the address of the ping can say that all is well:
    what makes it unguessable is not printed."""
    table = loaded.file.fallback
    written = table.model_dump(exclude_none=True, by_alias=True)
    if table.ping is not None:
        parts = urlsplit(table.ping)
        written["ping"] = f"{parts.scheme}://{parts.hostname}/{HIDDEN}"
    return written


def _chat(chat: Chat) -> Tables:
    if chat.person:
        return {"person": chat.person, "language": chat.language}
    return {"id": chat.chat_id, "topic": chat.thread_id, "language": chat.language}


def _person(person: Person) -> Tables:
    return {
        "id": person.telegram_id,
        "name": person.name,
        "role": str(person.role),
        "only": list(person.only),
        "deputy": person.deputy,
        "mail": person.mail,
        "language": person.language,
    }


def _desk(desk: Desk, table: DeskTable, default: DeskTable) -> Tables:
    holidays = table.holidays if table.holidays is not None else default.holidays
    shortened = table.shortened if table.shortened is not None else default.shortened
    closed = table.closed if table.closed is not None else default.closed
    return {
        "hours": {
            WEEKDAYS[day]: [durations.brief_interval(each) for each in intervals]
            for day, intervals in enumerate(desk.hours)
            if intervals
        },
        "time_zone": desk.zone,
        "holidays": holidays or "none",
        "shortened": shortened or "none",
        "closed": [str(durations.day(value)) for value in closed or []],
        "quiet": durations.brief_interval(desk.quiet) if desk.quiet else "none",
        "on_duty": list(desk.on_duty),
        "rota": {WEEKDAYS[day]: list(names) for day, names in enumerate(desk.rota) if names},
        "approval": str(desk.approval),
        "confirm_within": durations.brief(desk.confirm_within),
        "place_answer": _span(desk.place_answer),
    }


def _reply_time(settings: Settings) -> Tables:
    *entries, base = settings.reply_time
    found: Tables = {cls: _times(times) for cls, times in base.classes.items()}
    of_kind = {f"reply_time.{kind}": kind for kind in (SURVEY, Kind.QUESTION)}
    exceptions = [entry for entry in entries if entry.name not in of_kind]
    for entry in entries:
        if entry.name in of_kind:
            found[of_kind[entry.name]] = _times(entry.classes["negative"])
    found["except"] = [
        {
            "when": _when(entry.when),
            **{cls: _times(times) for cls, times in entry.classes.items()},
        }
        for entry in exceptions
    ]
    return found


def _times(times: Times) -> Any:
    if times.seen is None:
        return _span(times.reply)
    return {"seen": _span(times.seen), "reply": _span(times.reply)}


def _span(span: Span | None) -> str:
    return str(span) if span else "none"


def _when(when: When) -> Tables:
    values = {field.name: list(getattr(when, field.name)) for field in dataclasses.fields(when)}
    return {name: value for name, value in values.items() if value}


def _source(loaded: WithTables, name: str) -> Tables:
    settings = loaded.settings.sources[name]
    table = loaded.file.sources.get(name)
    module = registry.load(name)
    return {
        "enabled": settings.enabled,
        "every": durations.brief(settings.every),
        "every_max": table.every_max if table else None,
        "gap": durations.brief(settings.gap),
        "base_url": _without_password(settings.base_url),
        "publish": settings.publish if module.TRAITS.reply == "official" else None,
        "undo": durations.brief(settings.undo),
        "rating_days": settings.rating_days,
        "credentials_file": table.credentials_file if table else None,
        "token_file": table.token_file if table else None,
        **_hidden((table.model_extra if table else None) or {}),
    }


def _fetch(settings: Settings) -> Tables:
    fetching = settings.fetching
    return {
        "user_agent": fetching.user_agent,
        "timeout": durations.brief(fetching.timeout),
        "retries": fetching.retries,
        "max_bytes": fetching.max_bytes,
        "max_pages": fetching.max_pages,
        "allowed_hosts": list(fetching.allowed_hosts),
        "gaps": {host: durations.brief(gap) for host, gap in fetching.gaps.items()},
        "folders": list(fetching.folders),
    }


def _location(place: Location, loaded: WithTables) -> Tables:
    settings, file = loaded.settings, loaded.file
    table = file.locations.get(place.key) or file.competitors.get(place.key)
    tables = table.links if table else ()
    targets = [each for each in settings.targets.values() if each.location == place.key]
    return {
        "name": place.name,
        "contact": place.contact,
        "groups": list(place.groups),
        "time_zone": place.zone,
        "profile": place.profile,
        "formerly": list(place.formerly),
        "goal": place.goal,
        "praise": place.praise or None,
        "place_chat": place.place_chat,
        "paused": {
            "from": str(place.paused.starts_on),
            "to": str(place.paused.ends_on),
            "why": place.paused.why,
        }
        if place.paused
        else None,
        "links": [_link(target, tables) for target in targets],
    }


def _link(target: TargetSettings, tables: Sequence[LinkTable]) -> Tables:
    asked = target.target
    # A credential of its own is named after the target; a source's, after the source.
    own = next(
        (each for each in tables if asked.secret_ref == asked.key and asked.ref in each.url), None
    )
    hint = registry.recognise_url(asked.url) if asked.url else None
    same = hint is not None and (hint.source, hint.ref) == (asked.source, asked.ref)
    return {
        "url": asked.url if same else f"{asked.source}:{asked.ref}",
        "every": durations.brief(target.every),
        "every_max": durations.brief(target.every_max),
        "credentials_file": own.credentials_file if own else None,
        "token_file": own.token_file if own else None,
        **_hidden(dataclasses.asdict(asked.options)),
    }


def _hidden(values: Mapping[str, Any]) -> Tables:
    """Return options to print; those named like secrets as dots, empty ones not at all."""
    return {
        name: HIDDEN if any(word in name for word in _SECRET_WORDS) else value
        for name, value in values.items()
        if value not in ("", None, (), [], {}) and name != "#"
    }


def _without_password(url: str | None) -> str | None:
    return url and _PASSWORD.sub(rf"\1{HIDDEN}@", url)


_SECTIONED = ("desk.groups", "sources", "locations", "competitors", "webhooks")
"""Tables whose entries are sections of their own; entries of others stand in one line each."""


def _table(tables: Tables, path: str = "") -> Table:
    """Return a table: its own keys, then its sections. None and empty tables are left out."""
    written = tomlkit.table(is_super_table=path in _SECTIONED)
    sections: dict[str, Item] = {}
    for key, value in tables.items():
        name = f"{path}.{key}" if path else key
        if value is None or value == {}:
            continue
        if isinstance(value, Mapping) and (not path or path in _SECTIONED or name in _SECTIONED):
            sections[key] = _table(dict(value), name)
        elif _is_list_of_tables(value) and key != "links":
            sections[key] = AoT([_table(dict(each), name) for each in value])
        else:
            written.add(key, _value(value))
    for key, section in sections.items():
        written.add(key, section)
    return written


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _value(value: Any) -> Item:
    if isinstance(value, timedelta):
        return tomlkit.string(durations.brief(value))
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, each in value.items():
            if each is not None:
                inline.append(key, _value(each))
        return inline
    if isinstance(value, list | tuple):
        entries = tomlkit.array()
        entries.extend(_value(each) for each in value)
        return entries.multiline(any(isinstance(each, Mapping) for each in value))
    return tomlkit.item(value if isinstance(value, bool | int | float) else str(value))
