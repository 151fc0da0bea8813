"""Mistakes of [rules] in words: the classifier tells them in English, for it knows no language."""

from reviewbot.core.errors import Problem
from reviewbot.words import N_
from reviewbot.words.operator_text import recognised_text

_SENTENCES = (
    N_('no rule is named "{name}".'),
    N_("there is no such rule."),
    N_('can never fire: rules.off has "{name}".'),
    N_("Did you mean {name}?"),
    N_("{group} is a group: name one of its rules (`reviewbot explain`)."),
    N_("a rule needs an id of letters and digits."),
    N_('there is no topic "{name}".'),
    N_('"{name}" is no severity.'),
    N_("critical, high, normal, low"),
    N_('there are no rules for "{name}".'),
    N_("ru or en"),
    N_("can never fire: it has no words."),
    N_("Give it any, all or regex."),
    N_('"{pattern}" cannot be read: {error}.'),
    N_('"{pattern}" is more than one word.'),
    N_("Each part of `all` is one word."),
    N_('"{pattern}" can never fire: no word of a review looks like that.'),
    N_("Patterns are words, without punctuation."),
    N_('"{pattern}" fits too many words.'),
    N_("Give at least two letters."),
    N_("cannot be used: {error}."),
    N_("Put \\b first or last; for words before or after, use `any` and `unless`."),
    N_("fits every review, even an empty one."),
    N_('"{pattern}" is already caught by the rule "{name}".'),
    N_("Keep the words in one of the two."),
    N_("a pattern starts with a word"),
    N_("a pattern starts and ends with a word"),
    N_("a pattern of any word fits everything"),
    N_("there is no set named {name}"),
    N_("a pattern holds an empty word"),
    N_('"{pattern}" is read as "{reading}".'),
    N_('Choices of several words stand in brackets: "{reading}".'),
    N_("a bracket is open, inside another or part of a word"),
    N_("its brackets stand for too many patterns"),
    N_("looks ahead or back: {part}"),
    N_("refers back to a group: {part}"),
    N_("not known here: {part}"),
    N_("nothing to repeat: {part}"),
    N_("is longer than {count} characters"),
    N_("whether a word ends there depends on the text: {part}"),
)


def told_in_words(problem: Problem) -> Problem:
    """Return a mistake whose sentences can be translated (operator_language.problem_text)."""
    texts = (problem.sentence, problem.hint)
    return Problem(problem.path, *(recognised_text(text, _SENTENCES) for text in texts))
