"""What the reader of TOML says of a broken file, in words: with the place, without Python's."""

import re
import tomllib

from reviewbot.words import N_
from reviewbot.words.operator_text import recognised, say

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_SENTENCES = {
    "Cannot declare {key} twice": N_("the section [{key}] stands already"),
    "Cannot redefine namespace {key}": N_("[{key}] stands already"),
    "Cannot mutate immutable namespace {key}": N_("[{key}] stands already and takes no more"),
    "Cannot overwrite a value": N_("a key stands twice"),
    "Duplicate inline table key {key}": N_("the key {key} stands twice in one pair of braces"),
    "Expected newline or end of document after a statement": N_(
        "something stands behind a value: each key has a line of its own"
    ),
    "Expected '=' after a key in a key/value pair": N_("a = is missing behind the key"),
    "Expected ']' at the end of a table declaration": N_("the ] of a section is missing"),
    "Expected ']]' at the end of an array declaration": N_("the ]] of a section is missing"),
    "Expected {text}": N_("{text} is missing"),
    "Invalid initial character for a key part": N_(
        'this is no key: one of other letters than A–Z stands in quotes, "ключ"'
    ),
    "Invalid statement": N_(
        'this is neither a key nor a section: other letters than A–Z stand in quotes, "ключ"'
    ),
    "Invalid value": N_('this is no value: a text stands in straight quotes, "…"'),
    "Invalid date or datetime": N_("there is no such date"),
    "Invalid hex value": N_("behind a \\ stands what TOML does not know"),
    "Escaped character is not a Unicode scalar value": N_(
        "behind a \\ stands what TOML does not know"
    ),
    "Unescaped '\\' in a string": N_(
        "a \\ within \"…\": write it twice, or put the text between '…'"
    ),
    "Unterminated string": N_("a quotation mark is missing at the end of a text"),
    "Unclosed array": N_("a comma or the ] of a list is missing"),
    "Unclosed inline table": N_("a comma or a closing brace is missing"),
    "Illegal character '\\n'": N_("a text does not end in its line: a quotation mark is missing"),
    "Illegal character {text}": N_("{text} cannot stand in a text"),
    "Found invalid character {text}": N_("{text} cannot stand here"),
}


def told_in_words(error: tomllib.TOMLDecodeError) -> str:
    """Return what is wrong and where, as far as the reader knows; what it says in words that are
    not known here stays as it is."""
    placed = _PLACE.fullmatch(str(error))
    if placed is None:
        return str(error)
    what, line, column = placed.groups()
    found = recognised(what, _SENTENCES)
    if found is not None:
        template, params = found
        shown = {name: _plain(value) for name, value in params.items()}
        what = say(_SENTENCES[template], **shown)
    if line is None:
        return say("{what} (at the end of the file)", what=what)
    return say("{what} (line {line}, column {column})", what=what, line=line, column=column)


def _plain(written: str) -> str:
    """Return a key as the file writes it: the reader tells it as a tuple of Python's."""
    parts = re.findall(r"'([^']*)'", written)
    return ".".join(parts) if written.startswith("(") and parts else written
