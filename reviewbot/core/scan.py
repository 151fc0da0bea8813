"""One walk over a review: every rule that fired, with its sentence, and the sides of each clause."""

import re
from dataclasses import dataclass, field

from reviewbot.core.lexicon import (
    CONTRAST,
    GAP_WORDS,
    HEAD_COMMENT,
    HEAD_CONS,
    HEAD_PROS,
    NEGATION,
    STRONG,
    THROUGH,
    UNREAL,
    WEAK,
    Entry,
    Lexicon,
    Phrase,
    Rule,
)

MAX_TOKENS = 4_000
"""Words of one review that are read; a megabyte of text says nothing after the first pages."""
MAX_PAIRS = 4_000

SENTENCE = re.compile(r"[^.!?…\n;]+[.!?…;)(\n]*|[.!?…;\n]+")
TOKEN = re.compile(
    r"\w+(?:[*'’\-]+\w+)*|[!?]+|[()]+|[,:+=—–-]|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
_NEGATED_AFTER = frozenset({"нет", "нету", "отсутствует", "отсутствуют", "ноль"})
NEGATION_REACH = 2
STRONGER, WEAKER, UNREAL_SHARE = 1.25, 0.6, 0.5


@dataclass(slots=True)
class Hit:
    """A rule that fired: tokens `start` to `end` of sentence `sentence`."""

    rule: Rule
    negated: bool
    weight: float
    sentence: int
    start: int
    end: int


@dataclass(slots=True)
class Clause:
    """A part of a sentence between contrasts: how much complaint and praise, about what."""

    sentence: int
    field: int
    contrast: bool
    complaint: float = 0.0
    praise: float = 0.0
    topics: set[str] = field(default_factory=set)
    complained: dict[str, float] = field(default_factory=dict)
    praised: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Scan:
    sentences: list[str] = field(default_factory=list)
    tokens: list[list[str]] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    stems: dict[str, tuple[float, int]] = field(default_factory=dict)
    clauses: list[Clause] = field(default_factory=list)
    words: int = 0
    known: int = 0
    exclamations: int = 0
    questions: int = 0
    smiles: int = 0
    frowns: int = 0
    capitals: int = 0
    pros_words: int = 0
    cons_words: int = 0
    pros_empty: bool = False
    cons_empty: bool = False
    pros_many: bool = False
    cons_many: bool = False


def scan(text: str, lexicon: Lexicon) -> Scan:
    """Walk over the text once; linear in its length."""
    result = Scan()
    walker = _Walker(lexicon, result)
    for sentence in SENTENCE.findall(text):
        tokens = TOKEN.findall(sentence.lower().replace("ё", "е"))
        if not tokens:
            continue
        walker.sentence(sentence, tokens)
        if walker.total > MAX_TOKENS:
            break
    walker.close_field()
    return result


class _Walker:
    """The state carried from sentence to sentence: the field a heading opened."""

    def __init__(self, lexicon: Lexicon, result: Scan) -> None:
        self.lexicon = lexicon
        self.result = result
        self.field = 0
        self.field_words: list[str] = []
        self.field_hits = 0
        self.field_clauses = 0
        self.total = 0

    def close_field(self) -> None:
        """A field that only says that there is nothing in it counts as that, not by its words."""
        if self.field not in (HEAD_PROS, HEAD_CONS):
            return
        result, said = self.result, " ".join(self.field_words)
        pros = self.field == HEAD_PROS
        if not self.field_words or said in self.lexicon.empty_forms:
            del result.hits[self.field_hits :]
            del result.clauses[self.field_clauses :]
            if pros:
                result.pros_empty = True
            else:
                result.cons_empty = True
        elif said in self.lexicon.many_forms:
            if pros:
                result.pros_many = True
            else:
                result.cons_many = True

    def open_field(self, head: int) -> None:
        self.close_field()
        self.field = head
        self.field_words = []
        self.field_hits = len(self.result.hits)
        self.field_clauses = len(self.result.clauses)

    def _heading(self, tokens: list[str], sentence: str) -> tuple[int, int]:
        """Return the heading's flag and how many tokens it takes; 0, 0 where there is none."""
        entry = self.lexicon.entry(tokens[0])
        head = entry.flags & (HEAD_PROS | HEAD_CONS | HEAD_COMMENT)
        if head and (len(tokens) == 1 or tokens[1] in ":-—–"):
            if len(tokens) == 1 and not sentence.endswith("\n"):
                return 0, 0
            return head, 2 if len(tokens) > 1 else 1
        for phrase, flag in self.lexicon.heading_phrases.items():
            size = len(phrase)
            if tokens[0] == phrase[0] and tuple(tokens[:size]) == phrase and (
                len(tokens) == size or tokens[size] in ":-—–"
            ):
                return flag, min(size + 1, len(tokens))
        return 0, 0

    def sentence(self, sentence: str, tokens: list[str]) -> None:
        lexicon, result = self.lexicon, self.result
        number = len(result.sentences)
        result.sentences.append(sentence)
        result.tokens.append(tokens)
        head, i = self._heading(tokens, sentence)
        if head:
            self.open_field(head)
        cache = lexicon._cache
        entry_of = lexicon.entry
        clause = Clause(number, self.field, False)
        result.clauses.append(clause)
        reach = 0
        unreal = False
        factor = 1.0
        bits = 0
        negated_bits = 0
        n = len(tokens)
        skip_until = 0
        words = 0
        known = 0
        stems = result.stems
        hits = result.hits
        in_field = self.field in (HEAD_PROS, HEAD_CONS)
        while i < n:
            token = tokens[i]
            i += 1
            entry = cache.get(token) or entry_of(token)
            first = token[0]
            if not first.isalnum():
                reach = 0 if first in ",:+=" else reach
                if first == "!":
                    result.exclamations += len(token)
                elif first == "?":
                    result.questions += 1
                elif first == ")":
                    result.smiles += len(token)
                elif first == "(":
                    result.frowns += len(token)
                elif first in "-—–,:+=":
                    continue
                if not entry.known:
                    continue
            words += 1
            flags = entry.flags
            if flags & (HEAD_PROS | HEAD_CONS | HEAD_COMMENT) and i < n and tokens[i] == ":":
                self.open_field(flags & (HEAD_PROS | HEAD_CONS | HEAD_COMMENT))
                in_field = self.field in (HEAD_PROS, HEAD_CONS)
                clause = Clause(number, self.field, False)
                result.clauses.append(clause)
                reach = 0
                continue
            if in_field and len(self.field_words) < 6:
                self.field_words.append(token)
            if entry.known:
                known += 1
            if entry.bits:
                bits |= entry.bits
                if reach:
                    negated_bits |= entry.bits
            if entry.topics:
                clause.topics.update(entry.topics)
            negated = reach > 0
            if entry.stem_points and not negated:
                stems.setdefault(entry.stem, (entry.stem_points, number))
            elif negated and entry.stem_negated:
                stems.setdefault("не " + entry.stem, (entry.stem_negated, number))
            if i > skip_until:
                end = 0
                if entry.phrases and i < n:
                    end = self._phrase(entry, token, tokens, i, number, clause, negated, factor)
                if end:
                    skip_until = end
                elif entry.rule is not None:
                    if not negated and i < n and tokens[i] in _NEGATED_AFTER:
                        negated = True
                    weight = factor
                    if unreal and entry.rule.prior > 0:
                        weight *= UNREAL_SHARE
                    hits.append(Hit(entry.rule, negated, weight, number, i - 1, i))
                    _side(clause, entry.rule, negated, weight)
                    for rule in entry.others:
                        if rule is not entry.rule:
                            hits.append(Hit(rule, negated, weight, number, i - 1, i))
                elif entry.others:
                    hits.extend(
                        Hit(rule, negated, factor, number, i - 1, i) for rule in entry.others
                    )
            if not flags:
                if reach:
                    reach -= 1
                factor = 1.0
                continue
            if flags & NEGATION:
                reach = NEGATION_REACH
            elif reach and not flags & THROUGH:
                reach -= 1
            factor = STRONGER if flags & STRONG else WEAKER if flags & WEAK else 1.0
            if flags & UNREAL:
                unreal = True
            if flags & CONTRAST and words > 1:
                clause = Clause(number, self.field, True)
                result.clauses.append(clause)
                reach = 0
                unreal = False
        self.total += n
        result.words += words
        result.known += known
        if self.field == HEAD_PROS:
            result.pros_words += words
        elif self.field == HEAD_CONS:
            result.cons_words += words
        if bits and lexicon.together:
            self._together(bits, negated_bits, number, clause, n, unreal)

    def _phrase(
        self,
        entry: Entry,
        token: str,
        tokens: list[str],
        i: int,
        number: int,
        clause: Clause,
        negated: bool,
        factor: float,
    ) -> int:
        """Try the phrases that start here; return where the first that fits ends, or 0."""
        following = tokens[i]
        if following == "," and i + 1 < len(tokens):
            following = tokens[i + 1]
        pairs = self.lexicon.pairs
        candidates = pairs.get((token, following))
        if candidates is None:
            candidates = tuple(
                phrase
                for phrase in entry.phrases
                if phrase.rest[0] is None or phrase.rest[0].fits(following)
            )
            if len(pairs) >= MAX_PAIRS:
                pairs.clear()
            pairs[token, following] = candidates
        for phrase in candidates:
            end = _match(phrase, tokens, i)
            if not end:
                continue
            if phrase.rule is not None:
                self.result.hits.append(Hit(phrase.rule, negated, factor, number, i - 1, end))
                _side(clause, phrase.rule, negated, factor)
                if phrase.rule.topic:
                    clause.topics.add(phrase.rule.topic)
            return end
        return 0

    def _together(
        self, bits: int, negated_bits: int, number: int, clause: Clause, n: int, unreal: bool
    ) -> None:
        for first, rules in self.lexicon.together.items():
            if not bits & first:
                continue
            for rule in rules:
                if bits & rule.rest == rule.rest and not bits & rule.unless:
                    negated = bool(negated_bits & first)
                    weight = UNREAL_SHARE if unreal else 1.0
                    self.result.hits.append(Hit(rule.rule, negated, weight, number, 0, n))
                    _side(clause, rule.rule, negated, weight)


def _match(phrase: Phrase, tokens: list[str], i: int) -> int:
    gap = 0
    n = len(tokens)
    for element in phrase.rest:
        if element is None:
            gap = GAP_WORDS
            continue
        while True:
            if i >= n:
                return 0
            token = tokens[i]
            i += 1
            if element.fits(token):
                gap = 0
                break
            if token == ",":
                continue
            if not gap:
                return 0
            gap -= 1
    return i


def _side(clause: Clause, rule: Rule, negated: bool, weight: float) -> None:
    """Put a hit on its side of the clause; a negated word stands, weaker, on the other side."""
    value = rule.prior * weight
    if rule.faces > 1:
        value *= 0.5
    if negated:
        value *= -0.7 if value < 0 else -0.4
    if value > 0:
        clause.complaint += value
        if rule.topic:
            clause.complained[rule.topic] = clause.complained.get(rule.topic, 0.0) + value
    elif value < 0:
        clause.praise -= value
        if rule.topic:
            clause.praised[rule.topic] = clause.praised.get(rule.topic, 0.0) - value
