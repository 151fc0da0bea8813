"""/ask: staff get a link and a QR code for guests of a place, for everybody there or for one."""

from collections.abc import Callable

from reviewbot.bot.handlers.context import MessageRequest, PressRequest, StaffRequest
from reviewbot.bot.handlers.stats import named_place
from reviewbot.core.errors import Refused
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.surveys.guest_links import guest_settings


def ask(request: MessageRequest) -> None:
    """/ask [place]: the place's link; where several are meant, which."""
    request.must_not_be_viewer()
    guest_settings(request.tx)
    about = named_place(request, request.argument)
    if len(about.places) > 1:
        request.reply(View.GUEST_LINK, {"places": list(about.places)})
    else:
        _show(request, about.places[0], personal=False)


def _chosen(request: PressRequest) -> str:
    request.must_not_be_viewer()
    guest_settings(request.tx)
    kind, _, place = request.press.arg.partition(".")
    if place not in request.visible_places():
        raise Refused("old_button")
    _show(request, place, personal=kind == "g")
    return ""


def _show(request: StaffRequest, place: str, *, personal: bool) -> None:
    params = {"place": place, "personal": personal, "person": request.person.key}
    request.reply(View.GUEST_LINK, params)


def _tried(_request: PressRequest) -> str:
    """Somebody of the staff list presses a guest's key."""
    raise Refused("for_guests")


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.GUEST_LINK: _chosen,
    ButtonName.SURVEY: _tried,
}
