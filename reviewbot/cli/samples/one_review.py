"""Cards, reminders and handoffs about one review."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from reviewbot.cli.samples.complaint import PHONE, at, sample_facts
from reviewbot.core.facts import Addressee, CardFacts, HandoffFacts, ReminderFacts
from reviewbot.core.handoffs import HandoffKind
from reviewbot.core.model import Approval, Reason, ReminderKind, Severity, TicketState, Tone
from reviewbot.words.cards.card import card
from reviewbot.words.cards.handoffs import handoff
from reviewbot.words.cards.reminders import reminder
from reviewbot.words.html import Message
from reviewbot.words.prompts import draft_saved
from reviewbot.words.vocabulary import CardMenu


def alert(language: str) -> tuple[Message, str]:
    return card(sample_facts(language), language, group=True), "14:02"


def _approved_facts(language: str) -> CardFacts:
    facts = sample_facts(language)
    return replace(
        facts,
        state=TicketState.APPROVED,
        approved_by="Марина" if language == "ru" else "Marina",
        approved_at=at(14, 20),
        approved_text=facts.draft.text if facts.draft else None,
        at=at(14, 20),
    )


def approved(language: str) -> tuple[Message, str]:
    return card(_approved_facts(language), language, group=True), "14:02"


def seen(language: str) -> tuple[Message, str]:
    facts = replace(
        _approved_facts(language),
        state=TicketState.ANSWERED,
        posted_by="Иван" if language == "ru" else "Ivan",
        posted_at=at(14, 26),
        marked_at=at(14, 26),
        answered_by=at(15, 10),
        at=at(15, 10),
    )
    return card(facts, language, group=True), "14:02"


def removed(language: str) -> tuple[Message, str]:
    facts = replace(sample_facts(language), state=TicketState.SKIPPED, forgotten=True)
    return card(facts, language, group=True), "14:02"


def escalation(language: str) -> tuple[Message, str]:
    russian = language == "ru"
    facts = replace(
        sample_facts(language),
        holder="Иван" if russian else "Ivan",
        held_at=at(14, 10),
        last_look_at=at(15, 1),
        at=at(15, 2),
    )
    item = ReminderFacts(
        facts,
        ReminderKind.BREACH,
        at(15, 2),
        "Марина" if russian else "Marina",
        at(10, 2, days=1),
        "Сергей Петрович" if russian else "Sergey",
    )
    return reminder([item], language), "15:02"


def _handed(language: str, kind: HandoffKind) -> HandoffFacts:
    russian = language == "ru"
    ivan = Addressee("Иван" if russian else "Ivan", 504)
    marina = Addressee("Марина" if russian else "Marina", 502)
    facts = replace(_approved_facts(language), proposed_by=ivan.name, approval=Approval.MANAGER)
    is_for_marina = kind in (HandoffKind.APPROVE, HandoffKind.LOST)
    state = TicketState.APPROVED if kind is HandoffKind.POST else TicketState.PROPOSED
    said = {
        HandoffKind.RECEIVE: "гость ждёт звонка" if russian else "the guest waits for a call",
        HandoffKind.REWORK: "без «разберёмся»" if russian else "without promises",
    }
    return HandoffFacts(
        replace(facts, state=state, holder=ivan.name),
        kind,
        (marina if is_for_marina else ivan,),
        by=(ivan if is_for_marina else marina).name,
        reason=said.get(kind),
    )


def one_handoff(kind: HandoffKind) -> Callable[[str], tuple[Message, str]]:
    return lambda language: (handoff([_handed(language, kind)], language), "14:20")


def three_handoffs(language: str) -> tuple[Message, str]:
    kinds = (HandoffKind.APPROVE, HandoffKind.POST, HandoffKind.REWORK)
    items = [_handed(language, kind) for kind in kinds]
    several = [
        replace(item, card=replace(item.card, number=1284 + n)) for n, item in enumerate(items)
    ]
    return handoff(several, language), "14:20"


def saved(language: str) -> tuple[Message, str]:
    facts = _handed(language, HandoffKind.APPROVE).card
    return draft_saved(facts, language, approves=True), "14:18"


def calm(language: str) -> tuple[Message, str]:
    russian = language == "ru"
    facts = sample_facts(language)
    assert facts.draft is not None
    said = (
        "Вкусно, но шумно и долго несли счёт."
        if russian
        else "Tasty, but loud, and the bill took long."
    )
    thanks = (
        "Анна, здравствуйте! Спасибо, что рассказали и о хорошем, и о том, что можно сделать"
        f" лучше. Для связи с нами: {PHONE}."
        if russian
        else "Hello Anna! Thank you for telling us both what was good and what could be better."
        f" You can reach us here: {PHONE}."
    )
    facts = replace(
        facts,
        number=1290,
        rating=3,
        tone=Tone.MIXED,
        severity=Severity.LOW,
        text=said,
        photos=0,
        topics=("noise", "waiting"),
        reasons=(Reason("stars", "3★", points=1.0),),
        reply_deadline=at(14, 2, days=1),
        reply_goal=timedelta(hours=24),
        draft=replace(facts.draft, text=thanks, topic=None, wording=2),
    )
    return card(facts, language, group=True), "14:02"


def critical_facts(language: str) -> CardFacts:
    """Return the facts of a report of harm, with what the product says of its text."""
    russian = language == "ru"
    text = "После роллов попала в больницу." if russian else "Ended in hospital after the rolls."
    danger = Reason(
        "poisoning",
        text.rstrip(".").lower(),
        severity=Severity.CRITICAL,
        probability=0.99 if russian else 0.53,
    )
    return replace(
        sample_facts(language),
        number=1291,
        severity=Severity.CRITICAL,
        text=text,
        topics=("food",),
        reasons=(Reason("stars", "1★", points=2.0), danger),
        seen_deadline=at(14, 17),
        draft=None,
        photos=0,
    )


def critical(language: str) -> tuple[Message, str]:
    return card(critical_facts(language), language, group=True), "14:02"


def more(language: str) -> tuple[Message, str]:
    """Return the alert with the keys of *More*."""
    return card(sample_facts(language), language, group=True, menu=CardMenu.MORE), "14:03"


def back_menu(language: str) -> tuple[Message, str]:
    """Return a proposed text with the keys of *Send back*."""
    facts = replace(
        sample_facts(language),
        state=TicketState.PROPOSED,
        approval=Approval.MANAGER,
        proposed_by="Иван" if language == "ru" else "Ivan",
    )
    return card(facts, language, group=True, menu=CardMenu.BACK), "14:18"


def take_over(language: str) -> tuple[Message, str]:
    """Return a card somebody has, with the question whether to take it over."""
    holder = "Анна" if language == "ru" else "Anna"
    facts = replace(sample_facts(language), holder=holder, held_at=at(14, 10))
    return card(
        facts, language, group=True, menu=CardMenu.TAKE_OVER, people=(("anna", holder),)
    ), "14:30"


def posted(language: str) -> tuple[Message, str]:
    """Return a card marked as posted by hand, which can be undone until the site confirms it."""
    facts = replace(
        _approved_facts(language),
        state=TicketState.POSTED,
        posted_by="Иван" if language == "ru" else "Ivan",
        posted_at=at(14, 26),
        marked_at=at(14, 26),
        at=at(14, 30),
    )
    return card(facts, language, group=True), "14:02"


def by_itself(language: str) -> tuple[Message, str]:
    """Return an approved reply that the bot itself will post."""
    facts = replace(_approved_facts(language), can_publish=True, publish_at=at(14, 22))
    return card(facts, language, group=True), "14:02"


def other_text(language: str) -> tuple[Message, str]:
    """Return an answered review whose reply is not the approved one."""
    text = "Приносим извинения." if language == "ru" else "We are sorry."
    facts = replace(
        _approved_facts(language),
        state=TicketState.ANSWERED,
        answered_by=at(15, 10),
        reply_text=text,
        site_differs=True,
        at=at(15, 10),
    )
    return card(facts, language, group=True), "14:02"


def reminders(language: str) -> tuple[Message, str]:
    """Return two late reviews in one message."""
    facts = replace(sample_facts(language), at=at(15, 20), last_look_at=at(15, 19))
    marina = "Марина" if language == "ru" else "Marina"
    items = [
        ReminderFacts(replace(facts, number=1284 + n), ReminderKind.BREACH, at(15, 2), marina)
        for n in range(2)
    ]
    return reminder(items, language), "15:20"
