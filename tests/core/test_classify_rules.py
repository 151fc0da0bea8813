"""Mistakes in the operator's rules are found, with their place."""

from collections.abc import Mapping
from typing import Any

import pytest

from reviewbot.config.expressions import compile_expression
from reviewbot.core.classifier.classify import RuleSet, problems
from reviewbot.core.classifier.rule_check import doubts_of
from reviewbot.lexicons import classifier, load_packs


def found(*rules: Mapping[str, Any], **more: Any) -> dict[str, str]:
    listed = problems(
        RuleSet(add=rules, expressions=compile_expression, **more), load_packs(), None
    )
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
        ({"any": ["(плох*|не понрав*"]}, "rules.add[0].any[0]", "a bracket is open"),
        ({"any": ["кухня(плохая|так себе)"]}, "rules.add[0].any[0]", "part of a word"),
        ({"any": ["кухня (плохая|)"]}, "rules.add[0].any[0]", "an empty word"),
        ({"any": [" ".join(["(а б|в г)"] * 9)]}, "rules.add[0].any[0]", "too many patterns"),
        ({"all": ["(плох*|так себе)"]}, "rules.add[0].all[0]", "more than one word"),
        ({"topic": "fod"}, "rules.add[0].topic", "no topic"),
        ({"severity": "huge"}, "rules.add[0].severity", "no severity"),
        ({"regex": "(?!a)b"}, "rules.add[0].regex", "cannot be used: looks ahead"),
        ({"regex": r"(.*)\1"}, "rules.add[0].regex", "cannot be used: refers back"),
        ({"regex": "["}, "rules.add[0].regex", "cannot be used: missing ]"),
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
    "pattern",
    [
        *(r"\d{4}", "стол|стул", r"(?:ко|чё)фе", r"заказ\s*№\s*\d+", "[ab+*]+", r"\bкофе\b"),
        *("(a*)*b", "(?:a+b?)+", "((a{1,9}))", "(x|y)*z", "a*b*c*d*e", "(a+)+b", "(a|aa)*b"),
    ],
)
def test_expressions_pass_that_only_backtracking_made_dangerous(pattern: str) -> None:
    assert found(rule(regex=pattern)) == {}


def test_names_of_an_older_version_and_of_dangers_are_known() -> None:
    off = ("ru.event", "ru.harm-told.*", "en.theft-sure.x", "ru.danger.theft", "*.danger.*")
    off += ("ru.waiting.tormoz", "ru.delivery.razbil", "ru.object.posle-food-toshnilo")
    assert found(off=off) == {}


def fired(text: str, **fields: Any) -> bool:
    rules = RuleSet(add=(rule(severity="critical", **fields),))
    return classifier(rules=rules).classify(text=text).severity == "critical"


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("Кухня плохая", True),
        ("Кухня тут не понравилась", False),
        ("Кухня не понравилась", True),
        ("Кухня так себе", True),
        ("Кухня плохая понравилась бы кому-то", True),
        ("Кухня не себе", False),
    ],
)
def test_choices_of_several_words_stand_in_brackets(text: str, fires: bool) -> None:
    assert fired(text, any=["кухня (плох*|не понрав*|так себе)"]) is fires


def test_words_beside_which_a_rule_is_silent_may_be_choices_of_several_words() -> None:
    spoken = {"any": ["таракан*"], "unless": ["(игрушечн*|не было) таракан*"]}
    assert fired("В тарелке тараканы", **spoken)
    assert not fired("Принесли игрушечных тараканов", **spoken)


def test_a_rule_of_brackets_shadows_and_is_shadowed() -> None:
    wide, narrow = rule(any=["кухня (плох*|так себе)"]), rule(id="second", any=["кухня так себе"])
    assert '"mine"' in found(wide, narrow)["rules.add[1].any[0]"]


@pytest.mark.parametrize(
    ("pattern", "read"),
    [
        ("плох*|не понрав*", "(плох*|не) понрав*"),
        ("кухня плох*|так себе", "кухня (плох*|так) себе"),
        ("вытащил* деньги|из сумки", "вытащил* (деньги|из) сумки"),
        ("dirty|not clean", "(dirty|not) clean"),
    ],
)
def test_choices_that_are_cut_by_a_blank_are_told(pattern: str, read: str) -> None:
    for key in ("any", "unless"):
        (doubt,) = doubts_of([rule(**{key: [pattern]})])
        assert doubt.path == f"rules.add[0].{key}[0]"
        assert f'read as "{read}"' in doubt.sentence


@pytest.mark.parametrize(
    "pattern",
    ["не|ни слова", "уже не тот|та", "в|на кухне", "кухня (плох*|не понрав*)", "(внутри|в) супе"],
)
def test_what_can_be_read_one_way_only_is_not_in_doubt(pattern: str) -> None:
    assert not [*doubts_of([rule(any=[pattern])])]


def test_no_shipped_pattern_is_cut_by_a_blank_or_unreadable() -> None:
    for pack in load_packs():
        assert not [*doubts_of(pack["group"])]
        listed = found(*({"id": "x", **one} for one in pack["group"]))
        assert not [path for path, said in listed.items() if "cannot be read" in said]
