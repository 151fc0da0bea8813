"""A question to the place: what happened there. It goes to the location's own chat or person, with
a small deadline of its own; the answer comes back to the card, and rings for who asked.

Question and answer are rows of the audit. The message that the time has passed lies in the outbox
from the start and says nothing where there is an answer by then.
"""

from datetime import datetime
from typing import Any

from reviewbot.core.calendar import deadlines
from reviewbot.core.errors import Refused
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES
from reviewbot.core.settings import Chat
from reviewbot.core.text import clean
from reviewbot.core.ticket import Actor
from reviewbot.store import audit
from reviewbot.store.cases import Case
from reviewbot.store.people import person_of
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow import chats
from reviewbot.workflow.beside_reply.told_below import changes_card, put, tell
from reviewbot.workflow.checks import case_of, check_person
from reviewbot.workflow.remarks import NOTE_LENGTH

PLACE = "place"
"""Stands in the audit for who answered and is on no list."""


def chat_of_place(tx: Tx, case: Case) -> Chat:
    """Return where a place is asked. Raises Refused: place_none, place_unreachable."""
    key = case.place.place_chat
    if not key:
        raise Refused("place_none")
    chat = tx.settings.chats.get(key)
    person = tx.settings.people.get((chat.person or "") if chat else key)
    if person is not None:
        chat = chats.private_chat(tx, person)
    if chat is None or not chats.is_alive(tx.session, chat):
        raise Refused("place_unreachable", name=person.name if person else key)
    return chat


def ask(tx: Tx, ticket_id: int, actor: Actor, text: str) -> None:
    """Send a question to the place and write it down. Raises Refused, `chat_of_place`'s too."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    ticket = case.ticket
    if ticket.state not in OPEN_STATES | OUTCOME_STATES:
        raise Refused("already", state=ticket.state, who=None, at=None)
    chat, words = chat_of_place(tx, case), clean(text, limit=NOTE_LENGTH)
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


def answer(
    tx: Tx, ticket_id: int, asked: dict[str, Any], text: str, name: str, key: str | None
) -> None:
    """Write down what somebody at the place answered, onto the card, and tell who asked.

    `asked` are the parameters of the question's message; `key` is the person's, None: they are on
    no list. Raises Refused for a review whose guest is forgotten.
    """
    case = case_of(tx, ticket_id)
    if case.review.forgotten_at is not None:
        raise Refused("forgotten")
    words = clean(text, limit=NOTE_LENGTH)
    if not words:
        return
    changes_card(tx, case)
    told = {"note": words, "name": name}
    audit.audit(tx, case, "place_answered", key or PLACE, question=asked["question"], **told)
    params = {"question": asked["question"], "by": asked["by"], "text": words, "name": name}
    _tell(tx, case, View.PLACE_SAID, params, tx.now)
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)


def _tell(tx: Tx, case: Case, view: View, params: dict[str, Any], at: datetime) -> None:
    """Tell who asked, from an instant on."""
    person = person_of(tx, params["by"])
    if person is not None:
        tell(tx, case, person, view, params, at)
