"""No pattern over foreign text is slower than its length: twice the text, at most thrice the time.

A pattern that goes over the same text again and again holds the interpreter, and with it every
chat and every site; a page of a megabyte can be made for it by anybody.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

import reviewbot.core
import sources
from reviewbot import registry
from reviewbot.core.contract import Source
from reviewbot.core.text import clean, encoding_of
from sources import _markup, _tree
from tests.growth import PROMPT, grows_in_step, is_within, seconds

HALF = 20_000
"""Characters; `make reliability` takes half a megabyte and a whole one."""
PIECES = (
    "<script ",
    "<script>",
    "<script></script",
    "<meta ",
    '<link href="',
    "<!--",
    "<?xml",
    "<",
    ">",
    '"',
    "'",
    " ",
    " \n",
    "\n",
    "a",
    "а",
    "a@",
    "a.",
    "/a",
    "1",
    "1 ",
    "[",
    "{",
    "(",
    "\\",
    ":",
    "-",
    "!",
)
ROOMS = (sources, reviewbot.core)


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    seen = set()
    for room in ROOMS:
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and value not in seen:
                    seen.add(value)
                    yield f"{found.name}.{name}", value


def own_pieces(pattern: re.Pattern[Any]) -> Iterator[str]:
    """The words a pattern looks for, their heads, and what may stand behind them."""
    told = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    for word in re.split(r"\\[wsdSWDb]|[\[\](){}|*+?^$\\]+", told):
        if 1 < len(word) < 40:
            yield word


def is_linear(
    work: Callable[[Any], Any], piece: str, *, as_bytes: bool = False, half: int = HALF
) -> bool:
    def on(length: int) -> Callable[[], object]:
        text = (piece * (length // len(piece) + 1))[:length]
        return partial(work, text.encode() if as_bytes else text)

    # Less first: what is quadratic would take hours at the whole length.
    if half <= HALF and seconds(on(half * 2)) < PROMPT:
        return True
    length = min(half, HALF)
    while length <= half:
        if not grows_in_step(on, length):
            return False
        length = half if length < half else half + 1
    return True


@pytest.mark.parametrize(("name", "pattern"), list(patterns()))
def test_a_pattern_is_linear(name: str, pattern: re.Pattern[Any]) -> None:
    def find_all(text: Any) -> None:
        for _ in pattern.finditer(text):
            pass

    as_bytes = isinstance(pattern.pattern, bytes)
    slow = [
        piece
        for piece in {*PIECES[::4], *list(own_pieces(pattern))[:8]}
        if not is_linear(find_all, piece, as_bytes=as_bytes)
    ]
    assert not slow, name


@pytest.mark.parametrize(
    "work",
    [
        lambda text: list(_markup.scripts(text)),
        lambda text: list(_markup.scripts(text + "</script>")),
        lambda text: list(_markup.named_links(text)),
        lambda text: list(_markup.named_links(text + ">")),
        _markup.leading_json,
        _markup.loads,
        _markup.number,
        clean,
    ],
)
def test_what_sources_share_is_linear(work: Callable[[str], Any]) -> None:
    assert [piece for piece in PIECES if not is_linear(work, piece)] == []


def test_the_text_of_a_tree_is_linear() -> None:
    def joined(length: int) -> Callable[[], object]:
        return partial(_markup.block_text, _tree.soup("<p><b> </b>" + "<b> </b>" * length))

    # A larger tree also leaves the processor's caches: four times the text, with room for that.
    assert is_within(8, joined(4_000), joined(16_000))


@pytest.mark.parametrize("head", ["", "<meta charset=", "<meta charset = '"])
def test_the_character_set_is_found_in_linear_time(head: str) -> None:
    def found(text: bytes) -> str:
        return encoding_of(head.encode() + text)

    assert [piece for piece in PIECES if not is_linear(found, piece, as_bytes=True)] == []


@pytest.mark.parametrize("head", ["text/html; charset=", "charset", "charset =", "charset='"])
def test_a_header_names_it_in_linear_time(head: str) -> None:
    def found(text: str) -> str:
        return encoding_of(b"", f"{head}{text}!")

    assert [piece for piece in PIECES if not is_linear(found, piece)] == []


LINKS = ("/a", "1", "%41", "=", "&a=", "?", "#", "-", ".", "org/", "https://", "a@", "\u0430")


@pytest.mark.parametrize("source", registry.loaded(), ids=lambda source: source.NAME)
def test_what_a_source_says_of_links_is_linear(source: Source) -> None:
    """While the operator's file is read, it is asked in the bot's own process."""
    host = next(iter(source.HOSTS), "places.test")

    def asked(text: str) -> None:
        for link in (f"https://{host}/{text}", f"{source.NAME}:{text}", text):
            with suppress(ValueError):
                source.recognise_url(link)

    assert [piece for piece in LINKS if not is_linear(asked, piece)] == []
