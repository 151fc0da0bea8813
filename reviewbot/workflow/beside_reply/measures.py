"""What is done about a review beside its reply: measures, and a fault that is confirmed. A row of
the audit each; what a measure still waits for lies in the outbox until its day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.core.beside_reply.said import MeasureNoted
from reviewbot.core.errors import Refused
from reviewbot.core.model import LANGUAGES, Role, TicketState
from reviewbot.core.readings.rules import is_complaint
from reviewbot.core.settings import Person
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.core.trends.concern import MeasureTaken
from reviewbot.drafting.second_sentence import apology, measure_told, with_sentence
from reviewbot.queries.notes import beside_reply
from reviewbot.store import audit, drafts
from reviewbot.store.cases import Case, language_of_guest
from reviewbot.store.database import padded
from reviewbot.store.people import person_of
from reviewbot.store.queues import outbox
from reviewbot.store.tables import DraftRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.cards.beside_keys import FAULT
from reviewbot.words.vocabulary import View
from reviewbot.workflow import act
from reviewbot.workflow.beside_reply.told_below import changes_card, tell
from reviewbot.workflow.checks import case_of, check_person
from reviewbot.workflow.concerns.acts import mark_done
from reviewbot.workflow.concerns.telling import follow_measures
from reviewbot.workflow.remarks import whole
from reviewbot.workflow.reminders import duty

REMINDED_AT = time(10)
"""On the measure's day, by the desk's clock."""
ENDS_AT = time(18)
SOON = timedelta(hours=1)
"""A measure for today is asked about after this."""


def note_measure(tx: Tx, ticket_id: int, actor: Actor, what: str, who: str, by: date) -> None:
    """Write down what is to be done, by whom (a person's key), by which day, and have that person
    told of it, and asked on that day.

    Raises Refused: measure_what, measure_past, unknown_person.
    """
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    words = whole(what)
    if not words:
        raise Refused("measure_what")
    zone = ZoneInfo(case.desk.zone)
    due_at = datetime.combine(by, ENDS_AT, zone)
    if by < tx.now.astimezone(zone).date():
        raise Refused("measure_past")
    person = person_of(tx, who)
    if person is None or not duty.answers_for(tx, person, case.desk, case.place.key):
        raise Refused("unknown_person", person=person.name if person else who)
    changes_card(tx, case)
    number = case.ticket.revision
    told: dict[str, Any] = {"measure": number, "to": who, "due_at": due_at.isoformat()}
    told["name"] = person.name
    audit.audit(tx, case, "measure", actor.key, role=actor.role, note=words, **told)
    params = {"measure": number, "by": actor.key}
    if who != actor.key:
        tell(tx, case, person, View.MEASURE_YOURS, params)
    asked_at = max(datetime.combine(by, REMINDED_AT, zone), tx.now + SOON)
    tell(tx, case, person, View.MEASURE_DUE, params, asked_at)
    outbox.put_edits(tx.session, ticket_id, number, tx.now)
    follow_measures(tx, ticket_id)


def whom_to_tell(tx: Tx, place: str, to: str, by: str) -> Person | None:
    """Return who is told of what is somebody's: they, or their deputy; where neither is there, or
    is on the list no longer, who noted it, else who is on duty."""
    desk = tx.settings.desk_of(place)
    reached = [duty.reached_for(tx, key, place) for key in (to, by)]
    for key in (*reached, *duty.on_duty(tx, desk, place=place)):
        person = person_of(tx, key) if key else None
        if person is not None and duty.answers_for(tx, person, desk, place):
            return person
    return None


def measure_of(tx: Tx, case: Case, number: int) -> MeasureNoted:
    """Return a measure of a ticket. Raises Refused(old_button)."""
    for each in beside_reply(tx, case).measures:
        if each.number == number:
            return each
    raise Refused("old_button")


def measure_done(tx: Tx, ticket_id: int, actor: Actor, number: int) -> None:
    """A measure was taken. Raises Refused: measure_done (who, at)."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    measure = measure_of(tx, case, number)
    if measure.done_at is not None:
        raise Refused("measure_done", who=measure.done_by, at=measure.done_at)
    changes_card(tx, case)
    audit.audit(tx, case, "measure_done", actor.key, role=actor.role, measure=number)
    # From now on it is told beside the problems of its place, and whether it helped.
    on = tx.now.astimezone(ZoneInfo(case.place.zone)).date().isoformat()
    topic = next(iter(case.review.topics), None)
    taken = MeasureTaken(on, actor.key, measure.what)
    mark_done(tx, case.place.key, topic, taken, (ticket_id,))
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)
    follow_measures(tx, ticket_id)


def confirm_fault(tx: Tx, ticket_id: int, actor: Actor) -> None:
    """A manager says that the guest is right: from now on an apology may be added.

    Raises Refused: manager_only, fault_calm, fault_known (who).
    """
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    if actor.role not in (Role.MANAGER, Role.ADMIN):
        raise Refused("manager_only")
    if not is_complaint(case.review.tone, case.review.severity):
        raise Refused("fault_calm")
    if who := beside_reply(tx, case).fault:
        raise Refused("fault_known", who=who)
    changes_card(tx, case)
    audit.audit(tx, case, "fault_confirmed", actor.key, role=actor.role)
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)


def second_sentence(tx: Tx, ticket_id: int, which: str) -> str:
    """Return the sentence for the guest: the apology (`FAULT`), or of a measure that was taken, by
    its number. Raises Refused: fault_open, measure_open, old_button."""
    case = case_of(tx, ticket_id)
    language = _language(tx, case)
    if which == FAULT:
        if not beside_reply(tx, case).fault:
            raise Refused("fault_open")
        return apology(language)
    measure = measure_of(tx, case, int(which) if which.isdecimal() else 0)
    if measure.done_at is None:
        raise Refused("measure_open")
    return measure_told(language)


def _language(tx: Tx, case: Case) -> str:
    """Return the language of a sentence for the guest: theirs, or that of the draft they get."""
    language = language_of_guest(case.review)
    return language if language in LANGUAGES else tx.settings.language


def told_of_all(tx: Tx, tickets: Sequence[int], actor: Actor) -> list[int]:
    """Propose for each of these tickets its reply with a sentence of a measure that was taken, no
    two beside each other alike; return the numbers of those whose reply was still to be approved.
    """
    told = []
    for nth, number in enumerate(can_be_told(tx, tickets)):
        case = case_of(tx, number)
        language = _language(tx, case)
        draft = tx.session.get_one(DraftRow, case.ticket.draft_id)
        sentence = measure_told(language, nth)
        text = with_sentence(draft.text, sentence, drafts.sign_of(tx, case.place))
        try:
            with tx.session.begin_nested():
                act.act(tx, number, Act(Action.PROPOSE, actor, text=text))
        except Refused:  # the text is too long for that site: it stays as it was
            continue
        told.append(number)
    return told


def can_be_told(tx: Tx, tickets: Sequence[int]) -> list[int]:
    """Return those of these tickets whose reply has a text and is not approved yet."""
    rows = tx.session.exec(
        select(TicketRow.id)
        .where(
            col(TicketRow.id).in_(padded(tickets)),
            col(TicketRow.state).in_((TicketState.WAITING, TicketState.PROPOSED)),
            col(TicketRow.draft_id).is_not(None),
        )
        .order_by(col(TicketRow.id))
    )
    return [number for number in rows if number is not None]


def text_with(tx: Tx, ticket_id: int, which: str) -> str:
    """Return the reply as it stands, with the second sentence before the signature. Raises Refused
    as `second_sentence` does, and no_draft."""
    case = case_of(tx, ticket_id)
    draft_id = case.ticket.approved_draft_id or case.ticket.draft_id
    draft = tx.session.get(DraftRow, draft_id) if draft_id else None
    if draft is None or not draft.text:
        raise Refused("no_draft")
    sentence = second_sentence(tx, ticket_id, which)
    return with_sentence(draft.text, sentence, drafts.sign_of(tx, case.place))


def add_sentence(tx: Tx, ticket_id: int, actor: Actor, which: str) -> act.Acted:
    """Propose the reply with its second sentence; it is approved like any text."""
    text = text_with(tx, ticket_id, which)
    return act.act(tx, ticket_id, Act(Action.PROPOSE, actor, text=text))
