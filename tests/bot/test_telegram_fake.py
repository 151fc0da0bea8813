"""The fake refuses what Telegram refuses: else the tests that lean on it prove nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.telegram_fake import TelegramFake
from tests.telegram_rules import BadRequest, parse_html
from tests.telegram_world import TOKEN

GROUP, PERSON = -5, 7


class Caller:
    def __init__(self, fake: TelegramFake, client: httpx.AsyncClient) -> None:
        self.fake = fake
        self._client = client

    async def __call__(self, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        data = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in params.items()
        }
        url = f"{self.fake.base_url}/bot{token}/{method}"
        answer = await self._client.post(url, data=data)
        body = answer.json()
        assert isinstance(body, dict)
        assert answer.status_code == body.get("error_code", 200)
        return body


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with TelegramFake() as fake, httpx.AsyncClient() as client:
        fake.add_user(PERSON, "Иван")
        fake.add_group(GROUP, "Группа", PERSON, topics=(3,))
        yield Caller(fake, client)


def keys(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


@pytest.mark.parametrize(
    ("params", "piece"),
    [
        ({"text": "я" * 4097}, "too long"),
        ({"text": "😀" * 2049}, "too long"),
        ({"text": "  \n"}, "empty"),
        ({"text": "<b></b>"}, "empty"),
        ({"text": "<b>x"}, "end tag"),
        ({"text": "<b><i>x</b></i>"}, "Unmatched"),
        ({"text": "1 < 2"}, "Unclosed"),
        ({"text": "<p>x</p>"}, 'Unsupported start tag "p"'),
        ({"text": "<blockquote><blockquote>x</blockquote></blockquote>"}, "nested"),
        ({"text": "x", "reply_markup": keys(callback_data="ж" * 33)}, "BUTTON_DATA"),
        ({"text": "x", "reply_markup": keys(callback_data="")}, "BUTTON_DATA"),
        ({"text": "x", "reply_markup": keys(url="javascript:1")}, "button URL"),
        ({"text": "x", "reply_markup": keys(copy_text={"text": "x" * 257})}, "BUTTON_COPY"),
        ({"text": "x", "reply_markup": keys()}, "unallowed"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[]] * 0}}, ""),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "replied not found"),
        ({"text": "x", "message_thread_id": 4}, "thread not found"),
        ({"text": "x", "chat_id": "-999"}, "chat not found"),
    ],
)
async def test_messages_are_checked(call: Caller, params: dict[str, Any], piece: str) -> None:
    answer = await call("sendMessage", parse_mode="HTML", **({"chat_id": str(GROUP)} | params))
    assert answer["ok"] is (piece == "")
    assert piece in answer.get("description", "")


async def test_length_is_counted_after_parsing(call: Caller) -> None:
    text = "<b>" + "&lt;" * 4096 + "</b>"
    assert (await call("sendMessage", chat_id=str(GROUP), text=text, parse_mode="HTML"))["ok"]


def test_entities_carry_utf16_offsets() -> None:
    parsed = parse_html("😀<b>жир</b> &lt;a&gt; &nbsp;<a href='https://a.b'>x</a>")
    assert parsed.text == "😀жир <a> &nbsp;x"
    assert [(each.type, each.offset, each.length) for each in parsed.entities] == [
        ("bold", 2, 3),
        ("text_link", 16, 1),
    ]
    with pytest.raises(BadRequest):
        parse_html("\ud83d")


async def test_only_own_and_changed_messages_are_edited(call: Caller) -> None:
    theirs = await call.fake.say(GROUP, PERSON, "привет")
    sent = (await call("sendMessage", chat_id=str(GROUP), text="x"))["result"]["message_id"]
    edit = {"chat_id": str(GROUP), "text": "x"}
    for message_id, piece in ((theirs, "can't be edited"), (sent, "not modified"), (99, "found")):
        answer = await call("editMessageText", message_id=str(message_id), **edit)
        assert piece in answer["description"]


async def test_updates_come_again_until_acknowledged(call: Caller) -> None:
    await call.fake.say(GROUP, PERSON, "раз")
    for _ in range(2):
        [update] = (await call("getUpdates"))["result"]
    assert (await call("getUpdates", offset=update["update_id"] + 1))["result"] == []
    assert call.fake.pending() == []


async def test_presses_are_withheld_from_who_does_not_ask(call: Caller) -> None:
    await call("sendMessage", chat_id=str(GROUP), text="x", reply_markup=keys(callback_data="d"))
    await call.fake.press(call.fake.chat(GROUP).last, "x", PERSON)
    assert (await call("getUpdates"))["result"] == []
    [update] = (await call("getUpdates", allowed_updates=["callback_query"]))["result"]
    query = update["callback_query"]["id"]
    long = await call("answerCallbackQuery", callback_query_id=query, text="я" * 201)
    assert not long["ok"]
    for _ in range(2):
        assert (await call("answerCallbackQuery", callback_query_id=query, text="да"))["ok"]
    assert call.fake.violations == [f"press {query} answered twice"]
    assert not (await call("answerCallbackQuery", callback_query_id="404"))["ok"]


async def test_limits_are_counted(call: Caller) -> None:
    now = 100.0
    call.fake.now = lambda: now
    for _ in range(21):
        await call("sendMessage", chat_id=str(GROUP), text="x")
        now += 1.0
    assert call.fake.violations == [f"chat {GROUP}: more than 20 messages in a minute"]
    call.fake.violations.clear()
    for _ in range(2):
        await call("sendMessage", chat_id=str(PERSON), text="x")
    assert call.fake.violations == [f"chat {PERSON}: 0.00 s apart"]


async def test_who_may_not_be_written_to(call: Caller) -> None:
    call.fake.add_user(8, "Новая", started=False)
    assert (await call("sendMessage", chat_id="8", text="x"))["error_code"] == 403
    call.fake.chat(GROUP).migrated_to = -6
    answer = await call("sendMessage", chat_id=str(GROUP), text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": -6}
    assert (await call("getMe", token="501:wrong"))["error_code"] == 401
    assert (await call("noSuchMethod"))["error_code"] == 404
