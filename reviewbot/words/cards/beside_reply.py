"""What is asked and said about a review beside its reply: the lines of its card, the messages."""

import re
from dataclasses import dataclass
from datetime import datetime

from reviewbot.core.beside_reply.said import (
    ComplaintGround,
    ComplaintOutcome,
    MeasureNoted,
    PlaceFacts,
)
from reviewbot.core.facts import Addressee, CardFacts
from reviewbot.core.model import LANGUAGES, WRITABLE_STATES, TicketState
from reviewbot.words import N_
from reviewbot.words.cards.beside_keys import FAULT
from reviewbot.words.cards.keyboards import cabinet_link
from reviewbot.words.html import (
    NAMED,
    Button,
    Html,
    Message,
    Rows,
    block,
    bold,
    cut,
    escaped,
    joined,
    lines,
    naming,
    quote,
    safe,
    short,
    timed,
)
from reviewbot.words.labels import author, number, person, place, site, stars
from reviewbot.words.language import Language, words_in
from reviewbot.words.trends.measures import noted_line
from reviewbot.words.vocabulary import ButtonName

EXCERPT = 200
TOLD = 1500
MOST_QUESTIONS = 2
ANSWER_BY = N_("Reply to this message by {at}. Only colleagues read it, not the guest.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the place is asked: by whom, until when."""

    who: str
    text: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SecondSentence:
    """What may be added to a reply: which one, its words, and the whole reply with it ("" where
    there is no text to add it to)."""

    which: str
    text: str
    whole: str


def beside_reply(facts: CardFacts, t: Language) -> list[str]:
    """The lines of a card: what the place was asked and said, what is to be done and was, whether
    the guest is right, what the site was asked to remove."""
    said = [*_place(facts, t), *(_noted(each, facts, t) for each in facts.beside.measures[-3:])]
    if facts.beside.fault:
        who = person(facts.beside.fault)
        said.append(t("⚖️ The guest is right ({name}): an apology is in order.", name=who))
    return [*said, *_complaint(facts, t)]


def _noted(measure: MeasureNoted, facts: CardFacts, t: Language) -> str:
    return noted_line(measure, facts.zone, facts.at, t)


def _place(facts: CardFacts, t: Language) -> list[str]:
    asked = facts.beside.questions[-MOST_QUESTIONS:]
    return [line for each in asked for line in _question(each, facts, t)]


def _question(asked: PlaceFacts, facts: CardFacts, t: Language) -> list[str]:
    question = t.quoted(short(asked.question, EXCERPT))
    if asked.answer is None:
        by = t.border(asked.due_at, facts.zone, facts.at or asked.due_at)
        said = t("🏠 The place is asked: {question}, answer by {at}", question=question, at=by)
        head, _, tail = said.rpartition(by)  # the question may name the same hour
        return [joined("", (head, timed(by, ((by, asked.due_at),)), tail))]
    answer, name = t.quoted(short(asked.answer, EXCERPT)), person(asked.answered_by)
    return [
        t("🏠 The place was asked: {question}", question=question),
        t("🏠 The place says: {answer} ({name})", answer=answer, name=name),
    ]


_OUTCOMES = {
    ComplaintOutcome.SENT: N_("🚩 Complaint to {site}: sent {at}"),
    ComplaintOutcome.REMOVED: N_("🚩 Complaint to {site}: the review was removed {at}"),
    ComplaintOutcome.REFUSED: N_("🚩 Complaint to {site}: refused {at}"),
    ComplaintOutcome.RETURNED: N_("🚩 Complaint to {site}: removed, and on the site again {at}"),
}


def _complaint(facts: CardFacts, t: Language) -> list[str]:
    last = facts.beside.complaint
    if last is None:
        return []
    at = t.dated(last.at, facts.zone, facts.at)
    told = t(_OUTCOMES[last.outcome], site=site(facts, t), at=at)
    return [f"{told} ({person(last.who)})" if last.who else told]


def place_asked(facts: CardFacts, language: str) -> Message:
    """Says that the question is on its way."""
    t, asked = words_in(language), facts.beside.place
    sentence = t("The place is asked about review #{number}.", number=facts.number)
    by = ""
    if asked is not None:
        due = t.border(asked.due_at, facts.zone, facts.at or asked.due_at)
        said = t("Its answer, by {at}, comes onto the card; I will tell you.", at=due)
        by = timed(said, ((due, asked.due_at),))
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
            timed(t(ANSWER_BY, at=by), ((by, asks.due_at),)),
        )
    )


def question_in(text: str) -> int | None:
    """Return about which review a message of ours asks a place, by its words; None where it asks
    none."""
    lines_of_it = text.splitlines()
    for language in LANGUAGES:
        before, _, after = words_in(language)(ANSWER_BY).partition("{at}")
        if lines_of_it and lines_of_it[-1].startswith(before) and text.endswith(after):
            found = re.search(r"(\d{1,9})$", lines_of_it[1])
            return int(found[1]) if found else None
    return None


def is_asked_in(text: str, question: str) -> bool:
    """Whether a message of ours puts this question."""
    return short(question, TOLD) in text


def place_said(facts: CardFacts, to: Addressee, name: str, text: str, language: str) -> Message:
    """To who asked, by name: the place's answer."""
    t = words_in(language)
    sentence = t("{named}, the place answers about {about}", named=NAMED, about=_about(facts, t))
    head = joined(" ", ("🏠", naming(sentence, [(person(to.name), to.telegram_id)])))
    return Message(lines(Html(f"{head}:"), quote(short(text, TOLD)), person(name) if name else ""))


def place_late(facts: CardFacts, asked: PlaceFacts, to: Addressee, language: str) -> Message:
    """To who asked, by name: the time the place had is over."""
    t = words_in(language)
    sentence = t(
        "{named}, the place has not answered about {about}.", named=NAMED, about=_about(facts, t)
    )
    question = t.quoted(short(asked.question, EXCERPT))
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
    return t.day(at, facts.zone, facts.at)


def measure_saved(facts: CardFacts, language: str) -> Message:
    """Says that the last measure stands on the card."""
    t, noted = words_in(language), facts.beside.measures
    if not noted:
        return Message(t("Noted for review #{number}.", number=facts.number))
    sentence = t("On the card of review #{number}.", number=facts.number)
    return Message(lines(_noted(noted[-1], facts, t), sentence), _done_key(noted[-1], t))


def measure_yours(
    facts: CardFacts, measure: MeasureNoted, to: Addressee, language: str
) -> Message:
    """To who is to take it, by name."""
    t = words_in(language)
    sentence = t("{named}, a measure for you: {about}", named=NAMED, about=_about(facts, t))
    return _to_take(sentence, facts, measure, to, t)


def measure_due(facts: CardFacts, measure: MeasureNoted, to: Addressee, language: str) -> Message:
    """On its day."""
    t = words_in(language)
    sentence = t("{named}, is it done? {about}", named=NAMED, about=_about(facts, t))
    return _to_take(sentence, facts, measure, to, t)


def _to_take(
    sentence: str, facts: CardFacts, measure: MeasureNoted, to: Addressee, t: Language
) -> Message:
    head = joined(" ", ("📌", naming(sentence, [(person(to.name), to.telegram_id)])))
    by = t.day(measure.due_at, facts.zone, facts.at)
    what = t("{what}, by {day}", what=t.quoted(short(measure.what, TOLD)), day=by)
    return Message(lines(head, what), _done_key(measure, t))


def _done_key(measure: MeasureNoted, t: Language) -> Rows:
    if measure.done_at is not None:
        return ()
    return ((Button(t("✔️ Done"), ButtonName.MEASURE_DONE, str(measure.number)),),)


def second_sentence(facts: CardFacts, offered: SecondSentence, language: str) -> Message:
    """A sentence for the guest. Where the reply is not approved yet a key adds it; where it is on
    the site, the whole text is there to be copied."""
    t = words_in(language)
    title = t("A sentence for the guest, review #{number}:", number=facts.number)
    if offered.which == FAULT:
        title = t("An apology for review #{number}:", number=facts.number)
    head = lines(joined(" ", ("💬", bold(title))), quote(offered.text))
    if facts.state in WRITABLE_STATES and offered.whole:
        key = Button(t("➕ Add to the reply"), ButtonName.ADD_SENTENCE, offered.which)
        how = t("Added to the text, it is approved like any other.")
        return Message(lines(head, how), ((key,),))
    if facts.state in (TicketState.POSTED, TicketState.ANSWERED) and offered.whole:
        link = cabinet_link(facts, t)
        how = t("The reply is on the site: put this in its place. Tap to copy:")
        text = safe(offered.whole)
        shown = block(text) if cut(text, 3000) == text else ""
        return Message(lines(head, how, shown), ((link,),) if link else ())
    return Message(lines(head, t("Add it when you edit the reply.")))


GROUNDS = {
    ComplaintGround.NOT_OURS: N_("Not our guest"),
    ComplaintGround.ABUSE: N_("Insults"),
    ComplaintGround.PERSONAL: N_("Personal data"),
    ComplaintGround.BOUGHT: N_("Bought or a rival's"),
}
_REASONS = {
    ComplaintGround.NOT_OURS: N_(
        "We have no order or visit that fits it: the author was not our guest."
    ),
    ComplaintGround.ABUSE: N_("It insults people who work here."),
    ComplaintGround.PERSONAL: N_("It names people and their personal data without their consent."),
    ComplaintGround.BOUGHT: N_("It looks bought, or written by a rival: there is no visit to it."),
}


def site_complaint(facts: CardFacts, language: str, *, ground: str = "") -> Message:
    """How to complain about a review to its site: the page, a text for the chosen ground, keys
    that say what came of it. Keys without a ground choose one."""
    t, last = words_in(language), facts.beside.complaint
    head = lines(
        joined(" ", ("🚩", bold(t("Report review #{number}", number=facts.number)))),
        t(
            "Only you can do that: open the review on {site}, then “Report”.",
            site=site(facts, t),
        ),
        t("If the site removes it, I will see that and close the review."),
        *_complaint(facts, t),
    )
    link = cabinet_link(facts, t)
    keys: Rows = ((link,),) if link else ()
    if ground in set(ComplaintGround):
        text = _complaint_text(facts, ComplaintGround(ground), t)
        head = lines(head, t("The text, tap to copy:"), block(text))
    elif last is None:
        head = lines(head, t("Choose the ground, and I write the text."))
        keys = (*keys, *_ground_keys(t))
    return Message(head, (*keys, *_outcome_keys(facts, ground, t)))


def _complaint_text(facts: CardFacts, ground: ComplaintGround, t: Language) -> str:
    day, guest = _day(facts, t), author(facts, t)
    about = ", ".join(part for part in (guest, stars(facts), day) if part)
    return " ".join(
        (
            t("Please check the review about {place} ({about}).", place=place(facts), about=about),
            t(_REASONS[ground]),
            t("We ask you to remove it under your rules."),
        )
    )


def _ground_keys(t: Language) -> Rows:
    keys = [Button(t(title), ButtonName.REPORT, each) for each, title in GROUNDS.items()]
    return tuple(tuple(keys[start : start + 2]) for start in range(0, len(keys), 2))


def _outcome_keys(facts: CardFacts, ground: str, t: Language) -> Rows:
    last = facts.beside.complaint
    if last is not None and last.outcome is ComplaintOutcome.SENT:
        return (
            (
                Button(t("🗑 Removed"), ButtonName.COMPLAINT_SENT, ComplaintOutcome.REMOVED),
                Button(t("🙅 Refused"), ButtonName.COMPLAINT_SENT, ComplaintOutcome.REFUSED),
            ),
        )
    sent = Button(t("📮 Sent"), ButtonName.COMPLAINT_SENT, ComplaintOutcome.SENT)
    return ((sent,),) if ground or last is not None else ()
