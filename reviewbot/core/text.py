"""Cleaning at the door: what strangers wrote becomes text every later part can hold."""

import re
import unicodedata

MAX_CHARACTERS = 50_000
"""Longer than any review a site lets through; what lies beyond is kept nowhere."""

_SURROGATES = re.compile("[\ud800-\udfff]")
# NUL and control characters (but not tab and newline), bidi overrides and isolates,
# zero-width no-break space: they break SQLite, Telegram or the order of a card's words.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str | None, *, limit: int = MAX_CHARACTERS) -> str | None:
    """Return text safe to store and to show, or None where nothing is left.

    Paired surrogates are joined, lone ones dropped (SQLite and Telegram's client both fail on
    them); control characters and bidi overrides go; Unicode is NFC; runs of blanks become one.
    """
    if text is None:
        return None
    # A cut before the costly steps: no megabyte is normalised to be thrown away.
    text = text[: limit * 2]
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _UNWANTED.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    text = "\n".join(line.strip(" ") for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return text[:limit].rstrip() or None


def folded(text: str) -> str:
    """Return text as two publications of it are compared: NFC, white space folded."""
    return " ".join(unicodedata.normalize("NFC", text).split())
