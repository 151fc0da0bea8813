"""How replies sound and what the classifier's rules are told: [replies] and [rules]."""

from typing import Any

from reviewbot.config.house import House, when
from reviewbot.config.schema import File
from reviewbot.core.model import Role
from reviewbot.core.setup import Replies, Template

LANGUAGES = ("ru", "en")


def topics(file: File) -> tuple[str, ...]:
    return tuple(file.rules.topics)


def replies(house: House) -> Replies:
    table, problems = house.file.replies, house.problems
    if isinstance(table.sign, dict):
        for language in table.sign:
            problems.known(f"replies.sign.{language}", "language", language, LANGUAGES)
        sign = dict(table.sign)
    else:
        sign = dict.fromkeys(LANGUAGES, table.sign) if table.sign else {}
    for role, limit in table.goodwill.items():
        problems.known(f"replies.goodwill.{role}", "role", role, [str(each) for each in Role])
        if limit < 0:
            problems.add(f"replies.goodwill.{role}", "A gesture below zero is no gesture.")
    found: list[Template] = []
    for template in table.templates:
        path = f"replies.templates[{template.place}]"
        if any(template.id == earlier.id for earlier in found):
            problems.add(f"{path}.id", f'There is a template "{template.id}" already.')
        found.append(
            Template(
                id=template.id,
                language=template.language or _language_of(template.text),
                text=template.text,
                when=when(f"{path}.when", template.when, house),
                own=True,
            )
        )
    return Replies(
        address=table.address,
        sign=sign,
        forbid=tuple(table.forbid),
        goodwill=dict(table.goodwill),
        templates=tuple(found),
    )


def _language_of(text: str) -> str:
    return "ru" if any("а" <= letter <= "я" for letter in text.lower()) else "en"


def rules(house: House) -> Any:
    return None
