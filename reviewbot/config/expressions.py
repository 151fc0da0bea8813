r"""The operators' regular expressions, searched in time that grows with the text alone (RE2).

RE2 knows `\w`, `\b` and their like for Latin only: they are written out for every alphabet. What
cannot be said to RE2 is refused with its reason, so that no rule falls silent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from string import hexdigits
from typing import Final

from reviewbot.core.classifier.patterns import Expression

MOST_CHARACTERS: Final = 200
MEMORY: Final = 2 * 1024 * 1024
"""Bytes that one expression may take; RE2 refuses a larger one."""
WORD, OTHER, BEYOND = "a letter, digit or _", "another character", "the expression's own end"
Sides = frozenset[str]
EITHER: Final[Sides] = frozenset({WORD, OTHER})
_INSIDE = {"w": r"\p{L}\p{N}_", "d": r"\p{Nd}", "s": r"\s\v\x{1c}-\x{1f}\x{85}\p{Z}"}
_SIDE = {"w": WORD, "d": WORD, "s": OTHER, "W": OTHER, "D": None, "S": None}
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CODES = {"x": 2, "u": 4, "U": 8}


def compile_expression(pattern: str) -> Expression:
    """Compile an operator's expression; case does not count. Raises ValueError with the reason."""
    # 3 MB, for those who have such rules.
    import re2

    written = _Rendered(_Reader(pattern).whole()).text
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(written, options)  # type: ignore[no-any-return]
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise ValueError(said.decode() if isinstance(said, bytes) else str(said)) from None


@dataclass(slots=True)
class _Part:
    """One piece with its repetition. `sides` is what it may start and end with."""

    text: str
    sides: Sides = EITHER
    is_edge: bool = False
    branches: "list[list[_Part]] | None" = None
    """Of a group, whose opening is `text`."""
    repeated: str = ""
    may_be_absent: bool = False
    may_repeat: bool = False


class _Reader:
    """Reads an expression as Python writes it."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def whole(self) -> list[list[_Part]]:
        if len(self.pattern) > MOST_CHARACTERS:
            raise ValueError(f"is longer than {MOST_CHARACTERS} characters")
        branches = self._branches()
        if self.at < len(self.pattern):
            raise ValueError("unexpected )")
        return branches

    def _branches(self) -> list[list[_Part]]:
        branches: list[list[_Part]] = [[]]
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self._skip("|"):
                branches.append([])
                continue
            part = self._part()
            self._repetition(part)
            branches[-1].append(part)
        return branches

    def _skip(self, sign: str) -> bool:
        found = self.pattern.startswith(sign, self.at)
        self.at += len(sign) * found
        return found

    def _part(self) -> _Part:
        sign = self.pattern[self.at]
        if sign in "*+?" or (sign == "{" and self._bounds()):
            raise ValueError(f"nothing to repeat: {sign}")
        self.at += 1
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        if sign in "^$.":
            return _Part(sign)
        return _literal(sign)

    def _group(self) -> _Part:
        start = self.at - 1
        if self._skip("?") and not self._skip(":"):
            self._opening(start)
        opening = self.pattern[start : self.at]
        if opening.endswith(")"):  # flags for the rest
            return _Part(opening, may_be_absent=True)
        branches = self._branches()
        if not self._skip(")"):
            raise ValueError("missing )")
        return _Part(opening, branches=branches)

    def _opening(self, start: int) -> None:
        rest = self.pattern[self.at :]
        if rest.startswith(("=", "!", "<=", "<!")):
            raise ValueError(f"looks ahead or back: {self.pattern[start : self.at + 2]}")
        if rest.startswith("P="):
            raise ValueError(f"refers back to a group: {self.pattern[start : self.at + 2]}")
        end = rest.find(">") if rest.startswith("P<") else _flags_end(rest)
        if end < 0:
            raise ValueError(f"not known here: {self.pattern[start : self.at + 1]}")
        self.at += end + 1

    def _repetition(self, part: _Part) -> None:
        start = self.at
        if self.at < len(self.pattern) and self.pattern[self.at] in "*+?":
            self.at += 1
            low = 0 if self.pattern[start] in "*?" else 1
            most = 1 if self.pattern[start] == "?" else 2
            written = self.pattern[start]
        else:
            bounds = self._bounds()
            if bounds is None:
                return
            first, comma, last = bounds
            low, most = int(first or 0), int((last or 2) if comma else first)
            written = f"{{{low}{comma}{last}}}"
        if self._skip("?"):
            written += "?"
        elif self.pattern[self.at : self.at + 1] in ("+", "*"):
            raise ValueError(f"not known here: {self.pattern[start : self.at + 1]}")
        if part.is_edge or part.text in ("^", "$"):
            raise ValueError(f"nothing to repeat: {written}")
        part.repeated, part.may_be_absent, part.may_repeat = written, low == 0, most > 1

    def _bounds(self) -> tuple[str, str, str] | None:
        """Read `{2}`, `{2,}`, `{,5}` or `{2,5}`; else the brace stands for itself."""
        end = self.pattern.find("}", self.at)
        if self.pattern[self.at : self.at + 1] != "{" or end < 0:
            return None
        first, comma, last = self.pattern[self.at + 1 : end].partition(",")
        figures = first + last
        if not (figures.isascii() and (figures.isdigit() or (comma and not figures))):
            return None
        self.at = end + 1
        return first, comma, last

    def _escape(self) -> _Part:
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign == "b":
            return _Part("", is_edge=True)
        if sign and sign in "AZ":
            return _Part("^" if sign == "A" else "$")
        if sign == "B" or (sign in "123456789" and sign):
            why = "not known here" if sign == "B" else "refers back to a group"
            raise ValueError(f"{why}: \\{sign}")
        if sign.lower() in _INSIDE and sign in _SIDE:
            side = _SIDE[sign]
            is_not = "^" if sign.isupper() else ""
            sides = frozenset({side}) if side else EITHER
            return _Part(f"[{is_not}{_INSIDE[sign.lower()]}]", sides)
        if sign and sign in "pP":
            return _Part("\\" + sign + self._property())
        return _literal(self._character(sign))

    def _property(self) -> str:
        end = self.pattern.find("}", self.at) if self.pattern.startswith("{", self.at) else self.at
        start, self.at = self.at, max(end, self.at) + 1
        return self.pattern[start : self.at]

    def _character(self, sign: str) -> str:
        """Return what an escape of one character stands for."""
        if sign in _CODES:
            digits = self.pattern[self.at : self.at + _CODES[sign]]
            if len(digits) == _CODES[sign] and all(digit in hexdigits for digit in digits):
                self.at += len(digits)
                return chr(min(int(digits, 16), 0x10FFFF))
        elif sign and (sign in _LETTERS or not (sign.isascii() and sign.isalnum())):
            return _LETTERS.get(sign, sign)
        raise ValueError(f"not known here: \\{sign}")

    def _class(self) -> _Part:
        found = _Class(is_negated=self._skip("^"))
        for number in count():
            if self.at >= len(self.pattern):
                raise ValueError("missing ]")
            if number and self._skip("]"):
                return found.part()
            first = self._member(found)
            if first is None:
                continue
            last: str | None = first
            if self.pattern[self.at + 1 : self.at + 2] != "]" and self._skip("-"):
                last = self._member(_Class(is_negated=False))
            if last is None or last < first:
                raise ValueError(f"not known here: {first}-")
            found.ranges.append((first, last))
        raise AssertionError

    def _member(self, found: "_Class") -> str | None:
        """Return a character; None where it is a kind of characters, which `found` gets."""
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign != "\\":
            return sign
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign in _SIDE:
            found.kinds.append(sign)
        elif sign and sign in "pP":
            found.named.append("\\" + sign + self._property())
        else:
            return "\b" if sign == "b" else self._character(sign)
        return None


@dataclass(slots=True)
class _Class:
    """What stands between square brackets."""

    is_negated: bool
    ranges: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def part(self) -> _Part:
        without = [kind for kind in self.kinds if kind.isupper()]
        inside = "".join(_INSIDE[kind] for kind in self.kinds if kind.islower())
        inside += "".join(f"{_code(first)}-{_code(last)}" for first, last in self.ranges)
        inside += "".join(self.named)
        if not without:
            return _Part(f"[{'^' * self.is_negated}{inside}]", self._sides())
        if self.is_negated:
            return self._rest_of_words(without)
        choices = [f"[^{_INSIDE[kind.lower()]}]" for kind in without]
        choices += [f"[{inside}]"] if inside else []
        return _Part(f"(?:{'|'.join(choices)})", self._sides())

    def _sides(self) -> Sides:
        sides = {_SIDE[kind] for kind in self.kinds}
        sides |= {_side_of(first, last) for first, last in self.ranges}
        if self.is_negated:
            return frozenset({OTHER}) if "w" in self.kinds else EITHER
        if self.named or None in sides:
            return EITHER
        return frozenset(side for side in sides if side)

    def _rest_of_words(self, without: list[str]) -> _Part:
        r"""`[^\W\d_]`: what makes words, less digits or `_`."""
        rest = {kind for kind in self.kinds if kind.islower()}
        if without != ["W"] or rest - {"d"} or self.named or set(self.ranges) - {("_", "_")}:
            raise ValueError("not known here: [^…\\W…]")
        kept = r"\p{L}" + (r"\p{Nl}\p{No}" if "d" in rest else r"\p{N}")
        return _Part(f"[{kept}{'' if self.ranges else '_'}]", frozenset({WORD}))


class _Rendered:
    """The same expression as RE2 reads it."""

    def __init__(self, branches: list[list[_Part]]) -> None:
        beyond = frozenset({BEYOND})
        self.text = self._branches(branches, beyond, beyond)

    def _branches(self, branches: list[list[_Part]], left: Sides, right: Sides) -> str:
        return "|".join("".join(self._parts(parts, left, right)) for parts in branches)

    def _parts(self, parts: list[_Part], left: Sides, right: Sides) -> Iterator[str]:
        for number, part in enumerate(parts):
            before = _met(parts[number - 1 :: -1] if number else [], left, "^")
            after = _met(parts[number + 1 :], right, "$")
            if part.is_edge:
                yield _edge(before, after)
            elif part.branches is None:
                yield part.text + part.repeated
            else:
                if part.may_repeat:
                    before = _inside(before) | _met([part], frozenset(), "^")
                    after = _inside(after) | _met([part], frozenset(), "$")
                yield f"{part.text}{self._branches(part.branches, before, after)}){part.repeated}"


def _met(parts: list[_Part], beyond: Sides, anchor: str) -> Sides:
    """Return what may come first on the way along the parts; `anchor` is the way's end."""
    found: Sides = frozenset()
    for part in parts:
        if part.text == anchor and part.branches is None:
            return found | {OTHER}
        if part.is_edge:  # two of them would take a character each
            return found | EITHER
        if part.text in ("^", "$"):
            continue
        if part.branches is not None:
            ways = part.branches if anchor == "$" else [way[::-1] for way in part.branches]
            met = frozenset().union(*(_met(way, frozenset({BEYOND}), anchor) for way in ways))
            found |= met - {BEYOND}
            if BEYOND not in met and not part.may_be_absent:
                return found
        else:
            if not part.text.startswith("(?") or part.repeated or not part.may_be_absent:
                found |= part.sides
            if not part.may_be_absent:
                return found
    return found | beyond


def _inside(sides: Sides) -> Sides:
    """What a repeated group meets: where it stands at the end, anything."""
    return sides - {BEYOND} | EITHER if BEYOND in sides else sides


def _edge(before: Sides, after: Sides) -> str:
    r"""Return what stands for `\b` between these. Beyond the expression a character may be taken:
    whether it fits is all that is asked."""
    word = f"[{_INSIDE['w']}]"
    no_word = f"[^{_INSIDE['w']}]"
    for near, far, start in ((after, before, "^"), (before, after, "$")):
        if BEYOND in far and near == {WORD} and WORD not in far:
            return f"(?:{start}|{no_word})"
        if BEYOND in far and near == {OTHER} and OTHER not in far:
            return word
    if before | after == EITHER and len(before) == len(after) == 1:
        return ""
    raise ValueError("whether a word ends there depends on the text: \\b")


def _flags_end(rest: str) -> int:
    end = len(rest) - len(rest.lstrip("is"))
    return end if end and rest[end : end + 1] in (":", ")") else -1


def _literal(sign: str) -> _Part:
    return _Part(_code(sign), frozenset({_side_of(sign, sign) or OTHER}))


def _code(sign: str) -> str:
    return sign if sign.isalnum() else f"\\x{{{ord(sign):x}}}"


def _side_of(first: str, last: str) -> str | None:
    """Return the kind of all characters from one to another; None where they are of both."""
    found = {chr(code).isalnum() or code == ord("_") for code in range(ord(first), ord(last) + 1)}
    return None if len(found) != 1 else WORD if found.pop() else OTHER
