"""What the message about praised people looks like when it is sent."""

from datetime import date

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.queries.surveys.praise_facts import praise_facts
from reviewbot.words.surveys.praise import praise_told


def sent(scene: Scene) -> Outgoing | None:
    """What is true now: nothing where the guests were forgotten since."""
    payload = scene.row.payload
    facts = praise_facts(scene.tx, payload["places"], date.fromisoformat(payload["on"]))
    return Outgoing.of(praise_told(facts, scene.language)) if facts.places else None
