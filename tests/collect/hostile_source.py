"""A source that does to its reader what the page tells it to. Read in another process only."""

import ctypes
import os
import re
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from reviewbot.core.contract import (
    Blocked,
    Fetched,
    Item,
    Memory,
    Page,
    Pages,
    Payload,
    Request,
    Target,
    TargetHint,
    Traits,
)

NAME = "hostile"
TITLE = {"ru": "Злой", "en": "Hostile"}
HOSTS = ("hostile.test",)
REPLY_LIMIT = None
TRAITS = Traits(
    reads="orders",
    reply="none",
    evidence="synthetic",
    every=timedelta(minutes=30),
    gap=timedelta(seconds=10),
)


@dataclass(frozen=True)
class Options:
    pass


class Own(Blocked):
    """An error of its own, which nobody else knows."""


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("echo taken over",)


def parse(payload: Payload, target: Target) -> Page:
    order, _, argument = payload.text.partition(" ")
    return cast(Page, _ORDERS[order](argument))


def _item(argument: str) -> Page:
    return Page((Item(external_id=argument or "1", text=str(os.getpid())),), complete=True)


def _wait_for(path: str) -> Page:
    gate = Path(path)
    gate.with_suffix(f".{os.getpid()}").touch()
    while not gate.exists():
        time.sleep(0.01)
    return Page(())


def _printed(argument: str) -> Page:
    sys.stdout.write(argument)
    sys.stdout.flush()
    return _item("")


def _raise(error: BaseException) -> Any:
    raise error


_HELD: list[bytearray] = []
_ORDERS: dict[str, Any] = {
    "item": _item,
    "environment": lambda _: _item(",".join(sorted(os.environ))),
    "wait": _wait_for,
    "compute": lambda _: [None for _ in iter(int, 1)],
    "pattern": lambda _: re.match(r"(a+)+$", "a" * 60 + "b"),
    "sleep": lambda _: time.sleep(10_000),
    "memory": lambda _: bytearray(1 << 40),
    "hoard": lambda _: [_HELD.append(bytearray(1 << 24)) for _ in iter(int, 1)],
    "much": lambda _: _item("x" * 300) and Page((), memory={"x": "x" * (80 << 20)}),
    "print": lambda _: _printed("not an answer"),
    "next": lambda _: next(iter(())),
    "key": lambda _: _raise(KeyError("stars")),
    "exit": lambda _: sys.exit(3),
    "end": lambda _: os._exit(0),
    "crash": lambda _: ctypes.string_at(0),
    "own": lambda _: _raise(Own("an own error", status=403)),
    "unknown": lambda _: Evil(),
    "evil": lambda _: Page((), memory={"evil": Evil()}),
    "lambda": lambda _: Page((), memory={"no": lambda: None}),
}


def essence(payload: Payload) -> bytes:
    return payload.content


def pages(target: Target, memory: Memory) -> Pages:
    """Ask for each page twice; tell at the end in how many processes that happened."""
    seen = []
    for number in range(4):
        answer = yield Request("GET", f"http://hostile.test/{number}?seen={','.join(seen)}")
        assert isinstance(answer, Payload)
        seen.append(answer.text)


def one(target: Target, external_id: str) -> Fetched | None:
    return None if external_id == "no" else _one(external_id)


def _one(external_id: str) -> Fetched:
    try:
        yield Request("GET", "http://hostile.test/one")
    except Blocked as error:
        return Item(external_id=external_id, text=f"{error.reason} {error.status}")
    return None


def review_url(target: Target, item: Item) -> str | None:
    """The review's title tells what is done here, too."""
    if item.title:
        _ORDERS[item.title](item.external_id)
    return cast(str, item.text or None)


def reply_url(target: Target, item: Item) -> str | None:
    return None


def recognise_url(url: str) -> TargetHint | None:
    if url == "http://hostile.test/place":
        return TargetHint(NAME, "place")
    order = url.removeprefix("http://hostile.test/")
    if order in _ORDERS:
        _ORDERS[order]("")
    return None
