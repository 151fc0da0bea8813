"""Who is on the list, how somebody comes onto it, and what one gets in private."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewbot.core.model import Alerts, Muted, Role
from reviewbot.core.settings import Person, Settings
from reviewbot.words import N_
from reviewbot.words.blind_notices import NoticeContext, number_of
from reviewbot.words.html import Button, Html, Message, Rows, bold, cut, joined, lines, short
from reviewbot.words.labels import ROLES, person
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

GROUP = "group:"
MARK = "✅"
_CHOICES = {
    Alerts.ALL: ("🔔", N_("All cards")),
    Alerts.MINE: ("📍", N_("My locations")),
    Alerts.CRITICAL: ("🚨", N_("Only critical, on duty")),
}
_MUTABLE = {
    Muted.APPROVALS: N_("Texts to approve, others on duty"),
    Muted.LOST: N_("Somebody took over mine"),
    Muted.DIGESTS: N_("Digests in private"),
}
MOST_PLACES = 10
BUTTON_NAME = 30


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the list. `only`: names of places and groups, empty for all of them."""

    telegram_id: int
    name: str
    role: Role
    only: tuple[str, ...]
    is_invited: bool


def place_names(settings: Settings, person: Person) -> list[str]:
    """Return what a person is confined to, in words; nothing where that is everything."""
    places = settings.locations
    return [places[key].name if key in places else key.removeprefix(GROUP) for key in person.only]


def settings_button(language: str) -> Button:
    t = words_in(language)
    return Button(t("🔔 What to send me"), ButtonName.SETTINGS)


def settings(
    language: str,
    *,
    chosen: Alerts,
    own: Sequence[str],
    seen: int,
    muted: Collection[Muted] = (),
    mutable: Sequence[Muted] = (),
) -> Message:
    """What one gets in private. `own` are the names of the locations one looks after, of the
    `seen` one may see; `mutable` is what one may do without, `muted` what of it one does."""
    t = words_in(language)
    places = ", ".join(short(name, 60) for name in own[:MOST_PLACES])
    if len(own) > MOST_PLACES:
        more = t.plural("{n} more", "{n} more", len(own) - MOST_PLACES)
        places = f"{places}, {more}"
    if len(own) == seen:
        places = t("the same ones")
    rows = tuple(
        (Button(f"{MARK if each is chosen else icon} {t(choice)}", ButtonName.SETTINGS, each),)
        for each, (icon, choice) in _CHOICES.items()
    )
    rows += tuple(
        (Button(f"{'🔇' if each in muted else '🔊'} {t(_MUTABLE[each])}", ButtonName.MUTE, each),)
        for each in mutable
    )
    return Message(
        lines(
            joined(" ", ("🔔", bold(t("What to send you in private")))),
            t(
                "What you answer for always comes, whatever you choose: critical reviews while"
                " you are on duty, escalations to you, reminders of what you took."
            ),
            t("Beside that, copies of new cards:"),
            _point(t("All cards"), t.plural("{n} location", "{n} locations", seen)),
            _point(t("My locations"), places or t("none")),
            _point(t("Only critical, on duty"), t("no copies")),
            t("And what you can do without; press to switch it off and on.") if mutable else "",
        ),
        rows,
    )


def _point(name: str, meaning: str) -> Html:
    return joined(" ", ("•", bold(f"{name}:"), meaning))


def invitation(
    language: str, *, bot_name: str, code: str, expires_at: datetime, zone: str, now: datetime
) -> Message:
    """A link for one person. What they will be stands on the keys, which change without it."""
    t = words_in(language)
    return Message(
        lines(
            joined(" ", ("🔗", bold(t("An invitation for one person")))),
            f"https://t.me/{bot_name.removeprefix('@')}?start={code}",
            t("Send the link on. Whoever opens it first comes in with the marked role."),
            t("Good until {at}.", at=t.border(expires_at, zone, now)),
        ),
        invitation_keys(language, Role.STAFF),
    )


def invitation_keys(language: str, chosen: Role) -> Rows:
    t = words_in(language)
    roles = (Role.STAFF, Role.MANAGER, Role.VIEWER)
    return (
        tuple(
            Button(
                f"{MARK} {_role(each, t)}" if each is chosen else _role(each, t),
                ButtonName.AS_ROLE,
                each,
            )
            for each in roles
        ),
        (Button(t("🚫 Take back"), ButtonName.TAKE_BACK),),
    )


def taken_back(language: str) -> Message:
    t = words_in(language)
    return Message(joined(" ", ("🔗", t("Taken back: the link lets nobody in."))))


def joined_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    """Somebody opened the link."""
    t = context.t
    name, number = person(str(params.get("name") or "")), number_of(params, "telegram_id")
    sentence = t("{name} came in by your invitation", name=name)
    role = _role(Role(params["role"]), t)
    only = _places(params.get("only") or ())
    return Message(
        lines(
            joined(" ", ("🙋", bold(sentence))),
            joined(" · ", (role, only or t("all locations"), str(number))),
        ),
        ((_remove(name, number, t),),),
    )


def members(
    language: str, page: Sequence[Member], *, total: int, offset: int, step: int
) -> Message:
    """A page of the list, those invited in chat first; only they can be removed here."""
    t = words_in(language)
    guests = [each for each in page if each.is_invited]
    settled = [each for each in page if not each.is_invited]
    head = joined(" ", ("👥", bold(t.plural("{n} person", "{n} people", total))))
    parts: list[str] = [head]
    if guests:
        parts += [t("Invited in chat:"), *(_line(each, t) for each in guests)]
    if settled:
        parts.append(t("In the config file (the operator changes its [people]):"))
        parts += [_line(each, t) for each in settled]
    parts.append(t("Invite someone: /invite"))
    rows: list[tuple[Button, ...]] = [
        (_remove(person(each.name), each.telegram_id, t),) for each in guests
    ]
    turning = []
    if offset:
        turning.append(Button(t("⬅️ Back"), ButtonName.PEOPLE, f"{max(0, offset - step)}"))
    if offset + len(page) < total:
        turning.append(Button(t("➡️ Next"), ButtonName.PEOPLE, f"{offset + len(page)}"))
    if turning:
        rows.append(tuple(turning))
    return Message(lines(*parts), tuple(rows))


def _line(member: Member, t: Language) -> Html:
    named = (
        bold(person(member.name)),
        t(ROLES[member.role]),
        _places(member.only),
        str(member.telegram_id),
    )
    return joined(" ", ("•", joined(" · ", named)))


def _places(names: Sequence[str]) -> str:
    return cut(", ".join(short(str(name), 40) for name in names[:MOST_PLACES]), 200)


def _role(role: Role, t: Language) -> str:
    name = t(ROLES[role])
    return name[:1].upper() + name[1:]


def _remove(name: str, telegram_id: int, t: Language) -> Button:
    return Button(
        t("❌ Remove: {name}", name=cut(name, BUTTON_NAME)), ButtonName.REMOVE, str(telegram_id)
    )
