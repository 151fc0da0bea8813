"""The name a reply calls its reader by: none is better than a wrong one."""

import re
from collections.abc import Collection

from reviewbot.core.text import word_key

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?")
SURNAME = re.compile(
    r".+(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая)|енко|чук|юк|янц?|дзе|швили|[ыи]х)", re.IGNORECASE
)
"""How Russian, Ukrainian and Caucasian surnames end."""


def first_name(author: str | None, known: Collection[str]) -> str | None:
    """Return the first name in an author's line, or None where it holds none for certain.

    Only a known name is one (`known`, as word_key spells them), first in the line or after what
    looks like a surname: "Анна К.", "Ольга Сергеевна", "Иванов Пётр". "user123", "Аноним",
    "Сергеевна", "Кот Вася" and "Света из Твери" have none.
    """
    words = (author or "").replace(".", ". ").split()
    if not 1 <= len(words) <= 3:
        return None
    for word in words:
        bare = word.rstrip(".")
        if not _WORD.fullmatch(bare) or not (bare[0].isupper() or len(words) == 1):
            return None
    if word_key(words[0]) in known:
        name = words[0]
    elif len(words) > 1 and SURNAME.fullmatch(words[0]):
        name = words[1]
    else:
        return None
    if word_key(name) not in known:
        return None
    return name[0].upper() + name[1:].lower() if name.isupper() or name.islower() else name
