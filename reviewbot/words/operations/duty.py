"""Who is on duty, who is away: what /duty and /away say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reviewbot.words import N_
from reviewbot.words.html import Button, Message, bold, joined, lines, short
from reviewbot.words.labels import person
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

TODAY, TOMORROW = "0", "1"
"""What a key of /duty carries behind its desk: the day."""
SPANS = {
    "tomorrow": N_("until tomorrow"),
    "monday": N_("until Monday"),
    "week": N_("for a week"),
}
"""How long one is away, as the keys of /away offer it."""


MOST_PLACES = 3
"""So many are named beside somebody who is on duty for a part of a desk."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty. `places`: the only ones they may see of the desk; empty: all. `is_away`:
    nobody else is left."""

    name: str
    places: Sequence[str] = ()
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class DeskDuty:
    """A desk and who is on duty at it, from today on; `name` is empty where there is one desk."""

    key: str
    name: str
    days: Sequence[tuple[date, Sequence[OnDuty]]]


@dataclass(frozen=True, slots=True)
class Absence:
    """Who is away until when (UTC, shown in `zone`), and who is told in their place: the deputy,
    the next on duty, or nobody."""

    name: str
    until: datetime
    zone: str
    deputy: str | None = None
    is_nobody_there: bool = False


def duty(
    language: str, desks: Sequence[DeskDuty], absences: Sequence[Absence], now: datetime
) -> Message:
    """The days to come, with keys to step in."""
    t = words_in(language)
    blocks: list[str] = [joined(" ", ("📟", bold(t("Who is on duty"))))]
    for desk in desks:
        blocks.append(bold(short(desk.name, 60)) if desk.name else "")
        blocks += [_day(day, people, t) for day, people in desk.days] or [t("Nobody.")]
    blocks += [_absence(each, t, now) for each in absences]
    rows = tuple(
        (
            _key(t("🙋 I am today"), desk, TODAY, len(desks)),
            _key(t("🙋 I am tomorrow"), desk, TOMORROW, len(desks)),
        )
        for desk in desks[:6]
    )
    return Message(lines(*blocks), (*rows, (Button(t("🌴 I am away…"), ButtonName.AWAY),)))


def _key(label: str, desk: DeskDuty, day: str, count: int) -> Button:
    title = f"{label}: {short(desk.name, 18)}" if count > 1 and desk.name else label
    return Button(title, ButtonName.DUTY, f"{day}.{desk.key}")


def _day(day: date, people: Sequence[OnDuty], t: Language) -> str:
    told = [_on_duty(each, t) for each in people]
    said = t(", then ").join(told) if told else t("nobody")
    return f"{t.weekday(day.weekday())} {t.short_date(day)}: {said}"


def _on_duty(each: OnDuty, t: Language) -> str:
    places = ", ".join(short(name, 30) for name in each.places[:MOST_PLACES])
    if (more := len(each.places) - MOST_PLACES) > 0:
        places = f"{places} {t.plural('{n} more', '{n} more', more)}"
    away = t("away, and nobody else is there") if each.is_away else ""
    notes = "; ".join(filter(None, (places, away)))
    return f"{person(each.name)} ({notes})" if notes else person(each.name)


def _absence(absence: Absence, t: Language, now: datetime) -> str:
    until = t.border(absence.until, absence.zone, now)
    name = person(absence.name)
    if absence.deputy is None:
        return t("🌴 Away until {until}: {name}.", until=until, name=name)
    deputy = person(absence.deputy)
    return t(
        "🌴 Away until {until}: {name}; in their place {deputy}.",
        until=until,
        name=name,
        deputy=deputy,
    )


def away(language: str, absence: Absence | None, now: datetime) -> Message:
    """Whether one is away, with keys to change it."""
    t = words_in(language)
    if absence is not None:
        until = t.border(absence.until, absence.zone, now)
        said = [t("🌴 You are away until {until}.", until=until)]
        if absence.deputy is not None:
            said.append(t("{name} is told in your place.", name=person(absence.deputy)))
        elif absence.is_nobody_there:
            said.append(t("Nobody else is there: what is critical still comes to you."))
        else:
            said.append(t("The next on duty is told in your place."))
        return Message(lines(*said), ((Button(t("🙋 I am back"), ButtonName.AWAY, "back"),),))
    keys = tuple(Button(t(title), ButtonName.AWAY, code) for code, title in SPANS.items())
    said = [
        t("You are here. Until when will you be away?"),
        t("Or write the day you are back: /away Friday, /away 31.12"),
    ]
    return Message(lines(*said), (keys,))


@dataclass(frozen=True, slots=True)
class SwapWords:
    """Who asks whom to take which day; `back`: the day taken in return. `state`: what came of it,
    empty while it is open."""

    by: str
    to: str
    day: date
    back: date | None = None
    state: str = ""


ACCEPTED, DECLINED, SENT, VOID = "accepted", "declined", "sent", "void"


def swap(language: str, asked: SwapWords) -> Message:
    """The question to a colleague, or what came of it."""
    t = words_in(language)
    by, to, on = person(asked.by), person(asked.to), _on(asked.day, t)
    back = _on(asked.back, t) if asked.back else ""
    if asked.state == ACCEPTED:
        said = [t("🔁 Swapped: on {day} {name} is on duty, not {by}.", day=on, name=to, by=by)]
        if back:
            said.append(t("On {day} {name} is on duty, not {by}.", day=back, name=by, by=to))
        return Message(lines(*said))
    if asked.state == DECLINED:
        return Message(
            lines(t("🔁 {name} cannot swap: on {day} {by} is on duty.", name=to, day=on, by=by))
        )
    if asked.state == VOID:
        said = [
            t("🔁 Nothing is swapped: {by} asked {name} about {day}.", by=by, name=to, day=on),
            t("Since then the day is over, another's, or one of the two is away. Ask anew."),
        ]
        return Message(lines(*said))
    if asked.state == SENT:
        return Message(lines(t("🔁 {name} is asked. The answer comes here.", name=to)))
    said = [t("🔁 {name}, {by} asks you to take the duty on {day}.", name=to, by=by, day=on)]
    if back:
        said.append(t("In return {by} takes yours on {day}.", by=by, day=back))
    keys = (
        Button(t("✅ I take it"), ButtonName.DUTY_SWAP, "yes"),
        Button(t("✖️ I cannot"), ButtonName.DUTY_SWAP, "no"),
    )
    return Message(lines(*said), (keys,))


def _on(day: date, t: Language) -> str:
    return f"{t.weekday(day.weekday())} {t.short_date(day)}"


def told(language: str, *, by: str, name: str, day: date, is_own: bool) -> Message:
    """To whoever is put on duty, or whose day another one took."""
    t = words_in(language)
    on = _on(day, t)
    if is_own:
        said = t("📟 You are on duty on {day}, said {by}.", day=on, by=person(by))
    else:
        said = t(
            "📟 {name} is the first on duty on {day}, said {by}.",
            name=person(name),
            day=on,
            by=person(by),
        )
    return Message(lines(said))
