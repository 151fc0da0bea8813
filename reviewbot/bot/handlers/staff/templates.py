"""Templates in chat: a colleague's text is kept as one, /templates lists, retires, restores."""

import re
from collections.abc import Callable
from typing import Any

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    params_of,
    view_of,
)
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Template
from reviewbot.store.tables import TicketRow
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.templates import keeping

_PAGE = re.compile(r"o(\d{1,6})", re.ASCII)


def asked(request: MessageRequest) -> None:
    """/templates."""
    request.tell_alone(View.TEMPLATES, _listing(request))


def _listing(request: StaffRequest, **more: Any) -> dict[str, Any]:
    return {"person": request.person.key, "places": list(request.visible_places()), **more}


def _keep(request: PressRequest) -> str:
    """Show the newest text of a colleague with slots suggested; nothing is kept yet."""
    request.must_not_be_viewer()
    keeping.check_may_keep(request.actor)
    ticket = request.tx.session.get(TicketRow, request.press.ticket)
    if ticket is None:
        raise Refused("unknown_ticket", number=request.press.ticket)
    request.may_see(ticket)
    draft, _ = keeping.offered(request.tx, request.press.ticket)
    params = {"person": request.person.key, "draft": draft}
    is_away = request.reply_to_one(
        View.TEMPLATE_OFFER,
        params,
        reply_to=request.message_id,
        ticket_id=request.press.ticket,
    )
    return request.toast(Toast.IN_PRIVATE if is_away else None)


def _offer_of(request: PressRequest) -> tuple[int, int]:
    """Return the ticket and the draft of the offer under which was pressed."""
    row = request.row
    if row is None or row.ticket_id is None or view_of(row) != View.TEMPLATE_OFFER:
        raise Refused("old_button")
    return row.ticket_id, int(params_of(row)["draft"])


def _save(request: PressRequest) -> str:
    """Keep what the offer shows."""
    ticket, draft = _offer_of(request)
    keeping.check_may_keep(request.actor)
    _, text = keeping.offered(request.tx, ticket, draft)
    name = keeping.save(request.tx, ticket, request.actor, text)
    params = _listing(request, template=name, saved=True, message_id=request.message_id)
    request.reply(View.TEMPLATE_SAVED, params, ticket_id=ticket)
    return request.toast(Toast.TEMPLATE)


def _other_words(request: PressRequest) -> str:
    """Ask for the text; the offer's words are inside to copy."""
    ticket, draft = _offer_of(request)
    keeping.check_may_keep(request.actor)
    person = request.person
    params = {"person": person.key, "telegram_id": person.telegram_id, "name": person.name}
    request.reply(
        View.TEMPLATE_PROMPT,
        {**params, "draft": draft},
        reply_to=request.message_id,
        ticket_id=ticket,
    )
    return request.toast(Toast.EDIT)


def written(request: StaffRequest, ticket_id: int, text: str, message_id: int) -> str:
    """Keep what somebody wrote to the question as a template."""
    name = keeping.save(request.tx, ticket_id, request.actor, text)
    request.reply(
        View.TEMPLATE_SAVED,
        _listing(request, template=name, saved=True),
        reply_to=message_id,
        ticket_id=ticket_id,
    )
    return request.toast(Toast.TEMPLATE)


def _turned(request: PressRequest) -> str:
    """Turn the list, or come back to it from one template."""
    params = params_of(request.row)
    if view_of(request.row) not in (View.TEMPLATES, View.TEMPLATE, View.TEMPLATE_SAVED):
        raise Refused("old_button")
    page = _PAGE.fullmatch(request.press.arg)
    offset = int(page[1]) if page else int(params.get("offset", 0))
    shown = _listing(request, offset=offset, message_id=request.message_id)
    request.reply(View.TEMPLATES, shown)
    return ""


def _named(request: PressRequest) -> Template:
    """Return the template a key stands for, if it is for a place that may be shown here."""
    key, here = request.press.arg, set(request.visible_places())
    for name, template in keeping.every_template(request.tx).items():
        if keeping.key_of(name) == key and here & set(keeping.served(request.settings, template)):
            return template
    raise Refused("old_button")


def _shown(request: PressRequest) -> str:
    """Show one template in the place of the list."""
    _one(request, _named(request).id)
    return ""


def _one(request: PressRequest, name: str) -> None:
    offset = params_of(request.row).get("offset", 0)
    params = _listing(request, template=name, offset=offset, message_id=request.message_id)
    request.reply(View.TEMPLATE, params)


def _retired(request: PressRequest) -> str:
    """Only who sees all places a template is for takes it away, or back."""
    keeping.check_may_keep(request.actor)
    template = _named(request)
    keeping.check_may_change(request.tx, template, request.person)
    name = template.id
    if request.press.action == ButtonName.RETIRE:
        keeping.retire(request.tx, name, request.actor)
        what = Toast.RETIRE
    else:
        keeping.restore(request.tx, name, request.actor)
        what = Toast.RESTORE
    _one(request, name)
    return request.toast(what)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.KEEP_TEMPLATE: _keep,
    ButtonName.TEMPLATE_SAVE: _save,
    ButtonName.TEMPLATE_WORDS: _other_words,
    ButtonName.TEMPLATES: _turned,
    ButtonName.TEMPLATE: _shown,
    ButtonName.RETIRE: _retired,
    ButtonName.RESTORE: _retired,
}
