"""A press: checked, applied in the update's transaction, answered with one sentence."""

from collections.abc import Callable

from sqlalchemy import and_, or_
from sqlmodel import col, select
from telegram import CallbackQuery

from reviewbot.bot import access, callback_data
from reviewbot.bot.handlers import (
    card_buttons,
    concerns,
    digests,
    documents,
    file_changes,
    guest_links,
    guests,
    review_lists,
    stats,
    texts,
)
from reviewbot.bot.handlers.beside_reply import measures, place_measures
from reviewbot.bot.handlers.context import PopUp, PressAnswer, PressRequest, UpdateContext
from reviewbot.bot.handlers.staff import duty, forget_guest, people, templates
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, OutboxRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.refusals import refusal
from reviewbot.words.vocabulary import ButtonName
from reviewbot.workflow.absences import restored

BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    **card_buttons.BUTTONS,
    **concerns.BUTTONS,
    **texts.BUTTONS,
    **measures.BUTTONS,
    **place_measures.BUTTONS,
    **digests.BUTTONS,
    **documents.BUTTONS,
    **people.BUTTONS,
    **stats.BUTTONS,
    **templates.BUTTONS,
    **review_lists.BUTTONS,
    **file_changes.BUTTONS,
    **guest_links.BUTTONS,
    **duty.BUTTONS,
    **forget_guest.BUTTONS,
}
"""What each button does (words.vocabulary.ButtonName); the answer is the toast."""

POP_UP_FROM = 60
"""A refusal longer than this does not fit into the line that fades by itself."""


def pressed(context: UpdateContext, query: CallbackQuery) -> PressAnswer | None:
    """Apply a press; return the answer. A refusal leaves no change but perhaps a fresh card."""
    if query.message is None:
        return PressAnswer(query.id)
    tx, message = context.tx, query.message
    person = person_by_id(tx, query.from_user.id)
    thread = getattr(message, "message_thread_id", None)
    in_topic = getattr(message, "is_topic_message", False)
    chat = context.chat_of(message.chat, thread if in_topic else None, person)
    try:
        if person is None:
            if chat.private and (answer := guests.pressed(context, query)):
                return answer
            if chat.configured is None:
                return PressAnswer(query.id)
            operator = context.operator_name()
            raise Refused("not_on_list", id=query.from_user.id, operator=operator)
        press = callback_data.unpack(query.data)
        if restored.is_from_before(tx.session, message.chat.id, message.message_id):
            raise Refused("old_button")
        if not access.was_shown(tx, message.chat, message.message_id, press.ticket):
            raise Refused("old_button")
        request = PressRequest(context, person, chat, press, message.message_id)
        _adopt(request)
        with tx.session.begin_nested():
            done = _apply(request)
            return PressAnswer(query.id, done, alert=isinstance(done, PopUp))
    except Refused as refused:
        if (
            refused.code == "old_button"
            and access.outbox_of(tx.session, message.chat.id, message.message_id) is None
        ):
            context.wait_for_mark(message.chat.id)
        if person is not None:
            _refresh(tx, query)
        text = refusal(refused.code, refused.params, chat.language, tx.settings.zone, now=tx.now)
        return PressAnswer(query.id, text, alert=len(text) > POP_UP_FROM)


def _apply(request: PressRequest) -> str:
    if request.press.action not in set(ButtonName):
        raise Refused("old_button")
    return BUTTONS[ButtonName(request.press.action)](request)


def _refresh(tx: Tx, query: CallbackQuery) -> None:
    """A card that showed something old is shown anew."""
    try:
        press = callback_data.unpack(query.data)
    except Refused:
        return
    ticket, message = tx.session.get(TicketRow, press.ticket), query.message
    if ticket is None or message is None:
        return
    card = tx.session.exec(
        select(CardRow).where(
            CardRow.chat_id == message.chat.id,
            CardRow.message_id == message.message_id,
            col(CardRow.dead_at).is_(None),
        )
    ).first()
    if card is None or card.ticket_id != press.ticket:
        return
    if card.shown_revision < ticket.revision:
        outbox.put_edits(tx.session, press.ticket, ticket.revision, tx.now)


def _adopt(request: PressRequest) -> None:
    """Know a card that Telegram took before we fell over and could not write that down: from now
    on this copy too is kept in step. Its message was, or will be, sent once more; one without that
    sign is a list or a reminder of which nothing is kept any more."""
    session, chat, number = request.tx.session, request.chat, request.press.ticket
    ticket = session.get(TicketRow, number)
    if ticket is None or request.row is not None:
        return
    here = (OutboxRow.chat_id == chat.chat_id, OutboxRow.ticket_id == number)
    being_marked = select(OutboxRow.id).where(
        *here, col(OutboxRow.sent_at).is_(None), col(OutboxRow.claimed_until) > request.tx.now
    )
    known = select(CardRow.id).where(
        CardRow.chat_id == chat.chat_id, CardRow.message_id == request.message_id
    )
    # What gathers is not sent yet; a handoff is never a card.
    being_sent = and_(
        col(OutboxRow.sent_at).is_(None), col(OutboxRow.not_before) <= request.tx.now
    )
    twice = select(OutboxRow.id).where(
        *here,
        col(OutboxRow.kind) != OutboxKind.HANDOFF,
        or_(col(OutboxRow.attempts) > 1, being_sent),
    )
    if session.exec(being_marked).first() or session.exec(known).first():
        return
    if session.exec(twice).first() is None:
        return
    session.add(
        CardRow(
            ticket_id=number,
            round=ticket.round,
            chat_key=chat.address.key,
            chat_id=chat.chat_id,
            thread_id=chat.thread_id,
            message_id=request.message_id,
            shown_revision=request.press.revision,
            sent_at=request.tx.now,
        )
    )
    session.flush()
