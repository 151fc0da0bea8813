"""What reviews say together: a place that falls, a topic that bursts, one evening's complaints.

Days are looked at as the bot does, once each; messages are read as they would be sent."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from reviewbot.bot.views.registry import render
from reviewbot.core.calendar.digest_days import days_back
from reviewbot.core.errors import Refused
from reviewbot.core.model import Health, OutboxKind, Precision, Role, Severity, Tone
from reviewbot.core.settings import Chat, Replies, Route, When
from reviewbot.core.trends.concern import ConcernKind, ConcernState, MeasureTaken, Sign
from reviewbot.core.trends.overview import Named, Overview, TopicProblem
from reviewbot.drafting.drafts import choose
from reviewbot.queries.notes import beside_reply
from reviewbot.queries.period_figures import PeriodRows
from reviewbot.queries.trends.concern_facts import measures_at
from reviewbot.queries.trends.period_overview import overview
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store import drafts
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.tables import (
    ConcernRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
    TargetStateRow,
    TicketRow,
)
from reviewbot.words.html import visible
from reviewbot.words.language import words_in
from reviewbot.words.trends.lines import problems
from reviewbot.words.trends.measure_tables import measures_table
from reviewbot.words.trends.page import Choice, PageView
from reviewbot.words.trends.page import page as report_page
from reviewbot.words.trends.samples import sample_figures
from reviewbot.workflow import sweep
from reviewbot.workflow.beside_reply import measures
from reviewbot.workflow.checks import case_of
from reviewbot.workflow.concerns import acts, incidents
from reviewbot.workflow.digests import page_of
from tests.store.store_world import MANAGERS, MONDAY, PEOPLE, SUPPORT, StoreWorld, actor
from tests.trends_world import Past

MORNING = MONDAY - timedelta(hours=1)


def look(world: StoreWorld, now: datetime) -> None:
    world.db.write_now(lambda session: sweep.sweep(world.tx(session, now)))


def found(world: StoreWorld) -> list[ConcernRow]:
    return world.db.read_now(
        lambda session: list(session.exec(select(ConcernRow).order_by(col(ConcernRow.id))))
    )


def cards(world: StoreWorld, now: datetime, chat_id: int = MANAGERS) -> list[str]:
    """The cards of concerns in a chat as they would read when sent now."""
    texts = []
    for row in world.outbox(OutboxKind.CONCERN):
        if row.chat_id == chat_id:
            claimed = Claimed((row,))
            out = world.db.read_now(
                lambda session, claimed=claimed: render(
                    world.tx(session, now), claimed, "bot", lambda: "code"
                )
            )
            if out is not None:
                texts.append(visible(out.message.html))
    return texts


def test_a_fall_is_told_once_with_its_reasons_and_is_over_by_itself(
    store_world: StoreWorld, past: Past
) -> None:
    look(store_world, MORNING)
    assert found(store_world) == []
    for day in range(6):
        on = MONDAY + timedelta(days=day)
        past.day(on, stars=(1, 2, 5, 1), published_at=on + timedelta(hours=11))
        look(store_world, on + timedelta(days=1))
    [drop] = found(store_world)
    assert (drop.kind, drop.topic) == (ConcernKind.DROP, "waiting")
    [card] = cards(store_world, MONDAY + timedelta(days=7))
    assert card.startswith("📉 Тверская 12: хуже обычного с 2 мар")
    assert "(обычно 4,6 ± " in card
    assert "Чаще всего ожидание:" in card
    assert "вечером" in card
    assert "Совет: посмотрите, кто был на смене" in card
    for day in range(6, 30):
        on = MONDAY + timedelta(days=day)
        past.day(on, stars=(5, 5, 5, 4))
        look(store_world, on + timedelta(days=1))
    [drop] = found(store_world)
    assert drop.state == ConcernState.OVER
    [card] = cards(store_world, MONDAY + timedelta(days=40))
    assert card.startswith("✅ Тверская 12: снова как обычно")
    assert "Прошло, заняло" in card


def test_a_drop_that_deepens_is_told_again_and_other_topics_are_not_silenced(
    store_world: StoreWorld, past: Past
) -> None:
    for day in range(45):
        past.day(MONDAY + timedelta(days=day), stars=(3, 4, 4, 2))
        look(store_world, MONDAY + timedelta(days=day + 1))
    [drop] = found(store_world)

    def told() -> int:
        rows = store_world.outbox(OutboxKind.CONCERN)
        return sum(str(row.dedupe_key).startswith(f"concern:{drop.id}:") for row in rows)

    assert told() == 1, "the same fall is told once"
    for day in range(45, 70):
        past.day(MONDAY + timedelta(days=day), stars=(1, 1, 2, 1), topic="cleanliness")
        look(store_world, MONDAY + timedelta(days=day + 1))
    assert told() == 2
    [now] = [each for each in found(store_world) if each.id == drop.id]
    assert now.state == ConcernState.OPEN
    mean, before = now.facts["mean"], drop.facts["mean"]
    assert isinstance(mean, float)
    assert isinstance(before, float)
    assert mean < before - 1
    assert now.facts["since"] <= drop.facts["since"], "it has been worse since then"


def test_a_drop_of_a_place_where_little_comes_is_over_some_day(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=300))
    with past.together():
        for day in range(-200, 0, 2):
            past.day(MONDAY + timedelta(days=day), stars=(5,))
    for day in range(0, 10):
        past.day(MONDAY + timedelta(days=day), stars=(1,))
        look(store_world, MONDAY + timedelta(days=day + 1))
    assert [each.state for each in found(store_world)] == [ConcernState.OPEN]
    for day in range(10, 80):
        if day % 2 == 0:
            past.day(MONDAY + timedelta(days=day), stars=(5,))
        look(store_world, MONDAY + timedelta(days=day + 1))
    assert [each.state for each in found(store_world)] == [ConcernState.OVER]


def test_sites_are_compared_each_with_itself(store_world: StoreWorld) -> None:
    """A stricter site is new, then the milder one is read no more: nothing has become worse."""
    strict = "tverskaya/google_business"
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=300))
    with past.together():
        for day in range(-200, 0):
            past.day(MONDAY + timedelta(days=day), stars=(5, 5, 4, 5))
    for day in range(-6, 100):
        if day < 80:
            past.day(MONDAY + timedelta(days=day), stars=(5, 5, 4, 5))
        past.day(MONDAY + timedelta(days=day), strict, stars=(3, 4, 2), topic="staff")
        look(store_world, MONDAY + timedelta(days=day + 1))
    assert found(store_world) == []
    for day in range(100, 107):
        past.day(MONDAY + timedelta(days=day), strict, stars=(1, 2, 1), topic="staff")
        look(store_world, MONDAY + timedelta(days=day + 1))
    assert [each.kind for each in found(store_world)] == [ConcernKind.DROP]


def hide(world: StoreWorld, since: datetime, source: str | None = None) -> None:
    """Every page (of one site) is blocked from a moment on."""

    def block(session: Session) -> None:
        for target in session.exec(select(TargetRow)):
            if source in (None, target.source):
                session.add(
                    TargetStateRow(target_id=target.id or 0, health=Health.BLOCKED, since=since)
                )

    world.db.write_now(block)


def test_nothing_is_said_of_days_nobody_saw(store_world: StoreWorld, past: Past) -> None:
    hide(store_world, MONDAY - timedelta(days=12))
    past.day(MONDAY - timedelta(days=1), stars=(1,) * 12)
    look(store_world, MONDAY)
    assert found(store_world) == []


def test_a_site_in_sight_is_watched_while_the_other_is_not(store_world: StoreWorld) -> None:
    """The unseen one's days are not compared; what falls on the seen one is told."""
    strict = "tverskaya/google_business"
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=300))
    with past.together():
        for day in range(-200, 0):
            past.day(MONDAY + timedelta(days=day), stars=(5, 4, 5))
            past.day(MONDAY + timedelta(days=day), strict, stars=(3, 4), topic="staff")
    hide(store_world, MONDAY - timedelta(days=10), "google_business")
    # A person brought in a few of the unseen site by hand.
    past.day(MONDAY - timedelta(days=1), strict, stars=(1,) * 9, topic="staff")
    look(store_world, MONDAY)
    assert found(store_world) == []
    for day in range(6):
        past.day(MONDAY + timedelta(days=day), stars=(2, 1, 5))
        look(store_world, MONDAY + timedelta(days=day + 1))
    [drop] = found(store_world)
    assert drop.kind == ConcernKind.DROP
    assert set(drop.facts["sources"]) == {"yandex_maps"}


@pytest.mark.parametrize("kind", [ConcernKind.BURST, ConcernKind.DROP])
def test_what_stands_is_not_over_while_nobody_sees_the_place(
    store_world: StoreWorld, past: Past, kind: ConcernKind
) -> None:
    with past.together():
        for day in range(5):
            on = MONDAY + timedelta(days=day)
            past.day(on, stars=(5, 5, 5, 5))
            low = 4 if kind is ConcernKind.BURST else 1
            past.day(on, stars=(low, low), topics=["cleanliness"], tone=Tone.NEGATIVE, praise=[])
    look(store_world, MONDAY + timedelta(days=5))
    assert [each.kind for each in found(store_world)] == [kind]
    hide(store_world, MONDAY + timedelta(days=5))
    for day in range(5, 30):
        # What a person brought in by hand is not all that was written.
        past.day(MONDAY + timedelta(days=day), stars=(5, 5))
        look(store_world, MONDAY + timedelta(days=day + 1))
    assert [each.state for each in found(store_world)] == [ConcernState.OPEN]


def test_a_fall_is_put_down_to_the_topic_that_grew(store_world: StoreWorld) -> None:
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=220))
    with past.together():
        for back in range(210, 0, -2):
            past.day(MONDAY - timedelta(days=back), stars=(5, 4, 5, 5, 1), topic="food")
    with past.together():
        for day in range(7):
            on = MONDAY + timedelta(days=day)
            past.day(on, stars=(1, 5), topic="food")
            past.day(on, stars=(1,) if day < 5 else (), topic="waiting")
    look(store_world, MONDAY + timedelta(days=7))
    [drop] = found(store_world)
    assert (drop.kind, drop.topic) == (ConcernKind.DROP, "waiting")
    [card] = cards(store_world, MONDAY + timedelta(days=7))
    assert "Больше всего прибавилось: ожидание, " in card
    assert "Совет: посмотрите, кто был на смене" in card


def test_a_topic_that_is_complained_of_more_than_usual(
    store_world: StoreWorld, past: Past
) -> None:
    with past.together():
        for day in range(5):
            past.day(MONDAY + timedelta(days=day), stars=(2, 5, 5, 5, 5, 2), topic="cleanliness")
    look(store_world, MONDAY + timedelta(days=5))
    [burst] = found(store_world)
    assert burst.topic == "cleanliness"
    [card] = cards(store_world, MONDAY + timedelta(days=5))
    assert "чистота" in card


def ingest(world: StoreWorld, numbers: list[int], now: datetime, key: str) -> None:
    def see(session: Session) -> None:
        target = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        incidents.look(world.tx(session, now), target, numbers)

    world.db.write_now(see)


def test_the_complaints_of_one_evening_become_one_card_that_takes_in_their_alerts(
    store_world: StoreWorld, past: Past
) -> None:
    evening = MONDAY + timedelta(hours=12)
    numbers = [store_world.ticket(now=evening) for _ in range(8)]
    store_world.change_review(numbers[0], severity=Severity.CRITICAL)
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    [incident] = found(store_world)
    assert incident.kind == ConcernKind.INCIDENT
    for chat_id in (MANAGERS, SUPPORT):
        [card] = cards(store_world, evening, chat_id)
        assert card.startswith("🧩 Одно и то же: ожидание, Тверская 12, 8 отзывов вечером")
        assert "Яндекс 8" in card
        assert "№ 1, 2, 3" in card
    # What is critical still rings by itself; nobody's duty went.
    assert {row.ticket_id for row in store_world.outbox(OutboxKind.ALERT)} == {numbers[0]}
    assert all(store_world.look(number).state == "waiting" for number in numbers)
    # The ninth joins the card.
    ninth = store_world.ticket(now=evening + timedelta(minutes=40))
    ingest(store_world, [ninth], evening + timedelta(minutes=40), "tverskaya/yandex_maps")
    [incident] = found(store_world)
    assert ninth in incident.facts["tickets"]
    assert {row.ticket_id for row in store_world.outbox(OutboxKind.ALERT)} == {numbers[0]}
    assert "9 отзывов" in cards(store_world, evening)[0]


def test_one_evening_told_as_an_incident_is_no_drop_too_until_more_is_worse(
    store_world: StoreWorld, past: Past
) -> None:
    evening = MONDAY + timedelta(hours=12)
    numbers = [store_world.ticket(now=evening) for _ in range(8)]
    for number in numbers:
        store_world.change_review(number, rating=1, published_at=evening, topics=["waiting"])
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    for day in range(1, 4):
        look(store_world, MONDAY + timedelta(days=day))
    assert [row.kind for row in found(store_world)] == [ConcernKind.INCIDENT]
    for day in range(3, 9):
        past.day(MONDAY + timedelta(days=day), stars=(1, 2, 1, 1), topic="food")
        look(store_world, MONDAY + timedelta(days=day + 1))
    kinds = [row.kind for row in found(store_world)]
    assert ConcernKind.DROP in kinds, "what falls without that evening is told"


def test_nothing_is_said_of_a_place_before_each_of_its_pages_was_read(
    store_world: StoreWorld, past: Past
) -> None:
    past.day(MONDAY + timedelta(hours=1), stars=(1,) * 12)
    extra = {"location_key": "tverskaya", "source": "2gis", "ref": "r", "host": "x"}
    store_world.db.write_now(lambda rows: rows.add(TargetRow(key="tverskaya/2gis", **extra)))
    look(store_world, MONDAY + timedelta(days=1))
    assert found(store_world) == [], "half a past is none"
    store_world.change_target("tverskaya/2gis", health="blocked")
    look(store_world, MONDAY + timedelta(days=2))
    [drop] = found(store_world)
    assert drop.kind == ConcernKind.DROP, "what is tried in vain is not waited for"
    assert drop.facts["unnumbered"] == 12
    [card] = cards(store_world, MONDAY + timedelta(days=2))
    assert "Отзывы: ещё 12 без номера: уже отвечены или карточка не положена" in card


def test_a_card_names_dishes_that_recur_and_people_of_the_list_where_food_is_served(
    store_world: StoreWorld, past: Past
) -> None:
    evening = MONDAY + timedelta(hours=12)
    said = ("Сырники холодные", "Ждали сырники час", "Сырников нет", "Иван грубил", "Долго", "Шум")
    numbers = [store_world.ticket(now=evening, text=f"{text}. Раз {len(text)}") for text in said]
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    [card] = cards(store_world, evening)
    assert "\nНазывают: Иван 1, сырники 3\n" in card
    store_world.settings = replace(store_world.settings, profile="clinic")
    [card] = cards(store_world, evening)
    assert "\nНазывают: Иван 1\n" in card


def test_what_the_operator_lists_is_named_in_any_trade(
    store_world: StoreWorld, past: Past
) -> None:
    evening = MONDAY + timedelta(hours=12)
    own = {"медовик": ("медовик", "медовичок")}
    store_world.settings = replace(store_world.settings, profile="shop", dishes=own)
    said = (
        "Медовика нет",
        "Ждали медовичок час",
        "Медовик сухой",
        "Сырники",
        "Сырник",
        "Сырникам",
    )
    numbers = [store_world.ticket(now=evening, text=f"{text}. Раз {len(text)}") for text in said]
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    [card] = cards(store_world, evening)
    assert "\nНазывают: медовик 3\n" in card
    store_world.settings = replace(store_world.settings, profile="restaurant")
    [card] = cards(store_world, evening)
    assert "\nНазывают: медовик 3, сырники 3\n" in card


def test_dishes_that_praise_names_stand_in_the_figures(
    store_world: StoreWorld, past: Past
) -> None:
    for text in ("Вкусный капучино!", "Капучино и вид", "За капучино сюда", "Иван чудо"):
        past.day(MONDAY, text=text)
    week = days_back(7, (MONDAY + timedelta(days=2)).date(), "Europe/Moscow")

    def told(session: Session) -> tuple[Named, ...]:
        tx = store_world.tx(session, MONDAY + timedelta(days=2))
        of_week = PeriodRows(tx, ("tverskaya",), week, "Europe/Moscow")
        return overview(of_week, None, None).praised

    assert store_world.db.read_now(told) == (Named("Иван", 1), Named("капучино", 3))


def test_a_second_topic_of_the_day_has_a_card_of_its_own(
    store_world: StoreWorld, past: Past
) -> None:
    noon, key = MONDAY + timedelta(hours=4), "tverskaya/yandex_maps"
    waiting = [store_world.ticket(now=noon) for _ in range(8)]
    ingest(store_world, waiting, noon, key)
    later = noon + timedelta(hours=3)
    dirty = [store_world.ticket(now=later) for _ in range(10)]
    for number in dirty:
        store_world.change_review(number, topics=["cleanliness"])
    both = store_world.ticket(now=later)
    store_world.change_review(both, topics=["cleanliness", "waiting"])
    ingest(store_world, [*dirty, both], later, key)
    held = {each.topic: each.facts["tickets"] for each in found(store_world)}
    assert held == {"waiting": [*waiting, both], "cleanliness": dirty}
    assert store_world.outbox(OutboxKind.ALERT) == []
    # Both go on: each takes in what names its topic.
    last = store_world.ticket(now=later + timedelta(hours=1))
    store_world.change_review(last, topics=["cleanliness"])
    ingest(store_world, [last], later + timedelta(hours=1), key)
    assert [len(each.facts["tickets"]) for each in found(store_world)] == [9, 11]


def test_complaints_of_two_things_at_once_are_one_card(
    store_world: StoreWorld, past: Past
) -> None:
    numbers = [store_world.ticket(now=MONDAY) for _ in range(8)]
    for number in numbers:
        store_world.change_review(number, topics=["cleanliness", "waiting"])
    ingest(store_world, numbers, MONDAY, "tverskaya/yandex_maps")
    assert len(found(store_world)) == 1


def test_four_complaints_or_good_reviews_are_no_incident(
    store_world: StoreWorld, past: Past
) -> None:
    numbers = [store_world.ticket(now=MONDAY) for _ in range(4)]
    ingest(store_world, numbers, MONDAY, "tverskaya/yandex_maps")
    assert found(store_world) == []


def test_one_text_on_two_sites_is_one_card(store_world: StoreWorld, past: Past) -> None:
    text = "Нашли волос в супе, администратор сказал, что это наши проблемы!"
    first = store_world.ticket(now=MONDAY, text=text)
    other = text.replace("!", ".").upper()
    key = "tverskaya/google_business"
    second = store_world.ticket(now=MONDAY + timedelta(hours=1), text=other, target=key)
    ingest(store_world, [second], MONDAY + timedelta(hours=1), key)
    [concern] = found(store_world)
    assert concern.kind == ConcernKind.SAME_TEXT
    assert concern.facts["tickets"] == [first, second]


WAVE = "Нашли волос в супе, администратор сказал, что это наши проблемы!"


def wave(world: StoreWorld, authors: list[str | None], text: str = WAVE, hours: int = 1) -> None:
    """One text on one page, by each author, so many hours apart."""
    key = "tverskaya/yandex_maps"
    for n, author in enumerate(authors):
        at = MONDAY + timedelta(hours=hours * n)
        number = world.ticket(now=at, text=text)
        world.change_review(number, author=author)
        ingest(world, [number], at, key)


def test_one_text_of_three_authors_on_one_page_is_one_card(
    store_world: StoreWorld, past: Past
) -> None:
    wave(store_world, ["Анна К.", "Олег", "Зоя", "Гость", "Яна"])
    [concern] = found(store_world)
    assert concern.kind == ConcernKind.SAME_TEXT
    assert concern.facts["tickets"] == [1, 2, 3, 4, 5]
    [card] = cards(store_world, MONDAY + timedelta(hours=5))
    assert card.startswith("🧩 Один текст от разных авторов: Тверская 12, 5 отзывов")
    assert "Совет" not in card
    assert "если это не гости, пожалуйтесь площадке" in card
    # Of one topic, five in a day: it is told once all the same.
    assert store_world.outbox(OutboxKind.ALERT) == []


@pytest.mark.parametrize(
    "authors", [["Анна К.", "Олег"], ["Анна К.", "Анна К.", "Олег", "Анна К."]]
)
def test_two_authors_on_one_page_are_no_wave(
    store_world: StoreWorld, past: Past, authors: list[str | None]
) -> None:
    wave(store_world, authors)
    assert found(store_world) == []


def test_a_wave_is_of_one_week_and_of_a_text_that_is_no_chance(
    store_world: StoreWorld, past: Past
) -> None:
    wave(store_world, ["Анна К.", "Олег", "Зоя"], text="Очень долго ждали, больше не придём")
    wave(store_world, ["Анна К.", "Олег", "Зоя"], hours=100)
    assert found(store_world) == []


def test_ten_short_equal_texts_within_an_hour_are_one_card(
    store_world: StoreWorld, past: Past
) -> None:
    """«Ужас» is common: neither ten of a day nor nine of an hour are a wave."""

    def came(count: int, minutes: int, first: datetime, text: str = "Ужас!") -> None:
        for n in range(count):
            at = first + timedelta(minutes=minutes * n)
            number = store_world.ticket(now=at, text=text, author=f"Гость {at:%d %H:%M}")
            store_world.change_review(number, topics=[])
            ingest(store_world, [number], at, "tverskaya/yandex_maps")

    came(10, 60, MONDAY - timedelta(days=2))
    came(9, 2, MONDAY - timedelta(days=1))
    came(9, 2, MONDAY)
    assert [each for each in found(store_world) if each.kind == ConcernKind.SAME_TEXT] == []
    came(2, 2, MONDAY + timedelta(minutes=20), "ужас")
    [wave] = [each for each in found(store_world) if each.kind == ConcernKind.SAME_TEXT]
    assert wave.facts["tickets"] == list(range(20, 31))
    told = cards(store_world, MONDAY + timedelta(hours=1))
    [card] = [each for each in told if "Один текст" in each]
    assert card.startswith("🧩 Один текст от разных авторов: Тверская 12, 11 отзывов")


def test_a_site_that_tells_the_day_alone_says_nothing_of_an_hour(
    store_world: StoreWorld, past: Past
) -> None:
    for n in range(12):
        number = store_world.ticket(text="Ужас!", author=f"Гость {n}")
        store_world.change_review(number, published_precision=Precision.DAY)
        ingest(store_world, [number], MONDAY, "tverskaya/yandex_maps")
    assert [each.kind for each in found(store_world)] == [ConcernKind.INCIDENT]
    [card] = cards(store_world, MONDAY + timedelta(hours=1))
    assert "за сутки" in card.splitlines()[0], "nor of a part of the day"


def test_a_wave_of_one_reading_is_one_card(store_world: StoreWorld, past: Past) -> None:
    numbers = [store_world.ticket(text=WAVE) for _ in range(4)]
    for number in numbers:
        store_world.change_review(number, author=None)
    ingest(store_world, numbers, MONDAY, "tverskaya/yandex_maps")
    [concern] = found(store_world)
    assert concern.facts["tickets"] == numbers


def test_every_further_copy_of_a_text_joins_its_card(store_world: StoreWorld, past: Past) -> None:
    text = "Нашли волос в супе, администратор сказал, что это наши проблемы!"
    other = "Официант забыл половину заказа и принёс чужой счёт, мы ушли голодными."

    def came(hours: int, target: str, text: str = text) -> int:
        at = MONDAY + timedelta(hours=hours)
        number = store_world.ticket(now=at, text=text, target=target)
        ingest(store_world, [number], at, target)
        return number

    copies = [came(0, "tverskaya/yandex_maps"), came(1, "tverskaya/google_business")]
    copies.append(came(2, "tverskaya/yandex_maps"))
    copies.append(came(3, "nevsky/yandex_maps"))
    copies.append(came(50, "nevsky/yandex_maps"))
    [concern] = found(store_world)
    assert concern.facts["tickets"] == copies
    assert concern.facts["sources"] == {"yandex_maps": 4, "google_business": 1}
    [card] = cards(store_world, MONDAY + timedelta(hours=51))
    assert card.startswith("🧩 Один текст на нескольких точках: Тверская 12, Невский 40")
    assert store_world.outbox(OutboxKind.ALERT) == []
    # Another text is another story, at the same places on the same day.
    theirs = [came(51, "nevsky/yandex_maps", other), came(52, "tverskaya/yandex_maps", other)]
    assert [each.facts["tickets"] for each in found(store_world)] == [copies, theirs]


MSK = -1006


def franchised(world: StoreWorld) -> None:
    """Each of the two places has a group of its own, which sees no other: Tverskaya's is MSK."""
    settings, chats = world.settings, {"spb": Chat("spb", -1005), "msk": Chat("msk", MSK)}
    places = {**settings.locations}
    places["tverskaya"] = replace(places["tverskaya"], groups=("msk",))
    world.settings = replace(
        settings,
        chats=settings.chats | chats,
        locations=places,
        routes=tuple(Route(key, When(group=(key,)), key, ()) for key in chats),
    )


def test_who_may_see_one_of_two_places_keeps_its_own_alert(
    store_world: StoreWorld, past: Past
) -> None:
    """One text at the places of two franchisees: the managers of all get the card."""
    franchised(store_world)
    text = "Привезли остывшую пиццу и забыли соус, никто не извинился!"
    there, later = "nevsky/yandex_maps", MONDAY + timedelta(hours=1)
    first = store_world.ticket(now=MONDAY, text=text)
    second = store_world.ticket(now=later, text=text, target=there)
    ingest(store_world, [second], later, there)
    assert len(cards(store_world, later, MANAGERS)) == 1
    assert {row.chat_id for row in store_world.outbox(OutboxKind.CONCERN)} == {MANAGERS}
    waiting = {(row.ticket_id, row.chat_key) for row in store_world.outbox(OutboxKind.ALERT)}
    assert waiting == {(first, "msk"), (second, "spb")}
    # Who may see the place it was found at alone may not act on it, nor see it on a page.
    [concern] = found(store_world)
    assert concern.location_key == "nevsky"
    of_spb = replace(PEOPLE["petr"], role=Role.MANAGER)

    def bounded(session: Session) -> None:
        tx = store_world.tx(session, later)
        with pytest.raises(Refused, match="not_your_location"):
            acts.concern_for(tx, concern.id or 0, of_spb)
        both = replace(of_spb, only=("group:spb", "group:msk"))
        assert acts.concern_for(tx, concern.id or 0, both).id == concern.id
        tomorrow = store_world.tx(session, later + timedelta(days=1))
        assert page_of(tomorrow, Meant(("nevsky",)), 7, None).concerns == ()
        [shown] = page_of(tomorrow, Meant(("nevsky", "tverskaya")), 7, None).concerns
        assert shown.number == concern.id

    store_world.db.read_now(bounded)


def test_a_card_that_grew_beyond_a_group_takes_in_no_alert_of_its_own(
    store_world: StoreWorld, past: Past
) -> None:
    """Two sites of its place, then a place it may not see, then its own again."""
    franchised(store_world)
    text = "Привезли остывшую пиццу и забыли соус, никто не извинился!"

    def came(hours: int, target: str) -> int:
        at = MONDAY + timedelta(hours=hours)
        number = store_world.ticket(now=at, text=text, target=target)
        ingest(store_world, [number], at, target)
        return number

    came(0, "tverskaya/yandex_maps")
    came(1, "tverskaya/google_business")
    assert len(cards(store_world, MONDAY + timedelta(hours=1), MSK)) == 1
    foreign = came(2, "nevsky/yandex_maps")
    own = came(3, "tverskaya/yandex_maps")
    waiting = {(row.ticket_id, row.chat_key) for row in store_world.outbox(OutboxKind.ALERT)}
    assert waiting == {(foreign, "spb"), (own, "msk")}


def test_a_card_goes_on_when_one_of_its_places_is_in_the_file_no_more(
    store_world: StoreWorld, past: Past
) -> None:
    """It took the alert of the next one in, and was edited no more: nobody was told of that."""
    text = "Привезли остывшую пиццу и забыли соус, никто не извинился!"
    for hours, target in enumerate(["nevsky/yandex_maps", "tverskaya/yandex_maps"]):
        at = MONDAY + timedelta(hours=hours)
        number = store_world.ticket(now=at, text=text, target=target)
        ingest(store_world, [number], at, target)
    assert len(found(store_world)) == 1
    places = dict(store_world.settings.locations)
    del places["nevsky"]
    store_world.settings = replace(store_world.settings, locations=places)
    later = MONDAY + timedelta(hours=2)
    third = store_world.ticket(now=later, text=text)
    ingest(store_world, [third], later, "tverskaya/yandex_maps")
    assert store_world.outbox(OutboxKind.ALERT) == []
    [card] = cards(store_world, later)
    assert f"№ {third}, Тверская 12" in card


def test_one_text_at_two_places_is_one_card_and_two_replies_in_different_words(
    store_world: StoreWorld, past: Past
) -> None:
    text = "Привезли остывшую пиццу и забыли соус, никто не извинился!"
    first = store_world.ticket(now=MONDAY, text=text)
    there, later = "nevsky/yandex_maps", MONDAY + timedelta(hours=1)

    def drafted(session: Session) -> tuple[str, ...]:
        tx = store_world.tx(session, later)
        place = tx.settings.locations["nevsky"]
        review = ReviewRow(text=text.upper(), tone="negative", topics=[], severity="normal")
        ask = drafts.draft_ask(tx, review, "yandex_maps", place, drafts.recent_of(tx, place))
        assert ask.twin_template_ids == {"one"}
        every = (choose(each, ask) for each in (tx.settings.replies, Replies()))
        return tuple(draft.template_id for draft in every if draft)

    assert store_world.db.read_now(drafted)[0] == "two", "the operator's own templates too"
    second = store_world.ticket(now=later, text=text, target=there)
    ingest(store_world, [second], later, there)
    [concern] = found(store_world)
    assert concern.facts["tickets"] == [first, second]
    [card] = cards(store_world, later)
    assert card.startswith("🧩 Один текст на нескольких точках: Тверская 12, Невский 40")
    assert f"№ {first}, Тверская 12: нужен свой ответ" in card
    assert f"№ {second}, Невский 40: нужен свой ответ" in card

    def away(who: str, number: int) -> None:
        def work(session: Session) -> None:
            tx = store_world.tx(session, later)
            row = acts.concern_for(tx, concern.id or 0, PEOPLE[who])
            acts.not_this_place(tx, row, number, PEOPLE[who])

        store_world.db.write_now(work)

    with pytest.raises(Refused, match="manager_only"):
        away("ivan", second)
    with pytest.raises(Refused, match="old_button"):
        away("marina", 999)
    away("marina", second)
    assert store_world.look(second).state == "skipped"
    assert store_world.look(first).state == "waiting", "the other reply stays owed"
    assert f"№ {second}, Невский 40: не наша точка" in cards(store_world, later)[0]
    with pytest.raises(Refused, match="last_place"):
        away("marina", first)


def test_only_managers_decide_and_what_is_put_off_is_told_again(
    store_world: StoreWorld, past: Past
) -> None:
    for day in range(6):
        past.day(MONDAY + timedelta(days=day), stars=(1, 2, 5, 1))
        look(store_world, MONDAY + timedelta(days=day + 1))
    [drop] = found(store_world)
    now = MONDAY + timedelta(days=6)

    def act(who: str, what: str) -> None:
        def work(session: Session) -> None:
            tx = store_world.tx(session, now)
            concern = acts.concern_for(tx, drop.id or 0, PEOPLE[who])
            getattr(acts, what)(tx, concern, PEOPLE[who])

        store_world.db.write_now(work)

    with pytest.raises(Refused, match="manager_only"):
        act("ivan", "acknowledge")
    with pytest.raises(Refused, match="not_your_location"):
        act("petr", "acknowledge")
    act("marina", "snooze")
    assert "💤 Отложено" in cards(store_world, now)[0]
    put = len(store_world.outbox(OutboxKind.CONCERN))
    past.day(now, stars=(1, 1, 2, 5))
    look(store_world, now + timedelta(days=1))
    assert len(store_world.outbox(OutboxKind.CONCERN)) == put
    past.day(now + timedelta(days=7), stars=(1, 1, 2, 5) * 2)
    look(store_world, now + timedelta(days=8))
    assert len(store_world.outbox(OutboxKind.CONCERN)) == put + 1
    act("marina", "acknowledge")
    assert "👌 Разбирается: Марина" in cards(store_world, now)[0]


def left_alone(world: StoreWorld, past: Past, what: str) -> tuple[ConcernRow, datetime]:
    """A drop to some three stars, that a manager put off or whose cause they named at once."""
    for day in range(6):
        past.day(MONDAY + timedelta(days=day), stars=(3, 4, 4, 2))
        look(world, MONDAY + timedelta(days=day + 1))
        if found(world):
            break
    [drop] = found(world)
    now = MONDAY + timedelta(days=day + 1)

    def work(session: Session) -> None:
        tx = world.tx(session, now)
        row = acts.concern_for(tx, drop.id or 0, PEOPLE["marina"])
        if what == "snooze":
            acts.snooze(tx, row, PEOPLE["marina"])
        else:
            acts.known(tx, row, PEOPLE["marina"], "repair")

    world.db.write_now(work)
    return drop, now


def told_of(world: StoreWorld, drop: ConcernRow) -> int:
    rows = world.outbox(OutboxKind.CONCERN)
    return sum(str(row.dedupe_key).startswith(f"concern:{drop.id}:") for row in rows)


@pytest.mark.parametrize("what", ["snooze", "cause"])
def test_what_was_left_alone_is_told_again_as_soon_as_it_falls_as_far_once_more(
    store_world: StoreWorld, past: Past, what: str
) -> None:
    drop, now = left_alone(store_world, past, what)
    assert told_of(store_world, drop) == 1
    fell = None
    for day in range(5):
        past.day(now + timedelta(days=day), stars=(1, 1, 1, 1, 1, 1), topic="staff")
        look(store_world, now + timedelta(days=day + 1))
        if told_of(store_world, drop) == 2 and fell is None:
            fell = day
    assert fell is not None, "told within the week of the snooze, though it is young"
    assert told_of(store_world, drop) == 2, "and once"
    [again] = found(store_world)
    assert again.state == ConcernState.OPEN
    assert (Sign.from_json(again.facts).mean or 5) < (Sign.from_json(drop.facts).mean or 0) - 0.3
    [card] = cards(store_world, now + timedelta(days=5))[-1:]
    assert "Отложено" not in card
    assert "Чаще всего персонал" in card, "as it stands now"


@pytest.mark.parametrize(("what", "times"), [("snooze", 2), ("cause", 1)])
def test_what_was_left_alone_and_stays_as_it_is_comes_back_only_after_its_week(
    store_world: StoreWorld, past: Past, what: str, times: int
) -> None:
    drop, now = left_alone(store_world, past, what)
    for day in range(7):
        past.day(now + timedelta(days=day), stars=(3, 4, 3, 2))
        look(store_world, now + timedelta(days=day + 1, hours=-1))
        assert told_of(store_world, drop) == 1
    for day in range(7, 12):
        past.day(now + timedelta(days=day), stars=(3, 4, 3, 2))
        look(store_world, now + timedelta(days=day + 1))
    assert told_of(store_world, drop) == times
    for day in range(12, 40):
        past.day(now + timedelta(days=day), stars=(5, 5, 5, 4))
        look(store_world, now + timedelta(days=day + 1))
    [drop] = found(store_world)
    assert drop.state == ConcernState.OVER
    assert told_of(store_world, drop) == times, "that it is over is seen on its card"


def test_what_creeps_down_from_day_to_day_is_told_again_too(
    store_world: StoreWorld, past: Past
) -> None:
    """Each day's step shows on the card in silence; all of them together are told."""
    drop, now = left_alone(store_world, past, "cause")
    for day in range(12):
        past.day(now + timedelta(days=day), stars=(2, 3, 2, 1) if day < 6 else (1, 1, 2, 1))
        look(store_world, now + timedelta(days=day + 1))
    assert told_of(store_world, drop) >= 2


def test_the_operators_advice_goes_before_the_shipped_one(
    store_world: StoreWorld, past: Past
) -> None:
    advice = {"waiting": {"ru": "позвоните Оле"}}
    store_world.settings = replace(store_world.settings, advice=advice)
    evening = MONDAY + timedelta(hours=12)
    numbers = [store_world.ticket(now=evening) for _ in range(8)]
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    assert "Совет: позвоните Оле" in cards(store_world, evening)[0]


def test_a_measure_is_remembered_and_told_whether_it_helped(
    store_world: StoreWorld, past: Past
) -> None:
    for day in range(6):
        past.day(MONDAY + timedelta(days=day), stars=(1, 2, 5, 1))
        look(store_world, MONDAY + timedelta(days=day + 1))
    [drop] = found(store_world)
    done_at = MONDAY + timedelta(days=6)

    def act(who: str) -> None:
        def work(session: Session) -> None:
            tx = store_world.tx(session, done_at)
            acts.measure(tx, acts.concern_for(tx, drop.id or 0, PEOPLE[who]), PEOPLE[who])

        store_world.db.write_now(work)

    with pytest.raises(Refused, match="manager_only"):
        act("ivan")
    act("marina")
    with pytest.raises(Refused, match="measure_noted"):
        act("marina")
    # A database in which measures have no words yet reads as it did.
    assert (
        MeasureTaken("2026-03-08", "marina")
        == Sign.from_json({"measures": [["2026-03-08", "marina"]]}).measures[0]
    )
    assert "📌 Мера с 8 мар (Марина): пока мало" in cards(store_world, done_at)[0]
    with past.together():
        for day in range(7, 21):
            past.day(MONDAY + timedelta(days=day), stars=(5, 5, 4))
    [card] = cards(store_world, MONDAY + timedelta(days=21))
    assert "стало 0" in card
    assert re.search(r"; помогло \(от −\d\d до −\d+ п\. п\.\)", card), card
    # The stars too: four weeks of the past and six bad days against two good weeks.
    line = next(each for each in card.splitlines() if each.startswith("⭐"))
    assert line == "⭐ Средняя оценка: было 3,8 из 69, стало 4,7 из 42; помогло (от +0,4 до +1,3)"


def test_a_measure_tells_the_stars_before_and_since_or_that_they_are_too_few(
    store_world: StoreWorld, past: Past
) -> None:
    evening = MONDAY + timedelta(hours=12)
    numbers = [store_world.ticket(now=evening) for _ in range(8)]
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    [incident] = found(store_world)

    def mark(session: Session) -> None:
        tx = store_world.tx(session, evening)
        acts.measure(
            tx, acts.concern_for(tx, incident.id or 0, PEOPLE["marina"]), PEOPLE["marina"]
        )

    store_world.db.write_now(mark)
    with past.together():
        for day in range(1, 6):
            past.day(MONDAY + timedelta(days=day), stars=(5, 5), rating=None)
    [card] = cards(store_world, MONDAY + timedelta(days=7))
    assert "⭐ Средняя оценка: пока мало, чтобы судить" in card


def test_a_text_told_again_in_a_few_other_words_is_one_card_and_gets_other_words(
    store_world: StoreWorld, past: Past
) -> None:
    """Mixed reviews too; under another name it would be chance."""
    text = "Нашли волос в супе, администратор сказал, что это наши проблемы!"
    nearly = text.replace("сказал", "нам ответил")
    there, later = "nevsky/google_business", MONDAY + timedelta(hours=1)
    first = store_world.ticket(now=MONDAY, text=text, tone=Tone.MIXED, rating=3)
    second = store_world.ticket(now=later, text=nearly, target=there)
    third = store_world.ticket(now=later, text=nearly + " Да.", target=there, author="Борис")
    ingest(store_world, [second, third], later, there)
    [concern] = found(store_world)
    assert concern.facts["tickets"] == [first, second]

    def twins(session: Session) -> tuple[str, ...]:
        tx = store_world.tx(session, later)
        place = tx.settings.locations["nevsky"]
        review = session.get_one(ReviewRow, store_world.look(second).review_id)
        recent = drafts.recent_of(tx, place)
        return drafts.draft_ask(tx, review, "google_business", place, recent).twin_template_ids

    assert store_world.db.read_now(twins) == {"one"}, "what answered it at the first place"


def out_of_sight(
    world: StoreWorld, target: str, since: datetime, until: datetime | None = None
) -> None:
    """A page is blocked for a while; without an end, still."""

    def hide(session: Session) -> None:
        row = session.exec(select(TargetRow).where(TargetRow.key == target)).one()
        about = {"target_id": row.id or 0}
        session.add(TargetStateRow(health=Health.BLOCKED, since=since, **about))
        if until is not None:
            session.add(TargetStateRow(health=Health.OK, since=until, **about))
        else:
            row.health, row.health_since = Health.BLOCKED, since
            session.add(row)

    world.db.write_now(hide)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (-10, -4, "нельзя сказать: Яндекс не видели с 26 февр по 4 мар"),
        (2, 12, "нельзя сказать: Яндекс не видели с 10 мар по 20 мар"),
        (10, None, "нельзя сказать: Яндекс не видим с 18 мар"),
        (2, 3, "помогло"),
    ],
)
def test_whether_a_measure_helped_is_not_said_where_its_site_was_out_of_sight(
    store_world: StoreWorld, past: Past, since: int, until: int | None, said: str
) -> None:
    """Before or since; an hour or a day of four weeks changes nothing."""
    for day in range(6):
        past.day(MONDAY + timedelta(days=day), stars=(1, 1, 5, 1))
        look(store_world, MONDAY + timedelta(days=day + 1))
    [drop] = found(store_world)
    done_at = MONDAY + timedelta(days=6)

    def mark(session: Session) -> None:
        tx = store_world.tx(session, done_at)
        acts.measure(tx, acts.concern_for(tx, drop.id or 0, PEOPLE["marina"]), PEOPLE["marina"])

    store_world.db.write_now(mark)
    with past.together():
        for day in range(7, 21):
            past.day(MONDAY + timedelta(days=day), stars=(5, 5, 4))
    begun = done_at + timedelta(days=since)
    ended = done_at + timedelta(days=until) if until is not None else None
    out_of_sight(store_world, "tverskaya/yandex_maps", begun, ended)
    [card] = cards(store_world, MONDAY + timedelta(days=21))
    [line] = [line for line in card.splitlines() if line.startswith("📌")]
    assert said in line
    assert ("помогло" in card) == (said == "помогло")
    assert ("Средняя оценка" in card) == (said == "помогло"), "nor of the stars"


def test_a_deadline_that_passed_is_told_as_passed(store_world: StoreWorld, past: Past) -> None:
    evening = MONDAY + timedelta(hours=2)
    numbers = [store_world.ticket(now=evening) for _ in range(8)]
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    [card] = cards(store_world, evening)
    assert "первый срок " in card
    assert "прошёл" not in card
    [card] = cards(store_world, evening + timedelta(days=2))
    assert "первый срок прошёл " in card


@pytest.mark.parametrize(
    ("apart", "is_late", "precision", "is_one"),
    [
        (timedelta(days=4), False, Precision.SECOND, False),
        (timedelta(days=4), False, Precision.DAY, False),
        (timedelta(hours=1), True, Precision.SECOND, False),
        (timedelta(hours=2), False, Precision.SECOND, True),
        (None, False, Precision.UNKNOWN, True),
    ],
)
def test_old_reviews_found_in_one_reading_are_no_incident(
    store_world: StoreWorld,
    past: Past,
    apart: timedelta | None,
    is_late: bool,
    precision: Precision,
    is_one: bool,
) -> None:
    """Written weeks apart they did not come together; one that tells no time came when it was
    seen. Those of one evening stay one, also where the site was out of sight since."""
    evening = MONDAY + timedelta(hours=12)
    numbers = [store_world.ticket(now=evening) for _ in range(8)]
    for n, number in enumerate(numbers):
        written = evening - timedelta(days=3) - n * apart if apart else None
        about = {"published_at": written, "published_precision": precision}
        store_world.change_review(number, found_late=is_late, **about)
    ingest(store_world, numbers, evening, "tverskaya/yandex_maps")
    assert [row.kind for row in found(store_world)] == [ConcernKind.INCIDENT] * is_one


def test_a_measure_compares_reviews_as_they_were_first_seen(
    store_world: StoreWorld, past: Past
) -> None:
    """Guests of the days before have had longer to raise their stars than those since."""
    numbers = [store_world.ticket(now=MONDAY + timedelta(hours=n)) for n in range(12)]
    done_at = MONDAY + timedelta(days=6)

    def mark_and_raise(session: Session) -> None:
        tx = store_world.tx(session, done_at)
        acts.mark(tx, "tverskaya", "waiting", PEOPLE["marina"], done_at.date(), "касса")
        for number in numbers:
            review = session.get_one(ReviewRow, session.get_one(TicketRow, number).review_id)
            session.add(
                RevisionRow(
                    review_id=review.id or 0,
                    at=done_at,
                    change="edited",
                    fingerprint="f",
                    rating=1,
                    tone=Tone.NEGATIVE,
                    topics=["waiting"],
                )
            )
            review.rating, review.tone, review.topics = 5, Tone.POSITIVE, []
            session.add(review)

    store_world.db.write_now(mark_and_raise)
    with past.together():
        for day in range(7, 21):
            past.day(MONDAY + timedelta(days=day), stars=(5, 5, 4))
    [told], _ = store_world.db.read_now(
        lambda rows: measures_at(
            store_world.tx(rows, done_at + timedelta(days=21)), ("tverskaya",)
        )
    )
    assert told.told.before.k == 12


def test_a_measure_of_a_review_is_named_by_the_digest_once_it_is_done(
    store_world: StoreWorld, past: Past
) -> None:
    """And is no incident of the page: nothing was found."""
    number = store_world.ticket()
    store_world.change_review(number, topics=["waiting"])
    past.day(MONDAY, stars=(1, 1))
    tomorrow = MONDAY + timedelta(days=1)
    week = days_back(7, tomorrow.date(), "Europe/Moscow")

    def named() -> list[str]:
        def read(session: Session) -> Overview:
            rows = PeriodRows(
                store_world.tx(session, tomorrow), ("tverskaya",), week, "Europe/Moscow"
            )
            return overview(rows, None, None)

        [problem] = store_world.db.read_now(read).problems
        return [f"{each.on} {each.what}" for each in problem.measures]

    def note(session: Session) -> None:
        tx, by = store_world.tx(session, MONDAY), (MONDAY + timedelta(days=3)).date()
        measures.note_measure(tx, number, actor("ivan"), "вторая касса", "ivan", by)

    def done(session: Session) -> None:
        tx = store_world.tx(session, MONDAY)
        [noted] = beside_reply(tx, case_of(tx, number)).measures
        measures.measure_done(tx, number, actor("ivan"), noted.number)

    store_world.db.write_now(note)
    assert named() == []
    store_world.db.write_now(done)
    assert named() == ["2026-03-02 вторая касса"]
    shown = store_world.db.read_now(
        lambda session: page_of(
            store_world.tx(session, tomorrow), Meant(("tverskaya",)), 30, None, people=True
        )
    )
    assert shown.concerns == ()


WHAT = {"2026-02-20": "вторая касса вечером"}


def test_a_digest_names_the_newest_measures_of_its_days_and_counts_the_rest(
    store_world: StoreWorld, past: Past
) -> None:
    """Concerns without a measure hide none; other places' and long past ones are not named."""
    for n, (place, on, topic) in enumerate(
        (
            ("tverskaya", "2025-09-01", "waiting"),
            ("tverskaya", "2026-02-20", "waiting"),
            ("nevsky", "2026-03-02", "waiting"),
            ("nevsky", "2026-02-26", "waiting"),
            ("tverskaya", "2026-03-01", "waiting"),
            ("tverskaya", "2026-03-05", "waiting"),
            ("tverskaya", "2026-03-02", "food"),
            ("tverskaya", "", "waiting"),
            ("nevsky", "", "waiting"),
            ("tverskaya", "", "waiting"),
        )
    ):
        facts = Sign(
            measures=(MeasureTaken(on, "marina", WHAT.get(on, "")),) if on else ()
        ).to_json()
        about = {"kind": "burst", "location_key": place, "topic": topic, "state": "open"}
        row = ConcernRow(found_at=MONDAY - timedelta(days=20 - n), facts=facts, **about)
        store_world.db.write_now(lambda session, row=row: session.add(row))
    past.day(MONDAY, stars=(1, 1))
    tomorrow = MONDAY + timedelta(days=1)
    week = days_back(7, tomorrow.date(), "Europe/Moscow")

    def problem(session: Session, *places: str) -> TopicProblem:
        rows = PeriodRows(store_world.tx(session, tomorrow), places, week, "Europe/Moscow")
        [found] = overview(rows, None, None).problems
        return found

    told = store_world.db.read_now(lambda session: problem(session, "tverskaya", "nevsky"))
    assert [(each.on.isoformat(), each.place) for each in told.measures] == [
        ("2026-03-02", "Невский 40"),
        ("2026-03-01", "Тверская 12"),
    ]
    assert told.more_measures == 2
    told = store_world.db.read_now(lambda session: problem(session, "tverskaya"))
    assert [each.on.isoformat() for each in told.measures] == ["2026-03-01", "2026-02-20"]
    assert told.more_measures == 0
    facts = replace(sample_figures("ru"), overview=Overview(problems=(replace(told, quote=""),)))
    assert [
        visible(each) for _, each in problems(replace(facts, name="Тверская"), words_in("ru"))
    ] == [
        "1. Ожидание 2",
        "    📌 мера с 1 мар, Тверская 12",
        "    📌 мера с 20 февр, Тверская 12: вторая касса вечером",
    ]
    many = Overview(problems=(replace(told, quote="", more_measures=2),))
    said = [line for _, line in problems(replace(facts, overview=many), words_in("ru"))]
    assert visible(said[-1]).strip() == "и ещё 2 меры"


def test_measures_stand_on_the_page_what_waits_first(store_world: StoreWorld, past: Past) -> None:
    """What, who, by when, done, and whether it helped; of a place alone where it is chosen."""
    number = store_world.ticket(target="nevsky/yandex_maps")
    by = (MONDAY + timedelta(days=1)).date()

    def note(session: Session) -> None:
        tx = store_world.tx(session, MONDAY)
        measures.note_measure(tx, number, actor("ivan"), "вторая касса", "marina", by)
        acts.mark_done(tx, "tverskaya", "waiting", MeasureTaken("2026-02-20", "anna", "две смены"))

    store_world.db.write_now(note)
    late = MONDAY + timedelta(days=2)
    places = Meant(("tverskaya", "nevsky"))
    shown = store_world.db.read_now(
        lambda session: page_of(store_world.tx(session, late), places, 30, None)
    )
    table = measures_table(shown, words_in("ru"))
    [waits, done] = [[cell.text for cell in row.cells] for row in table.rows]
    assert waits[1:] == [
        "ожидание, № 1", "вторая касса", "Марина", "3 мар", "срок прошёл", "–",
    ]  # fmt: skip
    assert done[1:6] == ["ожидание", "две смены", "Анна", "–", "20 февр"]
    assert done[6]
    assert [row.within[0] for row in table.rows] == ["nevsky", "tverskaya"]
    text = report_page([PageView(Choice(30), shown)], "ru", ("", ""), ())
    assert 'href="#measures"' in text
    assert "вторая касса" in text
    nobody = store_world.db.read_now(
        lambda session: page_of(store_world.tx(session, late), Meant(("nevsky",)), 30, None)
    )
    assert len(nobody.measures) == 1
