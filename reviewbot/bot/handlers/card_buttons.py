"""What each button about one ticket does: an act, a view, a menu in the place of the keys, or
something of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reviewbot.bot.handlers import digests
from reviewbot.bot.handlers.context import PressRequest, approves_alone, params_of, view_of
from reviewbot.core.calendar import hours
from reviewbot.core.calendar.ticket_clock import RUNNING
from reviewbot.core.errors import Refused
from reviewbot.core.handoffs import Handoff, HandoffKind
from reviewbot.core.model import WRITABLE_STATES, OutboxKind
from reviewbot.core.settings import Desk
from reviewbot.core.ticket import OUTCOMES, Act, Action
from reviewbot.queries.card_facts import topics_to_choose
from reviewbot.store.queues import lists
from reviewbot.store.tables import TicketRow
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, CardMenu, View
from reviewbot.workflow import act, handoffs, remarks
from reviewbot.workflow.act import another_draft
from reviewbot.workflow.beside_reply import place_question
from reviewbot.workflow.checks import case_of

TOLD_TO_ONE = (View.HISTORY, View.WHY)
"""What only who pressed sees in a group, where Telegram can do that."""

Handler = Callable[[PressRequest], str]


def _acts(action: Action) -> Handler:
    """The ticket decides; the toast says what was really done."""
    return lambda request: _act(request, action)


def _act(request: PressRequest, action: Action, **params: Any) -> str:
    press = request.press
    done = Act(action, request.actor, press.revision or None, **params)
    acted = act.act(request.tx, press.ticket, done)
    _keep_queue_in_step(request)
    return request.toast(Toast(acted.action), press.ticket)


def _shows(view: View, what: Toast) -> Handler:
    """Something is shown in a message of its own."""

    def handler(request: PressRequest) -> str:
        request.may_see(_ticket(request))
        params: dict[str, Any] = {"person": request.person.key}
        if view in TOLD_TO_ONE:
            params["only_for"] = request.person.telegram_id
        if view is View.HISTORY and (upto := request.press.arg).isdecimal():
            params["upto"] = int(upto[:6])
        request.reply(
            view,
            params,
            reply_to=request.message_id or None,
            ticket_id=request.press.ticket,
        )
        return request.toast(what)

    return handler


def _opens(menu: CardMenu, chosen: Handler | None = None) -> Handler:
    """A menu takes the place of the keys; `chosen`: what its own keys, of the same name, do."""

    def handler(request: PressRequest) -> str:
        if request.press.arg and chosen is not None:
            return chosen(request)
        ticket = _may_act(request)
        if ticket.state not in RUNNING:
            # An old keyboard: the card has no menus any more.
            raise Refused("already", state=ticket.state, who=None, at=None)
        _show_menu(request, menu)
        return ""

    return handler


def _outcome(request: PressRequest) -> str:
    """What came of a survey's ticket."""
    if request.press.arg not in OUTCOMES:
        raise Refused("old_button")
    return _act(request, Action(request.press.arg))


def _skip(request: PressRequest) -> str:
    return _act(request, Action.SKIP, reason=request.press.arg)


def _transfer(request: PressRequest) -> str:
    return _act(request, Action.TRANSFER, to=request.press.arg)


def _take(request: PressRequest) -> str:
    """What a colleague holds is asked about first: the keys become the question's answers, and
    carry from whom it would be taken."""
    over = request.press.arg or None
    try:
        done = _act(request, Action.TAKE, over=over)
    except Refused as refused:
        if refused.code != "take_over":
            raise
        params = dict(refused.params)
        _show_menu(request, CardMenu.TAKE_OVER, over=params.pop("holder"))
        return request.sentence(Refused(refused.code, **params))
    if over is not None:
        _show_menu(request, CardMenu.NONE)
    return done


def _show_menu(request: PressRequest, menu: CardMenu, **more: Any) -> None:
    """Only the keys of the pressed message change, so this is no edit of every copy."""
    params = {"menu": menu, "message_id": request.message_id, "role": request.person.role}
    request.reply(View.MENU, {**params, **more}, ticket_id=request.press.ticket)


def _decline(request: PressRequest) -> str:
    """Who was handed it lets it go, and who handed it over hears of that."""
    done, row = _act(request, Action.RELEASE), request.row
    if row is not None and row.kind == OutboxKind.HANDOFF and row.payload.get("by"):
        case, given = case_of(request.tx, request.press.ticket), row.payload["by"]
        told = (Handoff(HandoffKind.DECLINED, given),) if given != request.person.key else ()
        handoffs.put(request.tx, case, Act(Action.RELEASE, request.actor), told)
    return done


def _send_back(request: PressRequest) -> str:
    """Ask for the comment; the key without one acts at once, as it does under old cards."""
    _may_act(request)
    _prompt(request, View.BACK_PROMPT)
    return request.toast(Toast.BACK_WHY)


def _snooze(request: PressRequest) -> str:
    desk = request.settings.desk_of(_ticket(request).location_key)
    return _act(
        request, Action.SNOOZE, until=snooze_until(request.press.arg, desk, request.tx.now)
    )


def snooze_until(how: str, desk: Desk, now: datetime) -> datetime:
    """Return the instant meant by "1h", "eve" (18:00 at the desk) or "tomorrow" (its opening)."""
    if how == "1h":
        return now + timedelta(hours=1)
    if how == "tomorrow":
        return hours.next_working_day_start(desk, now)
    here = now.astimezone(ZoneInfo(desk.zone))
    return here.replace(hour=hours.EVENING.hour, minute=0, second=0, microsecond=0).astimezone(UTC)


def _another(request: PressRequest) -> str:
    another_draft(request.tx, request.press.ticket, request.actor)
    _keep_queue_in_step(request)
    return request.toast(Toast.ANOTHER, request.press.ticket)


def _edit(request: PressRequest) -> str:
    """Ask the person who pressed for the text."""
    ticket = _may_act(request)
    if ticket.state not in WRITABLE_STATES:
        raise Refused("already", state=ticket.state, who=None, at=None)
    _prompt(request, View.EDIT_PROMPT)
    return request.toast(Toast.EDIT)


def _note(request: PressRequest) -> str:
    _may_act(request)
    _prompt(request, View.NOTE_PROMPT)
    return ""


def _gesture(request: PressRequest) -> str:
    _may_act(request)
    case = case_of(request.tx, request.press.ticket)
    most = remarks.gesture_limit(request.tx, case, request.actor)
    _prompt(request, View.GESTURE_PROMPT, most=most)
    return request.toast(Toast.GESTURE)


def _ask_place(request: PressRequest) -> str:
    _may_act(request)
    place_question.chat_of_place(request.tx, case_of(request.tx, request.press.ticket))
    _prompt(request, View.PLACE_PROMPT)
    return request.toast(Toast.ASK_PLACE)


def _measure(request: PressRequest) -> str:
    request.must_not_be_viewer()
    request.may_see(_ticket(request))
    _prompt(request, View.MEASURE_PROMPT)
    return request.toast(Toast.MEASURE)


def _report(request: PressRequest) -> str:
    """How to complain to the site; its keys, of the same name, choose the ground."""
    _may_act(request)
    _check_known(request)
    if not request.press.arg:
        return _shows(View.REPORT, Toast.REPORT)(request)
    params = {"ground": request.press.arg, "message_id": request.message_id}
    request.reply(View.REPORT, params, ticket_id=request.press.ticket)
    return ""


def _prompt(request: PressRequest, view: View, **more: Any) -> None:
    """Ask who pressed for a text. Raises Refused(forgotten): it would be refused."""
    _check_known(request)
    person = request.person
    approves = approves_alone(request, request.press.ticket)
    request.reply(
        view,
        {
            "person": person.key,
            "telegram_id": person.telegram_id,
            "name": person.name,
            "approves": approves,
            **more,
        },
        reply_to=request.message_id,
        ticket_id=request.press.ticket,
    )


def _check_known(request: PressRequest) -> None:
    """Raises Refused(forgotten) for a review whose guest is."""
    if case_of(request.tx, request.press.ticket).review.forgotten_at is not None:
        raise Refused("forgotten")


def _not_complaint(request: PressRequest) -> str:
    _may_act(request)
    remarks.verdict_feedback(request.tx, request.press.ticket, request.actor, "not_a_complaint")
    return request.toast(Toast.NOT_COMPLAINT)


def _complaint(request: PressRequest) -> str:
    """A review that was not flagged is a complaint: from now on it is treated as one."""
    if not request.press.ticket:
        return digests.uncarded_complaint(request)
    _may_act(request)
    remarks.is_a_complaint(request.tx, request.press.ticket, request.actor)
    _keep_queue_in_step(request)
    digests.keep_page_in_step(request)
    return request.toast(Toast.COMPLAINT, request.press.ticket)


def _topic(request: PressRequest) -> str:
    _may_act(request)
    if request.press.arg not in topics_to_choose(request.tx, _ticket(request).location_key):
        # An old menu, or a button of somebody else's making.
        raise Refused("old_button")
    remarks.wrong_topic(request.tx, request.press.ticket, request.actor, request.press.arg)
    _keep_queue_in_step(request)
    return request.toast(Toast.TOPIC)


def _queue(request: PressRequest) -> str:
    """The next or the previous ticket, in the place of this one where it is a queue. One opened
    from a digest stays with the digest's locations."""
    params: dict[str, Any] = {"person": request.person.key, "offset": request.offset}
    if (chat := digests.chat_key_of(request.row)) is not None:
        params["chat"] = chat
    if listed := _listed(request):
        params["listed"] = listed
    if chosen := params_of(request.row).get("chosen"):
        params["chosen"] = chosen
    if view_of(request.row) == View.QUEUE:
        params["message_id"] = request.message_id
    request.reply(View.QUEUE, params)
    return ""


def _listed(request: PressRequest) -> list[int]:
    """Return the numbers of the list under which was pressed, or from which a queue came."""
    row = request.row
    if row is None:
        return []
    if row.bundle_id is not None:
        return lists.bundled(request.tx.session, row.bundle_id)
    if view_of(row) == View.QUEUE:
        return list(params_of(row).get("listed", ()))
    return [int(item["ticket"]) for item in row.payload.get("items", ())]


def _practice(request: PressRequest) -> str:
    if request.press.arg:
        return request.toast(Toast.PRACTICE)
    request.reply(View.PRACTICE)
    return ""


def _keep_queue_in_step(request: PressRequest) -> None:
    """A ticket of the queue was acted on where it is shown: it is shown as it stands now."""
    if view_of(request.row) != View.QUEUE:
        return
    params = params_of(request.row)
    params |= {"message_id": request.message_id, "ticket": request.press.ticket}
    request.reply(View.QUEUE, params, nth=2)


def _ticket(request: PressRequest) -> TicketRow:
    ticket = request.tx.session.get(TicketRow, request.press.ticket)
    if ticket is None:
        raise Refused("unknown_ticket", number=request.press.ticket)
    return ticket


def _may_act(request: PressRequest) -> TicketRow:
    request.must_not_be_viewer()
    return request.may_see(_ticket(request))


BUTTONS: dict[ButtonName, Handler] = {
    ButtonName.APPROVE: _acts(Action.APPROVE),
    ButtonName.TAKE: _take,
    ButtonName.TAKE_OVER: _take,
    ButtonName.DECLINE: _decline,
    ButtonName.RELEASE: _acts(Action.RELEASE),
    ButtonName.POSTED: _acts(Action.POSTED),
    ButtonName.BACK: _acts(Action.SEND_BACK),
    ButtonName.SEND_BACK: _opens(CardMenu.BACK, _send_back),
    ButtonName.UNDO_SKIP: _acts(Action.UNDO_SKIP),
    ButtonName.ANSWERED: _acts(Action.ALREADY_ANSWERED),
    ButtonName.ACCEPT_SITE: _acts(Action.ACCEPT_SITE_TEXT),
    ButtonName.REOPEN: _acts(Action.REOPEN),
    ButtonName.UNDO_PUBLISH: _acts(Action.UNDO_PUBLISH),
    ButtonName.UNDO_POSTED: _acts(Action.UNDO_POSTED),
    ButtonName.HISTORY: _shows(View.HISTORY, Toast.HISTORY),
    ButtonName.WHY: _shows(View.WHY, Toast.WHY),
    ButtonName.SHOW_DRAFT: _shows(View.CARD, Toast.SHOW),
    ButtonName.OPEN: _shows(View.CARD, Toast.SHOW),
    ButtonName.REPORT: _report,
    ButtonName.MORE: _opens(CardMenu.MORE),
    ButtonName.LESS: _opens(CardMenu.NONE),
    ButtonName.SKIP: _opens(CardMenu.SKIP),
    ButtonName.WRONG_TOPIC: _opens(CardMenu.TOPICS),
    ButtonName.SNOOZE: _opens(CardMenu.SNOOZE, _snooze),
    ButtonName.TRANSFER: _opens(CardMenu.TRANSFER, _transfer),
    ButtonName.EDIT: _edit,
    ButtonName.ANOTHER: _another,
    ButtonName.NOTE: _note,
    ButtonName.GESTURE: _gesture,
    ButtonName.ASK_PLACE: _ask_place,
    ButtonName.MEASURE: _measure,
    ButtonName.PHOTOS: _shows(View.PHOTOS, Toast.PHOTOS),
    ButtonName.SKIP_REASON: _skip,
    ButtonName.OUTCOME: _outcome,
    ButtonName.UNDO_OUTCOME: _acts(Action.UNDO_OUTCOME),
    ButtonName.NOT_COMPLAINT: _not_complaint,
    ButtonName.COMPLAINT: _complaint,
    ButtonName.TOPIC: _topic,
    ButtonName.QUEUE: _queue,
    ButtonName.PRACTICE: _practice,
}
