"""An installation of version 0.1.0 goes on: its rows, its file, its cards.

How v0_1_0 was made, and how another release's is: `make_asset.py`.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from reviewbot.core.model import OUTCOME_STATES, TicketState
from reviewbot.store.tables import (
    AuditRow,
    InboxRow,
    OutboxRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
    WorkRow,
)
from tests.living.living_world import ASSET, MARINA, Key, LivingWorld

KEYS: list[dict[str, Any]] = json.loads((ASSET / "keys.json").read_text())
UNDER_WAY = {"g3": TicketState.ANSWERED, "m3": TicketState.APPROVED, "late": TicketState.WAITING}
"""What the process left undone when it ended, and what comes of it."""
SUPPORT, STRANGER = -1001, 777


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[LivingWorld]:
    async with LivingWorld(tmp_path) as opened:
        yield opened


def tickets(rows: Session) -> dict[str, tuple[Any, ...]]:
    """By the site's name of the review: all that decides about its ticket."""
    query = (
        select(ReviewRow.external_id, TicketRow, TicketRoundRow)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
        .join(
            TicketRoundRow,
            (col(TicketRoundRow.ticket_id) == TicketRow.id)
            & (col(TicketRoundRow.n) == TicketRow.round),
        )
    )
    return {
        name: (
            *(ticket.state, ticket.round, ticket.revision, ticket.holder, ticket.snoozed_until),
            *(ticket.location_key, ticket.next_duty_at, ticket.approved_by, ticket.failure),
            *(turn.clock_start_at, turn.seen_deadline, turn.reply_deadline, turn.breached_at),
            *(tuple(turn.steps_done), turn.answered_by),
        )
        for name, ticket, turn in rows.exec(query)
    }


def sent(world: LivingWorld) -> list[str]:
    """The bot's messages that the earlier version did not send."""
    return [
        shown.text
        for chat in world.telegram.chats.values()
        for shown in chat.of_bot
        if shown.message_id >= 100_000
    ]


async def test_the_asset_holds_every_state_and_what_was_under_way(world: LivingWorld) -> None:
    def held(rows: Session) -> Iterator[Any]:
        yield set(rows.exec(select(TicketRow.state)))
        yield rows.exec(select(OutboxRow.kind).where(col(OutboxRow.sent_at).is_(None))).all()
        yield rows.exec(select(InboxRow.id).where(col(InboxRow.done_at).is_(None))).all()
        waiting = col(WorkRow.done_at).is_(None) & col(WorkRow.cancelled_at).is_(None)
        yield rows.exec(select(WorkRow.kind).where(waiting)).all()
        yield rows.exec(
            select(TargetRow.health).where(TargetRow.key == "nevsky/yandex_maps")
        ).one()

    states, outbox, inbox, work, blind = world.read(lambda rows: list(held(rows)))
    assert states >= set(TicketState) - {TicketState.GONE} - OUTCOME_STATES
    assert "alert" in outbox
    assert len(inbox) == 1
    assert "post_reply" in work
    assert blind == "denied"


async def test_the_schema_after_the_migrations_is_the_one_declared(world: LivingWorld) -> None:
    found = inspect(world.app.db.engine)
    for table in SQLModel.metadata.sorted_tables:
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert {column.name for column in table.columns} <= columns, table.name


async def test_nothing_old_is_told_anew_and_every_ticket_stands_as_it_stood(
    world: LivingWorld,
) -> None:
    before = world.read(tickets)
    acts = world.read(lambda rows: set(rows.exec(select(AuditRow.id))))
    for _ in range(4):
        world.clock.advance(minutes=2)
        await world.settle()
    after = world.read(tickets)
    assert {name: after[name] for name in before if name not in UNDER_WAY} == {
        name: row for name, row in before.items() if name not in UNDER_WAY
    }
    assert {name: after[name][0] for name in UNDER_WAY} == UNDER_WAY
    done = world.read(
        lambda rows: [row.action for row in rows.exec(select(AuditRow)) if row.id not in acts]
    )
    assert sorted(done) == ["approve", "published", "reply_seen"]
    # The press that waited in the inbox is done now, so now it is told whose turn it is.
    [handoff] = [text for text in sent(world) if "разместите" in text]
    fresh = [text for text in sent(world) if "Анна Котова" in text]
    assert [*fresh, handoff] == sent(world), sent(world)
    assert handoff.startswith("✅ Иван, разместите:")
    assert sum("Стол шатается" in text for text in fresh) == 1, "the one alert that was waiting"
    assert len(fresh) == 1, fresh
    assert all(each.reply for each in world.site.business if each.id == "g3")
    assert world.telegram.violations == []


@pytest.mark.slow
async def test_every_key_of_the_old_messages_does_what_it_did(world: LivingWorld) -> None:
    """It acts as it did, or says why not; none is dead."""
    world.clock.advance(minutes=4)
    await world.settle()
    names = ("chat", "message", "label", "data", "who")
    keys = [Key(**{name: each[name] for name in names}) for each in KEYS]
    differs = []
    for was, now in zip(KEYS, await world.did(keys), strict=True):
        assert now["says"] or now["shows"] or now["acts"], f"a dead key: {now}"
        if now["acts"] != was["acts"]:
            differs.append((was, now))
    # What a colleague holds is asked about before a manager takes it over; nothing else differs.
    assert [was["acts"] for was, _ in differs] == [["take"]] * 2
    for _, now in differs:
        assert not now["acts"]
        assert "Забрать" in now["says"], now


async def test_an_invitation_of_then_lets_its_guest_in(world: LivingWorld) -> None:
    await world.telegram.say(STRANGER, STRANGER, f"/start {world.kept['link']}")
    await world.take_in()
    assert "👋" in world.telegram.chat(STRANGER).last.text


async def test_a_key_that_is_renamed_now_takes_its_history_along(tmp_path: Path) -> None:
    def edited(text: str) -> str:
        return text.replace("[locations.tverskaya]", '[locations.centre]\nformerly = "tverskaya"')

    async with LivingWorld(tmp_path, edited=edited) as world:
        world.clock.advance(minutes=4)
        await world.settle()
        after = world.read(tickets)
        assert {row[5] for row in after.values()} == {"centre", "arbat"}
        cards = [text for text in sent(world) if "№" in text and "разместите" not in text]
        assert len(cards) == 1
        number = world.read(
            lambda rows: rows.exec(
                select(TicketRow.id).join(ReviewRow).where(ReviewRow.external_id == "m8")
            ).one()
        )
        [key] = [
            key
            for key in world.old_keys()
            if key.data.startswith(f"1:{number}:") and "approve" in key.data
        ]
        [did] = await world.did([key])
        assert did["acts"] == ["approve"]
        assert key.who == MARINA


def test_the_asset_is_small() -> None:
    assert sum(file.stat().st_size for file in ASSET.iterdir()) < 400_000
    with closing((ASSET / "database.sql").open()) as rows:
        assert len(rows.read()) < 200_000
