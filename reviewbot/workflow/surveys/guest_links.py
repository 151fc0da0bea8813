"""Links that invite guests to answer, for everybody alike: for one visit, or for a place.

Nothing here knows how a guest feels, so nobody can be left out for that.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hmac import digest

from sqlalchemy import or_
from sqlmodel import col, select

from reviewbot.core.errors import Refused
from reviewbot.core.surveys.survey import (
    AnswerNotTaken,
    GuestSaying,
    GuestSettings,
    Variant,
    drawn_variant,
)
from reviewbot.core.text import clean
from reviewbot.store.surveys.guest_rows import link_of
from reviewbot.store.surveys.guest_tables import GuestLinkRow
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import insert_new

CODE_BYTES = 24
"""As many as cannot be guessed; a link into a bot holds 64 letters."""
FIELD_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Visit:
    """What the operator's own system says of a visit; nothing of the guest is asked for."""

    visit_id: str | None = None
    item: str | None = None
    segment: str | None = None
    visited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GuestLink:
    """What is kept of a link. `visit` None: it is a place's, good again and again."""

    code_hash: str
    location: str
    created_by: str
    visit: Visit | None = None


def guest_settings(tx: Tx) -> GuestSettings:
    """Return what the file says of guests. Raises Refused(guests_off)."""
    if tx.settings.guests is None:
        raise Refused("guests_off")
    return tx.settings.guests


def code_of_visit(secret: bytes, location: str, visit_id: str) -> str:
    """Return the code of a visit: the same each time it is asked for, and beyond guessing."""
    made = digest(secret, f"{location}\0{visit_id}".encode(), "sha256")[:CODE_BYTES]
    return urlsafe_b64encode(made).decode()


def hand_out_link(tx: Tx, given: GuestLink) -> datetime | None:
    """Keep a link; one that is kept already stays as it is. Return when it is over, None: never.
    Raises Refused (guests_off, no_such_place)."""
    guests = guest_settings(tx)
    place = tx.settings.locations.get(given.location)
    if place is None or place.role != "own":
        raise Refused("no_such_place", wanted=given.location)
    visit = given.visit or Visit()
    row = GuestLinkRow(
        code_hash=given.code_hash,
        location_key=given.location,
        reusable=given.visit is None,
        visit_id=clean(visit.visit_id, limit=FIELD_LENGTH),
        item=clean(visit.item, limit=FIELD_LENGTH),
        segment=clean(visit.segment, limit=FIELD_LENGTH),
        visited_at=visit.visited_at,
        created_by=given.created_by,
        created_at=tx.now,
        expires_at=tx.now + guests.valid_for if given.visit is not None else None,
        variant=drawn_variant(guests, given.code_hash) if given.visit is not None else None,
    )
    insert_new(tx.session, row)
    wanted = GuestLinkRow.code_hash == given.code_hash
    return tx.session.exec(select(GuestLinkRow.expires_at).where(wanted)).one()


def withdraw_links(tx: Tx, location: str) -> int:
    """End the links of a place that are good for everybody; return how many those were. Surveys
    that have begun go on."""
    good = or_(col(GuestLinkRow.expires_at).is_(None), col(GuestLinkRow.expires_at) > tx.now)
    rows = tx.session.exec(
        select(GuestLinkRow).where(
            GuestLinkRow.location_key == location, col(GuestLinkRow.reusable).is_(True), good
        )
    ).all()
    for row in rows:
        row.expires_at = tx.now
        tx.session.add(row)
    tx.session.flush()
    return len(rows)


def good_link(tx: Tx, code: str) -> GuestLinkRow:
    """Return a link that still opens a survey. Raises AnswerNotTaken."""
    row = link_of(tx.session, code)
    if row is not None and row.used_at is not None and not row.reusable:
        raise AnswerNotTaken(GuestSaying.LINK_USED)
    if row is None or not _is_good(tx, row):
        raise AnswerNotTaken(GuestSaying.LINK_OVER)
    return row


def _is_good(tx: Tx, row: GuestLinkRow) -> bool:
    is_over = row.expires_at is not None and row.expires_at <= tx.now
    is_ours = row.location_key in tx.settings.locations
    return is_ours and not is_over and tx.settings.guests is not None


def variant_for(tx: Tx, link: GuestLinkRow, telegram_id: int) -> Variant | None:
    """Return the way of asking that chance gave the link of one guest when it was handed out, or
    gives this guest of a place's link; None: the ordinary one."""
    guests = guest_settings(tx)
    if link.reusable:
        return guests.variant(drawn_variant(guests, link.code_hash, telegram_id))
    return guests.variant(link.variant)
