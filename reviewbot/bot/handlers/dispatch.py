"""One update, one transaction: who is meant by it and which rows it leaves.

Runs in the writer thread on parsed updates; nothing here talks to Telegram.
"""

from telegram import Chat as TelegramChat
from telegram import ChatMember, ChatMemberUpdated, Message, MessageEntity, Update

from reviewbot.bot.handlers import (
    commands,
    documents,
    file_changes,
    guests,
    presses,
    texts,
    unexpected,
)
from reviewbot.bot.handlers.context import PressAnswer, UpdateContext
from reviewbot.core.model import BotKey
from reviewbot.store.chats import known_chat
from reviewbot.store.people import person_by_id
from reviewbot.workflow import chats

GONE = (ChatMember.LEFT, ChatMember.BANNED)


def handle(context: UpdateContext, update: Update) -> PressAnswer | None:
    """Write what the update asks for; return what the pressing person is to be told."""
    if context.bot is BotKey.GUESTS:
        return _of_guests(context, update)
    if update.callback_query is not None:
        return presses.pressed(context, update.callback_query)
    if update.my_chat_member is not None:
        _membership(context, update.my_chat_member)
    elif update.edited_message is not None:
        texts.edited(context, update.edited_message)
    elif update.message is not None:
        _message(context, update.message)
    return None


def _of_guests(context: UpdateContext, update: Update) -> PressAnswer | None:
    """The guests' own bot knows private chats, questions and answers: no command or key of staff,
    no invitation, no group."""
    query, message, change = update.callback_query, update.message, update.my_chat_member
    if query is not None:
        is_staff = person_by_id(context.tx, query.from_user.id) is not None
        answer = None if is_staff else guests.pressed(context, query)
        return answer or PressAnswer(query.id)
    if change is not None and change.chat.type == TelegramChat.PRIVATE:
        if change.new_chat_member.status in GONE:
            chats.lose_chat(context.tx, change.chat.id, "the bot was blocked", context.bot)
        else:
            chats.chat_is_back(context.tx, change.chat.id, context.bot)
    elif message is not None and message.chat.type == TelegramChat.PRIVATE and message.from_user:
        chats.chat_is_back(context.tx, message.chat_id, context.bot)
        guests.said_in_own_bot(context, message, _command(context, message))
    return None


def _message(context: UpdateContext, message: Message) -> None:
    if message.migrate_to_chat_id is not None:
        chats.move_chat(
            context.tx.session, message.chat_id, message.migrate_to_chat_id, context.tx.now
        )
        return
    chats.chat_is_back(context.tx, message.chat_id)
    if message.forum_topic_reopened is not None and message.message_thread_id is not None:
        _reopened(context, message.chat_id, message.message_thread_id)
    command = _command(context, message)
    if message.sender_chat is not None:
        unexpected.anonymous(context, message, is_command=command is not None)
        return
    if message.from_user is None or message.from_user.is_bot:
        return
    if command is not None:
        commands.given(context, message, *command)
    elif file_changes.is_contact_for_us(message):
        file_changes.contact_shared(context, message)
    elif documents.is_for_us(message):
        documents.sent(context, message)
    elif (answered := replied_to(message)) is not None:
        if not texts.replied(context, message, answered):
            _unexpected(context, message)
    else:
        _unexpected(context, message)


def _unexpected(context: UpdateContext, message: Message) -> None:
    """People talk to each other in a group; in private they talk to us."""
    if message.chat.type == TelegramChat.PRIVATE:
        unexpected.in_private(context, message)


def replied_to(message: Message) -> Message | None:
    """The message this one answers. In a forum topic a plain message formally answers the
    topic's root: that is no answer."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return None
    return answered


def _command(context: UpdateContext, message: Message) -> tuple[str, str] | None:
    """Return (command, argument) of a command meant for this bot."""
    text = message.text or ""
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    word, *rest = text.split(maxsplit=1)
    name, _, addressee = word[1:].partition("@")
    if addressee and addressee.lower() != context.bot_name.lower():
        return None
    return name.lower(), "".join(rest).strip()


def _reopened(context: UpdateContext, chat_id: int, thread_id: int) -> None:
    chat = known_chat(context.tx.session, chat_id)
    if chat is not None and thread_id in chat.topics_closed:
        chat.topics_closed = [each for each in chat.topics_closed if each != thread_id]
        context.tx.session.add(chat)


def _membership(context: UpdateContext, change: ChatMemberUpdated) -> None:
    """The bot was added, removed, blocked or unblocked."""
    chat, status = change.chat, change.new_chat_member.status
    if status in GONE:
        was = "blocked" if chat.type == TelegramChat.PRIVATE else "removed"
        chats.lose_chat(context.tx, chat.id, f"the bot was {was}")
    else:
        chats.chat_is_back(context.tx, chat.id)
