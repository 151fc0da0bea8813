"""What no log, row or message may hold: every secret that is known, however it is written."""

import html
import json
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "•••"
SHORT = 6
"""Characters. A shorter secret would hide parts of ordinary words: it counts as a word alone."""
SHORTEST_WORD = 3
"""An even shorter one counts as a value alone (`key=1`, `"key": "1"`): "1" is in every date."""
MOST_PASSING = 4000
"""Writings, of which a token has some twenty."""
HEAD = 8
"""Characters of a secret at a text's end that are its head for certain: texts are cut before they
come here."""
_BASIC = re.compile(r"\b(basic)(\s{1,3}|%20|\+)([a-z0-9+/_=%-]{4,2000})", re.IGNORECASE)
_ENCODED = 8
"""Characters of base64 that are a secret's for certain; fewer are found in ordinary words."""


class Redaction:
    """Takes known secrets out of texts. Others may be learned while it is used."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lasting: dict[str, None] = {}
        self._passing: dict[str, None] = {}
        self._short: set[str] = set()
        self._known: tuple[str, ...] = ()
        self._words: re.Pattern[str] | None = None
        self.learn(secrets)

    def learn(self, secrets: Iterable[str], *, passing: bool = False) -> None:
        """Keep these out too, beside the ones known already; of the passing ones (a token is good
        for an hour) only the last."""
        kept = self._passing if passing else self._lasting
        for secret in secrets:
            if len(secret) >= SHORT:
                kept.update(dict.fromkeys(_writings(secret)))
            elif secret.strip():
                self._short.add(secret)
        while len(self._passing) > MOST_PASSING:
            del self._passing[next(iter(self._passing))]
        # Longest first: a secret that contains another is replaced whole.
        self._known = tuple(sorted({**self._lasting, **self._passing}, key=len, reverse=True))
        self._words = _alone(self._short) if self._short else None

    def __call__(self, text: str) -> str:
        """Return the text without any of them."""
        if self._known or self._words:
            text = _BASIC.sub(self._basic, text)
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        text = self._without_head(text)
        return self._words.sub(HIDDEN, text) if self._words else text

    def _without_head(self, text: str) -> str:
        """The text without the head of a secret that it was cut within."""
        whole = text.rstrip(" …")
        for secret in self._known:
            at = whole.rfind(secret[:HEAD], max(0, len(whole) - len(secret)))
            if at >= 0 and secret.startswith(whole[at:]):
                return f"{whole[:at]}{HIDDEN}{text[len(whole) :]}"
        return text

    def _basic(self, found: re.Match[str]) -> str:
        """A name and a password as HTTP writes them, hidden whole where one of them is ours."""
        packed = unquote(found[3]).rstrip("=")
        packed = packed.translate({ord("-"): "+", ord("_"): "/"})
        try:
            told = b64decode(packed + "=" * (-len(packed) % 4)).decode(errors="replace")
        except (NotBase64, ValueError):
            return found[0]
        is_ours = any(part in self._short for part in told.split(":"))
        is_ours = is_ours or any(secret in told for secret in self._known)
        return f"{found[1]}{found[2]}{HIDDEN}" if is_ours else found[0]

    def __repr__(self) -> str:
        return f"<Redaction of {len(self._known) + len(self._short)}>"


def _alone(secrets: Iterable[str]) -> re.Pattern[str]:
    """Short secrets where they stand alone, however they are written."""
    ways = []
    for secret in sorted(secrets, key=len, reverse=True):
        written = "|".join(re.escape(each) for each in dict.fromkeys(_quoted(secret)))
        before = (
            r"(?<!\w)"
            if len(secret) >= SHORTEST_WORD
            else r"(?:(?<==)|(?<=[=:][\"' ])|(?<=[=:] [\"']))"
        )
        ways.append(rf"{before}(?:{written})(?!\w)")
    return re.compile("|".join(ways))


def _writings(secret: str) -> Iterator[str]:
    """As sites, libraries and traces quote it: plain, in an address, in JSON, in HTML, within
    what is packed as base64."""
    yield from _quoted(secret)
    yield from _by_number(secret)
    yield from _packed(secret)


def _quoted(secret: str) -> Iterator[str]:
    yield secret
    for in_address in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield in_address
        yield re.sub("%..", lambda found: found[0].lower(), in_address)
        yield quote(in_address, safe="")  # an address within an address
    for in_json in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield in_json
        yield in_json.replace("/", "\\/")
        yield json.dumps(in_json)[1:-1]  # JSON within JSON
    yield html.escape(secret)
    yield html.escape(secret).replace("&#x27;", "&#39;")
    yield html.escape(secret).replace("&#x27;", "&apos;")
    yield html.escape(secret, quote=False)


def _by_number(secret: str) -> Iterator[str]:
    """As what encodes all it is given, or knows no case, writes it."""
    for by_number in ("\\u%04x", "\\u%04X", "&#%d;", "&#x%x;", "&#x%X;"):
        yield "".join(by_number % ord(each) for each in secret)
    told = secret.encode()
    for by_byte in ("%%%02X", "%%%02x", "%02x", "%02X"):
        yield "".join(by_byte % each for each in told)
    yield secret.upper()
    yield secret.lower()


def _packed(secret: str) -> Iterator[str]:
    """Base64 of whatever holds it: three characters are made of each three bytes, so a secret has
    three writings, less what its neighbours share in."""
    told = secret.encode()
    for before in range(3):
        packed = b64encode(b"\0" * before + told).decode().rstrip("=")
        whole = (before + len(told)) * 8 // 6
        own = packed[(0, 2, 3)[before] : whole]
        if len(own) >= _ENCODED:
            for each in (own, own.translate({ord("+"): "-", ord("/"): "_"})):
                yield each
                yield quote(each, safe="")
