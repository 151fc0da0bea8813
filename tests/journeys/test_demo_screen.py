"""The demo's Telegram: what the bot edits is what the visitor sees and presses."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from rich.console import Console
from telegram import Bot

from reviewbot.bot.telegram.client import Polling
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.demo.screen import Screen

VISITOR = {"id": 7, "is_bot": False, "first_name": "Марина"}


def request(method: str, **given: Any) -> LoopbackRequest:
    path, kind = f"/bot1:x/{method}", {"content-type": "application/json"}
    return LoopbackRequest("POST", path, path, {}, kind, json.dumps(given).encode())


def keys(*labels: str) -> str:
    rows = [[{"text": label, "callback_data": f"1:1:1:{label}"} for label in labels]]
    return json.dumps({"inline_keyboard": rows})


async def test_new_keys_are_shown_and_the_text_stays() -> None:
    """More changes the keys alone; once the key was dead."""
    shown = StringIO()
    screen = Screen(Console(file=shown), lambda: datetime(2026, 3, 3, tzinfo=UTC), VISITOR)
    text = "<b>Жалоба</b>"
    await screen.handle(request("sendMessage", chat_id=7, text=text, reply_markup=keys("more")))
    edit = request("editMessageReplyMarkup", chat_id=7, message_id=1, reply_markup=keys("skip"))
    await screen.handle(edit)
    assert screen.shown[1].labels() == ["skip"]
    assert screen.shown[1].html == text
    assert "[1] skip" in shown.getvalue()
    await screen.press(1, 0)


async def test_what_was_taken_is_not_given_again() -> None:
    """The bot asks by the address alone; unheard, it was given all it had in a circle."""
    screen = Screen(Console(file=StringIO()), lambda: datetime(2026, 3, 3, tzinfo=UTC), VISITOR)
    given = []

    async def answer(asked: LoopbackRequest) -> LoopbackResponse:
        told = await screen.handle(asked)
        given.append([each["update_id"] for each in json.loads(told.body)["result"]])
        return told

    await screen.write("/start")
    async with Loopback(answer) as server:
        polling = Polling(Bot("1:x", base_url=f"{server.url}/bot"))
        [first] = await polling.updates(None, "[]", patience=0)
        assert await polling.updates(first["update_id"] + 1, "[]", patience=0) == []
        await polling.close()
    assert given == [[1], []]
