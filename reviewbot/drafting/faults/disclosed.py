"""What a published reply tells of its guest: a telephone or an address of theirs that the reply is
the first to say, and where they live. Our own contacts and addresses are no finding.
"""

import re
from collections.abc import Iterator

from reviewbot.drafting.faults.contacts import emails, telephones
from reviewbot.drafting.faults.homes import streets

NEAR = 60
_THEIRS = re.compile(
    r"(?:\bваш\w{0,3}\s+(?:\w{1,15}\s+){0,2}?(?:номер|телефон|почт|e-?mail|имейл|мобильн|адрес|контакт|заказ|брон"
    r"|запис|карт|аккаунт|данн)\w{0,4}"
    r"|\b(?:позвонил|перезвонил|звонил|дозвонил|набирал|набрал|написал|писал|отправил|выслал|связал)\w{0,4}"
    r"\s+(?:\w{1,15}\s+){0,2}?(?:вам|с\s+вами|до\s+вас)"
    r"|\b(?:вам|с\s+вами|до\s+вас)\s+(?:\w{1,15}\s+){0,2}?(?:позвони|перезвони|звони|дозвони|набер|напи"
    r"|отправ|вышл|свяж)\w{0,5}"
    r"|\b(?:позвоним|перезвоним|наберём|наберем|напишем|отправим|вышлем|свяжемся)\s+(?:\w{1,15}\s+)?(?:вам|с\s+вами)"
    r"|\byour\s+(?:\w{1,15}\s+){0,2}?(?:phone|number|mobile|cell|e-?mail|address|contact|order|booking|account)"
    r"|\b(?:called|rang|phoned|texted|e-?mailed|reached|contact(?:ed)?|wrote|written|call|ring|e-?mail"
    r"|reach|text)\s+(?:to\s+)?you)\b[^.!?\n]{0,30}\Z",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:наш\w{0,3}|нам|с\s+номера|с\s+телефона|звоните|позвоните|пишите|напишите|обращайтесь|call\s+us"
    r"|our|us|from)\b[^.!?,;\n]{0,40}\Z",
    re.IGNORECASE,
)
_SAYS_HOME = re.compile(
    r"\b(?:ул(?:иц\w{1,2}\b|\.)|просп(?:ект|\.)|пр-т|переул|пер\.|шоссе|бульвар|наб(?:ережн|\.)|проезд"
    r"|дом\w{0,2}\b|д\.|street|st\b|road|rd\b|avenue|ave\b|lane|ln\b|drive|close)",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:жив[ую]\w{0,2}|прожива\w+|мой\s+адрес|моему\s+адресу|I\s+live|my\s+(?:home|address))\b",
    re.I,
)
_PART = re.compile(r"\w+")


def disclosed(reply: str) -> Iterator[str]:
    """Yield the telephones and e-mail addresses that a reply says are its guest's."""
    for contact in (*telephones(reply), *emails(reply)):
        at = reply.find(contact)
        before = reply[max(0, at - NEAR) : at]
        if _THEIRS.search(before) and not _OURS.search(before):
            yield contact


def repeated_home(reply: str, guest: str) -> Iterator[str]:
    """Yield a street and house that stand in a reply as its guest wrote them."""
    wrote = None
    for street in streets(reply):
        if wrote is None:
            wrote = f" {' '.join(_PART.findall(guest.casefold()))} "
        said = " ".join(_PART.findall(street.casefold()))
        if f" {said} " in wrote and (_SAYS_HOME.search(street) or _LIVES.search(guest)):
            yield street
