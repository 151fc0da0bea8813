"""A strict Bot API on loopback: it refuses what Telegram refuses and counts what Telegram counts.

It lives in the test's event loop; the bot may live there too or in a child process that is killed.
People act through `say`, `press`, `edit`, `push`; what they would see is in `chat(...).messages`.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.patience import PATIENCE
from tests.telegram_methods import Methods
from tests.telegram_rules import BadRequest
from tests.telegram_wire import Answer, Call, serve
from tests.telegram_world import TOKEN, ChatFake, Press, Shown


@dataclass
class Trouble:
    """What a method answers instead of its own: `times` times (None: until cleared)."""

    method: str
    answer: Answer | None
    times: int | None
    chat_id: int | None


@dataclass
class Gate:
    """Holds a call of a method before or after it took effect: the seam for a kill."""

    method: str
    when: str
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    abandoned: bool = False


class TelegramFake(Methods):
    """Start with `async with`. `now` (seconds) is the clock by which rates are counted."""

    def __init__(self, now: Callable[[], float] = time.monotonic, token: str = TOKEN) -> None:
        super().__init__(now)
        self.calls: list[Call] = []
        self.bad_token = False
        self.token = token
        self.beside: TelegramFake | None = None
        """Another bot behind the same address: chats, numbers and updates of its own."""
        self.patience = PATIENCE
        self._troubles: list[Trouble] = []
        self._gates: list[Gate] = []
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for gate in self._gates:
            gate.opened.set()
        await self.go_away()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def go_away(self) -> None:
        """Close the port and every connection, as a network that is down."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for talk in list(self._talks):
                talk.cancel()
            await asyncio.gather(*self._talks)

    async def come_back(self) -> None:
        self._server = await serve(self._handle, self._talks, port=self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    # What the world holds

    def add_user(self, user_id: int, name: str, *, started: bool = True) -> None:
        """A person; `started` is whether they pressed /start, so that the bot may write first."""
        self.users[user_id] = {"id": user_id, "is_bot": False, "first_name": name}
        self.chats[user_id] = ChatFake(user_id, "private", name, started=started)

    def add_group(
        self, chat_id: int, title: str, *members: int, topics: tuple[int, ...] = ()
    ) -> ChatFake:
        chat = ChatFake(chat_id, "supergroup", title, members=set(members))
        chat.topics = dict.fromkeys(topics, True)
        self.chats[chat_id] = chat
        return chat

    def chat(self, chat_id: int) -> ChatFake:
        return self.chats[chat_id]

    # What people do

    async def say(
        self,
        chat_id: int,
        user_id: int,
        text: str | None,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
        **extra: Any,
    ) -> int:
        """A person writes; return the message's id. A command gets its entity."""
        chat = self.chats[chat_id]
        message_id = next(self._numbers)
        shown = Shown(chat_id, message_id, text or "", from_id=user_id, reply_to=reply_to)
        shown.thread_id = thread_id
        chat.messages.append(shown)
        if chat.type == "private":
            chat.started = True
        await self.push({"message": self.message(shown) | extra})
        return message_id

    async def send_file(
        self, chat_id: int, user_id: int, name: str, content: bytes, **extra: Any
    ) -> int:
        """A person sends a document; return the message's id."""
        file_id = f"file_{len(self.files)}"
        self.files[file_id] = content
        document = {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "file_size": len(content),
        }
        return await self.say(chat_id, user_id, None, **{"document": document, **extra})

    async def edit(self, chat_id: int, message_id: int, text: str) -> int:
        """The author edits a message."""
        shown = self.find_message(chat_id, message_id)
        shown.text = text
        return await self.push(
            {"edited_message": self.message(shown) | {"edit_date": 1_770_000_000}}
        )

    async def press(
        self, shown: Shown, label: str, user_id: int, *, data: str | None = None
    ) -> Press:
        """Press the button whose label holds `label`; `data` is a tampered client's."""
        if data is None:
            data = shown.button(label)["callback_data"]
        return await self._press(user_id, data, self.message(shown))

    async def press_inaccessible(self, shown: Shown, user_id: int, data: str) -> Press:
        """A press on a message too old for Telegram to tell more than its numbers."""
        chat = self.message(shown)["chat"]
        return await self._press(
            user_id, data, {"message_id": shown.message_id, "date": 0, "chat": chat}
        )

    async def _press(self, user_id: int, data: str, message: dict[str, Any]) -> Press:
        press = Press(str(next(self._numbers)))
        self.presses[press.query_id] = press
        query = {
            "id": press.query_id,
            "from": self.users[user_id],
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
        await self.push({"callback_query": query})
        return press

    def pending(self) -> list[dict[str, Any]]:
        """Updates not acknowledged yet."""
        return list(self._updates)

    async def wait_for(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Wait until `condition` holds after some call or update; return its value."""

        def holds() -> Any:
            try:
                return condition()
            except (AssertionError, IndexError, KeyError):
                return None

        async with self._condition:
            try:
                async with asyncio.timeout(self.patience):
                    await self._condition.wait_for(lambda: holds())
            except TimeoutError:
                tail = [(call.method, call.params) for call in self.calls[-5:]]
                raise AssertionError(f"never happened: {what or condition}; last {tail}") from None
        return holds()

    async def answered(self, press: Press) -> str:
        """Wait for the answer to a press; return its sentence."""
        await self.wait_for(lambda: press.answers, f"answer to press {press.query_id}")
        return press.text

    # Troubles

    def fail(
        self,
        method: str,
        status: int,
        description: str = "",
        *,
        times: int | None = 1,
        chat_id: int | None = None,
        **parameters: Any,
    ) -> None:
        """Let `method` ("*": any) answer an error; parameters are retry_after and the like."""
        answer = _error(status, description, **parameters)
        self._troubles.append(Trouble(method, answer, times, chat_id))

    def answer_once(self, method: str, answer: Answer) -> None:
        """Let `method` answer this the next time, whatever it is."""
        self._troubles.append(Trouble(method, answer, 1, None))

    def drop(self, method: str, *, times: int | None = 1) -> None:
        """Take the call's effect, then close the connection without an answer."""
        self._troubles.append(Trouble(method, None, times, None))

    def gate(self, method: str, when: str = "after") -> Gate:
        """Hold the next call of `method` `when` ("before" or "after") it took effect."""
        gate = Gate(method, when)
        self._gates.append(gate)
        return gate

    def abandon(self, gate: Gate) -> None:
        """Whoever waited at the gate is gone: what was held "before" never happens."""
        gate.abandoned = True
        gate.opened.set()

    def clear_troubles(self) -> None:
        self._troubles.clear()

    def count(self, method: str) -> int:
        return Counter(call.method for call in self.calls)[method]

    def add_bot(self, token: str, name: str) -> "TelegramFake":
        """A second bot; the people there are, are there for it too."""
        self.beside = TelegramFake(self.now, token)
        self.beside.me = {**self.me, "id": int(token.partition(":")[0]), "username": name}
        for user in self.users.values():
            self.beside.add_user(user["id"], user["first_name"], started=False)
        return self.beside

    async def _handle(self, call: Call) -> Answer:
        if self.beside is not None and call.token == self.beside.token:
            return await self.beside._handle(call)
        call.at = self.now()
        self.calls.append(call)
        gate = next(
            (
                gate
                for gate in self._gates
                if gate.method == call.method and not gate.reached.is_set()
            ),
            None,
        )
        if gate is not None and gate.when == "before":
            gate.reached.set()
            await gate.opened.wait()
            if gate.abandoned:
                return Answer(0, {}, drop=True)
        trouble = self._trouble(call)
        if trouble is not None and trouble.answer is not None:
            await self.changed()
            return trouble.answer
        answer = await self._answer(call)
        await self.changed()
        if gate is not None and gate.when == "after":
            gate.reached.set()
            await gate.opened.wait()
        return Answer(0, {}, drop=True) if trouble is not None else answer

    def _trouble(self, call: Call) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.method not in ("*", call.method):
                continue
            if trouble.chat_id is not None and str(trouble.chat_id) != call.params.get("chat_id"):
                continue
            if trouble.times is not None:
                trouble.times -= 1
                if trouble.times == 0:
                    self._troubles.remove(trouble)
            return trouble
        return None

    async def _answer(self, call: Call) -> Answer:
        if self.bad_token or call.token != self.token:
            return _error(401, "Unauthorized")
        if call.method in self.files:
            return Answer(200, self.files[call.method])
        method = getattr(self, f"do_{call.method}", None)
        if method is None:
            return _error(404, "Not Found: method not found")
        try:
            return Answer(200, {"ok": True, "result": await method(call.params)})
        except BadRequest as refusal:
            return _error(refusal.status, refusal.description, **refusal.parameters)


def _error(status: int, description: str, **parameters: Any) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))
