"""What a set of rules would have done: two classifiers over the same reviews, compared; and the
points that staff's words on verdicts suggest. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from reviewbot.core.classifier.classify import RuleSet
from reviewbot.core.classifier.patterns import rule_name
from reviewbot.core.model import Severity, Tone, Verdict

EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class BacktestCase:
    """One past review. `label` is whether it is a complaint: staff's word, or a labelled file's.

    `at` is when it was first seen (aware), `chat` where its alert goes; `comment`: it
    stands under a post. `past` are the location's latest reviews, as `Classifier.knowing` asks.
    """

    name: str
    rating: int | None = None
    title: str | None = None
    text: str | None = None
    pros: str | None = None
    cons: str | None = None
    language: str | None = None
    label: bool | None = None
    at: datetime | None = None
    chat: str = ""
    location: str = ""
    comment: bool = False
    past: tuple[str, ...] = ()

    @property
    def truth(self) -> bool | None:
        """The label, else the stars: 1-2 a complaint, 4-5 none, 3 says nothing."""
        if self.label is not None:
            return self.label
        return None if self.rating in (None, 3) else (self.rating or 0) <= 2


Judge = Callable[[BacktestCase], Verdict]


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A review on which the two sets of rules differ."""

    case: BacktestCase
    before: Verdict
    after: Verdict


@dataclass(slots=True)
class RuleHits:
    """One rule: reviews it fired in, those of known truth, the right ones, its sole catches."""

    hits: int = 0
    known: int = 0
    right: int = 0
    alone: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.known if self.known else None


@dataclass(slots=True)
class Backtest:
    """The figures of a run. `confusion` maps (truth, flagged) → reviews; truth may be None.

    `stars` maps (rating, tone) → reviews. `busiest` maps chat → (hour as text, alerts).
    """

    reviews: int = 0
    flagged: int = 0
    flagged_before: int = 0
    critical: int = 0
    confusion: Counter[tuple[bool | None, bool]] = field(default_factory=Counter)
    stars: Counter[tuple[int | None, Tone]] = field(default_factory=Counter)
    newly: list[ChangedVerdict] = field(default_factory=list)
    no_longer: list[ChangedVerdict] = field(default_factory=list)
    newly_count: int = 0
    no_longer_count: int = 0
    rules: dict[str, RuleHits] = field(default_factory=dict)
    alerts: Counter[str] = field(default_factory=Counter)
    days: dict[str, float] = field(default_factory=dict)
    busiest: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def precision(self) -> float | None:
        right, wrong = self.confusion[True, True], self.confusion[False, True]
        return right / (right + wrong) if right + wrong else None

    @property
    def recall(self) -> float | None:
        right, missed = self.confusion[True, True], self.confusion[True, False]
        return right / (right + missed) if right + missed else None

    def alerts_per_day(self, chat: str) -> float | None:
        """Return the alerts expected a day; None where the reviews carry no dates."""
        days = self.days.get(chat)
        return self.alerts[chat] / days if days else None


def alerts(verdict: Verdict) -> bool:
    """Whether a verdict puts a card before staff at once."""
    return verdict.tone is Tone.NEGATIVE or verdict.severity is Severity.CRITICAL


def run(cases: Iterable[BacktestCase], candidate: Judge, against: Judge | None = None) -> Backtest:
    """Judge every case with the candidate, and with what it is held against."""
    result = Backtest()
    hours: dict[str, Counter[str]] = {}
    spans: dict[str, tuple[datetime, datetime]] = {}
    for case in cases:
        verdict = candidate(case)
        flagged = alerts(verdict)
        result.reviews += 1
        result.flagged += flagged
        result.critical += verdict.severity is Severity.CRITICAL
        result.confusion[case.truth, flagged] += 1
        result.stars[case.rating, verdict.tone] += 1
        _count_rules(result, case, verdict, flagged)
        if against is not None:
            _compare(result, ChangedVerdict(case, against(case), verdict), flagged)
        if case.at is not None:
            first, last = spans.get(case.chat, (case.at, case.at))
            spans[case.chat] = (min(first, case.at), max(last, case.at))
            if flagged:
                hour = case.at.strftime("%Y-%m-%d %H:00")
                hours.setdefault(case.chat, Counter())[hour] += 1
        if flagged:
            result.alerts[case.chat] += 1
    for chat, (first, last) in spans.items():
        result.days[chat] = max(1.0, (last - first).total_seconds() / 86_400)
    for chat, counted in hours.items():
        result.busiest[chat] = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return result


def _compare(result: Backtest, change: ChangedVerdict, flagged: bool) -> None:
    before = alerts(change.before)
    result.flagged_before += before
    if flagged and not before:
        result.newly_count += 1
        if len(result.newly) < EXAMPLES:
            result.newly.append(change)
    elif before and not flagged:
        result.no_longer_count += 1
        if len(result.no_longer) < EXAMPLES:
            result.no_longer.append(change)


def _count_rules(result: Backtest, case: BacktestCase, verdict: Verdict, flagged: bool) -> None:
    fired = {
        reason.rule for reason in verdict.reasons if reason.points > 0 and reason.rule != "stars"
    }
    for rule_id in fired:
        figures = result.rules.setdefault(rule_id, RuleHits())
        figures.hits += 1
        if case.truth is not None:
            figures.known += 1
            figures.right += case.truth
        figures.alone += flagged and len(fired) == 1


LEAST_JUDGED = 5
"""A rule judged fewer times is left alone: two words of staff are chance."""
WRONG_SHARE = 0.5
SHARE_KEPT = 0.5


class JudgedRule(Protocol):
    """How often a rule spoke for a complaint, and what staff made of it."""

    @property
    def rule(self) -> str: ...
    @property
    def judged(self) -> int: ...
    @property
    def not_a_complaint(self) -> int: ...
    @property
    def wrong_topic(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SuggestedPoints:
    """Other points for a rule: of `judged` reviews that it flagged `wrong` were no complaints, or
    it spoke in `missed` reviews that staff called complaints and the product did not."""

    rule: str
    before: float
    points: float
    wrong: int
    judged: int
    missed: int = 0


@dataclass(frozen=True, slots=True)
class SuggestedTopic:
    """Another topic for a rule: in `wrong` of `judged` reviews staff chose other ones, mostly
    `topic`. `added` is the rule as it would stand under [[rules.add]] in place of the pack's."""

    rule: str
    topic: str
    wrong: int
    judged: int
    added: Mapping[str, Any]


def suggested_points(
    said: Iterable[JudgedRule],
    points: Mapping[str, float],
    missed: Mapping[str, int] | None = None,
) -> list[SuggestedPoints]:
    """Return half the points for each rule of which most of what staff judged was no complaint,
    and twice the points for each that spoke in vain in complaints staff had to name.

    `points` are those in force, by rule id; `missed` in how many such complaints a rule spoke.
    What is no rule there (a stem, a danger, a rule that is gone) is left alone; so is a rule
    seldom judged. Half, not none: the next words of staff are judged by the new points, and the
    rule may be right elsewhere.
    """
    found = []
    doubted = set()
    for one in said:
        before = points.get(one.rule, 0.0)
        if one.not_a_complaint:
            doubted.add(one.rule)
        if before <= 0 or one.judged < LEAST_JUDGED:
            continue
        if one.not_a_complaint / one.judged > WRONG_SHARE:
            after = round(before * SHARE_KEPT, 2)
            found.append(SuggestedPoints(one.rule, before, after, one.not_a_complaint, one.judged))
    for rule, times in (missed or {}).items():
        before = points.get(rule, 0.0)
        if before > 0 and times >= LEAST_JUDGED and rule not in doubted:
            found.append(SuggestedPoints(rule, before, round(before * 2, 2), 0, 0, times))
    return found


def suggested_topics(
    said: Iterable[JudgedRule],
    chosen: Mapping[str, Counter[str]],
    points: Mapping[str, float],
    packs: Iterable[Mapping[str, Any]],
) -> list[SuggestedTopic]:
    """Return the topic that staff chose for each rule of which most of what they judged was about
    another one. `chosen` are those topics by rule id, `points` the points in force."""
    known = tuple(packs)
    found = []
    for one in said:
        topics = chosen.get(one.rule)
        if not topics or one.judged < LEAST_JUDGED or one.rule not in points:
            continue
        if one.wrong_topic / one.judged > WRONG_SHARE:
            words = _words_of(known, one.rule)
            if words:
                topic = topics.most_common(1)[0][0]
                name = one.rule.replace(".", "-")
                added = {"id": name, **words, "topic": topic, "points": points[one.rule]}
                found.append(SuggestedTopic(one.rule, topic, one.wrong_topic, one.judged, added))
    return found


def _words_of(packs: Iterable[Mapping[str, Any]], rule_id: str) -> dict[str, Any]:
    """Return a pack's rule as the operator would write it; empty where that takes two rules."""
    for pack in packs:
        for group in pack.get("group", ()):
            start = f"{pack['language']}.{group['id']}."
            if not rule_id.startswith(start) or group.get("mention") or group.get("severity"):
                continue
            name = rule_id.removeprefix(start)
            single = [one for one in group.get("any", ()) if rule_name(one) == name]
            together = [one for one in group.get("together", ()) if rule_name(one) == name]
            guard = {"unless": list(group["unless"])} if group.get("unless") else {}
            language = {"language": pack["language"]}
            if single and not together:
                return {"any": single} | guard | language
            if len(together) == 1 and not single:
                return {"all": together[0].split()} | guard | language
    return {}


def with_suggestions(
    rules: RuleSet, points: Iterable[SuggestedPoints], topics: Iterable[SuggestedTopic]
) -> RuleSet:
    """Return the rules as they would be with what is suggested."""
    moved = tuple(topics)
    return replace(
        rules,
        points={**rules.points, **{one.rule: one.points for one in points}},
        off=(*rules.off, *(one.rule for one in moved)),
        add=(*rules.add, *(one.added for one in moved)),
    )
