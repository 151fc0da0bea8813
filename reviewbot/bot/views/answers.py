"""What answers to commands, and notices about the bot itself, look like when they are sent."""

from collections.abc import Callable

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.queries import health_facts
from reviewbot.words import answers, imports, notices, prompts
from reviewbot.words.health import health as health_text
from reviewbot.words.html import Message, escaped
from reviewbot.words.people import place_names
from reviewbot.words.refusals import refusal as refusal_text
from reviewbot.words.vocabulary import View
from reviewbot.workflow.chats import places_shown_in


def notice(scene: Scene) -> Outgoing:
    payload = scene.row.payload
    facts = scene.facts() if scene.row.ticket_id is not None else None
    shown = notices.notice(
        payload["code"],
        scene.params,
        scene.language,
        facts.zone if facts else scene.tx.settings.zone,
        now=scene.tx.now,
        bot_name=scene.bot_name,
    )
    return Outgoing.of(shown, facts)


def start(scene: Scene) -> Outgoing:
    person = scene.asking
    name, role = (person.name, person.role) if person else ("", None)
    return Outgoing.of(
        answers.start(scene.language, name=name, role=role, private=not scene.group)
    )


def help(scene: Scene) -> Outgoing:
    person = scene.asking
    role = person.role if person else None
    return Outgoing.of(answers.help_text(scene.language, role=role, group=scene.group))


def whoami(scene: Scene) -> Outgoing:
    person, row = scene.asking, scene.row
    assert person is not None
    only = place_names(scene.tx.settings, person)
    return Outgoing.of(
        answers.whoami(
            scene.language,
            telegram_id=person.telegram_id,
            name=person.name,
            role=person.role,
            only=only,
            chat_id=row.chat_id if scene.group else None,
            thread_id=row.thread_id if scene.group else None,
        )
    )


def stranger(scene: Scene) -> Outgoing:
    params = scene.params
    return Outgoing.of(
        answers.stranger(
            scene.language, telegram_id=params["telegram_id"], operator=params.get("operator")
        )
    )


def health(scene: Scene) -> Outgoing:
    facts = health_facts.health(scene.tx, _places_shown(scene))
    return Outgoing.of(health_text(facts, scene.language))


def _places_shown(scene: Scene) -> tuple[str, ...] | None:
    """Return the places that whoever reads this may be shown: a group's own, in private those of
    the person; None: all there are."""
    settings, person = scene.tx.settings, scene.asking
    if scene.group:
        shown = places_shown_in(scene.tx, scene.row.chat_id or 0)
    elif person is not None and person.only:
        shown = tuple(key for key in settings.locations if settings.may_see(person, key))
    else:
        shown = None
    own = {key for key, place in settings.locations.items() if place.role == "own"}
    return None if shown is None or own <= set(shown) else shown


def refusal(scene: Scene) -> Outgoing:
    params = scene.params
    code = params.pop("code")
    text = refusal_text(code, params, scene.language, scene.tx.settings.zone, now=scene.tx.now)
    return Outgoing.of(Message(escaped(text)))


def text_only(scene: Scene) -> Outgoing:
    return Outgoing.of(prompts.text_only(scene.language, scene.params.get("what", "")))


def unknown_review(scene: Scene) -> Outgoing:
    return Outgoing.of(answers.unknown_review(scene.language, scene.params.get("wanted", "")))


def practice(scene: Scene) -> Outgoing:
    return Outgoing.of(answers.practice(scene.language))


def imported(scene: Scene) -> Outgoing:
    zone = scene.tx.settings.zone
    return Outgoing.of(imports.imported(scene.params, scene.language, zone, now=scene.tx.now))


def page_prompt(scene: Scene) -> Outgoing:
    return Outgoing.of(imports.how_to_send(scene.params, scene.language))


def import_which(scene: Scene) -> Outgoing:
    return Outgoing.of(imports.which(scene.params, scene.language))


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.START: start,
    View.HELP: help,
    View.WHOAMI: whoami,
    View.STRANGER: stranger,
    View.HEALTH: health,
    View.REFUSAL: refusal,
    View.TEXT_ONLY: text_only,
    View.UNKNOWN_REVIEW: unknown_review,
    View.PRACTICE: practice,
    View.IMPORTED: imported,
    View.IMPORT_WHICH: import_which,
    View.PAGE_PROMPT: page_prompt,
}
