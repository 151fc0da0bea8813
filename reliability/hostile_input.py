"""What strangers and typing fingers send: damaged answers, hostile texts, broken files.

No case may end in an error that nobody meant, or take longer than its limit.
"""

import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

from reliability.figures import Case, Figures
from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases
from reviewbot.collect.parsing import Parsing
from reviewbot.config import load
from reviewbot.core.errors import CollectError, ConfigError
from reviewbot.core.model import TicketState
from reviewbot.core.text import clean
from reviewbot.lexicons import classifier
from reviewbot.words.cards.card import card
from tests.config.config_files import SKETCH, written
from tests.words.facts_for_words import answered
from tests.words.message_text import assert_telegram_takes

ANSWERS, TEXTS, FILES = 15, 100, 10
"""Cases a seed: answers of each source, texts, files. Twenty seeds make 5,100, 2,000 and 200."""
SAVED = Path(__file__).parent.parent / "tests/sources/data"
LONGEST = 30.0
"""Seconds of one case."""


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Try all three kinds."""
    answers, parsing = [], Parsing()
    try:
        for name in registry.installed():
            answers += [case async for case in _answers(parsing, name, seeds)]
    finally:
        parsing.close()
    texts = [_tried(f"text {n}", partial(_text, Random(n))) for n in range(TEXTS * seeds)]
    files = []
    for number in range(FILES * seeds):
        files.append(_tried(f"file {number}", partial(_file, folder, Random(number))))
    return [
        Figures("A damaged answer is read, or fails as the contract says", "one answer", answers),
        Figures("Any text makes a card that Telegram takes", "one text", texts),
        Figures("A broken file is read, or every mistake is told", "one file", files),
    ]


def _tried(name: str, work: Callable[[], str]) -> Case:
    """Run one case; `work` returns what is wrong, or nothing."""
    began = time.monotonic()
    try:
        problem = work()
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    return _judged(name, time.monotonic() - began, problem)


def _judged(name: str, seconds: float, problem: str) -> Case:
    if seconds > LONGEST:
        problem = problem or f"took {seconds:.0f} s"
    return Case(name, seconds=seconds, problem=problem[:500])


async def _answers(parsing: Parsing, name: str, seeds: int) -> AsyncIterator[Case]:
    source = registry.load(name)
    cases = [case for case in read_cases(SAVED / name) if case.payload().content]
    for number in range(ANSWERS * seeds):
        dice = Random(f"{name} {number}")
        case = dice.choice(cases)
        payload = case.payload()
        damaged = replace(payload, content=_damaged(payload.content, dice))
        began, problem = time.monotonic(), ""
        try:
            page = await parsing.page(source, damaged, case.target(source))
            problem = "" if all(item.external_id for item in page.items) else "no identity"
        except CollectError:
            pass
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        yield _judged(f"{name} {case.name} {number}", time.monotonic() - began, problem)


ODD = (
    b"\x00",
    b"<",
    b">",
    b'"',
    b"{",
    b"[",
    b"null",
    b"-1",
    b"1e999",
    b"\xff\xfe",
    b"</script>",
    b"\\ud83d",
)


def _damaged(content: bytes, dice: Random) -> bytes:
    """Damage bytes as networks, proxies and changed sites do."""
    body = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(body) + 1)
        span = dice.choice((1, 10, 500, 20_000))
        kind = dice.randrange(5)
        if kind == 0:
            del body[at : at + span]
        elif kind == 1:
            body[at:at] = body[at : at + span]
        elif kind == 2:
            body[at:at] = dice.choice(ODD) * dice.choice((1, 1, 300))
        elif kind == 3:
            body[at : at + 1] = bytes([dice.randrange(256)])
        elif dice.random() < 0.2:
            del body[at:]
    return bytes(body)


PIECES = (
    *(
        "<b>",
        "&amp;",
        "</i>",
        "{{ 7*7 }}",
        "{0.__class__}",
        "%s",
        "\u202e",
        "\u2066",
        "\ud83d",
        "\x00",
    ),
    *(
        "e\u0301",
        "👨‍👩‍👧",
        "https://a.b/",
        "@all",
        "[x](tg://user?id=1)",
        "=1+1",
        "\r\n",
        "\t",
        " ",
    ),
    *("Ужасно", "плохо", "wait", "№ 1", "`", "_", "*", "~", "|", "\u0600", "\ufdfd", "\U0001f468"),
)


def _hostile(dice: Random) -> str:
    count = dice.choice((0, 1, 5, 40, 400))
    text = "".join(dice.choice(PIECES) for _ in range(count))
    return text * dice.choice((1, 1, 1, 50))


def _text(dice: Random) -> str:
    text, author, reply = (clean(_hostile(dice)) for _ in range(3))
    verdict = classifier().classify(rating=dice.choice((None, 1, 5)), text=text)
    facts = replace(
        answered(),
        state=dice.choice(list(TicketState)),
        text=text,
        title=clean(_hostile(dice)),
        author=author,
        reply_text=reply,
        topics=tuple(verdict.topics),
    )
    message = card(facts, dice.choice(("ru", "en")), group=dice.random() < 0.5)
    assert_telegram_takes(message)
    return "evaluated" if "49" in message.html and "49" not in f"{facts}" else ""


WORDS = re.compile(r"[^\s=]+")


def _file(folder: Path, dice: Random) -> str:
    """Break the sketch of a large file in one to three places, as hands do."""
    lines = SKETCH.splitlines()
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines))
        kind = dice.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, dice.choice(lines))
        elif kind == 2:
            lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]
        elif kind == 3 and (words := WORDS.findall(lines[at])):
            word = dice.choice(words)
            lines[at] = lines[at].replace(word, dice.choice(("1e9", '"x"', "[]", "{}", "-1", "")))
        else:
            lines[at] = lines[at].replace(dice.choice('"=[],.0'), dice.choice(("", "'", "9999")))
    try:
        load(written(folder, "\n".join(lines)), environ={}, today=date(2026, 3, 2))
    except ConfigError as error:
        nameless = [each for each in error.problems if not each.sentence]
        return f"{nameless}" if nameless or not error.problems else ""
    return ""
