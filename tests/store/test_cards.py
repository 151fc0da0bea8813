from dataclasses import replace
from datetime import timedelta

from reviewbot.core.desk import Action
from reviewbot.core.facts import CardFacts, QueueLine
from reviewbot.core.model import Severity, TicketState, Tone
from reviewbot.core.setup import Person
from reviewbot.store import cards
from reviewbot.store.tables import RevisionRow, TicketRow
from tests.store.house import MONDAY, PEOPLE, House, at


def facts(house: House, number: int) -> CardFacts:
    found = house.db.read_now(
        lambda session: cards.card_facts(session, house.setup, house.sites, number, MONDAY)
    )
    assert found is not None
    return found


def queue(house: House, person: Person | None = None) -> list[QueueLine]:
    return house.db.read_now(
        lambda session: cards.queue(session, house.setup, house.sites, person, MONDAY)
    )


def test_a_card_tells_names_not_keys(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.TAKE, "ivan", MONDAY)
    house.act(number, Action.APPROVE, "marina", MONDAY)
    card = facts(house, number)
    assert (card.holder, card.approved_by, card.state) == (
        "Иван",
        "Марина",
        TicketState.APPROVED,
    )
    assert card.approved_text == "Здравствуйте! Разберёмся сегодня."
    assert card.source_title["ru"] == "Яндекс"
    assert (card.location_name, card.location_short) == ("Точка, Тверская 12", "Тверская 12")
    assert card.draft is not None
    assert (card.draft.by, card.draft.topic, card.draft.wording) == (None, "waiting", 1)


def test_a_card_explains_its_deadline(house: House) -> None:
    card = facts(house, house.ticket())
    assert card.reply_deadline == at("2026-03-02 12:00")
    assert (card.goal_words, card.reply_goal) == ("1h work", timedelta(hours=1))
    assert [code for code, _ in card.deadline_why] == ["started", "interval", "due"]
    assert (card.deadline_rule, card.route) == ("reply_time", "default")


def test_marked_after_counts_the_desks_hours(house: House) -> None:
    number = house.ticket(now=at("2026-03-02 18:50"))
    house.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-03 10:20"))
    assert facts(house, number).marked_after == timedelta(minutes=30)


def test_an_edited_review_shows_what_it_was(house: House) -> None:
    number = house.ticket()
    house.db.write_now(
        lambda session: session.add(
            RevisionRow(
                review_id=session.get_one(TicketRow, number).review_id,
                at=MONDAY,
                change="edited",
                fingerprint="before",
                rating=4,
                text="Нормально",
            )
        )
    )
    edit = facts(house, number).edit
    assert edit is not None
    assert (edit.rating, edit.text) == (4, "Нормально")


def test_author_names_follow_the_operators_wish(house: House) -> None:
    number = house.ticket()
    shown = []
    for how in ("full", "first_name", "initials"):
        house.setup = replace(house.setup, author_names=how)  # type: ignore[arg-type]
        shown.append(facts(house, number).author)
    assert shown == ["Анна Кузнецова", "Анна", "А. К."]


def test_a_blind_target_shows_since_when(house: House) -> None:
    number = house.ticket()
    house.change_target("tverskaya/yandex_maps", health="blocked", health_since=MONDAY)
    assert facts(house, number).blind_since == MONDAY


def test_the_queue_begins_with_what_is_urgent(house: House) -> None:
    backlog = house.ticket(backlog=True)
    positive = house.ticket(tone=Tone.POSITIVE, rating=5)
    negative = house.ticket()
    critical = house.ticket(severity=Severity.CRITICAL)
    posted = house.ticket()
    house.act(posted, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    lines = queue(house)
    assert [line.number for line in lines] == [critical, negative, positive, backlog]
    assert lines[1].excerpt.startswith("Ждали капучино")
    assert house.db.read_now(lambda s: cards.queue_size(s, house.setup, None)) == 4


def test_the_queue_holds_only_ones_own_places(house: House) -> None:
    house.ticket()
    mine = house.ticket(target="nevsky/yandex_maps")
    assert [line.number for line in queue(house, PEOPLE["petr"])] == [mine]


def test_history_is_told_in_order_with_names(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.SKIP, "ivan", MONDAY, reason="spam")
    lines = house.db.read_now(lambda session: cards.history(session, house.setup, number))
    assert [(line.who, line.action) for line in lines] == [("bot", "opened"), ("Иван", "skip")]
    assert lines[1].detail["reason"] == "spam"


def test_history_names_who_it_was_handed_to(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.TRANSFER, "ivan", MONDAY, to="anna")
    [_, line] = house.db.read_now(lambda session: cards.history(session, house.setup, number))
    assert (line.who, line.detail["to"]) == ("Иван", "Анна")
