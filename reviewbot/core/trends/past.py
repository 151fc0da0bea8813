"""What was before: the audit of everything stored, as values."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reviewbot.core.trends.stars import Share, StarFigures

_BLAME = re.compile(
    r"\b(?:вы сами|(?<!мы )сами виноваты|не надо было|надо было читать"
    r"|вам следовало|это ваши проблемы"
    r"|вы (?:врёте|врете|лжёте|лжете)|это (?:ложь|клевета|неправда)|клевет\w*|подадим в суд"
    r"|your (?:own )?fault|you should have|you are lying|this is a lie|slander\w*)\b",
    re.IGNORECASE,
)


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
    return _BLAME.search(reply) is not None
