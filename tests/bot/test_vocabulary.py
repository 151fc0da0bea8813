"""Every name that is put has its writer, and no name is written down twice."""

from reviewbot.bot.handlers import commands
from reviewbot.bot.handlers.presses import BUTTONS
from reviewbot.bot.views.registry import VIEWS
from reviewbot.words.notices import NOTICES
from reviewbot.words.toasts import PLAIN, RICH, Toast
from reviewbot.words.vocabulary import COMMANDS, ButtonName, NoticeCode, View


def test_every_view_and_every_notice_has_its_writer() -> None:
    assert set(VIEWS) == set(View)
    assert set(NOTICES) == set(NoticeCode)


def test_every_button_does_something_and_every_toast_says_something() -> None:
    assert set(BUTTONS) == set(ButtonName)
    assert set(PLAIN) | set(RICH) == set(Toast)


def test_every_command_shows_a_view_or_has_a_handler() -> None:
    acting = {command.name for command in COMMANDS if command.shows is None}
    assert acting == set(commands.HANDLERS)
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
