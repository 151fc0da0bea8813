"""One walk over a review: the rules that fired, where, and the sides its clauses take."""

import re

from reviewbot.core.found import Clause, Hit, Scan
from reviewbot.core.lexicon import (
    CONTRAST,
    HEAD_BEGINS,
    HEAD_CONS,
    HEAD_PROS,
    HEADS_MASK,
    NEGATION,
    PAUSE,
    SIGN,
    STEM,
    STRONG,
    THROUGH,
    UNREAL,
    WEAK,
    Entry,
    Lexicon,
    Phrase,
    Piece,
)
from reviewbot.core.patterns import GAP_WORDS

MAX_TOKENS = 4_000
"""Words of one review that are read; a megabyte of text says nothing after the first pages."""
SEARCHED_CHARACTERS = 300
"""Expressions see a sentence up to here: with at most three repetitions that bounds their time."""
LONGEST_PIECE, MAX_PIECES = 40, 10_000
"""What stands between blanks is remembered up to this length, in this number: some 4 MB."""
FIELD_WORDS = 6
"""A field with more words than this says something, whatever they are."""
TOLD_TOKENS = 40
"""In a longer sentence words stand together by chance: there events need a rule with points."""

SENTENCE = re.compile(r"[^.!?…\n;]+[.!?…;)(\n]*|[.!?…;\n]+")
TOKEN = re.compile(r"\w[\w*'’\-]*|[!?]+|[()]+|[,:+=—–\-\u2600-\u27bf\U0001f300-\U0001faff]")
_COMMA = frozenset(",")
_AFTER_HEADING = frozenset(":-—–")
_NEGATED_AFTER = frozenset({"нет", "нету", "отсутствует", "отсутствуют", "ноль"})
_NOT_THERE = (
    "был",
    "нашл",
    "замет",
    "замеч",
    "обнаруж",
    "видел",
    "увид",
    "встре",
    "возник",
    "наблюд",
)
FIELDS = HEAD_PROS | HEAD_CONS
NEGATION_REACH = 2
UNREAL_REACH = 5
STRONGER, WEAKER, UNREAL_SHARE = 1.25, 0.6, 0.5


def scan(text: str, lexicon: Lexicon) -> Scan:
    """Walk over the text once; linear in its length."""
    result = Scan()
    walker = _Walker(lexicon, result)
    pieces = lexicon.pieces
    total = 0
    for sentence in SENTENCE.findall(text):
        tokens: list[str] = []
        entries: list[Entry] = []
        # Between blanks the same words and signs come again and again: they are cut once.
        for piece in sentence.split():
            known = pieces.get(piece) or _cut(piece, lexicon)
            tokens += known[0]
            entries += known[1]
        if tokens:
            walker.sentence(sentence, tokens, entries)
            total += len(tokens)
            if total > MAX_TOKENS:
                break
    if walker.field:
        walker.close_field()
    return result


def _cut(piece: str, lexicon: Lexicon) -> Piece:
    """Return the tokens of what stands between two blanks, and remember them if it is short."""
    tokens = tuple(TOKEN.findall(piece.lower().replace("ё", "е")))
    cut = tokens, tuple(map(lexicon.entry, tokens))
    if len(piece) <= LONGEST_PIECE:
        if len(lexicon.pieces) >= MAX_PIECES:
            lexicon.pieces.clear()
        lexicon.pieces[piece] = cut
    return cut


def search(result: Scan, lexicon: Lexicon) -> None:
    """Try the operator's regular expressions, sentence by sentence, cut to a bounded length."""
    for number, sentence in enumerate(result.sentences):
        for rule, pattern in lexicon.regexes:
            if pattern.search(sentence[:SEARCHED_CHARACTERS]):
                result.hits.append(Hit(rule, False, 1.0, number, 0, len(result.tokens[number])))
                if result.clauses:
                    clause = result.clauses[min(number, len(result.clauses) - 1)]
                    clause.add(rule, False, 1.0, 0)


class _Walker:
    """The state carried from sentence to sentence: the field a heading opened."""

    __slots__ = ("field", "field_clauses", "field_hits", "field_words", "lexicon", "result")

    def __init__(self, lexicon: Lexicon, result: Scan) -> None:
        self.lexicon = lexicon
        self.result = result
        self.field = 0
        self.field_words: list[str] = []
        self.field_hits = 0
        self.field_clauses = 0

    def close_field(self) -> None:
        """A field that only says that there is nothing in it counts as that, not by its words."""
        if not self.field & FIELDS:
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

    def _heading(self, flags: int, tokens: list[str], sentence: str) -> tuple[int, int]:
        """Return the heading's flag and how many tokens it takes; 0, 0 where there is none."""
        head = flags & HEADS_MASK
        if head and tokens[0][-1] == "-":
            return head, 1
        if head and (len(tokens) == 1 or tokens[1] in _AFTER_HEADING):
            if len(tokens) == 1 and not sentence.endswith("\n"):
                return 0, 0
            return head, min(2, len(tokens))
        if flags & HEAD_BEGINS:
            for phrase, flag in self.lexicon.heading_phrases.items():
                size = len(phrase)
                if tuple(tokens[:size]) == phrase and (
                    len(tokens) == size or tokens[size] in _AFTER_HEADING
                ):
                    return flag, min(size + 1, len(tokens))
        return 0, 0

    def _clause(self, *, contrast: bool = False) -> Clause:
        clause = Clause()
        if self.field:
            clause.field = self.field
        if contrast:
            clause.contrast = True
        self.result.clauses.append(clause)
        return clause

    def _keep_field_words(self, tokens: list[str]) -> None:
        kept = self.field_words
        kept += [token for token in tokens if token[0].isalnum()][: FIELD_WORDS - len(kept)]

    def sentence(self, sentence: str, tokens: list[str], entries: list[Entry]) -> None:
        """Read one sentence. Long on purpose: a call per word would halve the speed."""
        lexicon, result = self.lexicon, self.result
        number = len(result.sentences)
        result.sentences.append(sentence)
        result.tokens.append(tokens)
        pairs = lexicon.pairs
        hits, stems = result.hits, result.stems
        hits_before = len(hits)
        n = len(tokens)
        first = 0
        entry = entries[0]
        if entry.flags & (HEADS_MASK | HEAD_BEGINS):
            head, first = self._heading(entry.flags, tokens, sentence)
            if head:
                self.open_field(head)
        field_from = first
        clause = self._clause()
        reach = bits = negated_bits = firm_bits = words = 0
        skip_until = unreal_until = shielded_until = 0
        factor = 1.0
        for i, entry in enumerate(entries[first:] if first else entries, first + 1):
            sort = entry.sort
            if sort <= STEM:
                words += 1
                factor = 1.0
                if not sort:
                    if reach:
                        reach -= 1
                elif reach:
                    reach -= 1
                    if entry.stem_negated and entry.negated_stem not in stems:
                        stems[entry.negated_stem] = (entry.stem_negated, number)
                elif entry.stem_points and entry.stem not in stems:
                    stems[entry.stem] = (entry.stem_points, number)
                continue
            if sort == PAUSE:
                reach = 0
                continue
            if sort == SIGN:
                self._punctuation(entry.punctuation, tokens[i - 1])
                if not entry.known:
                    continue
            words += 1
            flags = entry.flags
            unreal = i <= unreal_until
            if flags & HEADS_MASK and i < n and tokens[i] == ":":
                if self.field & FIELDS:
                    self._keep_field_words(tokens[field_from : i - 1])
                self.open_field(flags & HEADS_MASK)
                field_from = i
                clause = self._clause()
                reach = 0
                continue
            if entry.kind:
                result.kinds[entry.kind] = result.kinds.get(entry.kind, 0) + 1
            if entry.topics:
                clause.mention(entry.topics, i)
            if reach:
                negated = True
                if entry.stem_negated and entry.negated_stem not in stems:
                    stems[entry.negated_stem] = (entry.stem_negated, number)
            else:
                negated = False
                if entry.stem_points and entry.stem not in stems:
                    stems[entry.stem] = (entry.stem_points, number)
            if i > skip_until:
                end = 0
                hits_known = len(hits)
                if entry.phrases and i < n:
                    pair = tokens[i - 1], tokens[i]
                    candidates = pairs.get(pair)
                    if candidates is None:
                        candidates = lexicon.phrases_at(entry, *pair)
                    if candidates:
                        weight = factor * UNREAL_SHARE if unreal else factor
                        end = self._phrase(candidates, tokens, i, number, clause, negated, weight)
                if end:
                    skip_until = end
                    if len(hits) == hits_known:
                        shielded_until = end
                elif entry.rules:
                    if not negated and i < n and _denied(tokens, i, n):
                        negated = True
                    for rule in entry.rules:
                        weight = factor * UNREAL_SHARE if unreal and rule.side > 0 else factor
                        hits.append(Hit(rule, negated, weight, number, i - 1, i))
                    if entry.sided:
                        clause.add(entry.rules[0], negated, weight, i)
            # What stands in a phrase that says nothing is no part of a rule either.
            if entry.bits and i > shielded_until:
                bits |= entry.bits
                if reach or unreal or _denied(tokens, i, n):
                    negated_bits |= entry.bits
                else:
                    firm_bits |= entry.bits
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
                unreal_until = i + UNREAL_REACH
            if flags & CONTRAST and words > 1:
                clause = self._clause(contrast=True)
                reach = unreal_until = 0
        result.words += words
        if self.field & FIELDS:
            self._keep_field_words(tokens[field_from:])
            if self.field == HEAD_PROS:
                result.pros_words += words
            else:
                result.cons_words += words
        if bits & lexicon.firsts:
            self._together(bits, negated_bits & ~firm_bits, number, clause, n)
        if bits & lexicon.guards:
            hits[hits_before:] = [hit for hit in hits[hits_before:] if not hit[0].unless & bits]

    def _punctuation(self, sign: str, token: str) -> None:
        result = self.result
        if sign == "!":
            result.exclamations += len(token)
        elif sign == "?":
            result.questions += 1
        elif sign == ")":
            result.smiles += len(token)
        elif sign == "(":
            result.frowns += len(token)

    def _phrase(
        self,
        candidates: tuple[Phrase, ...],
        tokens: list[str],
        i: int,
        number: int,
        clause: Clause,
        negated: bool,
        factor: float,
    ) -> int:
        """Try the phrases that start here; return where the first that fits ends, or 0."""
        ends = 0
        for phrase in candidates:
            end = _match(phrase, tokens, i)
            if not end:
                continue
            rule = phrase.rule
            if rule is not None:
                self.result.hits.append(Hit(rule, negated, factor, number, i - 1, end))
                clause.add(rule, negated, factor, i)
                if rule.topic:
                    clause.mention((rule.topic,), i)
                if rule.own:
                    ends = end
                    continue
            return end
        return ends

    def _together(self, bits: int, negated_bits: int, number: int, clause: Clause, n: int) -> None:
        """Fire the rules whose parts all stand in this sentence."""
        together = self.lexicon.together
        left = bits & self.lexicon.firsts
        while left:
            first = left & -left
            left ^= first
            for rule, rest in together[first]:
                if bits & rest == rest and (n <= TOLD_TOKENS or rule.prior or rule.own):
                    negated = bool(negated_bits & first)
                    self.result.hits.append(Hit(rule, negated, 1.0, number, 0, n))
                    clause.add(rule, negated, 1.0, n)


def _denied(tokens: list[str], i: int, n: int) -> bool:
    """Whether the words after say that the thing was not there: «тараканов нет», «не было»."""
    if i >= n:
        return False
    following = tokens[i]
    if following in _NEGATED_AFTER:
        return True
    return following == "не" and i + 1 < n and tokens[i + 1].startswith(_NOT_THERE)


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
            if token in _COMMA:
                continue
            if not gap:
                return 0
            gap -= 1
    return i
