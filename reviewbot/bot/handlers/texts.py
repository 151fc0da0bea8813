"""Texts people write to us: an answer to the edit prompt becomes the draft, nothing else does.

Colleagues talk under cards, so any other reply to one only offers: new text, note or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from telegram import Message

from reviewbot.bot import access
from reviewbot.bot.handlers import concerns
from reviewbot.bot.handlers.beside_reply import measures as measure_texts
from reviewbot.bot.handlers.beside_reply import place_answers
from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    UpdateContext,
    approves_alone,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.staff import templates
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind, Role, TicketState
from reviewbot.core.settings import Person
from reviewbot.core.ticket import Act, Action
from reviewbot.store.chats import earlier_ids
from reviewbot.store.drafts import draft_written_in
from reviewbot.store.people import person_by_id
from reviewbot.store.tables import OutboxRow, TicketRow
from reviewbot.words.prompts import asked_in
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow import act, remarks
from reviewbot.workflow.beside_reply import place_question

SHORTEST = 20
"""One word shorter than this is asked about before it may be a public reply."""
TALKED_UNDER = (
    View.ASK_MEANING,
    View.REFUSAL,
    View.DRAFT_SAVED,
    View.NOTE_SAVED,
    View.BACK_SAVED,
    View.GESTURE_SAVED,
    View.PLACE_ASKED,
    View.PLACE_SAID,
    View.PLACE_LATE,
    View.PLACE_THANKS,
    View.TEMPLATE_OFFER,
    View.TEMPLATE_SAVED,
    View.TEMPLATE,
    View.MEASURE_SAVED,
    View.MEASURE_YOURS,
    View.MEASURE_DUE,
    View.SECOND_SENTENCE,
)
"""Replies to these are talk: nothing is offered."""


@dataclass(frozen=True, slots=True)
class WrittenText:
    """What somebody wrote for a ticket, and in which message."""

    ticket_id: int
    text: str
    message_id: int


def replied(context: UpdateContext, message: Message, answered: Message) -> bool:
    """Somebody answered a message; return whether it was one of ours about one ticket."""
    row = access.outbox_of(context.tx.session, message.chat_id, answered.message_id)
    if row is None:
        return _to_unknown(context, message, answered)
    if view_of(row) == View.CONCERN_PROMPT:
        return concerns.answered(context, message, row)
    if row.ticket_id is None or row.bundle_id is not None:
        return False
    if view_of(row) == View.PLACE_QUESTION:
        return place_answers.answered(context, message, row.ticket_id, params_of(row))
    person = person_by_id(context.tx, message.from_user.id) if message.from_user else None
    if person is None:
        return False
    _take(MessageRequest(context, person, context.chat_of_message(message, person), message), row)
    return True


def _to_unknown(context: UpdateContext, message: Message, answered: Message) -> bool:
    """An answer to a message of ours whose number we do not know: one whose sending is not
    written down yet is waited for; of one that never was, what it asks says which it is."""
    person = person_by_id(context.tx, message.from_user.id) if message.from_user else None
    if not _is_ours(context, answered):
        return False
    place = place_question.asked_in(context.tx, answered.text or "")
    if person is None and place is None:
        return False
    context.wait_for_mark(message.chat_id)
    if place is not None:
        return place_answers.answered(context, message, *place)
    asked = asked_in(answered.text or "")
    if asked is None or person is None:
        return False
    request = MessageRequest(context, person, context.chat_of_message(message, person), message)
    prompt = _prompt_of(request, *asked)
    if prompt is None:
        is_text = asked[0] is View.EDIT_PROMPT
        request.refuse(Refused("prompt_lost" if is_text else "question_lost"))
    elif asked[0] is View.CONCERN_PROMPT:
        concerns.answered(context, message, prompt)
    else:
        _take(request, prompt)
    return True


def _is_ours(context: UpdateContext, answered: Message) -> bool:
    return answered.from_user is not None and answered.from_user.username == context.bot_name


def _prompt_of(request: MessageRequest, view: View, number: int) -> OutboxRow | None:
    """Return the newest such question about a ticket in this chat: one of this person's first.
    `number` is 0 for a concern: where several were asked about, nobody knows which this is."""
    ids = [request.chat.chat_id, *earlier_ids(request.tx.session, request.chat.chat_id)]
    rows = request.tx.session.exec(
        select(OutboxRow)
        .where(
            col(OutboxRow.chat_id).in_(ids),
            OutboxRow.ticket_id == (number or None),
            OutboxRow.kind == OutboxKind.REPLY,
        )
        .order_by(col(OutboxRow.id).desc())
    ).all()
    asked = [row for row in rows if view_of(row) == view]
    own = [row for row in asked if params_of(row).get("person") == request.person.key]
    if number == 0 and len({params_of(row)["concern"] for row in own}) != 1:
        return None
    return next(iter((*own, *asked)), None)


def _take(request: MessageRequest, row: OutboxRow) -> None:
    assert row.ticket_id is not None
    try:
        if view_of(row) in PROMPTS:
            _to_prompt(request, row)
        elif view_of(row) not in TALKED_UNDER:
            _talk(request, row.ticket_id)
    except Refused as refused:
        request.refuse(refused, row.ticket_id)


def _talk(request: MessageRequest, ticket_id: int) -> None:
    """Something below a card: words may be meant for us, a caption too; nothing else can be. Who
    only looks is not offered what they may not do."""
    message = request.message
    if request.person.role is Role.VIEWER:
        return
    if message.text or message.caption:
        _offer(request, ticket_id)
    elif message.effective_attachment:
        request.context.reply_once(
            request.chat,
            View.TEXT_ONLY,
            {"what": _what(message)},
            reply_to=message.message_id,
            to=request.person.telegram_id,
        )


def _may_be_talk(text: str) -> bool:
    return len(text) < SHORTEST and len(text.split()) < 2


def _what(message: Message) -> str:
    return "voice" if message.voice else "photo" if message.photo else ""


def _to_prompt(request: MessageRequest, prompt: OutboxRow) -> None:
    """The text asked for, if it is one and comes from the person who was asked."""
    assert prompt.ticket_id is not None
    message = request.message
    is_text = view_of(prompt) == View.EDIT_PROMPT
    if params_of(prompt).get("person") != request.person.key:
        raise Refused("not_your_prompt" if is_text else "not_your_question")
    words = message.text or message.caption
    if not words:
        request.reply(View.TEXT_ONLY, {"what": _what(message)}, reply_to=message.message_id)
        return
    if is_text and (not message.text or _may_be_talk(words)):
        # A picture cannot be posted; «ok» under the question is said to a colleague more often
        # than to a guest.
        _offer(request, prompt.ticket_id)
        return
    written = WrittenText(prompt.ticket_id, words, message.message_id)
    PROMPTS[View(view_of(prompt) or "")](request, written)


def _propose(request: StaffRequest, written: WrittenText) -> str:
    proposal = Act(
        Action.PROPOSE,
        request.actor,
        text=written.text,
        chat_id=request.chat.chat_id,
        message_id=written.message_id,
    )
    acted = act.act(request.tx, written.ticket_id, proposal)
    return _say_done(request, written, View.DRAFT_SAVED, Toast(acted.action))


def _send_back(request: StaffRequest, written: WrittenText) -> str:
    reason = remarks.whole(written.text)
    sent_back = Act(Action.SEND_BACK, request.actor, reason=reason)
    act.act(request.tx, written.ticket_id, sent_back)
    return _say_done(request, written, View.BACK_SAVED, Toast.SEND_BACK)


def _note(request: StaffRequest, written: WrittenText) -> str:
    remarks.note(request.tx, written.ticket_id, request.actor, written.text)
    return _say_done(request, written, View.NOTE_SAVED, Toast.NOTE)


def _gesture(request: StaffRequest, written: WrittenText) -> str:
    remarks.gesture(request.tx, written.ticket_id, request.actor, written.text)
    return _say_done(request, written, View.GESTURE_SAVED, Toast.NOTE)


def _ask_place(request: StaffRequest, written: WrittenText) -> str:
    place_question.ask(request.tx, written.ticket_id, request.actor, written.text)
    return _say_done(request, written, View.PLACE_ASKED, Toast.NOTE)


def _template(request: StaffRequest, written: WrittenText) -> str:
    return templates.written(request, written.ticket_id, written.text, written.message_id)


def _measure(request: StaffRequest, written: WrittenText) -> str:
    measure_texts.written(request, written.ticket_id, written.text)
    return _say_done(request, written, View.MEASURE_SAVED, Toast.NOTE)


PROMPTS: dict[View, Callable[[StaffRequest, WrittenText], str]] = {
    View.EDIT_PROMPT: _propose,
    View.NOTE_PROMPT: _note,
    View.BACK_PROMPT: _send_back,
    View.GESTURE_PROMPT: _gesture,
    View.PLACE_PROMPT: _ask_place,
    View.TEMPLATE_PROMPT: _template,
    View.MEASURE_PROMPT: _measure,
}
"""What an answer to each question does."""


def _say_done(request: StaffRequest, written: WrittenText, view: View, what: Toast) -> str:
    """Edits of the card make no sound, so a short answer says that it counted."""
    approves = approves_alone(request, written.ticket_id)
    params = {"approves": approves, "person": request.person.key}
    request.reply(view, params, reply_to=written.message_id, ticket_id=written.ticket_id)
    return request.toast(what, written.ticket_id)


def _offer(request: MessageRequest, ticket_id: int) -> None:
    message = request.message
    params: dict[str, Any] = {
        "person": request.person.key,
        "text": message.text or message.caption,
        "message_id": message.message_id,
    }
    request.reply(View.ASK_MEANING, params, reply_to=message.message_id, ticket_id=ticket_id)


def _chosen(request: PressRequest) -> str:
    """What the writer of a comment under a card wants it to be: new text, note or nothing."""
    row = request.row
    params = params_of(row) if view_of(row) == View.ASK_MEANING else {}
    if not params or row is None or row.ticket_id is None:
        raise Refused("old_button")
    if params["person"] != request.person.key:
        raise Refused("not_your_prompt")
    request.reply(View.CLEAR, {"message_id": request.message_id}, nth=1)
    written = WrittenText(row.ticket_id, params["text"], params["message_id"])
    if request.press.action == ButtonName.TEXT_NEW:
        return _propose(request, written)
    if request.press.action == ButtonName.TEXT_NOTE:
        return _note(request, written)
    return request.toast(Toast.NOTHING)


def _saved(request: PressRequest) -> str:
    """*Save and approve* or *Save*: the text is stored already, so nothing is lost where neither
    is pressed."""
    request.must_not_be_viewer()
    number = request.press.ticket
    ticket = request.tx.session.get(TicketRow, number)
    if ticket is None:
        raise Refused("unknown_ticket", number=number)
    request.may_see(ticket)
    what = Toast.SETTINGS
    if request.press.action == ButtonName.SAVE_APPROVE:
        approval = Act(Action.APPROVE, request.actor, request.press.revision or None)
        what = Toast(act.act(request.tx, number, approval).action)
    request.reply(View.CLEAR, {"message_id": request.message_id})
    return request.toast(what, number)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.TEXT_NEW: _chosen,
    ButtonName.TEXT_NOTE: _chosen,
    ButtonName.TEXT_NOTHING: _chosen,
    ButtonName.SAVE_APPROVE: _saved,
    ButtonName.SAVE: _saved,
}


def edited(context: UpdateContext, message: Message) -> None:
    """Editing the message a draft was written in changes the draft, until it is approved; what
    a place answered counts as it is edited; of any other answer the writer is told that it
    stands."""
    if message.from_user is None or not (message.text or message.caption):
        return
    draft = draft_written_in(context.tx.session, message.chat_id, message.message_id)
    person = person_by_id(context.tx, message.from_user.id)
    if draft is None:
        _edited_answer(context, message, person)
        return
    if person is None or draft.author_key != person.key or not message.text:
        return
    ticket = context.tx.session.get_one(TicketRow, draft.ticket_id)
    request = MessageRequest(context, person, context.chat_of_message(message, person), message)
    try:
        if ticket.draft_id != draft.id:
            raise Refused("draft_changed", who=None, at=None)
        if ticket.state not in (TicketState.WAITING, TicketState.PROPOSED, TicketState.FAILED):
            raise Refused("already", state=ticket.state, who=None, at=None)
        _propose(request, WrittenText(draft.ticket_id, message.text, message.message_id))
    except Refused as refused:
        if refused.code == "already" and ticket.state == TicketState.PROPOSED:
            return  # the same text again
        request.refuse(refused, draft.ticket_id)


def _edited_answer(context: UpdateContext, message: Message, person: Person | None) -> None:
    answered = message.reply_to_message
    if answered is None:
        return
    row = access.outbox_of(context.tx.session, message.chat_id, answered.message_id)
    if view_of(row) == View.PLACE_QUESTION and row is not None and row.ticket_id is not None:
        place_answers.answered(context, message, row.ticket_id, params_of(row))
    elif row is None and _is_ours(context, answered):
        place = place_question.asked_in(context.tx, answered.text or "")
        if place is not None:
            place_answers.answered(context, message, *place)
    elif person is not None and params_of(row).get("person") == person.key:
        if view_of(row) not in (*PROMPTS, View.CONCERN_PROMPT):
            return
        told = {"code": "edit_unread", "only_for": person.telegram_id}
        chat, number = context.chat_of_message(message, person), message.message_id
        context.reply_once(chat, View.REFUSAL, told, reply_to=number, to=person.telegram_id)
