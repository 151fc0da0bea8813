"""Errands: work that a command hands to the running bot, and whose outcome it waits for.

One process writes what is read, and keeps the gaps of sites. An errand is a work row; whoever ran
it puts the answer into it, and the command takes that away: neither a file nor a review's text
stays behind. The emptied row goes with other old work.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlmodel import Session, col, select

from reviewbot.core.errors import Refused
from reviewbot.core.model import WorkKind
from reviewbot.store.queues import work
from reviewbot.store.tables import WorkRow

HELD = timedelta(hours=1)
"""How long a claimed errand may wait for its host's turn. Nobody waits for its answer longer."""
LEFT_BEHIND = timedelta(days=1)
"""A command that was killed could not take its answer away; later ones do it by this age."""


@dataclass(frozen=True, slots=True)
class Errand:
    """How an errand stands. `told` is its answer, `error` why it failed or is tried again."""

    state: Literal["waiting", "begun", "done", "failed"]
    told: Mapping[str, Any]
    error: str | None = None


def put_poll(session: Session, target: str, now: datetime, *, dry_run: bool) -> int:
    """Ask the bot for a reading of a target (its key), or for a rehearsal of one."""
    payload = {"errand": target, "dry_run": dry_run}
    return _put(session, WorkKind.POLL_NOW, payload, now)


def put_file(
    session: Session,
    name: str,
    content: bytes,
    saved_at: datetime,
    target: str | None,
    now: datetime,
) -> int:
    """Hand a saved page to the bot: its bytes, for the bot may not be able to read the file."""
    packed = base64.b64encode(zlib.compress(content)).decode("ascii")
    payload = {
        "errand": name,
        "file": name,
        "content": packed,
        "saved_at": saved_at.isoformat(),
        "target": target,
    }
    return _put(session, WorkKind.IMPORT_FILE, payload, now)


def put_reload(session: Session, now: datetime) -> int:
    """Ask the bot to read its file again."""
    return _put(session, WorkKind.CHANGE_FILE, {"errand": "reload", "step": "reload"}, now)


def is_errand(row: WorkRow) -> bool:
    """Whether somebody at a terminal waits for this work."""
    return "errand" in row.payload


def content_of(row: WorkRow) -> tuple[bytes, datetime]:
    """Return the file that was handed over, and its time. Raises Refused where it is gone."""
    packed = row.payload.get("content")
    if packed is None:
        raise Refused("import_no_file")
    saved_at = datetime.fromisoformat(row.payload["saved_at"])
    return zlib.decompress(base64.b64decode(packed)), saved_at


def hold(session: Session, row_id: int, until: datetime) -> None:
    """Keep a claimed errand claimed: it waits for its host's turn."""
    row = session.get_one(WorkRow, row_id)
    row.claimed_until = until
    session.add(row)
    session.flush()


def is_wanted(session: Session, row_id: int) -> bool:
    """Whether somebody still waits for it: it is neither taken back nor answered."""
    row = session.get(WorkRow, row_id)
    return row is not None and row.cancelled_at is None and row.done_at is None


def answer(
    session: Session, row_id: int, outcome: str, told: Mapping[str, Any], now: datetime
) -> None:
    """Close an errand with its answer, plain JSON; nobody gets one that was taken back."""
    row = session.get_one(WorkRow, row_id)
    bare = {key: value for key, value in row.payload.items() if key != "content"}
    row.payload = bare if row.cancelled_at else {**bare, "told": dict(told)}
    session.add(row)
    work.done(session, row_id, outcome, now)


def look_up(session: Session, row_id: int) -> Errand:
    """Return how an errand stands."""
    row = session.get(WorkRow, row_id)
    if row is None or row.cancelled_at is not None:
        return Errand("failed", {}, "somebody took it back")
    if row.done_at is not None:
        told = row.payload.get("told")
        return Errand("failed" if told is None else "done", told or {}, row.error)
    return Errand("begun" if row.claimed_at else "waiting", {}, row.error)


def take_away(session: Session, row_id: int, now: datetime) -> None:
    """Empty an errand; call it off where it has not ended."""
    row = session.get(WorkRow, row_id)
    if row is not None:
        _empty(row, now)
        session.flush()


def _empty(row: WorkRow, now: datetime) -> None:
    # The row itself stays for `prune`: SQLite gives the number of a deleted last row anew.
    row.payload = {}
    if row.done_at is None:
        row.cancelled_at = row.cancelled_at or now


def _put(session: Session, kind: WorkKind, payload: dict[str, Any], now: datetime) -> int:
    left_behind = select(WorkRow).where(
        col(WorkRow.dedupe_key).startswith(work.ERRAND, autoescape=True),
        col(WorkRow.created_at) < now - LEFT_BEHIND,
    )
    for row in session.exec(left_behind).all():
        _empty(row, now)
    key = f"{work.ERRAND}{uuid4()}"
    row_id = work.put(session, kind, now=now, payload=payload, dedupe_key=key)
    assert row_id is not None, "no two errands are one"
    return row_id
