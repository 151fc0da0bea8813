"""Reply moulds: checked when the operator's file is read, filled in a sandbox.

Nothing a stranger wrote is ever compiled: a review's words and an author's name are values.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reviewbot.core.model import LANGUAGES
from reviewbot.core.settings import Template, When
from reviewbot.core.text import clean, word_key

SLOTS = ("greeting", "sign", "contact", "reach", "location", "author", "topic")
"""What a template may say in {{ }}. `contact`, `author` and `topic` may be missing: ask with
{% if contact %}, or the template is passed over where there is none. `reach` is a sentence with
the contact, or one without."""

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.CondExpr,
    nodes.Const,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)


class TemplateProblem(NamedTuple):
    """Codes: syntax (message, line), unknown_slot (slot, nearest), not_allowed (what), empty."""

    code: str
    params: dict[str, Any]


class Absent(StrictUndefined):
    """A value that is not there today: false in a question, an error in the text."""

    def __bool__(self) -> bool:  # type: ignore[override]  # StrictUndefined forbids the question
        return False


# Replies are plain text: nothing to escape.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.filters.clear()
_ENVIRONMENT.tests.clear()


def check_template(text: str) -> list[TemplateProblem]:
    """Return what is wrong with a template: only slots and `if` are allowed in it."""
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        params = {"message": error.message or "", "line": error.lineno}
        return [TemplateProblem("syntax", params)]
    problems = []
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            params = {"what": type(node).__name__.lower()}
            problems.append(TemplateProblem("not_allowed", params))
        elif isinstance(node, nodes.Name) and node.name not in SLOTS:
            nearest = get_close_matches(node.name, SLOTS, 1)
            params = {"slot": node.name, "nearest": nearest[0] if nearest else ""}
            problems.append(TemplateProblem("unknown_slot", params))
    if not text.strip():
        problems.append(TemplateProblem("empty", {}))
    return problems


class Unfilled(Exception):
    """A template cannot be filled: a slot has no value (`slot`), or it is broken."""

    def __init__(self, slot: str) -> None:
        super().__init__(slot)
        self.slot = slot


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a template with its slots filled, cleaned of doubled blanks.

    A slot whose value is missing or empty is Absent, except `sign`, which may be empty. Raises
    Unfilled, also where check_template finds a fault: nothing unchecked is ever run.
    """
    try:
        named = slots_of(text)
    except TemplateSyntaxError as error:
        raise Unfilled(str(error)) from error
    # What a template does not name makes no other text of it: most say nothing of the place.
    given = tuple((slot, values[slot]) for slot in SLOTS if slot in named and slot in values)
    # A guest's name is kept nowhere for longer than it is needed.
    return _filled.__wrapped__(text, given) if values.get("author") else _filled(text, given)


@lru_cache(maxsize=512)
def _filled(text: str, given: tuple[tuple[str, str], ...]) -> str:
    """The same; guests without a name are given the same words."""
    values = dict(given)
    known = {slot: values.get(slot) or _absent(slot) for slot in SLOTS}
    if not values.get("sign"):
        known["sign"] = ""
    try:
        return clean(_compiled(text).render(known)) or ""
    except TemplateError as error:
        raise Unfilled(str(error)) from error


@lru_cache(maxsize=1024)
def slots_of(text: str) -> frozenset[str]:
    """Return the slots a (valid) template names."""
    return frozenset(node.name for node in _ENVIRONMENT.parse(text).find_all(nodes.Name))


@dataclass(frozen=True, slots=True)
class Pack:
    """The shipped moulds of one language and one way of address.

    `templates` are keyed by shelf ("negative") and theme: a topic, "general", "about" (names the
    topic in a slot), "wordless", "short". `bare` are the wordless ones of a shelf as short as they
    can be, under the same names: words are thanked for only where there are some. `praised`: what
    some topics are called where they are praised.
    """

    language: str
    greeting_named: str
    greeting_plain: str
    reach_contact: str
    reach_nothing: str
    topics: Mapping[str, str]
    praised: Mapping[str, str]
    templates: Mapping[tuple[str, str], tuple[Template, ...]]
    bare: Mapping[str, tuple[Template, ...]]


CLINIC = "clinic"
"""The profile with a pack of its own: nothing in it says that the author was a patient."""


@cache
def pack(language: str, address: str = "вы", profile: str | None = None) -> Pack:
    """Return the shipped pack of "ru" or "en". Address: "вы", "Вы" or "ты"; English has one, and
    so has a clinic."""
    data = _read(language)
    # English knows no "ты"; Russian has a smaller set for it.
    part = CLINIC if profile == CLINIC else "ty" if address == "ты" and "ty" in data else ""
    side = {**data, **data[part]} if part else data
    spell = _capital_you if address == "Вы" and language == "ru" else str
    informal = f".{part}" if part else ""
    shelves: dict[tuple[str, str], tuple[Template, ...]] = {}
    for shelf in ("critical", "negative", "mixed", "neutral", "positive"):
        for theme, wordings in side[shelf].items():
            shelves[shelf, theme] = tuple(
                Template(
                    f"{language}{informal}.{shelf}.{theme}.{number}",
                    language,
                    _wrapped(shelf, spell(middle)),
                    When(),
                )
                for number, middle in enumerate(wordings, 1)
            )
    for shelf, wordings in side["short"].items():
        shelves[shelf, "short"] = tuple(
            Template(
                f"{language}{informal}.{shelf}.short.{number}",
                language,
                _SHORT.format(spell(middle)),
                When(),
            )
            for number, middle in enumerate(wordings, 1)
        )
    bare = {
        shelf: tuple(
            Template(each.id, language, _SHORT.format(spell(middle)), When())
            for each, middle in zip(
                shelves[shelf, "wordless"], side[shelf]["wordless"], strict=True
            )
        )
        for shelf in side["short"]
    }
    return Pack(
        language=language,
        greeting_named=side["greeting"]["named"],
        greeting_plain=side["greeting"]["plain"],
        reach_contact=spell(side["reach"]["contact"]),
        reach_nothing=spell(side["reach"]["nothing"]),
        topics={**data["topics"], **(side["topics"] if part == CLINIC else {})},
        praised=data["praised"],
        templates=shelves,
        bare=bare,
    )


@cache
def known_names() -> frozenset[str]:
    """Return the first names that replies may call a guest by, as word_key spells them."""
    lists = (_read(language)["people"]["names"] for language in LANGUAGES)
    return frozenset(word_key(name) for text in lists for name in text.split())


_SHORT = "{{{{ greeting }}}} {}{{% if contact %}} {{{{ contact }}}}{{% endif %}}"


def _wrapped(shelf: str, middle: str) -> str:
    """Return a pack's middle as a whole reply: praise needs no way to talk off the site."""
    if shelf in ("positive", "neutral"):
        return "{{ greeting }} " + middle + " {{ sign }}"
    return "{{ greeting }} " + middle + " {{ reach }} {{ sign }}"


_YOU = re.compile(r"\b(?:вы|вас|вам|вами|ваш(?:а|е|и|у|его|ей|ем|ему|им|их|ими)?)\b")


def _capital_you(text: str) -> str:
    return _YOU.sub(lambda found: found[0].capitalize(), text)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _absent(slot: str) -> Absent:
    return Absent(name=slot)


@lru_cache(maxsize=2048)
def _compiled(text: str) -> Compiled:
    if faults := check_template(text):
        raise Unfilled(faults[0].code)
    return _ENVIRONMENT.from_string(text)


@cache
def _read(language: str) -> dict[str, Any]:
    file = resources.files("reviewbot.drafting") / "packs" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
