"""A simulated week of forty places: how many messages each person and chat gets a day, by kind.

The table is printed (pytest -s); the bounds are the budget that a change of wording or bundling
must not break without saying so.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a simulation, seeded

import pytest
from sqlmodel import Session, select

from reviewbot.bot.views.registry import render
from reviewbot.core.contract import Target
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind, TicketState, Tone
from reviewbot.core.settings import DigestTime, Location, Step, StepTo
from reviewbot.core.ticket import Action
from reviewbot.store.queues import claims, outbox
from reviewbot.store.tables import LocationRow, TargetRow
from reviewbot.workflow import sweep
from reviewbot.workflow.concerns import incidents
from tests.store.store_world import MANAGERS, PEOPLE, SUPPORT, StoreWorld, at
from tests.trends_world import Past

PLACES = 40
STARTS = at("2026-03-02 00:00")
DAYS = 7
COMPLAINTS_A_DAY = 12
"""Three times what forty cafés get on an ordinary day: the budget holds on a bad week too."""
REMARKS_A_DAY = 6
"""Mixed reviews: each a calm card."""
CALM = "calm card"
"""An alert that is one; counted apart."""
KINDS = (*OutboxKind, CALM)

MOST_HANDOFFS = 20
"""Handoffs that ring for one person on one day."""
MOST_RINGING = 30
"""Messages of all kinds that ring for one person by name or in private on one day."""
MOST_CALM = 10
"""Calm cards in one group on one day; they ring for nobody."""
MOST_DIGESTS = 1
MOST_CONCERNS = 1
"""Cards of a drop or an incident that one chat gets on one day."""
MOST_IN_CHAT = 90
"""Messages of all kinds in one group on one day, edits aside."""

AT_ONCE = at("2026-03-05 13:00")
"""Eight of that day's complaints come at once, of one thing, at PLACE_OF_INCIDENT."""
PLACE_OF_INCIDENT, PLACE_OF_DROP = "place0", "place1"

STAFF = ("ivan", "nina", "dima")
_MENTION = re.compile(r"tg://user\?id=(\d+)")


@dataclass
class Week:
    """What was counted: by day, by person or chat, by kind."""

    rings: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    shown: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    alerted: set[int] = field(default_factory=set)
    """Tickets whose alerts went out by themselves."""
    incident: list[int] = field(default_factory=list)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path)
    first = made.settings.targets["tverskaya/yandex_maps"]
    places = {f"place{n}": Location(f"place{n}", f"Точка, Улица {n}") for n in range(PLACES)}
    targets = {
        f"{key}/yandex_maps": replace(
            first,
            location=key,
            target=Target(f"{key}/yandex_maps", "yandex_maps", f"{key}-ref"),
        )
        for key in places
    }
    people = {
        **PEOPLE,
        "nina": replace(PEOPLE["ivan"], key="nina", name="Нина", telegram_id=507),
        "dima": replace(PEOPLE["ivan"], key="dima", name="Дима", telegram_id=508),
    }
    PEOPLE.update(people)
    made.settings = replace(
        made.settings,
        people=people,
        locations=places,
        targets=targets,
        routes=(),
        ladders=replace(
            made.settings.ladders,
            reply={
                **made.settings.ladders.reply,
                "mixed": (
                    Step("75% chat", StepTo.CHAT, percent=75),
                    Step("100% managers", "managers", percent=100),
                ),
            },
        ),
        digest={"managers": {"daily": DigestTime(at("2026-03-02 09:15").time())}},
    )

    def store(session: Session) -> None:
        for key, place in places.items():
            session.add(LocationRow(key=key, name=place.name))
        session.flush()
        for key, target in targets.items():
            session.add(
                TargetRow(
                    key=key,
                    location_key=target.location,
                    source="yandex_maps",
                    ref=target.target.ref,
                    host="yandex.test",
                    first_contact_at=STARTS - timedelta(days=2),
                    health="blocked",
                    health_since=STARTS,
                )
            )

    made.db.write_now(store)
    made.pressed_start("marina", "anna", "ivan")
    yield made
    made.db.close()
    for key in ("nina", "dima"):
        del PEOPLE[key]


def plan_of(rng: Random) -> list[tuple[datetime, str, int]]:
    """Return when reviews come: (instant, place, stars)."""
    come = []
    for day in range(DAYS):
        for number in range(COMPLAINTS_A_DAY + REMARKS_A_DAY):
            minutes = rng.randrange(8 * 60, 23 * 60)
            place = f"place{rng.randrange(PLACES)}"
            stars = rng.choice((1, 2)) if number < COMPLAINTS_A_DAY else 3
            come.append((STARTS + timedelta(days=day, minutes=minutes), place, stars))
    instead = [each for each in come if each[0].date() == AT_ONCE.date() and each[2] < 3][:8]
    return sorted(each for each in come if each not in instead)


def lived_well(world: StoreWorld) -> Past:
    """Half a year in which PLACE_OF_DROP had good reviews and few complaints."""
    past = Past(world)
    world.change_target(f"{PLACE_OF_DROP}/yandex_maps", first_contact_at=STARTS - timedelta(220))
    with past.together():
        for back in range(210, 0, -2):
            stars = (5, 4, 5, 5, 1) if back % 14 == 0 else (5, 4, 5, 5)
            past.day(STARTS - timedelta(back), f"{PLACE_OF_DROP}/yandex_maps", stars, "food")
    return past


def all_at_once(world: StoreWorld, now: datetime) -> list[int]:
    """What a reading does that brings eight complaints of one thing."""
    key = f"{PLACE_OF_INCIDENT}/yandex_maps"
    numbers = [
        world.ticket(now=now, target=key, text=f"Очередь стояла до двери, стол {n}.")
        for n in range(8)
    ]

    def see(session: Session) -> None:
        target = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        incidents.look(world.tx(session, now), target, numbers)

    world.db.write_now(see)
    return numbers


def is_work_time(now: datetime) -> bool:
    local = now + timedelta(hours=3)
    return local.weekday() < 5 and 10 <= local.hour < 19


def act_on(world: StoreWorld, rng: Random, number: int, now: datetime) -> None:
    """What the team does next about one review, if anything."""
    ticket = world.look(number)
    manager = rng.choice(("marina", "anna"))
    holder = ticket.holder if ticket.holder in STAFF else rng.choice(STAFF)
    try:
        match ticket.state:
            case TicketState.WAITING if ticket.holder is None and rng.random() < 0.2:
                world.act(number, Action.TRANSFER, manager, now, to=rng.choice(STAFF))
            case TicketState.WAITING if ticket.holder is None and rng.random() < 0.5:
                world.act(number, Action.TAKE, rng.choice(STAFF), now)
            case TicketState.WAITING:
                world.act(number, Action.APPROVE, holder, now)
            case TicketState.PROPOSED if rng.random() < 0.15:
                world.act(number, Action.SEND_BACK, manager, now, reason="Короче")
            case TicketState.PROPOSED:
                world.act(number, Action.APPROVE, manager, now)
            case TicketState.APPROVED:
                world.act(number, Action.POSTED, ticket.proposed_by or holder, now)
    except Refused:
        return


def sweep_due(world: StoreWorld, now: datetime) -> None:
    if world.db.read_now(lambda session: sweep.is_anything_due(world.tx(session, now))):
        world.db.write_now(lambda session: sweep.sweep(world.tx(session, now)))


def deliver(world: StoreWorld, week: Week, now: datetime) -> None:
    """Send what waits, as the sender would, and count it."""
    lanes = world.db.read_now(lambda session: outbox.waiting_chats(session, now))
    for lane in lanes:
        while claimed := world.db.write_now(
            lambda session, lane=lane: claims.claim(session, lane, now)
        ):
            out = world.db.read_now(
                lambda session, claimed=claimed: render(
                    world.tx(session, now), claimed, "bot", lambda: "code"
                )
            )
            kind = claimed.first.kind
            if out is not None and kind != OutboxKind.EDIT:
                count(week, out.message.html, kind, lane, now, silent=out.silent)
            if kind == OutboxKind.ALERT:
                rows = (claimed.first, *claimed.rows)
                week.alerted |= {row.ticket_id for row in rows if row.ticket_id is not None}
            world.db.write_now(
                lambda session, claimed=claimed, lane=lane, sent=out: outbox.mark_sent(
                    session,
                    claimed.row_ids,
                    1000 + claimed.row_ids[0] if sent else None,
                    lane,
                    now,
                )
            )


def count(week: Week, html: str, kind: str, lane: int, now: datetime, *, silent: bool) -> None:
    day = (now + timedelta(hours=3) - STARTS - timedelta(hours=3)).days
    names = {person.telegram_id: key for key, person in PEOPLE.items()}
    if kind == OutboxKind.ALERT and html.startswith("🟡"):
        kind = CALM
    week.lines[kind] += 1
    if lane in (SUPPORT, MANAGERS):
        week.shown[day, "support" if lane == SUPPORT else "managers", kind] += 1
    if silent:
        return
    rings = {int(each) for each in _MENTION.findall(html)} | ({lane} if lane > 0 else set())
    for number in rings:
        week.rings[day, names[number], kind] += 1


def live(world: StoreWorld, rng: Random) -> Week:
    """Live through the week; return what was counted."""
    week, plan, numbers = Week(), plan_of(rng), []
    when: dict[int, datetime] = {}
    now, end = STARTS, STARTS + timedelta(days=DAYS)
    past, day = lived_well(world), STARTS
    while now < end:
        if now >= day:
            for stars, topic in ((1, "waiting"), (2, "staff"), (5, "food"), (1, "cleanliness")):
                past.day(day, f"{PLACE_OF_DROP}/yandex_maps", (stars,), topic)
            day += timedelta(days=1)
        if now >= AT_ONCE and not week.incident:
            week.incident = all_at_once(world, now)
            numbers += week.incident
            when |= {n: now + timedelta(minutes=rng.randrange(5, 60)) for n in week.incident}
        while plan and plan[0][0] <= now:
            _, place, rating = plan.pop(0)
            number = world.ticket(
                now=now,
                target=f"{place}/yandex_maps",
                rating=rating,
                tone=Tone.MIXED if rating == 3 else Tone.NEGATIVE,
            )
            numbers.append(number)
            when[number] = now + timedelta(minutes=rng.randrange(5, 60))
        if is_work_time(now):
            for number in numbers:
                if when[number] <= now:
                    act_on(world, rng, number, now)
                    when[number] = now + timedelta(minutes=rng.randrange(5, 60))
        sweep_due(world, now)
        deliver(world, week, now)
        now += timedelta(minutes=2 if is_work_time(now) else 15)
    return week


def table(counted: Counter[tuple[int, str, str]]) -> str:
    """The busiest day and the mean of a day, by person or chat and kind."""
    names = sorted({name for _, name, _ in counted})
    kinds = [kind for kind in KINDS if any(kind == each for _, _, each in counted)]
    rows = [f"{'':10}" + "".join(f"{kind:>18}" for kind in (*kinds, "all"))]
    for name in names:
        cells = []
        for kind in (*kinds, None):
            days = [per_day(counted, name, day, kind) for day in range(DAYS)]
            cells.append(f"{sum(days) / DAYS:.1f} (most {max(days)})")
        rows.append(f"{name:10}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(rows)


def per_day(
    counted: Counter[tuple[int, str, str]], name: str, day: int, kind: str | None = None
) -> int:
    return sum(
        n
        for (on, who, what), n in counted.items()
        if (on, who) == (day, name) and kind in (None, what)
    )


@pytest.mark.slow
def test_a_week_of_forty_places_stays_within_the_budget(world: StoreWorld) -> None:
    week = live(world, Random(7))
    sys.stdout.write(f"\nRings for a person, a day\n{table(week.rings)}\n")
    sys.stdout.write(f"\nShown in a chat, a day\n{table(week.shown)}\n")
    for day, name, _ in week.rings:
        assert per_day(week.rings, name, day, OutboxKind.HANDOFF) <= MOST_HANDOFFS, (day, name)
        assert per_day(week.rings, name, day) <= MOST_RINGING, (day, name)
    for day, name, _ in week.shown:
        assert per_day(week.shown, name, day) <= MOST_IN_CHAT, (day, name)
        assert per_day(week.shown, name, day, CALM) <= MOST_CALM, (day, name)
        assert per_day(week.shown, name, day, OutboxKind.DIGEST) <= MOST_DIGESTS, (day, name)
        assert per_day(week.shown, name, day, OutboxKind.CONCERN) <= MOST_CONCERNS, (day, name)
    # The managers hear of the drop and of the incident, once each; nobody is rung for by name.
    concerns = [per_day(week.shown, "managers", day, OutboxKind.CONCERN) for day in range(DAYS)]
    assert sum(concerns) == 2
    assert concerns[(AT_ONCE - STARTS).days] == 1
    assert not any(kind == OutboxKind.CONCERN for _, _, kind in week.rings)
    assert not week.alerted & set(week.incident), "one card tells them"
    assert week.alerted, "the others are alerted"
    assert not any(kind == CALM for _, _, kind in week.rings), "a calm card makes no sound"
    for chat, kind in (("support", CALM), ("managers", OutboxKind.DIGEST)):
        assert sum(per_day(week.shown, chat, day, kind) for day in range(DAYS)) >= DAYS - 2
    # Something was said at all, by name.
    assert all(sum(per_day(week.rings, key, day) for day in range(DAYS)) for key in STAFF)
