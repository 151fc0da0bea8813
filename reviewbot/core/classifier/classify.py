"""What a review says: tone, severity, topics, hints, and why. Pure; packs come in as mappings.

Stars set the tone where they exist; the text may lower it one step, decides it where there are no
stars, and always decides severity and topics. Every decision can be read from `Verdict.reasons`.
"""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from reviewbot.core.classifier.danger import FIRM, Danger, find_danger
from reviewbot.core.classifier.language_detection import detect, has_cyrillic, has_letters
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.patterns import Compile
from reviewbot.core.classifier.reasons import accuses, reasons_of
from reviewbot.core.classifier.rule_check import problems_of
from reviewbot.core.classifier.scan import scan, search
from reviewbot.core.classifier.scan_result import Scan
from reviewbot.core.classifier.score import PAST_CHARACTERS, Weighed, kind_of, usual_kind, weigh
from reviewbot.core.classifier.topics import complained_topics, praised_topics
from reviewbot.core.errors import Problem
from reviewbot.core.model import (
    SEVERITY_ORDER,
    Hint,
    Reason,
    Severity,
    Tone,
    Verdict,
)

TOPICS = (
    "staff", "waiting", "delivery", "food", "quality", "price", "cleanliness", "place",
    "booking", "payment", "app", "medical", "parking", "noise", "other",
)  # fmt: skip
# Bound once: to look a member of an enum up takes Python 3.11 as long as three words of a review.
NEGATIVE, MIXED, NEUTRAL, POSITIVE = Tone.NEGATIVE, Tone.MIXED, Tone.NEUTRAL, Tone.POSITIVE
CRITICAL, HIGH, NORMAL, LOW = Severity.CRITICAL, Severity.HIGH, Severity.NORMAL, Severity.LOW
SARCASM, SPAM = Hint.SARCASM, Hint.SPAM
MAX_CHARACTERS = 50_000
MIXED_FROM = 0.3
HIDDEN_FROM = {4: 0.5, 5: 0.65}
"""The score from which a text at so many stars hides a complaint. Of what reaches .5 at five stars
nearly a third is praise that begins with a trouble or wishes for one thing."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What the operator's [rules] add to the packs."""

    off: tuple[str, ...] = ()
    add: tuple[Mapping[str, Any], ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)
    topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    expressions: Compile | None = field(default=None, compare=False)
    """Compiles `regex`; needed where a rule has one."""


class Classifier:
    """Rule packs of several languages, compiled once."""

    def __init__(
        self,
        packs: Iterable[Mapping[str, Any]],
        profile: str | None = None,
        rules: RuleSet | None = None,
    ) -> None:
        self.profile = profile
        self.rules = rules or RuleSet()
        self.usual_kind = ""
        self._packs = tuple(packs)
        self.lexicons: dict[str, Lexicon] = {}
        for pack in self._packs:
            language = pack["language"]
            self.lexicons[language] = Lexicon(
                pack,
                off=self.rules.off,
                points=self.rules.points,
                added=[
                    rule for rule in self.rules.add if rule.get("language", language) == language
                ],
                profile=profile,
                expressions=self.rules.expressions,
            )

    def with_rules(self, rules: RuleSet, language: str) -> "Classifier":
        """Return a classifier of one language's pack and the same profile under other rules."""
        packs = [pack for pack in self._packs if pack["language"] == language]
        other = Classifier(packs, self.profile, rules)
        other.usual_kind = self.usual_kind
        return other

    def knowing(self, past: Iterable[str]) -> "Classifier":
        """Return the same classifier for a location whose past reviews read so: where no profile
        is set, they decide the kind of business, and where they do not, the review's own words."""
        if self.profile is not None:
            return self
        other = copy(self)
        other.usual_kind = usual_kind(map(self._kind_shown, past))
        return other

    def _kind_shown(self, text: str) -> str:
        language, _ = read_language(text)
        lexicon = self.lexicons.get(language or "")
        return kind_of(scan(text[:PAST_CHARACTERS], lexicon)) if lexicon else ""

    def kind(self, walked: Scan) -> str:
        """Return the kind of business a review is judged by: the profile, what the location's past
        shows, what the words do, or ""."""
        if self.profile is not None:
            return self.profile
        return self.usual_kind or kind_of(walked)

    def classify(
        self,
        *,
        rating: int | None = None,
        title: str | None = None,
        text: str | None = None,
        pros: str | None = None,
        cons: str | None = None,
        language: str | None = None,
        comment: bool = False,
    ) -> Verdict:
        """Return the verdict on one review; any field may be absent, `rating` is 1–5. `comment`:
        it stands under a post, where people speak of anything."""
        whole = joined(title, text, pros, cons)
        if not whole:
            return _wordless(rating)
        found, known_language = read_language(whole)
        lexicon = self.lexicons.get(found) if found else None
        if lexicon is None:
            return _by_stars(rating, (Hint.UNKNOWN_LANGUAGE,))
        walked = read(whole, lexicon)
        kind = self.kind(walked)
        weighed = weigh(walked, lexicon, kind)
        needed = lexicon.danger.total_needed(comment=comment) if lexicon.danger else 0.0
        danger = find_danger(walked, lexicon, weighed, kind, rating, at_least=needed)
        return _verdict(_Read(rating, whole, walked, weighed, lexicon, danger), known_language)


def read(whole: str, lexicon: Lexicon) -> Scan:
    """Return all that a review says to one language's rules."""
    walked = scan(whole, lexicon)
    if lexicon.regexes:
        search(walked, lexicon)
    return walked


def read_language(whole: str) -> tuple[str | None, str | None]:
    """Return the language whose rules read a text, and the one it is in.

    Smiles and figures have no language, but their signs are the same everywhere.
    """
    found = detect(whole)
    if found is None and not has_letters(whole):
        return "ru", None
    return found, found


def problems(
    rules: RuleSet, packs: Iterable[Mapping[str, Any]], profile: str | None = None
) -> list[Problem]:
    """Return what is wrong with the operator's rules, each with its key path and a remedy."""
    topics = (*TOPICS, *rules.topics)
    return problems_of(
        rules.off, rules.add, rules.points, topics, packs, profile, rules.expressions
    )


_HEADINGS = {
    "ru": ("Достоинства", "Недостатки", "Комментарий"),
    "en": ("Pros", "Cons", "Comment"),
}


def joined(title: str | None, text: str | None, pros: str | None, cons: str | None) -> str:
    """Return the review as one text; a field that stands again inside the text counts once."""
    body = (text or "").strip()[:MAX_CHARACTERS]
    if not (title or pros or cons):
        return body
    folded = " ".join(body.split())
    parts = []
    if title and " ".join(title.split()) not in folded:
        parts.append(title.strip())
    good, bad, rest = _HEADINGS["ru" if has_cyrillic(f"{body}{pros}{cons}") else "en"]
    for heading, value in ((good, pros), (bad, cons)):
        if value and f"{heading}: {' '.join(value.split())}" not in folded:
            parts.append(f"{heading}: {value.strip()}")
    if not parts:
        return body
    comment = [f"{rest}: {body}"] if (pros or cons) and body else [body] if body else []
    return "\n".join([*parts, *comment])[:MAX_CHARACTERS]


def _wordless(rating: int | None) -> Verdict:
    return _by_stars(rating, (Hint.EMPTY_TEXT,))


def tone_of_stars(rating: int | None) -> Tone:
    if rating is None:
        return NEUTRAL
    return NEGATIVE if rating <= 2 else MIXED if rating == 3 else POSITIVE


def _by_stars(rating: int | None, hints: tuple[Hint, ...]) -> Verdict:
    tone = tone_of_stars(rating)
    severity = NORMAL if tone is NEGATIVE else LOW
    return Verdict(tone, severity, hints=hints, reasons=_star_reason(rating))


def _star_reason(rating: int | None) -> tuple[Reason, ...]:
    if rating is None:
        return ()
    return (Reason("stars", f"{rating}★", points=float(3 - rating)),)


@dataclass(frozen=True, slots=True)
class _Read:
    """One review, read: what was found in it by one language's rules."""

    rating: int | None
    whole: str
    walked: Scan
    weighed: Weighed
    lexicon: Lexicon
    danger: Danger | None
    """The danger that makes the review critical."""

    def complained_of(self, *, complains: bool) -> tuple[str, ...]:
        """Return the topics of the complaint; what a danger is about, its own rules say."""
        of_danger: tuple[str, ...] = ()
        if self.danger and f"rule:{self.danger.name}" in self.danger.parts:
            saw = [hit.rule for hit in self.weighed.hits.values() if not hit.negated]
            abouts = [rule.about for rule in saw if rule.danger == self.danger.name]
            of_danger = tuple(filter(None, abouts))
        return complained_topics(self.walked, self.weighed, of_danger, complains=complains)


def _verdict(review: _Read, language: str | None) -> Verdict:
    weighed, rating = review.weighed, review.rating
    praise = praised_topics(weighed)
    hints: list[Hint] = []
    tone = _tone(rating, weighed, bool(praise), hints)
    complains = tone is NEGATIVE or tone is MIXED
    severity = _severity(review, tone)
    _add_hints(hints, rating, review.whole, weighed)
    reasons = _star_reason(rating)
    if complains or hints or severity is not LOW or accuses(weighed):
        # Pure praise is no card's reason; `explain` tells what spoke for it.
        reasons += reasons_of(
            review.walked, weighed, review.lexicon, review.danger, complains=complains
        )
    return Verdict(
        tone,
        severity,
        topics=review.complained_of(complains=complains),
        praise=praise,
        hints=tuple(hints),
        needs_human=severity is CRITICAL or bool(hints and not _FOR_PEOPLE.isdisjoint(hints)),
        score=round(weighed.score, 4),
        reasons=reasons,
        language=language,
    )


def _tone(rating: int | None, weighed: Weighed, praises: bool, hints: list[Hint]) -> Tone:
    """Return what the stars say, lowered by the text one step at most; without stars the text."""
    score, threshold = weighed.score, weighed.model.threshold
    if rating is None:
        if score >= threshold:
            return NEGATIVE
        if score >= MIXED_FROM:
            return MIXED
        return POSITIVE if praises or weighed.total < -1 else NEUTRAL
    if rating == 3 and score >= threshold:
        return NEGATIVE
    if score >= HIDDEN_FROM.get(rating, 1.1):
        hints.append(Hint.HIDDEN_COMPLAINT)
        return MIXED
    return tone_of_stars(rating)


_FOR_PEOPLE = frozenset({SARCASM, Hint.PERSONAL_DATA, Hint.STARS_AND_TEXT_DISAGREE})
_PHONE = re.compile(r"[0-9][0-9 ()-]{8,16}[0-9]")
_MAIL = re.compile(r"\w@[\w-]{1,40}\.\w{2}")
DISAGREE_BELOW, DISAGREE_ABOVE = 0.1, 0.9


def _add_hints(hints: list[Hint], rating: int | None, whole: str, weighed: Weighed) -> None:
    """Add what a person should know: the signs' rules, contacts, stars against words."""
    score = weighed.score
    if _PHONE.search(whole) or ("@" in whole and _MAIL.search(whole)):
        hints.append(Hint.PERSONAL_DATA)
    for hit in weighed.hits.values():
        sign = hit[0].hint
        if sign is None or sign in hints:
            continue
        if sign != SARCASM or score >= weighed.model.threshold:
            hints.append(Hint(sign))
    if ("http" in whole or "www." in whole or "t.me/" in whole) and SPAM not in hints:
        hints.append(SPAM)
    if rating is not None and (
        (rating <= 2 and score < DISAGREE_BELOW) or (rating >= 4 and score > DISAGREE_ABOVE)
    ):
        hints.append(Hint.STARS_AND_TEXT_DISAGREE)


def _severity(review: _Read, tone: Tone) -> Severity:
    """Return the gravest of what the tone, a danger, and the operator's own rules say."""
    if review.danger:
        return CRITICAL
    severity = LOW
    if tone is NEGATIVE:
        severity = HIGH if review.weighed.score >= 0.9 else NORMAL
    elif tone is MIXED:
        severity = NORMAL
    for hit in review.weighed.hits.values():
        wanted = hit[0].severity
        if wanted is None or hit.negated or hit.weight < FIRM:
            continue
        if SEVERITY_ORDER.index(wanted) > SEVERITY_ORDER.index(severity):
            severity = wanted
    return severity
