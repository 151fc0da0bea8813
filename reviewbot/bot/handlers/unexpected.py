"""What people send that is no press, no command of ours and no answer to a question: one sentence
says what to do instead, once an hour to each."""

from telegram import Message

from reviewbot.bot import access
from reviewbot.bot.handlers import guests
from reviewbot.bot.handlers.context import UpdateContext
from reviewbot.store.people import person_by_id
from reviewbot.words.vocabulary import View


def anonymous(context: UpdateContext, message: Message, *, is_command: bool) -> None:
    """Somebody speaks as the group or as a channel, so nobody knows who it is: a command and an
    answer to us get a sentence. Presses name their person and go on working."""
    if message.is_automatic_forward:
        return
    chat = context.chat_of_message(message, None)
    answered = message.reply_to_message
    row = None
    if answered is not None:
        row = access.outbox_of(context.tx.session, message.chat_id, answered.message_id)
    if chat.configured is not None and (is_command or row is not None):
        # Under a question to a place there is no button.
        is_asked = row is not None and row.payload.get("view") == View.PLACE_QUESTION
        code = "anonymous_answer" if is_asked else "anonymous"
        context.reply_once(chat, View.REFUSAL, {"code": code}, reply_to=message.message_id)


def in_private(context: UpdateContext, message: Message) -> None:
    """A text, a picture or the like that answers nothing, in a private chat."""
    if message.from_user is None or not (message.text or message.effective_attachment):
        return
    person = person_by_id(context.tx, message.from_user.id)
    chat = context.chat_of_message(message, person)
    if person is None:
        if not guests.wrote(context, message):
            stranger(context, message)
        return
    code = "not_understood" if message.text else "only_text"
    if message.photo or message.document:
        code = "import_picture"
    context.reply_once(chat, View.REFUSAL, {"code": code}, reply_to=message.message_id)


def unknown_command(context: UpdateContext, message: Message) -> None:
    """A command nobody knows, of somebody on the list; in a group it may be another bot's."""
    assert message.from_user is not None
    person = person_by_id(context.tx, message.from_user.id)
    chat = context.chat_of_message(message, person)
    if chat.private:
        context.reply_once(
            chat, View.REFUSAL, {"code": "unknown_command"}, reply_to=message.message_id
        )


def stranger(context: UpdateContext, message: Message) -> None:
    """Somebody who is not on the list learns the own number and whom to send it to."""
    assert message.from_user is not None
    chat = context.chat_of_message(message, None)
    if not (chat.private or chat.configured):
        return
    params = {"telegram_id": message.from_user.id, "operator": context.operator_name()}
    context.reply_once(
        chat, View.STRANGER, params, reply_to=message.message_id, to=message.from_user.id
    )
