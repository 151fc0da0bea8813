"""A long life: old rows go, and nothing that was said is said again."""

from collections import Counter
from pathlib import Path

from sqlmodel import Session, func, select

from reviewbot.core.model import TicketState
from reviewbot.store.tables import InboxRow, OutboxRow
from tests.journeys.journey_world import (
    IVAN,
    MANAGERS,
    MARINA,
    OLEG,
    SUPPORT,
    JourneyWorld,
    moscow,
)

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


def everything_said(journey_world: JourneyWorld) -> Counter[tuple[int, str]]:
    chats = (SUPPORT, MANAGERS, MARINA, IVAN, OLEG)
    return Counter(
        (chat, shown.text) for chat in chats for shown in journey_world.telegram.chat(chat).of_bot
    )


async def test_nothing_is_said_again_after_old_rows_went_and_a_restart(tmp_path: Path) -> None:
    more = '[privacy]\nkeep_messages = "7d"'
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", more, every="6h") as journey_world:
        # One that is answered, one nobody ever answers, and a page that is empty from then on.
        journey_world.guest(1, RUDE, site="business", name="done")
        journey_world.guest(1, RUDE, site="business", name="open")
        await leap(journey_world, "2026-03-02 18:00")
        await journey_world.press(
            journey_world.card(journey_world.ticket("done").id or 0), "готов", MARINA
        )
        await leap(journey_world, "2026-03-02 18:10", "2026-03-03 12:00")
        assert journey_world.ticket("done").state == TicketState.ANSWERED
        journey_world.site.maps.clear()
        await leap(journey_world, "2026-03-04 12:00", "2026-03-07 12:00", "2026-03-13 12:00")
        await journey_world.press(
            journey_world.card(journey_world.ticket("open").id or 0), "Беру", IVAN
        )
        await leap(journey_world, "2026-03-13 13:00")
        blind = len(journey_world.messages(SUPPORT, "Не видим Яндекс"))
        assert blind > 1, "the operator's chat, which is this one, is told each day"

        said, rows = everything_said(journey_world), counted(journey_world)
        await journey_world.app.ticks.tidy()
        await journey_world.app.lanes.settle()
        left = counted(journey_world)
        assert left[0] == 1 < rows[0], "what was pressed a week ago is forgotten"
        assert left[1] < rows[1]
        await journey_world.restart()
        for _ in range(3):
            await journey_world.turn()
        assert everything_said(journey_world) == said

        # Time goes on: the duties of another working day come, and they alone.
        await leap(journey_world, "2026-03-16 13:00", "2026-03-16 13:10")
        fresh = everything_said(journey_world) - said
        assert sorted(chat for chat, _ in fresh.elements()) == [MANAGERS, SUPPORT], fresh
        assert len(journey_world.messages(SUPPORT, "Не видим Яндекс")) == blind + 1
        assert "В работе: Иван" in journey_world.card(journey_world.ticket("open").id or 0).text
        assert journey_world.telegram.violations == []


async def leap(journey_world: JourneyWorld, *moments: str) -> None:
    """Days in which the bot looked around now and then."""
    for moment in moments:
        journey_world.clock.set(moscow(moment))
        for _ in range(3):
            await journey_world.turn()


def counted(journey_world: JourneyWorld) -> tuple[int, ...]:
    def count(rows: Session) -> tuple[int, ...]:
        tables = (InboxRow, OutboxRow)
        return tuple(rows.exec(select(func.count()).select_from(each)).one() for each in tables)

    found: tuple[int, ...] = journey_world.read(count)
    return found
