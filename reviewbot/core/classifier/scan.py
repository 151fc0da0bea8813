"""One walk over a review: the rules that fired, where, and the sides its clauses take."""

import re
from itertools import chain

from reviewbot.core.classifier.entries import (
    BEGINS_PARTS,
    CONTRAST,
    HEAD_BEGINS,
    HEAD_CONS,
    HEAD_PROS,
    HEADS_MASK,
    NEGATION,
    PAUSE,
    SIGN,
    STRONG,
    THROUGH,
    UNREAL,
    WEAK,
    WORD,
    Entry,
    Phrase,
)
from reviewbot.core.classifier.lexicon import Lexicon
from reviewbot.core.classifier.nearby_parts import Parts, is_denied_after, together
from reviewbot.core.classifier.patterns import GAP_WORDS
from reviewbot.core.classifier.scan_result import Clause, Hit, Scan

MAX_TOKENS = 4_000
"""Words of one review that are read; a megabyte of text says nothing after the first pages."""
SEARCHED_CHARACTERS = 300
"""Expressions see a sentence up to here: with at most three repetitions that bounds their time."""
FIELD_WORDS = 6
"""A field with more words than this says something, whatever they are."""
SENTENCE = re.compile(r"[^.!?…\n;]+[.!?…;)(\n]*|[.!?…;\n]+")
_COMMA = frozenset(",")
_AFTER_HEADING = frozenset(":-—–")
FIELDS = HEAD_PROS | HEAD_CONS
NEGATION_REACH = 2
UNREAL_REACH = 5
STRONGER, WEAKER, UNREAL_SHARE = 1.25, 0.6, 0.5


def scan(text: str, lexicon: Lexicon) -> Scan:
    """Walk over the text once; linear in its length.

    Long on purpose: a call per word would halve the speed. Tokens count from 1 in their sentence.
    What reaches over some words is kept as the place of the last of them, so that the words no
    rule begins with, nearly half of all, need no look.
    """
    result = Scan()
    field = _Field(lexicon, result)
    pieces, pairs = lexicon.pieces.__getitem__, lexicon.pairs
    sentences, read, said = result.sentences, result.entries, result.said
    hits, clauses, kinds = result.hits, result.clauses, result.kinds
    total = 0
    for sentence in SENTENCE.findall(text):
        entries = [*chain.from_iterable(map(pieces, sentence.lower().split()))]
        if not entries:
            continue
        if total > MAX_TOKENS:
            break
        number, n = len(sentences), len(entries)
        sentences.append(sentence)
        read.append(entries)
        said += [entry.said for entry in entries]
        first = 0
        if entries[0].flags & (HEADS_MASK | HEAD_BEGINS):
            head, first = _heading(entries, sentence, lexicon)
            if head:
                field.open(head)
                said[total : total + first] = [None] * first
        field_from = first
        clause = Clause()
        clause.field = field.head
        clauses.append(clause)
        hits_before = len(hits)
        negated_until = unreal_until = skip_until = shielded_until = weighted_at = 0
        signs = begun = 0
        factor = 1.0
        silent: set[int] = set()
        reached: list[range] = []
        for i, entry in enumerate(entries[first:] if first else entries, first + 1):
            sort = entry.sort
            if not sort:
                continue
            if sort > WORD:
                if sort == SIGN:
                    _punctuation(result, entry)
                if sort == PAUSE or not entry.known:
                    signs += 1
                    weighted_at += weighted_at == i
                    continue
            acts = entry.acts
            if acts and acts & HEADS_MASK and i < n and entries[i].form == ":":
                field.keep(entries[field_from : i - 1])
                field.open(acts & HEADS_MASK)
                field_from = i
                clause = Clause()
                clause.field = field.head
                clauses.append(clause)
                said[total + i - 1] = None
                silent.add(i)
                weighted_at += weighted_at == i
                negated_until = 0
                continue
            if entry.kind:
                kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
            candidates: tuple[Phrase, ...] = ()
            if i > skip_until and entry.phrases and i < n:
                pair = entry.form, entries[i].form
                known = pairs.get(pair)
                candidates = lexicon.phrases_at(entry, entries[i]) if known is None else known
                if candidates and candidates[0].rule is None:
                    end = _says_nothing_until(candidates, entries, i)
                    if end:
                        skip_until = shielded_until = end
                        silent.update(range(i, end + 1))
                        said[total + i - 1 : total + end] = [None] * (end - i + 1)
            if entry.topics:
                named = entry.topics if i > skip_until else entry.things
                if named:
                    clause.mention(named, i)
            if i > skip_until:
                end = 0
                if candidates:
                    weight = factor if i == weighted_at else 1.0
                    if i <= unreal_until:
                        weight *= UNREAL_SHARE
                    negated = i <= negated_until
                    end = _phrase(candidates, entries, i, number, clause, negated, weight, hits)
                if end:
                    skip_until = end
                elif entry.rules:
                    negated = i <= negated_until or (i < n and is_denied_after(entries, i, n))
                    for rule in entry.rules:
                        weight = factor if i == weighted_at else 1.0
                        if i <= unreal_until and rule.side > 0:
                            weight *= UNREAL_SHARE
                        hits.append(Hit(rule, negated, weight, number, i - 1, i))
                    if entry.sided:
                        clause.add(entry.rules[0], negated, weight, i)
            if not acts:
                continue
            # What stands in a phrase that says nothing is no part of a rule either.
            if acts & BEGINS_PARTS and i > shielded_until:
                begun |= entry.begins
            if acts & (STRONG | WEAK):
                weighted_at = i + 1
                factor = STRONGER if acts & STRONG else WEAKER
            if acts & CONTRAST and i - first - signs > 1:
                clause = Clause()
                clause.field = field.head
                clause.contrast = True
                clauses.append(clause)
                negated_until = unreal_until = 0
                continue
            if acts & NEGATION:
                negated_until = _negated_until(entries, i, n)
                said[total + i : total + negated_until] = [
                    denied.said_negated for denied in entries[i:negated_until]
                ]
                reached.append(range(i + 1, negated_until + 1))
            if acts & UNREAL:
                unreal_until = i + UNREAL_REACH
                reached.append(range(i + 1, unreal_until + 1))
        words = n - first - signs
        result.words += words
        if field.head:
            field.keep(entries[field_from:])
            field.count(words)
        if begun:
            parts = Parts(entries, first, silent, reached)
            for rule, span in together(lexicon, begun, parts):
                negated = not parts.said(span)
                hits.append(Hit(rule, negated, 1.0, number, span[0] - 1, span[-1]))
                clause.add(rule, negated, 1.0, span[-1])
        guards = 0
        for hit in hits[hits_before:]:
            guards |= hit[0].unless
        if guards:
            bits = _bits(entries, first, silent)
            hits[hits_before:] = [hit for hit in hits[hits_before:] if not hit[0].unless & bits]
        if reached:
            result.denied += [range(total + at[0] - 1, total + at[-1]) for at in reached if at]
        if silent:
            result.silent |= {total + i - 1 for i in silent}
        total += n
    field.close()
    result.stems = [*dict.fromkeys(filter(None, said))]
    return result


def search(result: Scan, lexicon: Lexicon) -> None:
    """Try the operator's regular expressions, sentence by sentence, cut to a bounded length."""
    for number, sentence in enumerate(result.sentences):
        for rule, pattern in lexicon.regexes:
            if pattern.search(sentence[:SEARCHED_CHARACTERS]):
                result.hits.append(Hit(rule, False, 1.0, number, 0, len(result.entries[number])))
                if result.clauses:
                    clause = result.clauses[min(number, len(result.clauses) - 1)]
                    clause.add(rule, False, 1.0, 0)


class _Field:
    """The field a heading opened, from sentence to sentence."""

    __slots__ = ("clauses_before", "head", "hits_before", "lexicon", "result", "words")

    def __init__(self, lexicon: Lexicon, result: Scan) -> None:
        self.lexicon = lexicon
        self.result = result
        self.head = 0
        self.words: list[str] = []
        self.hits_before = self.clauses_before = 0

    def open(self, head: int) -> None:
        self.close()
        self.head = head
        self.words = []
        self.hits_before = len(self.result.hits)
        self.clauses_before = len(self.result.clauses)

    def keep(self, entries: list[Entry]) -> None:
        """Keep the first words of what the field says."""
        if self.head & FIELDS:
            words = [entry.form for entry in entries if entry.form[0].isalnum()]
            self.words += words[: FIELD_WORDS - len(self.words)]

    def count(self, words: int) -> None:
        if self.head == HEAD_PROS:
            self.result.pros_words += words
        elif self.head == HEAD_CONS:
            self.result.cons_words += words

    def close(self) -> None:
        """A field that only says that there is nothing in it counts as that, not by its words."""
        if not self.head & FIELDS:
            return
        result, said = self.result, " ".join(self.words)
        pros = self.head == HEAD_PROS
        if not said or said in self.lexicon.empty_forms:
            del result.hits[self.hits_before :]
            del result.clauses[self.clauses_before :]
            if pros:
                result.pros_empty = True
            else:
                result.cons_empty = True
        elif said in self.lexicon.many_forms:
            if pros:
                result.pros_many = True
            else:
                result.cons_many = True


def _heading(entries: list[Entry], sentence: str, lexicon: Lexicon) -> tuple[int, int]:
    """Return the heading's flag and how many tokens it takes; 0, 0 where there is none."""
    flags = entries[0].flags
    head = flags & HEADS_MASK
    n = len(entries)
    if head and entries[0].form[-1] == "-":
        return head, 1
    if head and (n == 1 or entries[1].form in _AFTER_HEADING):
        if n == 1 and not sentence.endswith("\n"):
            return 0, 0
        return head, min(2, n)
    if flags & HEAD_BEGINS:
        for phrase, flag in lexicon.heading_phrases.items():
            size = len(phrase)
            if tuple(entry.form for entry in entries[:size]) == phrase and (
                n == size or entries[size].form in _AFTER_HEADING
            ):
                return flag, min(size + 1, n)
    return 0, 0


def _punctuation(result: Scan, entry: Entry) -> None:
    sign = entry.punctuation
    if sign == "!":
        result.exclamations += len(entry.form)
    elif sign == "?":
        result.questions += 1
    elif sign == ")":
        result.smiles += len(entry.form)
    elif sign == "(":
        result.frowns += len(entry.form)


def _says_nothing_until(candidates: tuple[Phrase, ...], entries: list[Entry], i: int) -> int:
    """Return where a phrase that says nothing ends if one starts here, or 0; they stand first."""
    for phrase in candidates:
        if phrase.rule is not None:
            break
        end = _match(phrase, entries, i)
        if end:
            return end
    return 0


def _phrase(
    candidates: tuple[Phrase, ...],
    entries: list[Entry],
    i: int,
    number: int,
    clause: Clause,
    negated: bool,
    weight: float,
    hits: list[Hit],
) -> int:
    """Try the rules' phrases that start here; return where the first that fits ends, or 0."""
    ends = 0
    for phrase in candidates:
        rule = phrase.rule
        end = _match(phrase, entries, i) if rule is not None else 0
        if rule is None or not end:
            continue
        hits.append(Hit(rule, negated, weight, number, i - 1, end))
        clause.add(rule, negated, weight, i)
        if rule.topic:
            clause.mention((rule.topic,), i)
        if not rule.own:
            return end
        ends = end
    return ends


def _negated_until(entries: list[Entry], i: int, n: int) -> int:
    """Return the last token that a negation at `i` reaches: over what it passes through, up to a
    pause, a contrast or a heading."""
    left = NEGATION_REACH
    while left and i < n:
        entry = entries[i]
        flags = entry.flags
        if entry.sort == PAUSE:
            break
        if flags & HEADS_MASK and i + 1 < n and entries[i + 1].form == ":":
            break
        i += 1
        if flags & CONTRAST:
            break
        if not flags & THROUGH and (entry.known or entry.sort != SIGN):
            left -= 1
    return i


def _bits(entries: list[Entry], first: int, silent: set[int]) -> int:
    """Return the bits of the parts of rules that stand in a sentence, its silent tokens apart."""
    bits = 0
    for i, entry in enumerate(entries[first:], first + 1):
        if entry.bits and i not in silent:
            bits |= entry.bits
    return bits


def _match(phrase: Phrase, entries: list[Entry], i: int) -> int:
    gap = 0
    n = len(entries)
    for element in phrase.rest:
        if element is None:
            gap = GAP_WORDS
            continue
        while True:
            if i >= n:
                return 0
            token = entries[i].form
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
