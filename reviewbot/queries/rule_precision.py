"""What staff's work says of the rules: precision per rule, and the labelled file.

Staff press a button only where a verdict is wrong, so a complaint that a person dealt with and
nobody called wrong counts as right; one still open, or gone by itself, counts as nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.model import COMPLAINING, OUTCOME_STATES, TicketState, Tone
from reviewbot.core.readings.kept_reasons import read_reason
from reviewbot.queries.counting import is_question
from reviewbot.queries.past_reviews import IS_A_COMPLAINT, NOT_A_COMPLAINT
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow, VerdictFeedbackRow

WRONG_TOPIC = "wrong_topic"
BATCH = 500
DEALT_WITH = (
    TicketState.APPROVED,
    TicketState.POSTED,
    TicketState.ANSWERED,
    *OUTCOME_STATES,
)
LABEL_COLUMNS = (
    "text",
    "title",
    "pros",
    "cons",
    "rating",
    "language",
    "says",
    "topic",
    "label",
    "tone",
    "severity",
    "topics",
    "rules",
    "location",
    "source",
    "external_id",
    "said_at",
    "said_by",
)


@dataclass(slots=True)
class RuleFigures:
    """How often a rule spoke for a complaint, and what staff made of it."""

    rule: str
    flagged: int = 0
    right: int = 0
    not_a_complaint: int = 0
    wrong_topic: int = 0

    @property
    def precision(self) -> float | None:
        """The share of right ones among the judged, or None where nobody judged."""
        return self.right / self.judged if self.judged else None

    @property
    def judged(self) -> int:
        return self.right + self.not_a_complaint + self.wrong_topic

    def to_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "precision": self.precision}


@dataclass(slots=True)
class Word:
    """Staff's last words on one review's verdict: on the complaint, and on its topic."""

    about_complaint: VerdictFeedbackRow | None = None
    about_topic: VerdictFeedbackRow | None = None

    @property
    def last(self) -> VerdictFeedbackRow:
        said = self.about_complaint or self.about_topic
        assert said is not None
        return said

    @property
    def topic(self) -> str | None:
        return self.about_topic.topic if self.about_topic else None

    @property
    def refutes(self) -> bool:
        said = self.about_complaint
        return said is not None and said.says == NOT_A_COMPLAINT


def rule_figures(
    session: Session,
    since: datetime | None = None,
    until: datetime | None = None,
    places: Collection[str] | None = None,
) -> list[RuleFigures]:
    """Return figures per rule over complaints first seen in [since, until), the worst first;
    `places` are the keys of the locations that count, None: all."""
    words = _words(session)
    figures: dict[str, RuleFigures] = {}
    rows = (
        select(ReviewRow, TicketRow.state)
        .join(TicketRow, col(TicketRow.review_id) == col(ReviewRow.id), isouter=True)
        .where(
            col(ReviewRow.tone).in_(COMPLAINING),
            col(ReviewRow.forgotten_at).is_(None),
            ~is_question(),
        )
        .order_by(col(ReviewRow.id))
        .execution_options(yield_per=BATCH)
    )
    if since is not None:
        rows = rows.where(col(ReviewRow.first_seen_at) >= since)
    if until is not None:
        rows = rows.where(col(ReviewRow.first_seen_at) < until)
    if places is not None:
        rows = rows.join(TargetRow, col(TargetRow.id) == ReviewRow.target_id).where(
            is_one_of(col(TargetRow.location_key), places)
        )
    for review, state in session.exec(rows):
        word = words.get(review.id or 0)
        for rule, topic in _accusers(review).items():
            of_rule = figures.setdefault(rule, RuleFigures(rule))
            of_rule.flagged += 1
            match _judged(word, state, topic):
                case "right":
                    of_rule.right += 1
                case "not_a_complaint":
                    of_rule.not_a_complaint += 1
                case "wrong_topic":
                    of_rule.wrong_topic += 1
        session.expunge(review)
    return sorted(figures.values(), key=_worst_first)


@dataclass(slots=True)
class Corrections:
    """What staff corrected, by rule: `missed` complaints in which it spoke and was not heard, and
    the `topics` chosen in place of its own."""

    missed: Counter[str] = field(default_factory=Counter)
    topics: dict[str, Counter[str]] = field(default_factory=dict)


def corrections(session: Session) -> Corrections:
    """Return what staff's last words correct: complaints they had to name, topics they chose."""
    found = Corrections()
    words = _words(session)
    rows = (
        select(ReviewRow)
        .where(
            col(ReviewRow.forgotten_at).is_(None),
            col(ReviewRow.id).in_(select(VerdictFeedbackRow.review_id)),
        )
        .execution_options(yield_per=BATCH)
    )
    for review in session.exec(rows):
        word = words[review.id or 0]
        accusers = _accusers(review)
        if word.about_complaint is not None and not word.refutes:
            found.missed.update(accusers.keys())
        if word.topic and not word.refutes:
            for rule, topic in accusers.items():
                if topic is not None and topic != word.topic:
                    found.topics.setdefault(rule, Counter())[word.topic] += 1
        session.expunge(review)
    return found


def labelled(session: Session) -> Iterator[dict[str, Any]]:
    """Yield each review staff spoke of as LABEL_COLUMNS, once, with their last word.

    `label` is empty where only the topic of something else than a complaint was corrected.
    """
    words = _words(session)
    rows = (
        select(ReviewRow, TargetRow)
        .join(TargetRow, col(TargetRow.id) == col(ReviewRow.target_id))
        .where(
            col(ReviewRow.forgotten_at).is_(None),
            col(ReviewRow.id).in_(select(VerdictFeedbackRow.review_id)),
        )
        .order_by(col(ReviewRow.id))
        .execution_options(yield_per=BATCH)
    )
    for review, target in session.exec(rows):
        word = words[review.id or 0]
        values = {name: getattr(review, name, None) for name in LABEL_COLUMNS}
        yield values | {
            "says": word.last.says,
            "topic": word.topic,
            "label": _label(word, review),
            "rules": list(word.last.rules),
            "location": target.location_key,
            "source": target.source,
            "said_at": word.last.at,
            "said_by": word.last.person,
        }
        session.expunge(review)


def _words(session: Session) -> dict[int, Word]:
    words: dict[int, Word] = {}
    said = select(VerdictFeedbackRow).order_by(
        col(VerdictFeedbackRow.at), col(VerdictFeedbackRow.id)
    )
    for row in session.exec(said):
        word = words.setdefault(row.review_id, Word())
        if row.says in (NOT_A_COMPLAINT, IS_A_COMPLAINT):
            word.about_complaint = row
        elif row.says == WRONG_TOPIC:
            word.about_topic = row
    return words


def _accusers(review: ReviewRow) -> Mapping[str, str | None]:
    """Return the rules that spoke for a complaint, with their topics; stars are no rule."""
    return {
        reason.rule: reason.topic
        for reason in map(read_reason, review.reasons)
        if (reason.points > 0 or reason.probability) and reason.rule not in ("", "stars")
    }


def _judged(word: Word | None, state: str | None, topic: str | None) -> str | None:
    if word is not None and word.refutes:
        return "not_a_complaint"
    if word is not None and word.about_topic is not None:
        # A rule without a topic, or of the topic staff chose, is not what was wrong.
        return "right" if topic is None or topic == word.topic else "wrong_topic"
    if word is not None or state in DEALT_WITH:
        return "right"
    return None


def _label(word: Word, review: ReviewRow) -> str:
    if word.about_complaint is not None:
        return NOT_A_COMPLAINT if word.refutes else "complaint"
    return "complaint" if review.tone == Tone.NEGATIVE else ""


def _worst_first(figures: RuleFigures) -> tuple[float, int, str]:
    precision = figures.precision
    return (2.0 if precision is None else precision, -figures.flagged, figures.rule)
