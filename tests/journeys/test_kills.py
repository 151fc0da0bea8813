"""kill -9 at a step of each kind: nothing is lost or doubled beyond the promise, no reply twice.

`make reliability` kills at every step, with as many seeds as asked; CI runs it with one.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from reviewbot.core.model import TicketState
from reviewbot.demo.site import Written
from reviewbot.store.tables import AuditRow, InboxRow
from tests.journeys.journey_world import MARINA, SUPPORT
from tests.journeys.killed_world import KilledWorld, sound, state
from tests.patience import PATIENCE


@pytest.fixture
async def killed_world(tmp_path: Path) -> AsyncIterator[KilledWorld]:
    async with KilledWorld(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("seam", ["mid transaction", "accepted, not marked"])
@pytest.mark.slow
async def test_a_killed_collector_or_sender_loses_no_alert(
    killed_world: KilledWorld, seam: str
) -> None:
    await killed_world.meet(seam)
    await killed_world.telegram.wait_for(
        lambda: killed_world.telegram.chat(SUPPORT).find("Слежу"), "the first notice"
    )
    killed_world.armed.touch()
    killed_world.guest()
    await killed_world.is_killed()

    await killed_world.start()
    await killed_world.card()
    await killed_world.until(lambda rows: state(rows) == TicketState.WAITING, "one open ticket")
    press = await killed_world.telegram.press(await killed_world.card(), "готов", MARINA)
    assert "Утверждено" in await killed_world.telegram.answered(press)
    await killed_world.end()
    assert killed_world.cards() <= (2 if seam == "accepted, not marked" else 1)
    assert await killed_world.until(sound, "a sound database")


@pytest.mark.slow
@pytest.mark.parametrize("seam", ["mid handler"])
async def test_a_killed_intake_loses_no_press_and_applies_it_once(
    killed_world: KilledWorld, seam: str
) -> None:
    await killed_world.meet(seam)
    killed_world.guest()
    card = await killed_world.card()
    killed_world.armed.touch()
    await killed_world.telegram.press(card, "готов", MARINA)
    await killed_world.is_killed()

    await killed_world.start()
    await killed_world.until(
        lambda rows: state(rows) in (TicketState.APPROVED, TicketState.POSTED, "answered"),
        "the approval",
    )
    await killed_world.until(
        lambda rows: state(rows) == TicketState.ANSWERED, "the reply on the site"
    )
    await killed_world.end()
    approvals = select(AuditRow).where(AuditRow.action == "approve")
    assert len(await killed_world.until(lambda rows: rows.exec(approvals).all(), "the audit")) == 1
    assert len(killed_world.puts) == 1


@pytest.mark.parametrize(
    ("seam", "puts", "ends"),
    [("posted, not marked", 1, TicketState.ANSWERED)],
)
@pytest.mark.slow
async def test_a_killed_publisher_never_posts_twice(
    killed_world: KilledWorld, seam: str, puts: int, ends: TicketState
) -> None:
    await killed_world.meet(seam)
    killed_world.guest()
    card = await killed_world.card()
    killed_world.armed.touch()
    await killed_world.telegram.press(card, "готов", MARINA)
    await killed_world.is_killed()
    assert len(killed_world.puts) == puts

    await killed_world.start()
    await killed_world.until(lambda rows: state(rows) == ends, f"the ticket {ends}")
    await killed_world.end()
    assert len(killed_world.puts) == puts


@pytest.mark.slow
@pytest.mark.parametrize(("when", "most"), [("before", 1), ("after", 2)])
async def test_sigterm_while_telegram_and_the_site_hang_loses_nothing(
    killed_world: KilledWorld, when: str, most: int
) -> None:
    """Before: Telegram never took the message. After: it did, and we never heard so."""
    await killed_world.meet("none")
    await killed_world.telegram.wait_for(
        lambda: killed_world.telegram.chat(SUPPORT).find("Слежу"), "the first notice"
    )
    gate = killed_world.telegram.gate("sendMessage", when)
    killed_world.guest()
    async with asyncio.timeout(PATIENCE):
        await gate.reached.wait()
    await killed_world.hang()
    await killed_world.end()
    killed_world.telegram.abandon(gate)
    killed_world.site_answers.set()
    assert await killed_world.until(
        lambda rows: state(rows) == TicketState.WAITING, "one open ticket"
    )

    await killed_world.start()
    press = await killed_world.telegram.press(await killed_world.card(), "готов", MARINA)
    assert "Утверждено" in await killed_world.telegram.answered(press)
    await killed_world.end()
    assert 1 <= killed_world.cards() <= most


@pytest.mark.slow
async def test_a_malformed_update_does_not_block_the_intake(killed_world: KilledWorld) -> None:
    await killed_world.meet("none")
    killed_world.guest()
    card = await killed_world.card()
    await killed_world.telegram.push({"callback_query": {"id": [], "from": "nobody"}})
    press = await killed_world.telegram.press(card, "готов", MARINA)
    assert "Утверждено" in await killed_world.telegram.answered(press)
    parked = select(InboxRow).where(col(InboxRow.parked_at).is_not(None))
    await killed_world.until(lambda rows: rows.exec(parked).all(), "the malformed update parked")
    await killed_world.end()


@pytest.mark.slow
@pytest.mark.parametrize("seam", ["mid transaction"])
async def test_a_killed_thanks_by_itself_is_given_once(
    killed_world: KilledWorld, seam: str
) -> None:
    """Killed while it is written down: one reply, one entry."""
    killed_world.settings_end_with("[replies]\nauto_thanks = 3\n")
    await killed_world.meet(seam)
    killed_world.armed.touch()
    killed_world.site.business.append(Written("g1", "Анна", 5, "", killed_world.clock.now()))
    await killed_world.is_killed()

    await killed_world.start()
    await killed_world.until(
        lambda rows: state(rows) == TicketState.ANSWERED, "the thanks on the site"
    )
    await killed_world.end()
    thanks = select(AuditRow).where(AuditRow.action == "auto_thank")
    assert len(await killed_world.until(lambda rows: rows.exec(thanks).all(), "the audit")) == 1
    assert len(killed_world.puts) == 1
