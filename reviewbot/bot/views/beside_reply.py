"""What is asked, said and done beside a reply: the place, measures, an apology, a complaint."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.cards import asked
from reviewbot.bot.views.scene import Scene
from reviewbot.core.beside_reply.said import MeasureNoted, PlaceFacts
from reviewbot.core.errors import Refused
from reviewbot.core.facts import Addressee, CardFacts
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES
from reviewbot.core.parse_time import instant
from reviewbot.core.settings import Person
from reviewbot.store.people import name_of, person_of
from reviewbot.words import prompts
from reviewbot.words.cards import beside_reply as texts
from reviewbot.words.html import Message
from reviewbot.words.vocabulary import View
from reviewbot.workflow.beside_reply import measures


def place_prompt(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.place_prompt(scene.facts(), scene.language, **asked(scene)))


def place_asked(scene: Scene) -> Outgoing:
    return Outgoing.of(texts.place_asked(scene.facts(), scene.language))


def place_question(scene: Scene) -> Outgoing:
    """To the place: what is asked, about which review, by when."""
    by, params = name_of(scene.tx, scene.params["by"]), scene.params
    due_at = instant(params["due_at"])
    assert due_at is not None
    known = _question(scene)
    # Of a guest who was forgotten the card's words say less than those first sent.
    asks = texts.Question(by or "", known.question if known else params["text"], due_at)
    out = Outgoing.of(texts.place_question(scene.facts(), asks, scene.language))
    return replace(out, edit=params.get("message_id"))


def place_said(scene: Scene) -> Outgoing | None:
    """To who asked: what the place says."""
    to, params = _asker(scene), scene.params
    if to is None:
        return None
    known = _question(scene)
    text = params["text"] or (known.answer if known else None) or ""
    said = texts.place_said(scene.facts(), to, params["name"], text, scene.language)
    return Outgoing.of(said, scene.facts())


def place_late(scene: Scene) -> Outgoing | None:
    """To who asked: the place did not answer in time. Nothing where it did, or where the question
    does not matter any more."""
    facts, to, asked = scene.facts(), _asker(scene), _question(scene)
    if to is None or asked is None or asked.answer is not None:
        return None
    if facts.state not in OPEN_STATES | OUTCOME_STATES:
        return None
    return Outgoing.of(texts.place_late(facts, asked, to, scene.language), facts)


def place_thanks(scene: Scene) -> Outgoing:
    return Outgoing.of(texts.place_thanks(scene.facts(), scene.language))


def _question(scene: Scene) -> PlaceFacts | None:
    """The question that a row is about, as the card has it."""
    number, asked = scene.params["question"], scene.facts().beside.questions
    return next((each for each in asked if each.number == number), None)


def _asker(scene: Scene) -> Addressee | None:
    person = _told(scene, scene.params["by"], scene.params["by"])
    return Addressee(person.name, person.telegram_id) if person else None


def _told(scene: Scene, to: str, by: str) -> Person | None:
    """Who is named: where all read it, whoever is there for that person."""
    if not scene.group:
        return person_of(scene.tx, to)
    return measures.whom_to_tell(scene.tx, scene.facts().location, to, by)


def measure_prompt(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.measure_prompt(scene.facts(), scene.language, **asked(scene)))


def measure_saved(scene: Scene) -> Outgoing:
    """To who wrote it: the last measure, with its key."""
    facts = scene.facts()
    return Outgoing.of(texts.measure_saved(facts, scene.language), facts)


def measure_yours(scene: Scene) -> Outgoing | None:
    """To who is to take it."""
    return _measure(scene, texts.measure_yours)


def measure_due(scene: Scene) -> Outgoing | None:
    """On its day, to who is to take it; nothing where it is done."""
    return _measure(scene, texts.measure_due)


def _measure(
    scene: Scene, words: Callable[[CardFacts, MeasureNoted, Addressee, str], Message]
) -> Outgoing | None:
    facts, params = scene.facts(), scene.params
    person = _told(scene, params["to"], params["by"])
    found = [each for each in facts.beside.measures if each.number == params["measure"]]
    if person is None or facts.forgotten or not found or found[0].done_at is not None:
        return None
    to = Addressee(person.name, person.telegram_id)
    return Outgoing.of(words(facts, found[0], to, scene.language), facts)


def second_sentence(scene: Scene) -> Outgoing | None:
    """A sentence for the guest, and how it comes into the reply."""
    facts, which = scene.facts(), str(scene.params["which"])
    try:
        sentence = measures.second_sentence(scene.tx, facts.number, which)
    except Refused:
        return None
    whole = ""
    with suppress(Refused):
        whole = measures.text_with(scene.tx, facts.number, which)
    offered = texts.SecondSentence(which, sentence, whole)
    return Outgoing.of(texts.second_sentence(facts, offered, scene.language), facts)


def report(scene: Scene) -> Outgoing:
    """How to complain to the site; with a ground, the text for it."""
    facts, params = scene.facts(), scene.params
    shown = texts.site_complaint(facts, scene.language, ground=params.get("ground", ""))
    out = Outgoing.of(shown, facts)
    return replace(out, edit=params["message_id"]) if "message_id" in params else out


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.PLACE_PROMPT: place_prompt,
    View.PLACE_ASKED: place_asked,
    View.PLACE_QUESTION: place_question,
    View.PLACE_SAID: place_said,
    View.PLACE_LATE: place_late,
    View.PLACE_THANKS: place_thanks,
    View.MEASURE_PROMPT: measure_prompt,
    View.MEASURE_SAVED: measure_saved,
    View.MEASURE_YOURS: measure_yours,
    View.MEASURE_DUE: measure_due,
    View.SECOND_SENTENCE: second_sentence,
    View.REPORT: report,
}
