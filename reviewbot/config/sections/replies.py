"""How replies sound and what the classifier's rules are told: [replies] and [rules]."""

import re
from collections.abc import Mapping

from reviewbot.config.context import ResolveContext, when
from reviewbot.config.expressions import compile_expression
from reviewbot.config.problems import unknown
from reviewbot.config.schema import File
from reviewbot.config.sections.rule_mistakes import told_in_words
from reviewbot.core.classifier.classify import TOPICS, RuleSet
from reviewbot.core.classifier.rule_check import doubts_of, problems_of
from reviewbot.core.model import LANGUAGES, Role
from reviewbot.core.settings import Replies, Template
from reviewbot.core.trends.names_in_texts import NAMED_WORD
from reviewbot.drafting.signature import has_cyrillic, language_of
from reviewbot.drafting.templates import SLOTS, TemplateProblem, check_template
from reviewbot.lexicons import PROFILES, load_packs
from reviewbot.words.operator_text import say

_RULE = re.compile(r"rules\.add\[(\d+)\]")
_INDEX = re.compile(r"\[(\d+)\]")
CONDITION = "{% if contact %} … {% endif %}"


def topics(file: File) -> tuple[str, ...]:
    """Return the topics that rules, routes and templates may name."""
    return tuple(dict.fromkeys((*TOPICS, *file.rules.topics)))


def replies(context: ResolveContext) -> Replies:
    table, problems = context.file.replies, context.problems
    if isinstance(table.sign, dict):
        for language in table.sign:
            problems.known(f"replies.sign.{language}", "language", language, LANGUAGES)
        sign = dict(table.sign)
    else:
        # An English reply is not signed in Russian; a name in Latin letters signs both.
        sign = {
            language: table.sign
            for language in LANGUAGES
            if table.sign and (language == "ru" or not has_cyrillic(table.sign))
        }
    for role, limit in table.goodwill.items():
        problems.known(f"replies.goodwill.{role}", "role", role, [str(each) for each in Role])
        if limit < 0:
            problems.add(f"replies.goodwill.{role}", say("A gesture below zero is no gesture."))
    for source in table.without_contacts:
        problems.known("replies.without_contacts", "source", source, context.sources)
    found: list[Template] = []
    for template in table.templates:
        path = f"replies.templates[{template.place}]"
        if any(template.id == earlier.id for earlier in found):
            problems.add(
                f"{path}.id",
                say('There is a template "{template}" already.', template=template.id),
            )
        for fault in check_template(template.text):
            problems.add(f"{path}.text", *_in_words(fault))
        found.append(
            Template(
                id=template.id,
                language=template.language or language_of(template.text),
                text=template.text,
                when=when(f"{path}.when", template.when, context),
                own=True,
            )
        )
    return Replies(
        address=table.address,
        sign=sign,
        forbid=tuple(table.forbid),
        goodwill=dict(table.goodwill),
        auto_thanks=table.auto_thanks,
        templates=tuple(found),
        without_contacts=tuple(table.without_contacts),
    )


def both(text: str) -> dict[str, str]:
    """A text that is meant for every language."""
    return dict.fromkeys(LANGUAGES, text)


def advice(context: ResolveContext) -> dict[str, dict[str, str]]:
    """Return the operator's advice by topic and language; a plain text is for both."""
    file, problems = context.file, context.problems
    found: dict[str, dict[str, str]] = {}
    for topic, text in file.advice.items():
        problems.known(f"advice.{topic}", "topic", topic, topics(file))
        texts: Mapping[str, str] = text if isinstance(text, dict) else both(text)
        for language in texts:
            problems.known(f"advice.{topic}.{language}", "language", language, LANGUAGES)
        found[topic] = dict(texts)
    return found


def dishes(context: ResolveContext) -> dict[str, tuple[str, ...]]:
    """Return the operator's own dishes or goods, each with its stems, in small letters."""
    found: dict[str, tuple[str, ...]] = {}
    for dish, stems in context.file.dishes.items():
        words = tuple(stems.casefold().split())
        if not words or not all(NAMED_WORD.fullmatch(word) for word in words):
            context.problems.add(
                f"dishes.{dish}",
                say("Words of letters alone, parted by blanks, without their endings."),
                say('Like "honey cake" = "medovik".'),
            )
        found[dish] = words
    return found


def _in_words(fault: TemplateProblem) -> tuple[str, str]:
    """Return the sentence and the remedy for what is wrong with a template."""
    params = fault.params
    slots = ", ".join(f"{{{{ {slot} }}}}" for slot in SLOTS)
    if fault.code == "syntax":
        return say("is not a template: {message} (line {line}).", **params), ""
    if fault.code == "unknown_slot":
        return unknown("slot", params["slot"], SLOTS)[0], say("Slots: {slots}.", slots=slots)
    if fault.code == "not_allowed":
        return (
            say("A template may not have: {what}.", what=params["what"]),
            say("Only slots and {condition} are allowed.", condition=CONDITION),
        )
    return say("is empty."), ""


def rules(context: ResolveContext) -> RuleSet:
    """Return what the operator adds to the shipped rules and takes from them."""
    table, problems = context.file.rules, context.problems
    for topic, titles in table.topics.items():
        for language in titles:
            problems.known(f"rules.topics.{topic}.{language}", "language", language, LANGUAGES)
    seen: set[str] = set()
    for rule in table.add:
        path = f"rules.add[{rule.place}]"
        if rule.id in seen:
            problems.add(f"{path}.id", say('There is a rule "{rule}" already.', rule=rule.id))
        seen.add(rule.id)
    found = RuleSet(
        off=tuple(table.off),
        add=tuple(rule.model_dump(exclude_defaults=True, exclude={"place"}) for rule in table.add),
        points=dict(table.points),
        topics={topic: dict(titles) for topic, titles in table.topics.items()},
        expressions=compile_expression,
    )
    if found.off or found.add or found.points:  # else the packs need not be compiled
        kind = context.file.profile
        for mistake in problems_of(
            *(found.off, found.add, found.points, context.topics, load_packs(), kind),
            compile_expression,
        ):
            problem = told_in_words(mistake)
            # Shipped rules come and go with releases: a name that is gone must not stop the bot.
            gone = problem.path.startswith(("rules.off", "rules.points"))
            note = problems.warn if gone else problems.add
            note(_counted(problem.path, context), problem.sentence, problem.hint)
        for doubt in map(told_in_words, doubts_of(found.add)):
            problems.warn(_counted(doubt.path, context), doubt.sentence, doubt.hint)
    return found


def _counted(path: str, context: ResolveContext) -> str:
    """Return a rule's path with the operator's numbering; the checks count from 0."""
    places = [rule.place for rule in context.file.rules.add]
    rule = _RULE.match(path)
    head = f"rules.add[{places[int(rule[1])]}]" if rule else ""
    rest = path[rule.end() :] if rule else path
    return head + _INDEX.sub(lambda index: f"[{int(index[1]) + 1}]", rest)


def profile(path: str, name: str | None, context: ResolveContext) -> str | None:
    """Return a kind of business, its name checked."""
    if name is not None:
        context.problems.known(path, "profile", name, PROFILES)
    return name
