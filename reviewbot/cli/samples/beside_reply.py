"""What is asked and done beside the reply to one review."""

from dataclasses import replace
from datetime import date

from reviewbot.cli.samples.complaint import at, sample_facts
from reviewbot.core.beside_reply.said import BesideReply, MeasureNoted, PlaceFacts
from reviewbot.core.facts import Addressee, CardFacts
from reviewbot.core.model import TicketState, Tone
from reviewbot.drafting import second_sentence as sentences
from reviewbot.words import prompts
from reviewbot.words.cards import beside_reply as texts
from reviewbot.words.cards import history
from reviewbot.words.cards.card import card
from reviewbot.words.html import Message
from reviewbot.words.trends import measures as place_measures
from reviewbot.words.trends.samples import sample_drop

IVAN = {"ru": "Иван", "en": "Ivan"}
OLYA = {"ru": "Оля", "en": "Olya"}
QUESTION = {"ru": "Что было утром за столом 7?", "en": "What happened at table 7 this morning?"}
ANSWER = {
    "ru": "Сломалась кофемашина, ждали мастера.",
    "en": "The coffee machine broke down, we waited for the repair.",
}


def _facts(language: str, *, answered: bool = False) -> CardFacts:
    place = PlaceFacts(1, IVAN[language], QUESTION[language], at(15, 20))
    if answered:
        place = replace(place, answer=ANSWER[language], answered_by=OLYA[language])
    beside = BesideReply(may_ask=True, questions=(place,))
    return replace(sample_facts(language), beside=beside, at=at(14, 20))


def _ivan(language: str) -> Addressee:
    return Addressee(IVAN[language], 504)


def place_prompt(language: str) -> tuple[Message, str]:
    facts, name = sample_facts(language), IVAN[language]
    return prompts.place_prompt(facts, language, name=name, user_id=504), "14:19"


def place_asked(language: str) -> tuple[Message, str]:
    return texts.place_asked(_facts(language), language), "14:20"


def place_question(language: str) -> tuple[Message, str]:
    asks = texts.Question(IVAN[language], QUESTION[language], at(15, 20))
    return texts.place_question(_facts(language), asks, language), "14:20"


def place_said(language: str) -> tuple[Message, str]:
    facts, name = _facts(language, answered=True), OLYA[language]
    return texts.place_said(facts, _ivan(language), name, ANSWER[language], language), "14:40"


def place_late(language: str) -> tuple[Message, str]:
    facts = _facts(language)
    asked = facts.beside.questions[-1]
    return texts.place_late(facts, asked, _ivan(language), language), "15:20"


def place_thanks(language: str) -> tuple[Message, str]:
    return texts.place_thanks(_facts(language, answered=True), language), "14:40"


def answered_card(language: str) -> tuple[Message, str]:
    return card(_facts(language, answered=True), language, group=True), "14:02"


def _measure(language: str) -> MeasureNoted:
    what = "починить кофемашину" if language == "ru" else "repair the coffee machine"
    return MeasureNoted(7, what, IVAN[language], at(18, 0, days=3))


def _with_measure(language: str) -> CardFacts:
    beside = BesideReply(measures=(_measure(language),), fault=OLYA[language])
    return replace(sample_facts(language), beside=beside, at=at(14, 45))


def measure_prompt(language: str) -> tuple[Message, str]:
    facts, name = sample_facts(language), IVAN[language]
    return prompts.measure_prompt(facts, language, name=name, user_id=504), "14:44"


def measure_saved(language: str) -> tuple[Message, str]:
    return texts.measure_saved(_with_measure(language), language), "14:45"


def measure_yours(language: str) -> tuple[Message, str]:
    facts, measure = _with_measure(language), _measure(language)
    return texts.measure_yours(facts, measure, _ivan(language), language), "14:45"


def measure_due(language: str) -> tuple[Message, str]:
    facts, measure = _with_measure(language), _measure(language)
    return texts.measure_due(facts, measure, _ivan(language), language), "10:00"


def measure_card(language: str) -> tuple[Message, str]:
    return card(_with_measure(language), language, group=True), "14:02"


def second_sentence(language: str) -> tuple[Message, str]:
    return _offered(language, "7", sentences.measure_told(language))


def apology(language: str) -> tuple[Message, str]:
    return _offered(language, "fault", sentences.apology(language))


def _offered(language: str, which: str, sentence: str) -> tuple[Message, str]:
    facts = _with_measure(language)
    text = facts.draft.text if facts.draft else ""
    whole = sentences.with_sentence(text, sentence, {})
    offered = texts.SecondSentence(which, sentence, whole)
    return texts.second_sentence(facts, offered, language), "15:00"


def complain(language: str) -> tuple[Message, str]:
    return texts.site_complaint(sample_facts(language), language), "15:00"


def complaint_text(language: str) -> tuple[Message, str]:
    shown = texts.site_complaint(sample_facts(language), language, ground="not_ours")
    return shown, "15:01"


def auto_thanked(language: str) -> tuple[Message, str]:
    facts = sample_facts(language)
    text = "Спасибо за высокую оценку!" if language == "ru" else "Thank you for the stars!"
    thanked = replace(
        facts,
        state=TicketState.APPROVED,
        tone=Tone.POSITIVE,
        rating=5,
        text=None,
        photos=0,
        approved_by="bot",
        approved_at=at(14, 20),
        approved_text=text,
        publish_at=at(14, 22),
        at=at(14, 20),
    )
    return card(thanked, language, group=True), "14:20"


def machine_made(language: str) -> tuple[Message, str]:
    facts = sample_facts(language)
    assert facts.draft is not None
    draft = replace(facts.draft, machine=True, wording=None)
    return card(replace(facts, draft=draft), language, group=True), "14:03"


def photos(language: str) -> tuple[Message, str]:
    addresses = [f"https://yandex.ru/{n}.jpg" for n in (11, 12)]
    return history.photos(sample_facts(language), addresses, language), "14:10"


def concern_prompt(language: str) -> tuple[Message, str]:
    what = place_measures.about(sample_drop(language), language)
    return prompts.concern_prompt(what, language, name=IVAN[language], user_id=504), "14:44"


def concern_noted(language: str) -> tuple[Message, str]:
    facts, said = sample_drop(language), sentences.measure_told(language)
    on = date(2026, 2, 24)
    noted = place_measures.measure_noted(facts, on, language, sentence=said, replies=5)
    return noted, "14:45"


def measures(language: str) -> tuple[Message, str]:
    # Loaded only now: with it comes what writes the page of figures.
    from reviewbot.words.trends.page_samples import sample_measures

    shown = place_measures.measures_listed(
        sample_measures(language),
        2,
        sample_drop(language).at,
        language,
        about="3 точки" if language == "ru" else "3 locations",
        own_topics={},
    )
    return shown, "15:02"
