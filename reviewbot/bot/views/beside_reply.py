"""What is asked and said beside a reply: the question to the place, its answer."""

from collections.abc import Callable

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.cards import asked
from reviewbot.bot.views.scene import Scene
from reviewbot.core.facts import Addressee
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES
from reviewbot.core.parse_time import instant
from reviewbot.store.people import name_of, person_of
from reviewbot.words import prompts
from reviewbot.words.cards import beside_reply as texts
from reviewbot.words.vocabulary import View


def place_prompt(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.place_prompt(scene.facts(), scene.language, **asked(scene)))


def place_asked(scene: Scene) -> Outgoing:
    return Outgoing.of(texts.place_asked(scene.facts(), scene.language))


def place_question(scene: Scene) -> Outgoing:
    """To the place: what is asked, about which review, by when."""
    by, params = name_of(scene.tx, scene.params["by"]), scene.params
    due_at = instant(params["due_at"])
    assert due_at is not None
    asks = texts.Question(by or "", params["text"], due_at)
    return Outgoing.of(texts.place_question(scene.facts(), asks, scene.language))


def place_said(scene: Scene) -> Outgoing | None:
    """To who asked: what the place says."""
    to, params = _asker(scene), scene.params
    if to is None:
        return None
    said = texts.place_said(scene.facts(), to, params["name"], params["text"], scene.language)
    return Outgoing.of(said, scene.facts())


def place_late(scene: Scene) -> Outgoing | None:
    """To who asked: the place did not answer in time. Nothing where it did, or where the question
    is not the last one or does not matter any more."""
    facts, to = scene.facts(), _asker(scene)
    place = facts.beside.place
    is_over = place is None or place.answer is not None or place.due_at != _due(scene)
    if to is None or is_over or facts.state not in OPEN_STATES | OUTCOME_STATES:
        return None
    return Outgoing.of(texts.place_late(facts, to, scene.language), facts)


def place_thanks(scene: Scene) -> Outgoing:
    return Outgoing.of(texts.place_thanks(scene.facts(), scene.language))


def _due(scene: Scene) -> object:
    return instant(scene.params["due_at"])


def _asker(scene: Scene) -> Addressee | None:
    person = person_of(scene.tx, scene.params["by"])
    return Addressee(person.name, person.telegram_id) if person else None


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.PLACE_PROMPT: place_prompt,
    View.PLACE_ASKED: place_asked,
    View.PLACE_QUESTION: place_question,
    View.PLACE_SAID: place_said,
    View.PLACE_LATE: place_late,
    View.PLACE_THANKS: place_thanks,
}
