"""Reads pages that people saved: from a file of theirs, a watched folder, or sent to the bot.

A way in for sites that block. Which place a page shows its source says; where that is not certain
the person is asked, and what cannot be read is told in a sentence, never guessed at.
"""

import asyncio
import logging
import os
import re
import stat
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, select

from reviewbot.collect.saved import MOST_BYTES, open_page, refuse_size
from reviewbot.core.clock import Clock
from reviewbot.core.contract import Item, Page, Payload, Source, TargetHint
from reviewbot.core.desk import BOT
from reviewbot.core.errors import (
    Blocked,
    CollectError,
    LayoutChanged,
    RateLimited,
    Refused,
    Unreachable,
)
from reviewbot.core.model import OutboxKind, Role, WorkKind
from reviewbot.core.reading import Reading
from reviewbot.core.setup import Chat, Person, Setup, TargetSetup
from reviewbot.core.sites import Sites
from reviewbot.drafting.drafts import choose
from reviewbot.store import outbox, reviews, work
from reviewbot.store.database import Database
from reviewbot.store.reviews import ClassifierFor, Ingested
from reviewbot.store.tables import AuditRow, TargetRow, WorkRow

log = logging.getLogger(__name__)

Download = Callable[[str], Awaitable[bytes]]
"""File id of the Bot API → the file. Raises Unreachable, or Refused where it never will."""

TRIES = 5
AGAIN = timedelta(minutes=1)
MOST_CHOICES = 8
SETTLED = timedelta(seconds=5)
"""A file of the folder that changed since may still be on its way."""
DONE, REFUSED = "imported", "refused"
"""How a file ended; in the watched folder it is moved to a folder of that name."""
SMALL = 200_000
"""A bot check is a small page; a large one that names a captcha has a form somewhere."""
_CHALLENGE = re.compile(r"captcha|challenge-platform|cf-chl|не робот|not a robot", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page that was read: of which target, what it shows, when it was saved (aware UTC)."""

    entry: TargetSetup
    source: Source
    page: Page
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page brought. `listed` are the reviews on it, `told` what of them was news."""

    entry: TargetSetup
    read_at: datetime
    listed: int
    told: Ingested


class WhichTarget(Exception):
    """The page belongs to one of these targets, and it does not say to which."""

    def __init__(self, entries: Sequence[TargetSetup]) -> None:
        super().__init__(", ".join(entry.key for entry in entries))
        self.entries = tuple(entries)


def read_saved(
    content: bytes,
    saved_at: datetime,
    now: datetime,
    setup: Setup,
    sources: Iterable[Source],
    target_key: str | None = None,
) -> SavedPage:
    """Return what a saved file shows, as its source reads it; `target_key` is a person's word.

    Raises Refused (import_…) with the reason, WhichTarget where a person must choose.
    """
    payload = open_page(content, saved_at, now)
    known = {source.NAME: source for source in sources}
    if target_key is not None:
        entry = setup.targets.get(target_key)
        if entry is None or entry.target.source not in known:
            raise Refused("import_old_target", target=target_key)
    else:
        entry = _entry_of(payload, setup, known)
    source = known[entry.target.source]
    page = _parsed(payload, entry, source, setup)
    if not page.items:
        raise Refused("import_no_reviews", **_named(entry, source, setup))
    return SavedPage(entry, source, page, payload.read_at or now)


def _entry_of(payload: Payload, setup: Setup, known: dict[str, Source]) -> TargetSetup:
    hints = _hints(payload, known.values())
    fitting = [
        entry
        for hint in hints
        for entry in setup.targets.values()
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
    raise _ask(payload, setup, known)


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


def _ask(payload: Payload, setup: Setup, known: dict[str, Source]) -> Exception:
    """The page names no place: whose reviews could these be? Never chosen without a person."""
    fitting: list[TargetSetup] = []
    refused = False
    for source in known.values():
        entries = [each for each in setup.targets.values() if each.target.source == source.NAME]
        if not entries or not hasattr(source, "recognise"):
            continue
        try:
            page = source.parse(payload, entries[0].target)
        except Blocked:
            refused = True
        except CollectError:
            continue
        else:
            fitting += entries if page.items else []
    own = [entry for entry in fitting if known[entry.target.source].HOSTS]
    if own or fitting:
        return WhichTarget(own or fitting)
    if refused and len(payload.content) < SMALL and _CHALLENGE.search(payload.text):
        return Refused("import_blocked")
    return Refused("import_unknown")


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


def _parsed(payload: Payload, entry: TargetSetup, source: Source, setup: Setup) -> Page:
    try:
        return source.parse(payload, entry.target)
    except (Blocked, RateLimited):
        raise Refused("import_blocked") from None
    except LayoutChanged as error:
        log.info("a saved page of %s cannot be read: %s", entry.key, error.reason)
        code = "import_no_data"
    except CollectError as error:
        log.info("a saved page of %s is no list of reviews: %s", entry.key, error.reason)
        code = "import_no_reviews"
    raise Refused(code, **_named(entry, source, setup))


def _named(entry: TargetSetup, source: Source, setup: Setup) -> dict[str, Any]:
    """What a sentence calls a target by."""
    place = setup.locations.get(entry.location)
    return {
        "source_title": dict(source.TITLE),
        "location": place.name if place else entry.location,
        "target": entry.key,
    }


class Importer:
    """Takes saved pages in. `download` fetches what was sent to the bot."""

    def __init__(
        self,
        db: Database,
        setup: Setup,
        sites: Sites,
        clock: Clock,
        classifier_for: ClassifierFor,
        sources: Sequence[Source],
        download: Download | None = None,
    ) -> None:
        self._db = db
        self._setup = setup
        self._sites = sites
        self._clock = clock
        self._classifier_for = classifier_for
        self._sources = tuple(sources)
        self._download = download

    async def take(
        self,
        content: bytes,
        saved_at: datetime,
        target_key: str | None = None,
        *,
        file: str = "",
        by: str = BOT.key,
    ) -> Taken:
        """Read a page and store what it shows. Raises Refused and WhichTarget."""
        saved = await self._read(content, saved_at, target_key)
        return await self._db.write(lambda rows: self._store(rows, saved, file, by))

    async def run(self, row: WorkRow, work_id: int) -> None:
        """Do a claimed work row; its answer and its end are written together."""
        try:
            ended = await self._ended(row)
        except Unreachable as error:
            if row.attempts < TRIES:
                await self._later(work_id, error.reason, row.attempts)
                return
            ended = Refused("import_no_file")
        outcome = await self._db.write(lambda rows: self._end(rows, row, work_id, ended))
        if path := row.payload.get("path"):
            await asyncio.to_thread(_put_away, Path(path), outcome)

    async def give_up(self, row: WorkRow, work_id: int) -> None:
        """Close a row whose file brings the reader down each time."""
        fault = Refused("import_not_page")
        await self._db.write(lambda rows: self._end(rows, row, work_id, fault))

    async def look(self) -> None:
        """Note every file of the watched folder once, as work."""
        folder = self._setup.imports.folder
        if not folder:
            return
        now = self._clock.now()
        found = await asyncio.to_thread(_files, Path(folder), now)

        def note(rows: Session) -> None:
            for path, facts in found:
                key = f"file:{facts.st_ino}:{facts.st_ctime_ns}:{path}"[:250]
                told = {"path": str(path), "file": path.name}
                work.put(rows, WorkKind.IMPORT_FILE, payload=told, now=now, dedupe_key=key)

        if found:
            await self._db.write(note)

    async def _read(self, content: bytes, saved_at: datetime, target: str | None) -> SavedPage:
        now = self._clock.now()
        # Parsing a large page takes seconds; nobody else should wait for it.
        return await asyncio.to_thread(
            read_saved, content, saved_at, now, self._setup, self._sources, target
        )

    async def _content(self, row: WorkRow) -> tuple[bytes, datetime]:
        """The file and its time. Raises Unreachable, Refused."""
        if path := row.payload.get("path"):
            return await asyncio.to_thread(_file, Path(path), self._setup.imports.folder)
        if self._download is None:
            raise Refused("import_no_file")
        content = await self._download(row.payload["file_id"])
        sent_at = datetime.fromisoformat(row.payload["sent_at"])
        return content, sent_at

    async def _ended(self, row: WorkRow) -> SavedPage | Refused | WhichTarget:
        """How a row ends, short of storing. Raises Unreachable."""
        try:
            content, saved_at = await self._content(row)
            saved = await self._read(content, saved_at, row.payload.get("target"))
        except Refused as refused:
            return refused
        except WhichTarget as which:
            seen = [entry for entry in which.entries if self._sees(row, entry)]
            return WhichTarget(seen) if seen else Refused("import_unknown")
        if not self._sees(row, saved.entry):
            return Refused("not_your_location", **self._named(saved.entry))
        return saved

    def _sees(self, row: WorkRow, entry: TargetSetup) -> bool:
        only = tuple(row.payload.get("only", ()))
        person = Person(str(row.payload.get("person", "")), 0, "", Role.STAFF, only=only)
        return self._setup.may_see(person, entry.location)

    def _store(self, rows: Session, saved: SavedPage, file: str, by: str) -> Taken:
        entry, now = saved.entry, self._clock.now()
        target = rows.exec(select(TargetRow).where(TargetRow.key == entry.key)).first()
        if target is None or target.retired_at is not None:
            raise Refused("import_old_target", target=entry.key)
        told = reviews.ingest_page(
            rows,
            self._setup,
            self._sites,
            target,
            _reading(saved),
            self._classifier_for,
            choose,
            now,
        )
        taken = Taken(entry, saved.read_at, len(saved.page.items), told)
        detail = {"file": file[:200], **_figures(taken)}
        rows.add(AuditRow(at=now, actor=by, action="import", detail=detail))
        log.info("%s: a saved page, %s", entry.key, detail)
        return taken

    async def _later(self, work_id: int, reason: str, attempts: int) -> None:
        now = self._clock.now()
        again_at = now + AGAIN * attempts
        await self._db.write(lambda rows: work.fail(rows, work_id, reason, now, again_at))

    def _end(
        self, rows: Session, row: WorkRow, work_id: int, ended: SavedPage | Refused | WhichTarget
    ) -> str:
        """Store, answer and close the row; return how it ended."""
        now, outcome = self._clock.now(), REFUSED
        if isinstance(ended, SavedPage):
            file, by = str(row.payload.get("file", "")), str(row.payload.get("person") or BOT.key)
            try:
                taken = self._store(rows, ended, file, by)
            except Refused as refused:
                ended = refused
            else:
                outcome = DONE
                shown = {**self._named(taken.entry), **_figures(taken)}
                self._say(rows, row, "imported", shown, now)
        if isinstance(ended, Refused):
            self._say(rows, row, "refusal", {"code": ended.code, **ended.params}, now)
        elif isinstance(ended, WhichTarget):
            self._say(rows, row, "import_which", self._choices(ended, work_id), now)
        work.done(rows, work_id, outcome, now)
        return outcome

    def _say(
        self, rows: Session, row: WorkRow, view: str, params: dict[str, Any], now: datetime
    ) -> None:
        """Answer whoever sent the file; of the folder's files the operator hears what failed."""
        answer, key = row.payload.get("answer"), f"import:{row.id}"
        if answer:
            chat = Chat(answer["chat_key"], answer["chat_id"], answer.get("thread_id"))
            payload = {"view": view, "params": params, **answer["told"]}
            outbox.put(rows, OutboxKind.REPLY, key, chat, payload, now)
        elif view != "imported":
            chat = self._setup.chats[self._setup.operator_chat]
            told = {"file": row.payload.get("file", ""), "view": view, "params": params}
            payload = {"code": "import_refused", "params": told}
            outbox.put(rows, OutboxKind.NOTICE, key, chat, payload, now)

    def _named(self, entry: TargetSetup) -> dict[str, Any]:
        source = next(each for each in self._sources if entry.target.source == each.NAME)
        return _named(entry, source, self._setup)

    def _choices(self, which: WhichTarget, work_id: int) -> dict[str, Any]:
        entries = which.entries[:MOST_CHOICES]
        return {
            "work": work_id,
            "choices": [self._named(entry) for entry in entries],
            "more": len(which.entries) - len(entries),
        }


def _figures(taken: Taken) -> dict[str, Any]:
    told = taken.told
    return {
        "target": taken.entry.key,
        "read_at": taken.read_at.isoformat(),
        "listed": taken.listed,
        "new": told.new,
        "edited": told.edited,
        "answered": told.answered,
        "tickets": told.tickets,
        "doubtful": told.cause,
    }


def _reading(saved: SavedPage) -> Reading:
    """The page as a reading: incomplete, so that nothing it lacks counts as gone."""
    source, target, page = saved.source, saved.entry.target, saved.page

    def links(item: Item) -> tuple[str | None, str | None]:
        return source.review_url(target, item), source.reply_url(target, item)

    # Its counters and what the source wants remembered are a file's word: both are left out.
    return Reading(
        read_at=saved.read_at,
        items=page.items,
        pages=1,
        unreadable=page.unreadable,
        depth=source.TRAITS.depth,
        window=source.TRAITS.window,
        links=links,
    )


def _files(folder: Path, now: datetime) -> list[tuple[Path, os.stat_result]]:
    """The folder's own files that are whole by now, oldest first. Links and others are left."""
    found = []
    try:
        for path in folder.iterdir():
            facts = path.lstat()
            is_quiet = facts.st_mtime <= (now - SETTLED).timestamp()
            if stat.S_ISREG(facts.st_mode) and is_quiet and not path.name.startswith("."):
                found.append((path, facts))
    except OSError as error:
        log.warning("the folder %s cannot be read: %s", folder, error.strerror)
    return sorted(found, key=lambda entry: entry[1].st_mtime)


def _file(path: Path, folder: str | None) -> tuple[bytes, datetime]:
    """A file of the watched folder, as it was when it was noted or as it is now."""
    if folder is None or path.parent != Path(folder):
        raise Refused("import_no_file")
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as opened:
            facts = os.fstat(number)
            if not stat.S_ISREG(facts.st_mode):
                raise Refused("import_not_page")
            refuse_size(facts.st_size)
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        log.warning("the file %s cannot be read: %s", path, error.strerror)
        raise Refused("import_no_file") from None
    return content, datetime.fromtimestamp(facts.st_mtime, UTC)


def _put_away(path: Path, into: str) -> None:
    """Move a file that was dealt with. One that cannot be moved is known by its work row."""
    try:
        folder = path.parent / into
        folder.mkdir(exist_ok=True)
        free = folder / path.name
        if free.exists():
            free = folder / f"{path.stem}-{path.lstat().st_mtime_ns}{path.suffix}"
        path.rename(free)
    except OSError as error:
        log.warning("%s cannot be put into %s: %s", path, into, error.strerror)
