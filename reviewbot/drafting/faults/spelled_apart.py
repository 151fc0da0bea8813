"""Words whose letters stand apart, put together: «с к и д к а», «с-к-и-д-к-а», "r e f u n d",
«скид.ка». A reader reads a word, so the rules of what may not be written shall, too."""

import re
from collections import Counter
from collections.abc import Iterable

_LETTER = r"[^\W\d_]"
_APART = re.compile(
    rf"(?<![^\W_]){_LETTER}(?:[^\w\n]{{1,3}}{_LETTER}|_{{1,3}}{_LETTER}){{2,}}(?![^\W_])"
)
# Possessive: a letter is looked at once.
_BROKEN = re.compile(
    rf"(?<!{_LETTER}){_LETTER}++(?:(?:[.*·•|~+=/\\^_-]|[._*-]{{2,3}}){_LETTER}++)++"
)
_STEMS = (
    "скид|возврат|верн[её]|возмести|компенс|бесплат|даром|дарим|подар|промокод|купон|сертификат|бонус"
    "|балл|деньг|денег|комплимент|угост|извин|прощени|прости|виноват|вин[аы]|ошиб|стыд|сч[её]т"
    "|диагноз|лечил|лечени|пациент"
    "|discount|refund|voucher|coupon|compens|reimburs|free|gift|money|promo|bonus|complimentary"
    "|apolog|sorry|fault|mistake|patient|diagnos"
)


def joined(text: str, stems: Iterable[str] = ()) -> str:
    """Return a text with such words in one piece. Where no wider gap tells where a word of single
    letters ends, one begins before each of `stems` and of those that rules look for."""
    whole = _BROKEN.sub(lambda hit: "".join(re.findall(_LETTER, hit[0])), text)
    if not _APART.search(text):
        return whole
    asked = [re.escape(stem) for stem in stems if len(stem) > 2]
    begins = re.compile("|".join((*asked, _STEMS)), re.IGNORECASE)
    put = _APART.sub(lambda hit: _together(hit[0], begins), text)
    return _BROKEN.sub(lambda hit: "".join(re.findall(_LETTER, hit[0])), put)


def _together(run: str, begins: re.Pattern[str]) -> str:
    letters = re.findall(_LETTER, run)
    gaps = re.split(_LETTER, run)[1:-1]
    usual = Counter(gaps).most_common(1)[0][0]
    words = letters[0]
    for gap, letter in zip(gaps, letters[1:], strict=True):
        ends = gap != usual and len(gap) > len(usual) and gap.isspace()
        words += f" {letter}" if ends else letter
    return begins.sub(lambda hit: f" {hit[0]}", words).strip()
