"""Ways in that admins give, and the people who came by them: let in, removed.

A link holds a code made at random; only its hash is kept. Everything here leaves an audit row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import Person, Settings
from reviewbot.core.source_facts import Sites
from reviewbot.core.text import clean
from reviewbot.core.ticket import Action, Actor
from reviewbot.store import cases, chats
from reviewbot.store.people import GUEST, invited, met, person_of
from reviewbot.store.queues import outbox
from reviewbot.store.tables import AuditRow, InviteRow, PersonRow, TicketRow
from reviewbot.workflow import act
from reviewbot.workflow import chats as chat_moves

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


def is_good(session: Session, settings: Settings, code: str, now: datetime) -> bool:
    """Whether a code would still let somebody in."""
    try:
        _good(session, settings, _find(session, code), now)
    except Refused:
        return False
    return True


def choose_role(
    session: Session, settings: Settings, invite_id: int, role: str, by: Person, now: datetime
) -> Role:
    """Say what the invited person will be. Raises Refused (invite_used, invite_over,
    old_button)."""
    row = _good(session, settings, session.get(InviteRow, invite_id), now)
    if role not in ROLES:
        raise Refused("old_button")
    if row.role != role:
        row.role = Role(role)
        session.add(row)
        _note(session, "invite_role", by.key, now, invite=invite_id, invited_as=role)
    return Role(role)


def take_back(
    session: Session, settings: Settings, invite_id: int, by: Person, now: datetime
) -> None:
    """From now on the link lets nobody in. Raises Refused (invite_used, invite_over)."""
    row = _good(session, settings, session.get(InviteRow, invite_id), now)
    row.expires_at = now
    session.add(row)
    _note(session, "invite_taken_back", by.key, now, invite=invite_id)


def accept(
    session: Session, settings: Settings, code: str, telegram_id: int, name: str, now: datetime
) -> Joined:
    """Let somebody in who is on no list. Raises Refused (invite_unknown, invite_used,
    invite_over)."""
    invite = _good(session, settings, _find(session, code), now)
    by = person_of(session, settings, invite.invited_by)
    assert by is not None
    assert invite.id is not None
    row = session.get(PersonRow, telegram_id) or PersonRow(telegram_id=telegram_id)
    key = f"{GUEST}{telegram_id}"
    row.name = clean(name, limit=NAME_LENGTH) or str(telegram_id)
    row.role, row.only, row.removed_at = invite.role, list(invite.only), None
    row.key, row.invited_by = key, by.key
    session.add(row)
    person = invited(row)
    assert person is not None
    met(session, person, now)
    invite.used_at, invite.used_by = now, telegram_id
    session.add(invite)
    _note(session, "joined", key, now, invite=invite.id, role=person.role, name=person.name)
    session.flush()
    return Joined(person, by, invite.id)


def remove(
    session: Session, settings: Settings, sites: Sites, telegram_id: int, by: Person, now: datetime
) -> None:
    """Take somebody invited in chat off the list, at once.

    Their private copies are kept in step no longer, what waited for them goes to the support chat,
    what they held is free. Raises Refused: person_in_file for people of the config, person_gone.
    """
    of_the_file = settings.person_by_id(telegram_id)
    if of_the_file is not None:
        raise Refused("person_in_file", person=of_the_file.name)
    row = session.get(PersonRow, telegram_id)
    person = invited(row)
    if row is None or person is None:
        raise Refused("person_gone")
    for ticket in session.exec(
        select(TicketRow).where(
            TicketRow.holder == person.key, col(TicketRow.state).in_(sorted(cases.RUNNING))
        )
    ).all():
        if ticket.id is not None and settings.may_see(by, ticket.location_key):
            actor = Actor(by.key, by.name, by.role)
            act.act(session, settings, sites, ticket.id, Action.RELEASE, actor, now)
    row.removed_at = now
    session.add(row)
    outbox.bury_cards(session, telegram_id, now)
    [support] = chats.living_chats(session, settings, ("support",))
    chat_moves.redirect(session, telegram_id, "no longer on the staff list", now, support)
    _note(
        session,
        "person_removed",
        by.key,
        now,
        person=person.key,
        name=person.name,
        was=person.role,
    )
    session.flush()


def _find(session: Session, code: str) -> InviteRow | None:
    return session.exec(select(InviteRow).where(InviteRow.code_hash == hash_of(code))).first()


def _good(session: Session, settings: Settings, row: InviteRow | None, now: datetime) -> InviteRow:
    """Return the invitation if it still lets somebody in: not used, not over, from an admin of
    today."""
    if row is None:
        raise Refused("invite_unknown")
    if row.used_at is not None:
        raise Refused("invite_used")
    by = person_of(session, settings, row.invited_by)
    if row.expires_at <= now or row.role not in ROLES or by is None or by.role is not Role.ADMIN:
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
