"""docs/operations.md and its Russian twin: every notice has its line under its own title, and the
commands of both pages are the ones that deploy/try_operations.py tries."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import reviewbot
from reviewbot.words.notices import notice
from reviewbot.words.vocabulary import NoticeCode

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {"en": DOCS / "operations.md", "ru": DOCS / "ru/operations.md"}
CATALOG = Path(reviewbot.__file__).parent / "words/catalogs/ru.po"
MAIL = "✉️"


def rows(language: str) -> list[tuple[str, str, str, list[str]]]:
    """Return (emoji, title, code or nothing, the other cells) of each line of the table."""
    text = PAGES[language].read_text(encoding="utf-8")
    table = re.search(r"(?ms)^\| (?:notice|сообщение) \|.*?\n\n", text + "\n")
    assert table
    found = []
    for line in table.group().strip().splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        emoji, _, rest = cells[0].partition(" ")
        title, _, code = rest.partition(" `")
        found.append((emoji, title, code.rstrip("`"), cells[1:]))
    return found


@cache
def titles(language: str) -> frozenset[str]:
    """Return what the bot can say in a language, with "…" for what it puts in."""
    with CATALOG.open("rb") as file:
        said = [(each.id, each.string) for each in read_po(file) if isinstance(each.id, str)]
    return frozenset(re.sub(r"\{\w+\}", "…", str(pair[language == "ru"])) for pair in said)


@pytest.mark.parametrize("language", PAGES)
def test_every_notice_has_its_line_and_comes_under_that_title(language: str) -> None:
    table = rows(language)
    assert [code for _, _, code, _ in table if code] == [
        code for _, _, code, _ in rows("en") if code
    ]
    assert {code for _, _, code, _ in table if code} == {str(each) for each in NoticeCode}
    assert sum(emoji == MAIL for emoji, *_ in table) == 2
    for emoji, title, code, cells in table:
        assert title in titles(language), title
        assert all(cells), code
        if code:
            told = notice(code, {"role": "staff"}, language).html
            assert told.startswith(f"{emoji} "), (code, told)


def commands(page: Path) -> set[str]:
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"))
    lines = (
        re.split(r"\s+# |^# ", line)[0].strip() for each in blocks for line in each.splitlines()
    )
    return {line for line in lines if line}


def test_every_command_of_the_pages_is_one_that_is_tried() -> None:
    script = DOCS.parent / "deploy/try_operations.py"
    known = {
        node.value
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    english, russian = (commands(page) for page in PAGES.values())
    assert russian <= english
    assert {each for each in english if each not in known} <= {ADDED}
    assert ADDED in english


ADDED = 'reviewbot add location "Arbat 7" https://yandex.ru/maps/org/…'
"""Put together in the script, which puts another link in place of this one."""
