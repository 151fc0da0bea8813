"""Cleaning at the door: what strangers wrote becomes text every later part can hold."""

import codecs
import re
import unicodedata

MAX_CHARACTERS = 50_000
"""Longer than any review a site lets through; what lies beyond is kept nowhere."""

_SURROGATES = re.compile("[\ud800-\udfff]")
# NUL and control characters (but not tab and newline), bidi overrides and isolates,
# zero-width no-break space: they break SQLite, Telegram or the order of a card's words.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
# Soft hyphens, joiners and blanks of no width: nobody sees them between letters. The joiner of
# zero width stays elsewhere, where it makes one picture of several.
_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b\u2060]|(?<=\\w)[\u200c\u200d]+(?=\\w)")
_LATIN, _CYRILLIC = "aceopxyABCEHKMOPTXY", "асеорхуАВСЕНКМОРТХУ"
_LOOKS = (str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN))
_WORD = re.compile(r"[^\W\d_]+")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_LETTERS = re.compile(r"[^\W_]+")


def clean(text: str | None, *, limit: int = MAX_CHARACTERS) -> str | None:
    """Return text safe to store and to show, or None where nothing is left.

    Paired surrogates are joined, lone ones dropped (SQLite and Telegram's client both fail on
    them); control characters and bidi overrides go; Unicode is NFC; runs of blanks become one.
    """
    if text is None:
        return None
    # A cut before the costly steps: no megabyte is normalised to be thrown away.
    text = text[: limit * 2]
    if text.isprintable():  # one line of nothing but letters, signs and plain blanks, as most are
        text = unicodedata.normalize("NFC", text)
        text = _SPACES.sub(" ", text).strip() if "  " in text else text.strip()
        return text[:limit].rstrip() or None
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\x85", "\n")
    text = _UNWANTED.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    text = "\n".join(line.strip(" ") for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return text[:limit].rstrip() or None


def typed(text: str | None, *, limit: int = MAX_CHARACTERS) -> str:
    """Return what a person typed as it reads: clean, "" where nothing is left, without signs that
    nobody sees, and with each word in the letters of one alphabet.

    A «c» of the other layout in «скидка» is a slip of the keyboard: the word is the same to a
    reader, and shall be to the rules of what may not be written.
    """
    return _WORD.sub(_in_one_alphabet, _UNSEEN.sub("", clean(text, limit=limit) or ""))


def _in_one_alphabet(word: re.Match[str]) -> str:
    letters = word[0]
    if letters.isascii():
        return letters
    # The larger half tells what the word is; what then has no look-alike was meant to stand there.
    cyrillic = sum("а" <= letter <= "ё" for letter in letters.lower())
    mended = letters.translate(_LOOKS[0 if 2 * cyrillic >= len(letters) else 1])
    is_mixed = re.search("[a-z]", mended, re.I) and re.search("[а-яё]", mended, re.I)
    return letters if is_mixed else mended


def folded(text: str) -> str:
    """Return text as two publications of it are compared: NFC, white space folded."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, in one case: what is left of it on any site."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """Return the words of `letters_of`, in order."""
    return _LETTERS.findall(text.casefold())


def word_key(word: str) -> str:
    """Return a word as two spellings of it are compared: in one case, «ё» as «е»."""
    return word.casefold().replace("ё", "е")


def is_same_text(one: str | None, other: str | None) -> bool:
    """Whether two publications say the same; none says as much as an empty one."""
    return folded(one or "") == folded(other or "")


_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=[\s\"']*([a-z0-9_:.-]{2,40})", re.IGNORECASE
)
_HEADER_CHARSET = re.compile(r"charset\s*=[\s\"']*([a-z0-9_:.-]{2,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(content: bytes, content_type: str = "") -> str:
    """Return the character set of a page: its byte order mark, the header's word, the page's own
    <meta>, UTF-8 where the bytes are UTF-8, else windows-1251 (old Russian pages say nothing).
    A label that the bytes contradict does not count.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    try:
        content.decode("utf-8")
        is_utf8 = True
    except UnicodeDecodeError as error:
        # A body cut in the middle of a letter is still UTF-8.
        is_utf8 = error.start >= len(content) - 3
    named = _HEADER_CHARSET.search(content_type)
    if named and (known := _known(named[1])) and _fits(known, content, is_utf8):
        return known
    meta = _META_CHARSET.search(content[:4096])
    if meta and (known := _known(meta[1].decode("ascii"))) and _fits(known, content, is_utf8):
        return known
    return "utf-8" if is_utf8 else "windows-1251"


def _fits(name: str, content: bytes, is_utf8: bool) -> bool:
    """Whether the bytes can be what their label says: letters of UTF-8 come about by no chance,
    and a page of another character set has hardly one of them. A broken letter is only that."""
    if is_utf8:
        return name == "utf-8" or content.isascii()
    if name != "utf-8":
        return True
    broken = content.decode("utf-8", "replace").count("\ufffd")
    return broken * 2 < len(content) - len(content.translate(None, _HIGH))


_HIGH = bytes(range(0x80, 0x100))


def _known(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
