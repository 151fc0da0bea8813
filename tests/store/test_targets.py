"""Targets as rows: what a start writes, what a reading is told to look for."""

from datetime import timedelta
from functools import partial

from sqlalchemy import event, update
from sqlmodel import Session, select

from reviewbot.core.model import OPEN_STATES
from reviewbot.store import targets
from reviewbot.store.hosts import HostTurn, keep_turns, turn_of
from reviewbot.store.queues import due_readings
from reviewbot.store.tables import IS_OPEN, TargetRow, TicketRow
from reviewbot.workflow.readings import at_end
from tests.store.store_world import MONDAY, ON_SQLITE, StoreWorld

KEY = "tverskaya/yandex_maps"


def test_a_start_with_the_same_file_writes_nothing(store_world: StoreWorld) -> None:
    settings, engine = store_world.settings, store_world.db.engine
    store_world.db.write_now(lambda rows: targets.sync_settings(rows, settings, MONDAY))
    written: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "UPDATE ticket", "UPDATE concern")):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    later = MONDAY + timedelta(hours=1)
    store_world.db.write_now(lambda rows: targets.sync_settings(rows, settings, later))
    assert written == []


def test_a_reading_waits_for_what_is_open_wherever_its_ticket_stands(
    store_world: StoreWorld,
) -> None:
    """A page that went over to another location leaves its tickets with the former one."""
    number = store_world.ticket()

    def look(rows: Session) -> tuple[list[int], bool]:
        plan = targets.plan_for(rows, KEY, MONDAY)
        assert plan is not None
        standing = targets.standing_of(rows, plan.target_id)
        return [wanted.review_id for wanted in plan.wanted], standing.is_pressing

    def leave_behind(rows: Session) -> None:
        rows.get_one(TicketRow, number).location_key = "closed"

    before = store_world.db.read_now(look)
    assert before == ([1], True)
    store_world.db.write_now(leave_behind)
    assert store_world.db.read_now(look) == before


@ON_SQLITE
def test_a_long_list_of_reviews_costs_a_plan_nothing(store_world: StoreWorld) -> None:
    """200,000 reviews of one target were walked at every reading."""
    plans: list[str] = []

    def explained(rows: Session) -> None:
        target = rows.exec(select(TargetRow).where(TargetRow.key == KEY)).one()
        for statement in (targets._WAITED_FOR, targets._READ, at_end._AT_END):
            text = str(statement.compile(rows.get_bind(), compile_kwargs={"literal_binds": False}))
            found = rows.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {text}", (target.id,) * text.count("?")
            )
            plans.extend(row[3] for row in found)

    store_world.db.read_now(explained)
    assert sum("ticket_open_of" in plan for plan in plans) == 4
    walked = [plan for plan in plans if "target_id=?" in plan and "review" in plan]
    assert [plan.split("INDEX ")[1] for plan in walked] == [
        "review_missing (target_id=? AND missed_since>?)"
    ]


def test_the_open_states_of_the_index_are_those_of_the_core() -> None:
    assert {state.value for state in OPEN_STATES} == set(IS_OPEN.split("'")[1::2])


def test_a_hosts_turn_moves_on_and_its_rest_stays(store_world: StoreWorld) -> None:
    rest, later = MONDAY + timedelta(hours=1), MONDAY + timedelta(seconds=10)
    for turn in (
        HostTurn("one.test", MONDAY, rest),
        HostTurn("one.test", later, None),
        HostTurn("two.test", later, None),
    ):
        store_world.db.write_now(partial(keep_turns, turns=[turn]))

    def look(rows: Session) -> list[HostTurn]:
        return [turn_of(rows, host) for host in ("one.test", "two.test")]

    kept = [HostTurn("one.test", later, rest), HostTurn("two.test", later, None)]
    assert store_world.db.read_now(look) == kept


def test_a_look_ahead_finds_what_is_due_and_what_becomes_so_soon(store_world: StoreWorld) -> None:
    moments = {"now": -5, "soon": 0.5, "later": 30}

    def prepare(rows: Session) -> None:
        rows.execute(update(TargetRow).values(next_poll_at=None))
        for host, seconds in moments.items():
            at = MONDAY + timedelta(seconds=seconds)
            row = TargetRow(key=host, location_key="tverskaya", source="x", ref=host, host=host)
            row.next_poll_at = at
            rows.add(row)

    def look(rows: Session) -> due_readings.LookedAhead:
        soon = MONDAY + timedelta(seconds=1)
        return due_readings.look_ahead(rows, MONDAY, soon, 64, busy={"soon"})

    store_world.db.write_now(prepare)
    found = store_world.db.read_now(look)
    assert found.due == [("now", "now")]
    assert found.soon == [(MONDAY + timedelta(seconds=0.5), "soon", "soon")]
    assert [plan.target.key for plan in found.plans] == ["now"]
    assert found.next_at == MONDAY + timedelta(seconds=30)
