"""Every name that is put has its writer, and no name is written down twice."""

import ast
from collections.abc import Iterator
from pathlib import Path

import reviewbot
from reviewbot.bot.handlers import commands
from reviewbot.bot.handlers.presses import BUTTONS
from reviewbot.bot.views.registry import VIEWS
from reviewbot.core.ticket import Action, Right
from reviewbot.core.ticket_table import TABLE
from reviewbot.words.notices import NOTICES
from reviewbot.words.refusals import SENTENCES
from reviewbot.words.toasts import PLAIN, RICH, Toast
from reviewbot.words.vocabulary import COMMANDS, ButtonName, NoticeCode, View


def test_every_view_and_every_notice_has_its_writer() -> None:
    assert set(VIEWS) == set(View)
    assert set(NOTICES) == set(NoticeCode)


def test_every_button_does_something_and_every_toast_says_something() -> None:
    assert set(BUTTONS) == set(ButtonName)
    assert set(PLAIN) | set(RICH) == set(Toast)


def test_every_act_of_staff_is_answered_by_its_name() -> None:
    """But for the complaint: its button says what came of it."""
    acts = {action for (_, action), cell in TABLE.items() if cell.right is not Right.MACHINE}
    assert acts - {Action.IS_A_COMPLAINT} <= set(Toast)


def test_every_command_shows_a_view_or_has_a_handler() -> None:
    acting = {command.name for command in COMMANDS if command.shows is None}
    assert acting == set(commands.HANDLERS)
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def nodes() -> Iterator[ast.AST]:
    for path in Path(reviewbot.__file__).parent.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text()))


def text_of(node: ast.AST | None) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[union-attr]


def test_rows_are_put_with_the_names_of_the_vocabulary() -> None:
    """A bare string in a payload would be compared with nothing until it is sent."""
    bare = []
    for node in nodes():
        if isinstance(node, ast.Dict):
            items = {
                text_of(key): value for key, value in zip(node.keys, node.values, strict=True)
            }
            if "params" in items or "view" in items:
                bare += [text_of(items.get(name)) for name in ("view", "code")]
    assert {name for name in bare if name} == set()


def test_every_refusal_has_its_sentence() -> None:
    codes = {
        text_of(node.args[0])
        for node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Refused"
        and node.args
    }
    assert len(codes) > 20
    assert {code for code in codes if code} - set(SENTENCES) - {"already"} == set()
