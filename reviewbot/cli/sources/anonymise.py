"""Makes a saved answer fit to be shared: other names for people, no keys or tokens.

Works on the text as the site sent it, so that the page stays the page: a name is looked for as
HTML and as JSON write it. What it cannot know (a name inside a sentence, in another case) is for
the person who reads the file before sharing it.
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from urllib.parse import quote, unquote

from reviewbot.core.text import word_key
from reviewbot.drafting.templates import known_names

CYRILLIC = """
Алина Борис Вера Глеб Дина Егор Жанна Захар Инна Карим Лада Марат Нелли Остап Полина Родион Софья
Тимур Ульяна Фёдор Эмма Юлиан Яна
"""
LATIN = """
Alma Boris Clara Dylan Edith Felix Greta Hugo Irma Jonas Karla Leo Mona Nils Olga Piet Rosa Sven
Tilda Ugo Vera Wanda Yann
"""
SCRUBBED = "scrubbed"

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
_FIELD = re.compile(
    r"""(?P<head>(?P<quote>\\?["']|&quot;)(?P<name>[\w-]{2,40})(?P=quote)\s*:\s*(?P=quote))"""
    r"""(?P<value>(?:[^"'\\&<>\s]|\\/){6,4000})(?=(?P=quote))"""
)
_PARAMETER = re.compile(r"(?P<head>[?&;](?P<name>[\w-]{2,40})=)(?P<value>[^&\"'\\<>\s#]{4,2000})")
_META = re.compile(
    r"""(?P<head><(?:meta|input)\b[^>]*?\bname=["'](?P<name>[^"']{2,60})["'][^>]*?"""
    r"""\b(?:content|value)=["'])(?P<value>[^"']{6,4000})""",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(?P<head>\s(?P<name>[\w-]{2,40})=["'])(?P<value>[^"'<>\s]{6,4000})""")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_FIELDS_TO_SCRUB = """
accesskey apikey auth authorization cookie cookies csrf ip jwt nonce password reqid requestid
secret secretkey session sessionid sid sign signature token xsrf yandexuid
"""
_SECRETS = frozenset(_FIELDS_TO_SCRUB.split())
_HEADERS = ("content-type", "content-language", "retry-after")


class Pseudonyms:
    """Other names for the people of one page; the same person gets the same one everywhere."""

    def __init__(self, people: Iterable[str | None]) -> None:
        whole = sorted({name for name in people if name}, key=lambda name: (-len(name), name))
        taken = {word_key(word) for name in whole for word in _WORD.findall(name)}
        self._pools = {
            "cyrillic": [word for word in CYRILLIC.split() if word_key(word) not in taken],
            "latin": [word for word in LATIN.split() if word_key(word) not in taken],
        }
        self._words: dict[str, str] = {}
        self.people = {name: self._other(name) for name in whole}
        known = known_names()
        for name in whole:
            words = _WORD.findall(name)
            for word in words:
                # The owner answers "Анна, спасибо": first names, and the surnames beside them.
                is_name = word_key(word) in known or (len(words) > 1 and _is_proper(word))
                if is_name and word not in self.people:
                    self.people[word] = self._words[word_key(word)]

    def replace_names(self, text: str, *, alone: bool = False) -> str:
        """Return the text with every name replaced. With `alone`, Latin names only where they are
        a whole value: a guest called "div" must not take the page apart."""
        for name in sorted(self.people, key=len, reverse=True):
            other = self.people[name]
            for written, instead in _spellings(name, other):
                pattern = _pattern(written, alone=_only_alone(name, alone=alone))
                text = pattern.sub(lambda _found, put=instead: put, text)  # type: ignore[misc]
        return text

    def left(self, text: str) -> list[str]:
        """Return the names still to be read in the text, as a person would read it."""
        plain = _plain(text)
        return [
            name
            for name in self.people
            if _pattern(name, alone=_only_alone(name, alone=False)).search(plain)
        ]

    def _other(self, name: str) -> str:
        made = _WORD.sub(lambda found: self._word(found[0]), name)
        return made if made != name else self._word(name)

    def _word(self, word: str) -> str:
        known = self._words.get(word_key(word))
        if known is not None:
            return known
        pool = self._pools["cyrillic" if re.search("[а-яё]", word.casefold()) else "latin"]
        n = len(self._words)
        made = pool[n % len(pool)] + (str(n // len(pool) + 1) if n >= len(pool) else "")
        self._words[word_key(word)] = made
        return made


def named_in(text: str, people: Iterable[str]) -> list[str]:
    """Return those of many people whose names are in the text at all: a quick look before the
    thorough one."""
    plain = " ".join(_plain(text).casefold().split())
    return [name for name in people if " ".join(name.casefold().split()) in plain]


def without_secrets(text: str) -> str:
    """Return the text without tokens, keys, session ids, and addresses of mail."""
    text = _EMAIL.sub("guest@example.com", text)
    text = _JWT.sub(SCRUBBED, text)
    for pattern in (_FIELD, _PARAMETER, _META, _ATTRIBUTE):
        text = pattern.sub(_scrubbed, text)
    return text


def headers_worth_keeping(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the headers that tell how to read an answer; cookies and ids are none of them."""
    return {
        name: value
        for name, value in headers
        if name in _HEADERS or ("captcha" in name and "cookie" not in name)
    }


def _scrubbed(found: re.Match[str]) -> str:
    parts = [part.lower() for part in _PARTS.findall(found["name"])]
    joined = {"".join(parts), *parts, *("".join(pair) for pair in pairwise(parts))}
    value = found["value"]
    # A word is no secret ("key": "reviews"); a run of digits and letters may be one.
    is_odd = len(value) >= 24 or any(sign.isdigit() for sign in value)
    is_key = found.re is _PARAMETER and joined == {"key"}
    secret = is_key or (is_odd and joined & _SECRETS)
    return found["head"] + SCRUBBED if secret else found[0]


def _is_proper(word: str) -> bool:
    return len(word) > 2 and word[0].isupper() and not word.isascii()


def _spellings(name: str, other: str) -> Sequence[tuple[str, str]]:
    """The name as it is, as HTML and as JSON write it, and as an address does."""
    made = {
        name: other,
        html.escape(name): html.escape(other),
        html.escape(name, quote=False): html.escape(other, quote=False),
    }
    for each in list(made.items()):
        for _ in range(2):  # JSON in a string of JSON is seen (Yandex, 2GIS)
            each = _json(each[0]), _json(each[1])
            made.setdefault(*each)
            lower = re.sub(r"\\u([0-9a-f]{4})", lambda code: f"\\u{code[1].upper()}", each[0])
            made.setdefault(lower, each[1])
    made.setdefault(quote(name), quote(other))
    return list(made.items())


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _only_alone(name: str, *, alone: bool) -> bool:
    """A name of a letter or two is a word of every text."""
    return len(name) <= 2 or (alone and name.isascii())


def _pattern(written: str, *, alone: bool) -> re.Pattern[str]:
    spaces = r"(?:\s|&nbsp;|&#160;|\\u00a0)+"
    body = spaces.join(re.escape(part) for part in written.split())
    if alone:
        return re.compile(rf"""(?<=["'>;])\s*{body}(?=\s*(?:<|\\?["'](?!\s*:)|&quot;))""")
    # A letter before it belongs to another word, unless it is that of an escaped line break.
    before = "" if written.startswith("\\u") else r"(?:(?<![^\W_])|(?<=\\[nrt]))"
    if written.isascii() and not written.startswith("\\u"):
        # "name": is a field's name, whoever is called so.
        return re.compile(rf"{before}{body}(?![^\W_])(?!\\?[\"']\s*:)")
    return re.compile(rf"{before}{body}(?![^\W_])", re.IGNORECASE)


def _plain(text: str) -> str:
    def code(found: re.Match[str]) -> str:
        return chr(int(found[1], 16))

    for _ in range(2):
        text = re.sub(r"\\+u([0-9a-fA-F]{4})", code, text)
    return html.unescape(unquote(text))
