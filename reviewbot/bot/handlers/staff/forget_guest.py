"""The key by which an admin has a guest forgotten: it asks once more, then removes for good."""

import logging
from collections.abc import Callable

from sqlmodel import col, select

from reviewbot.bot.handlers.context import PopUp, PressRequest
from reviewbot.core.errors import Refused
from reviewbot.core.source_facts import title_of
from reviewbot.queries.guests.same_author import namesakes, reviews_of_guest
from reviewbot.store import cases
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.words.cards.forget_question import ALL, ONE, Shown, question
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, CardMenu, View
from reviewbot.workflow.forgetting.forgotten_review import forget_all

log = logging.getLogger(__name__)


def _forget(request: PressRequest) -> str:
    """Ask about all reviews of the guest; an answer about another number of them than there are
    by now is asked anew."""
    request.must_be_admin()
    ticket = request.tx.session.get(TicketRow, request.press.ticket)
    if ticket is None:
        raise Refused("unknown_ticket", number=request.press.ticket)
    review_id = request.may_see(ticket).review_id
    if request.press.arg == ONE:
        return _forgotten(request, [review_id])
    known = reviews_of_guest(request.tx.session, review_id)
    # A key of an earlier version says yes to the one review it knew of.
    if request.press.arg == f"{ALL}{len(known)}" or (request.press.arg and len(known) == 1):
        return _forgotten(request, known)
    params = {"menu": CardMenu.FORGET, "message_id": request.message_id}
    request.reply(View.MENU, {**params, "of_guest": len(known)}, ticket_id=request.press.ticket)
    others = _shown(request, namesakes(request.tx.session, review_id, known))
    asked = question(_shown(request, known), len(known), others, request.chat.language)
    return PopUp(asked) if asked else ""


def _forgotten(request: PressRequest, known: list[int]) -> str:
    tx = request.tx
    try:
        key = forgotten.key_of(tx.session)
    except forgotten.RegisterError as error:
        log.error("%s", error)
        raise Refused("later") from error
    if not forget_all(tx, known, request.actor, key):
        raise Refused("forgotten")
    return request.toast(Toast.FORGET)


def _shown(request: PressRequest, known: list[int]) -> Shown:
    """What of these reviews may be told here: the number, the site, the place."""
    tx, here = request.tx, request.visible_places()
    rows = tx.session.execute(
        select(TicketRow.id, TargetRow.source, TargetRow.location_key)
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(col(ReviewRow.id).in_(known), col(TargetRow.location_key).in_(here))
        .order_by(col(ReviewRow.id).desc())
    )
    return [
        (number, title_of(tx.sources, source), cases.place_of(tx, place).name)
        for number, source, place in rows
    ]


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {ButtonName.FORGET: _forget}
