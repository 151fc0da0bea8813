"""The staff's commands (words.vocabulary lists them): each leaves one answer in the outbox."""

from collections.abc import Callable

from telegram import Message

from reviewbot.bot import access
from reviewbot.bot.handlers import (
    file_changes,
    guest_links,
    guests,
    review_lists,
    stats,
    unexpected,
)
from reviewbot.bot.handlers.beside_reply import place_measures
from reviewbot.bot.handlers.context import MessageRequest, ReplyChat, UpdateContext
from reviewbot.bot.handlers.staff import duty, people, templates
from reviewbot.core.errors import Refused
from reviewbot.store.people import met, person_by_id
from reviewbot.store.tables import TicketRow
from reviewbot.words.vocabulary import COMMANDS, View
from reviewbot.workflow import invitations
from reviewbot.workflow.chats import places_shown_in, private_chat

KNOWN = {command.name: command for command in COMMANDS}
TOLD_TO_ONE = (View.HELP, View.WHOAMI, View.HEALTH)
"""What only who asked sees in a group, where Telegram can do that."""
HERE = "here"
"""What the link of [I'm here] says; any other argument of /start is an invitation's code."""


def given(context: UpdateContext, message: Message, command: str, argument: str) -> None:
    """Answer a command. Strangers learn their own number and nothing else, and in a foreign
    group not even that; who brings an invitation is one no longer."""
    assert message.from_user is not None
    person = person_by_id(context.tx, message.from_user.id)
    chat = context.chat_of_message(message, person)
    if person is None:
        if chat.private and guests.commanded(context, message, command):
            return
        if chat.private and command == "start" and guests.is_link(context, argument):
            guests.came(context, message, argument)
        elif chat.private and command == "start" and argument not in ("", HERE):
            people.opened(context, chat, message, argument)
        else:
            if chat.private or command in KNOWN:
                unexpected.stranger(context, message)
        return
    known = KNOWN.get(command)
    if known is None:
        unexpected.unknown_command(context, message)
        return
    if not (chat.private or chat.configured):
        return
    request = MessageRequest(context, person, chat, message, argument)
    if known.shows is not None:
        alone = person.telegram_id if known.shows in TOLD_TO_ONE else None
        request.reply(known.shows, {"person": person.key, "only_for": alone})
        return
    try:
        HANDLERS[command](request)
    except Refused as refused:
        request.refuse(refused)


def _start(request: MessageRequest) -> None:
    """From now on the bot may write to this person first. An invitation is left for others."""
    private = request.chat.private
    if private:
        met(request.tx, request.person)
    request.reply(View.START, {"person": request.person.key})
    if private and invitations.is_good(request.tx, request.argument):
        request.reply(View.REFUSAL, {"code": "invite_not_needed"}, nth=1)
    elif private and guests.is_link(request.context, request.argument):
        request.reply(View.REFUSAL, {"code": "for_guests"}, nth=1)


def _review(request: MessageRequest) -> None:
    number = request.argument.lstrip("№#").strip()
    known = number.isdecimal() and len(number) <= 12
    ticket = request.tx.session.get(TicketRow, int(number)) if known else None
    here = places_shown_in(request.tx, request.chat.chat_id)
    is_anothers = ticket is not None and here is not None and ticket.location_key not in here
    if ticket is None or not request.settings.may_see(request.person, ticket.location_key):
        # Not even the name of a place that is not theirs.
        request.reply(View.UNKNOWN_REVIEW, {"wanted": number})
    elif is_anothers:
        if private_chat(request.tx, request.person) is None:
            raise Refused("not_shown_here")
        language = access.language_of(request.settings, request.person, None, private=True)
        own = request.chat.in_private(request.person.telegram_id, language)
        _card_and_history(request, own, ticket.id)
        request.reply(View.REFUSAL, {"code": "shown_in_private"})
    else:
        _card_and_history(request, request.chat, ticket.id)


def _card_and_history(request: MessageRequest, chat: ReplyChat, ticket_id: int | None) -> None:
    params = {"person": request.person.key}
    for nth, view in enumerate((View.CARD, View.HISTORY), start=1):
        request.context.reply(chat, view, params, ticket_id=ticket_id, nth=nth)


HANDLERS: dict[str, Callable[[MessageRequest], None]] = {
    "start": _start,
    "queue": review_lists.asked,
    "find": review_lists.find,
    "review": _review,
    "settings": people.settings,
    "invite": people.invite,
    "people": people.listed,
    "add": file_changes.add,
    "stats": stats.stats,
    "templates": templates.asked,
    "measure": place_measures.measure,
    "past": stats.past,
    "ask": guest_links.ask,
    "duty": duty.asked,
    "away": duty.away,
}
"""Those that do more than show one view."""
