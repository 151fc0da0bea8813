"""Presses under a digest: the month's figures, good reviews in fives, approving them.

Which chat's locations are meant, and which drafts were shown, is read from what we sent, never
from what a button carries.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from reviewbot.bot import access
from reviewbot.bot.handlers import review_lists
from reviewbot.bot.handlers.context import PressRequest, params_of, plain, view_of
from reviewbot.core.calendar.digest_days import Due, Period, places_of
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.core.ticket import Act, Action
from reviewbot.queries.open_tickets import Among
from reviewbot.queries.uncarded import uncarded
from reviewbot.store.tables import OutboxRow
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow import act, remarks
from reviewbot.workflow.digests import PAGE, Ready, days_told, ready_page, today_of


def chat_key_of(row: OutboxRow | None) -> str | None:
    """Return the key of the chat whose digest a message is, or came from."""
    if row is None:
        return None
    return (row.payload if row.kind == OutboxKind.DIGEST else params_of(row)).get("chat")


def _month(request: PressRequest) -> str:
    """The figures of the last thirty days, in a message of their own."""
    chat = _chat(request)
    params = {
        "chat": chat.key,
        "period": Period.RECENT,
        "on": today_of(request.settings, chat, request.tx.now).isoformat(),
    }
    request.reply(View.DIGEST, params, reply_to=request.message_id)
    return request.toast(Toast.MONTH)


def _good(request: PressRequest) -> str:
    """A page of good reviews; turning goes on in the place of the page."""
    request.must_not_be_viewer()
    chat, tx, offset = _chat(request), request.tx, request.offset
    wanted = Among(tx.now, places_of(tx.settings, chat), ready=True)
    page = ready_page(tx, request.person, wanted, offset)
    if not page and offset:
        offset, page = 0, ready_page(tx, request.person, wanted, 0)
    is_page = view_of(request.row) in (View.READY, View.READY_DONE)
    params: dict[str, Any] = {
        "chat": chat.key,
        "person": request.person.key,
        "offset": offset,
        "shown": [[each.ticket_id, each.revision] for each in page],
    }
    if is_page:
        params["message_id"] = request.message_id
    request.reply(View.READY, params, reply_to=None if is_page else request.message_id)
    return request.toast(None if is_page else Toast.GOOD)


def _uncarded(request: PressRequest) -> str:
    """A page of what got no card, under a digest or a list of open tickets; turning goes on in
    the place of the page."""
    request.must_not_be_viewer()
    offset, row = request.offset, request.row
    is_page = view_of(row) == View.UNCARDED
    known = row.payload if row and row.kind == OutboxKind.DIGEST else params_of(row)
    found = _told_without_card(request, known)
    params: dict[str, Any] = {
        **{name: known[name] for name in ("period", "on", "chat") if name in known},
        "offset": offset,
        "total": len(found),
        "reviews": found[offset : offset + PAGE],
    }
    if is_page:
        params["message_id"] = request.message_id
    request.reply(View.UNCARDED, params, reply_to=None if is_page else request.message_id)
    return ""


def _told_without_card(request: PressRequest, known: Mapping[str, Any]) -> list[int]:
    """Return the ids of what the message tells of: of a digest's days, or of late."""
    tx, person = request.tx, request.person
    if "period" in known:
        chat = _chat(request)
        days = days_told(tx, chat, Due(Period(known["period"]), date.fromisoformat(known["on"])))
        places = [key for key in places_of(tx.settings, chat) if tx.settings.may_see(person, key)]
        return uncarded(tx, places, days.since, days.until)
    if view_of(request.row) not in (View.LIST, View.QUEUE, View.UNCARDED):
        raise Refused("old_button")
    return access.uncarded_in(tx, request.chat.chat_id, person, known)


def uncarded_complaint(request: PressRequest) -> str:
    """A review of the page is a complaint: it gets a card, and leaves the page."""
    request.must_not_be_viewer()
    if view_of(request.row) == View.FOUND:
        return review_lists.found_complaint(request)
    params = params_of(request.row)
    review_id = int(request.press.arg) if request.press.arg.isdecimal() else 0
    if view_of(request.row) != View.UNCARDED or review_id not in params["reviews"]:
        raise Refused("old_button")
    number = remarks.complaint_without_card(request.tx, review_id, request.actor)
    params |= {
        "reviews": [each for each in params["reviews"] if each != review_id],
        "total": params["total"] - 1,
        "message_id": request.message_id,
    }
    request.reply(View.UNCARDED, params, nth=2)
    return request.toast(Toast.COMPLAINT, number)


def _good_approved(request: PressRequest) -> str:
    """Approve, or propose, every draft of the page as it was shown; what changed since is refused
    by itself. Where nothing is left to do, the press is refused as a whole."""
    if view_of(request.row) != View.READY:
        raise Refused("old_button")
    params = params_of(request.row)
    done: dict[str, list[int]] = {Action.APPROVE: [], Action.PROPOSE: []}
    refused: list[tuple[int, Refused]] = []
    for shown in (Ready(*each) for each in params["shown"]):
        try:
            acted = act.act(
                request.tx,
                shown.ticket_id,
                Act(Action.APPROVE, request.actor, shown.revision),
            )
            done[acted.action].append(shown.ticket_id)
        except Refused as refusal:
            refused.append((shown.ticket_id, refusal))
    if not any(done.values()):
        raise refused[0][1] if refused else Refused("old_button")
    request.reply(
        View.READY_DONE,
        {
            "chat": params["chat"],
            "person": request.person.key,
            "message_id": request.message_id,
            "approved": done[Action.APPROVE],
            "proposed": done[Action.PROPOSE],
            "refused": [
                [ticket_id, refusal.code, plain(refusal.params)] for ticket_id, refusal in refused
            ],
        },
    )
    return ""


def keep_page_in_step(request: PressRequest) -> None:
    """A ticket was taken off a page of good reviews: the page is shown without it."""
    if view_of(request.row) != View.READY:
        return
    params = params_of(request.row)
    shown = [each for each in params["shown"] if each[0] != request.press.ticket]
    params |= {"shown": shown, "message_id": request.message_id}
    request.reply(View.READY, params, nth=2)


def _chat(request: PressRequest) -> Chat:
    chat = request.settings.chats.get(chat_key_of(request.row) or "")
    if chat is None:
        raise Refused("old_button")
    return chat


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.MONTH: _month,
    ButtonName.GOOD: _good,
    ButtonName.GOOD_OK: _good_approved,
    ButtonName.UNCARDED: _uncarded,
}
