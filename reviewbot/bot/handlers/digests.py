"""Presses under a digest: the month's figures, good reviews in fives, approving them.

Which chat's places are meant, and which drafts were shown, is read from what we sent, never from
what a button carries.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from reviewbot.bot import access
from reviewbot.bot.callback_data import Press
from reviewbot.bot.handlers.context import House, Place
from reviewbot.core.calendar.digest_days import Period, places_of
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind, Role
from reviewbot.core.settings import Chat, Person
from reviewbot.core.ticket import Act, Action
from reviewbot.queries.card_facts import Among
from reviewbot.store.tables import OutboxRow
from reviewbot.words.toasts import toast
from reviewbot.workflow import act
from reviewbot.workflow.digests import Ready, ready_page, today_of

FARTHEST = 10**6


def chat_of(row: OutboxRow | None) -> str | None:
    """Return the key of the chat whose digest a message is, or came from."""
    if row is None:
        return None
    told = row.payload if row.kind == OutboxKind.DIGEST else row.payload.get("params") or {}
    return told.get("chat")


def month(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """The figures of the last thirty days, in a message of their own."""
    chat = _chat(session, house, place, message_id)
    params = {
        "chat": chat.key,
        "period": Period.RECENT,
        "on": today_of(house.settings, chat, house.now).isoformat(),
    }
    house.reply(session, place, "digest", params, reply_to=message_id)
    return toast("month", None, place.language)


def good(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """A page of good reviews; turning goes on in the place of the page."""
    if person.role is Role.VIEWER:
        raise Refused("viewer")
    chat = _chat(session, house, place, message_id)
    wanted = Among(house.now, places_of(house.settings, chat), ready=True)
    offset = min(int(press.arg), FARTHEST) if press.arg.isdecimal() else 0
    page = ready_page(house.tx(session), person, wanted, offset)
    if not page and offset:
        offset, page = 0, ready_page(house.tx(session), person, wanted, 0)
    row = access.outbox_of(session, place.chat_id, message_id)
    is_page = row is not None and row.payload.get("view") in ("ready", "ready_done")
    params: dict[str, Any] = {
        "chat": chat.key,
        "person": person.key,
        "offset": offset,
        "shown": [[each.ticket_id, each.revision] for each in page],
    }
    if is_page:
        params["message_id"] = message_id
    house.reply(session, place, "ready", params, reply_to=None if is_page else message_id)
    return toast("" if is_page else "good", None, place.language)


def good_approved(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """Approve, or propose, every draft of the page as it was shown; what changed since is refused
    by itself. Where nothing is left to do, the press is refused as a whole."""
    row = access.outbox_of(session, place.chat_id, message_id)
    if row is None or row.payload.get("view") != "ready":
        raise Refused("old_button")
    params = dict(row.payload["params"])
    done: dict[str, list[int]] = {Action.APPROVE: [], Action.PROPOSE: []}
    refused: list[tuple[int, Refused]] = []
    for shown in (Ready(*each) for each in params["shown"]):
        try:
            acted = act.act(
                house.tx(session),
                shown.ticket_id,
                Act(Action.APPROVE, access.actor_of(person), shown.revision),
            )
            done[acted.action].append(shown.ticket_id)
        except Refused as refusal:
            refused.append((shown.ticket_id, refusal))
    if not any(done.values()):
        raise refused[0][1] if refused else Refused("old_button")
    house.reply(
        session,
        place,
        "ready_done",
        {
            "chat": params["chat"],
            "person": person.key,
            "message_id": message_id,
            "approved": done[Action.APPROVE],
            "proposed": done[Action.PROPOSE],
            "refused": [[ticket_id, *_plain(refusal)] for ticket_id, refusal in refused],
        },
    )
    return toast("", None, place.language)


def _chat(session: Session, house: House, place: Place, message_id: int) -> Chat:
    row = access.outbox_of(session, place.chat_id, message_id)
    chat = house.settings.chats.get(chat_of(row) or "")
    if chat is None:
        raise Refused("old_button")
    return chat


def _plain(refusal: Refused) -> tuple[str, dict[str, Any]]:
    params = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in refusal.params.items()
    }
    return refusal.code, params
