"""Who answers, when, how soon, and who is reminded: desks, reply_time, reminders, routes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Literal

from reviewbot.config import durations
from reviewbot.config.context import House, covers, in_words, when, zone
from reviewbot.config.durations import Mistake
from reviewbot.config.problems import Problems
from reviewbot.config.schema import ClassTimes, DeskTable, LadderTable, TimesTable
from reviewbot.core.model import Approval, Role
from reviewbot.core.settings import (
    Desk,
    Ladders,
    Person,
    ReplyTimeEntry,
    Route,
    Settings,
    Span,
    Step,
    StepTo,
    Times,
    When,
)
from reviewbot.words.operator_text import say

CLASSES = ("critical", "negative", "mixed", "neutral", "positive", "wordless")
DEFAULT_HOURS = {"mon-fri": ["10:00-19:00"]}
DEFAULT_QUIET = "22:00-09:00"
DEFAULT_CONFIRM = "48h"
DEFAULT_TIMES = {
    "critical": TimesTable(seen="15m clock", reply="2h work"),
    "negative": TimesTable(reply="1h work"),
    "mixed": TimesTable(reply="24h clock"),
    "neutral": TimesTable(reply="24h clock"),
    "positive": TimesTable(reply="3d work"),
    "wordless": TimesTable(),
}

Counts = Literal["work", "clock"]


def desks(house: House, people: dict[str, Person]) -> dict[str, Desk]:
    """Return the desks by key: "" is the default one, the others are groups'."""
    table = house.file.desk
    found = {"": _desk("desk", "", table, DeskTable(), house, people)}
    for key, own in table.groups.items():
        path = f"desk.groups.{key}"
        house.problems.known(path, "group", key, house.groups)
        found[key] = _desk(path, key, own, table, house, people)
    return found


def _desk(
    path: str,
    key: str,
    own: DeskTable,
    default: DeskTable,
    house: House,
    people: dict[str, Person],
) -> Desk:
    """Return one desk; what it does not say, the default desk says."""
    problems = house.problems

    def chosen(name: str) -> object:
        value = getattr(own, name)
        return getattr(default, name) if value is None else value

    def text(name: str, otherwise: str) -> str:
        value = chosen(name)
        return otherwise if value is None else str(value)

    def said_in(name: str) -> str:
        """Where it is written: what a group's desk inherits is no second mistake."""
        return f"{path if getattr(own, name) is not None else 'desk'}.{name}"

    hours = own.hours if own.hours is not None else default.hours
    written = DEFAULT_HOURS if hours is None else hours
    week = _week(said_in("hours"), written, problems)
    days = own.closed if own.closed is not None else default.closed
    closed = {
        day
        for number, value in enumerate(days or [], start=1)
        if (day := problems.read(f"{said_in('closed')}[{number}]", durations.day, value))
    }
    country = text("holidays", "none")
    off, worked = problems.read(said_in("holidays"), holidays, country, house.today) or (
        set(),
        set(),
    )
    quiet = text("quiet", DEFAULT_QUIET)
    on_duty = own.on_duty if own.on_duty is not None else default.on_duty
    for name in on_duty or []:
        problems.known(said_in("on_duty"), "person", name, house.people)
        if own.on_duty and name in people and people[name].role is Role.VIEWER:
            problems.warn(
                f"{path}.on_duty", say("{name} is a viewer and cannot take a review.", name=name)
            )
    named_zone = text("time_zone", house.file.time_zone)
    approval = _approval(path, chosen("approval"), house, people)
    return Desk(
        key=key,
        zone=zone(f"{path}.time_zone", named_zone, problems) if own.time_zone else named_zone,
        hours=week,
        closed=frozenset(closed | off),
        worked=frozenset(worked - closed),
        worked_like=next(day for day in range(7) if week[day]),
        quiet=None
        if quiet == "none"
        else problems.read(said_in("quiet"), durations.interval, quiet),
        on_duty=tuple(name for name in on_duty or [] if name in people),
        approval=approval,
        confirm_within=problems.read(
            said_in("confirm_within"), durations.positive, text("confirm_within", DEFAULT_CONFIRM)
        )
        or timedelta(hours=48),
    )


def _week(path: str, written: Mapping[str, Sequence[str]], problems: Problems) -> durations.Week:
    """Return the week; the mistakes of all its lines are told, not those of the first alone."""
    sound = [problems.read(path, durations.opening, *line) is not None for line in written.items()]
    week = problems.read(path, durations.week, written) if all(sound) else None
    return week or durations.week(DEFAULT_HOURS)


def _approval(path: str, written: object, house: House, people: dict[str, Person]) -> Approval:
    """Return who approves; not said: a manager, if there is one."""
    approvers = [each for each in people.values() if each.role in (Role.MANAGER, Role.ADMIN)]
    answering = [each for each in people.values() if each.role is not Role.VIEWER]
    if written is None:
        return Approval.MANAGER if approvers else Approval.ANYONE
    approval = Approval(str(written))
    if house.people_refused:
        return approval
    if approval is not Approval.ANYONE and not approvers:
        house.problems.add(
            f"{path}.approval",
            say(
                '"{approval}" needs somebody with the role manager or admin, and there is nobody.',
                approval=approval,
            ),
            say('Give a person role = "manager", or write approval = "anyone".'),
        )
    elif approval is Approval.TWO_PEOPLE and len(answering) < 2:
        house.problems.add(
            f"{path}.approval",
            say('"two_people" needs a second person who may answer.'),
            say("Add one to [people], or choose another approval."),
        )
    return approval


def holidays(country: str, today: date) -> tuple[set[date], set[date]]:
    """Return the days off and the weekend days moved to work, last year's to the year after next.

    "RU", or "DE-BY" with a region; "none". Shortened days before holidays are not known. Raises
    Mistake for a country without a calendar.
    """
    if country.lower() in ("none", ""):
        return set(), set()
    # Only now: a file that a mistake stops, or that counts no holidays, does without.
    import holidays as calendars

    name, _, region = country.upper().partition("-")
    years = range(today.year - 1, today.year + 3)
    try:
        calendar = calendars.country_holidays(name, subdiv=region or None, years=years)
    except (NotImplementedError, TypeError):  # TypeError: "JAN" is there too, and no country
        raise Mistake(
            say('There is no calendar of holidays "{country}".', country=country),
            say(
                'Write two letters ("RU", "KZ", "BY"), with a region if need be ("DE-BY"), or '
                '"none".'
            ),
        ) from None
    return set(calendar), set(getattr(calendar, "weekend_workdays", ()))


def reply_time(house: House) -> tuple[ReplyTimeEntry, ...]:
    """Return the entries, exceptions first; what the file does not say comes from the defaults."""
    table = house.file.reply_time
    entries: list[ReplyTimeEntry] = []
    for entry in table.except_:
        path = f"reply_time.except[{entry.place}]"
        asked = when(f"{path}.when", entry.when, house)
        classes = _classes(path, entry, house)
        if not classes:
            house.problems.add(
                path, say("gives no time."), say("Name one of: {names}.", names=", ".join(CLASSES))
            )
        _refuse_unreachable(path, asked, classes, entries, house)
        entries.append(ReplyTimeEntry(f"{path} ({in_words(asked)})", asked, classes))
    defaults = {cls: _times("reply_time", times, house) for cls, times in DEFAULT_TIMES.items()}
    classes = {**defaults, **_classes("reply_time", table, house)}
    return (*entries, ReplyTimeEntry("reply_time", When(), classes))


def _classes(path: str, table: ClassTimes, house: House) -> dict[str, Times]:
    return {
        cls: _times(f"{path}.{cls}", times, house)
        for cls in CLASSES
        if (times := getattr(table, cls)) is not None
    }


def _times(path: str, table: TimesTable, house: House) -> Times:
    read = house.problems.read
    seen = read(f"{path}.seen", durations.span, table.seen)
    # `negative = "1h"` is written without `reply`, and is told of so.
    return Times(seen, read(path, durations.span, table.reply))


def _refuse_unreachable(
    path: str,
    asked: When,
    classes: dict[str, Times],
    before: list[ReplyTimeEntry],
    house: House,
) -> None:
    for number, earlier in enumerate(before, start=1):
        if classes and covers(earlier.when, asked) and set(classes) <= set(earlier.classes):
            house.problems.add(
                path,
                say(
                    "never applies: reply_time.except[{number}] already decides all it asks for.",
                    number=number,
                ),
                say("The first fitting line wins: put the narrower one first."),
            )
            return


def warn_of_unapproved(people: Mapping[str, Person], settings: Settings, house: House) -> None:
    """Warn of locations whose replies nobody can approve: `only` keeps every manager away."""
    approvers = [each for each in people.values() if each.role in (Role.MANAGER, Role.ADMIN)]
    orphans = [
        key
        for key, place in settings.locations.items()
        if place.role == "own"
        and settings.desk_of(key).approval is not Approval.ANYONE
        and not any(settings.may_see(person, key) for person in approvers)
    ]
    if approvers and orphans:
        more = say(" and {count} more", count=len(orphans) - 5) if len(orphans) > 5 else ""
        house.problems.warn(
            "people",
            say(
                "No manager may approve replies of {names}{more}.",
                names=", ".join(orphans[:5]),
                more=more,
            ),
            say("Widen somebody's `only`."),
        )


def ladders(house: House, times: tuple[ReplyTimeEntry, ...], someone_on_duty: bool) -> Ladders:
    """Return the reminders by class; a class the file does not name has the default ladder."""
    reply: dict[str, tuple[Step, ...]] = {}
    seen: dict[str, tuple[Step, ...]] = {}
    for cls, default in default_ladders(house.chats, someone_on_duty).items():
        written: LadderTable | None = getattr(house.file.reminders, cls)
        ladder = written or default
        own = times[-1].classes[cls]
        path = f"reminders.{cls}"
        for duty, steps, out in (("seen", ladder.seen, seen), ("reply", ladder.reply, reply)):
            if steps is None:
                steps = getattr(default, duty)
            if steps is None:
                continue
            at = f"{path}.{duty}" if written and written.seen is not None else path
            span: Span | None = getattr(own, duty)
            out[cls] = _ladder(at, steps, span.counts if span else "clock", duty, house)
        asleep = [
            step.name
            for step in (*seen.get(cls, ()), *reply.get(cls, ()))
            if step.to in (StepTo.ON_DUTY, StepTo.NEXT_ON_DUTY)
        ]
        if asleep and not someone_on_duty:
            house.problems.warn(
                path,
                say('"{value}" reaches nobody: desk.on_duty names nobody.', value=asleep[0]),
                say("Name people."),
            )
        if seen.get(cls) and not any(
            entry.classes[cls].seen for entry in times if cls in entry.classes
        ):
            house.problems.warn(
                f"{path}.seen", say("never fires: reply_time gives no `seen` time for this class.")
            )
    return Ladders(reply=reply, seen=seen)


def default_ladders(chats: Iterable[str], someone_on_duty: bool) -> dict[str, LadderTable]:
    """Return the reminders of a house that wrote none: those of its chats that exist."""
    managers = "managers" if "managers" in chats else "chat"
    gentle = LadderTable(reply=[f"100% {managers}"])
    first = ["0m on_duty", "10m next_on_duty"] if someone_on_duty else ["10m chat"]
    return {
        "critical": LadderTable(
            seen=[*first, f"15m {managers}"],
            reply=["80% holder", f"100% {managers}", f"daily {managers}"],
        ),
        "negative": LadderTable(
            reply=["50% chat", "80% holder", f"100% {managers}", f"daily {managers}"]
        ),
        "mixed": gentle,
        "neutral": gentle,
        "positive": gentle,
        "wordless": gentle,
    }


def _ladder(
    path: str, written: list[str], counts: Counts, duty: str, house: House
) -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, text in enumerate(written, start=1):
        step = house.problems.read(f"{path}[{number}]", _step, text, counts, duty)
        if step is None:
            continue
        if any(step.name == earlier.name for earlier in steps):
            house.problems.add(
                f"{path}[{number}]", say('"{step}" stands here twice.', step=step.name)
            )
            continue
        to = [*StepTo, *house.chats, *house.people]
        if house.problems.known(f"{path}[{number}]", "chat or person", step.to, to):
            steps.append(step)
    return tuple(steps)


def _step(text: str, counts: Counts, duty: str) -> Step:
    """Read a rung: "80% holder", "+4h sergey", "daily managers"; of `seen`: "10m chat"."""
    at, _, to = text.strip().partition(" ")
    to = to.strip()
    form = (
        say('Write when and to whom: "10m next_on_duty", "daily managers".')
        if duty == "seen"
        else say(
            'Write when and to whom: "80% holder", "100% managers", "+4h ivan", "daily managers".'
        )
    )
    if not to or " " in to:
        raise Mistake(say('"{text}" is not a reminder.', text=text), form)
    name = f"{at} {to}"
    if at == "daily":
        return Step(name, to, daily=True)
    if at.endswith("%"):
        number = at.removesuffix("%")
        if not number.isdecimal() or not 1 <= int(number) <= 100:
            raise Mistake(
                say('"{at}" is not a share of the reply time.', at=at), say("From 1% to 100%.")
            )
        return Step(name, to, percent=int(number))
    if duty == "reply" and not at.startswith("+"):
        raise Mistake(
            say('"{text}" is not a reminder.', text=text),
            say('After the deadline it is "+{at}". {form}', at=at, form=form),
        )
    try:
        return Step(name, to, after=durations.after(at.removeprefix("+"), counts))
    except Mistake:
        raise Mistake(say('"{text}" is not a reminder.', text=text), form) from None


def routes(house: House) -> tuple[Route, ...]:
    found: list[Route] = []
    for table in house.file.routes:
        path = f"routes[{table.place}]"
        house.problems.known(f"{path}.chat", "chat", table.chat, house.chats)
        for name in table.copy_:
            house.problems.known(f"{path}.copy", "chat", name, house.chats)
        asked = when(f"{path}.when", table.when, house)
        found.append(
            Route(
                table.name or f"{path} ({in_words(asked)})", asked, table.chat, tuple(table.copy_)
            )
        )
    for (_, earlier), (place, later) in combinations(enumerate(found, start=1), 2):
        if covers(earlier.when, later.when):
            house.problems.add(
                f"routes[{place}]",
                say(
                    "never applies: {earlier} already takes all it asks for.", earlier=earlier.name
                ),
                say("The first fitting route wins: put the narrower one first."),
            )
    return tuple(found)
