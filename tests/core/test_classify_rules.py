"""Mistakes in the operator's rules are found, with their place."""

from collections.abc import Mapping
from typing import Any

import pytest

from reviewbot.core.classifier.classify import RuleSet, problems
from reviewbot.core.classifier.patterns import regex_danger
from reviewbot.lexicons import load_packs


def found(*rules: Mapping[str, Any], **more: Any) -> dict[str, str]:
    listed = problems(RuleSet(add=rules, **more), load_packs(), None)
    return {problem.path: problem.sentence for problem in listed}


def rule(**fields: Any) -> dict[str, Any]:
    return {"id": "mine", "any": ["слово"], **fields}


def test_good_rules_have_no_problems() -> None:
    assert (
        found(
            rule(any=["волос в", "таракан*"], topic="food", severity="critical"),
            rule(id="other", all=["бариста", "опозда*"], any=[], regex=r"стол\s?№\s?\d{1,3}"),
            off=("ru.price.dorog", "ru.noise.*"),
            points={"ru.staff.naham": 2.0},
        )
        == {}
    )


@pytest.mark.parametrize(
    ("fields", "path", "said"),
    [
        ({"any": ["… слово"]}, "rules.add[0].any[0]", "cannot be read"),
        ({"any": ["*"]}, "rules.add[0].any[0]", "cannot be read"),
        ({"any": ["@nowhere"]}, "rules.add[0].any[0]", "no set named"),
        ({"any": ["т.д."]}, "rules.add[0].any[0]", "can never fire"),
        ({"any": ["а*"]}, "rules.add[0].any[0]", "too many"),
        ({"any": []}, "rules.add[0]", "can never fire"),
        ({"all": ["два слова"]}, "rules.add[0].all[0]", "more than one word"),
        ({"topic": "fod"}, "rules.add[0].topic", "no topic"),
        ({"severity": "huge"}, "rules.add[0].severity", "no severity"),
        ({"regex": "(a+)+b"}, "rules.add[0].regex", "for ever"),
        ({"regex": "(a|aa)*b"}, "rules.add[0].regex", "for ever"),
        ({"regex": r"(.*)\1"}, "rules.add[0].regex", "for ever"),
        ({"regex": "["}, "rules.add[0].regex", "no regular expression"),
        ({"regex": "x*"}, "rules.add[0].regex", "fits every review"),
    ],
)
def test_mistakes_in_a_rule(fields: dict[str, Any], path: str, said: str) -> None:
    assert said in found(rule(**fields))[path]


def test_rules_that_shadow_each_other() -> None:
    listed = found(rule(any=["таракан*"]), rule(id="second", any=["тараканы"]))
    assert '"mine"' in listed["rules.add[1].any[0]"]


def test_silenced_own_rule_can_never_fire() -> None:
    assert "can never fire" in found(rule(), off=("mine",))["rules.add[0]"]


def test_unknown_names() -> None:
    listed = found(off=("ru.prise.dorog",), points={"ru.staf.naham": 1.0})
    assert set(listed) == {"rules.off[0]", "rules.points.ru.staf.naham"}


@pytest.mark.parametrize(
    "pattern", [r"\d{4}", "стол|стул", r"(?:ко|чё)фе", r"заказ\s*№\s*\d+", "[ab+*]+"]
)
def test_harmless_expressions_pass(pattern: str) -> None:
    assert regex_danger(pattern) is None


@pytest.mark.parametrize("pattern", ["(a*)*", "(?:a+b?)+", "((a{1,9}))*", "(x|y)*z", "a*b*c*d*e"])
def test_dangerous_expressions_are_refused(pattern: str) -> None:
    assert regex_danger(pattern)


def test_names_of_an_older_version_and_of_dangers_are_known() -> None:
    off = ("ru.event", "ru.harm-told.*", "en.theft-sure.x", "ru.danger.theft", "*.danger.*")
    assert found(off=off) == {}
