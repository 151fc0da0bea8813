"""What was written for the operator (operator_text), in the language of whoever reads it."""

from reviewbot.core.errors import Problem
from reviewbot.words.causes import reason_in_words
from reviewbot.words.language import Language, words_in
from reviewbot.words.operator_text import OperatorText


def in_words(text: object, language: str) -> str:
    """Return a sentence in a language. What is not an OperatorText stays as it is, unless it is
    the known reason of a failed reading."""
    if language == "en":
        return str(text)
    if not isinstance(text, OperatorText):
        return reason_in_words(str(text), words_in(language))
    params = {name: in_words(value, language) for name, value in text.params.items()}
    return operator_language(language)(text.template, **params)


def problem_text(problem: Problem, language: str) -> str:
    """Return a mistake of the file with its place and its remedy."""
    sentence, hint = (in_words(part, language) for part in (problem.sentence, problem.hint))
    return str(Problem(problem.path, sentence, hint))


def operator_language(language: str) -> Language:
    """Return the words of the command line in a language."""
    return words_in(language, "operator")
