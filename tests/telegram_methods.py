"""The Bot API's methods, as strict as Telegram's own (core.telegram.org/bots/api)."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.telegram_rules import (
    BadRequest,
    Parsed,
    check_caption,
    check_markup,
    check_old,
    check_text,
    units,
)
from tests.telegram_wire import Upload
from tests.telegram_world import BOT_ID, BOT_NAME, ChatFake, Press, Shown

Params = dict[str, Any]
LONGEST_POLL = 50.0
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Reviews", "username": BOT_NAME}


class Methods:
    """Chats, messages and updates, and what the bot may do with them: `do_<method>`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.me = BOT
        self.chats: dict[int, ChatFake] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.presses: dict[str, Press] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.files: dict[str, bytes] = {}
        """By id, which is the path too."""
        self.violations: list[str] = []
        self.is_old = False
        """Whether the server is of a version before coloured keys and what came with them."""
        self.acknowledged = 0
        # As a forgotten webhook left it: who does not ask for presses does not get them.
        self.allowed: list[str] = ["message"]
        self._updates: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self._update_ids = itertools.count(700_001)
        self._condition = asyncio.Condition()
        self._poller = object()
        self._sends: dict[int, deque[float]] = {}

    async def changed(self) -> None:
        """Wake everyone who waits for something to happen."""
        async with self._condition:
            self._condition.notify_all()

    async def push(self, update: dict[str, Any]) -> int:
        """Queue a raw update, well-formed or not; return its id."""
        update_id = int(update.setdefault("update_id", next(self._update_ids)))
        self._updates.append(update)
        await self.changed()
        return update_id

    # Updates

    async def do_getMe(self, _: Params) -> Any:
        return self.me | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def do_getUpdates(self, params: Params) -> Any:
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        if "allowed_updates" in params:
            self.allowed = json.loads(params["allowed_updates"])
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        self.acknowledged = max(self.acknowledged, offset - 1)
        me = self._poller = object()
        patience = min(float(params.get("timeout", 0)), LONGEST_POLL)
        await self.changed()
        async with self._condition:
            try:
                async with asyncio.timeout(patience or 0.001):
                    await self._condition.wait_for(
                        lambda: self._deliverable() or self._poller is not me
                    )
            except TimeoutError:
                return []
        if self._poller is not me:
            raise BadRequest(
                "Conflict: terminated by other getUpdates request; make sure that only one "
                "bot instance is running",
                409,
            )
        return self._deliverable()[:limit]

    def _deliverable(self) -> list[dict[str, Any]]:
        return [
            update
            for update in sorted(self._updates, key=lambda update: update["update_id"])
            if not self.allowed or set(update) & set(self.allowed)
        ]

    async def do_deleteWebhook(self, _: Params) -> Any:
        return True

    async def do_setMyCommands(self, params: Params) -> Any:
        asked = json.loads(params.get("scope", '{"type": "default"}'))
        scope = asked["type"]
        if scope == "chat":
            self._open_chat({"chat_id": str(asked["chat_id"])})
            scope = f"chat {asked['chat_id']}"
        commands = json.loads(params["commands"])
        for command in commands:
            if not 1 <= len(command["description"]) <= 256:
                raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[scope, params.get("language_code", "")] = commands
        return True

    # Messages

    async def do_sendMessage(self, params: Params) -> Any:
        chat = self._open_chat(params)
        self._check_age(params)
        parsed = check_text(params["text"], params.get("parse_mode"))
        shown = self._sent(chat, params, parsed, params["text"])
        if alone := _json(params, "ephemeral_message_parameters"):
            if alone["receiver_user_id"] not in chat.members:
                raise BadRequest("PARTICIPANT_ID_INVALID")
            shown.only_for = alone["receiver_user_id"]
            number = {"message_id": 0, "ephemeral_message_id": shown.message_id}
            return self.message(shown) | number
        preview = json.loads(params.get("link_preview_options", "{}"))
        shown.previews = not preview.get("is_disabled", False)
        return self.message(shown)

    async def do_sendDocument(self, params: Params) -> Any:
        return await self._send_file(params, "document")

    async def do_sendPhoto(self, params: Params) -> Any:
        return await self._send_file(params, "photo")

    async def do_sendMediaGroup(self, params: Params) -> Any:
        chat, media = self._open_chat(params), json.loads(params["media"])
        if not 2 <= len(media) <= 10:
            raise BadRequest("wrong number of messages in the album: it must be 2 to 10")
        checked = []
        for item in media:
            upload = params.get(item["media"].removeprefix("attach://"))
            if item["media"].startswith("https://"):
                upload = _fetched(item["media"])
            if item["type"] != "photo" or not isinstance(upload, Upload) or not upload.content:
                raise BadRequest("failed to get HTTP URL content")
            caption = item.get("caption", "")
            checked.append((check_caption(caption, item.get("parse_mode")), caption, upload))
        rest = {name: value for name, value in params.items() if name != "reply_markup"}
        shown = []
        for parsed, caption, upload in checked:
            shown.append(self._sent(chat, rest, parsed, caption, counts=not shown))
            shown[-1].document = upload
            shown[-1].album = shown[0].message_id
        return [self.message(each) for each in shown]

    async def do_getFile(self, params: Params) -> Any:
        name = params["file_id"]
        if name not in self.files:
            raise BadRequest("wrong file_id or the file is temporarily unavailable")
        if len(self.files[name]) > 20 * 1024 * 1024:
            raise BadRequest("file is too big")
        size = len(self.files[name])
        return {"file_id": name, "file_unique_id": name, "file_size": size, "file_path": name}

    async def _send_file(self, params: Params, kind: str) -> Any:
        chat = self._open_chat(params)
        parsed = check_caption(params.get("caption", ""), params.get("parse_mode"))
        upload = params[kind]
        if isinstance(upload, str) and upload.startswith("attach://"):
            upload = params[upload.removeprefix("attach://")]
        elif isinstance(upload, str):
            upload = _fetched(upload)
        if not isinstance(upload, Upload) or not upload.content:
            raise BadRequest("file must be non-empty")
        shown = self._sent(chat, params, parsed, params.get("caption", ""))
        shown.document = upload
        return self.message(shown)

    async def do_editMessageText(self, params: Params) -> Any:
        chat = self._open_chat(params)
        shown = self._own(chat, int(params["message_id"]))
        self._check_age(params)
        if shown.document is not None:
            raise BadRequest("there is no text in the message to edit")
        return self._changed(
            chat, shown, check_text(params["text"], params.get("parse_mode")), params
        )

    async def do_editMessageCaption(self, params: Params) -> Any:
        chat = self._open_chat(params)
        shown = self._own(chat, int(params["message_id"]))
        self._check_age(params)
        if shown.document is None:
            raise BadRequest("there is no caption in the message to edit")
        caption = params.get("caption", "")
        parsed = check_caption(caption, params.get("parse_mode"))
        return self._changed(chat, shown, parsed, {**params, "text": caption})

    def _changed(self, chat: ChatFake, shown: Shown, parsed: Parsed, params: Params) -> Any:
        markup = _json(params, "reply_markup")
        check_markup(markup)
        if (shown.html, shown.markup) == (params["text"], markup):
            raise BadRequest(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        shown.html, shown.text, shown.entities = params["text"], parsed.text, parsed.entities
        shown.markup = markup
        shown.edits += 1
        self._count_rate(chat)
        return self.message(shown)

    async def do_editMessageReplyMarkup(self, params: Params) -> Any:
        chat = self._open_chat(params)
        shown = self._own(chat, int(params["message_id"]))
        self._check_age(params)
        markup = _json(params, "reply_markup")
        check_markup(markup)
        if shown.markup == markup:
            raise BadRequest("message is not modified: exactly the same")
        shown.markup = markup
        shown.edits += 1
        self._count_rate(chat)
        return self.message(shown)

    async def do_pinChatMessage(self, params: Params) -> Any:
        chat = self._open_chat(params)
        number = int(params["message_id"])
        if not any(each.message_id == number and not each.deleted for each in chat.messages):
            raise BadRequest("message to pin not found")
        if chat.type != "private" and not chat.may_pin:
            raise BadRequest("not enough rights to manage pinned messages in the chat")
        if params.get("disable_notification") != "true" and chat.type != "private":
            self.violations.append(f"chat {chat.chat_id}: a pin that rings")
        chat.pinned = [*(each for each in chat.pinned if each != number), number]
        return True

    async def do_deleteMessage(self, params: Params) -> Any:
        number = int(params["message_id"])
        self._own(self._open_chat(params), number, "delete").deleted = True
        return True

    async def do_answerCallbackQuery(self, params: Params) -> Any:
        press = self.presses.get(params["callback_query_id"])
        if press is None:
            raise BadRequest(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if units(params.get("text", "")) > 200:
            raise BadRequest("MESSAGE_TOO_LONG")
        if press.answers:
            self.violations.append(f"press {press.query_id} answered twice")
        press.answers.append(params)
        return True

    async def do_getChat(self, params: Params) -> Any:
        chat = self._open_chat(params)
        return {
            "id": chat.chat_id,
            "type": chat.type,
            "title": chat.title,
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    async def do_getChatMember(self, params: Params) -> Any:
        chat = self._open_chat(params)
        user = int(params["user_id"])
        if user != BOT_ID and user not in chat.members:
            raise BadRequest("user not found")
        if user == BOT_ID:
            return {"status": "member", "user": BOT}
        return {"status": "member", "user": self.users[user]}

    # What they share

    def _check_age(self, params: Params) -> None:
        if self.is_old:
            check_old(params)

    def _open_chat(self, params: Params) -> ChatFake:
        chat = self.chats.get(int(params["chat_id"]))
        if chat is None:
            raise BadRequest("chat not found")
        if chat.migrated_to is not None:
            raise BadRequest(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        if chat.kicked is not None:
            raise BadRequest(f"Forbidden: {chat.kicked}", 403)
        if not chat.started:
            raise BadRequest("Forbidden: bot can't initiate conversation with a user", 403)
        return chat

    def _sent(
        self, chat: ChatFake, params: Params, parsed: Parsed, source: str, *, counts: bool = True
    ) -> Shown:
        markup = _json(params, "reply_markup")
        check_markup(markup)
        thread = int(params["message_thread_id"]) if "message_thread_id" in params else None
        if thread is not None and thread not in chat.topics:
            raise BadRequest("message thread not found")
        if thread is not None and not chat.topics[thread]:
            raise BadRequest("TOPIC_CLOSED")
        shown = Shown(chat.chat_id, next(self._numbers), parsed.text, source, parsed.entities)
        reply = _json(params, "reply_parameters")
        if reply is not None:
            known = any(reply["message_id"] == other.message_id for other in chat.messages)
            if known:
                shown.reply_to = reply["message_id"]
            elif not reply.get("allow_sending_without_reply"):
                raise BadRequest("message to be replied not found")
        shown.markup = markup
        shown.thread_id = thread
        shown.silent = params.get("disable_notification") == "true"
        chat.messages.append(shown)
        if counts:
            self._count_rate(chat)
        return shown

    def _count_rate(self, chat: ChatFake) -> None:
        """About 30 a second overall, 1 a second per chat, 20 a minute per group."""
        now = self.now()
        everything = self._sends.setdefault(0, deque(maxlen=30))
        here = self._sends.setdefault(chat.chat_id, deque(maxlen=20))
        if len(everything) == 30 and now - everything[0] < 1.0:
            self.violations.append("more than 30 messages in a second")
        if here and now - here[-1] < 1.0:
            self.violations.append(f"chat {chat.chat_id}: {now - here[-1]:.2f} s apart")
        if chat.type != "private" and len(here) == 20 and now - here[0] < 60.0:
            self.violations.append(f"chat {chat.chat_id}: more than 20 messages in a minute")
        everything.append(now)
        here.append(now)

    def find_message(self, chat_id: int, message_id: int) -> Shown:
        return next(
            shown for shown in self.chats[chat_id].messages if shown.message_id == message_id
        )

    def _own(self, chat: ChatFake, message_id: int, verb: str = "edit") -> Shown:
        """A message that asks for a reply can be deleted alone (tdlib/td, issue 3196)."""
        for shown in chat.messages:
            if shown.message_id == message_id and not shown.deleted:
                is_asking = verb == "edit" and "force_reply" in (shown.markup or {})
                if shown.from_id != BOT_ID or is_asking:
                    raise BadRequest(f"message can't be {verb.removesuffix('e')}ed")
                return shown
        raise BadRequest(f"message to {verb} not found")

    def message(self, shown: Shown, *, deep: bool = True) -> dict[str, Any]:
        """The message as JSON, with what it replies to one level deep."""
        chat = self.chats[shown.chat_id]
        sender = BOT if shown.from_id == BOT_ID else self.users[shown.from_id]
        message: dict[str, Any] = {
            "message_id": shown.message_id,
            "date": 1_760_000_000 + shown.message_id,
            "chat": {"id": chat.chat_id, "type": chat.type, "title": chat.title},
            "from": sender,
        }
        if shown.text:
            message["text"] = shown.text
        if shown.markup is not None and "inline_keyboard" in shown.markup:
            message["reply_markup"] = shown.markup
        if shown.text.startswith("/") and shown.from_id != BOT_ID:
            length = units(shown.text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if shown.thread_id is not None:
            message |= {"message_thread_id": shown.thread_id, "is_topic_message": True}
        if deep and shown.reply_to is not None:
            replied = self.find_message(shown.chat_id, shown.reply_to)
            message["reply_to_message"] = self.message(replied, deep=False)
        elif deep and shown.thread_id is not None:
            # In a topic every plain message formally replies to the topic's root.
            message["reply_to_message"] = {
                "message_id": shown.thread_id,
                "date": 1_760_000_000,
                "chat": message["chat"],
                "forum_topic_created": {"name": "Topic", "icon_color": 1},
            }
        return message


def _fetched(address: str) -> Upload:
    """What Telegram finds at an address: a picture, or nothing it takes."""
    if not address.endswith(".jpg"):
        raise BadRequest("wrong type of the web page content")
    return Upload(address.rpartition("/")[2], b"jpeg")


def _json(params: Params, name: str) -> dict[str, Any] | None:
    return json.loads(params[name]) if params.get(name) else None
