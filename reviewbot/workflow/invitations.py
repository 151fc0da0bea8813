"""Ways in that admins give, and the people who came by them: let in, removed.

A link holds a code made at random; only its hash is kept. Everything here leaves an audit row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.calendar.ticket_clock import RUNNING
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import SUPPORT, Person
from reviewbot.core.text import clean
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.store.people import GUEST, invited, met, person_of
from reviewbot.store.queues import outbox
from reviewbot.store.tables import AuditRow, InviteRow, PersonRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act, chats

GOOD_FOR = timedelta(hours=24)
ROLES = (Role.STAFF, Role.MANAGER, Role.VIEWER)
"""What an invitation can make of somebody. Admins are named in the config alone."""
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Joined:
    """Who came in, and by whose invitation."""

    person: Person
    by: Person
    invite_id: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is kept of a link that is on its way, and who asked for it."""

    code_hash: str
    by: Person


def hash_of(code: str) -> str:
    # 24 random bytes cannot be guessed from their hash: salt and slowness would add nothing.
    return sha256(code.encode()).hexdigest()


def hand_out(session: Session, given: Invitation, now: datetime) -> int:
    """Keep an invitation whose link went to its admin; return its id. Nobody invites to more
    locations than their own."""
    row = InviteRow(
        code_hash=given.code_hash,
        role=Role.STAFF,
        only=list(given.by.only),
        invited_by=given.by.key,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    _note(session, "invited", given.by.key, now, invite=row.id, invited_as=row.role)
    return row.id


def is_good(tx: Tx, code: str) -> bool:
    """Whether a code would still let somebody in."""
    try:
        _good(tx, _find(tx.session, code))
    except Refused:
        return False
    return True


def choose_role(tx: Tx, invite_id: int, role: str, by: Person) -> Role:
    """Say what the invited person will be. Raises Refused (invite_used, invite_over,
    old_button)."""
    row = _good(tx, tx.session.get(InviteRow, invite_id))
    if role not in ROLES:
        raise Refused("old_button")
    if row.role != role:
        row.role = Role(role)
        tx.session.add(row)
        _note(tx.session, "invite_role", by.key, tx.now, invite=invite_id, invited_as=role)
    return Role(role)


def take_back(tx: Tx, invite_id: int, by: Person) -> None:
    """From now on the link lets nobody in. Raises Refused (invite_used, invite_over)."""
    row = _good(tx, tx.session.get(InviteRow, invite_id))
    row.expires_at = tx.now
    tx.session.add(row)
    _note(tx.session, "invite_taken_back", by.key, tx.now, invite=invite_id)


def accept(tx: Tx, code: str, telegram_id: int, name: str) -> Joined:
    """Let somebody in who is on no list. Raises Refused (invite_unknown, invite_used,
    invite_over)."""
    invite = _good(tx, _find(tx.session, code))
    by = person_of(tx, invite.invited_by)
    assert by is not None
    assert invite.id is not None
    row = tx.session.get(PersonRow, telegram_id) or PersonRow(telegram_id=telegram_id)
    key = f"{GUEST}{telegram_id}"
    row.name = clean(name, limit=NAME_LENGTH) or str(telegram_id)
    row.role, row.only, row.removed_at = invite.role, list(invite.only), None
    row.key, row.invited_by = key, by.key
    tx.session.add(row)
    person = invited(row)
    assert person is not None
    met(tx, person)
    invite.used_at, invite.used_by = tx.now, telegram_id
    tx.session.add(invite)
    _note(tx.session, "joined", key, tx.now, invite=invite.id, role=person.role, name=person.name)
    tx.session.flush()
    return Joined(person, by, invite.id)


def remove(tx: Tx, telegram_id: int, by: Person) -> None:
    """Take somebody invited in chat off the list, at once.

    Their private copies are kept in step no longer, what waited for them goes to the support chat,
    what they held is free. Raises Refused: person_in_file for people of the config, person_gone.
    """
    of_the_file = tx.settings.person_by_id(telegram_id)
    if of_the_file is not None:
        raise Refused("person_in_file", person=of_the_file.name)
    row = tx.session.get(PersonRow, telegram_id)
    person = invited(row)
    if row is None or person is None:
        raise Refused("person_gone")
    for ticket in tx.session.exec(
        select(TicketRow).where(
            TicketRow.holder == person.key, col(TicketRow.state).in_(sorted(RUNNING))
        )
    ).all():
        if ticket.id is not None and tx.settings.may_see(by, ticket.location_key):
            actor = Actor(by.key, by.name, by.role)
            act.act(tx, ticket.id, Act(Action.RELEASE, actor))
    row.removed_at = tx.now
    tx.session.add(row)
    outbox.bury_cards(tx.session, telegram_id, tx.now)
    [support] = chats.living_chats(tx, (SUPPORT,))
    chats.redirect(tx.session, telegram_id, "no longer on the staff list", tx.now, support)
    _note(
        tx.session,
        "person_removed",
        by.key,
        tx.now,
        person=person.key,
        name=person.name,
        was=person.role,
    )
    tx.session.flush()


def _find(session: Session, code: str) -> InviteRow | None:
    return session.exec(select(InviteRow).where(InviteRow.code_hash == hash_of(code))).first()


def _good(tx: Tx, row: InviteRow | None) -> InviteRow:
    """Return the invitation if it still lets somebody in: not used, not over, from an admin of
    today."""
    if row is None:
        raise Refused("invite_unknown")
    if row.used_at is not None:
        raise Refused("invite_used")
    by = person_of(tx, row.invited_by)
    if (
        row.expires_at <= tx.now
        or row.role not in ROLES
        or by is None
        or by.role is not Role.ADMIN
    ):
        raise Refused("invite_over")
    return row


def _note(
    session: Session,
    action: str,
    actor: str,
    now: datetime,
    *,
    role: Role = Role.ADMIN,
    **detail: Any,
) -> None:
    session.add(AuditRow(at=now, actor=actor, role=role, action=action, detail=detail))
