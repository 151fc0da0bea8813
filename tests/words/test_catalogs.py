"""The catalogs hold what the code says: nothing missing, nothing stale, the same slots.

After a change of a sentence, edit the two .po files by hand, or let Babel do it:
    pybabel extract --no-default-keywords -k t -k self -k N_ -k plural:1,2 -k within:1c,2 \\
        --no-location --sort-output -o words.pot reviewbot/words
    pybabel update --no-fuzzy-matching --ignore-obsolete -i words.pot \\
        -l ru -o reviewbot/words/catalogs/ru.po      # and en
The command line's: with -k say, of reviewbot/cli, config, store/migrations and store/backups, in
catalogs/operator/ru.po; its English is what the code says. Before Python 3.12 it finds no sentence
that stands in an f-string.
What a source says of itself (Traits.reads, unseen) stands in catalogs/sources/ru.po, what --help
says (docstrings by paragraphs, `help=`, the lines of COMMANDS) in catalogs/help/ru.po.
"""

import ast
from collections.abc import Iterator
from importlib import resources
from io import BytesIO
from pathlib import Path

import pytest
import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import reviewbot.words
from reviewbot import registry
from reviewbot.cli.app import COMMANDS, app, load_command
from reviewbot.cli.help_text import FRAME, texts_of
from reviewbot.core.model import LANGUAGES
from reviewbot.words.language import slots

KEYWORDS = {
    "t": None,
    "self": None,
    "N_": None,
    "plural": (1, 2),
    "within": ((1, "c"), 2),
    "say": None,
}
"""How sentences are marked in the code: see words.language."""

Id = tuple[str | None, tuple[str, ...]]


WORDS = Path(reviewbot.words.__file__).parent
SPOKEN = {
    **dict.fromkeys(LANGUAGES, (WORDS,)),
    "operator/ru": tuple(WORDS.parent / name for name in ("cli", "config", "store")),
}
"""The catalogs, and where what they hold is said."""


def in_code(*folders: Path) -> set[Id]:
    return {
        (context, as_tuple(said))
        for folder in folders
        for _, _, said, _, context in extract_from_dir(
            folder,
            method_map=[("**.py", "python")],
            keywords=KEYWORDS,  # type: ignore[arg-type]
        )
    }.union(*map(within_texts, folders))


def within_texts(folder: Path) -> set[Id]:
    """What is said within f-strings: up to Python 3.11 these are one token, and Babel passes them
    over."""
    calls = (
        call
        for file in folder.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("t", "t.plural", "say")
    )
    said = ([each.value for each in call.args if isinstance(each, ast.Constant)] for call in calls)
    return {(None, tuple(map(str, each))) for each in said if each}


def as_tuple(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)  # type: ignore[arg-type]


def catalog(name: str) -> Catalog:
    po = resources.files("reviewbot.words") / "catalogs" / f"{name}.po"
    return read_po(BytesIO(po.read_bytes()), locale=name[-2:], abort_invalid=True)


def entries(language: str) -> Iterator[Message]:
    return (message for message in catalog(language) if message.id)


@pytest.mark.parametrize("name", SPOKEN)
def test_every_sentence_is_in_the_catalog_and_none_is_stale(name: str) -> None:
    held = {(message.context, as_tuple(message.id)) for message in entries(name)}
    said = in_code(*SPOKEN[name])
    assert said - held == set(), "the catalog lacks these"
    assert held - said == set(), "no code says these any more"


def test_what_sources_say_of_themselves_is_translated_and_nothing_else() -> None:
    told = {
        text
        for name in registry.installed()
        for text in (registry.load(name).TRAITS.reads, registry.load(name).TRAITS.unseen)
        if text
    }
    assert told == {str(message.id) for message in entries("sources/ru")}


def test_every_text_of_help_is_translated_and_nothing_else() -> None:
    whole = typer.main.get_command(app)
    told = {*FRAME.values(), *(entry.line for entry in COMMANDS.values())}
    for command in (whole, *map(load_command, COMMANDS)):
        told.update(texts_of(command, typer.Context(command)))
    assert told - {""} == {str(message.id) for message in entries("help/ru")}


@pytest.mark.parametrize("name", [*SPOKEN, "sources/ru", "help/ru"])
def test_every_sentence_is_translated_with_the_same_slots(name: str) -> None:
    forms = catalog(name).num_plurals
    for message in entries(name):
        wanted = [slots(form) for form in as_tuple(message.id)]
        given = as_tuple(message.string)
        assert all(form.strip() for form in given), message.id
        assert not message.fuzzy, message.id
        if len(wanted) == 1:
            assert len(given) == 1
        else:
            assert len(given) == forms, message.id
        for form in given:
            assert slots(form) == wanted[-1], (message.id, form)


def test_english_is_what_the_code_says() -> None:
    for message in entries("en"):
        assert as_tuple(message.id) == as_tuple(message.string)


@pytest.mark.parametrize("name", ["ru", "operator/ru", "sources/ru", "help/ru"])
def test_russian_has_three_plurals_and_says_review_not_ticket(name: str) -> None:
    assert catalog(name).num_plurals == 3
    for message in entries(name):
        for form in as_tuple(message.string):
            assert "тикет" not in form.lower()
            assert "(а)" not in form
            assert "—" not in form
