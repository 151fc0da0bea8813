"""Texts people write to us: an answer to the edit prompt becomes the draft, nothing else does.

Colleagues talk under cards, so any other reply to one only offers: new text, note or nothing.
"""

from typing import Any

from sqlmodel import Session
from telegram import Message

from reviewbot.bot import access
from reviewbot.bot.callback_data import Press
from reviewbot.bot.handlers.context import House, Place
from reviewbot.core.errors import Refused
from reviewbot.core.model import TicketState
from reviewbot.core.settings import Person
from reviewbot.core.ticket import Act, Action
from reviewbot.queries.card_facts import card_facts
from reviewbot.store.drafts import draft_written_in
from reviewbot.store.people import person_by_id
from reviewbot.store.tables import DraftRow, OutboxRow, TicketRow
from reviewbot.words.toasts import toast
from reviewbot.workflow import act, remarks

PROMPTS = ("edit_prompt", "note_prompt")
CHOICE = "ask_meaning"


def replied(session: Session, house: House, message: Message, answered: Message) -> None:
    """Somebody answered a message; only answers to ours matter."""
    row = access.outbox_of(session, message.chat_id, answered.message_id)
    if row is None or row.ticket_id is None or message.from_user is None:
        return
    person = person_by_id(house.tx(session), message.from_user.id)
    if person is None:
        return
    place = place_of(session, house, message, person)
    view = row.payload.get("view")
    try:
        if view in PROMPTS:
            _to_prompt(session, house, place, person, row, message)
        elif view not in (CHOICE, "refusal", "draft_saved", "note_saved") and message.text:
            _offer(session, house, place, person, row.ticket_id, message)
    except Refused as refused:
        say_refused(session, house, place, message, refused, row.ticket_id)


def place_of(session: Session, house: House, message: Message, person: Person | None) -> Place:
    thread = message.message_thread_id if message.is_topic_message else None
    return house.place(session, message.chat, thread, person)


def say_refused(
    session: Session,
    house: House,
    place: Place,
    message: Message,
    refused: Refused,
    ticket_id: int | None = None,
) -> None:
    params = {"code": refused.code, **refused.params}
    house.reply(
        session, place, "refusal", params, reply_to=message.message_id, ticket_id=ticket_id
    )


def _to_prompt(
    session: Session,
    house: House,
    place: Place,
    person: Person,
    prompt: OutboxRow,
    message: Message,
) -> None:
    """The text asked for, if it is one and comes from the person who was asked."""
    assert prompt.ticket_id is not None
    if prompt.payload.get("params", {}).get("person") != person.key:
        raise Refused("not_your_prompt")
    if not message.text:
        what = "voice" if message.voice else "photo" if message.photo else ""
        house.reply(session, place, "text_only", {"what": what}, reply_to=message.message_id)
        return
    if prompt.payload["view"] == "note_prompt":
        _note(session, house, place, person, prompt.ticket_id, message.text, message.message_id)
    else:
        _propose(session, house, place, person, prompt.ticket_id, message.text, message.message_id)


def _propose(
    session: Session,
    house: House,
    place: Place,
    person: Person,
    ticket_id: int,
    text: str,
    message_id: int,
) -> str:
    proposal = Act(
        Action.PROPOSE,
        access.actor_of(person),
        text=text,
        chat_id=place.chat_id,
        message_id=message_id,
    )
    acted = act.act(house.tx(session), ticket_id, proposal)
    return _say_done(session, house, place, ticket_id, acted.action, message_id)


def _note(
    session: Session,
    house: House,
    place: Place,
    person: Person,
    ticket_id: int,
    text: str,
    message_id: int,
) -> str:
    remarks.note(house.tx(session), ticket_id, access.actor_of(person), text)
    return _say_done(session, house, place, ticket_id, "note", message_id)


def _say_done(
    session: Session, house: House, place: Place, ticket_id: int, action: str, message_id: int
) -> str:
    """Edits of the card make no sound, so a short answer says that it counted."""
    view = "note_saved" if action == "note" else "draft_saved"
    house.reply(session, place, view, reply_to=message_id, ticket_id=ticket_id)
    facts = card_facts(house.tx(session), ticket_id)
    return toast(action, facts, place.language)


def _offer(
    session: Session,
    house: House,
    place: Place,
    person: Person,
    ticket_id: int,
    message: Message,
) -> None:
    params: dict[str, Any] = {
        "person": person.key,
        "text": message.text,
        "message_id": message.message_id,
    }
    house.reply(session, place, CHOICE, params, reply_to=message.message_id, ticket_id=ticket_id)


def chosen(
    session: Session,
    house: House,
    place: Place,
    person: Person,
    press: Press,
    message_id: int,
) -> str:
    """What the writer of a comment under a card wants it to be."""
    row = access.outbox_of(session, place.chat_id, message_id)
    params = row.payload.get("params", {}) if row and row.payload.get("view") == CHOICE else {}
    if not params or row is None or row.ticket_id is None:
        raise Refused("old_button")
    if params["person"] != person.key:
        raise Refused("not_your_prompt")
    house.reply(session, place, "clear", {"message_id": message_id}, nth=1)
    text, origin = params["text"], params["message_id"]
    if press.action == "text_new":
        return _propose(session, house, place, person, row.ticket_id, text, origin)
    if press.action == "text_note":
        return _note(session, house, place, person, row.ticket_id, text, origin)
    return toast("nothing", None, place.language)


def edited(session: Session, house: House, message: Message) -> None:
    """Editing the message a draft was written in changes the draft, until it is approved."""
    if message.from_user is None or not message.text:
        return
    draft = draft_written_in(session, message.chat_id, message.message_id)
    person = person_by_id(house.tx(session), message.from_user.id)
    if draft is None or person is None or draft.author_key != person.key:
        return
    ticket = session.get_one(TicketRow, draft.ticket_id)
    place = place_of(session, house, message, person)
    try:
        if not _is_current(session, ticket, draft):
            raise Refused("draft_changed", who=None, at=None)
        if ticket.state not in (TicketState.WAITING, TicketState.PROPOSED, TicketState.FAILED):
            raise Refused("already", state=ticket.state, who=None, at=None)
        _propose(session, house, place, person, draft.ticket_id, message.text, message.message_id)
    except Refused as refused:
        if refused.code == "already" and ticket.state == TicketState.PROPOSED:
            return  # the same text again
        say_refused(session, house, place, message, refused, draft.ticket_id)


def _is_current(session: Session, ticket: TicketRow, draft: DraftRow) -> bool:
    return ticket.draft_id == draft.id
