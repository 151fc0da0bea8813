"""What was before: the audit of everything stored, as values."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reviewbot.core.trends.stars import Share, StarFigures

_PRAISED = (
    r"похвалили|отметили|видели|увидели|убедились|помогли|поняли|написали|сказали|стали|были|решили"
    r"|почувствовали"
)
_REPROACHED = (
    r"хамили|нахамили|грубили|нагрубили|кричали|орали|скандалили|оскорбляли|оскорбили|ругались|матерились"
    r"|угрожали|вели\s+себя\s+(?:\w{1,15}\s+)?(?:неадекватн|некорректн|агрессивн|груб|вызывающ|по-хамски"
    r"|безобразн|отвратительн)\w*"
)
_LIE = (
    r"ложь|лжи|клевет\w*|неправда|фейк\w*|враньё|вранье|выдумка|вымысел|наговор|провокация|обман"
    r"|заказной|заказуха"
)
_CALLED = (
    r"(?:ваш\w{0,2}\s+(?:отзыв\w{0,2}|слова|истори\w|жалоб\w|претензи\w)|ваш\w{0,2}\s+обвинени\w)"
)
_BLAME = re.compile(
    rf"\b(?:вы\s+сами\s+(?:же\s+)?(?!(?:{_PRAISED})\b)(?:виноваты|(?:не\s+)?\w{{2,15}}ли(?:сь)?)"
    r"|виноваты\s+(?:только\s+)?вы"
    r"|(?<!не )(?:ваша\s+(?:собственная\s+)?вина|вина\s+ваша)|по\s+вашей\s+(?:собственной\s+)?вине"
    r"|это\s+(?:уже\s+)?ваши\s+(?:личные\s+)?проблемы"
    rf"|вы\s+(?!не\s)(?:\w{{1,15}}\s+)?(?:{_REPROACHED})"
    r"|вы\s+(?!не\s)(?:\w{1,15}\s+)?(?:врёте|врете|лжёте|лжете|обманываете|выдумали|придумали|сочиняете|выдумываете)"
    rf"|(?:это|{_CALLED})\s*(?:[—–-]\s*)?(?:это\s+)?(?!не\s)(?:\w{{1,15}}\s+)?(?:{_LIE})"
    rf"|{_CALLED}\s+(?:\w{{1,15}}\s+)?не\s+соответству\w+\s+действительности"
    r"|(?<!не )(?:фейков\w+|заказн\w+)\s+отзыв\w*|клевет\w*|подадим\s+в\s+суд"
    r"|вы\s+(?:просто\s+|ничего\s+|явно\s+|видимо\s+)?не\s+(?:разбираетесь|умеете|удосужились|потрудились)"
    r"|никто\s+(?:вас\s+не|не)\s+(?:вас\s+)?(?:заставлял|держит|держал|звал)"
    r"|не\s+нравится\s*[,—–-]\s*не\s+(?:ходите|приходите|ешьте|покупайте|заказывайте|берите)"
    r"|(?:на)?учитесь\s+(?:читать|вести|уважать|себя)"
    r"|читайте\s+(?:меню|правила|условия|описание|внимательнее|внимательней)"
    r"|(?:it|that|this)(?:['’]s|\s+is|\s+was)\s+(?!not\s)(?:\w{1,12}\s+)?your\s+(?:own\s+)?(?:fault|mistake|problem)"
    r"|your\s+own\s+(?:fault|mistake|doing)"
    r"|you(?:['’]re|\s+are)\s+(?:\w{1,12}\s+)?(?:lying|a\s+liar|mak(?:e|ing)\s+(?:this|it|that|things)\s+up)"
    r"|you\s+(?:lied|made\s+(?:this|it|that)\s+up)"
    r"|(?:this|that|it)(?:['’]s|\s+is)\s+(?!not\s)(?:\w{1,12}\s+){0,2}?(?:lie|lies|fake|fabrication)"
    r"|(?:this|your)\s+(?:review|story|claim|complaint)\s+is\s+(?!not\s(?!true))(?:\w{1,12}\s+)?(?:a\s+lie|lies|fake|false"
    r"|untrue|made\s+up|not\s+true|invented)"
    r"|you\s+were\s+(?:\w{1,12}\s+)?(?:rude|abusive|aggressive|hostile|disrespectful|drunk)"
    r"|you\s+(?:shouted|yelled|screamed|swore)\s+at|you\s+failed\s+to|no(?:body|\s+one)\s+(?:forced|made|asked)\s+you"
    r"|learn\s+(?:how\s+)?to\s+(?:read\s+the|read\b(?!\s+(?:our|your))|behave)"
    r"|next\s+time,?\s+(?:please\s+)?(?:read|check|be\s+on\s+time|come\s+on\s+time)"
    r"|if\s+you(?:['’]d|\s+had)\s+(?:only\s+|just\s+)?(?:bothered|read)|slander\w*|libel\w*|defamat\w+)\b"
    r"|(?:^|[.!?,;:—–-])\s*сами\s+(?:же\s+)?(?:во\s+вс[её]м\s+)?(?:виноваты|(?:не\s+)?\w{2,15}ли(?:сь)?)\b",
    re.IGNORECASE,
)
"""What is a reproach wherever it stands."""
_OUGHT = re.compile(
    r"\b(?:(?:надо|нужно)\s+было|вам\s+(?:бы\s+)?(?:не\s+)?(?:следовало|стоило)"
    r"|you\s+(?:should(?:n['’]t|\s+not|\s+never)?(?:\s+have|['’]ve)|ought\s+(?:not\s+)?to\s+have))\s+",
    re.IGNORECASE,
)
"""What somebody ought to have done: a reproach but where it was we who ought to."""
_OURS = re.compile(
    r"\b(?:нам|мне|мы|сотрудник\w{0,3}|повар\w{0,2}|официант\w{0,4}|администратор\w{0,3}|менеджер\w{0,2}"
    r"|курьер\w{0,2}|бариста|кухне|смене|команде|коллег\w{1,2})\s+(?:\w{1,12},?\s+)?\Z",
    re.IGNORECASE,
)
_SPARED = re.compile(
    r"(?:нам|мне)\b"
    r"|(?:вам\s+)?(?:\w{1,12}\s+)?(?:ждать|ожидать|терпеть|стоять|переживать|волноваться|сталкиваться)\b"
    r"|(?:had|waited|received|gotten|got|felt|seen|heard|experienced|enjoyed|left|gone|faced)\b"
    r"|been\s+(?:told|served|seated|given|informed|asked|greeted|treated|offered|kept|warned|made|left|able"
    r"|helped|called|charged|refunded|ignored|put|shown|brought)\b",
    re.IGNORECASE,
)
"""What a guest is spared or owed is no reproach: to wait, to be told."""
_NOT_SO = re.compile(
    r"\b(?:не\s+(?:считаем|думаем|говорим|утверждаем)|(?:not|n['’]t)\s+(?:think|say|believe|mean))\b[^.!?]{0,40}\Z",
    re.IGNORECASE,
)
NEAR = 60


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One year: stars of what was written in it, the topics most complained of with counts."""

    year: int
    stars: StarFigures
    topics: tuple[tuple[str, int], ...]


class ReplyFault(StrEnum):
    """What is unwise about a reply: it puts the blame on the guest, or holds the guest's data."""

    BLAMING = "blaming"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class UnwiseReply:
    """A reply to look at. `said` is how it begins; of one with a guest's data nothing is said
    again. `url`: the review on its site; `number`: staff's, 0 where it has none."""

    fault: ReplyFault
    place: str
    written_at: datetime
    said: str = ""
    url: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class PastFigures:
    """How reviews were answered. `answered` of those on sites that show replies, `answered_bad` of
    the complaints among them; `median` of the `timed` replies whose site tells when; `repeated`:
    replies of the same words as two others at least; `blaming` and `personal`: replies that put
    the blame on the guest, or hold the guest's own data; the last of them are `unwise`. Years
    newest first."""

    reviews: int
    answered: Share
    answered_bad: Share
    median: timedelta | None
    timed: int
    repeated: int
    blaming: int
    personal: int
    years: tuple[YearFigures, ...]
    unwise: tuple[UnwiseReply, ...] = ()


def blames(reply: str) -> bool:
    """Whether a reply puts the blame on the guest in so many words."""
    if any(not _NOT_SO.search(_before(reply, hit)) for hit in _BLAME.finditer(reply)):
        return True
    return any(
        not _OURS.search(_before(reply, hit)) and not _SPARED.match(reply, hit.end())
        for hit in _OUGHT.finditer(reply)
    )


def _before(text: str, hit: re.Match[str]) -> str:
    return text[max(0, hit.start() - NEAR) : hit.start()]
