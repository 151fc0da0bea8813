"""The file of the forgotten and the rows, brought in step: at a start, and after a restore."""

import logging
from collections.abc import Collection
from pathlib import Path

from sqlmodel import select

from reviewbot.core.readings import forgotten_marks as marks
from reviewbot.core.ticket import BOT
from reviewbot.store import reviews
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import ForgottenRow, TargetRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.forgetting.forgotten_review import forget

log = logging.getLogger(__name__)


def follow(tx: Tx, path: Path | None = None) -> int:
    """Forget anew whom the rows of a restored copy still know; return how many reviews that were.
    The file first takes over marks that a kill kept from it.

    Without the file the forgotten cannot be known: the log and `doctor` say so.
    """
    session = tx.session
    forgotten.keep_or_tell(session)
    try:
        held = forgotten.register(path or forgotten.path_of(session))
    except forgotten.RegisterError as error:
        log.error("%s", error)
        return 0
    if not held.key and forgotten.is_anybody(session):
        log.error("%s is not there: forgotten guests are not known again", held.path)
    lacking = forgotten.missing(session, held)
    if not lacking:
        return 0
    for mark, external_id in lacking.items():
        session.add(ForgottenRow(mark=mark, external_id=external_id, at=tx.now))
    session.flush()
    found = [
        stored.review_id
        for target in session.exec(select(TargetRow)).all()
        for stored in reviews.every(session, target.id or 0)
        if _is_among(
            lacking, marks.marks_of(held.key, target.source, target.ref, stored.known().item)
        )
    ]
    return sum(forget(tx, review_id, BOT, held.key) for review_id in found)


def _is_among(lacking: Collection[str], own: tuple[str, ...]) -> bool:
    return any(mark in lacking for mark in own)
