"""`[privacy] author_names`: no view shows more of a guest's name than the file lets it."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.core.model import Severity, Tone
from reviewbot.drafting.shown_name import shown_author
from reviewbot.queries import exports
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, PLACE, ask, with_place

NAME = "Загорская Вероника"
ROOMS = ("bot", "charts", "integrations", "queries", "words", "workflow", "web")
KNOWN_BY = {
    "integrations/machine_drafts.py",  # who may be named in a reply
    "queries/exports.py",  # for taking names out of a recorded page
    "queries/guests/same_author.py",
    "queries/trends/concern_facts.py",  # whose own name in a text is nobody's of ours
    "queries/trends/written.py",  # the same
    "queries/written/counts.py",  # the same
    "workflow/concerns/incidents.py",
    "queries/trends/past_audit.py",
    "workflow/checks.py",
    "workflow/forgetting/traces.py",
    "workflow/templates/keeping.py",
}
"""Where a name is compared, and shown to nobody."""


@pytest.mark.parametrize(
    ("author", "first", "initials"),
    [
        ("Анна Кузнецова", "Анна", "А. К."),
        ("Загорская Вероника", "Вероника", "З. В."),
        ("Иванов Пётр Ильич", "Пётр", "И. П. И."),
        ("kotik_77", "kotik_77", "K."),
        ("Ольга Сергеевна", "Ольга", "О. С."),
        ("John Smith", "John", "J. S."),
        (None, None, None),
    ],
)
def test_a_name_is_shown_as_far_as_the_file_lets_it(
    author: str | None, first: str | None, initials: str | None
) -> None:
    assert shown_author(author, "full") == author
    assert shown_author(author, "first_name") == first
    assert shown_author(author, "initials") == initials


def test_nothing_shows_a_name_past_that_rule() -> None:
    """Whatever reads the author's name from a review has it shortened, or shows it to nobody."""
    root = Path(exports.__file__).parent.parent
    found = set()
    for path in (each for room in ROOMS for each in (root / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        shortened = {
            id(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "shown_author"
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Attribute) and node.attr == "author"):
                continue
            of = ast.unparse(node.value)
            if of in ("review", "ReviewRow", "row", "case.review") and id(node) not in shortened:
                found.add(str(path.relative_to(root)))
    # /find looks for words in names too, and quotes them shortened.
    assert found - {"queries/review_lists.py"} <= KNOWN_BY


@pytest.mark.parametrize("how", ["initials", "first_name"])
@pytest.mark.parametrize("language", BOTH)
async def test_no_message_shows_more_of_a_name(
    bot_world: BotWorld, language: str, how: str
) -> None:
    with_place(bot_world, language)
    world = bot_world.store_world
    world.settings = replace(world.settings, author_names=how)  # type: ignore[arg-type]
    text = "Официант грубил и забыл про нас, суп подали холодным."
    number = world.ticket(text=text, author=NAME)
    world.ticket(text="Суп из пакета.", author=NAME, target="nevsky/yandex_maps")
    world.review(text="Суп бы горячее.", author=NAME, tone=Tone.MIXED, rating=3)
    world.review(text="Отравились супом.", author=NAME, severity=Severity.CRITICAL)
    world.review(text=None, author=NAME, tone=Tone.POSITIVE, rating=5)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "грубил")
    await ask(bot_world, card, "Было?", language)
    asked = await bot_world.said(PLACE, "грубил")
    await bot_world.telegram.say(PLACE, 504, "Да", reply_to=asked.message_id)
    for command in ("/find суп", "/find Загорская", "/queue", f"/review {number}", "/digest"):
        await bot_world.telegram.say(MANAGERS, 502, command)
    for action in ("history", "report", "edit", "why", "note", "measure"):
        await bot_world.press(card, "", "ivan", data=f"1:{number}:0:{action}")
    shown = {"initials": "З. В.", "first_name": "Вероника"}[how]
    await bot_world.said(SUPPORT, shown)
    await bot_world.telegram.wait_for(
        lambda: sum(f"{number}" in e.text for e in bot_world.telegram.chat(MANAGERS).of_bot) >= 3,
        "the lists",
    )
    await bot_world.stop()
    told = [
        each.text
        for chat in (SUPPORT, MANAGERS, PLACE)
        for each in bot_world.telegram.chat(chat).of_bot
    ]
    assert len(told) > 10
    # What somebody looked for is repeated to them.
    heads = [each for each in told if each.startswith("🔎")]
    told = [each.partition("\n")[2] if each in heads else each for each in told]
    assert [each for each in told if "Загорск" in each] == []
    exported = world.db.read_now(lambda rows: list(exports.reviews(rows, how)))
    assert {row["author"] for row in exported} == {shown}
