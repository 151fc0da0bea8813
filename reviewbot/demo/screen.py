"""A Bot API whose chats are the terminal: messages are printed, buttons are numbered choices."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from reviewbot.demo.loopback import LoopbackRequest, LoopbackResponse
from reviewbot.words.terminal_text import terminal_text

BOT = {
    "id": 4200000000,
    "is_bot": True,
    "first_name": "reviewbot",
    "username": "reviewbot_demo_bot",
}

EDITS = ("editmessagetext", "editmessagecaption", "editmessagereplymarkup")


@dataclass
class Shown:
    """One message as it stands in the chat."""

    chat_id: int
    message_id: int
    html: str
    buttons: list[dict[str, Any]] = field(default_factory=list)
    force_reply: bool = False

    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]


class Screen:
    """Answers the Bot API's calls and lets a visitor press what they see."""

    def __init__(self, console: Console, now: Callable[[], datetime], visitor: dict[str, Any]):
        self._console = console
        self._now = now
        self._visitor = visitor
        self._updates: list[dict[str, Any]] = []
        self._last_update = 0
        self._last_message = 0
        self._news = asyncio.Condition()
        self.shown: dict[int, Shown] = {}
        self.names: dict[int, str] = {}
        """Whose chat a message is in, where it is not the visitor's, by the chat's number."""

    async def handle(self, request: LoopbackRequest) -> LoopbackResponse:
        method = request.path.rsplit("/", 1)[-1].lower()
        given = _parameters(request)
        if method == "getupdates":
            return _ok(await self._wait_for_updates(given))
        if method == "getme":
            return _ok(BOT | {"can_join_groups": True, "can_read_all_group_messages": False})
        if method in EDITS or method in ("sendmessage", "senddocument", "sendphoto"):
            async with self._news:
                message = self._edit(given) if method in EDITS else self._send(given)
                self._news.notify_all()
            return _ok(message)
        if method == "answercallbackquery" and given.get("text"):
            self._console.print(Text(f"  💬 {given['text']}", style="italic yellow"))
        return _ok(True)

    async def press(self, message_id: int, index: int, who: dict[str, Any] | None = None) -> None:
        """Press the button of that place in the message, as the visitor or somebody else."""
        message = self.shown[message_id]
        await self._push(
            callback_query={
                "id": f"press{self._last_update + 1}",
                "from": who or self._visitor,
                "chat_instance": "demo",
                "message": self._as_message(message),
                "data": message.buttons[index]["callback_data"],
            }
        )

    async def write(
        self, text: str, reply_to: int | None = None, who: dict[str, Any] | None = None
    ) -> None:
        """Send a text to the bot, as the visitor or somebody else."""
        sender = who or self._visitor
        self._last_message += 1
        message = {
            "message_id": self._last_message,
            "date": int(self._now().timestamp()),
            "chat": {"id": sender["id"], "type": "private", "first_name": "demo"},
            "from": sender,
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if reply_to is not None:
            message["reply_to_message"] = self._as_message(self.shown[reply_to])
        await self._push(message=message)

    async def changed(self) -> None:
        """Wait until a message was sent or edited."""
        async with self._news:
            await self._news.wait()

    async def _push(self, **update: Any) -> None:
        async with self._news:
            self._last_update += 1
            self._updates.append({"update_id": self._last_update, **update})
            self._news.notify_all()

    async def _wait_for_updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(given.get("offset") or 0)
        async with self._news:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
            if not self._updates:
                try:
                    await asyncio.wait_for(
                        self._news.wait_for(lambda: bool(self._updates)),
                        float(given.get("timeout") or 0),
                    )
                except TimeoutError:
                    return []
            return list(self._updates)

    def _send(self, given: dict[str, Any]) -> dict[str, Any]:
        self._last_message += 1
        message = Shown(int(given["chat_id"]), self._last_message, "")
        return self._show(message, given, edited=False)

    def _edit(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._show(self.shown[int(given["message_id"])], given, edited=True)

    def _show(self, message: Shown, given: dict[str, Any], *, edited: bool) -> dict[str, Any]:
        # An edit of the keys alone brings no text: the message keeps its own.
        message.html = given.get("text") or given.get("caption") or message.html
        markup = json.loads(given.get("reply_markup") or "{}")
        rows = markup.get("inline_keyboard", [])
        message.buttons = [button for row in rows for button in row]
        message.force_reply = bool(markup.get("force_reply"))
        self.shown[message.message_id] = message
        whose = self.names.get(message.chat_id)
        named = f"Telegram · {whose}" if whose else "Telegram"
        title = f"{named} · {self._now():%H:%M}" + (" · ✎" if edited else "")
        body = terminal_text(message.html)
        if given.get("photo"):
            body = Text(f"🖼  {given['photo']}\n").append(body)
        if message.buttons:
            choices = "  ".join(f"[{n}] {label}" for n, label in enumerate(message.labels(), 1))
            body.append(f"\n\n{choices}", "bold blue")
        self._console.print(
            Panel(body, title=title, title_align="left", border_style="dim" if edited else "blue")
        )
        return self._as_message(message)

    def _as_message(self, message: Shown) -> dict[str, Any]:
        return {
            "message_id": message.message_id,
            "date": int(self._now().timestamp()),
            "chat": {"id": message.chat_id, "type": "private", "first_name": "demo"},
            "from": BOT,
            "text": terminal_text(message.html).plain or " ",
        }


def _ok(result: Any) -> LoopbackResponse:
    return LoopbackResponse.of_json({"ok": True, "result": result})


def _parameters(request: LoopbackRequest) -> dict[str, Any]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return dict(request.json())
    if kind.startswith("multipart/form-data"):
        return _multipart(request.body, kind.partition("boundary=")[2])
    return {**request.query, **request.form}  # getUpdates is asked by its address alone


def _multipart(body: bytes, boundary: str) -> dict[str, str]:
    """Return the fields; of a picture the file it is kept in: a terminal shows none."""
    fields: dict[str, str] = {}
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = head.decode(errors="replace").partition('name="')[2].partition('"')[0]
        if b"filename=" not in head:
            fields[name] = value.decode(errors="replace")
        elif value.startswith(b"\x89PNG"):
            with NamedTemporaryFile(prefix="reviewbot-demo-", suffix=".png", delete=False) as file:
                file.write(value)
            fields[name] = file.name
    return fields
