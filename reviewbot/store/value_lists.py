"""Lists of values a statement asks for (`IN`), in few lengths.

A connection keeps its last 128 statements; one for every length of a long list took 20 MB a
connection, of a thousand values.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
CHUNK = 500
"""SQLite's default is 32,766 parameters a statement, PostgreSQL plans short lists well."""


def padded(values: Iterable[T]) -> list[T]:
    """Return the values with the last one repeated up to a power of two."""
    listed = list(values)
    wanted = 1 << (len(listed) - 1).bit_length() if listed else 0
    return listed + listed[-1:] * (wanted - len(listed))


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values, so many at a time; some come twice."""
    every = list(values)
    for start in range(0, len(every), CHUNK):
        yield padded(every[start : start + CHUNK])
