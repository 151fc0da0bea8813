"""What the card of a concern looks like when it is sent, edited, or asked for its picture."""

from collections.abc import Callable
from dataclasses import replace

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.queries.trends.concern_facts import concern_facts
from reviewbot.words.trends.concerns import concern
from reviewbot.words.vocabulary import View


def sent(scene: Scene) -> Outgoing | None:
    """The card as it stands now."""
    facts = concern_facts(scene.tx, int(scene.row.payload["concern"]), scene.language)
    return Outgoing.of(concern(facts, scene.language)) if facts else None


def edited(scene: Scene) -> Outgoing | None:
    """The card in the place of what it was; with the causes to choose from, or the keys alone."""
    facts = concern_facts(scene.tx, int(scene.row.payload["concern"]), scene.language)
    if facts is None:
        return None
    params = scene.params
    shown = concern(facts, scene.language, asks_cause=bool(params.get("asks_cause")))
    return replace(Outgoing.of(shown), edit=params["message_id"])


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {View.CONCERN: edited}
