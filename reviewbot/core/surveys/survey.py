"""The survey as a table of steps: which question comes after which answer.

At most four questions. The way depends on the score; its end does not: everybody is thanked and
shown the same links, whatever they said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from reviewbot.core.errors import ReviewbotError
from reviewbot.core.model import BotKey
from reviewbot.core.surveys.churn import Customers


class Scale(StrEnum):
    """How a guest is asked for a score: would you recommend us (0 to 10), how content are you
    (1 to 5), how easy was it (1 to 7)."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"


class Mood(StrEnum):
    """What a score means. LOW of NPS is a detractor, HIGH a promoter."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class SurveyStep(StrEnum):
    """What a guest is asked for next."""

    SCORE = "score"
    HAPPENED = "happened"
    WORDS = "words"
    CONTACT = "contact"
    PRAISED = "praised"
    THANKS = "thanks"
    SOLVED = "solved"
    """Asked days later, of those who agreed to be contacted and were reached."""


class GuestSaying(StrEnum):
    """What a guest is told beside the questions; the sentences stand in words.surveys."""

    STOPPED = "stopped"
    FORGOTTEN = "forgotten"
    NOTHING_KEPT = "nothing_kept"
    NO_SURVEY = "no_survey"
    SURVEY_DONE = "survey_done"
    LINK_USED = "link_used"
    LINK_OVER = "link_over"
    GLAD = "glad"
    SORRY = "sorry"
    CHOOSE_SCORE = "choose_score"
    NO_LINK = "no_link"
    OTHER_BOT = "other_bot"
    OTHER_BOT_SILENT = "other_bot_silent"
    NOT_ASKED = "not_asked"
    """An old key: told nothing."""


class AnswerNotTaken(ReviewbotError):
    """What a guest did changes nothing; `saying` is what they are told."""

    def __init__(self, saying: GuestSaying) -> None:
        super().__init__(saying)
        self.saying = saying


RANGES = {Scale.NPS: range(11), Scale.CSAT: range(1, 6), Scale.CES: range(1, 8)}
SCALE_UP_TO = {float(marks[-1]): scale for scale, marks in RANGES.items()}
"""Which scale a survey made elsewhere is on, by its best mark."""
_LOW_UP_TO = {Scale.NPS: 6, Scale.CSAT: 2, Scale.CES: 3}
_HIGH_FROM = {Scale.NPS: 9, Scale.CSAT: 4, Scale.CES: 5}
_LOW = (SurveyStep.SCORE, SurveyStep.HAPPENED, SurveyStep.WORDS, SurveyStep.CONTACT)
_OTHERS = (SurveyStep.SCORE, SurveyStep.WORDS, SurveyStep.PRAISED)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to ask for the score: its scale, and its words by language; none: the usual ones."""

    key: str
    scale: Scale
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuestSettings:
    """What the operator decided about guests. `valid_for` is how long a personal link is good;
    `privacy` the address of what is told about their data; `customers` their counts at the start
    and the end of periods, in the order of the operator's table; `variants` ways of asking, of
    which chance gives each guest one; none: all are asked on `scale`; `own_bot` whether
    guests have a bot of their own."""

    scale: Scale
    valid_for: timedelta
    privacy: str
    customers: tuple[Customers, ...] = ()
    variants: tuple[Variant, ...] = ()
    own_bot: bool = False

    @property
    def bot(self) -> BotKey:
        """Which bot links lead into."""
        return BotKey.GUESTS if self.own_bot else BotKey.STAFF

    def variant(self, key: str | None) -> Variant | None:
        """Return the variant of that name, while the file has it."""
        return next((each for each in self.variants if each.key == key), None)


def drawn_variant(guests: GuestSettings, *said: object) -> str | None:
    """Return the name of the variant that chance gives, always the same for what is `said` (the
    hash of a code, a guest's number)."""
    if not guests.variants:
        return None
    told = sha256("\0".join(map(str, said)).encode()).digest()
    return guests.variants[int.from_bytes(told[:8], "big") % len(guests.variants)].key


def mood_of(scale: Scale, score: int) -> Mood:
    """Return what a score means on its scale."""
    if score <= _LOW_UP_TO[scale]:
        return Mood.LOW
    return Mood.HIGH if score >= _HIGH_FROM[scale] else Mood.MIDDLE


def step_after(step: SurveyStep, mood: Mood) -> SurveyStep:
    """Return what is asked once `step` is answered or passed over."""
    way = _LOW if mood is Mood.LOW else _OTHERS
    later = way[way.index(step) + 1 :]
    return later[0] if later else SurveyStep.THANKS
