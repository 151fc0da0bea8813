"""The wall clock is set back: everything goes on by elapsed time, and the operator hears of it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from reviewbot.demo.site import Written
from reviewbot.store.surveys.guest_tables import GuestLinkRow
from reviewbot.store.tables import (
    AuditRow,
    DayToCountRow,
    DutyRow,
    ForgottenRow,
    InviteRow,
    LocationRow,
    PersonRow,
    RetiredTemplateRow,
    ReviewRow,
    SavedTemplateRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
    VerdictFeedbackRow,
)
from reviewbot.workflow.upkeep import clock_set_back
from tests.journeys.journey_world import MANAGERS, SUPPORT, JourneyWorld

RUDE = "Ужасно, администратор нахамил."
TOLD = "Часы компьютера переведены назад"
WALL = {
    # Instants of the wall, of people or of sites: they mean what they say on any clock.
    LocationRow: {"retired_at"},
    TargetRow: {"retired_at"},
    DayToCountRow: {"starts_at", "ends_at"},
    DutyRow: {"starts_at", "ends_at", "at", "ended_at"},
    ForgottenRow: {"at"},
    SavedTemplateRow: {"at"},
    RetiredTemplateRow: {"at"},
    ReviewRow: {"published_at", "edited_at", "reply_at", "forgotten_at"},
    TicketRow: {"snoozed_until", "next_duty_at"},
    TicketRoundRow: {"seen_deadline", "reply_deadline", "seen_breached_at", "breached_at"},
    PersonRow: {"started_at", "removed_at"},
    InviteRow: {"created_at", "expires_at", "used_at"},
    AuditRow: {"at"},
    VerdictFeedbackRow: {"at"},
    GuestLinkRow: {"visited_at", "expires_at"},
}


async def set_back(world: JourneyWorld, by: timedelta, *, how: str) -> None:
    """Set the clock back under a running bot, which sees it; or while it is down."""
    world.clock.set(world.clock.now() - by)
    if how == "running":
        await world.app.clock_set_back(by)
    else:
        await world.restart()


async def let_pass(world: JourneyWorld, span: timedelta) -> None:
    moment = world.clock.now() + span + timedelta(hours=3)
    await world.pass_until(moment.strftime("%Y-%m-%d %H:%M"))


@pytest.mark.parametrize(
    ("how", "by"), [("running", timedelta(hours=1)), ("down", timedelta(days=400))]
)
async def test_reviews_are_read_and_told_as_ever(tmp_path: Path, by: timedelta, how: str) -> None:
    async with JourneyWorld(tmp_path, "2026-03-03 13:00") as world:
        world.guest(1, RUDE)
        await world.pass_until("2026-03-03 13:25")
        assert world.messages(SUPPORT, "№ 1")
        await set_back(world, by, how=how)
        world.guest(1, RUDE + " Опять.", name="m2")
        before = world.clock.now()
        await let_pass(world, timedelta(minutes=22))
        assert world.clock.now() - before < timedelta(minutes=25)
        assert world.messages(SUPPORT, "№ 2"), "read and sent in its rhythm"
        told = [*world.messages(SUPPORT, TOLD), *world.messages(MANAGERS, TOLD)]
        assert len(told) == 1


async def test_a_clock_that_was_years_ahead_leaves_no_deadline_there(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2031-03-03 11:00") as world:
        world.guest(1, RUDE)
        await world.pass_until("2031-03-03 11:25")
        by = timedelta(days=365 * 5 + 1)
        await set_back(world, by, how="running")
        (round_,) = world.rounds()
        assert round_.reply_deadline is not None
        assert round_.reply_deadline - world.clock.now() < timedelta(days=4)
        world.clock.set(round_.reply_deadline + timedelta(hours=1))
        await world.turn()
        assert world.rounds()[0].breached_at, "it is escalated, not forgotten until 2031"


async def test_deadlines_are_told_once_over_a_clock_set_back(tmp_path: Path) -> None:
    late = Written("m1", "Анна", 1, RUDE, datetime.fromisoformat("2026-03-03T09:00:00+00:00"))
    async with JourneyWorld(tmp_path, "2026-03-03 12:00") as world:
        world.site.maps.append(late)
        await world.pass_until("2026-03-03 13:10")
        before = len(world.messages(SUPPORT, "№ 1")), len(world.messages(MANAGERS, "№ 1"))
        await set_back(world, timedelta(minutes=40), how="running")
        await let_pass(world, timedelta(minutes=39))
        after = len(world.messages(SUPPORT, "№ 1")), len(world.messages(MANAGERS, "№ 1"))
        assert after == before, "nothing is said a second time"


async def test_a_chat_told_to_wait_waits_as_long_as_it_was_told(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-03 12:00") as world:
        world.telegram.fail("sendMessage", 429, "Too Many", chat_id=SUPPORT, retry_after=1200)
        world.guest(1, RUDE)
        await world.pass_until("2026-03-03 12:21")
        assert not world.messages(SUPPORT, "№ 1")
        await set_back(world, timedelta(hours=3), how="running")
        await let_pass(world, timedelta(minutes=25))
        assert world.messages(SUPPORT, "№ 1")


def test_every_instant_of_a_row_is_of_one_kind() -> None:
    """Who adds a column says what becomes of it when the clock is set back."""
    for table in SQLModel.__subclasses__():
        if not hasattr(table, "__table__"):
            continue
        columns = [each.name for each in table.__table__.columns if "DATE" in str(each.type)]
        kinds = (
            clock_set_back.TIMERS.get(table, ()),
            clock_set_back.HAPPENED.get(table, ()),
            WALL.get(table, ()),
        )
        for column in columns:
            assert sum(column in kind for kind in kinds) == 1, (table.__name__, column)
