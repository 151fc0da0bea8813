"""What people read about the list and about their own choice, at the moment it is sent."""

from collections.abc import Callable
from dataclasses import replace

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.model import Alerts, Muted, Role
from reviewbot.core.settings import Person
from reviewbot.store.people import all_invited, muted_by, person_of
from reviewbot.store.tables import PersonRow
from reviewbot.words import people as words
from reviewbot.words.html import Html, Message
from reviewbot.words.vocabulary import View
from reviewbot.workflow.invitations import GOOD_FOR, Invitation, hash_of

PAGE = 12


def settings(scene: Scene) -> Outgoing | None:
    person = person_of(scene.tx, scene.params["person"])
    if person is None:
        return None
    row = scene.tx.session.get(PersonRow, person.telegram_id)
    own = [place for place in scene.tx.settings.locations.values() if place.role == "own"]
    message = words.settings(
        scene.language,
        chosen=Alerts(row.alerts) if row is not None else Alerts.CRITICAL,
        own=[place.name for place in own if scene.tx.settings.is_own(person, place.key)],
        muted=muted_by(scene.tx, person),
        mutable=_mutable(scene, person),
        seen=sum(scene.tx.settings.may_see(person, place.key) for place in own),
    )
    return replace(Outgoing.of(message), edit=scene.params.get("message_id"))


def _mutable(scene: Scene, person: Person) -> list[Muted]:
    """Return what comes to a person without being their duty."""
    settings = scene.tx.settings
    kinds = [Muted.APPROVALS] if person.role in (Role.MANAGER, Role.ADMIN) else []
    if person.role is not Role.VIEWER:
        kinds.append(Muted.LOST)
    chats = (settings.chats.get(key) for key in settings.digest)
    if any(chat and chat.person == person.key for chat in chats):
        kinds.append(Muted.DIGESTS)
    return kinds


def invitation(scene: Scene) -> Outgoing | None:
    """A link with a code that is made here, and nowhere kept but in the message."""
    by = person_of(scene.tx, scene.params["person"])
    if by is None:
        return None
    if not scene.bot_name:
        raise LookupError("Telegram has not told the bot's own name yet")
    code = scene.new_code()
    message = words.invitation(
        scene.language,
        bot_name=scene.bot_name,
        code=code,
        expires_at=scene.tx.now + GOOD_FOR,
        zone=scene.tx.settings.zone,
        now=scene.tx.now,
    )
    return Outgoing(message, 0, invitation=Invitation(hash_of(code), by))


def invitation_keys(scene: Scene) -> Outgoing:
    keys = words.invitation_keys(scene.language, Role(scene.params["role"]))
    message = Message(Html(), keys)
    return Outgoing(message, 0, edit=scene.params["message_id"], keys_only=True)


def invitation_over(scene: Scene) -> Outgoing:
    return Outgoing(words.taken_back(scene.language), 0, edit=scene.params["message_id"])


def people(scene: Scene) -> Outgoing:
    """A page of the list: the newest invited first, then those of the config."""
    settings = scene.tx.settings
    guests = all_invited(scene.tx)
    everybody = [*guests, *settings.people.values()]
    offset = min(int(scene.params["offset"]), (len(everybody) - 1) // PAGE * PAGE)
    page = [
        words.Member(
            each.telegram_id,
            each.name,
            each.role,
            tuple(words.place_names(settings, each)),
            is_invited=number < len(guests),
        )
        for number, each in enumerate(everybody)
    ][offset : offset + PAGE]
    message = words.members(scene.language, page, total=len(everybody), offset=offset, step=PAGE)
    return replace(Outgoing.of(message), edit=scene.params.get("message_id"))


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.SETTINGS: settings,
    View.PEOPLE: people,
    View.INVITATION: invitation,
    View.INVITATION_KEYS: invitation_keys,
    View.INVITATION_OVER: invitation_over,
}
