"""Many people, one ticket: presses at the same time."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlmodel import Session

from reviewbot.core.errors import Refused
from reviewbot.core.ticket import Act, Action
from reviewbot.workflow import act
from tests.store.store_world import MONDAY, StoreWorld, actor


def test_of_fifty_presses_at_once_one_wins_and_the_others_hear_who(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket(target="tverskaya/google_business")

    def press(key: str) -> str:
        def work(session: Session) -> str:
            try:
                act.act(
                    store_world.tx(session, MONDAY),
                    number,
                    Act(Action.APPROVE, actor(key), revision=1),
                )
            except Refused as refusal:
                return f"{refusal.code} {refusal.params['who']}"
            return "approved"

        return store_world.db.write_now(work)

    people = ["marina", "anna", "oleg"] * 17
    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(press, people[:50]))
    winner = store_world.look(number).approved_by
    name = store_world.settings.people[winner or ""].name
    assert told == [f"already {name}"] * 49 + ["approved"]
    assert [row.actor for row in store_world.audit(number) if row.action == "approve"] == [winner]
    posts = store_world.db.read_now(
        lambda session: session.connection().execute(text("SELECT count(*) FROM work")).scalar()
    )
    assert posts == 1
