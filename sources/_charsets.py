"""The letters of feeds and tables, whose labels often lie.

What is UTF-8 is UTF-8. Else the label counts where its text reads; where it gives letters that no
language writes side by side, charset-normalizer chooses among the sets that Russian is written in.
"""

import codecs
import re

_RUSSIAN = ("utf_8", "cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DOUBTED = frozenset(
    {"utf-8", "ascii", "cp1251", "cp1252", "iso8859-1", "iso8859-5", "iso8859-15", "koi8-r"}
)
"""Labels that stand on texts of other sets: a template's, a server's."""
_SAMPLE = 65_536
_RUN = re.compile("[\x80-\uffff]{3,60}")
_SMALL = re.compile("[а-яё]")


def text_of(content: bytes, named: str = "", otherwise: str = "windows-1251") -> str:
    """Return the text. `named` is what it says of itself, `otherwise` how its answer was read."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    head = content[:_SAMPLE]
    for half, name in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        # The upper halves of Latin and Russian letters.
        if (half.count(0) + half.count(4)) * 10 > len(half) * 9 and b"\0" in half:
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    label = _known(named)
    label = label if label not in ("", "utf-8") else _known(otherwise) or "cp1251"
    told = content.decode(label, "replace")
    if label in _DOUBTED and not _reads(told[:_SAMPLE]) and (other := _found(head)):
        found = content.decode(other, "replace")
        return found if _reads(found[:_SAMPLE]) else told
    return told


def _known(name: str) -> str:
    try:
        return codecs.lookup(name.lower().removeprefix("x-")).name if name else ""
    except LookupError:
        return ""


def _reads(text: str) -> bool:
    """Whether letters beyond ASCII that stand side by side are mostly small Russian ones; of
    languages with single such letters nothing is said."""
    runs = "".join(_RUN.findall(text))
    return len(_SMALL.findall(runs)) * 2 >= len(runs)


def _found(content: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_isolation=list(_RUSSIAN)).best()
    return best.encoding if best else None
