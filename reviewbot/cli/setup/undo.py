"""`reviewbot undo`: the file as it was before the last change that a command or a chat made."""

import os

from reviewbot.cli.options import Config
from reviewbot.cli.setup.add import show_edit, tell_bot
from reviewbot.cli.terminal import out
from reviewbot.config import load
from reviewbot.config.changes import file_edit
from reviewbot.config.load import find
from reviewbot.config.locale import locale_of
from reviewbot.core.errors import ConfigError
from reviewbot.words.operator_language import operator_language


def undo(config: Config = None) -> None:
    """Take the last change back, as long as nobody edited the file since; tells the bot."""
    t = operator_language(locale_of(config, os.environ).language)
    try:
        edit = file_edit.undo(find(config, os.environ), os.environ)
    except ConfigError as error:
        raise ConfigError(error.problems, t.language) from None
    show_edit(t, edit)
    out.print(t("✓ Undone: {file}", file=edit.path), style="green", markup=False)
    tell_bot(t, load(config, environ=os.environ))
