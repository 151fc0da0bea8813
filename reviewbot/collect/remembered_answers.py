"""What a source said of the same before. By the contract it asks no clock and rolls no dice, so a
page with the same bytes has the same essence, and a target's reading begins with the same request:
neither needs its process. In memory alone, and little: hashes of pages, not pages.
"""

import pickle
from collections import OrderedDict
from hashlib import sha256
from typing import Any, Generic, TypeVar

from reviewbot.core.contract import Payload

T = TypeVar("T")
MOST = 12_000
"""Answers remembered, those used last: one for each target of a large installation."""
_OF_THE_ANSWER = frozenset(
    ("age", "date", "expires", "last-modified", "etag", "set-cookie", "x-request-id")
)
"""Headers that differ though the page is the same."""


class SaidBefore(Generic[T]):
    """Answers by what was asked."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[bytes, T] = OrderedDict()

    def get(self, asked: bytes) -> T | None:
        found = self._answers.get(asked)
        if found is not None:
            self._answers.move_to_end(asked)
        return found

    def keep(self, asked: bytes, answer: T) -> None:
        self._answers[asked] = answer
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)


def page_key(address: str, answer: Payload) -> bytes:
    """Return what stands for a page as this source reads it."""
    headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_ANSWER}
    about = (address, answer.status, answer.url, answer.encoding, sorted(headers.items()))
    return sha256(repr(about).encode() + b"\0" + answer.content).digest()


def walk_key(start: tuple[str, str, tuple[Any, ...]]) -> bytes:
    """Return what stands for the beginning of a source's generator."""
    return sha256(pickle.dumps(start)).digest()
