"""What cards, and what is said about one ticket, look like at the moment they are sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.facts import ReminderFacts
from reviewbot.core.model import OPEN_STATES, OutboxKind, Role
from reviewbot.queries import card_facts as card_queries
from reviewbot.queries.handoff_facts import handoff_facts
from reviewbot.queries.reminder_facts import reminder_facts
from reviewbot.store.people import all_invited
from reviewbot.store.tables import CardRow, OutboxRow
from reviewbot.words import prompts
from reviewbot.words.cards import handoffs as handoff_words
from reviewbot.words.cards import history as texts
from reviewbot.words.cards import reminders
from reviewbot.words.cards.card import card, please_delete
from reviewbot.words.cards.keyboards import is_posting, keyboard
from reviewbot.words.html import Html, Message, is_link
from reviewbot.words.vocabulary import View
from reviewbot.workflow.templates.keeping import MAY_KEEP


def alert(scene: Scene) -> Outgoing:
    facts = scene.facts()
    shown = card(facts, scene.language, group=scene.group, role=scene.role)
    return Outgoing.of(shown, facts)


def edit(scene: Scene) -> Outgoing | None:
    row = scene.tx.session.get(CardRow, scene.row.payload.get("card_id"))
    if row is None or row.dead_at is not None:
        return None
    return replace(alert(scene), edit=row.message_id)


def reminder(scene: Scene) -> Outgoing | None:
    """What a step of the ladder says; nothing where that was a warning and is over."""
    return reminders_of(scene, (scene.row,))


def reminders_of(scene: Scene, rows: Sequence[OutboxRow]) -> Outgoing | None:
    """The same of several; of each ticket the newest. A warning that waited until its ticket was
    closed is not given; a breach is told."""
    items: dict[int, ReminderFacts] = {}
    for row in rows:
        for item in reminder_facts(scene.tx, row.payload):
            if row.kind == OutboxKind.ESCALATION or item.card.state in OPEN_STATES:
                items[item.card.number] = item
    if not items:
        return None
    message = reminders.reminder([*items.values()], scene.language)
    return Outgoing.of(message, next(iter(items.values())).card if len(items) == 1 else None)


def handoff(scene: Scene) -> Outgoing | None:
    """Whose turn it is; nothing where the ticket has moved on meanwhile."""
    return handoffs(scene, (scene.row,))


def handoffs(scene: Scene, rows: Sequence[OutboxRow]) -> Outgoing | None:
    """The same of several, each thing once."""
    found = (handoff_facts(scene.tx, row) for row in rows)
    items = {(each.card.number, each.kind, each.to): each for each in found if each}
    if not items:
        return None
    message = handoff_words.handoff([*items.values()], scene.language)
    alone = next(iter(items.values())).card if len(items) == 1 else None
    return Outgoing.of(message, alone)


def menu(scene: Scene) -> Outgoing:
    """Other keys under a message that is already there."""
    facts = scene.facts()
    over = scene.params.get("over")
    everybody = (*scene.tx.settings.people.values(), *all_invited(scene.tx))
    people = tuple(
        (person.key, person.name)
        for person in everybody
        if over in (None, person.key)
        and person.role is not Role.VIEWER
        and scene.tx.settings.may_see(person, facts.location)
    )
    rows = keyboard(
        facts,
        scene.language,
        group=scene.group,
        menu=scene.params["menu"],
        people=people,
        topics=card_queries.topics_to_choose(scene.tx, facts.location),
        role=scene.role,
        opener=Role(scene.params["role"]) if scene.params.get("role") else None,
        of_guest=int(scene.params.get("of_guest", 1)),
    )
    out = Outgoing.of(Message(Html(), rows), facts)
    return replace(out, edit=scene.params["message_id"], keys_only=True)


def posting(scene: Scene) -> Outgoing | None:
    """The keys of a card whose reply goes to the site now; nothing where that was undone."""
    facts = scene.facts()
    if not is_posting(facts):
        return None
    keys = keyboard(facts, scene.language, group=scene.group, role=scene.role)
    out = Outgoing.of(Message(Html(), keys), facts)
    return replace(out, edit=scene.params["message_id"], keys_only=True)


def photos(scene: Scene) -> Outgoing:
    """The pictures of a review, by their addresses; as links where Telegram does not take them."""
    addresses = card_queries.photos_of(scene.tx, scene.facts().number)
    shown = texts.photos(scene.facts(), addresses, scene.language)
    is_fetched = all(is_link(each) for each in addresses)
    return replace(Outgoing.of(shown), photos=addresses if is_fetched else ())


def deleted(scene: Scene) -> Outgoing:
    """Files and pictures of somebody who is forgotten go; else people are asked to delete them."""
    out = Outgoing.of(please_delete(scene.language))
    return replace(out, deletes=tuple(scene.params["messages"]))


def clear(scene: Scene) -> Outgoing:
    return replace(Outgoing.of(Message(Html())), edit=scene.params["message_id"], keys_only=True)


def file(scene: Scene) -> Outgoing | None:
    out = alert(scene)
    return replace(out, document=True) if out.message.attachment else None


def history(scene: Scene) -> Outgoing:
    facts = scene.facts()
    entries = card_queries.history(scene.tx, facts.number)[: scene.params.get("upto")]
    return Outgoing.of(texts.history(facts, entries, scene.language), facts)


def why(scene: Scene) -> Outgoing:
    facts = scene.facts()
    return Outgoing.of(texts.explain(facts, scene.language), facts)


def draft_saved(scene: Scene) -> Outgoing:
    """The keys stand under the sentence: edits of the card make no sound."""
    facts = scene.facts()
    params, person = scene.params, scene.asking
    saved = prompts.draft_saved(
        facts,
        scene.language,
        approves=bool(params.get("approves")),
        keeps=person is not None and person.role in MAY_KEEP,
    )
    if not saved.buttons:
        keys = keyboard(facts, scene.language, group=scene.group, role=scene.role)
        saved = replace(saved, buttons=keys)
    return Outgoing.of(saved, facts)


def note_saved(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.note_saved(scene.facts(), scene.language))


def back_saved(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.back_saved(scene.facts(), scene.language))


def ask_meaning(scene: Scene) -> Outgoing:
    facts = scene.facts()
    return Outgoing.of(prompts.ask_meaning(facts, scene.language, scene.params["text"]), facts)


def edit_prompt(scene: Scene) -> Outgoing:
    approves = bool(scene.params.get("approves"))
    return Outgoing.of(
        prompts.edit_prompt(scene.facts(), scene.language, approves=approves, **asked(scene))
    )


def note_prompt(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.note_prompt(scene.facts(), scene.language, **asked(scene)))


def back_prompt(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.back_prompt(scene.facts(), scene.language, **asked(scene)))


def gesture_prompt(scene: Scene) -> Outgoing:
    most = int(scene.params["most"])
    return Outgoing.of(
        prompts.gesture_prompt(scene.facts(), scene.language, most=most, **asked(scene))
    )


def gesture_saved(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.gesture_saved(scene.facts(), scene.language))


def asked(scene: Scene) -> dict[str, Any]:
    """Whom a prompt mentions; in private there is only one to ask."""
    params = scene.params
    return {"name": params["name"], "user_id": params["telegram_id"]} if scene.group else {}


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.CARD: alert,
    View.MENU: menu,
    View.POSTING: posting,
    View.PHOTOS: photos,
    View.CLEAR: clear,
    View.DELETED: deleted,
    View.FILE: file,
    View.EDIT_PROMPT: edit_prompt,
    View.NOTE_PROMPT: note_prompt,
    View.BACK_PROMPT: back_prompt,
    View.GESTURE_PROMPT: gesture_prompt,
    View.ASK_MEANING: ask_meaning,
    View.DRAFT_SAVED: draft_saved,
    View.NOTE_SAVED: note_saved,
    View.BACK_SAVED: back_saved,
    View.GESTURE_SAVED: gesture_saved,
    View.HISTORY: history,
    View.WHY: why,
}
