"""What /duty and /away look like when they are sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.settings import Desk
from reviewbot.queries.card_facts import short_name
from reviewbot.store.people import name_of
from reviewbot.words.operations import duty as words
from reviewbot.words.operations.duty import Absence, DeskDuty, OnDuty
from reviewbot.words.vocabulary import View
from reviewbot.workflow.digests import local_date
from reviewbot.workflow.reminders import duty

DAYS = 7


def shown(scene: Scene) -> Outgoing:
    """The desks that were asked about, a week of each, and a later day that was just set."""
    tx = scene.tx
    desks = [tx.settings.desks[key] for key in scene.params["desks"] if key in tx.settings.desks]
    told = [
        DeskDuty(desk.key, desk.key if len(desks) > 1 else "", _days(scene, desk))
        for desk in desks
    ]
    absences = [_absence(scene, each.person) for each in duty.all_away(tx)]
    message = words.duty(scene.language, told, [each for each in absences if each], tx.now)
    return replace(Outgoing.of(message), edit=scene.params.get("message_id"))


def _days(scene: Scene, desk: Desk) -> list[tuple[date, list[OnDuty]]]:
    tx, zone = scene.tx, ZoneInfo(desk.zone)
    today = local_date(desk.zone, tx.now)
    places = scene.shown_places(duty.places_of(tx.settings, desk))
    found = []
    days = [today + timedelta(days=each) for each in range(DAYS)]
    if (set_now := scene.params.get("day")) and set_now > days[-1].isoformat():
        days.append(date.fromisoformat(set_now))
    for day in days:
        noon = datetime.combine(day, time(12), zone)
        moment = tx.now if day == today else noon
        found.append((day, _on_duty(scene, desk, places, moment)))
    return found


def _on_duty(scene: Scene, desk: Desk, places: Sequence[str], moment: datetime) -> list[OnDuty]:
    """Who is on duty for the places that are shown, each with those they stand for."""
    tx = scene.tx
    away = {each.person for each in duty.all_away(tx, moment)}
    orders = duty.on_duty_by_place(tx, desk, places, moment)
    of_any = {key: None for order in orders.values() for key in order}
    first = [key for key in duty.on_duty(tx, desk, moment) if key in of_any]
    found = []
    for key in dict.fromkeys((*first, *of_any)):
        own = [place for place in places if key in orders[place]]
        names = [short_name(tx.settings, tx.settings.locations[place].name) for place in own]
        partly = names if len(own) < len(places) else ()
        found.append(OnDuty(name_of(tx, key) or key, partly, key in away))
    return found


def _absence(scene: Scene, key: str) -> Absence | None:
    tx = scene.tx
    until = duty.away_until(tx, key)
    if until is None:
        return None
    other = duty.reached_for(tx, key)
    deputy = name_of(tx, other) if other else None
    alone = not duty.is_anybody_there(tx)
    return Absence(name_of(tx, key) or key, until, tx.settings.zone, deputy, alone)


def away(scene: Scene) -> Outgoing:
    """Whether the one who asks is away."""
    message = words.away(scene.language, _absence(scene, scene.params["person"]), scene.tx.now)
    if scene.group and scene.params.get("only_for"):
        message = replace(message, buttons=())
    return replace(Outgoing.of(message), edit=scene.params.get("message_id"))


def told(scene: Scene) -> Outgoing:
    """To whoever is concerned by a change that somebody else made."""
    params, tx = scene.params, scene.tx
    key = params["about"]
    message = words.told(
        scene.language,
        by=name_of(tx, params["by"]) or "",
        name=name_of(tx, key) or key,
        day=date.fromisoformat(params["day"]),
        is_own=key == params["person"],
    )
    return Outgoing.of(message)


def swap(scene: Scene) -> Outgoing:
    """Whether a colleague takes a day, or what they said."""
    params, tx = scene.params, scene.tx
    asked = words.SwapWords(
        name_of(tx, params["by"]) or params["by"],
        name_of(tx, params["to"]) or params["to"],
        date.fromisoformat(params["day"]),
        date.fromisoformat(params["back"]) if params.get("back") else None,
        params.get("state", ""),
    )
    message = words.swap(scene.language, asked)
    return replace(Outgoing.of(message), edit=params.get("message_id"))


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.DUTY: shown,
    View.AWAY: away,
    View.DUTY_TOLD: told,
    View.DUTY_SWAP: swap,
}
