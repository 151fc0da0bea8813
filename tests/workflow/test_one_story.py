"""One story is one card: what stands is renewed and told again on it, never beside it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from reviewbot.core.model import OutboxKind, Tone
from reviewbot.core.ticket import SITE, Action
from reviewbot.core.trends.concern import ConcernKind, ConcernState, Sign
from reviewbot.store.tables import ConcernRow
from reviewbot.workflow.concerns import acts, standing, telling
from tests.store.store_world import MONDAY, PEOPLE, StoreWorld, actor
from tests.trends_world import Past
from tests.workflow.test_concerns import cards, found, ingest, look, told_of


def say(world: StoreWorld, concern: ConcernRow, what: str, now: datetime) -> None:
    def work(session: Session) -> None:
        tx = world.tx(session, now)
        row = acts.concern_for(tx, concern.id or 0, PEOPLE["marina"])
        if what == "known":
            acts.known(tx, row, PEOPLE["marina"], "repair")
        else:
            getattr(acts, what)(tx, row, PEOPLE["marina"])

    world.db.write_now(work)


@pytest.mark.parametrize("what", ["", "acknowledge", "known"])
def test_a_fall_that_a_told_burst_drives_shows_on_the_card_of_the_burst(
    store_world: StoreWorld, past: Past, what: str
) -> None:
    is_said = False
    for day in range(14):
        past.day(MONDAY + timedelta(days=day), stars=(2, 5, 5, 5, 5, 2), topic="cleanliness")
        look(store_world, MONDAY + timedelta(days=day + 1))
        if what and found(store_world) and not is_said:
            say(store_world, found(store_world)[0], what, MONDAY + timedelta(days=day + 1))
            is_said = True
    [burst] = found(store_world)
    assert (burst.kind, burst.topic) == (ConcernKind.BURST, "cleanliness")
    assert told_of(store_world, burst) == 1
    [card] = cards(store_world, MONDAY + timedelta(days=14))
    assert "28 из 84 отзывов за 14 дн." in card
    assert "; оценка за " in card, "the fall is not kept from whom it concerns"


def test_a_fall_that_the_bursts_topic_does_not_explain_is_told_beside_a_burst(
    store_world: StoreWorld, past: Past
) -> None:
    for day in range(12):
        on = MONDAY + timedelta(days=day)
        past.day(on, stars=(3, 5, 5, 5, 3), topics=["cleanliness"], tone=Tone.NEGATIVE)
        if day > 4:
            past.day(on, stars=(1, 1, 1, 1, 1, 1), topics=[])
        look(store_world, on + timedelta(days=1))
    assert {row.kind for row in found(store_world)} == {ConcernKind.BURST, ConcernKind.DROP}


def busy(world: StoreWorld, past: Past, day: int, complaints: int) -> None:
    """A day of four good reviews, and some of complaints that leave the rating as it is."""
    on = MONDAY + timedelta(days=day)
    past.day(on, stars=(5,) * 4)
    past.day(on, stars=(4,) * complaints, topics=["cleanliness"], tone=Tone.NEGATIVE, praise=[])
    look(world, on + timedelta(days=1))


def burst_of(world: StoreWorld, past: Past) -> tuple[ConcernRow, int]:
    for day in range(6):
        busy(world, past, day, 2)
        if found(world):
            break
    [burst] = found(world)
    assert (burst.kind, burst.topic) == (ConcernKind.BURST, "cleanliness")
    return burst, day + 1


def test_the_card_of_a_burst_shows_what_has_come_since(
    store_world: StoreWorld, past: Past
) -> None:
    burst, first = burst_of(store_world, past)
    told = Sign.from_json(burst.facts).mentions
    for day in range(first, first + 5):
        busy(store_world, past, day, 5)
    [burst] = found(store_world)
    assert Sign.from_json(burst.facts).mentions == told + 25
    assert told_of(store_world, burst) == 1, "in silence"
    [card] = cards(store_world, MONDAY + timedelta(days=first + 5))
    assert f"{told + 25} из " in card


@pytest.mark.parametrize("what", ["snooze", "known"])
def test_a_burst_left_alone_is_told_again_as_soon_as_it_is_surely_worse(
    store_world: StoreWorld, past: Past, what: str
) -> None:
    burst, first = burst_of(store_world, past)
    say(store_world, burst, what, MONDAY + timedelta(days=first))
    for day in range(first, first + 5):
        busy(store_world, past, day, 8)
    [burst] = found(store_world)
    assert told_of(store_world, burst) == 2, "once"
    assert burst.state == ConcernState.OPEN


def test_a_known_burst_that_stays_as_it_is_is_not_told_again_and_is_over_as_soon_as_before(
    store_world: StoreWorld, past: Past
) -> None:
    burst, first = burst_of(store_world, past)
    say(store_world, burst, "known", MONDAY + timedelta(days=first))
    for day in range(first, 25):
        busy(store_world, past, day, 2)
    [burst] = found(store_world)
    assert told_of(store_world, burst) == 1
    window = Sign.from_json(burst.facts).window
    assert 0 < window < 7
    for day in range(25, 25 + window):
        busy(store_world, past, day, 0)
    [burst] = found(store_world)
    assert burst.state == ConcernState.OVER, "however long it stood"
    [card] = cards(store_world, MONDAY + timedelta(days=40))
    assert f"Сейчас: 0 из {4 * window} отзывов за {window} дн." in card
    assert "Было: " in card


def test_a_burst_that_nobody_left_alone_is_told_again_once_it_is_far_worse(
    store_world: StoreWorld, past: Past
) -> None:
    burst, first = burst_of(store_world, past)
    for day in range(first, 18):
        busy(store_world, past, day, 2)
    assert told_of(store_world, burst) == 1
    for day in range(18, 26):
        busy(store_world, past, day, 10)
    assert told_of(store_world, burst) == 2


def test_a_fall_that_is_over_tells_the_rating_of_now(store_world: StoreWorld, past: Past) -> None:
    for day in range(6):
        past.day(MONDAY + timedelta(days=day), stars=(1, 2, 5, 1))
        look(store_world, MONDAY + timedelta(days=day + 1))
    for day in range(6, 30):
        past.day(MONDAY + timedelta(days=day), stars=(5, 5, 5, 4))
        look(store_world, MONDAY + timedelta(days=day + 1))
    [drop] = found(store_world)
    assert (drop.kind, drop.state) == (ConcernKind.DROP, ConcernState.OVER)
    [card] = cards(store_world, MONDAY + timedelta(days=40))
    now, was = card.index("Сейчас: оценка за "), card.index("Было: оценка за ")
    assert now < was


def test_of_many_places_that_fall_on_one_day_the_first_five_ring(store_world: StoreWorld) -> None:
    def tell(session: Session) -> None:
        tx = store_world.tx(session, MONDAY)
        for place in ("tverskaya", "nevsky") * 4:
            concern = standing.add(tx, place, ConcernKind.DROP, None, Sign())
            telling.tell(tx, concern, [store_world.settings.chats["managers"]])

    store_world.db.write_now(tell)
    rows = store_world.outbox(OutboxKind.CONCERN)
    assert [row.silent for row in rows] == [False] * 5 + [True] * 3


EVENING = MONDAY + timedelta(hours=7)
PAGE = "tverskaya/yandex_maps"


def test_equal_texts_that_an_incident_holds_ring_no_second_time(
    store_world: StoreWorld, past: Past
) -> None:
    for minute in range(11):
        at = EVENING + timedelta(minutes=minute)
        number = store_world.ticket(now=at, text="Ужас!", author=f"Гость {minute}")
        ingest(store_world, [number], at, PAGE)
    [incident] = found(store_world)
    assert incident.kind == ConcernKind.INCIDENT
    assert len(incident.facts["tickets"]) == 11
    assert told_of(store_world, incident) == len(
        {row.chat_id for row in store_world.outbox(OutboxKind.CONCERN)}
    )


def incident_of(world: StoreWorld, count: int) -> list[int]:
    numbers = [
        world.ticket(now=EVENING, text=f"Ждали капучино {30 + n} минут, стол {n}")
        for n in range(count)
    ]
    ingest(world, numbers, EVENING, PAGE)
    return numbers


def test_the_card_of_an_incident_follows_reviews_that_go_or_are_complaints_no_more(
    store_world: StoreWorld, past: Past
) -> None:
    numbers = incident_of(store_world, 12)
    for number in numbers[:4]:
        store_world.act(number, Action.CONFIRMED_GONE, SITE, EVENING + timedelta(hours=2))
    store_world.change_review(numbers[4], rating=5, tone=Tone.POSITIVE, topics=[])
    [card] = cards(store_world, EVENING + timedelta(hours=3))
    assert "Тверская 12, 7 отзывов" in card
    assert "Яндекс 7" in card
    assert "Удалены или уже не жалобы: 5" in card
    [incident] = found(store_world)
    assert len(incident.facts["tickets"]) == 12, "they may come back"
    look(store_world, EVENING + timedelta(days=1))
    [incident] = found(store_world)
    assert incident.facts["taken_back"] == 5


def test_an_incident_that_its_time_ends_says_how_many_are_unanswered(
    store_world: StoreWorld, past: Past
) -> None:
    numbers = incident_of(store_world, 8)
    store_world.act(numbers[0], Action.SKIP, actor("marina"), EVENING, reason="spam")
    look(store_world, EVENING + timedelta(days=8))
    [incident] = found(store_world)
    assert incident.state == ConcernState.OVER
    [card] = cards(store_world, EVENING + timedelta(days=8))
    assert card.startswith("🧩")
    assert "Карточка закрыта, прошло 8 дней; без ответа ещё 7" in card
    assert "Прошло, заняло" not in card
    for number in numbers[1:]:
        at = EVENING + timedelta(days=9)
        store_world.act(number, Action.SKIP, actor("marina"), at, reason="spam")
    [card] = cards(store_world, EVENING + timedelta(days=9))
    assert card.startswith("✅")
    assert "Прошло, заняло 8 дней" in card


def test_a_drop_holds_every_number_behind_it_and_counts_names_over_all(
    store_world: StoreWorld, past: Past
) -> None:
    for day in range(7):
        on = MONDAY + timedelta(days=day)
        for n in range(4):
            number = store_world.ticket(
                now=on + timedelta(minutes=n), text="Капучино холодный", author=f"{day} {n}"
            )
            store_world.change_review(number, topics=[], rating=1)
    look(store_world, MONDAY + timedelta(days=7))
    [drop] = found(store_world)
    sign = Sign.from_json(drop.facts)
    assert sign.complaints == len(sign.tickets) == 28
    [card] = cards(store_world, MONDAY + timedelta(days=7))
    assert "жалоб 28 из 28" in card
    assert "более ранн" not in card
    # As an earlier version kept it: the newest twelve.
    with_twelve = drop.facts | {"tickets": list(sign.tickets[-12:])}

    def keep(session: Session) -> None:
        session.get_one(ConcernRow, drop.id).facts = with_twelve

    store_world.db.write_now(keep)
    [card] = cards(store_world, MONDAY + timedelta(days=7))
    assert "; ещё 16 более ранних не показаны" in card
