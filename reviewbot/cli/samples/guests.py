"""What a guest is asked after a visit, and the card an unhappy answer becomes."""

from dataclasses import replace
from datetime import timedelta

from reviewbot.cli.samples.complaint import PHONE, at, sample_facts
from reviewbot.core.facts import CardFacts
from reviewbot.core.model import Kind, Reason, TicketState
from reviewbot.core.source_facts import OF_SURVEYS, SURVEY
from reviewbot.core.surveys.praise import PlacePraise, PraiseFacts
from reviewbot.core.surveys.survey import Mood, Scale, SurveyStep
from reviewbot.core.trends.overview import Named
from reviewbot.words.cards.card import card
from reviewbot.words.html import Message
from reviewbot.words.surveys.praise import praise_told
from reviewbot.words.surveys.questions import SurveyFacts, question


def _asked(language: str, step: SurveyStep) -> Message:
    place = sample_facts(language).location_name
    facts = SurveyFacts(1, step, Scale.NPS, Mood.LOW, place, "https://example.com/privacy")
    return question(facts, language)


def score(language: str) -> tuple[Message, str]:
    """Return the first question."""
    return _asked(language, SurveyStep.SCORE), "14:00"


def happened(language: str) -> tuple[Message, str]:
    """Return what a guest is asked who gave a low score."""
    return _asked(language, SurveyStep.HAPPENED), "14:01"


def _unhappy(language: str) -> CardFacts:
    facts = sample_facts(language)
    score = Reason("stars", "3/10", points=2.0)
    return replace(
        facts,
        number=1292,
        kind=Kind.SURVEY,
        source=SURVEY,
        source_title=OF_SURVEYS.title,
        author=None,
        rating=None,
        score=3.0,
        scale=10.0,
        photos=0,
        contact=PHONE,
        reasons=(score, *facts.reasons[1:]),
        review_url=None,
        reply_url=None,
        can_reply=False,
        shows_replies=False,
        reply_deadline=at(14, 2, days=1),
        reply_goal=timedelta(hours=24),
        draft=None,
    )


def unhappy(language: str) -> tuple[Message, str]:
    """Return the card of a low score: no site shows it, so somebody calls."""
    return card(_unhappy(language), language, group=True), "14:02"


def outcome(language: str) -> tuple[Message, str]:
    """Return the same card after somebody reached the guest."""
    facts = replace(
        _unhappy(language),
        state=TicketState.REACHED,
        posted_by="Иван" if language == "ru" else "Ivan",
        posted_at=at(14, 40),
        at=at(14, 40),
    )
    return card(facts, language, group=True), "14:02"


def praise(language: str) -> tuple[Message, str]:
    """Return who was praised by name the day before."""
    russian = language == "ru"
    place = sample_facts(language).location_name
    thanked = ("Бариста Оля", "Иван") if russian else ("Olya the barista", "Ivan")
    named = Named("Марина" if russian else "Marina", 2)
    facts = PraiseFacts(at(9, 0).date(), (PlacePraise(place, thanked, (named,)),))
    return praise_told(facts, language), "09:00"
