"""What a colleague must not write into a public reply on their own: an apology for a fault that
nobody has confirmed, and what the guest is offered.

Regret is neither: «жаль, что вы остались недовольны» may always be said. Templates of the file are
the operator's word, so only what is written by hand is looked at.
"""

import re
from collections.abc import Iterator

from reviewbot.drafting.problem import DraftProblem
from reviewbot.drafting.signature import language_of

REGRET = {
    "ru": "нам жаль, что вы огорчены",
    "en": "we are sorry to read this",
}
_APOLOGY = re.compile(
    r"\b(?:принос\w+\s+(?:\w+\s+){0,3})?извин(?:ени(?:я|й|е|ям|ями)|яемся|яюсь|имся|иться|яться)\b"
    r"|\b(?:прос\w+\s+(?:\w+\s+)?)?прощения\b"
    r"|\b(?:извини(?:те)?|прости(?:те)?)(?:,?\s+пожалуйста)?"
    r"(?:\s*[.!]|\s*$|,?\s+(?:нас|меня|наш\w*|за|что|если)\b)"
    r"|\b(?:простить|извинить)\s+(?:нас|меня)\b"
    r"|\b(?:we\s+)?apologi[sz](?:e|ing)\b|\bapolog(?:y|ies)\b|\b(?:forgive|pardon|excuse)\s+(?:us|me)\b"
    r"|\bsorry\s+for\s+(?:our|my|this|that|what|everything|any|all|keeping|making|being|causing"
    r"|having|failing|letting|not"
    r"|the\s+(?:\w+\s+)?(?:mistakes?|errors?|faults?|failures?|mix-?up|oversight|delays?|wait"
    r"|trouble|inconvenience|rudeness))\b"
    r"|\bsorry\s+(?:that\s+)?we\s+(?:kept|made|let|did|didn't|were|got|gave|lost|forgot|missed"
    r"|failed|broke|spoiled|ruined|served|treated|charged|delivered|sent)\b",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"(?<!не )\bнаша\s+вина\b|(?<!не )(?<!не по )\bнашей\s+вин(?:ы|е|ой)\b"
    r"|\b(?:нашу|свою)\s+вину\b|\bвина\s+(?:\w+\s+)?(?:на\s+нас|за\s+нами|наша)\b"
    r"|(?<!не )(?<!не по )\bнаш(?:а|у|ей|и|их|ими)?\s+(?:\w+\s+)?"
    r"(?:ошибк|оплошност|промах|недосмотр|косяк|прокол)\w*"
    r"|\bмы\s+(?:(?!не\b)\w+\s+){0,2}(?:виноваты|ошиблись|оплошали|подвели|неправы|не\s+правы)\b"
    r"|\bвиноваты\s+(?:мы|сами)\b|\bдопустили\s+(?:\w+\s+)?(?:ошибк|оплошност|промах)\w*"
    r"|\bпризна[её]м\s+(?:\w+\s+){0,2}(?:вину|ошибк\w+|неправоту)\b"
    r"|(?<!not )\b(?:our|my)\s+(?:own\s+)?(?:\w+\s+)?(?:fault|mistake|error|oversight|failure)s?\b"
    r"|\bwe\s+(?:were|are)\s+(?:(?!not\b|never\b)\w+\s+)?(?:wrong|at\s+fault|to\s+blame|in\s+the\s+wrong)\b"
    r"|\bwe\s+(?:\w+\s+)?(?:failed\s+(?:you|to)|messed\s+up|let\s+you\s+down|made\s+a\s+mistake)\b"
    r"|\b(?:take|accept|admit)\s+(?:\w+\s+)?(?:responsibility|the\s+blame|fault)\b",
    re.IGNORECASE,
)
_GIFT = (
    r"(?:деньг\w*|средств\w*|стоимост\w+|сумм\w+|оплат\w+|скидк\w+|промокод\w*|купон\w*"
    r"|сертификат\w*|бонус\w*|балл\w*|подар\w+|комплимент\w*|десерт\w*|ужин\w*|обед\w*|кофе|возврат\w*"
    r"|бесплатн\w+|\d[\d \u00a0]*(?:%|₽|руб\w*|р\b|€|\$))"
)
_PROMISE = re.compile(
    r"\b(?:компенсаци\w+|компенсиру\w+|возмести(?:м|ть)|возмеща(?:ем|ть)|возмещени\w+)"
    r"|\bза\s+(?:наш\s+сч[её]т|сч[её]т\s+заведения)\b|\bпромокод\w*"
    r"|\b(?:верн[её]м|вернуть|возвратим|перевед[её]м|перечислим|начислим|(?:по)?дарим|угостим"
    r"|предложим|предлагаем|предоставим|дадим|сделаем|отправим|выдадим|вручим|подарить|предложить"
    r"|угостить|сделать|предоставить|начислить)\b[^.!?\n]{0,60}?\b"
    + _GIFT
    + r"|\bугостим\b|\bв\s+подарок\b"
    r"|\b(?:вам|вас)\s+(?:\w+\s+){0,3}(?:скидк\w+|сертификат\w*|подарок|подарки|бонус\w*)"
    r"|\b(?:compensat(?:e|ed|ing|ion)|reimburse\w*|vouchers?|coupons?|promo\s*codes?)\b"
    r"|\bon\s+the\s+house\b|\bfree\s+of\s+charge\b"
    r"|\b(?:we|i)(?:\s+(?:will|would|can|shall|could|are|have|gladly|happily|like|to|happy|ready)"
    r"|'ll|'d|'re)*\s+(?:refund|give|offer\w*|send|issue|arrange|treat|return)\b[^.!?\n]{0,60}?\b"
    r"(?:refund\w*|money|discount\w*|gift\w*|bonus\w*|free|complimentary|credit|dinner|dessert"
    r"|coffee|\d[\d., ]*(?:%|€|\$|dollars|euros|roubles|rubles|pounds))"
    r"|\b(?:we|i)(?:'ll|\s+will|\s+can|\s+would\s+like\s+to)\s+refund\b|\b(?:full|partial)\s+refund\b"
    r"|\byou\s+(?:\w+\s+){0,4}(?:discount|gift\s+card|free\s+(?:meal|dessert|coffee|drink|night))\b"
    r"|[$€£]\s?\d",
    re.IGNORECASE,
)


def unasked(text: str, *, may_apologise: bool, gesture: int = 0) -> Iterator[DraftProblem]:
    """Yield apology (found, instead) where none is in order yet, promise (found): what the guest
    is offered, also the sum that was written down as a gesture (0: none)."""
    if not may_apologise and (hit := _APOLOGY.search(text) or _FAULT.search(text)):
        found = hit[0].strip(" .!")
        yield DraftProblem("apology", {"found": found, "instead": REGRET[language_of(text)]})
    if hit := _PROMISE.search(text) or _sum(text, gesture):
        yield DraftProblem("promise", {"found": hit[0].strip()})


def _sum(text: str, gesture: int) -> re.Match[str] | None:
    """The sum of a gesture in a text, however its thousands are set apart."""
    if not gesture:
        return None
    digits = r"[ \u00a0\u202f.,]?".join(str(gesture))
    return re.search(rf"(?<!\d){digits}(?!\d)", text)
