"""What digests and their lists look like at the moment they are sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.calendar.digest_days import Due, Period, places_of
from reviewbot.core.facts import CardFacts
from reviewbot.core.model import TicketState
from reviewbot.core.settings import Chat
from reviewbot.queries.card_facts import card_facts
from reviewbot.queries.open_tickets import queue_size
from reviewbot.queries.uncarded import uncarded_facts
from reviewbot.store.people import person_of
from reviewbot.words.cards.bulk_approval import ready_done, ready_page
from reviewbot.words.cards.without_card import uncarded_page
from reviewbot.words.digest import digest
from reviewbot.words.trends.pictures import Chart, picture
from reviewbot.words.vocabulary import View
from reviewbot.workflow.digests import PAGE, among_for, digest_facts, today_of


def sent(scene: Scene) -> Outgoing | None:
    """A digest by the clock. A day's that could not be sent on its day is left to the next one,
    which reaches back to the last that was sent."""
    params = scene.row.payload
    chat = scene.tx.settings.chats.get(params["chat"])
    if chat is None:
        return None
    is_over = today_of(scene.tx.settings, chat, scene.tx.now) > date.fromisoformat(params["on"])
    return None if params["period"] == Period.DAILY and is_over else _digest(scene, chat, params)


def again(scene: Scene) -> Outgoing | None:
    """A digest that was sent by the clock, as it reads now."""
    params = scene.row.payload
    chat = scene.tx.settings.chats.get(params["chat"])
    return _digest(scene, chat, params) if chat else None


def asked(scene: Scene) -> Outgoing | None:
    """A digest somebody asked for."""
    chat = scene.tx.settings.chats.get(scene.params["chat"])
    return _digest(scene, chat, scene.params) if chat else None


def _digest(scene: Scene, chat: Chat, params: Mapping[str, str]) -> Outgoing:
    due = Due(Period(params["period"]), date.fromisoformat(params["on"]))
    facts = digest_facts(scene.tx, chat, due)
    out = Outgoing.of(digest(facts, scene.language, role=scene.role))
    places = places_of(scene.tx.settings, chat)
    return replace(
        out,
        picture=picture(facts, scene.language),
        picture_of={
            "places": list(places),
            "period": params["period"],
            "on": params["on"],
            "chart": Chart.ALL,
        },
    )


def ready(scene: Scene) -> Outgoing:
    """A page of good reviews: those that were chosen for it and still wait."""
    params = scene.params
    wanted = among_for(scene.tx.settings, params["chat"], scene.tx.now, ready=True)
    person = person_of(scene.tx, params["person"])
    cards = [
        facts
        for facts in _cards(scene, [ticket_id for ticket_id, _ in params["shown"]])
        if facts.state is TicketState.WAITING
    ]
    message = ready_page(
        cards,
        scene.language,
        offset=params["offset"],
        total=queue_size(scene.tx, person, wanted),
        step=PAGE,
        group=scene.group,
        role=scene.role,
    )
    return replace(Outgoing.of(message), edit=params.get("message_id"))


def done(scene: Scene) -> Outgoing:
    """What came of a page, in its place."""
    params, settings = scene.params, scene.tx.settings
    person = person_of(scene.tx, params["person"])
    left, open_ = (
        queue_size(scene.tx, person, among_for(settings, params["chat"], scene.tx.now, ready=r))
        for r in (True, False)
    )
    message = ready_done(
        _cards(scene, params["approved"]),
        _cards(scene, params["proposed"]),
        [tuple(each) for each in params["refused"]],
        scene.language,
        zone=settings.zone,
        who=person.name if person else "",
        left=left,
        open_=open_,
    )
    return replace(Outgoing.of(message), edit=params["message_id"])


def without_card(scene: Scene) -> Outgoing:
    """A page of reviews that got no card."""
    params = scene.params
    message = uncarded_page(
        uncarded_facts(scene.tx, params["reviews"]),
        scene.language,
        offset=params["offset"],
        total=params["total"],
    )
    return replace(Outgoing.of(message), edit=params.get("message_id"))


def _cards(scene: Scene, ticket_ids: Sequence[int]) -> list[CardFacts]:
    cards = (card_facts(scene.tx, ticket_id) for ticket_id in ticket_ids)
    return [facts for facts in cards if facts is not None]


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.DIGEST: asked,
    View.READY: ready,
    View.READY_DONE: done,
    View.UNCARDED: without_card,
}
