"""Wherever a message about reviews says a deadline, it is a date that Telegram knows as well."""

import re

import pytest

from reviewbot.cli.cards import SAMPLES, Sample

SAID = {
    "ru": r"[Оо]тветить до|[Вв]зять до|азместите до|твет до|сообщение до|рок прош|рок до",
    "en": r"[Rr]eply by|[Tt]ake by|Post it by|answer by|message by|ue time passed|answer, by",
}


def test_the_samples_say_many_deadlines() -> None:
    for language, said in SAID.items():
        assert len([each for each in Sample if re.search(said, _html(each, language))]) > 12


@pytest.mark.parametrize("sample", list(Sample))
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_deadline_is_a_date_that_telegram_knows(language: str, sample: Sample) -> None:
    for line in _html(sample, language).splitlines():
        told = re.findall(SAID[language], line)
        assert line.count("<tg-time") >= min(len(told), 1), line


def _html(sample: Sample, language: str) -> str:
    return str(SAMPLES[sample](language)[0].html)
