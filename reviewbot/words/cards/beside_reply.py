"""What is asked and said about a review beside its reply: the lines of its card, the messages."""

from dataclasses import dataclass
from datetime import datetime

from reviewbot.core.facts import Addressee, CardFacts
from reviewbot.words.html import (
    NAMED,
    Html,
    Message,
    bold,
    escaped,
    joined,
    lines,
    naming,
    quote,
    short,
)
from reviewbot.words.labels import number, person, place, site, stars
from reviewbot.words.language import Language, words_in

EXCERPT = 200
TOLD = 1500


@dataclass(frozen=True, slots=True)
class Question:
    """What the place is asked: by whom, until when."""

    who: str
    text: str
    due_at: datetime


def beside_reply(facts: CardFacts, t: Language) -> list[str]:
    """The lines of a card: what the place was asked, and what it said."""
    asked = facts.beside.place
    if asked is None:
        return []
    question = t.quoted(short(asked.question, EXCERPT))
    if asked.answer is None:
        by = t.border(asked.due_at, facts.zone, facts.at or asked.due_at)
        return [t("🏠 The place is asked: {question}, answer by {at}", question=question, at=by)]
    answer, name = t.quoted(short(asked.answer, EXCERPT)), person(asked.answered_by)
    return [
        t("🏠 The place was asked: {question}", question=question),
        t("🏠 The place says: {answer} ({name})", answer=answer, name=name),
    ]


def place_asked(facts: CardFacts, language: str) -> Message:
    """Says that the question is on its way."""
    t, asked = words_in(language), facts.beside.place
    sentence = t("The place is asked about review #{number}.", number=facts.number)
    by = ""
    if asked is not None:
        due = t.border(asked.due_at, facts.zone, facts.at or asked.due_at)
        by = t("Its answer, by {at}, comes onto the card; I will tell you.", at=due)
    return Message(joined(" ", ("🏠", sentence, by)))


def place_question(facts: CardFacts, asks: Question, language: str) -> Message:
    """To the place: the question, and the review it is about. Whoever replies answers."""
    t = words_in(language)
    head = joined(" ", ("🏠", bold(t("{name} asks", name=person(asks.who)))))
    about = joined(" · ", (place(facts, brief=True), site(facts, t), stars(facts), _day(facts, t)))
    said = short(facts.text or facts.title or "", EXCERPT)
    by = t.border(asks.due_at, facts.zone, facts.at or asks.due_at)
    return Message(
        lines(
            joined(": ", (head, escaped(short(asks.text, TOLD)))),
            joined(" · ", (about, number(facts, t))),
            quote(said) if said else "",
            t("Reply to this message by {at}. Only colleagues read it, not the guest.", at=by),
        )
    )


def place_said(facts: CardFacts, to: Addressee, name: str, text: str, language: str) -> Message:
    """To who asked, by name: the place's answer."""
    t = words_in(language)
    sentence = t("{named}, the place answers about {about}", named=NAMED, about=_about(facts, t))
    head = joined(" ", ("🏠", naming(sentence, [(person(to.name), to.telegram_id)])))
    return Message(lines(Html(f"{head}:"), quote(short(text, TOLD)), person(name) if name else ""))


def place_late(facts: CardFacts, to: Addressee, language: str) -> Message:
    """To who asked, by name: the time the place had is over."""
    t, asked = words_in(language), facts.beside.place
    sentence = t(
        "{named}, the place has not answered about {about}.", named=NAMED, about=_about(facts, t)
    )
    question = t.quoted(short(asked.question, EXCERPT)) if asked else ""
    head = joined(" ", ("⏰", naming(sentence, [(person(to.name), to.telegram_id)])))
    return Message(lines(head, question))


def place_thanks(facts: CardFacts, language: str) -> Message:
    t = words_in(language)
    sentence = t("Thank you, it is on the card of review #{number}.", number=facts.number)
    return Message(joined(" ", ("🏠", sentence)))


def _about(facts: CardFacts, t: Language) -> str:
    return ", ".join(
        part for part in (number(facts, t), place(facts, brief=True), stars(facts)) if part
    )


def _day(facts: CardFacts, t: Language) -> str:
    at = facts.published_at or facts.first_seen_at
    return t.day(at, facts.zone, facts.at or at)
