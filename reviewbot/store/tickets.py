"""A ticket's row as the value that `core.ticket_table` decides about, and back."""

from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.model import OPEN_STATES, TicketState
from reviewbot.core.ticket import Ticket
from reviewbot.store.database import is_given
from reviewbot.store.tables import DraftRow, ReviewRow, TicketRow


def ticket_of(row: TicketRow, draft: DraftRow | None) -> Ticket:
    """Return what the table sees of a ticket whose current draft is `draft`."""
    return Ticket(
        state=TicketState(row.state),
        holder=row.holder,
        held_at=row.held_at,
        snoozed_until=row.snoozed_until,
        proposed_by=row.proposed_by,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        posted_by=row.posted_by,
        posted_at=row.posted_at,
        publish_at=row.publish_at,
        skipped_by=row.skipped_by,
        skip_reason=row.skip_reason,
        failure=row.failure,
        site_differs=row.site_differs,
        draft_id=row.draft_id,
        draft_author=draft.author_key if draft else None,
        approved_draft_id=row.approved_draft_id,
    )


def ticket_about(session: Session, review_id: int) -> int | None:
    """Return the number of a review's ticket, None where it has none."""
    return session.exec(select(TicketRow.id).where(TicketRow.review_id == review_id)).first()


_OPEN_ON = (
    select(func.count())
    .select_from(TicketRow)
    .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
    .where(
        is_given(col(ReviewRow.target_id), "targets"),
        col(TicketRow.state).in_(sorted(OPEN_STATES)),
    )
)


def open_on(session: Session, target_ids: Collection[int | None]) -> int:
    """Return how many tickets about reviews of some pages are open."""
    return session.exec(_OPEN_ON, params={"targets": list(target_ids)}).one()


def write(row: TicketRow, ticket: Ticket) -> None:
    """Write a ticket's fields into its row, but for the current draft."""
    row.state = ticket.state
    row.holder = ticket.holder
    row.held_at = ticket.held_at
    row.snoozed_until = ticket.snoozed_until
    row.proposed_by = ticket.proposed_by
    row.approved_by = ticket.approved_by
    row.approved_at = ticket.approved_at
    row.posted_by = ticket.posted_by
    row.posted_at = ticket.posted_at
    row.publish_at = ticket.publish_at
    row.skipped_by = ticket.skipped_by
    row.skip_reason = ticket.skip_reason
    row.failure = ticket.failure
    row.site_differs = ticket.site_differs
    row.approved_draft_id = ticket.approved_draft_id
