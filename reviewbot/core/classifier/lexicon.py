"""Rule packs compiled for look-up: one dict access gives all that the rules know of a word.

Compiling is total: what cannot be compiled is left out, and told by `rule_check.problems_of`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import chain
from operator import itemgetter
from typing import Any

from reviewbot.core.classifier.entries import (
    ACTING,
    ANY_SECOND,
    BEGINS_PARTS,
    FLAGS,
    HEAD_BEGINS,
    HEADS,
    LONGEST_PIECE,
    MAX_PIECES,
    NOTHING,
    PAUSE,
    QUIET,
    SIGN,
    STOP,
    TOKEN,
    WORD,
    Entry,
    KnownWord,
    Part,
    Phrase,
    Remembered,
    Rule,
    Second,
    Stem,
    Together,
    Trade,
    known_of,
    root_of,
    rule_of,
    unknown_word,
)
from reviewbot.core.classifier.language_detection import STEMMERS, identifier
from reviewbot.core.classifier.patterns import (
    Compile,
    Element,
    Expression,
    Index,
    danger_id,
    element_of,
    parse_pattern,
    readings,
    rule_id,
)
from reviewbot.core.classifier.weights import fitted_words

ALARM_FROM = 0.5
"""A stem or a set with so many points of a danger is reason to look at the words around it."""
LONGEST_WORD = 48
MAX_PAIRS = 20_000
MAX_CACHED_WORDS = 15_000
"""Words remembered per pack, in two generations: the memory never passes a few MB."""

_SIGNS = {sign: sign for sign in "!?()"} | dict.fromkeys(",:+=—–-", ",")
_REPEATS = re.compile(r"(\w)\1{2,}")


class Lexicon:
    """One language's rules, ready to be asked about words. Not shared between threads."""

    def __init__(
        self,
        pack: Mapping[str, Any],
        *,
        off: Iterable[str] = (),
        points: Mapping[str, float] | None = None,
        added: Iterable[Mapping[str, Any]] = (),
        profile: str | None = None,
        expressions: Compile | None = None,
    ) -> None:
        self._expressions = expressions
        self.language: str = pack["language"]
        self.sets: dict[str, list[str]] = dict(pack.get("sets", {}))
        self._fitted: dict[str, float] = {**pack.get("points", {}), **(points or {})}
        self._off = tuple(off)
        self._stem = STEMMERS[self.language]
        words = fitted_words(pack, self._stem)
        self._said = words.said
        self.strong_stems = words.strong
        self.models = words.models
        self.danger = words.danger
        self._manner, self.sorts_of = words.manner, words.sorts_of
        self.word_kinds = words.kinds
        self._index = Index()
        """All that stands for a word, in one tree: phrases, parts, trades."""
        self._marks: dict[str, int] = {}
        self._bit_of: dict[str, int] = {}
        self.firsts = 0
        self.together: dict[int, list[Together]] = {}
        self.rules: dict[str, Rule] = {}
        self.regexes: list[tuple[Rule, Expression]] = []
        self._second_of: dict[Element, int] = {}
        self._sorted_out: dict[tuple[int, ...], KnownWord] = {}
        self.known_words: Remembered[str, Entry] = Remembered(
            self._entry, MAX_CACHED_WORDS, LONGEST_WORD
        )
        self.pieces: Remembered[str, tuple[Entry, ...]] = Remembered(
            self._cut, MAX_PIECES, LONGEST_PIECE
        )
        self.pairs: dict[tuple[str, str], tuple[Phrase, ...]] = {}
        self._old_pairs: dict[tuple[str, str], tuple[Phrase, ...]] = {}
        self._word_ids: Remembered[str, str] = Remembered(
            lambda stem: f"{self.language}.word.{identifier(stem)}", MAX_CACHED_WORDS
        )
        self.empty_forms = frozenset(
            form.replace("ё", "е") for form in pack.get("headings", {}).get("empty", ())
        )
        self.many_forms = frozenset(pack.get("headings", {}).get("many", ()))
        self._compile_trades(pack)
        self._compile_marks(pack)
        for group in pack.get("group", ()):
            if profile_fits(group, profile):
                self._compile_group(group, own=False)
        for group in added:
            self._compile_group(group, own=True)

    @property
    def stem_names(self) -> tuple[str, ...]:
        """The stems that have points, `!` before those after a negation."""
        return tuple(self._said)

    def silences(self, rule_id: str) -> bool:
        """Whether the operator turned a rule off."""
        return any(fnmatchcase(rule_id, pattern) for pattern in self._off)

    def _compile_trades(self, pack: Mapping[str, Any]) -> None:
        for name, kind in pack.get("profile", {}).items():
            for word in kind.get("marks", ()):
                (element,) = parse_pattern(word)
                assert element is not None
                self._index.add(element, Trade(name))

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
        base = group["id"] if own else f"{self.language}.{group['id']}"
        single = list(group.get("any", ()))
        together = list(group.get("together", ()))
        if own and group.get("all"):
            together.append(" ".join(group["all"]))
        unless = self._unless(group)
        for patterns, add in ((single, self._add_phrase), (together, self._add_together)):
            for pattern in patterns:
                name = base if own else rule_id(base, group, pattern)
                for one in () if self.silences(name) else _quietly(readings, pattern) or ():
                    _quietly(add, one, self._rule(name, group, own=own, unless=unless))
        if own and group.get("regex") and not self.silences(base):
            assert self._expressions is not None, "given with the rules"
            compiled = _quietly(self._expressions, group["regex"])
            if compiled is not None:
                self.regexes.append((self._rule(base, group, own=own), compiled))

    def _unless(self, group: Mapping[str, Any]) -> int:
        """Return the bits of the words beside which a group says nothing; phrases of them shield
        what stands inside."""
        bits = 0
        patterns = group.get("unless", ())
        for one in chain.from_iterable(_quietly(readings, pattern) or () for pattern in patterns):
            if " " in one:
                _quietly(self._add_phrase, one, None)
            else:
                bits |= _quietly(self._bit, one) or 0
        return bits

    def _rule(self, rule_id: str, group: Mapping[str, Any], *, own: bool, unless: int = 0) -> Rule:
        """Return the rule of an id; every pattern of the id is the same rule."""
        known = self.rules.get(rule_id)
        if known is not None:
            return known
        rule = self.rules[rule_id] = rule_of(rule_id, group, self._fitted, own=own, unless=unless)
        return rule

    def _add_phrase(self, pattern: str, rule: Rule | None) -> None:
        elements = parse_pattern(pattern, self.sets)
        first = elements[0]
        assert first is not None
        if first.anything:
            raise ValueError("a pattern starts with a word")
        rest = elements[1:]
        second = self._second(rest[0]) if rest else ANY_SECOND
        self._index.add(first, Phrase(rule, rest, second))

    def _second(self, element: Element | None) -> int:
        """Return the number of what follows the first word of a phrase."""
        if element is None or element.anything:
            return ANY_SECOND
        number = self._second_of.get(element)
        if number is None:
            number = self._second_of[element] = len(self._second_of)
            self._index.add(element, Second(number))
        return number

    def _bit(self, part: str) -> int:
        bit = self._bit_of.get(part)
        if bit is None:
            bit = self._bit_of[part] = 1 << len(self._bit_of)
            element = element_of(part.lower().replace("ё", "е"), self.sets)
            self._index.add(element, Part(bit))
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
        return self.known_words[word]

    def _cut(self, piece: str) -> tuple[Entry, ...]:
        """Return what is known of the tokens of what stands between two blanks."""
        words = self.known_words.__getitem__
        return tuple(map(words, TOKEN.findall(piece.lower().replace("ё", "е"))))

    def phrases_at(self, entry: Entry, following: Entry) -> tuple[Phrase, ...]:
        """Return the phrases that may start with a word and the one after, and remember them."""
        pair = entry.form, following.form
        found = self._old_pairs.get(pair)
        if found is None:
            seconds = following.seconds
            found = (
                entry.phrases
                if following.form == ","
                else tuple(
                    [
                        phrase
                        for phrase in entry.phrases
                        if phrase.second in seconds or phrase.second == ANY_SECOND
                    ]
                )
            )
        if len(pair[0]) <= LONGEST_WORD >= len(pair[1]):
            if len(self.pairs) >= MAX_PAIRS:
                self._old_pairs = dict(self.pairs)
                self.pairs.clear()
            self.pairs[pair] = found
        return found

    def word_id(self, stem: str) -> str:
        """Return the rule id under which a stem's points are told and can be silenced."""
        return self._word_ids[stem]

    def danger_id(self, danger: str) -> str:
        """Return the rule id under which a danger is told and can be silenced."""
        return danger_id(self.language, danger)

    def _known(self, word: str) -> KnownWord:
        """Return what stands for a word, sorted out; most words stand where others stood."""
        found = self._index.find(word)
        if not found:
            return NOTHING
        place = tuple([id(value) for _, value in found])
        known = self._sorted_out.get(place)
        if known is None:
            found.sort(key=itemgetter(0), reverse=True)
            known = self._sorted_out[place] = known_of([value for _, value in found])
        return known

    def _entry(self, form: str) -> Entry:
        if len(form) > LONGEST_WORD:
            return replace(self.known_words[form[:LONGEST_WORD]], form=form)
        word = form.rstrip("-'’") or form
        known = self._known(word)
        if not known.speaks and _REPEATS.search(word):
            shorter = _REPEATS.sub(r"\1", word)
            if self._known(shorter).speaks:
                word, known = shorter, self._known(shorter)
        bits = known.bits
        stem = self._stem(word)
        silent = bool(self._off) and self.silences(self.word_id(stem))
        stems: dict[str, Stem] = {} if silent else self._said
        said, said_negated = stems.get(stem), stems.get(f"!{stem}")
        if not (silent or (said and said_negated)):
            of_kinds = self.word_kinds.named(stem)
            said, said_negated = said or of_kinds[0], said_negated or of_kinds[1]
        flags = self._marks.get(word, 0)
        manner = self._manner.get(word)
        marked = flags or said or said_negated or manner
        if known is NOTHING and not marked and word[0].isalnum():
            return unknown_word(form, root_of(word, stem))
        punctuation = "" if word[0].isalnum() else _SIGNS.get(word[0], ".")
        begins = bits & self.firsts
        acts = (flags | (BEGINS_PARTS if begins else 0)) & ACTING
        if punctuation == ",":
            sort, said, said_negated, bits = PAUSE, None, None, 0
        elif punctuation:
            sort = SIGN
        else:
            says = known.rules or known.topics or known.phrases or known.kind or acts
            sort = WORD if says else QUIET
        return Entry(
            form=form,
            sort=sort,
            flags=flags,
            acts=acts,
            said=said,
            said_negated=said_negated,
            rules=known.rules,
            sided=known.sided,
            topics=known.topics,
            things=known.things,
            phrases=known.phrases,
            seconds=known.seconds,
            bits=bits,
            begins=begins,
            manner=manner,
            alarms=(said is not None and said.danger >= ALARM_FROM)
            or (said_negated is not None and said_negated.danger >= ALARM_FROM),
            beside=bool(flags & STOP),
            known=bool(known.speaks or flags or said or said_negated),
            kind=known.kind,
            punctuation=punctuation,
            root=root_of(word, stem),
        )


def _quietly(add: Callable[..., Any], *arguments: Any) -> Any:
    """Leave out what cannot be compiled: rule_check.problems_of says it with its place."""
    try:
        return add(*arguments)
    except ValueError:
        return None


def profile_fits(group: Mapping[str, Any], profile: str | None) -> bool:
    return not group.get("profiles") or profile in group["profiles"]
