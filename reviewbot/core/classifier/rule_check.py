"""What is wrong with the operator's [rules], with the place: read by `reviewbot check`."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any

from reviewbot.core.classifier.entries import TOKEN
from reviewbot.core.classifier.language_detection import identifier
from reviewbot.core.classifier.lexicon import profile_fits
from reviewbot.core.classifier.patterns import (
    Compile,
    Element,
    cut_choice,
    danger_id,
    parse_pattern,
    readings,
    rule_id,
)
from reviewbot.core.errors import Problem
from reviewbot.core.model import LANGUAGES, Severity

Elements = tuple[Element | None, ...]
"""The words of a pattern; None stands for a gap."""
_Shape = tuple[tuple[bool, ...], str]

MOST_MEANT = 3
"""Names that a mistyped one may stand for, at most."""
RETIRED = re.compile(
    r"\.word\.|^(ru|en|\*)\.event$|-(told|sure)\b"
    r"|^ru\.(waiting\.tormozn?|delivery\.(naputa|pereputa|prolil|razbi[lt]|razlil)|food\.s?gorel"
    r"|long\.dolg|payment\.skryt|quality\.(lopa|rvet|slez)|safety\.koles-otvalil"
    r"|object\.(moyusch-kofe-nalili|posle-food-toshnilo|predupredil-allerg-zadohnul|surrogat-oslep))$"
    r"|^en\.safety\.wheel-rack-flew-off$"
)
"""Names that stand in configurations and need no rule: stems, what 0.1.0 called its rules, and
patterns that were split by their words' senses since."""


def problems_of(
    off: Iterable[str],
    add: Iterable[Mapping[str, Any]],
    points: Mapping[str, float],
    topics: Iterable[str],
    packs: Iterable[Mapping[str, Any]],
    profile: str | None,
    expressions: Compile | None = None,
) -> list[Problem]:
    """Return every mistake in the rules: key path, sentence, remedy."""
    read = list(packs)
    added = list(add)
    known = {str(rule.get("id", "")) for rule in added}
    known.update(name for pack in read for name in _shipped(pack, profile))
    sets = {name for pack in read for name in pack.get("sets", ())}
    found: list[Problem] = []
    for number, pattern in enumerate(off):
        silences = any(fnmatchcase(rule_id, pattern) for rule_id in known)
        if not silences and not RETIRED.search(pattern):
            found.append(
                Problem(
                    f"rules.off[{number}]",
                    f'no rule is named "{pattern}".',
                    _meant_all(pattern, known) or _meant(pattern, known),
                )
            )
    for name in points:
        if name not in known and not RETIRED.search(name):
            groups = _groups_meant(name, known)
            hint = (
                f"{groups[0]} is a group: name one of its rules (`reviewbot explain`)."
                if groups
                else _meant(name, known)
            )
            found.append(Problem(f"rules.points.{name}", "there is no such rule.", hint))
    titles = set(topics)
    for number, rule in enumerate(added):
        path = f"rules.add[{number}]"
        found += _rule(path, rule, titles, sets)
        if rule.get("regex") and expressions is not None:
            found += _regex(f"{path}.regex", rule["regex"], expressions)
        silencer = next((one for one in off if fnmatchcase(str(rule.get("id", "")), one)), None)
        if silencer:
            found.append(
                Problem(f"rules.add[{number}]", f'can never fire: rules.off has "{silencer}".')
            )
    found += _shadows(added)
    return found


def doubts_of(add: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield the patterns of the rules that can be read but were probably meant otherwise."""
    for number, rule in enumerate(add):
        for key in ("any", "unless"):
            for place, pattern in enumerate(rule.get(key, ())):
                cut = cut_choice(pattern)
                if cut:
                    yield Problem(
                        f"rules.add[{number}].{key}[{place}]",
                        f'"{pattern}" is read as "{cut[0]}".',
                        f'Choices of several words stand in brackets: "{cut[1]}".',
                    )


def _shipped(pack: Mapping[str, Any], profile: str | None) -> Iterator[str]:
    """Yield what a pack's rules are named, without compiling them."""
    language = pack["language"]
    if "danger" in pack:
        yield danger_id(language, "")
    for group in pack.get("group", ()):
        if not profile_fits(group, profile):
            continue
        if group.get("severity") == Severity.CRITICAL and "danger" in pack:
            yield danger_id(language, group["id"])
        for pattern in (*group.get("any", ()), *group.get("together", ())):
            yield rule_id(f"{language}.{group['id']}", group, pattern)


def _groups_meant(name: str, known: Iterable[str]) -> list[str]:
    """Return the groups of rules that a name is of, with or without its language: "waiting"."""
    groups = {rule.rpartition(".")[0] for rule in known if rule.count(".") > 1}
    asked = name.rstrip(".*")
    return sorted(
        (group for group in groups if asked in (group, group.partition(".")[2])), reverse=True
    )


def _meant_all(pattern: str, known: Iterable[str]) -> str:
    groups = _groups_meant(pattern, known)
    return f"Did you mean {', '.join(f'{group}.*' for group in groups)}?" if groups else ""


def _meant(name: str, known: Iterable[str]) -> str:
    """Return the question after a rule that is not there. People keep a rule's last part in mind
    ("zatyan"), and that is what is looked for first."""
    last = name.rstrip(".*").rpartition(".")[2]
    by_last: dict[str, list[str]] = {}
    for rule in sorted(known):
        by_last.setdefault(rule.rpartition(".")[2], []).append(rule)
    near = by_last.get(last)
    if near is None:
        near = get_close_matches(name, known, n=1, cutoff=0.8) or [
            rule
            for part in get_close_matches(last, by_last, n=1, cutoff=0.6)
            for rule in by_last[part]
        ]
    near = sorted(near, key=lambda rule: not rule.startswith(name.partition(".")[0]))
    return f"Did you mean {', '.join(near[:MOST_MEANT])}?" if near else ""


def _near(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else ""


def _rule(
    path: str, rule: Mapping[str, Any], topics: set[str], sets: set[str]
) -> Iterator[Problem]:
    if not identifier(str(rule.get("id", ""))):
        yield Problem(f"{path}.id", "a rule needs an id of letters and digits.")
    topic = rule.get("topic")
    if topic and topic not in topics:
        yield Problem(f"{path}.topic", f'there is no topic "{topic}".', _near(topic, topics))
    severity = rule.get("severity")
    if severity and severity not in {one.value for one in Severity}:
        yield Problem(
            f"{path}.severity", f'"{severity}" is no severity.', "critical, high, normal, low"
        )
    language = rule.get("language")
    if language and language not in LANGUAGES:
        yield Problem(f"{path}.language", f'there are no rules for "{language}".', "ru or en")
    if not any(rule.get(key) for key in ("any", "all", "regex")):
        yield Problem(path, "can never fire: it has no words.", "Give it any, all or regex.")
    for key in ("any", "all", "unless"):
        for number, pattern in enumerate(rule.get(key, ())):
            yield from _pattern(f"{path}.{key}[{number}]", pattern, sets, one=key == "all")


def _pattern(path: str, pattern: str, sets: set[str], *, one: bool) -> Iterator[Problem]:
    named = {name: ["x"] for name in sets}
    try:
        read = [parse_pattern(reading, named) for reading in readings(pattern)]
    except ValueError as error:
        yield Problem(path, f'"{pattern}" cannot be read: {error}.')
        return
    if one and any(len(elements) > 1 for elements in read):
        yield Problem(
            path, f'"{pattern}" is more than one word.', "Each part of `all` is one word."
        )
    for element in chain.from_iterable(read):
        if element is not None and not element.anything and not _can_be_met(element):
            yield Problem(
                path,
                f'"{pattern}" can never fire: no word of a review looks like that.',
                "Patterns are words, without punctuation.",
            )
            return
        if element is not None and any(len(start) < 2 for start in element.starts):
            yield Problem(path, f'"{pattern}" fits too many words.', "Give at least two letters.")
            return


def _can_be_met(element: Element) -> bool:
    return any(TOKEN.fullmatch(word) for word in (*element.exact, *element.starts))


def _regex(path: str, pattern: str, expressions: Compile) -> Iterator[Problem]:
    try:
        compiled = expressions(pattern)
    except ValueError as error:
        yield Problem(
            path,
            f"cannot be used: {error}.",
            "Put \\b first or last; for words before or after, use `any` and `unless`.",
        )
        return
    if compiled.search(""):
        yield Problem(path, "fits every review, even an empty one.")


def _shadows(rules: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """Two rules for the same words: only the first would ever be named."""
    seen: dict[_Shape, list[tuple[Elements, str, int, str | None]]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for place, pattern in enumerate(rule.get("any", ())):
            try:
                read = [parse_pattern(reading) for reading in readings(pattern)]
            except ValueError:
                continue
            language = rule.get("language")
            caught_by = [
                (earlier_number, earlier_id)
                for elements in read
                for shape in _shapes_over(elements)
                for earlier, earlier_id, earlier_number, earlier_language in seen[shape]
                if earlier_number != number
                and not (language and earlier_language and language != earlier_language)
                and _covers(earlier, elements)
            ]
            if caught_by:
                yield Problem(
                    f"rules.add[{number}].any[{place}]",
                    f'"{pattern}" is already caught by the rule "{min(caught_by)[1]}".',
                    "Keep the words in one of the two.",
                )
            for elements in read:
                for shape in _shapes_of(elements):
                    seen[shape].append((elements, str(rule.get("id", "")), number, language))


def _shapes_of(elements: Elements) -> set[_Shape]:
    """Return what a pattern has to have in common with one that it covers: where its gaps are, and
    a first letter ("": any). Without it, each pattern would be compared with all before it."""
    gaps, first = tuple(each is None for each in elements), elements[0]
    if first is None or first.anything:
        return {(gaps, "")}
    return {(gaps, word[:1]) for word in (*first.exact, *first.starts)}


def _shapes_over(elements: Elements) -> set[_Shape]:
    """Return the shapes of those that may cover a pattern: they know each of its first words."""
    gaps, letter = min(_shapes_of(elements))
    return {(gaps, letter), (gaps, "")}


def _covers(wide: Elements, narrow: Elements) -> bool:
    return all(_element_covers(one, other) for one, other in zip(wide, narrow, strict=True))


def _element_covers(wide: Element | None, narrow: Element | None) -> bool:
    if wide is None or narrow is None:
        return wide is narrow
    if wide.anything:
        return True
    return not narrow.anything and all(
        wide.fits(word) if word in narrow.exact else any(map(word.startswith, wide.starts))
        for word in (*narrow.exact, *narrow.starts)
    )
