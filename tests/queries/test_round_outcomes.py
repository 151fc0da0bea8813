"""Every way in which a round can end, and what is said of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.queries.rounds import outcomes
from reviewbot.store.tables import ReviewRow, TicketRoundRow, TicketRow
from tests.store.store_world import StoreWorld, at

DUE = at("2026-03-02 12:00")
NOW = DUE + timedelta(hours=5)


def hours(count: float) -> datetime:
    """So long after the deadline."""
    return DUE + timedelta(hours=count)


UNMARKED = {"answered_after": hours(-2), "answered_by": hours(-1)}
CASES: dict[str, tuple[dict[str, Any], str, datetime | None, datetime | None]] = {
    "nothing is due": ({"reply_deadline": None}, "no_deadline", None, None),
    "its time has not come": ({"reply_deadline": hours(9)}, "running", hours(9), None),
    "nobody has looked since": ({}, "undecided", DUE, None),
    "seen without a reply after it": ({"unanswered_seen_at": hours(0)}, "late", DUE, None),
    "seen with one before it": (UNMARKED, "in_time", DUE, hours(-1)),
    "closed before it": ({**UNMARKED, "closed_at": hours(-1)}, "in_time", hours(-1), hours(-1)),
    "the reply came on either side of it": (
        {"answered_after": hours(-1), "answered_by": hours(1)},
        *("undecided", DUE, hours(1)),
    ),
    "the reply came after it": (
        {"answered_after": hours(0), "answered_by": hours(1), "closed_at": hours(1)},
        *("late", DUE, hours(1)),
    ),
    "the site never showed it without one": (
        {"answered_by": hours(1)},
        "undecided",
        DUE,
        hours(1),
    ),
    "marked at the last moment": ({"marked_at": DUE}, "in_time", DUE, DUE),
    "marked in time, shown late": (
        {"marked_at": hours(-1), "answered_after": hours(1), "answered_by": hours(2)},
        *("in_time", hours(-1), hours(-1)),
    ),
    "a mark that was refuted by a new round": (
        {"marked_at": hours(-1), "round": 2},
        *("undecided", DUE, None),
    ),
    "a mark that stands, since the site shows none": (
        {"marked_at": hours(-1), "round": 2, "why": {"mark_stands": True}},
        *("in_time", hours(-1), hours(-1)),
    ),
    "a breach that was refuted": (
        {"refuted": True, "answered_after": hours(0), "answered_by": hours(1)},
        *("in_time", DUE, hours(1)),
    ),
    "skipped": ({"state": "skipped"}, "set_aside", DUE, None),
    "skipped, and then opened anew": ({"round": 2, "state": "waiting"}, "set_aside", DUE, None),
    "gone unanswered": ({"state": "gone"}, "set_aside", DUE, None),
    "gone with its answer": ({**UNMARKED, "state": "gone"}, "in_time", DUE, hours(-1)),
}


def test_each_end_of_a_round_has_its_verdict(store_world: StoreWorld) -> None:
    numbers = {what: store_world.ticket() for what in CASES}

    def change(rows: Session) -> None:
        for what, (changes, *_) in CASES.items():
            ticket = rows.get_one(TicketRow, numbers[what])
            [round_] = rows.exec(_round_of(numbers[what]))
            review = rows.get_one(ReviewRow, ticket.review_id)
            fresh = {"reply_deadline": DUE, "why": {}, "unanswered_seen_at": None}
            for name, value in (fresh | changes).items():
                row = next(each for each in (round_, ticket, review) if hasattr(each, name))
                setattr(row, name, value)

    def found(rows: Session) -> dict[int, tuple[Any, ...]]:
        told = (outcomes.outcome(NOW), outcomes.decided_at(), outcomes.answered_at())
        query = (
            columns(col(TicketRow.id), *told)
            .select_from(TicketRoundRow)
            .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
            .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        )
        return {number: tuple(rest) for number, *rest in rows.execute(query)}

    store_world.db.write_now(change)
    said = store_world.db.read_now(found)
    assert {what: said[numbers[what]] for what in CASES} == {
        what: tuple(rest) for what, (_, *rest) in CASES.items()
    }


def _round_of(number: int) -> Any:
    return select(TicketRoundRow).where(TicketRoundRow.ticket_id == number)
