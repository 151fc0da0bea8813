"""Where the guest lives, in a reply: a flat, a door, a house in a street that a courier went to.

The place's own address is no finding: its names are blanked before, and whoever only invites
somebody to a street tells nothing of them.
"""

import re
from collections.abc import Iterator

_NUMBER = r"\d{1,4}(?:\s?[а-яa-z]\b|/\d{1,3})?"
_FLAT = (
    r"\b(?:квартир\w{0,3}|кв\b\.?|апартамент\w{0,3}|домофон\w{0,3}|подъезд\w{0,3})\s*(?:№\s*)?\d{1,4}\w{0,4}"
    r"|\bкод\w{0,2}\s+(?:от\s+)?(?:подъезд|домофон|двер)\w{0,3}\s+\w*\d"
    r"|\bваш\w{0,3}\s+(?:\w{1,20}\s+)?(?:квартир|подъезд|этаж|домофон|двор)\w{0,3}\b"
    r"|\bваш\w{0,3}\s+дом\w{0,2}\s+(?:№\s*)?\d"
    r"|\b(?:flat|apartment|apt\.?|unit)\s+(?:no\.?\s*|#\s*)?\d{1,4}[a-z]?\b|\byour\s+(?:\w{1,20}\s+)?(?:apartment|doorbell"
    r"|intercom|front\s+door|gate\s+code)\b"
)
_STREET = (  # «ул. Лесная, 5», «дом 7», "14 Baker Street"
    r"(?:(?i:(?:ул(?:иц\w{1,2}|\.)|просп(?:ект\w{0,2}|\.)|пр(?:-т|\.)|переул\w{1,3}|пер\.|шоссе|бульвар\w{0,2}|наб(?:ережн\w{2}|\.)"
    r"|проезд\w{0,2}|площад\w{1,2}|пл\.)\s*[\w-]{2,30})|[А-ЯЁ][\w-]{2,30})"
    rf",?\s+(?i:(?:дом\w{{0,2}}|д\.)\s*)?{_NUMBER}(?!\s*(?:минут|час|раз|руб|%|₽|дн|шт|чел|гост|январ|феврал|март"
    r"|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр|[:.]\d))"
    r"|(?i:дом\w{0,2}|д\.)\s*\d{1,4}\b"
    r"|\d{1,4}[a-z]?,?\s+(?:[A-Z][\w'-]{1,30}\s+){1,3}(?i:street|st|road|rd|avenue|ave|lane|ln|drive|square|close|court|way"
    r"|boulevard|blvd)\b"
)
_GUEST = (
    r"(?:\b(?:ваш\w{0,3}|тво\w{1,3})\s+(?:домашн\w{1,3}\s+)?(?:адрес\w{0,3}|дом\w{0,2})\b|\bадрес\w{0,2}\s+доставки\b"
    r"|\bвы\s+(?:\w{1,15}\s+)?(?:живёте|живете|проживаете|прописаны)\b"
    r"|\b(?:привез\w{1,3}|привёз|доставил\w?|доставлен\w?|приезжал\w?|приехал\w?|завезл?\w?|курьер\w{0,2}|мастер)\b"
    r"[^.!?\n]{0,25}\b(?:к\s+вам|вам|заказ\w{0,2}|по\s+адресу|на)\b"
    r"|\b(?:были|побывали|приходили|заезжали|ездили|заходили)\s+(?:\w{1,15}\s+)?(?:у\s+вас|к\s+вам)\b|\bваш\w{0,2}\s+улиц\w{1,2}\b"
    r"|\byou\s+live\b|\byour\s+(?:home\s+)?(?:address|house|home|building|street)\b"
    r"|\b(?:delivered|brought|came|drove|went|left)\s+(?:it|them|your\s+\w{1,15}|the\s+\w{1,15}|to\s+you)?\s*(?:to|at)\b)"
)
_PATTERN: list[re.Pattern[str]] = []
_STREETS: list[re.Pattern[str]] = []


def homes(text: str) -> Iterator[str]:
    """Yield what tells where the guest lives."""
    if not _PATTERN:
        # A street has a capital letter, the rest may have any.
        near = rf"(?i:{_GUEST})[^.!?\n]{{0,30}}?(?:{_STREET})"
        _PATTERN.extend(re.compile(each) for each in (f"(?i:{_FLAT})", near))
    for pattern in _PATTERN:
        for hit in pattern.finditer(text):
            yield hit[0]


def streets(text: str) -> Iterator[str]:
    """Yield each street with a house, whosever it is."""
    if not _STREETS:
        _STREETS.append(re.compile(_STREET))
    return (hit[0] for hit in _STREETS[0].finditer(text))
