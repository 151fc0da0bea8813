from dataclasses import replace
from datetime import timedelta

from reviewbot.core.facts import CardFacts, QueueLine
from reviewbot.core.model import Severity, TicketState, Tone
from reviewbot.core.settings import Person
from reviewbot.core.ticket import Action
from reviewbot.queries import card_facts, open_tickets
from reviewbot.store.tables import RevisionRow, TicketRow
from tests.store.store_world import MONDAY, PEOPLE, StoreWorld, at


def facts(store_world: StoreWorld, number: int) -> CardFacts:
    found = store_world.db.read_now(
        lambda session: card_facts.card_facts(store_world.tx(session, MONDAY), number)
    )
    assert found is not None
    return found


def queue(store_world: StoreWorld, person: Person | None = None) -> list[QueueLine]:
    return store_world.db.read_now(
        lambda session: open_tickets.queue(store_world.tx(session, MONDAY), person)
    )


def test_a_card_tells_names_not_keys(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    store_world.act(number, Action.APPROVE, "marina", MONDAY)
    card = facts(store_world, number)
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


def test_a_card_explains_its_deadline(store_world: StoreWorld) -> None:
    card = facts(store_world, store_world.ticket())
    assert card.reply_deadline == at("2026-03-02 12:00")
    assert (card.goal_words, card.reply_goal) == ("1h work", timedelta(hours=1))
    assert [code for code, _ in card.deadline_why] == ["started", "interval", "due"]
    assert (card.deadline_rule, card.route) == ("reply_time", "default")


def test_an_author_is_known_by_the_sites_number_else_by_a_full_name(
    store_world: StoreWorld,
) -> None:
    first = store_world.ticket(target="nevsky/yandex_maps")
    second = store_world.ticket()
    [wrote] = facts(store_world, second).elsewhere
    assert (wrote.location, wrote.place, wrote.number) == ("nevsky", "Невский 40", first)
    there = store_world.ticket(target="nevsky/google_business", text="Суп был холодным.")
    assert len(facts(store_world, second).elsewhere) == 1, "another site, another author"
    store_world.change_review(there, text="Ждали капучино сорок минут, и бариста нахамила!")
    titles = {each.number: each.source_title for each in facts(store_world, second).elsewhere}
    assert titles == {first: None, there: {"ru": "Google", "en": "Google"}}, "one name, one story"
    store_world.change_review(there, text="Суп был холодным.")
    store_world.change_review(second, site={"author": "7"})
    assert len(facts(store_world, second).elsewhere) == 1, "of the other the site told no number"
    store_world.change_review(first, site={"author": "8"})
    assert facts(store_world, second).elsewhere == (), "the site says that it is not the same"
    store_world.change_review(first, site={"author": "7"})
    assert len(facts(store_world, second).elsewhere) == 1
    for number in (first, second):
        store_world.change_review(number, author="Анна К.", site={})
    assert facts(store_world, second).elsewhere == (), "many are called so"


def test_marked_after_counts_the_desks_hours(store_world: StoreWorld) -> None:
    number = store_world.ticket(now=at("2026-03-02 18:50"))
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-03 10:20"))
    assert facts(store_world, number).marked_after == timedelta(minutes=30)


def test_an_edited_review_shows_what_it_was(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.db.write_now(
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
    edit = facts(store_world, number).edit
    assert edit is not None
    assert (edit.rating, edit.text) == (4, "Нормально")


def test_author_names_follow_the_operators_wish(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    shown = []
    for how in ("full", "first_name", "initials"):
        store_world.settings = replace(store_world.settings, author_names=how)  # type: ignore[arg-type]
        shown.append(facts(store_world, number).author)
    assert shown == ["Анна Кузнецова", "Анна", "А. К."]


def test_a_blind_target_shows_since_when(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.change_target("tverskaya/yandex_maps", health="blocked", health_since=MONDAY)
    assert facts(store_world, number).blind_since == MONDAY


def test_the_queue_begins_with_what_is_urgent(store_world: StoreWorld) -> None:
    backlog = store_world.ticket(backlog=True)
    positive = store_world.ticket(tone=Tone.POSITIVE, rating=5)
    negative = store_world.ticket()
    critical = store_world.ticket(severity=Severity.CRITICAL)
    posted = store_world.ticket()
    store_world.act(posted, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    lines = queue(store_world)
    assert [line.number for line in lines] == [critical, negative, positive, backlog]
    assert lines[1].excerpt.startswith("Ждали капучино")
    assert store_world.db.read_now(lambda s: open_tickets.queue_size(store_world.tx(s), None)) == 4


def test_the_queue_holds_only_ones_own_places(store_world: StoreWorld) -> None:
    store_world.ticket()
    mine = store_world.ticket(target="nevsky/yandex_maps")
    assert [line.number for line in queue(store_world, PEOPLE["petr"])] == [mine]


def test_history_is_told_in_order_with_names(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.SKIP, "ivan", MONDAY, reason="spam")
    lines = store_world.db.read_now(
        lambda session: card_facts.history(store_world.tx(session), number)
    )
    assert [(line.who, line.action) for line in lines] == [("bot", "opened"), ("Иван", "skip")]
    assert lines[1].detail["reason"] == "spam"


def test_history_names_who_it_was_handed_to(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.TRANSFER, "ivan", MONDAY, to="anna")
    [_, line] = store_world.db.read_now(
        lambda session: card_facts.history(store_world.tx(session), number)
    )
    assert (line.who, line.detail["to"]) == ("Иван", "Анна")
