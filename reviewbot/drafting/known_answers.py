"""What was found of a text, for when it is asked again. Texts are known by their hashes: drafts
name guests, and what names one is kept nowhere for longer than it is needed."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class KnownAnswers(Generic[T]):
    """Answers by what was asked, so many at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, T] = {}

    def get(self, asked: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` found when this was asked last, or finds now."""
        try:
            return self._answers[asked]
        except KeyError:
            found = find()
        if len(self._answers) >= self._most:
            self._answers.clear()
        self._answers[asked] = found
        return found
