"""Operators' expressions find what Python's would find, in time that grows with the text alone."""

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random  # noqa: TID251 - dice with a seed

import pytest

from reviewbot.config.expressions import compile_expression
from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.lexicons import classifier
from tests.growth import grows_in_step

TEXTS = (
    *("", "волос", "Волос в супе", "в супе волос", "волосы", "безволосый", "hair", "a hair."),
    *(
        "chairs",
        "стол № 5",
        "стол№12",
        "стол",
        "код-1234!",
        "ё",
        "ЁЖ",
        "волос волос",
        "волосволос ",
    ),
    *("не вкусно", "невкусно", "снег и волос_", "5 звёзд", "²½", "\u00a0", " ", "a\u00a0b", "б"),
    *("«волос»", "-волос-", "{2}", "a{,3}", "aaa", "x.y", "[", "таракан, волос", "\u0661\u0662"),
)
PATTERNS = (
    r"\bволос\b", r"\bволос", r"волос\b", r"\b(?:волос|таракан)\b", r"\b(волос(?:ы|ок)?)\b",
    r"(?:\bволос|таракан\b)", r"не\s\bвкусно\b", r"\s*\bволос", r"\bне\b вкусно", r"^\bволос\b$",
    r"\b\s", r"\bволос\w*\b", r"\b\w+\b", r"\b[а-яё]+\b", r"(?:волос){2}\b", r"\bhair\b", r"\b№",
    r"стол\s?№\s?\d{1,3}", r"код-\d{4}", r"[^\W\d_]+", r"[^\W\d]", r"[\W_]", r"[\s\S]", r"[\D]",
    r"\D",
    r"[^\s\w]", r"\W", r"\S", r"\s", r"\d", r"[а-яё\d]", r"ё", r"(?i:ёж)", r"(?P<x>волос)",
    r"a{,3}b",
    r"a{2,}", r"\{2\}", r"a{,3}", r"a{x}", r"x\.y", r"\u0451", r"\x61", r"[]a]", r"[^]a]",
    r"[a\-z]", r"[а-]", r"\Aволос\Z", r"волос$", r"(а|б)?", r"(?s)волос.супе", r"в.супе|ё", r"()",
    r"[\[]", r"[.]", r"таракан(?:,|\b) ", r"\[", r"(?:^|\s)волос(?:\s|$)", r"\w_", r"a+?b?",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_finds_what_python_finds(pattern: str) -> None:
    ours, python = compile_expression(pattern), re.compile(pattern, re.IGNORECASE)
    for text in TEXTS:
        assert bool(ours.search(text)) == bool(python.search(text)), text


def test_edges_of_words_are_never_silent() -> None:
    """Every expression of a few pieces is refused, or finds what Python finds."""
    pieces = (r"\b", "во", r"\w", r"\s*", "(?:во| )", r"(?:\bв)+", "во?", r"(?:о\b|\W)?")
    dice = Random(1)
    texts = ["".join(dice.choices("во v.", k=dice.randint(0, 6))) for _ in range(150)]
    refused = compared = 0
    for parts in product(pieces, repeat=3):
        pattern = "".join(parts)
        try:
            ours = compile_expression(pattern)
        except ValueError:
            refused += 1
            continue
        compared += 1
        python = re.compile(pattern, re.IGNORECASE)
        for text in texts:
            assert bool(ours.search(text)) == bool(python.search(text)), (pattern, text)
    assert compared > 100
    assert refused > 50


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(?<!не )вкусно", "looks ahead or back"),
        (r"вкусно(?= )", "looks ahead or back"),
        (r"(.)\1", "refers back"),
        (r"(?P<a>.)(?P=a)", "refers back"),
        (r"не.*\bвкусно", "depends on the text"),
        (r"вол\Bос", "not known here"),
        (r"(?>а+)б", "not known here"),
        (r"а++", "not known here"),
        (r"[^\Wабв]", "not known here"),
        (r"(?x)а б", "not known here"),
        ("(", "missing )"),
        ("a)", "unexpected )"),
        ("[", "missing ]"),
        ("*a", "nothing to repeat"),
        ("{2}", "nothing to repeat"),
        (r"а\b*", "nothing to repeat"),
        (r"\q", "not known here"),
        (r"\w{1000}", "too large"),
        ("a" * 201, "longer than"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_its_reason(pattern: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        compile_expression(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(а?){60}б", "(а+)+б", "(а|аа)*б", "(а|а)*б", "а*а*а*а*а*б", "(.*,){20}б",
        "(?:а?){30}а{30}б",
        r"(\w+\s?)+б", "(а*)*б", "((а{1,9}))*б", r"(\w{1,9}){9}б", ".*.*.*.*б",
    ],
)  # fmt: skip
def test_no_expression_takes_long(pattern: str) -> None:
    rules = RuleSet(add=({"id": "slow", "regex": pattern},), expressions=compile_expression)
    judge = Classifier([{"language": "ru"}], None, rules)

    def on(sentences: int) -> Callable[[], object]:
        return partial(judge.classify, text=("а" * 290 + ". ") * sentences)

    assert grows_in_step(on, 4)


def test_a_rule_with_an_edge_speaks() -> None:
    rules = RuleSet(
        add=({"id": "hair", "regex": r"\bволос\b", "topic": "food", "points": 3.0},),
        expressions=compile_expression,
    )
    verdict = classifier(rules=rules).classify(text="В супе был волос!")
    assert "hair" in {reason.rule for reason in verdict.reasons}
