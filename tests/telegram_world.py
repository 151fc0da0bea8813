"""What a Telegram full of people looks like to the tests: chats, messages, presses."""

from dataclasses import dataclass, field
from typing import Any

from tests.telegram_rules import Entity
from tests.telegram_wire import Upload

TOKEN = "501:AAfake-token_for-tests"
BOT_ID = 501
BOT_NAME = "reviews_test_bot"


@dataclass
class Shown:
    """A message as people see it. `html` is what the bot sent, `text` what is left of it."""

    chat_id: int
    message_id: int
    text: str
    html: str = ""
    entities: list[Entity] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    silent: bool = False
    previews: bool = True
    document: Upload | None = None
    only_for: int | None = None
    """The one person who sees it."""
    album: int | None = None
    """The first message of the album it is in."""
    from_id: int = BOT_ID
    edits: int = 0
    deleted: bool = False

    @property
    def buttons(self) -> list[dict[str, Any]]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def button(self, label: str) -> dict[str, Any]:
        """The button whose label holds `label`."""
        found = [button for button in self.buttons if label in button["text"]]
        assert found, f"no button {label!r} among {self.labels} of {self.text!r}"
        return found[0]


@dataclass
class ChatFake:
    chat_id: int
    type: str
    title: str
    messages: list[Shown] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    topics: dict[int, bool] = field(default_factory=dict)
    """Forum topics: open or closed."""
    kicked: str | None = None
    migrated_to: int | None = None
    started: bool = True
    pinned: list[int] = field(default_factory=list)
    """Messages, the newest pin last."""
    may_pin: bool = True

    @property
    def of_bot(self) -> list[Shown]:
        return [shown for shown in self.messages if shown.from_id == BOT_ID and not shown.deleted]

    @property
    def last(self) -> Shown:
        assert self.of_bot, f"nothing was sent to {self.chat_id}"
        return self.of_bot[-1]

    def find(self, piece: str) -> Shown:
        """The newest message of the bot holding `piece`."""
        for shown in reversed(self.of_bot):
            if piece in shown.text:
                return shown
        raise AssertionError(f"no {piece!r} among {[shown.text for shown in self.of_bot]}")


@dataclass
class Press:
    query_id: str
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.answers[0].get("text", "")) if self.answers else ""
