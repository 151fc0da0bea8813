"""The operator's templates: what is refused when the file is read, and how they are filled."""

import pytest

from reviewbot.drafting.templates import Unfilled, check_template, fill


def codes(text: str) -> list[str]:
    return [problem.code for problem in check_template(text)]


def test_slots_and_questions_are_all_a_template_needs() -> None:
    assert codes("{{ greeting }} {% if contact %}{{ contact }}{% else %}нет{% endif %}") == []
    assert codes("{{ sign if author else location }}") == []
    assert codes("Просто текст со скобками { } и %") == []


def test_a_slot_nobody_fills_is_named_with_its_neighbour() -> None:
    (problem,) = check_template("{{ greating }} Спасибо")
    assert problem == ("unknown_slot", {"slot": "greating", "nearest": "greeting"})


def test_a_broken_template_says_where() -> None:
    (problem,) = check_template("Раз\n{{ greeting ")
    assert problem.code == "syntax"
    assert problem.params["line"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "{{ greeting.__class__ }}",
        "{{ greeting['x'] }}",
        "{{ greeting|upper }}",
        "{{ greeting() }}",
        "{% for letter in greeting %}{{ sign }}{% endfor %}",
        "{% set author = 'x' %}",
        "{{ 10 ** 9 }}",
        "{{ 'a' * 100000000 }}",
        "{% if contact is defined %}x{% endif %}",
        "{% include 'x' %}",
        "{% macro x() %}{% endmacro %}",
    ],
)
def test_programs_are_refused_and_never_run(text: str) -> None:
    assert "not_allowed" in codes(text)
    with pytest.raises(Unfilled):
        fill(text, {"greeting": "Здравствуйте!", "contact": "1", "sign": "x"})


def test_an_empty_template_is_a_mistake() -> None:
    assert codes("  ") == ["empty"]


def test_a_missing_value_may_be_asked_for_but_not_said() -> None:
    assert fill("{% if author %}{{ author }}, {% endif %}привет", {}) == "привет"
    with pytest.raises(Unfilled):
        fill("{{ author }}, привет", {"author": ""})


def test_a_reply_without_a_sign_ends_cleanly() -> None:
    text = fill("{{ greeting }} Спасибо.\n\n{{ sign }}", {"greeting": "Здравствуйте!"})
    assert text == "Здравствуйте! Спасибо."


def test_values_are_data() -> None:
    assert fill("{{ location }}", {"location": "{{ sign }} {% if %}"}) == "{{ sign }} {% if %}"
