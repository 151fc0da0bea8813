"""A press: checked, applied in the update's transaction, answered with one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select
from telegram import CallbackQuery

from reviewbot.bot import access, callback_data
from reviewbot.bot.callback_data import Press
from reviewbot.bot.handlers import digests, documents, people, texts
from reviewbot.bot.handlers.context import Answer, House, Place
from reviewbot.core.calendar import hours
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role, TicketState
from reviewbot.core.settings import Desk, Person
from reviewbot.core.ticket import Act, Action
from reviewbot.queries.card_facts import card_facts
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, OutboxRow, TicketRow
from reviewbot.words.keyboards import EDITABLE
from reviewbot.words.refusals import refusal
from reviewbot.words.toasts import toast
from reviewbot.workflow import act, remarks
from reviewbot.workflow.another_draft import another_draft

EVENING = time(18, 0)
WRITABLE = (TicketState.WAITING, TicketState.PROPOSED, TicketState.FAILED)
MENUS = {
    "more": "more",
    "less": "",
    "skip": "skip",
    "snooze": "snooze",
    "wrong_topic": "topics",
    "transfer": "transfer",
}
"""Buttons that open a menu in the place of the keys."""
VIEWS = {
    "history": "history",
    "why": "why",
    "show_draft": "card",
    "open": "card",
    "report": "report",
}
"""Buttons that show something in a message of its own."""
ACTS = {
    "approve": Action.APPROVE,
    "take": Action.TAKE,
    "release": Action.RELEASE,
    "posted": Action.POSTED,
    "back": Action.SEND_BACK,
    "undo_skip": Action.UNDO_SKIP,
    "answered": Action.ALREADY_ANSWERED,
    "accept_site": Action.ACCEPT_SITE_TEXT,
    "reopen": Action.REOPEN,
    "undo_publish": Action.UNDO_PUBLISH,
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press by somebody of the house, on a message we sent."""

    house: House
    person: Person
    place: Place
    press: Press
    message_id: int


def pressed(session: Session, house: House, query: CallbackQuery) -> Answer | None:
    """Apply a press; return the answer. A refusal leaves no change but perhaps a fresh card."""
    if query.message is None:
        return Answer(query.id)
    person = person_by_id(house.tx(session), query.from_user.id)
    thread = getattr(query.message, "message_thread_id", None)
    in_topic = getattr(query.message, "is_topic_message", False)
    place = house.place(session, query.message.chat, thread if in_topic else None, person)
    zone = house.settings.zone
    try:
        if person is None:
            if place.configured is None:
                return Answer(query.id)
            raise Refused("not_on_list", id=query.from_user.id, operator=house.operator_name())
        press = callback_data.unpack(query.data)
        message_id = query.message.message_id
        if not access.was_shown(session, query.message.chat, message_id, press.ticket):
            raise Refused("old_button")
        given = Pressed(house, person, place, press, message_id)
        _adopt(session, given)
        with session.begin_nested():
            return Answer(query.id, _apply(session, given))
    except Refused as refused:
        if person is not None:
            _refresh(session, house, query)
        text = refusal(refused.code, refused.params, place.language, zone, now=house.now)
        return Answer(query.id, text, alert=len(text) > 60)


def _apply(session: Session, given: Pressed) -> str:
    action = given.press.action
    if action in ACTS:
        return _act(session, given, ACTS[action])
    if action in VIEWS:
        return _view(session, given, VIEWS[action])
    special = _SPECIAL.get(action)
    if special is not None and (given.press.arg or action not in MENUS):
        return special(session, given)
    if action in MENUS:
        ticket = _may_act(session, given)
        if ticket.state not in EDITABLE:
            # An old keyboard: the card has no menus any more.
            raise Refused("already", state=ticket.state, who=None, at=None)
        return _menu(session, given, MENUS[action])
    raise Refused("old_button")


def _act(session: Session, given: Pressed, action: Action, **params: Any) -> str:
    """Let the desk decide; the toast says what was really done."""
    house, press = given.house, given.press
    done = Act(action, access.actor_of(given.person), press.revision or None, **params)
    acted = act.act(house.tx(session), press.ticket, done)
    _keep_queue_in_step(session, given)
    return _toast(session, given, acted.action)


def _toast(session: Session, given: Pressed, action: str) -> str:
    house = given.house
    facts = card_facts(house.tx(session), given.press.ticket)
    return toast(action, facts, given.place.language)


def _skip(session: Session, given: Pressed) -> str:
    return _act(session, given, Action.SKIP, reason=given.press.arg)


def _transfer(session: Session, given: Pressed) -> str:
    return _act(session, given, Action.TRANSFER, to=given.press.arg)


def _snooze(session: Session, given: Pressed) -> str:
    desk = given.house.settings.desk_of(_ticket(session, given).location_key)
    until = snooze_until(given.press.arg, desk, given.house.now)
    return _act(session, given, Action.SNOOZE, until=until)


def snooze_until(how: str, desk: Desk, now: datetime) -> datetime:
    """Return the instant meant by "1h", "eve" (18:00 at the desk) or "tomorrow" (its opening)."""
    if how == "1h":
        return now + timedelta(hours=1)
    if how == "tomorrow":
        return hours.next_working_day_start(desk, now)
    here = now.astimezone(ZoneInfo(desk.zone))
    return here.replace(hour=EVENING.hour, minute=0, second=0, microsecond=0).astimezone(UTC)


def _another(session: Session, given: Pressed) -> str:
    house, press = given.house, given.press
    another_draft(house.tx(session), press.ticket, access.actor_of(given.person))
    _keep_queue_in_step(session, given)
    return _toast(session, given, "another")


def _edit(session: Session, given: Pressed) -> str:
    """Ask the person who pressed for the text."""
    ticket = _may_act(session, given)
    if ticket.state not in WRITABLE:
        raise Refused("already", state=ticket.state, who=None, at=None)
    return _prompt(session, given, "edit_prompt")


def _note(session: Session, given: Pressed) -> str:
    _may_act(session, given)
    return _prompt(session, given, "note_prompt")


def _prompt(session: Session, given: Pressed, view: str) -> str:
    person = given.person
    given.house.reply(
        session,
        given.place,
        view,
        {"person": person.key, "telegram_id": person.telegram_id, "name": person.name},
        reply_to=given.message_id,
        ticket_id=given.press.ticket,
    )
    return toast("edit" if view == "edit_prompt" else "", None, given.place.language)


def _feedback(session: Session, given: Pressed) -> str:
    """Staff say the verdict is wrong: it is noted for the rules, the duty stays."""
    _may_act(session, given)
    says = "wrong_topic" if given.press.action == "topic" else "not_a_complaint"
    house = given.house
    remarks.verdict_feedback(
        house.tx(session),
        given.press.ticket,
        access.actor_of(given.person),
        says,
        topic=given.press.arg or None,
    )
    return toast(given.press.action, None, given.place.language)


def _menu(session: Session, given: Pressed, menu: str) -> str:
    """Only the keys of the pressed message change, so this is no edit of every copy."""
    params = {"menu": menu, "message_id": given.message_id, "role": given.person.role}
    given.house.reply(session, given.place, "menu", params, ticket_id=given.press.ticket)
    return ""


def _view(session: Session, given: Pressed, view: str) -> str:
    _may_see(session, given)
    given.house.reply(
        session,
        given.place,
        view,
        {"person": given.person.key},
        reply_to=given.message_id,
        ticket_id=given.press.ticket,
    )
    return toast("show" if view == "card" else view, None, given.place.language)


def _queue(session: Session, given: Pressed) -> str:
    """The next or the previous ticket, in the place of this one where it is a queue. One opened
    from a digest stays with the digest's places."""
    offset = int(given.press.arg) if given.press.arg.isdecimal() else 0
    params: dict[str, Any] = {"person": given.person.key, "offset": min(offset, 10**6)}
    row = access.outbox_of(session, given.place.chat_id, given.message_id)
    if (chat := digests.chat_of(row)) is not None:
        params["chat"] = chat
    if row is not None and row.payload.get("view") == "queue":
        params["message_id"] = given.message_id
    given.house.reply(session, given.place, "queue", params)
    return ""


def _practice(session: Session, given: Pressed) -> str:
    if given.press.arg:
        return toast("practice", None, given.place.language)
    given.house.reply(session, given.place, "practice")
    return ""


def _page(session: Session, given: Pressed) -> str:
    documents.how_to_send(session, given.house, given.place, given.person, given.message_id)
    return ""


def _keep_queue_in_step(session: Session, given: Pressed) -> None:
    """A ticket of the queue was acted on where it is shown: it is shown as it stands now."""
    row = access.outbox_of(session, given.place.chat_id, given.message_id)
    if row is None or row.payload.get("view") != "queue":
        return
    params = dict(row.payload.get("params") or {})
    params |= {"message_id": given.message_id, "ticket": given.press.ticket}
    given.house.reply(session, given.place, "queue", params, nth=2)


def _ticket(session: Session, given: Pressed) -> TicketRow:
    ticket = session.get(TicketRow, given.press.ticket)
    if ticket is None:
        raise Refused("unknown_ticket", number=given.press.ticket)
    return ticket


def _may_see(session: Session, given: Pressed) -> TicketRow:
    ticket, settings = _ticket(session, given), given.house.settings
    if not settings.may_see(given.person, ticket.location_key):
        place = settings.locations.get(ticket.location_key)
        raise Refused("not_your_location", location=place.name if place else "")
    return ticket


def _may_act(session: Session, given: Pressed) -> TicketRow:
    if given.person.role is Role.VIEWER:
        raise Refused("viewer")
    return _may_see(session, given)


def _choice(session: Session, given: Pressed) -> str:
    """What to do with a comment under a card: new text, note or nothing."""
    return texts.chosen(
        session, given.house, given.place, given.person, given.press, given.message_id
    )


def _import(session: Session, given: Pressed) -> str:
    """Which place a saved page is of."""
    return documents.chosen(
        session, given.house, given.place, given.person, given.press, given.message_id
    )


def _beyond_cards(
    answer: Callable[[Session, House, Place, Person, Press, int], str],
) -> Callable[[Session, Pressed], str]:
    return lambda session, given: answer(
        session, given.house, given.place, given.person, given.press, given.message_id
    )


def _refresh(session: Session, house: House, query: CallbackQuery) -> None:
    """A card that showed something old is shown anew."""
    try:
        press = callback_data.unpack(query.data)
    except Refused:
        return
    ticket, message = session.get(TicketRow, press.ticket), query.message
    if ticket is None or message is None:
        return
    card = session.exec(
        select(CardRow).where(
            CardRow.chat_id == message.chat.id,
            CardRow.message_id == message.message_id,
            col(CardRow.dead_at).is_(None),
        )
    ).first()
    if card is None or card.ticket_id != press.ticket:
        return
    if card.shown_revision < ticket.revision:
        outbox.put_edits(session, press.ticket, ticket.revision, house.now)


def _adopt(session: Session, given: Pressed) -> None:
    """Know a card that Telegram took before we fell over and could not write that down: from now
    on this copy too is kept in step. Its message was, or will be, sent once more; one without that
    sign is a list or a reminder of which nothing is kept any more."""
    place, number = given.place, given.press.ticket
    ticket = session.get(TicketRow, number)
    if ticket is None or access.outbox_of(session, place.chat_id, given.message_id) is not None:
        return
    here = (OutboxRow.chat_id == place.chat_id, OutboxRow.ticket_id == number)
    being_marked = select(OutboxRow.id).where(
        *here, col(OutboxRow.sent_at).is_(None), col(OutboxRow.claimed_until).is_not(None)
    )
    known = select(CardRow.id).where(
        CardRow.chat_id == place.chat_id, CardRow.message_id == given.message_id
    )
    twice = select(OutboxRow.id).where(
        *here, or_(col(OutboxRow.attempts) > 1, col(OutboxRow.sent_at).is_(None))
    )
    if session.exec(being_marked).first() or session.exec(known).first():
        return
    if session.exec(twice).first() is None:
        return
    session.add(
        CardRow(
            ticket_id=number,
            round=ticket.round,
            chat_key=place.chat.key,
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            message_id=given.message_id,
            shown_revision=given.press.revision,
            sent_at=given.house.now,
        )
    )
    session.flush()


_SPECIAL: dict[str, Callable[[Session, Pressed], str]] = {
    "edit": _edit,
    "another": _another,
    "note": _note,
    "skip_reason": _skip,
    "snooze": _snooze,
    "transfer": _transfer,
    "not_complaint": _feedback,
    "topic": _feedback,
    "queue": _queue,
    "practice": _practice,
    "text_new": _choice,
    "text_note": _choice,
    "text_nothing": _choice,
    "import": _import,
    "page": _page,
    "month": _beyond_cards(digests.month),
    "good": _beyond_cards(digests.good),
    "good_ok": _beyond_cards(digests.good_approved),
    "settings": _beyond_cards(people.chosen),
    "as": _beyond_cards(people.role_chosen),
    "take_back": _beyond_cards(people.taken_back),
    "people": _beyond_cards(people.turned),
    "remove": _beyond_cards(people.removed),
}
