"""Rule packs compiled for look-up: one dict access gives all that the rules know of a word.

Compiling is total: what cannot be compiled is left out, and told by `rulecheck.problems`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from reviewbot.core.classifier.language_detection import STEMMERS, identifier
from reviewbot.core.classifier.patterns import (
    Element,
    Index,
    element_of,
    parse_pattern,
    rule_name,
    safe_regex,
)
from reviewbot.core.classifier.weights import Model, model_of, unpacked
from reviewbot.core.model import Severity

TOKEN = re.compile(r"\w[\w*'’\-]*|[!?]+|[()]+|[,:+=—–\-\u2600-\u27bf\U0001f300-\U0001faff]")
LONGEST_PIECE, MAX_PIECES = 40, 20_000
"""What stands between blanks is remembered up to this length, in this number: some 7 MB.
Half as many cost a stream of ever new reviews 3–8 % of its speed."""
LONGEST_WORD = 48
STRONG_FROM = 0.8
"""Stems with fewer points than this are counted but not quoted as a reason."""
EVENT_STRONG_FROM = 0.5
"""Without one stem of this strength a text is not searched for events: most tell of none."""
MAX_PAIRS = 20_000
MAX_CACHED_WORDS = 20_000
"""Words remembered per pack; the memory is emptied when full, so it never passes a few MB."""

NEGATION, THROUGH, CONTRAST, STRONG, WEAK, UNREAL = 1, 2, 4, 8, 16, 32
HEAD_PROS, HEAD_CONS, HEAD_COMMENT, HEAD_BEGINS = 64, 128, 256, 512
BEGINS_PARTS = 1024
QUIET, WORD, PAUSE, SIGN = range(4)
"""Sorts of tokens: words that bring their stem's points at most, words with rules, signs."""
HEADS_MASK = HEAD_PROS | HEAD_CONS | HEAD_COMMENT
ACTING = NEGATION | CONTRAST | STRONG | WEAK | UNREAL | BEGINS_PARTS | HEADS_MASK
"""Flags of words that do something where they stand."""
FLAGS = {
    "negation": NEGATION,
    "through": THROUGH,
    "contrast": CONTRAST,
    "strong": STRONG,
    "weak": WEAK,
    "unreal": UNREAL,
}
HEADS = {"pros": HEAD_PROS, "cons": HEAD_CONS, "comment": HEAD_COMMENT}

_SIGNS = {sign: sign for sign in "!?()"} | dict.fromkeys(",:+=—–-", ",")
_REPEATS = re.compile(r"(\w)\1{2,}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as matched. `prior` is its side in a sentence, `points` what it adds to the score.

    `faces` 2: the word has two faces and counts only beside a second complaint.
    """

    id: str
    prior: float
    points: float
    negated: float
    topic: str | None
    severity: Severity | None
    mention: bool
    faces: int
    side: float
    own: bool = False
    unless: int = 0
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    rule: Rule | None
    rest: tuple[Element | None, ...]
    """The elements after the first; None is a gap."""


class Together(NamedTuple):
    """A rule whose parts stand in one sentence, in any order; numbers are bits of the parts."""

    rule: Rule
    rest: int


class Stem:
    """A stem with points; `!` before its name: after a negation. One object each, told by what it
    is: so many are gathered and counted per review that comparing names would show.

    `points` speak for a complaint, `event` for a critical event.
    """

    __slots__ = ("event", "name", "points")

    def __init__(self, name: str, points: float, event: float) -> None:
        self.name = name
        self.points = points
        self.event = event


@dataclass(slots=True)
class Entry:
    """All that the rules know of one word form.

    `acts` are those of its flags that do something where it stands. The first of `rules` is the
    one that takes a side, if `sided`. `said` is the stem where it has points, `said_negated` what
    it is after a negation. `begins` are those of `bits` that a rule of several parts begins with.
    `kind` is the kind of business the word shows, or "". `punctuation` is the sign where the token
    is no word.
    """

    form: str
    sort: int
    flags: int
    acts: int
    stem: str
    said: Stem | None
    said_negated: Stem | None
    rules: tuple[Rule, ...]
    sided: bool
    topics: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    bits: int
    begins: int
    known: bool
    kind: str
    punctuation: str


class Pieces(dict[str, tuple[Entry, ...]]):
    """What is known of the tokens of what stands between two blanks.

    The same pieces come again and again: they are cut once, and remembered if they are short.
    """

    def __init__(self, entry: Callable[[str], Entry]) -> None:
        super().__init__()
        self._entry = entry

    def __missing__(self, piece: str) -> tuple[Entry, ...]:
        cut = tuple(map(self._entry, TOKEN.findall(piece.lower().replace("ё", "е"))))
        if len(piece) <= LONGEST_PIECE:
            if len(self) >= MAX_PIECES:
                self.clear()
            self[piece] = cut
        return cut


def _stems(pack: Mapping[str, Any]) -> dict[str, Stem]:
    """Return all stems that say something, by name: everywhere, of an event, or in one trade."""
    points = unpacked(pack.get("words", {}))
    events = unpacked(pack.get("event", {}).get("words", {}))
    of_kinds = [unpacked(kind.get("words", {})) for kind in pack.get("profile", {}).values()]
    return {
        name: Stem(name, points.get(name, 0.0), events.get(name, 0.0))
        for name in dict.fromkeys(chain(points, events, *of_kinds))
    }


class Lexicon:
    """One language's rules, ready to be asked about words. Not shared between threads."""

    def __init__(
        self,
        pack: Mapping[str, Any],
        *,
        silenced: Callable[[str], bool],
        points: Mapping[str, float],
        added: Iterable[Mapping[str, Any]] = (),
        profile: str | None = None,
    ) -> None:
        self.language: str = pack["language"]
        self.sets: dict[str, list[str]] = dict(pack.get("sets", {}))
        self._fitted: dict[str, float] = {**pack.get("points", {}), **points}
        self._silenced = silenced
        self._said = _stems(pack)
        self.strong_stems = frozenset(
            stem for stem in self._said.values() if abs(stem.points) >= STRONG_FROM
        )
        self.event_stems = frozenset(
            stem for stem in self._said.values() if stem.event >= EVENT_STRONG_FROM
        )
        self.event_bias: float = pack.get("event", {}).get("bias", 0.0)
        self.models: dict[str, Model] = {}
        self._kinds = Index()
        self._compile_models(pack)
        self._stem = STEMMERS[self.language]
        self._index = Index()
        self._marks: dict[str, int] = {}
        self._bits = Index()
        self._bit_of: dict[str, int] = {}
        self.firsts = 0
        self.together: dict[int, list[Together]] = {}
        self.rules: dict[str, Rule] = {}
        self.event = self._event_rule(pack)
        self.regexes: list[tuple[Rule, re.Pattern[str]]] = []
        self.known_words: dict[str, Entry] = {}
        self.pieces = Pieces(self.entry)
        self._word_ids: dict[str, str] = {}
        self.pairs: dict[tuple[str, str], tuple[Phrase, ...]] = {}
        self.empty_forms = frozenset(
            form.replace("ё", "е") for form in pack.get("headings", {}).get("empty", ())
        )
        self.many_forms = frozenset(pack.get("headings", {}).get("many", ()))
        self._compile_marks(pack)
        for group in pack.get("group", ()):
            if profile_fits(group, profile):
                self._compile_group(group, own=False)
        for group in added:
            self._compile_group(group, own=True)

    def _event_rule(self, pack: Mapping[str, Any]) -> Rule | None:
        """Return the rule under whose name events by stems are told and can be silenced."""
        rule_id = f"{self.language}.event"
        if "event" not in pack or self._silenced(rule_id):
            return None
        rule = self.rules[rule_id] = self._rule(rule_id, {}, Severity.CRITICAL, own=False)
        return rule

    def _compile_models(self, pack: Mapping[str, Any]) -> None:
        base = pack.get("model", {})
        usual = pack.get("threshold", 0.5)
        self.models[""] = model_of("", base, {}, usual)
        for name, kind in pack.get("profile", {}).items():
            added = kind.get("model", {})
            shape = {key: base.get(key, 0.0) + added.get(key, 0.0) for key in {*base, *added}}
            self.models[name] = model_of(name, shape, kind, usual)
            for word in kind.get("marks", ()):
                (element,) = parse_pattern(word)
                assert element is not None
                self._kinds.add(element, name)

    def _compile_marks(self, pack: Mapping[str, Any]) -> None:
        for name, flag in FLAGS.items():
            for word in pack.get("marks", {}).get(name, ()):
                self._marks[word] = self._marks.get(word, 0) | flag
        for name, flag in HEADS.items():
            for phrase in pack.get("headings", {}).get(name, ()):
                first, *rest = phrase.split()
                flag_of_first = HEAD_BEGINS if rest else flag
                self._marks[first] = self._marks.get(first, 0) | flag_of_first
        self.heading_phrases = {
            tuple(phrase.split()): flag
            for name, flag in HEADS.items()
            for phrase in pack.get("headings", {}).get(name, ())
            if " " in phrase
        }

    def _compile_group(self, group: Mapping[str, Any], *, own: bool) -> None:
        severity = Severity(group["severity"]) if group.get("severity") else None
        base = group["id"] if own else f"{self.language}.{group['id']}"
        single = list(group.get("any", ()))
        together = list(group.get("together", ()))
        if own and group.get("all"):
            together.append(" ".join(group["all"]))
        unless = 0  # bits of the words beside which the group says nothing
        for pattern in group.get("unless", ()):
            if " " in pattern:
                self._quietly(self._add_phrase, pattern, None)
            else:
                unless |= self._quietly(self._bit, pattern) or 0
        for pattern in (*single, *together):
            whole_group = own or bool(group.get("mention"))
            rule_id = base if whole_group else f"{base}.{rule_name(pattern)}"
            if self._silenced(rule_id):
                continue
            rule = self.rules.get(rule_id) or self._rule(rule_id, group, severity, own, unless)
            self.rules[rule_id] = rule
            if pattern in together:
                self._quietly(self._add_together, pattern, rule)
            else:
                self._quietly(self._add_phrase, pattern, rule)
        if own and group.get("regex") and not self._silenced(base):
            compiled = safe_regex(group["regex"])
            if compiled is not None:
                rule = self.rules.get(base) or self._rule(base, group, severity, own)
                self.rules[base] = rule
                self.regexes.append((rule, compiled))

    @staticmethod
    def _quietly(add: Callable[..., Any], *arguments: Any) -> Any:
        """Leave out what cannot be compiled: rulecheck.problems says it with its place."""
        try:
            return add(*arguments)
        except ValueError:
            return None

    def _rule(
        self,
        rule_id: str,
        group: Mapping[str, Any],
        severity: Severity | None,
        own: bool,
        unless: int = 0,
    ) -> Rule:
        prior = float(group.get("points", 1.5) if own else group.get("prior", 0.0))
        mention = bool(group.get("mention"))
        # A rule too rare to have earned points of its own has those of its group.
        of_group = ".".join(rule_id.split(".")[:2])
        unfitted = prior if own else self._fitted.get(of_group, prior * 0.5)
        fitted = self._fitted.get(rule_id, unfitted)
        negated = self._fitted.get(
            f"not {rule_id}", self._fitted.get(f"not {of_group}", -0.4 * fitted)
        )
        faces = int(group.get("faces", 1))
        return Rule(
            rule_id,
            prior,
            fitted,
            negated,
            group.get("topic"),
            severity,
            mention,
            faces,
            side=prior / faces,
            own=own,
            unless=unless,
            hint=group.get("hint"),
        )

    def _add_phrase(self, pattern: str, rule: Rule | None) -> None:
        elements = parse_pattern(pattern, self.sets)
        first = elements[0]
        assert first is not None
        if first.anything:
            raise ValueError("a pattern starts with a word")
        self._index.add(first, Phrase(rule, elements[1:]))

    def _bit(self, part: str) -> int:
        bit = self._bit_of.get(part)
        if bit is None:
            bit = 1 << len(self._bit_of)
            self._bit_of[part] = bit
            self._bits.add(element_of(part.lower().replace("ё", "е"), self.sets), bit)
        return bit

    def _add_together(self, pattern: str, rule: Rule) -> None:
        first, *rest = pattern.split()
        bits = 0
        for part in rest:
            bits |= self._bit(part)
        first_bit = self._bit(first)
        self.firsts |= first_bit
        self.together.setdefault(first_bit, []).append(Together(rule, bits))

    def entry(self, word: str) -> Entry:
        """Return what is known of a lower-case word (ё already е)."""
        entry = self.known_words.get(word)
        if entry is None:
            if len(word) > LONGEST_WORD:
                return replace(self.entry(word[:LONGEST_WORD]), form=word)
            if len(self.known_words) >= MAX_CACHED_WORDS:
                self.known_words.clear()
            entry = self.known_words[word] = self._entry(word)
        return entry

    def phrases_at(self, entry: Entry, following: str) -> tuple[Phrase, ...]:
        """Return the phrases that may start with a word and the one after, and remember them."""
        found = tuple(
            phrase
            for phrase in entry.phrases
            if following == "," or phrase.rest[0] is None or phrase.rest[0].fits(following)
        )
        if max(len(entry.form), len(following)) <= LONGEST_WORD:
            if len(self.pairs) >= MAX_PAIRS:
                self.pairs.clear()
            self.pairs[entry.form, following] = found
        return found

    def word_id(self, stem: str) -> str:
        """Return the rule id under which a stem's points are told and can be silenced."""
        known = self._word_ids.get(stem)
        if known is None:
            if len(self._word_ids) >= MAX_CACHED_WORDS:
                self._word_ids.clear()
            known = f"{self.language}.word.{identifier(stem)}"
            self._word_ids[stem] = known
        return known

    def _entry(self, form: str) -> Entry:
        word = form.rstrip("-'’") or form
        found = self._index.find(word)
        if not found:
            shorter = _REPEATS.sub(r"\1", word)
            if shorter != word:
                found = self._index.find(shorter)
                word = shorter
        found.sort(key=lambda pair: -pair[0])
        phrases = [phrase for _, phrase in found if phrase.rest]
        single = [phrase.rule for _, phrase in found if not phrase.rest and phrase.rule]
        # The longest pattern is the most specific: it alone gives the word its side.
        sided = next((rule for rule in single if rule.prior), None)
        others = [
            rule
            for rule in single
            if (rule.severity or rule.own or rule.hint) and rule is not sided
        ]
        rules = tuple(dict.fromkeys([sided, *others] if sided else others))
        topics = tuple(dict.fromkeys(rule.topic for rule in single if rule.topic))
        bits = 0
        for _, bit in self._bits.find(word):
            bits |= bit
        phrases.sort(key=_precedence)
        stem = self._stem(word)
        stems = {} if self._silenced(self.word_id(stem)) else self._said
        said, said_negated = stems.get(stem), stems.get(f"!{stem}")
        flags = self._marks.get(word, 0)
        kind = max(self._kinds.find(word), default=(0, ""))[1]
        punctuation = "" if word[0].isalnum() else _SIGNS.get(word[0], ".")
        begins = bits & self.firsts
        acts = (flags | (BEGINS_PARTS if begins else 0)) & ACTING
        if punctuation == ",":
            sort, said, said_negated, bits = PAUSE, None, None, 0
        elif punctuation:
            sort = SIGN
        else:
            sort = WORD if rules or topics or phrases or kind or acts else QUIET
        return Entry(
            form=form,
            sort=sort,
            flags=flags,
            acts=acts,
            stem=stem,
            said=said,
            said_negated=said_negated,
            rules=rules,
            sided=sided is not None,
            topics=topics,
            phrases=tuple(phrases),
            bits=bits,
            begins=begins,
            known=bool(found or flags or bits or kind or said or said_negated),
            kind=kind,
            punctuation=punctuation,
        )


def profile_fits(group: Mapping[str, Any], profile: str | None) -> bool:
    wanted = group.get("profiles")
    return not wanted or profile in wanted


def _precedence(phrase: Phrase) -> tuple[int, int]:
    """What says nothing shields first, then the operator's own, the severe, and the longest."""
    rule = phrase.rule
    rank = 0 if rule is None else 1 if rule.own else 2 if rule.severity else 3
    return rank, -len(phrase.rest)
