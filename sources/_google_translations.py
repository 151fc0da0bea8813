"""A text in another language, which Google joins with its translation into one."""

import re

_TRANSLATED = re.compile(
    # The account's language names it; the words for "translated" of those met.
    r"\((?=[^()\n]{0,40}google)(?=[^()\n]{0,40}(?:transl|traduc|traduz|tradui|tradott|tradus|"
    r"übersetz|vertaal|översat|overs|oversat|çevr|çevir|перев|перекла|превед|prevede|przet|přelo|"
    r"prelož|fordít|käänt|μετ[αά]|翻|번역|dịch|แปล|ترجم|תורגם|अनुव|аудар|թարգման|თარგმნ|tərcüm|tarjima"
    r"|котор|тәрҗемә|išver|tulko|tõlg|terjemah|অনু|орчуул))[^()\n]{3,60}\)",
    re.I,
)
_ORIGINAL = re.compile(
    r"\([^()\n]{0,30}(?:orig|ориг|oryg|orij|ursprüng|oorspronk|alkuper|eredeti|původ|pôvod|izvor"
    r"|πρωτότ|αρχικ|原|원본|원문|gốc|ต้นฉบับ|الأصل|מקור|मूल|түпнұс|բնագ|բնօր|ორიგინ|төп|түп|oriģ"
    r"|algne|asl\b|মূল)[^()\n]{0,30}\)",
    re.I,
)


def original_and_translation(comment: str | None) -> tuple[str | None, str | None]:
    """Split what Google joined. Equal parts: only the translation is there.

    "(Translated by Google) T (Original) O" and "O (Translated by Google) T" give (O, T).
    """
    if comment is None:
        return None, None
    mark = _TRANSLATED.search(comment)
    if not mark:
        return comment, None
    before, after = comment[: mark.start()].strip(), comment[mark.end() :]
    original = _ORIGINAL.search(after)
    if original:
        translation = after[: original.start()].strip()
        text = after[original.end() :].strip() or before
    else:
        translation, text = after.strip(), _ORIGINAL.sub("", before).strip()
    text = _TRANSLATED.sub("", text).strip()
    translation = _TRANSLATED.sub("", translation).strip()
    return (text or translation or None), (translation or None)
