"""Pages, each a place on a source, of the targets that figures are counted by."""

from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Page


def pages_of(session: Session) -> dict[int, Page]:
    """Return the page of every target: joined with each review they take twice as long."""
    rows = session.execute(
        columns(col(TargetRow.id), col(TargetRow.location_key), col(TargetRow.source))
    )
    return {number: (place, source) for number, place, source in rows}
