"""A question to the place: what happened there. It goes to the location's own chat or person, with
a small deadline of its own; the answer comes back to the card, and rings for who asked.

Question and answer are rows of the audit. The message that the time has passed lies in the outbox
from the start and says nothing where there is an answer by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from reviewbot.core.calendar import deadlines
from reviewbot.core.errors import Refused
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES
from reviewbot.core.settings import Chat, Person
from reviewbot.core.ticket import Actor
from reviewbot.store import audit
from reviewbot.store.cases import Case
from reviewbot.store.chats import earlier_ids
from reviewbot.store.people import person_of
from reviewbot.store.queues import outbox
from reviewbot.store.tables import AuditRow
from reviewbot.store.tx import Tx
from reviewbot.words.cards.beside_reply import is_asked_in, question_in
from reviewbot.words.vocabulary import View
from reviewbot.workflow import chats
from reviewbot.workflow.beside_reply.told_below import changes_card, put, tell
from reviewbot.workflow.checks import case_of, check_person
from reviewbot.workflow.remarks import whole

PLACE = "place"
"""Stands in the audit for who answered and is on no list."""


def _named(tx: Tx, case: Case) -> tuple[Chat | None, Person | None]:
    """Return the chat, or the person, that the file names for a place."""
    key = case.place.place_chat or ""
    chat = tx.settings.chats.get(key)
    return chat, tx.settings.people.get((chat.person or "") if chat else key)


def chat_of_place(tx: Tx, case: Case) -> Chat:
    """Return where a place is asked. Raises Refused: place_none, place_unreachable."""
    key = case.place.place_chat
    if not key:
        raise Refused("place_none")
    chat, person = _named(tx, case)
    if person is not None:
        chat = chats.private_chat(tx, person)
    if chat is None or not chats.is_alive(tx.session, chat):
        raise Refused("place_unreachable", name=person.name if person else key)
    return chat


def _is_of_place(tx: Tx, case: Case, chat_id: int) -> bool:
    """Whether a chat is the one in which the place is asked by now."""
    chat, person = _named(tx, case)
    named = person.telegram_id if person else chat.chat_id if chat else None
    return named in (chat_id, *earlier_ids(tx.session, chat_id))


def ask(tx: Tx, ticket_id: int, actor: Actor, text: str) -> None:
    """Send a question to the place and write it down. Raises Refused, `chat_of_place`'s too."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    ticket = case.ticket
    if ticket.state not in OPEN_STATES | OUTCOME_STATES:
        raise Refused("already", state=ticket.state, who=None, at=None)
    chat, words = chat_of_place(tx, case), whole(text)
    if not words:
        return
    changes_card(tx, case)
    due_at = deadlines.deadline(case.desk.place_answer, tx.now, case.desk).at
    asked: dict[str, Any] = {"question": ticket.revision, "due_at": due_at.isoformat()}
    audit.audit(tx, case, "place_asked", actor.key, role=actor.role, note=words, **asked)
    params = {**asked, "by": actor.key}
    put(tx, case, chat, View.PLACE_QUESTION, {**params, "text": words})
    _tell(tx, case, View.PLACE_LATE, params, due_at)
    outbox.put_edits(tx.session, ticket_id, ticket.revision, tx.now)


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What somebody at a place wrote, in which message; `key` is the person's, None: they are on
    no list."""

    text: str
    name: str
    key: str | None
    chat_id: int
    message_id: int


def answer(tx: Tx, ticket_id: int, asked: Mapping[str, Any], said: PlaceAnswer) -> bool:
    """Write an answer down, onto the card, and tell who asked; return False where it is known.

    `asked` are the parameters of the question's message. A message that is edited answers anew.
    Raises Refused: forgotten (the guest is), place_other_chat.
    """
    case = case_of(tx, ticket_id)
    if case.review.forgotten_at is not None:
        raise Refused("forgotten")
    if not _is_of_place(tx, case, said.chat_id):
        raise Refused("place_other_chat")
    words, number = whole(said.text), asked["question"]
    known = [row.detail for row in _rows(tx, ticket_id, "place_answered")]
    before = [each["note"] for each in known if each.get("message") == said.message_id]
    if not words or words in before[-1:]:
        return False
    changes_card(tx, case)
    told: dict[str, Any] = {"note": words, "name": said.name, "message": said.message_id}
    audit.audit(tx, case, "place_answered", said.key or PLACE, question=number, **told)
    params = {"question": number, "by": asked["by"], "text": words, "name": said.name}
    _tell(tx, case, View.PLACE_SAID, params, tx.now)
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)
    return True


def asked_in(tx: Tx, text: str) -> tuple[int, dict[str, Any]] | None:
    """Return which ticket's place a message of ours asks, and its parameters, by what it says;
    None where it asks none that is written down."""
    number = question_in(text)
    rows = _rows(tx, number, "place_asked") if number is not None else ()
    for row in reversed(rows):
        if is_asked_in(text, str(row.detail.get("note") or "")):
            return row.ticket_id or 0, {"question": row.detail["question"], "by": row.actor}
    return None


def _rows(tx: Tx, ticket_id: int, action: str) -> Sequence[AuditRow]:
    rows = select(AuditRow).where(AuditRow.ticket_id == ticket_id, AuditRow.action == action)
    return tx.session.exec(rows.order_by(col(AuditRow.id))).all()


def _tell(tx: Tx, case: Case, view: View, params: dict[str, Any], at: datetime) -> None:
    """Tell who asked, from an instant on."""
    person = person_of(tx, params["by"])
    if person is not None:
        tell(tx, case, person, view, params, at)
