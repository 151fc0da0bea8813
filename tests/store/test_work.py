from datetime import datetime, timedelta

from sqlmodel import Session, select

from reviewbot.core.desk import Action
from reviewbot.core.model import WorkKind
from reviewbot.store import work
from reviewbot.store.tables import TargetRow, WorkRow
from tests.store.house import MONDAY, House

GOOGLE = "tverskaya/google_business"


def claim(house: House, now: datetime) -> WorkRow | None:
    return house.db.write_now(lambda session: work.claim_due(session, now))


def rows(house: House) -> list[WorkRow]:
    return house.db.read_now(lambda session: list(session.exec(select(WorkRow))))


def approved(house: House) -> int:
    number = house.ticket(target=GOOGLE)
    house.act(number, Action.APPROVE, "marina", MONDAY)
    return number


def look(house: House, key: str | None = None) -> int | None:
    def put(session: Session) -> int | None:
        target = session.exec(select(TargetRow).where(TargetRow.key == GOOGLE)).one()
        return work.put(
            session, WorkKind.POLL_NOW, now=MONDAY, target_id=target.id, dedupe_key=key
        )

    return house.db.write_now(put)


def test_an_expired_post_is_read_back_never_posted_again(house: House) -> None:
    number = approved(house)
    due = MONDAY + timedelta(minutes=2)
    first = claim(house, due)
    assert first is not None
    assert first.kind == WorkKind.POST_REPLY
    assert claim(house, due + timedelta(minutes=1)) is None
    later = due + work.LEASE
    back = claim(house, later)
    assert back is not None
    assert (back.kind, back.ticket_id) == (WorkKind.READ_BACK, number)
    assert back.payload == {**first.payload, "of": first.id, "was": "post_reply"}
    assert [row.outcome for row in rows(house) if row.kind == WorkKind.POST_REPLY] == ["unknown"]
    assert claim(house, later + timedelta(minutes=1)) is None
    again = claim(house, later + work.LEASE)
    assert again is not None
    assert (again.id, again.kind) == (back.id, WorkKind.READ_BACK)


def test_while_the_outcome_is_read_back_the_ticket_is_publishing(house: House) -> None:
    number = approved(house)

    def publishing() -> bool:
        return house.db.read_now(lambda session: work.is_publishing(session, number))

    assert not publishing()
    due = MONDAY + timedelta(minutes=2)
    claim(house, due)
    assert publishing()
    back = claim(house, due + work.LEASE)
    assert back is not None
    assert publishing()
    house.db.write_now(lambda session: work.done(session, back.id or 0, "published", due))
    assert not publishing()


def test_a_reply_no_longer_approved_is_not_claimed(house: House) -> None:
    number = approved(house)

    # As a database restored from a backup could hold it: the ticket has moved on, the row not.
    def send_back(session: Session) -> None:
        ticket = session.get_one(type(house.look(number)), number)
        ticket.state = "waiting"
        session.add(ticket)

    house.db.write_now(send_back)
    assert claim(house, MONDAY + timedelta(hours=1)) is None
    assert rows(house)[0].cancelled_at is not None


def test_a_failure_that_did_nothing_is_tried_again(house: House) -> None:
    approved(house)
    due = MONDAY + timedelta(minutes=2)
    row = claim(house, due)
    assert row is not None
    retry = due + timedelta(minutes=10)
    house.db.write_now(
        lambda session: work.fail(session, row.id or 0, "connection refused", due, retry)
    )
    assert house.db.read_now(work.next_due_at) == retry
    assert claim(house, retry - timedelta(seconds=1)) is None
    again = claim(house, retry)
    assert again is not None
    assert (again.id, again.attempts) == (row.id, 2)
    house.db.write_now(lambda session: work.fail(session, row.id or 0, "gone", retry))
    assert rows(house)[0].outcome == "failed"


def test_a_look_is_asked_for_once_and_dropped_when_somebody_read(house: House) -> None:
    assert look(house, "look:1") is not None
    assert look(house, "look:1") is None
    assert look(house) is not None
    house.change_target(GOOGLE, last_reading_at=MONDAY)
    assert claim(house, MONDAY) is None


def test_an_expired_look_is_claimed_again(house: House) -> None:
    house.change_target(GOOGLE, last_reading_at=None)
    look(house)
    first = claim(house, MONDAY)
    again = claim(house, MONDAY + work.LEASE)
    assert first is not None
    assert again is not None
    assert first.id == again.id


def test_a_full_folder_of_pages_keeps_nobody_waiting(house: House) -> None:
    """Hundreds of files that somebody put there at once are read when nothing else is due."""

    def put(kind: WorkKind, key: str | None, at: datetime) -> int | None:
        return house.db.write_now(lambda session: work.put(session, kind, now=at, dedupe_key=key))

    for n in range(3):
        put(WorkKind.IMPORT_FILE, f"{work.FOLDER}{n}", MONDAY)
    soon = MONDAY + timedelta(seconds=1)
    sent = put(WorkKind.IMPORT_FILE, "import:7", soon)
    asked = put(WorkKind.POLL_NOW, None, soon)
    order = [claim(house, soon) for _ in range(5)]
    assert [row and row.id for row in order] == [sent, asked, 1, 2, 3]
