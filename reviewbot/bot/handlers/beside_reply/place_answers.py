"""What somebody at a place answers to a question of staff: whoever is in the chat that the
operator named for it may, on the list or not."""

from collections.abc import Mapping
from typing import Any

from telegram import Message

from reviewbot.bot.handlers.context import UpdateContext
from reviewbot.core.errors import Refused
from reviewbot.store.people import person_by_id
from reviewbot.words.vocabulary import View
from reviewbot.workflow.beside_reply import place_question

NAME_LENGTH = 60


def answered(
    context: UpdateContext, message: Message, ticket_id: int, asked: Mapping[str, Any]
) -> bool:
    """Take the text in; anything else is asked for as a text. `asked`: the question's."""
    sender = message.from_user
    if sender is None:
        return False
    person = person_by_id(context.tx, sender.id)
    chat = context.chat_of_message(message, person)
    words, number = message.text or message.caption, message.message_id
    if not words:
        context.reply_once(chat, View.TEXT_ONLY, {"what": ""}, reply_to=number, to=sender.id)
        return True
    name = person.name if person else sender.full_name[:NAME_LENGTH]
    key = person.key if person else None
    said = place_question.PlaceAnswer(words, name, key, message.chat_id, number)
    try:
        is_new = place_question.answer(context.tx, ticket_id, asked, said)
    except Refused as refused:
        context.refuse(chat, refused, number, ticket_id)
        return True
    if is_new:
        context.reply(chat, View.PLACE_THANKS, reply_to=number, ticket_id=ticket_id)
    return True
