"""The first day: what was there before us, what comes at once, what is found late."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewbot.core.model import OutboxKind, TicketState
from reviewbot.demo.site import Written
from reviewbot.store.tables import OutboxRow, ReviewRow, TicketRow
from tests.journeys.journey_world import IVAN, MARINA, SUPPORT, JourneyWorld, moscow

OPENED = "2026-03-02 11:00"
RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


def written(name: str, days: float, rating: int = 1, *, reply: str | None = None) -> Written:
    """A review of `days` before the first day."""
    at = moscow(OPENED) - timedelta(days=days)
    text = RUDE if rating < 3 else "Отличный кофе."
    return Written(name, "Анна Котова", rating, text, at, reply, at if reply else None)


BEFORE = (
    *(written(f"recent{day}", day) for day in (1, 3, 5, 9, 14, 20, 29)),
    *(written(f"old{day}", day) for day in (31, 60, 400)),
    written("answered", 2, reply="Простите нас."),
    written("happy", 2, 5),
)


@pytest.fixture
async def journey_world(tmp_path: Path) -> AsyncIterator[JourneyWorld]:
    async with JourneyWorld(tmp_path, OPENED, before=BEFORE) as opened:
        yield opened


def tickets(journey_world: JourneyWorld) -> dict[str, TicketRow]:
    found = select(ReviewRow.external_id, TicketRow).join(
        TicketRow, TicketRow.review_id == ReviewRow.id
    )
    return dict(journey_world.read(lambda rows: rows.exec(found).all()))


def sent(journey_world: JourneyWorld, *kinds: OutboxKind) -> list[OutboxRow]:
    rows = journey_world.read(lambda session: session.exec(select(OutboxRow)).all())
    return [row for row in rows if row.kind in kinds]


async def test_what_was_there_before_is_one_message_and_a_queue_without_deadlines(
    journey_world: JourneyWorld,
) -> None:
    [hello] = journey_world.telegram.chat(SUPPORT).of_bot
    assert "👋 Слежу за отзывами: 1 точка, 2 страницы" in hello.text
    assert "За 30 дней без ответа 7 жалоб. Сроков у них нет" in hello.text
    opened = tickets(journey_world)
    assert sorted(opened) == sorted(f"recent{day}" for day in (1, 3, 5, 9, 14, 20, 29))
    assert all(ticket.backlog and ticket.next_duty_at is None for ticket in opened.values())

    await journey_world.press(hello, "Показать 7", MARINA)
    shown = journey_world.telegram.chat(SUPPORT).of_bot[-1]
    seen = [shown.text]
    for _ in range(6):
        await journey_world.press(shown, "Дальше", MARINA)
        seen.append(shown.text)
    assert len(set(seen)) == 7
    assert all("Из старых: срока нет" in text for text in seen)

    # The next morning: nobody was reminded of what was never promised.
    await journey_world.pass_until("2026-03-03 10:30")
    kinds = (OutboxKind.ALERT, OutboxKind.REMINDER, OutboxKind.ESCALATION)
    assert sent(journey_world, *kinds) == []
    assert journey_world.telegram.violations == []


async def test_a_complaint_of_the_backlog_is_answered_like_any_other(
    journey_world: JourneyWorld,
) -> None:
    [hello] = journey_world.telegram.chat(SUPPORT).of_bot
    await journey_world.press(hello, "Показать 7", IVAN)
    shown = journey_world.telegram.chat(SUPPORT).of_bot[-1]
    assert "менеджер" in await journey_world.press(shown, "готов", IVAN)
    assert "Утверждено" in await journey_world.press(shown, "Утвердить", MARINA)
    states = sorted(ticket.state for ticket in tickets(journey_world).values())
    assert states == [TicketState.APPROVED, *[TicketState.WAITING] * 6]


async def test_what_the_site_had_not_shown_is_found_late_with_an_ordinary_deadline(
    journey_world: JourneyWorld,
) -> None:
    await journey_world.pass_until("2026-03-02 13:00")
    journey_world.site.maps.append(written("late", 10))
    await journey_world.pass_until("2026-03-02 13:50")
    ticket = tickets(journey_world)["late"]
    assert not ticket.backlog
    card = journey_world.card(ticket.id or 0)
    assert "Найдено поздно" in card.text
    [turn] = [turn for turn in journey_world.rounds() if turn.ticket_id == ticket.id]
    seen_at = turn.clock_start_at
    assert moscow("2026-03-02 13:00") < seen_at < moscow("2026-03-02 13:50")
    assert turn.reply_deadline == seen_at + timedelta(hours=1)


SEVERAL = (
    "Ждали капучино сорок минут.",
    "Бариста нахамила.",
    "Суп холодный, котлета сырая.",
    "На столах грязно, в туалете не убрано.",
)


async def test_ten_alerts_at_once_are_one_numbered_list(journey_world: JourneyWorld) -> None:
    await journey_world.pass_until("2026-03-02 13:00")
    messages = len(journey_world.telegram.chat(SUPPORT).of_bot)
    for number in range(10):
        # Of several things: ten complaints of one would be an incident.
        text = SEVERAL[number % len(SEVERAL)]
        journey_world.guest(1, f"{text} Столик {number}.", name=f"new{number}")
    await journey_world.pass_until("2026-03-02 13:30")
    opened = [ticket for name, ticket in tickets(journey_world).items() if name.startswith("new")]
    assert len(opened) == 10
    [listed] = journey_world.telegram.chat(SUPPORT).of_bot[messages:]
    for place, ticket in enumerate(sorted(each.id or 0 for each in opened), start=1):
        assert f"{place}." in listed.text
        assert f"№ {ticket}" in listed.text
    assert all(row.sent_at for row in sent(journey_world, OutboxKind.ALERT))
    assert journey_world.telegram.violations == []
