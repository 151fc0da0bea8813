"""The process in which a stranger's bytes are read: a source's `parse`, `essence` and generators.

Started by `processes/child_processes.py`. It gets calls on standard input and answers on standard
output, one at a time, under limits of its own; it has no secrets; nothing is lost when it dies.
Imports little: it starts in a quarter of a second.
"""

import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from reviewbot.core import errors
from reviewbot.core.contract import (
    Item,
    NotModified,
    Page,
    Payload,
    Request,
    Source,
    Target,
    TargetHint,
    public_links,
)
from reviewbot.core.readings.shape import seen_keys

GROUP = "reviewbot.sources"
"""Of entry points."""
LONGEST_LINK = 4000
"""Characters of a link that is looked at: browsers keep to half of it."""
MOST_BYTES = 64 * 1024 * 1024
"""Of one answer: what a file of the largest size can honestly bring is a tenth."""
WALKS = 64
"""Generators kept at the same time; a forgotten one is walked again from its start."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: `computing` and `waiting` in seconds, `memory` in bytes of address
    space. A table of 20,000 rows takes three seconds, the tree of a 10 MB page 300 MB."""

    computing: int = 30
    waiting: float = 90.0
    memory: int = 1024 * 1024 * 1024


_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Raised:
    """What a source raised, in a form that can be sent: one of reviewbot's own errors."""

    kind: type[errors.ReviewbotError]
    args: tuple[Any, ...]
    state: dict[str, Any]

    def error(self) -> errors.ReviewbotError:
        made = self.kind.__new__(self.kind)
        made.args = self.args
        made.__dict__.update(self.state)
        return made


def sendable(error: errors.ReviewbotError) -> Raised:
    # A subclass of a source's, or of the fetcher's, need not be known where this goes.
    known = next(kind for kind in type(error).__mro__ if kind.__module__ == errors.__name__)
    return Raised(known, error.args, dict(error.__dict__))


Given = Payload | NotModified | Raised
"""What a generator gets for its request."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that no source should raise. `trace` is for the log."""

    name: str
    trace: str


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The call needs more memory than it may have, or brings more than may be sent."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A generator that is not here (any more): all answers are needed again."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A generator's value."""

    value: Any


def send(pipe: BinaryIO, packed: bytes) -> None:
    pipe.write(_LENGTH.pack(len(packed)))
    pipe.write(packed)
    pipe.flush()


def receive(pipe: BinaryIO, most: int | None = None) -> bytes | None:
    """Return the next message; None where the other side is gone, or sends more than `most`."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if most is not None and length > most:
        return None
    body = pipe.read(length)
    return body if len(body) == length else None


class FromProcess(pickle.Unpickler):
    """Unpacks an answer. The process may have been taken over by what it read: nothing is made
    but values of the contract."""

    KNOWN = (
        "reviewbot.core.contract",
        "reviewbot.core.errors",
        "reviewbot.core.model",
        "reviewbot.core.auths",
        __name__,
        "datetime",
        "zoneinfo",
    )
    PLAIN = frozenset({"set", "frozenset", "complex", "bytearray"})

    def find_class(self, module: str, name: str) -> Any:
        is_known = any(module == known or module.startswith(f"{known}.") for known in self.KNOWN)
        found = super().find_class(module, name) if is_known and "." not in name else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        if module == "builtins" and name in self.PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of the contract")


def address_of(source: Source) -> str:
    """Return by what name another process finds the source."""
    name = getattr(source, "__name__", None)
    return name if isinstance(source, type(sys)) and name else f"{_ENTRY}{source.NAME}"


_ENTRY = "entry point "


def load_source(address: str) -> Source:
    if address.startswith(_ENTRY):
        [found] = entry_points(group=GROUP, name=address.removeprefix(_ENTRY))
        return cast(Source, found.load())
    return cast(Source, import_module(address))


def called(address: str, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Call a function of ours with a source."""
    return function(load_source(address), *args)


def parse(address: str, payload: Payload, target: Target) -> Page:
    return load_source(address).parse(payload, target)


def essence(address: str, payload: Payload) -> bytes:
    return load_source(address).essence(payload)


def keys_of(payload: Payload, ids: list[str]) -> dict[str, Any]:
    """Count the keys of an answer: `SeenKeys` as plain values."""
    return seen_keys(payload.text, set(ids)).to_json()


def links(
    address: str, target: Target, items: tuple[Item, ...]
) -> dict[str, tuple[str | None, str | None] | Fault]:
    """Return each review's page and where it is answered, by id; a Fault where the source fails at
    one of them, which is no matter of the others."""
    source, found = load_source(address), dict[str, tuple[str | None, str | None] | Fault]()
    for item in items:
        told = _called(public_links, (source, target, item))
        if isinstance(told, TooLarge):
            raise MemoryError
        if isinstance(told, Raised):
            told = Fault(told.kind.__name__, str(told.args))
        if isinstance(told, tuple) and not all(map(_is_link, told)):
            told = Fault("TypeError", f"{source.NAME}: no link: {told!r:.200}")
        found[item.external_id] = told
    return found


def _is_link(value: Any) -> bool:
    return value is None or (type(value) is str and len(value) <= LONGEST_LINK)


def recognise(
    addresses: tuple[str, ...], pasted: tuple[str, ...]
) -> tuple[tuple[str, str] | None, ...]:
    """Return (source, ref) of each link: the first source that knows it says so, others pass."""
    return tuple(
        next((told for each in addresses if (told := _recognised(each, link))), None)
        for link in pasted
    )


def _recognised(address: str, link: str) -> tuple[str, str] | None:
    if len(link) > LONGEST_LINK:
        return None
    # Whatever it raises: a link that is none, a stranger wrote it.
    hint = _called(load_source(address).recognise_url, (link,))
    return (str(hint.source), str(hint.ref)) if isinstance(hint, TargetHint) else None


_walks: OrderedDict[str, tuple[Generator[Request, Any, Any], int]] = OrderedDict()


def advance(
    walk: str, begin: tuple[str, str, tuple[Any, ...]] | None, given: list[Given], count: int
) -> Request | Ended | Forgotten | None:
    """Take a generator to its next request and return it; None where the source makes none.

    `given` are its answers so far, all of them where `begin` (source, function, arguments) tells
    how it starts, else the last. `count` is how many it has had after this.
    """
    steps, had = _walks.pop(walk, (None, 0))
    if begin is not None:
        address, function, args = begin
        steps, had = getattr(load_source(address), function)(*args), 0
        if steps is None:
            return None
    elif steps is None or had + len(given) != count:
        return Forgotten()
    try:
        request = next(steps) if begin is not None else None
        for answer in given:
            request = (
                steps.throw(answer.error()) if isinstance(answer, Raised) else steps.send(answer)
            )
    except StopIteration as end:
        return Ended(end.value)
    _walks[walk] = steps, count
    while len(_walks) > WALKS:
        _walks.popitem(last=False)
    assert request is not None
    return request


def _called(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return function(*args)
    except MemoryError:
        return TooLarge()
    except errors.ReviewbotError as error:
        return sendable(error)
    except BaseException as error:  # SystemExit of a plugin too: it ends nothing
        return Fault(type(error).__name__, traceback.format_exc())


def _packed(answer: Any) -> bytes:
    into = BytesIO()
    packer = pickle.Pickler(into, pickle.HIGHEST_PROTOCOL)
    # By itself a zone is packed as a call of a function, which nobody unpacks.
    packer.dispatch_table = {ZoneInfo: lambda zone: (ZoneInfo, (zone.key,))}
    try:
        packer.dump(answer)
        packed = into.getvalue()
    except MemoryError:
        packed = b""
    except Exception as error:  # what a plugin returns may be anything
        return pickle.dumps(Fault(type(error).__name__, traceback.format_exc()))
    return packed if 0 < len(packed) <= MOST_BYTES else pickle.dumps(TooLarge())


def _limit(kind: int, wanted: int) -> None:
    _, most = resource.getrlimit(kind)
    now = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(kind, (now, most))


def _limit_time(seconds: int) -> None:
    """From now on; the kernel ends the process that computes longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def main(computing: int, memory: int) -> None:
    """Answer calls until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends us
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("r+b") as nothing:  # what a plugin prints must not be an answer
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    while (call := receive(calls)) is not None:
        _limit_time(computing)
        function, args, over = pickle.loads(call)  # noqa: S301 - from the bot itself
        for walk in over:
            _walks.pop(walk, None)
        send(answers, _packed(_called(function, args)))
