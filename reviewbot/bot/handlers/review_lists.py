"""Lists of reviews: /queue and /find, and the keys that turn and narrow them.

What a list is of stands in the row that was sent; a key carries a page, a switch or an index.
"""

import re
from collections.abc import Callable
from typing import Any

from reviewbot.bot import access
from reviewbot.bot.handlers.context import MessageRequest, PressRequest, params_of, view_of
from reviewbot.core.errors import Refused
from reviewbot.queries.open_tickets import queue_size
from reviewbot.queries.review_lists import find as find_reviews
from reviewbot.queries.review_lists import options
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow import remarks

SWITCHES = ("overdue", "complaints")
MENUS = {"place": "p", "source": "s"}
MOST_LETTERS = 100
_PAGE = re.compile(r"o(\d{1,6})", re.ASCII)
_OPTION = re.compile(r"([ps])(\d{1,3})", re.ASCII)


def asked(request: MessageRequest) -> None:
    """/queue: what waits for a reply; a single review is its card where nothing else came."""
    tx, chat_id, person = request.tx, request.chat.chat_id, request.person
    wanted = access.list_scope(tx, chat_id, {})
    single = queue_size(tx, person, wanted) == 1 and not access.uncarded_in(
        tx, chat_id, person, {}
    )
    request.reply(View.QUEUE if single else View.LIST, {"person": request.person.key})


def find(request: MessageRequest) -> None:
    """/find words."""
    words = " ".join(request.argument.split())[:MOST_LETTERS]
    request.tell_alone(View.FOUND, {"person": request.person.key, "words": words})


def _list(request: PressRequest) -> str:
    """Turn or narrow the list in its place."""
    if view_of(request.row) != View.LIST:
        raise Refused("old_button")
    params = params_of(request.row)
    params = {**params, "message_id": request.message_id, "person": request.person.key}
    menu_options = params.pop("options", [])
    params["menu"] = ""
    _turn(request, params, menu_options)
    request.reply(View.LIST, params)
    return ""


def _turn(request: PressRequest, params: dict[str, Any], menu_options: list[str]) -> None:
    arg, chosen = request.press.arg, dict(params.get("chosen", {}))
    if page := _PAGE.fullmatch(arg):
        params["offset"] = int(page[1])
        return
    if arg in MENUS:
        wanted = access.list_scope(request.tx, request.chat.chat_id, params)
        params["menu"] = MENUS[arg]
        params["options"] = options(request.tx, request.person, wanted, of_sources=arg == "source")
        return
    if arg == "back":
        return
    params["offset"] = 0
    if arg == "all":
        chosen = {}
    elif arg in SWITCHES:
        chosen[arg] = not chosen.get(arg)
    elif arg == "mine":
        chosen["holder"] = None if chosen.get("holder") else request.person.key
    elif (option := _OPTION.fullmatch(arg)) and int(option[2]) < len(menu_options):
        chosen["place" if option[1] == "p" else "source"] = menu_options[int(option[2])]
    else:
        raise Refused("old_button")
    params["chosen"] = {key: value for key, value in chosen.items() if value}


def _found(request: PressRequest) -> str:
    """Turn the page of what was found."""
    if view_of(request.row) != View.FOUND:
        raise Refused("old_button")
    turned = {"message_id": request.message_id, "offset": request.offset}
    request.reply(View.FOUND, params_of(request.row) | turned)
    return ""


def found_complaint(request: PressRequest) -> str:
    """A review that was found is a complaint: it gets a card, and its number on the page."""
    params, arg = params_of(request.row), request.press.arg
    places = access.searched_in(request.tx, request.chat.chat_id, request.person)
    number = int(arg) if arg.isascii() and arg.isdecimal() else 0
    # Only what the message told of: a review that holds the words looked for.
    found = find_reviews(request.tx, params["words"], places, 0, 1, review_id=number)
    shown = found[0] if found else None
    if shown is None or shown.cardless is None:
        raise Refused("old_button")
    opened = remarks.complaint_without_card(request.tx, shown.cardless, request.actor)
    request.reply(View.FOUND, params | {"message_id": request.message_id}, nth=2)
    return request.toast(Toast.COMPLAINT, opened)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.LIST: _list,
    ButtonName.FOUND: _found,
}
