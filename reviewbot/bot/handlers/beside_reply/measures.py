"""Measures, the apology and the complaint to the site: what their keys do, and how a measure is
written."""

import re
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from reviewbot.bot.handlers.context import PressRequest, StaffRequest, approves_alone
from reviewbot.bot.handlers.staff import duty_people
from reviewbot.bot.handlers.staff.dates import day_in, must_be_possible
from reviewbot.core.beside_reply.said import ComplaintOutcome
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Person
from reviewbot.core.trends.called import called, is_like_a_name
from reviewbot.store.tables import TicketRow
from reviewbot.words.cards.beside_keys import FAULT
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.beside_reply import measures, site_complaint

_BREAK = re.compile(r"[,;\n]+")


def written(request: StaffRequest, ticket_id: int, text: str) -> None:
    """A measure as somebody wrote it: what, who, by which day, apart by commas. Raises Refused."""
    ticket = request.tx.session.get_one(TicketRow, ticket_id)
    zone = request.settings.desk_of(ticket.location_key).zone
    today = request.tx.now.astimezone(ZoneInfo(zone)).date()
    what, who, by = _read(request, text, today)
    if by is None:
        raise Refused("measure_when")
    measures.note_measure(request.tx, ticket_id, request.actor, what, who, by)


def _read(request: StaffRequest, text: str, today: date) -> tuple[str, str, date | None]:
    """Return what is to be done, the key of who does it, and the day, if one is named. Whoever
    writes does it themselves where nobody else is named.

    Raises Refused: no_such_day, unknown_person, measure_what.
    """
    rest: list[str] = []
    unknown = who = by = None
    for part in filter(None, (each.strip() for each in _BREAK.split(text))):
        day, people = day_in(part, today), _called(request, part)
        if day is not None and by is None:
            by = day
        elif len(people) == 1 and who is None:
            who = people[0].key
        elif people or is_like_a_name(part, is_first=not rest):
            unknown = unknown or part
            rest.append(part)
        else:
            rest.append(part)
    if by is None and rest:
        rest[-1], by = duty_people.name_and_day(rest[-1], today)
    for part in rest if by is None else ():
        must_be_possible(part)
    if who is None and unknown is not None:
        raise Refused("unknown_person", person=unknown[:60])
    if who is None and any(_called(request, word) for word in _ends(rest)):
        raise Refused("measure_what")
    return ", ".join(rest), who or request.person.key, by


def _called(request: StaffRequest, name: str) -> list[Person]:
    return called(duty_people.everybody(request), name)


def _ends(parts: list[str]) -> tuple[str, ...]:
    """The first and the last word: «Марине починить кран» names her, without a comma."""
    words = " ".join(parts).split()
    return (words[0], words[-1]) if len(words) > 1 else ()


def _done(request: PressRequest) -> str:
    _may_act(request)
    arg = request.press.arg
    number = int(arg) if arg.isdecimal() else 0
    measures.measure_done(request.tx, request.press.ticket, request.actor, number)
    return _offer(request, arg, Toast.MEASURE_DONE)


def _fault(request: PressRequest) -> str:
    _may_act(request)
    measures.confirm_fault(request.tx, request.press.ticket, request.actor)
    return _offer(request, FAULT, Toast.FAULT)


def _sentence(request: PressRequest) -> str:
    """Show the sentence again."""
    _may_act(request)
    measures.second_sentence(request.tx, request.press.ticket, request.press.arg)
    return _offer(request, request.press.arg, Toast.SHOW)


def _offer(request: PressRequest, which: str, what: Toast) -> str:
    number = request.press.ticket
    params = {"which": which}
    request.reply(View.SECOND_SENTENCE, params, reply_to=request.message_id, ticket_id=number)
    return request.toast(what, number)


def _add(request: PressRequest) -> str:
    """The reply with the sentence is proposed; who approves alone gets the keys for that."""
    _may_act(request)
    number = request.press.ticket
    acted = measures.add_sentence(request.tx, number, request.actor, request.press.arg)
    params = {"approves": approves_alone(request, number), "person": request.person.key}
    request.reply(View.DRAFT_SAVED, params, reply_to=request.message_id, ticket_id=number)
    return request.toast(Toast(acted.action), number)


def _complaint(request: PressRequest) -> str:
    _may_act(request)
    if request.press.arg not in set(ComplaintOutcome):
        raise Refused("old_button")
    outcome, number = ComplaintOutcome(request.press.arg), request.press.ticket
    site_complaint.note_complaint(request.tx, number, request.actor, outcome)
    request.reply(View.REPORT, {"message_id": request.message_id}, ticket_id=number)
    return request.toast(Toast.NOTE)


def _may_act(request: PressRequest) -> None:
    request.must_not_be_viewer()
    ticket = request.tx.session.get(TicketRow, request.press.ticket)
    if ticket is None:
        raise Refused("unknown_ticket", number=request.press.ticket)
    request.may_see(ticket)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.MEASURE_DONE: _done,
    ButtonName.FAULT: _fault,
    ButtonName.SECOND_SENTENCE: _sentence,
    ButtonName.ADD_SENTENCE: _add,
    ButtonName.COMPLAINT_SENT: _complaint,
}
