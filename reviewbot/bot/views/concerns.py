"""What the card of a concern looks like when it is sent, edited, or asked for its picture."""

from collections.abc import Callable
from dataclasses import replace

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.trends.concern import ConcernFacts
from reviewbot.queries.trends.concern_facts import concern_facts
from reviewbot.words.trends.concerns import concern
from reviewbot.words.vocabulary import View
from reviewbot.workflow.chats import places_shown_in


def _facts(scene: Scene) -> ConcernFacts | None:
    """The facts, of the places that the chat may be shown."""
    facts = concern_facts(scene.tx, int(scene.row.payload["concern"]), scene.language)
    here = places_shown_in(scene.tx, scene.row.chat_id or 0)
    if facts is None or here is None:
        return facts
    replies = tuple(each for each in facts.replies if each.location in here)
    return replace(facts, replies=replies if len(replies) > 1 else ())


def sent(scene: Scene) -> Outgoing | None:
    """The card as it stands now."""
    facts = _facts(scene)
    return Outgoing.of(concern(facts, scene.language)) if facts else None


def edited(scene: Scene) -> Outgoing | None:
    """The card in the place of what it was; with the causes to choose from, or the keys alone."""
    facts = _facts(scene)
    if facts is None:
        return None
    params = scene.params
    shown = concern(facts, scene.language, asks_cause=bool(params.get("asks_cause")))
    return replace(Outgoing.of(shown), edit=params["message_id"])


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {View.CONCERN: edited}
