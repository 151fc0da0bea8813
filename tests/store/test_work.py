from datetime import datetime, timedelta

from sqlmodel import Session, select

from reviewbot.core.model import WorkKind
from reviewbot.core.ticket import Action
from reviewbot.store.queues import work
from reviewbot.store.tables import TargetRow, WorkRow
from tests.store.store_world import MONDAY, StoreWorld

GOOGLE = "tverskaya/google_business"


def claim(store_world: StoreWorld, now: datetime) -> WorkRow | None:
    return store_world.db.write_now(lambda session: work.claim_due(session, now))


def rows(store_world: StoreWorld) -> list[WorkRow]:
    return store_world.db.read_now(lambda session: list(session.exec(select(WorkRow))))


def approved(store_world: StoreWorld) -> int:
    number = store_world.ticket(target=GOOGLE)
    store_world.act(number, Action.APPROVE, "marina", MONDAY)
    return number


def look(store_world: StoreWorld, key: str | None = None) -> int | None:
    def put(session: Session) -> int | None:
        target = session.exec(select(TargetRow).where(TargetRow.key == GOOGLE)).one()
        return work.put(
            session, WorkKind.POLL_NOW, now=MONDAY, target_id=target.id, dedupe_key=key
        )

    return store_world.db.write_now(put)


def test_an_expired_post_is_read_back_never_posted_again(store_world: StoreWorld) -> None:
    number = approved(store_world)
    due = MONDAY + timedelta(minutes=2)
    first = claim(store_world, due)
    assert first is not None
    assert first.kind == WorkKind.POST_REPLY
    assert claim(store_world, due + timedelta(minutes=1)) is None
    later = due + work.LEASE
    back = claim(store_world, later)
    assert back is not None
    assert (back.kind, back.ticket_id) == (WorkKind.READ_BACK, number)
    assert back.payload == {**first.payload, "of": first.id, "was": "post_reply"}
    assert [row.outcome for row in rows(store_world) if row.kind == WorkKind.POST_REPLY] == [
        "unknown"
    ]
    assert claim(store_world, later + timedelta(minutes=1)) is None
    again = claim(store_world, later + work.LEASE)
    assert again is not None
    assert (again.id, again.kind) == (back.id, WorkKind.READ_BACK)


def test_while_the_outcome_is_read_back_the_ticket_is_publishing(store_world: StoreWorld) -> None:
    number = approved(store_world)

    def publishing() -> bool:
        return store_world.db.read_now(lambda session: work.is_publishing(session, number))

    assert not publishing()
    due = MONDAY + timedelta(minutes=2)
    claim(store_world, due)
    assert publishing()
    back = claim(store_world, due + work.LEASE)
    assert back is not None
    assert publishing()
    store_world.db.write_now(lambda session: work.done(session, back.id or 0, "published", due))
    assert not publishing()


def test_a_reply_no_longer_approved_is_not_claimed(store_world: StoreWorld) -> None:
    number = approved(store_world)

    # As a database restored from a backup could hold it: the ticket has moved on, the row not.
    def send_back(session: Session) -> None:
        ticket = session.get_one(type(store_world.look(number)), number)
        ticket.state = "waiting"
        session.add(ticket)

    store_world.db.write_now(send_back)
    assert claim(store_world, MONDAY + timedelta(hours=1)) is None
    assert rows(store_world)[0].cancelled_at is not None


def test_a_failure_that_did_nothing_is_tried_again(store_world: StoreWorld) -> None:
    approved(store_world)
    due = MONDAY + timedelta(minutes=2)
    row = claim(store_world, due)
    assert row is not None
    retry = due + timedelta(minutes=10)
    store_world.db.write_now(
        lambda session: work.fail(session, row.id or 0, "connection refused", due, retry)
    )
    assert store_world.db.read_now(work.next_due_at) == retry
    assert claim(store_world, retry - timedelta(seconds=1)) is None
    again = claim(store_world, retry)
    assert again is not None
    assert (again.id, again.attempts) == (row.id, 2)
    store_world.db.write_now(lambda session: work.fail(session, row.id or 0, "gone", retry))
    assert rows(store_world)[0].outcome == "failed"


def test_a_look_is_asked_for_once_and_dropped_when_somebody_read(store_world: StoreWorld) -> None:
    assert look(store_world, "look:1") is not None
    assert look(store_world, "look:1") is None
    assert look(store_world) is not None
    store_world.change_target(GOOGLE, last_reading_at=MONDAY)
    assert claim(store_world, MONDAY) is None


def test_an_expired_look_is_claimed_again(store_world: StoreWorld) -> None:
    store_world.change_target(GOOGLE, last_reading_at=None)
    look(store_world)
    first = claim(store_world, MONDAY)
    again = claim(store_world, MONDAY + work.LEASE)
    assert first is not None
    assert again is not None
    assert first.id == again.id


def test_a_full_folder_of_pages_keeps_nobody_waiting(store_world: StoreWorld) -> None:
    """Hundreds of files that somebody put there at once are read when nothing else is due."""

    def put(kind: WorkKind, key: str | None, at: datetime) -> int | None:
        return store_world.db.write_now(
            lambda session: work.put(session, kind, now=at, dedupe_key=key)
        )

    for n in range(3):
        put(WorkKind.IMPORT_FILE, f"{work.FOLDER}{n}", MONDAY)
    soon = MONDAY + timedelta(seconds=1)
    sent = put(WorkKind.IMPORT_FILE, "import:7", soon)
    asked = put(WorkKind.POLL_NOW, None, soon)
    order = [claim(store_world, soon) for _ in range(5)]
    assert [row and row.id for row in order] == [sent, asked, 1, 2, 3]
