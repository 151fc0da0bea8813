"""People on duty, and their deputies, who cannot answer for all they stand for: warnings.

The bot passes over them there and tells who comes next, so the file is used as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.config.context import ResolveContext
from reviewbot.core.calendar.duty import present_for
from reviewbot.core.model import Role
from reviewbot.core.settings import Desk, Settings
from reviewbot.words.operator_text import say

SHOWN = 5
"""So many places a warning names."""

_Deputies = Mapping[str, str | None]
"""Who stands in for whom."""


@dataclass(frozen=True, slots=True)
class _Watch:
    """One list of people on duty as the file has it: where it is written, for which desk, and who
    is on duty together."""

    path: str
    desk: Desk
    teams: tuple[tuple[str, ...], ...]


def warn_of_duty(settings: Settings, context: ResolveContext) -> None:
    """Warn of who is on duty, or stands in, and may not answer, or not see all places of it."""
    watches = list(_watches(settings, context))
    deputies = {key: person.deputy for key, person in settings.people.items()}
    _warn_of_viewers(settings, watches, context)
    unseen: dict[tuple[str, str], list[str]] = {}
    stand_for: dict[str, dict[str, None]] = {}
    nobody: dict[str, list[str]] = {}
    for watch in watches:
        teams = [_answering(settings, team) for team in watch.teams]
        answering = [team for team in teams if team]
        for place in _places(settings, watch.desk):
            for key in dict.fromkeys(key for team in answering for key in team):
                if settings.may_see(settings.people[key], place):
                    stand_for.setdefault(key, {})[place] = None
                else:
                    unseen.setdefault((watch.path, key), []).append(place)
            if not all(_is_told(settings, deputies, team, place) for team in answering):
                nobody.setdefault(watch.path, []).append(place)
    hint = say("Widen `only`, or give these places a desk of their own: [desk.groups.NAME].")
    for (path, key), places in unseen.items():
        sentence = say(
            "{name} may not see {names}{more} and is not told of reviews there.",
            name=key,
            **_named(places),
        )
        context.problems.warn(path, sentence, hint)
    for path, places in nobody.items():
        sentence = say(
            "Nobody on duty may see {names}{more}: other managers are told, then admins.",
            **_named(places),
        )
        context.problems.warn(path, sentence, hint)
    _warn_of_deputies(settings, deputies, stand_for, context)


def _watches(settings: Settings, context: ResolveContext) -> Iterator[_Watch]:
    table = context.file.desk
    for key, desk in settings.desks.items():
        own = table.groups[key] if key else table
        for name, teams in (("on_duty", (desk.on_duty,)), ("rota", desk.rota)):
            named = tuple(dict.fromkeys(team for team in teams if team))
            path = f"desk.groups.{key}" if key and getattr(own, name) is not None else "desk"
            if named:
                yield _Watch(f"{path}.{name}", desk, named)


def _places(settings: Settings, desk: Desk) -> Iterator[str]:
    """The places of ours that a desk answers for."""
    for key, place in settings.locations.items():
        if place.role == "own" and settings.desk_of(key).key == desk.key:
            yield key


def _answering(settings: Settings, team: Sequence[str]) -> list[str]:
    return [key for key in team if settings.people[key].role is not Role.VIEWER]


def _warn_of_viewers(
    settings: Settings, watches: Sequence[_Watch], context: ResolveContext
) -> None:
    named = [(watch.path, key) for watch in watches for team in watch.teams for key in team]
    named += [
        (f"people.{key}.deputy", person.deputy)
        for key, person in settings.people.items()
        if person.deputy is not None and person.deputy in settings.people
    ]
    for path, key in dict.fromkeys(named):
        if settings.people[key].role is Role.VIEWER:
            context.problems.warn(
                path, say("{name} is a viewer and cannot take a review.", name=key)
            )


def _warn_of_deputies(
    settings: Settings,
    deputies: _Deputies,
    stand_for: dict[str, dict[str, None]],
    context: ResolveContext,
) -> None:
    """A deputy stands in for somebody on duty; where they may not see a place, their own deputy
    does."""
    for key, places in stand_for.items():
        deputy = settings.people[key].deputy
        if (
            deputy is None
            or deputy not in settings.people
            or settings.people[deputy].role is Role.VIEWER
        ):
            continue
        alone = [
            place
            for place in places
            if not _is_told(settings, deputies, (deputy,), place, but=key)
        ]
        if alone:
            context.problems.warn(
                f"people.{key}.deputy",
                say(
                    "{deputy} may not see {names}{more}, where {name} is on duty: nobody stands in"
                    " there.",
                    deputy=deputy,
                    name=key,
                    **_named(alone),
                ),
                say("Widen `only`, or name another deputy."),
            )


def _is_told(
    settings: Settings, deputies: _Deputies, team: Sequence[str], place: str, but: str = ""
) -> bool:
    """Whether anybody of a team, or who stands in for them, may answer for a place."""

    def is_able(key: str) -> bool:
        person = settings.people.get(key)
        if person is None or key == but or person.role is Role.VIEWER:
            return False
        return settings.may_see(person, place)

    return any(present_for(key, is_able, deputies) is not None for key in team)


def _named(places: Sequence[str]) -> dict[str, object]:
    more = len(places) - SHOWN
    return {
        "names": ", ".join(places[:SHOWN]),
        "more": say(" and {count} more", count=more) if more > 0 else "",
    }
