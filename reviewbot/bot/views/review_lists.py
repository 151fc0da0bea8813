"""What lists of reviews look like at the moment they are sent."""

from collections.abc import Callable
from dataclasses import replace

from reviewbot.bot import access
from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.model import Role
from reviewbot.core.settings import Person
from reviewbot.core.source_facts import title_of
from reviewbot.queries import review_lists
from reviewbot.queries.open_tickets import Among, Chosen, queue, queue_size
from reviewbot.store import cases
from reviewbot.words.cards import review_lists as words
from reviewbot.words.labels import title_of as title_in_words
from reviewbot.words.language import words_in
from reviewbot.words.vocabulary import View


def one_by_one(scene: Scene) -> Outgoing:
    """One ticket of the queue; `ticket` keeps the one just acted on in sight."""
    person, params = scene.asking, scene.params
    wanted = access.list_scope(scene.tx, scene.row.chat_id or 0, scene.params)
    total = queue_size(scene.tx, person, wanted)
    offset = min(int(params.get("offset", 0)), max(0, total - 1))
    number = params.get("ticket")
    if number is None:
        entries = queue(scene.tx, person, limit=1, offset=offset, among=wanted)
        number = entries[0].number if entries else None
    if number is None:
        return replace(_over(scene, person, wanted), edit=params.get("message_id"))
    facts = scene.facts(number)
    shown = words.queue_card(
        facts,
        scene.language,
        offset=offset,
        total=total,
        group=scene.group,
        role=scene.role,
    )
    return replace(Outgoing.of(shown, facts), edit=params.get("message_id"))


def _over(scene: Scene, person: Person | None, wanted: Among) -> Outgoing:
    if wanted.numbers or wanted.chosen != Chosen():
        return Outgoing.of(words.list_done(scene.language))
    page, _ = review_lists.open_page(scene.tx, person, wanted, 0, 1)
    return Outgoing.of(words.queue(page, scene.language))


def open_list(scene: Scene) -> Outgoing:
    """A page of the open tickets."""
    params, person = scene.params, scene.asking
    if params.get("menu"):
        return replace(_choosing(scene), edit=params.get("message_id"))
    wanted = access.list_scope(scene.tx, scene.row.chat_id or 0, scene.params)
    page, _ = review_lists.open_page(
        scene.tx, person, wanted, int(params.get("offset", 0)), words.QUEUE_PAGE
    )
    if not page.choice.is_narrowed and person is not None and person.role is not Role.VIEWER:
        cardless = access.uncarded_in(scene.tx, scene.row.chat_id or 0, person, params)
        page = replace(page, uncarded=len(cardless))
    shown = words.queue(page, scene.language)
    return replace(Outgoing.of(shown), edit=params.get("message_id"))


def _choosing(scene: Scene) -> Outgoing:
    kind, t = scene.params["menu"], words_in(scene.language)
    names = [
        cases.place_of(scene.tx, key).name
        if kind == "p"
        else title_in_words(title_of(scene.tx.sources, key), t)
        for key in scene.params["options"]
    ]
    return Outgoing.of(words.choosing(names, scene.language, kind))


def found(scene: Scene) -> Outgoing:
    """Reviews that hold words, of the places that the chat and the person may see."""
    params, tx, person = scene.params, scene.tx, scene.asking
    places = access.searched_in(tx, scene.row.chat_id or 0, person)
    offset, wanted = int(params.get("offset", 0)), params["words"]
    step = words.QUEUE_PAGE
    lines = review_lists.find(tx, wanted, places, offset, step + 1) if wanted else []
    shown = words.found(
        lines[:step],
        scene.language,
        words=wanted,
        zone=tx.settings.zone,
        at=tx.now,
        offset=offset,
        more=len(lines) > step,
        role=person.role if person else None,
    )
    return replace(Outgoing.of(shown), edit=params.get("message_id"))


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.QUEUE: one_by_one,
    View.LIST: open_list,
    View.FOUND: found,
}
