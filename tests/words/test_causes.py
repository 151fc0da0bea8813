"""Every reason that a reading can fail for has its words, in both languages."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpcore import ConnectError

from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases
from reviewbot.collect.fetching import fetch  # noqa: F401 - its errors are looked for
from reviewbot.config.expressions import compile_expression
from reviewbot.config.sections.rule_mistakes import told_in_words
from reviewbot.core.classifier.rule_check import problems_of
from reviewbot.core.errors import CollectError
from reviewbot.words.causes import reason_in_words
from reviewbot.words.language import words_in
from reviewbot.words.operator_language import problem_text
from tests.words.test_catalogs import slots


def descendants(error: type[Exception]) -> Iterator[type[Exception]]:
    """Every error below one, the network layer's among them."""
    for each in error.__subclasses__():
        yield each
        yield from descendants(each)


ROOT = Path(__file__).parent.parent.parent
ERRORS = {each.__name__ for each in (*descendants(CollectError), *descendants(ConnectError))}
ERRORS |= {"ConnectError", "ConnectTimeout", "Unreadable"}


def written(node: ast.expr) -> str | None:
    """A text, with a word in place of what is filled in; None: it comes from elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else filled(part)
            for part in node.values
        ]
        return "".join(parts)
    return None


def filled(part: ast.expr) -> str:
    """What the site said stands behind a colon, or is nothing."""
    is_said = isinstance(part, ast.FormattedValue) and getattr(part.value, "id", "") == "said"
    return ": слово" if is_said else "слово"


def reasons() -> list[str]:
    found = set()
    for path in (*ROOT.glob("reviewbot/**/*.py"), *ROOT.glob("sources/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                text = written(node.args[0]) if name in ERRORS else None
                if text is not None:
                    found.add(text)
    return sorted(found)


def test_no_reason_stays_english() -> None:
    written_here = reasons()
    assert len(written_here) > 100
    untold = [each for each in written_here if reason_in_words(each, words_in("ru")) == each]
    assert not untold, "words/causes.py lacks these sentences"
    changed = [each for each in written_here if reason_in_words(each, words_in("en")) != each]
    assert not changed


@pytest.mark.parametrize("name", registry.installed())
def test_no_reason_of_a_saved_answer_stays_english(name: str) -> None:
    """Also those that a source puts together, or raises by an error of its own."""
    source, ru = registry.load(name), words_in("ru")
    given = set()
    for case in read_cases(ROOT / "tests" / "sources" / "data" / name):
        whole, target = case.payload(), case.target(source)
        contents = (whole.content, whole.content[: len(whole.content) // 2], b"", b"{}", b"<a>")
        for content in contents:
            try:
                page = source.parse(replace(whole, content=content), target)
            except CollectError as error:
                given.add(error.reason)
            else:
                given.update(each.why for each in page.unreadable)
    assert given
    assert [each for each in given if reason_in_words(each, ru) == each] == []


def test_what_a_reason_quotes_is_translated_too() -> None:
    reason = "none of 3 entries can be read; the first: an entry without stars"
    said = reason_in_words(reason, words_in("ru"))
    assert said == "не читается ни одна запись из 3; первая: запись без оценки"
    assert reason_in_words("a plug-in's own words", words_in("ru")) == "a plug-in's own words"
    assert not slots(said)


def test_a_mistake_of_a_rule_is_russian() -> None:
    wrong = [
        {"id": "a", "any": ["… x"]},
        {"id": "b", "any": ["!!!"]},
        {"id": "c"},
        {"id": "d", "regex": "("},
        {"id": "e", "regex": "(?=a)b"},
        {"id": "f", "any": ["a*"], "severity": "heavy", "topic": "moon", "language": "de"},
        {"id": "!", "any": ["слово"]},
        {"id": "g", "any": ["слово"]},
        {"id": "h", "all": ["два слова"]},
    ]
    found = problems_of(
        ["nobody.*"], wrong, {"nobody": 1.0}, ["food"], [], None, compile_expression
    )
    assert len(found) >= 12
    for problem in found:
        sentence = problem_text(told_in_words(problem), "ru").removeprefix(problem.path)
        assert any("а" <= letter <= "я" for letter in sentence.lower()), problem
