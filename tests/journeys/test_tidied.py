"""A long life: old rows go, and nothing that was said is said again."""

from collections import Counter
from pathlib import Path

from sqlmodel import Session, func, select

from reviewbot.core.model import TicketState
from reviewbot.store.tables import InboxRow, OutboxRow
from tests.journeys.town import IVAN, MANAGERS, MARINA, OLEG, SUPPORT, Town, moscow

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


def everything_said(town: Town) -> Counter[tuple[int, str]]:
    chats = (SUPPORT, MANAGERS, MARINA, IVAN, OLEG)
    return Counter(
        (chat, shown.text) for chat in chats for shown in town.telegram.chat(chat).of_bot
    )


async def test_nothing_is_said_again_after_old_rows_went_and_a_restart(tmp_path: Path) -> None:
    more = '[privacy]\nkeep_messages = "7d"'
    async with Town(tmp_path, "2026-03-02 11:00", more, every="6h") as town:
        # One that is answered, one nobody ever answers, and a page that is empty from then on.
        town.guest(1, RUDE, site="business", name="done")
        town.guest(1, RUDE, site="business", name="open")
        await leap(town, "2026-03-02 18:00")
        await town.press(town.card(town.ticket("done").id or 0), "готов", MARINA)
        await leap(town, "2026-03-02 18:10", "2026-03-03 12:00")
        assert town.ticket("done").state == TicketState.ANSWERED
        town.site.maps.clear()
        await leap(town, "2026-03-04 12:00", "2026-03-07 12:00", "2026-03-13 12:00")
        await town.press(town.card(town.ticket("open").id or 0), "Беру", IVAN)
        await leap(town, "2026-03-13 13:00")
        blind = len(town.messages(SUPPORT, "Не видим Яндекс"))
        assert blind > 1, "the operator's chat, which is this one, is told each day"

        said, rows = everything_said(town), counted(town)
        await town.app.ticks.tidy()
        await town.app.lanes.settle()
        left = counted(town)
        assert left[0] == 1 < rows[0], "what was pressed a week ago is forgotten"
        assert left[1] < rows[1]
        await town.restart()
        for _ in range(3):
            await town.turn()
        assert everything_said(town) == said

        # Time goes on: the duties of another working day come, and they alone.
        await leap(town, "2026-03-16 13:00", "2026-03-16 13:10")
        fresh = everything_said(town) - said
        assert sorted(chat for chat, _ in fresh.elements()) == [MANAGERS, SUPPORT], fresh
        assert len(town.messages(SUPPORT, "Не видим Яндекс")) == blind + 1
        assert "В работе: Иван" in town.card(town.ticket("open").id or 0).text
        assert town.telegram.violations == []


async def leap(town: Town, *moments: str) -> None:
    """Days in which the bot looked around now and then."""
    for moment in moments:
        town.clock.set(moscow(moment))
        for _ in range(3):
            await town.turn()


def counted(town: Town) -> tuple[int, ...]:
    def count(rows: Session) -> tuple[int, ...]:
        tables = (InboxRow, OutboxRow)
        return tuple(rows.exec(select(func.count()).select_from(each)).one() for each in tables)

    found: tuple[int, ...] = town.read(count)
    return found
