"""Why a verdict is what it is, as a person would say it: rules with their words, then the rest.

Every rule is quoted with the words it saw, in the order of the text, without signs at the ends; of
rules that saw the same words the strongest speaks. What names nothing ("asked", «пришлось») counts
and is not quoted. Single stems stand only where no rule speaks.
"""

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from reviewbot.core.classifier.danger import Danger
from reviewbot.core.classifier.entries import NEGATION, PAUSE, STOP, UNTOLD, Entry, Rule, Stem
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.scan_result import Hit, Scan
from reviewbot.core.classifier.score import Weighed
from reviewbot.core.model import Reason, Severity

MAX_REASONS = 5
SHOWN_FROM = 0.2
"""Evidence with fewer points than this is counted but not quoted."""
SHOWN_WORDS = 8
"""Words of one quote; a longer one is cut in its middle."""
LEAST_QUOTED, MOST_QUOTED = 3, 12
"""Words of the quote of a danger: one of fewer is told with the next, a longer is cut."""
ROOM = 3
"""So many words more are quoted where that saves a cut within a phrase."""
DENIED_FROM = 5
"""How many words before a denied one its denial may stand, over what it passes through."""
DENIED_WITHIN = 4
"""How many words on from a denial at a quote's end the word it denies may stand."""
CERTAIN, FOR_THE_VERDICT, AGAINST_IT = range(3)
_JOINS = frozenset(("и", "а", "но", "что", "and", "but", "that"))
"""What joins a clause to the one before it and is not quoted with it."""
_LEADS_TO = frozenset(("что", "чтобы", "как", "that"))
"""What the small words before a pause lead on to."""
_NOT = {"ru": "не", "en": "not"}


class _Evidence(NamedTuple):
    """A rule's hit as a reason might tell it: `rank` first, then `weight`, the strongest first."""

    rank: int
    weight: float
    points: float
    hit: Hit


def reasons_of(
    walked: Scan, weighed: Weighed, lexicon: Lexicon, danger: Danger | None, *, complains: bool
) -> tuple[Reason, ...]:
    """Return what speaks for a verdict, then what speaks against it; `danger` is what makes it
    critical, if anything does."""
    found = [] if danger is None else [_danger_reason(danger, walked, lexicon)]
    quoted = [] if danger is None else [range(danger.first, danger.last + 1)]
    starts = [0, *accumulate(map(len, walked.entries))] if weighed.hits else [0]
    for evidence in _ranked(weighed.hits.values(), complains=complains):
        hit = evidence.hit
        place = range(starts[hit.sentence] + hit.start, starts[hit.sentence] + hit.end)
        # The operator's own rule is named, whatever else stands in its words.
        if not hit.rule.own and any(
            place.start < other.stop and other.start < place.stop for other in quoted
        ):
            continue
        seen = walked.entries[hit.sentence][hit.start : hit.end]
        if not (hit.rule.own or names_something(seen)):
            continue
        reason = _rule_reason(evidence, weighed, walked, lexicon)
        if reason.words:
            found.append(reason)
            quoted.append(place)
        if len(found) == MAX_REASONS:
            return tuple(found)
    speaks = any(reason.points > 0 if complains else reason.points < 0 for reason in found)
    if not speaks and danger is None:
        found += _stem_reasons(walked, weighed, lexicon, MAX_REASONS - len(found))
    return tuple(found)


def accuses(weighed: Weighed) -> bool:
    """Whether any rule spoke for a complaint, loud enough to be quoted."""
    return any(
        (hit[0].negated if hit[1] else hit[0].points) * hit[2] >= SHOWN_FROM
        for hit in weighed.hits.values()
    )


def _ranked(hits: Iterable[Hit], *, complains: bool) -> list[_Evidence]:
    found = []
    for hit in hits:
        rule = hit[0]
        points = (rule.negated if hit[1] else rule.points) * hit[2]
        if rule.severity and not hit[1]:
            found.append(_Evidence(CERTAIN, points, points, hit))
        elif abs(points) >= SHOWN_FROM:
            speaks = (points > 0) == complains
            rank = FOR_THE_VERDICT if speaks else AGAINST_IT
            found.append(_Evidence(rank, abs(points), points, hit))
    # What a complaint is of comes before how it is felt: "rude" before "awful".
    found.sort(key=lambda each: (each.rank, not _is_telling(each.hit.rule), -each.weight))
    return found


def _is_telling(rule: Rule) -> bool:
    return rule.own or rule.topic is not None


def _rule_reason(evidence: _Evidence, weighed: Weighed, walked: Scan, lexicon: Lexicon) -> Reason:
    rule, negated, _, number, start, end = evidence.hit
    entries = walked.entries[number]
    if negated:
        start, end = _with_denial(entries, start, end)
    words = said(entries[start : _after_denial(entries, end)])
    return Reason(
        rule.id,
        words,
        walked.sentences[number].strip(),
        round(evidence.points * weighed.scale, 2),
        weighed.model.topics.get(rule.topic, rule.topic) or None if rule.topic else None,
        None if negated else rule.severity,
    )


def _with_denial(entries: list[Entry], start: int, end: int) -> tuple[int, int]:
    """Return a denied place widened to the word that denies it, before or after."""
    for place in range(start - 1, max(-1, start - 1 - DENIED_FROM), -1):
        if entries[place].flags & NEGATION:
            return place, end
    for place in range(end, min(len(entries), end + 2)):
        if entries[place].flags & NEGATION:
            return start, place + 1
    return start, end


def _after_denial(entries: list[Entry], end: int) -> int:
    """Return the end of a place moved behind what its last word denies: "the food was not" says
    nothing without it."""
    if not entries[end - 1].flags & NEGATION:
        return end
    for place in range(end, min(len(entries), end + DENIED_WITHIN)):
        if entries[place].sort >= PAUSE:
            return end
        if not _small(entries[place]):
            return place + 1
    return end


def _danger_reason(danger: Danger, walked: Scan, lexicon: Lexicon) -> Reason:
    entries = [entry for read in walked.entries for entry in read]
    first = walked.sentence_of(danger.first)
    last = walked.sentence_of(danger.last)
    return Reason(
        lexicon.danger_id(danger.name),
        _clause(walked, entries, range(danger.first, danger.last + 1)),
        "".join(walked.sentences[first : last + 1]).strip(),
        severity=Severity.CRITICAL,
        probability=round(danger.probability, 2),
    )


def _clause(walked: Scan, entries: list[Entry], told: range) -> str:
    """Return what tells of a danger as a person would quote it: the clause, cut at words.

    It begins and ends at a pause where the clause is not too long; else it is what stands around
    the words that tell. What is a clause by itself is told with the next one.
    """
    begins = ends = 0
    for read in walked.entries:
        begins, ends = ends, ends + len(read)
        if told.start < ends:
            break
    first, last = told.start, min(told.stop, ends)
    left, right = _to_pause(entries, first, last, begins, ends)
    while _words_in(entries[left:right]) < LEAST_QUOTED and (left > begins or right < ends):
        side = (left - 1, right) if right == ends else (left, right + 1)
        left, right = _to_pause(entries, *side, begins, ends)
    if _words_in(entries[left:right]) <= MOST_QUOTED + ROOM:
        first, last = left, _before_what_leads_on(entries, left, right)
    else:
        first, last = _cut(entries, range(left, right), first, last)
    forms = [entry.form for entry in entries[first:last]]
    while forms and (forms[0] in _JOINS or not forms[0][0].isalnum()):
        del forms[0]
    while forms and not forms[-1][-1].isalnum():
        del forms[-1]
    return _BEFORE_SIGN.sub(r"\1", " ".join(forms))


def _to_pause(
    entries: list[Entry], first: int, last: int, begins: int, ends: int
) -> tuple[int, int]:
    """Return a place widened to the pauses around it, within its sentence."""
    while first > begins and entries[first - 1].sort < PAUSE:
        first -= 1
    while last < ends and entries[last].sort < PAUSE:
        last += 1
    return first, last


def _cut(entries: list[Entry], clause: range, first: int, last: int) -> tuple[int, int]:
    """Return a place within a long clause widened to MOST_QUOTED words: to its right, what follows
    tells most, then to the left; small words neither begin nor end it, nor does one that
    is joined to it («и сел …»)."""
    while last < clause.stop and last - first < MOST_QUOTED - 2:
        last += 1
    while first > clause.start and last - first < MOST_QUOTED:
        first -= 1
    while first > clause.start and last - first < MOST_QUOTED + ROOM:
        if not (_small(entries[first - 1]) or _small(entries[first])):
            break
        first -= 1
    while last - first > LEAST_QUOTED and last < clause.stop and _small(entries[last - 1]):
        last -= 1
    if last - first > LEAST_QUOTED + 1 and last < clause.stop and entries[last - 2].form in _JOINS:
        last -= 2
    return first, last


def _before_what_leads_on(entries: list[Entry], first: int, end: int) -> int:
    """Return the end of a clause without the small words that lead on to the next: «заперла в
    кладовке за то, что …»."""
    following = [entry.form for entry in entries[end : end + 2]]
    if len(following) == 2 and following[1] in _LEADS_TO:
        while end - first > LEAST_QUOTED and _small(entries[end - 1]):
            end -= 1
    return end


def _small(entry: Entry) -> bool:
    return bool(entry.flags & (STOP | NEGATION))


def _words_in(entries: list[Entry]) -> int:
    return sum([entry.form[0].isalnum() for entry in entries])


def _stem_reasons(walked: Scan, weighed: Weighed, lexicon: Lexicon, most: int) -> list[Reason]:
    """Return the strongest single words; a text that no rule knows has nothing better to show."""
    strong = [
        (place, stem)
        for place, stem in enumerate(walked.said)
        if stem is not None and stem in lexicon.strong_stems
    ]
    strong.sort(key=lambda one: -abs(one[1].points))
    entries = [entry for read in walked.entries for entry in read]
    found: dict[Stem, Reason] = {}
    for place, stem in strong:
        entry = entries[place]
        if stem in found or not names_something([entry]):
            continue
        no = f"{_NOT[lexicon.language]} " if stem.name.startswith("!") else ""
        sentence = walked.sentences[walked.sentence_of(place)].strip()
        points = round(stem.points * weighed.scale, 2)
        found[stem] = Reason(lexicon.word_id(stem.name), no + entry.form, sentence, points)
        if len(found) >= most:
            break
    return list(found.values())


def said(entries: list[Entry]) -> str:
    """Return tokens as they stand in the text, without signs and stop words at the ends.

    What holds nothing but those and denials («уже не тот») keeps them.
    """
    first, last = 0, len(entries)
    while first < last and _says_nothing(entries[first]):
        first += 1
    while first < last and _says_nothing(entries[last - 1]):
        last -= 1
    kept = entries[first:last]
    if all(entry.flags & (STOP | NEGATION) for entry in kept):
        kept = [entry for entry in entries if entry.form[0].isalnum()]
    forms = [entry.form for entry in kept]
    if len(forms) > SHOWN_WORDS:
        forms = [*forms[: SHOWN_WORDS // 2], "…", *forms[-SHOWN_WORDS // 2 :]]
    return _BEFORE_SIGN.sub(r"\1", " ".join(forms))


_BEFORE_SIGN = re.compile(r" ([,:!?.)])")


def names_something(entries: list[Entry]) -> bool:
    """Whether a person would give these words as a reason: more than stop words, denials and
    words that only count beside others. Several of them in a row say something together."""
    words = [entry for entry in entries if entry.form[0].isalnum()]
    if len(words) > 2:
        return True
    return any(not entry.flags & (STOP | NEGATION | UNTOLD) for entry in words)


def _says_nothing(entry: Entry) -> bool:
    return bool(entry.flags & STOP) or not entry.form[0].isalnum()
