"""Many people, one ticket: presses at the same time."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlmodel import Session

from reviewbot.core.desk import Action
from reviewbot.core.errors import Refused
from reviewbot.store import tickets
from tests.store.house import MONDAY, House, actor


def test_of_fifty_presses_at_once_one_wins_and_the_others_hear_who(house: House) -> None:
    number = house.ticket(target="tverskaya/google_business")

    def press(key: str) -> str:
        def work(session: Session) -> str:
            try:
                tickets.act(
                    session,
                    house.setup,
                    house.sites,
                    number,
                    Action.APPROVE,
                    actor(key),
                    MONDAY,
                    revision=1,
                )
            except Refused as refusal:
                return f"{refusal.code} {refusal.params['who']}"
            return "approved"

        return house.db.write_now(work)

    people = ["marina", "anna", "oleg"] * 17
    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(press, people[:50]))
    winner = house.look(number).approved_by
    name = house.setup.people[winner or ""].name
    assert told == [f"already {name}"] * 49 + ["approved"]
    assert [row.actor for row in house.audit(number) if row.action == "approve"] == [winner]
    posts = house.db.read_now(
        lambda session: session.connection().execute(text("SELECT count(*) FROM work")).scalar()
    )
    assert posts == 1
