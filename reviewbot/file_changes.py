"""Changes of the file that an admin asks for in chat, and reloads that commands ask for.

The handlers of chat only leave a work row: here the file is read, checked and written, and the
answer goes to the outbox in the transaction that closes the row.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.collect.worker import Handler
from reviewbot.config.changes.change import change_of
from reviewbot.config.changes.file_edit import (
    BROKEN,
    FileEdit,
    edit_with,
    hash_of_text,
    text_of,
    undo,
    write,
)
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import OutboxKind, WorkKind
from reviewbot.core.settings import Chat
from reviewbot.store.database import Database
from reviewbot.store.queues import errands, outbox, work
from reviewbot.store.tables import AuditRow, WorkRow
from reviewbot.words.operator_language import in_words, problem_text
from reviewbot.words.vocabulary import FileStep, View

CHANGED = (FileStep.APPLY, FileStep.UNDO)
TRIES = 3
"""Somebody waits for an answer; what was written before we fell over is seen at the next try."""


class FileChanges:
    """Does work rows of CHANGE_FILE. `reload`: how the bot is told to read its file again."""

    def __init__(
        self,
        db: Database,
        path: Path,
        environ: Mapping[str, str],
        clock: Clock,
        reload: Callable[[], None] | None = None,
    ) -> None:
        self._db = db
        self._path = path
        self._environ = environ
        self._clock = clock
        self._reload = reload or _nobody

    def handlers(self) -> dict[WorkKind, Handler]:
        return {WorkKind.CHANGE_FILE: Handler(self.run, self.give_up, tries=TRIES)}

    async def run(self, row: WorkRow, work_id: int) -> None:
        """Do a claimed row; what it comes to is answered, then the file is read again."""
        step = FileStep(row.payload["step"])
        if step is FileStep.RELOAD:
            now = self._clock.now()
            await self._db.write(lambda rows: errands.answer(rows, work_id, step, {}, now))
            self._reload()
            return
        told = await asyncio.to_thread(self._done, step, row.payload)
        await self._db.write(lambda rows: self._end(rows, row, work_id, told))
        if told["step"] in CHANGED:
            self._reload()

    async def give_up(self, row: WorkRow, work_id: int) -> None:
        """It broke each time: whoever asked is told, at the terminal or in chat."""
        now = self._clock.now()

        def write(rows: Session) -> None:
            work.fail(rows, work_id, work.FAULT, now)
            if not errands.is_errand(row):
                language = str(row.payload["answer"]["told"]["language"])
                told = {"step": FileStep.REFUSED, "problems": [in_words(BROKEN, language)]}
                self._answer(rows, row, work_id, told)

        await self._db.write(write)

    def _done(self, step: FileStep, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Do a step; return what the answer shows (words.file_changes)."""
        language = str(payload["answer"]["told"]["language"])
        try:
            edit = self._edit(step, payload)
        except ConfigError as error:
            problems = [problem_text(problem, language) for problem in error.problems]
            return {"step": FileStep.REFUSED, "problems": problems}
        return {
            "step": step,
            "diff": list(edit.diff),
            "warnings": [problem_text(each, language) for each in edit.warnings],
            "base": edit.base,
            "made": edit.made,
            "change": payload.get("change"),
            "at": self._clock.now().isoformat(),
        }

    def _edit(self, step: FileStep, payload: Mapping[str, Any]) -> FileEdit:
        if step is FileStep.UNDO:
            return undo(self._path, self._environ, payload["made"])
        change = change_of(payload["change"])
        if step is FileStep.PROPOSE:
            return edit_with(self._path, change, self._environ)
        standing = text_of(self._path)
        if hash_of_text(standing) == payload["made"]:
            # Written before we fell over: said now.
            return FileEdit(self._path, standing, standing)
        edit = edit_with(self._path, change, self._environ)
        write(edit, payload["base"])
        return edit

    def _end(self, rows: Session, row: WorkRow, work_id: int, told: dict[str, Any]) -> None:
        now = self._clock.now()
        self._answer(rows, row, work_id, told)
        if told["step"] in CHANGED:
            detail = {"diff": told["diff"][:50]}
            by, action = str(row.payload["person"]), f"file_{told['step']}"
            rows.add(AuditRow(at=now, actor=by, action=action, detail=detail))
        work.done(rows, work_id, told["step"], now)

    def _answer(self, rows: Session, row: WorkRow, work_id: int, told: dict[str, Any]) -> None:
        answer = row.payload["answer"]
        chat = Chat(answer["chat_key"], answer["chat_id"], answer.get("thread_id"))
        payload = {"view": View.FILE_CHANGE, "params": told, **answer["told"]}
        outbox.put(rows, OutboxKind.REPLY, f"file:{work_id}", chat, payload, self._clock.now())


def _nobody() -> None:
    """Without a command line around it nobody reads the file again."""
