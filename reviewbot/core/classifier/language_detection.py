"""Which language a review is in, and its words cut to stems. Russian and English.

The stemmers are deliberately light: they only have to give the same key to the forms of one word,
in the packs as in the reviews, never a dictionary form.
"""

import re

SAMPLE_CHARACTERS = 1_000
"""How much of a text decides its language: more tells nothing new and costs time."""

LATIN_SAMPLE = 200

_CYRILLIC = re.compile("[Ѐ-ӿ]")
_CYRILLIC_WORD = re.compile("[Ѐ-ӿ]+")
_LATIN_WORD = re.compile("[a-zA-ZÀ-ɏ]+")
# Letters of Ukrainian, Belarusian, Kazakh, Kyrgyz, Tatar, Serbian, Macedonian: none is Russian.
_OTHERS = "іїєґўқғңөүұһәђћљњџјѓќѕІЇЄҐЎҚҒҢӨҮҰҺӘЂЋЉЊЏЈЃЌЅ"
_NOT_RUSSIAN = re.compile(f"[{_OTHERS}]")
_NOT_ONLY_RUSSIAN = re.compile(f"[a-zA-Z{_OTHERS}]")
_LETTER = re.compile(r"[^\W\d_]")
_OTHER_SCRIPT = re.compile("[Ͱ-Ͽ\u0530-ᴀⰀ-\ud7ff\uf900-\ufdff\ufe70-\uff00]")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_ENGLISH = _words(
    "the a an and is was were are be been to of in it this that for with on at my we i you they",
    "he she not no very good great bad nice best worst but so as have had has from would will can",
    "place food service really just all too there here one me us our your do did don't it's what",
    "when if ever love loved like excellent amazing awesome ok okay super thanks thank never",
    "again only by or",
)
_FOREIGN = _words(
    "der die das und ist nicht sehr mit ein eine ich wir war auch für essen gut le la les des est",
    "et très un une pas avec pour je nous mais el los las muy que es una con por pero está il lo",
    "gli di che è molto non per ma och är inte bir çok ve için bu ama het een niet van zeer w na",
    "jest nie bardzo się z że muito não com uma os da em ola je sa velmi si foarte nu",
)
_BULGARIAN = _words("е са съм беше със това този тази няма храната обслужването ще което")


def detect(text: str) -> str | None:
    """Return "ru", "en", or None where the text has no letters or is in another language."""
    sample = text[:SAMPLE_CHARACTERS]
    if sample.isascii() or _CYRILLIC.search(sample) is None:
        return _latin(sample)
    # One search and no sets: making one-letter strings of Cyrillic costs more than the search.
    not_bulgarian = "ы" in sample or "э" in sample
    if not_bulgarian and _NOT_ONLY_RUSSIAN.search(sample) is None:
        return "ru"
    cyrillic = _CYRILLIC_WORD.findall(sample)
    if len(_LATIN_WORD.findall(sample)) > len(cyrillic) * 2:
        return _latin(sample)
    if len(_NOT_RUSSIAN.findall(sample)) * 50 > len(sample):
        return None
    if not_bulgarian:
        return "ru"
    known = sum(word.lower() in _BULGARIAN for word in cyrillic)
    return None if known > 2 and known * 8 > len(cyrillic) else "ru"


def is_surely_english(text: str) -> bool:
    """Whether a text holds an English function word: "Schlechter Service" and "Ochen ploho" are
    read by the English rules for want of better ones, and nobody need answer them in English."""
    words = _LATIN_WORD.findall(text[:SAMPLE_CHARACTERS].lower())
    return not _ENGLISH.isdisjoint(words)


def has_cyrillic(text: str) -> bool:
    return _CYRILLIC.search(text) is not None


def has_letters(text: str) -> bool:
    return _LETTER.search(text) is not None


def _latin(sample: str) -> str | None:
    words = _LATIN_WORD.findall(sample[:LATIN_SAMPLE].lower())
    if not words:
        return None
    if not sample.isascii() and len(_OTHER_SCRIPT.findall(sample)) > len(words):
        return None
    forms = set(words)
    if not forms.isdisjoint(_FOREIGN) and len(forms & _FOREIGN) > len(forms & _ENGLISH):
        return None
    # A long text without one English function word is something else written in Latin letters.
    return None if len(words) > 12 and forms.isdisjoint(_ENGLISH) else "en"


_RUSSIAN_ENDINGS = frozenset(
    """
    а е и о у ы ь ю я ам ах ев ей ем ею ёй ая ее ие ое ой ом ою ую ые ый ий им их ых ым юю яя ям ях
    ами его ему ими ого ому ыми ями ием иям иях иями ией ия ию ии ье ьи ью ья ок
    л ла ло ли й ть т ешь ет ют ит ат ят ут ил ила ило или ыл ыла ыло ыли ал ала ало али ял яла яло
    яли ел ела ело ели ать ять ить еть ыть ают яют уют ует ает яет еет ишь ишь ите ете йте уй уйте
    ен ена ено ены на но ны нн ный ная ное ные ных ного ному ным ной ную ными ном нный нная нное
    нные нных нного нному нным нной нную нными нном ана ано аны ата ато аты
    ющий ющая ющее ющие ющих ющего ющим ющей ющую щий щая щее щие щих вший вшая вшее вшие вших
    ость ости остью остей ее ейший ейшая ейшее ейшие ейших в вши вшись ив ивши ав авши
    """.split()  # noqa: SIM905 - a column of endings reads better than a list of quoted strings
)
_LONGEST_RUSSIAN = max(map(len, _RUSSIAN_ENDINGS))


def stem_ru(word: str) -> str:
    """Cut a lower-case Russian word (ё already е) to the part its forms share."""
    if len(word) > 5 and word.endswith(("ся", "сь")):
        word = word[:-2]
    for length in range(min(_LONGEST_RUSSIAN, len(word) - 3), 0, -1):
        if word[-length:] in _RUSSIAN_ENDINGS:
            word = word[:-length]
            break
    return word[:-1] if word.endswith(("нн", "ь")) and len(word) > 3 else word


_ENGLISH_ENDINGS = (
    "ingly", "edly", "iest", "ness", "ing", "ied", "ies", "ier", "est", "ed", "es", "ly", "er",
    "'s", "s", "e", "y",
)  # fmt: skip


def stem_en(word: str) -> str:
    """Cut a lower-case English word to the part its forms share."""
    for ending in _ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] + "y" if word.endswith("i") and len(word) > 3 else word


STEMMERS = {"ru": stem_ru, "en": stem_en}

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщыэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch y e yu ya".split(),  # noqa: SIM905
        strict=True,
    )
) | {"ъ": "", "ь": "", "'": ""}
_NOT_IDENTIFIER = re.compile(r"[^a-z0-9]+")


def identifier(pattern: str) -> str:
    """Return the part of a rule id that a pattern gives: Latin letters, digits and hyphens."""
    letters = "".join(_LATIN.get(letter, letter) for letter in pattern.lower())
    return _NOT_IDENTIFIER.sub("-", letters).strip("-")
