"""Who answers, when and how soon: people, desks, reply_time, routes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

from reviewbot.config import durations
from reviewbot.config.addresses import mail_address
from reviewbot.config.context import ResolveContext, covers, in_words, when, zone
from reviewbot.config.problems import Problems
from reviewbot.config.schema import (
    ClassTimes,
    DeskTable,
    PersonTable,
    TimesTable,
)
from reviewbot.config.sections import holidays
from reviewbot.core.model import Approval, Kind, Role
from reviewbot.core.settings import (
    WEEKDAYS,
    Desk,
    Person,
    ReplyTimeEntry,
    Route,
    Settings,
    Span,
    StepTo,
    Times,
    When,
)
from reviewbot.core.source_facts import SURVEY
from reviewbot.words.operator_text import say

GROUP = "group:"

CLASSES = ("critical", "negative", "mixed", "neutral", "positive", "wordless")
DEFAULT_HOURS = {"mon-fri": ["10:00-19:00"]}
DEFAULT_QUIET = "22:00-09:00"
DEFAULT_CONFIRM = "48h"
DEFAULT_ANSWER = "1h work"
DEFAULT_TIMES = {
    "critical": TimesTable(seen="15m clock", reply="2h work"),
    "negative": TimesTable(reply="1h work"),
    "mixed": TimesTable(reply="24h clock"),
    "neutral": TimesTable(reply="24h clock"),
    "positive": TimesTable(reply="3d work"),
    "wordless": TimesTable(),
}


def desks(context: ResolveContext, people: dict[str, Person]) -> dict[str, Desk]:
    """Return the desks by key: "" is the default one, the others are groups'."""
    table = context.file.desk
    found = {"": _desk("desk", "", table, DeskTable(), context, people)}
    for key, own in table.groups.items():
        path = f"desk.groups.{key}"
        context.problems.known(path, "group", key, context.groups)
        found[key] = _desk(path, key, own, table, context, people)
    return found


def _desk(
    path: str,
    key: str,
    own: DeskTable,
    default: DeskTable,
    context: ResolveContext,
    people: dict[str, Person],
) -> Desk:
    """Return one desk; what it does not say, the default desk says."""
    problems = context.problems

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
    year = context.today
    calendar = problems.read(said_in("holidays"), holidays.calendar, country, year)
    if calendar and own.holidays is not None and (unknown := holidays.undecreed(calendar, year)):
        problems.warn(
            f"{path}.holidays",
            say(
                "Which days of {year} are moved is not in the calendar yet: they count as in any "
                "other week.",
                year=unknown,
            ),
            say("Update the package `holidays` once they are decreed, or name them in `closed`."),
        )
    off, worked = holidays.days_off(calendar) if calendar else (set(), set())
    shorter = problems.read(
        said_in("shortened"), holidays.calendar, text("shortened", "none"), year
    )
    quiet = text("quiet", DEFAULT_QUIET)
    on_duty = own.on_duty if own.on_duty is not None else default.on_duty
    for name in on_duty or []:
        problems.known(said_in("on_duty"), "person", name, context.people)
    rota = own.rota if own.rota is not None else default.rota
    named_zone = text("time_zone", context.file.time_zone)
    approval = _approval(path, chosen("approval"), context, people)
    return Desk(
        key=key,
        zone=zone(f"{path}.time_zone", named_zone, problems) if own.time_zone else named_zone,
        hours=week,
        closed=frozenset(closed | off),
        worked=frozenset(worked - closed),
        shortened=frozenset(holidays.shortened(shorter)) if shorter else frozenset(),
        worked_like=next(day for day in range(7) if week[day]),
        quiet=None
        if quiet == "none"
        else problems.read(said_in("quiet"), durations.interval, quiet),
        on_duty=tuple(name for name in on_duty or [] if name in people),
        rota=_rota(said_in("rota"), rota or {}, context, people),
        approval=approval,
        confirm_within=problems.read(
            said_in("confirm_within"), durations.positive, text("confirm_within", DEFAULT_CONFIRM)
        )
        or timedelta(hours=48),
        place_answer=problems.read(
            said_in("place_answer"), _some_span, text("place_answer", DEFAULT_ANSWER)
        )
        or Span(timedelta(hours=1)),
    )


def _some_span(text: str) -> Span:
    found = durations.span(text)
    if found is None:
        raise durations.Mistake(
            say('"{text}" is no time at all.', text=text), say("Write a length above zero.")
        )
    return found


def _rota(
    path: str,
    written: Mapping[str, Sequence[str]],
    context: ResolveContext,
    people: Collection[str],
) -> tuple[tuple[str, ...], ...]:
    """Return who is on duty on each day of the week; nothing where no day is named."""
    days: dict[int, tuple[str, ...]] = {}
    for text, names in written.items():
        for name in names:
            context.problems.known(path, "person", name, context.people)
        read = context.problems.read(path, durations.weekdays, text)
        for day in read or ():
            if day in days:
                context.problems.add(path, say('"{day}" is named twice.', day=WEEKDAYS[day]))
            days[day] = tuple(name for name in names if name in people)
    return tuple(days.get(day, ()) for day in range(7)) if days else ()


def _week(path: str, written: Mapping[str, Sequence[str]], problems: Problems) -> durations.Week:
    """Return the week; the mistakes of all its lines are told, not those of the first alone."""
    sound = [problems.read(path, durations.opening, *line) is not None for line in written.items()]
    week = problems.read(path, durations.week, written) if all(sound) else None
    for text in dict.fromkeys(text for texts in written.values() for text in texts):
        if text.strip().endswith("23:59"):
            problems.warn(
                path,
                say('"{text}": 23:59 leaves out the last minute of the day.', text=text),
                say('For the whole of it write "{whole}".', whole=text.replace("23:59", "24:00")),
            )
    return week or durations.week(DEFAULT_HOURS)


def _approval(
    path: str, written: object, context: ResolveContext, people: dict[str, Person]
) -> Approval:
    """Return who approves; not said: a manager, if there is one."""
    approvers = [each for each in people.values() if each.role in (Role.MANAGER, Role.ADMIN)]
    answering = [each for each in people.values() if each.role is not Role.VIEWER]
    if written is None:
        return Approval.MANAGER if approvers else Approval.ANYONE
    approval = Approval(str(written))
    if context.people_refused:
        return approval
    if approval is not Approval.ANYONE and not approvers:
        context.problems.add(
            f"{path}.approval",
            say(
                '"{approval}" needs somebody with the role manager or admin, and there is nobody.',
                approval=approval,
            ),
            say('Give a person role = "manager", or write approval = "anyone".'),
        )
    elif approval is Approval.TWO_PEOPLE and len(answering) < 2:
        context.problems.add(
            f"{path}.approval",
            say('"two_people" needs a second person who may answer.'),
            say("Add one to [people], or choose another approval."),
        )
    return approval


def reply_time(context: ResolveContext) -> tuple[ReplyTimeEntry, ...]:
    """Return the entries, exceptions first; what the file does not say comes from the defaults."""
    table = context.file.reply_time
    entries: list[ReplyTimeEntry] = []
    for entry in table.except_:
        path = f"reply_time.except[{entry.place}]"
        asked = when(f"{path}.when", entry.when, context)
        classes = _classes(path, entry, context)
        if not classes:
            context.problems.add(
                path, say("gives no time."), say("Name one of: {names}.", names=", ".join(CLASSES))
            )
        _refuse_unreachable(path, asked, classes, entries, context)
        entries.append(ReplyTimeEntry(f"{path} ({in_words(asked)})", asked, classes))
    defaults = {cls: _times("reply_time", times, context) for cls, times in DEFAULT_TIMES.items()}
    classes = {**defaults, **_classes("reply_time", table, context)}
    own = (*_of_surveys(context), _of_questions(context))
    return (*entries, *own, ReplyTimeEntry("reply_time", When(), classes))


def _of_surveys(context: ResolveContext) -> tuple[ReplyTimeEntry, ...]:
    """How soon a guest who told us is contacted: the same at every tone, but for critical."""
    if context.file.guests is None:
        return ()
    path = f"reply_time.{SURVEY}"
    reply = context.problems.read(path, durations.span, context.file.reply_time.survey)
    classes = {cls: Times(None, reply) for cls in CLASSES if cls != "critical"}
    return (ReplyTimeEntry(path, When(source=(SURVEY,)), classes),)


def _of_questions(context: ResolveContext) -> ReplyTimeEntry:
    """How soon a buyer's question is answered: the same at every tone, but for critical."""
    path = f"reply_time.{Kind.QUESTION}"
    reply = context.problems.read(path, durations.span, context.file.reply_time.question)
    classes = {cls: Times(None, reply) for cls in CLASSES if cls != "critical"}
    return ReplyTimeEntry(path, When(kind=(Kind.QUESTION,)), classes)


def _classes(path: str, table: ClassTimes, context: ResolveContext) -> dict[str, Times]:
    return {
        cls: _times(f"{path}.{cls}", times, context)
        for cls in CLASSES
        if (times := getattr(table, cls)) is not None
    }


def _times(path: str, table: TimesTable, context: ResolveContext) -> Times:
    read = context.problems.read
    seen = read(f"{path}.seen", durations.span, table.seen)
    # `negative = "1h"` is written without `reply`, and is told of so.
    return Times(seen, read(path, durations.span, table.reply))


def _refuse_unreachable(
    path: str,
    asked: When,
    classes: dict[str, Times],
    before: list[ReplyTimeEntry],
    context: ResolveContext,
) -> None:
    for number, earlier in enumerate(before, start=1):
        if classes and covers(earlier.when, asked) and set(classes) <= set(earlier.classes):
            context.problems.add(
                path,
                say(
                    "never applies: reply_time.except[{number}] already decides all it asks for.",
                    number=number,
                ),
                say("The first fitting line wins: put the narrower one first."),
            )
            return


def warn_of_unapproved(
    people: Mapping[str, Person], settings: Settings, context: ResolveContext
) -> None:
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
        context.problems.warn(
            "people",
            say(
                "No manager may approve replies of {names}{more}.",
                names=", ".join(orphans[:5]),
                more=more,
            ),
            say("Widen somebody's `only`."),
        )


def routes(context: ResolveContext) -> tuple[Route, ...]:
    found: list[Route] = []
    for table in context.file.routes:
        path = f"routes[{table.place}]"
        context.problems.known(f"{path}.chat", "chat", table.chat, context.chats)
        for name in table.copy_:
            context.problems.known(f"{path}.copy", "chat", name, context.chats)
        asked = when(f"{path}.when", table.when, context)
        found.append(
            Route(
                table.name or f"{path} ({in_words(asked)})", asked, table.chat, tuple(table.copy_)
            )
        )
    for (_, earlier), (place, later) in combinations(enumerate(found, start=1), 2):
        if covers(earlier.when, later.when):
            context.problems.add(
                f"routes[{place}]",
                say(
                    "never applies: {earlier} already takes all it asks for.", earlier=earlier.name
                ),
                say("The first fitting route wins: put the narrower one first."),
            )
    return tuple(found)


def people(context: ResolveContext) -> dict[str, Person]:
    problems = context.problems
    found: dict[str, Person] = {}
    for key, table in context.file.people.items():
        path = f"people.{key}"
        if key in set(StepTo):
            problems.add(
                path,
                say('"{key}" has a meaning of its own in [reminders].', key=key),
                say("Rename."),
            )
        if table.id <= 0:
            problems.add(
                f"{path}.id",
                say("{number} is not a person's number.", number=table.id),
                say("Groups have negative numbers; /whoami tells one's own."),
            )
        if table.deputy == key:
            problems.add(f"{path}.deputy", say("Nobody is their own deputy."))
        elif table.deputy is not None:
            problems.known(f"{path}.deputy", "person", table.deputy, context.people)
        _check_only(f"{path}.only", table, context)
        same = next((each for each in found.values() if each.telegram_id == table.id), None)
        if same:
            problems.add(
                f"{path}.id",
                say("{person} has this number too.", person=same.key),
                say("One entry a person."),
            )
        found[key] = Person(
            key=key,
            telegram_id=table.id,
            name=table.name or key,
            role=Role(table.role),
            only=tuple(table.only),
            deputy=table.deputy,
            language=table.language,
            mail=mail_address(f"{path}.mail", table.mail, problems) if table.mail else None,
        )
    if not context.people:
        problems.add(
            "people",
            say("There is nobody to answer reviews."),
            say('Write [people] with marina = { id = 123456789, role = "manager" }.'),
        )
    return found


def _check_only(path: str, table: PersonTable, context: ResolveContext) -> None:
    names = [*context.places, *(f"{GROUP}{group}" for group in context.groups)]
    for name in table.only:
        if name in context.groups and name not in context.places:
            context.problems.add(
                path,
                say('"{name}" is a group.', name=name),
                say('Write "{group}"; a bare name is a location.', group=f"{GROUP}{name}"),
            )
        else:
            context.problems.known(path, "location or group", name, names)
