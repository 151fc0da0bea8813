"""Takes in pages that people saved: from a file of theirs, a watched folder, or sent to the bot.

A way in for sites that block. Which place a page shows its source says; where that is not certain
the person is asked, and what cannot be read is told in a sentence.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from reviewbot.clock import Clock
from reviewbot.collect.parsing import Parsing
from reviewbot.collect.saved_pages import folder
from reviewbot.collect.saved_pages.identify import (
    SavedPage,
    WhichTarget,
    named,
    read_by_address,
    reading_of,
)
from reviewbot.core.connections import TargetSettings
from reviewbot.core.contract import Source, Unreadable
from reviewbot.core.errors import Refused, TooHeavy, Unreachable
from reviewbot.core.model import OutboxKind, Role, WorkKind
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.source_facts import Sources
from reviewbot.core.ticket import BOT
from reviewbot.drafting.drafts import choose
from reviewbot.processes.child_processes import Broken
from reviewbot.processes.parsing_process import address_of
from reviewbot.store.database import Database
from reviewbot.store.queues import errands, outbox, work
from reviewbot.store.tables import AuditRow, TargetRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode, View
from reviewbot.workflow import ingest
from reviewbot.workflow.readings.shown_reviews import ClassifierFor, Ingested

log = logging.getLogger(__name__)

Download = Callable[[str], Awaitable[bytes]]
"""File id of the Bot API → the file. Raises Unreachable, or Refused where it never will."""

TRIES = 5
AGAIN = timedelta(minutes=1)
MOST_CHOICES = 8
MOST_REASONS = 5
"""Why entries of a file could not be read: more than these are told by their number alone."""
DONE, REFUSED = "imported", "refused"
"""How a file ended; in the watched folder it is moved to a folder of that name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page brought. `listed` are the reviews on it, `unreadable` those beside them that
    could not be read, `told` what was news."""

    entry: TargetSettings
    read_at: datetime
    listed: int
    told: Ingested
    unreadable: tuple[Unreadable, ...] = ()


class Importer:
    """Takes saved pages in. `download` fetches what was sent to the bot."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        source_facts: Sources,
        clock: Clock,
        classifier_for: ClassifierFor,
        sources: Sequence[Source],
        download: Download | None = None,
        parsing: Parsing | None = None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._source_facts = source_facts
        self._clock = clock
        self._classifier_for = classifier_for
        self._sources = tuple(sources)
        self._download = download
        self._parsing = parsing or Parsing()

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

    async def answer(
        self, content: bytes, saved_at: datetime, target_key: str | None, *, file: str
    ) -> dict[str, Any]:
        """Take a page in; return what is said of it: a view of words.imports, and its params."""
        try:
            taken = await self.take(content, saved_at, target_key, file=file)
        except (Refused, WhichTarget) as ended:
            return self._told(ended)
        return self._told(taken)

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
            await asyncio.to_thread(folder.put_away, Path(path), outcome)

    async def give_up(self, row: WorkRow, work_id: int) -> None:
        """Close a row whose file brings the reader down each time."""
        fault = Refused("import_not_page")
        await self._db.write(lambda rows: self._end(rows, row, work_id, fault))

    async def look(self) -> None:
        """Note every file of the watched folder once, as work."""
        watched = self._settings.imports.folder
        if not watched:
            return
        now = self._clock.now()
        found = await asyncio.to_thread(
            folder.files, Path(watched), tuple(self._settings.targets), now
        )

        def note(rows: Session) -> None:
            for path, facts, target in found:
                key = f"{work.FOLDER}{facts.st_ino}:{facts.st_ctime_ns}:{path}"[:250]
                told = {"path": str(path), "file": path.name}
                told |= {"target": target} if target else {}
                work.put(rows, WorkKind.IMPORT_FILE, payload=told, now=now, dedupe_key=key)

        if found:
            await self._db.write(note)

    async def _read(self, content: bytes, saved_at: datetime, target: str | None) -> SavedPage:
        now = self._clock.now()
        addresses = [address_of(source) for source in self._sources]
        # The rules weigh words, which is not done there: to load them would take the longest.
        settings = replace(self._settings, rules=None)
        given = (content, saved_at, now, settings, addresses, target)
        try:
            found = await self._parsing.call(read_by_address, *given)
            if isinstance(found, list):
                raise WhichTarget([self._settings.targets[key] for key in found])
            key, page, read_at = found
            entry = self._settings.targets[key]
            source = next(each for each in self._sources if entry.target.source == each.NAME)
            links = await self._parsing.links(source, entry.target, page.items)
        except TooHeavy as error:
            log.warning("a file cannot be read: %s", error.reason)
            raise Refused("import_too_heavy") from None
        except Broken:
            raise Refused("import_not_page") from None
        return SavedPage(entry, source, page, read_at, links)

    async def _content(self, row: WorkRow) -> tuple[bytes, datetime]:
        """The file and its time. Raises Unreachable, Refused."""
        if errands.is_errand(row):
            return errands.content_of(row)
        if path := row.payload.get("path"):
            return await asyncio.to_thread(
                folder.content_of,
                Path(path),
                self._settings.imports.folder,
                row.payload.get("target"),
            )
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
            return Refused("not_your_location")
        return saved

    def _sees(self, row: WorkRow, entry: TargetSettings) -> bool:
        only = tuple(row.payload.get("only", ()))
        person = Person(str(row.payload.get("person", "")), 0, "", Role.STAFF, only=only)
        return self._settings.may_see(person, entry.location)

    def _store(self, rows: Session, saved: SavedPage, file: str, by: str) -> Taken:
        entry, now = saved.entry, self._clock.now()
        target = rows.exec(select(TargetRow).where(TargetRow.key == entry.key)).first()
        if target is None or target.retired_at is not None:
            raise Refused("import_old_target", target=entry.key)
        told = ingest.ingest_page(
            Tx(rows, self._settings, self._source_facts, now),
            target,
            reading_of(saved),
            self._classifier_for,
            choose,
        )
        page = saved.page
        taken = Taken(entry, saved.read_at, len(page.items), told, page.unreadable)
        # Reasons quote the file: words of guests do not belong into the audit.
        detail = {"file": file[:200], **_figures(taken)}
        del detail["why"]
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
        now = self._clock.now()
        result: Taken | Refused | WhichTarget
        if isinstance(ended, SavedPage):
            file, by = str(row.payload.get("file", "")), str(row.payload.get("person") or BOT.key)
            try:
                result = self._store(rows, ended, file, by)
            except Refused as refused:
                result = refused
        else:
            result = ended
        outcome = DONE if isinstance(result, Taken) else REFUSED
        if errands.is_errand(row):
            errands.answer(rows, work_id, outcome, self._told(result), now)
        else:
            self._say(rows, row, **self._told(result, work_id, MOST_CHOICES), now=now)
            work.done(rows, work_id, outcome, now)
        return outcome

    def _told(
        self, result: Taken | Refused | WhichTarget, work_id: int = 0, most: int | None = None
    ) -> dict[str, Any]:
        """What is said of a file, as JSON: the view that says it, and its params."""
        if isinstance(result, Taken):
            return {
                "view": View.IMPORTED,
                "params": {**self._named(result.entry), **_figures(result)},
            }
        if isinstance(result, Refused):
            return {"view": View.REFUSAL, "params": {"code": result.code, **result.params}}
        return {"view": View.IMPORT_WHICH, "params": self._choices(result, work_id, most)}

    def _say(
        self, rows: Session, row: WorkRow, *, view: str, params: dict[str, Any], now: datetime
    ) -> None:
        """Answer whoever sent the file; of the folder's files the operator hears what failed."""
        answer, key = row.payload.get("answer"), f"import:{row.id}"
        if answer:
            chat = Chat(answer["chat_key"], answer["chat_id"], answer.get("thread_id"))
            payload = {"view": view, "params": params, **answer["told"]}
            outbox.put(rows, OutboxKind.REPLY, key, chat, payload, now)
        elif view != "imported" or params["unreadable"]:
            chat = self._settings.chats[self._settings.operator_chat]
            told = {"file": row.payload.get("file", ""), "view": view, "params": params}
            payload = {"code": NoticeCode.IMPORT_REFUSED, "params": told}
            outbox.put(rows, OutboxKind.NOTICE, key, chat, payload, now)

    def _named(self, entry: TargetSettings) -> dict[str, Any]:
        source = next(each for each in self._sources if entry.target.source == each.NAME)
        return named(entry, source, self._settings)

    def _choices(self, which: WhichTarget, work_id: int, most: int | None) -> dict[str, Any]:
        entries = which.entries[:most]
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
        "unreadable": len(taken.unreadable),
        "why": list(dict.fromkeys(each.why for each in taken.unreadable))[:MOST_REASONS],
        "new": told.new,
        "edited": told.edited,
        "answered": told.answered,
        "tickets": told.tickets,
        "doubtful": told.cause,
    }
