from datetime import datetime, timedelta

import pytest

from reviewbot.core.desk import CLOCK, SITE, Action
from reviewbot.core.model import Health, OutboxKind, Tone
from reviewbot.store import diagnosis, exports, inbox, outbox, reports
from reviewbot.store.reports import Figures, Summary
from reviewbot.store.tables import MeasureRow
from reviewbot.watch import sweep
from tests.store.house import MONDAY, SUPPORT, House, at

DUE = at("2026-03-02 12:00")
EVENING = at("2026-03-02 18:00")
YANDEX = "tverskaya/yandex_maps"


def figures(house: House, now: datetime = EVENING) -> Summary:
    start = MONDAY - timedelta(days=1)
    return house.db.read_now(
        lambda session: reports.summary(session, start, start + timedelta(days=7), now)
    )


def total(house: House, now: datetime = EVENING) -> Figures:
    return figures(house, now).total


def seen_on_site(house: House, number: int, after: datetime, by: datetime) -> None:
    house.change_review(number, unanswered_seen_at=after, reply_text="Простите", reply_seen_at=by)
    house.act(number, Action.REPLY_SEEN, SITE, by)


def breach(house: House, now: datetime = DUE) -> None:
    house.change_target(YANDEX, last_reading_at=now)
    house.db.write_now(lambda session: sweep(session, house.setup, house.sites, now))


@pytest.mark.parametrize(
    ("after", "by", "what"),
    [
        ("11:10", "11:40", "in_time"),
        ("12:10", "12:40", "late"),
        ("11:40", "12:20", "undecided"),
    ],
)
def test_the_interval_on_the_site_decides_in_three_values(
    house: House, after: str, by: str, what: str
) -> None:
    number = house.ticket()
    seen_on_site(house, number, at(f"2026-03-02 {after}"), at(f"2026-03-02 {by}"))
    found = total(house)
    assert {name: getattr(found, name) for name in ("in_time", "late", "undecided")} == {
        "in_time": 0,
        "late": 0,
        "undecided": 0,
        what: 1,
    }
    assert found.answered == 1


def test_marked_is_told_apart_until_it_is_confirmed(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    found = total(house)
    assert (found.in_time, found.in_time_marked, found.marked, found.answered) == (1, 1, 1, 0)
    # Moderation showed it only after the deadline: the team had done its part in time.
    seen_on_site(house, number, at("2026-03-02 12:30"), at("2026-03-02 13:00"))
    found = total(house)
    assert (found.in_time, found.in_time_marked, found.marked, found.answered) == (1, 0, 0, 1)
    assert found.reaction == timedelta(minutes=30)
    assert found.guest_wait == timedelta(minutes=60)


def test_a_mark_the_site_never_confirmed_does_not_count(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    back = at("2026-03-04 12:00")
    house.change_review(number, unanswered_seen_at=back)
    house.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    found = total(house, back)
    assert (found.in_time, found.late, found.running, found.reactions) == (0, 1, 1, [])


def test_what_nobody_answered_is_late_only_where_we_could_see(house: House) -> None:
    number = house.ticket()
    assert total(house, MONDAY).running == 1
    house.change_target(YANDEX, health="blocked", health_since=at("2026-03-02 11:30"))
    found = figures(house)
    assert (found.total.late, found.total.undecided) == (0, 1)
    assert [(each.location, each.since) for each in found.blind] == [
        ("tverskaya", at("2026-03-02 11:30"))
    ]
    house.change_target(YANDEX, health="ok")
    assert total(house).undecided == 1
    house.change_review(number, unanswered_seen_at=at("2026-03-02 12:30"))
    assert (total(house).late, total(house).late_open) == (1, 1)


def test_escalated_counts_breaches_and_refuted_ones_apart(house: House) -> None:
    late, refuted = house.ticket(), house.ticket()
    breach(house)
    seen_on_site(house, late, at("2026-03-02 12:30"), at("2026-03-02 13:00"))
    house.change_review(refuted, reply_at=at("2026-03-02 11:30"))
    seen_on_site(house, refuted, at("2026-03-02 11:20"), at("2026-03-02 13:00"))
    found = total(house)
    assert (found.escalated, found.refuted, found.late, found.in_time) == (2, 1, 1, 1)


def test_places_add_up_and_set_aside_is_no_lateness(house: House) -> None:
    house.ticket()
    skipped = house.ticket(target="nevsky/yandex_maps")
    house.act(skipped, Action.SKIP, "ivan", MONDAY, reason="spam")
    house.ticket(tone=Tone.POSITIVE, rating=5)
    found = figures(house)
    assert set(found.places) == {"tverskaya", "nevsky"}
    assert (found.total.reviews, found.total.complaints, found.total.skipped) == (3, 2, 1)
    assert found.places["nevsky"].late == 0
    assert found.total.to_json()["topics"] == {"waiting": 3}


def test_health_names_what_is_wrong(house: House) -> None:
    house.ticket()
    house.change_target(
        YANDEX, health="blocked", health_since=MONDAY, failures=3, next_poll_at=EVENING
    )
    house.db.write_now(lambda session: outbox.disable_chat(session, SUPPORT, "kicked", MONDAY))
    house.db.write_now(lambda session: inbox.store_updates(session, [{"update_id": 1}], MONDAY))
    found = house.db.read_now(
        lambda session: reports.health(session, house.setup, EVENING, house.sites)
    )
    [blind] = found.blind
    assert (blind.health, blind.since, blind.locations, blind.all_locations) == (
        Health.BLOCKED,
        MONDAY,
        1,
        False,
    )
    assert (blind.open_tickets, blind.operator, blind.attempts) == (1, "Олег", 3)
    assert found.dead_chats == ("support",)
    assert (found.open_tickets, found.overdue, found.inbox_waiting) == (1, 1, 1)
    assert (found.outbox_waiting, found.outbox_oldest) == (1, MONDAY)
    assert found.states == {"ok": 3, "blocked": 1}


def test_health_knows_how_telegram_is_until_it_is_well_again(house: House) -> None:
    def telegram(now: datetime) -> tuple[str, datetime | None]:
        found = house.db.read_now(lambda session: reports.health(session, house.setup, now))
        examined = house.db.read_now(lambda session: diagnosis.examine(session, now))
        assert (examined.telegram, examined.telegram_since) == (
            found.telegram,
            found.telegram_since,
        )
        assert examined.is_well is not bool(found.telegram)
        return found.telegram, found.telegram_since

    def became(state: str, when: datetime) -> None:
        row = MeasureRow(at=when, name="telegram", subject=state, value=float(state == "ok"))
        house.db.write_now(lambda session: session.add(row))

    assert telegram(MONDAY) == ("", None)
    became("ok", MONDAY)
    became("unreachable", MONDAY + timedelta(minutes=1))
    became("refused", MONDAY + timedelta(minutes=2))
    assert telegram(EVENING) == ("refused", MONDAY + timedelta(minutes=2))
    became("ok", MONDAY + timedelta(minutes=3))
    assert telegram(EVENING) == ("", None)


def test_health_of_a_quiet_house_is_good(house: House) -> None:
    found = house.db.read_now(lambda session: reports.health(session, house.setup, MONDAY))
    assert found.blind == ()
    assert (found.outbox_parked, found.inbox_parked, found.overdue) == (0, 0, 0)
    assert found.last_reading_at == MONDAY


def test_exports_hold_every_column(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    back = MONDAY + timedelta(hours=48)
    house.change_review(number, unanswered_seen_at=back)
    house.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    [review] = house.db.read_now(lambda session: list(exports.reviews(session)))
    assert tuple(review) == exports.REVIEW_COLUMNS
    assert (review["location"], review["source"], review["rating"]) == (
        "tverskaya",
        "yandex_maps",
        1,
    )
    rounds = house.db.read_now(lambda session: list(exports.tickets(session, EVENING)))
    assert [tuple(each) for each in rounds] == [exports.TICKET_COLUMNS] * 2
    assert [(each["number"], each["round"], each["round_reason"]) for each in rounds] == [
        (number, 1, "new"),
        (number, 2, "not_confirmed"),
    ]
    assert [each["outcome"] for each in rounds] == ["late", "running"]
    assert rounds[0]["url"] is None
    assert rounds[0]["external_id"] == "r1"


def test_parked_messages_show(house: House) -> None:
    house.ticket()
    [row] = house.outbox(OutboxKind.ALERT)
    house.db.write_now(lambda session: outbox.park(session, [row.id or 0], "bad", MONDAY))
    found = house.db.read_now(lambda session: reports.health(session, house.setup, MONDAY))
    assert (found.outbox_parked, found.outbox_waiting) == (1, 0)
