"""A change of the operator's file as an admin reads it in chat."""

from collections.abc import Callable

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.words import file_changes as words
from reviewbot.words.vocabulary import View


def file_change(scene: Scene) -> Outgoing:
    return Outgoing.of(words.file_change(scene.params, scene.language))


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {View.FILE_CHANGE: file_change}
