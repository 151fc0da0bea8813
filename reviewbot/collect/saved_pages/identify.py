"""Which target a saved page is of, and what it shows: as its source says, never guessed."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from reviewbot.collect.saved_pages.saved_page import is_marked_up, open_page
from reviewbot.core.connections import TargetSettings
from reviewbot.core.contract import Item, Page, Payload, Source, Target, TargetHint
from reviewbot.core.errors import Blocked, CollectError, LayoutChanged, RateLimited, Refused
from reviewbot.core.readings.reading import Links, Reading, own_link
from reviewbot.core.settings import Settings
from reviewbot.processes.parsing_process import load_source

log = logging.getLogger(__name__)

SMALL = 200_000
"""A bot check is a small page; a large one that names a captcha has a form somewhere."""
LEAST_SHARE = 0.6
"""Of what the fullest reading of a file tells of a review: below, it is another site's file."""
_TELLING = tuple(
    each.name
    for each in fields(Item)
    if each.name
    not in ("external_id", "kind", "published_precision", "site", "partial", "derived")
)
_HTML = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_CHALLENGE = re.compile(r"captcha|challenge-platform|cf-chl|не робот|not a robot", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page that was read: of which target, what it shows, when it was saved (aware UTC)."""

    entry: TargetSettings
    source: Source
    page: Page
    read_at: datetime
    links: Links = own_link


class WhichTarget(Exception):
    """The page belongs to one of these targets, and it does not say to which."""

    def __init__(self, entries: Sequence[TargetSettings]) -> None:
        super().__init__(", ".join(entry.key for entry in entries))
        self.entries = tuple(entries)


def read_saved(
    content: bytes,
    saved_at: datetime,
    now: datetime,
    settings: Settings,
    sources: Iterable[Source],
    target_key: str | None = None,
) -> SavedPage:
    """Return what a saved file shows, as its source reads it; `target_key` is a person's word.

    Raises Refused (import_…) with the reason, WhichTarget where a person must choose.
    """
    known = {source.NAME: source for source in sources}
    named_one = settings.targets.get(target_key) if target_key is not None else None
    reader = known.get(named_one.target.source) if named_one else None
    # Sources without a site of their own read files of all kinds: they say what is none.
    any_text = reader is not None and not reader.HOSTS
    payload = open_page(content, saved_at, now, any_text=any_text)
    if target_key is not None and (named_one is None or reader is None):
        raise Refused("import_old_target", target=target_key)
    entry = named_one or _entry_of(payload, settings, known)
    source = known[entry.target.source]
    page = _parsed(payload, entry, known, settings)
    if target_key is not None and (other := _real_reader(payload, page, source, known, settings)):
        titles = {"other_title": dict(other.TITLE)}
        raise Refused("import_other_source", **named(entry, source, settings), **titles)
    if not page.items:
        raise Refused("import_no_reviews", **named(entry, source, settings))
    return SavedPage(entry, source, page, payload.read_at or now)


def read_by_address(
    content: bytes,
    saved_at: datetime,
    now: datetime,
    settings: Settings,
    addresses: Sequence[str],
    target_key: str | None,
) -> tuple[str, Page, datetime] | list[str]:
    """What `read_saved` finds, in a form that can be sent between processes: the target's key,
    the page and its time; or the keys that a person must choose from. Raises Refused."""
    sources = [load_source(address) for address in addresses]
    try:
        saved = read_saved(content, saved_at, now, settings, sources, target_key)
    except WhichTarget as which:
        return [entry.key for entry in which.entries]
    return saved.entry.key, saved.page, saved.read_at


def _entry_of(payload: Payload, settings: Settings, known: dict[str, Source]) -> TargetSettings:
    hints = _hints(payload, known.values())
    fitting = [
        entry
        for hint in hints
        for entry in settings.targets.values()
        if entry.target.source == hint.source and _is_same(entry.target.ref, hint.ref)
    ]
    exact = [
        entry
        for entry in fitting
        if any(
            (entry.target.source, entry.target.ref) == (hint.source, hint.ref) for hint in hints
        )
    ]
    # A site's own module goes before those that read any page.
    own = [entry for entry in exact or fitting if known[entry.target.source].HOSTS]
    found = own or exact or fitting
    if len(found) == 1:
        return found[0]
    if found:
        raise WhichTarget(found)
    named = next((hint for hint in hints if known[hint.source].HOSTS), None)
    if named is not None:
        place = named.title or named.ref
        raise Refused(
            "import_no_target", source_title=dict(known[named.source].TITLE), place=place
        )
    raise _ask(payload, settings, known)


def _hints(payload: Payload, sources: Iterable[Source]) -> list[TargetHint]:
    found = []
    for source in sorted(sources, key=lambda source: not source.HOSTS):
        recognise = getattr(source, "recognise", None)
        try:
            hint = recognise(payload) if recognise else None
        except CollectError:
            continue  # a page that it cannot read is not its page
        if hint is not None:
            found.append(hint)
    return found


def _ask(payload: Payload, settings: Settings, known: dict[str, Source]) -> Exception:
    """The page names no place: whose reviews could these be? Never chosen without a person."""
    fitting: dict[str, list[TargetSettings]] = {}
    told: dict[str, float] = {}
    refused = False
    for source in known.values():
        entries = [each for each in settings.targets.values() if each.target.source == source.NAME]
        if not entries:
            continue
        try:
            page = source.parse(payload, entries[0].target)
        except Blocked:
            refused = True
        except CollectError:
            continue
        else:
            if page.items:
                fitting[source.NAME], told[source.NAME] = entries, _told_on_average(page)
    own = [name for name in fitting if known[name].HOSTS]
    most = max((told[name] for name in own), default=0.0)
    if chosen := [name for name in own if told[name] >= most * LEAST_SHARE] or list(fitting):
        return WhichTarget([entry for name in chosen for entry in fitting[name]])
    if refused and len(payload.content) < SMALL and _CHALLENGE.search(payload.text):
        return Refused("import_blocked")
    if reader := _reader_of(payload, known, settings):
        return Refused("import_no_target_of", source_title=dict(reader.TITLE))
    is_text = not (is_marked_up(payload) or payload.text.lstrip("\ufeff \t\r\n")[:1] in "{[<")
    return Refused("import_not_page" if is_text else "import_unknown")


def _reader_of(
    payload: Payload, known: Mapping[str, Source], settings: Settings, but: str = ""
) -> Source | None:
    """The source, other than `but`, that reads most in this file; those of one site first."""
    read: list[tuple[tuple[bool, float], Source]] = []
    for source in known.values():
        target = _target_of(source, settings)
        try:
            if but != source.NAME and (page := source.parse(payload, target)).items:
                read.append(((bool(source.HOSTS), _told_on_average(page)), source))
        except CollectError:
            continue
    return max(read, key=lambda each: each[0])[1] if read else None


def _target_of(source: Source, settings: Settings) -> Target:
    """A target to read a file by: some sources need one that is named as theirs are."""
    known = (each.target for each in settings.targets.values())
    made = Target(key="file", source=source.NAME, ref="", options=source.Options())
    return next((target for target in known if target.source == source.NAME), made)


def _real_reader(
    payload: Payload,
    page: Page,
    source: Source,
    known: Mapping[str, Source],
    settings: Settings,
) -> Source | None:
    """The site whose file this is, where it is not that of `source`, which a person named."""
    if not (page.items and source.HOSTS):
        return None
    other = _reader_of(payload, known, settings, but=source.NAME)
    if other is None or not other.HOSTS:
        return None
    most = _told_on_average(other.parse(payload, _target_of(other, settings)))
    return other if _told_on_average(page) < most * LEAST_SHARE else None


def _told_on_average(page: Page) -> float:
    """How many things a page tells of a review. Answers of many sites hold a list `reviews` whose
    entries have an `id`: a source that takes another's for its own finds little more."""
    told = sum(
        (getattr(item, name) not in (None, "", ())) for item in page.items for name in _TELLING
    )
    return (told + sum(len(item.site) for item in page.items)) / max(len(page.items), 1)


def _is_same(ref: str, hint: str) -> bool:
    """Whether two references mean one place: addresses of pages differ in what does not count."""
    if ref == hint or not ref.startswith("http") or not hint.startswith("http"):
        return ref == hint
    try:
        one, other = urlsplit(ref), urlsplit(hint)
    except ValueError:
        return False
    hosts = [(each.hostname or "").removeprefix("www.") for each in (one, other)]
    return hosts[0] == hosts[1] and one.path.rstrip("/") == other.path.rstrip("/")


def _parsed(
    payload: Payload, entry: TargetSettings, known: Mapping[str, Source], settings: Settings
) -> Page:
    source = known[entry.target.source]
    params: dict[str, Any] = {}
    try:
        page = source.parse(payload, entry.target)
        if page.items or not page.unreadable:
            return page
        code, params = "import_unreadable", {"why": page.unreadable[0].why}
    except (Blocked, RateLimited):
        raise Refused("import_blocked") from None
    except LayoutChanged as error:
        log.info("a saved page of %s cannot be read: %s", entry.key, error.reason)
        code, params = "import_unreadable", {"why": error.reason}
        if source.HOSTS and _HTML.search(payload.text[:4096]):
            code = "import_no_data"
        if reader := _reader_of(payload, known, settings, but=source.NAME):
            code, params = "import_other_source", {"other_title": dict(reader.TITLE)}
    except CollectError as error:
        log.info("a saved page of %s is no list of reviews: %s", entry.key, error.reason)
        code = "import_no_reviews"
    raise Refused(code, **named(entry, source, settings), **params)


def named(entry: TargetSettings, source: Source, settings: Settings) -> dict[str, Any]:
    """What a sentence calls a target by."""
    place = settings.locations.get(entry.location)
    return {
        "source_title": dict(source.TITLE),
        "location": place.name if place else entry.location,
        "target": entry.key,
    }


def reading_of(saved: SavedPage) -> Reading:
    """The page as a reading: incomplete, so that nothing it lacks counts as gone."""
    source, page = saved.source, saved.page
    # Its counters and what the source wants remembered are a file's word: both are left out.
    return Reading(
        read_at=saved.read_at,
        items=page.items,
        pages=1,
        unreadable=page.unreadable,
        depth=source.TRAITS.depth,
        window=source.TRAITS.window,
        links=saved.links,
    )
