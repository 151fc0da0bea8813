"""The past in one message: shares, times, repeated and unwise replies, topics by year."""

from datetime import timedelta

import pytest

from reviewbot.core.trends.past import blames
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.words.html import visible
from reviewbot.words.trends.past import past
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past


def test_the_past_tells_what_was_answered_how_soon_and_how(store_world: StoreWorld) -> None:
    story = Past(store_world)
    long_ago = MONDAY - timedelta(days=400)
    sorry = "{name}, здравствуйте! Нам очень жаль, что так вышло, обязательно разберёмся."
    with story.together():
        for n in range(3):
            story.day(
                long_ago + timedelta(days=n),
                stars=(1,),
                published_at=long_ago + timedelta(days=n),
                reply_text=sorry.format(name=("Анна", "Олег", "Ирина")[n]),
                reply_at=long_ago + timedelta(days=n, hours=10),
            )
    story.day(MONDAY - timedelta(days=5), stars=(1,), reply_text="Вы сами виноваты, звоните.")
    story.day(
        MONDAY - timedelta(days=4),
        stars=(2,),
        text="Мой номер +7 999 123-45-67",
        reply_text="Перезвоним вам на +7 999 123-45-67.",
    )
    story.day(MONDAY - timedelta(days=3), stars=(5, 1), topic="staff")
    facts = store_world.db.read_now(
        lambda session: past_audit(store_world.tx(session), ("tverskaya", "nevsky"))
    )
    assert (facts.answered.k, facts.answered.n) == (5, 7)
    assert (facts.answered_bad.k, facts.answered_bad.n) == (5, 6)
    assert (facts.repeated, facts.blaming, facts.personal) == (3, 1, 1)
    assert facts.median == timedelta(hours=10)
    assert [year.year for year in facts.years] == [2026, 2025]
    told = visible(past(facts, "ru", about="2 точки", own_topics={}).html)
    told = told.replace("\N{NO-BREAK SPACE}", " ")
    assert "С ответом 71 % из 7 [36 %–92 %], из жалоб 83 % из 6 [44 %–97 %]" in told
    assert "одними и теми же словами: 3, винят гостя: 1, с данными гостя: 1" in told
    assert "2025: 1,0★ [1,0–1,6] (3), ожидание 3" in told


@pytest.mark.parametrize(
    ("guest", "reply", "is_personal"),
    [
        (
            "Живу: улица Ленина, дом 5, квартира 12",
            "Курьер был: улица Ленина, дом 5, квартира 12.",
            True,
        ),
        ("Везли на улицу Ленина, дом 5", "Да, на улицу Ленина, дом 5 везут долго.", True),
        ("I live at 14 Baker Street", "We know 14 Baker Street is far.", True),
        ("Долго", "Позвоним вам, записали ваш номер +7 916 123-45-67.", True),
        ("Долго", "Позвоните нам, мы записали ваш номер +7 916 123-45-67.", True),
        ("Долго", "Ваш заказ на +79161234567 отменён.", True),
        ("Долго", "Ваша почта ivan.petrov@mail.ru в базе.", True),
        ("Slow", "We called you on +44 7911 123456.", True),
        ("Slow", "We wrote to your email tom@example.org.", True),
        ("Долго", "Звоните нам: +7 495 123-45-67.", False),
        ("Долго", "Ваш отзыв важен. Наш телефон +7 495 123-45-67.", False),
        ("Долго", "Ваш вопрос решит наш управляющий: +7 495 123-45-67.", False),
        ("Долго", "Мы звонили вам с номера +7 495 123-45-67.", False),
        ("Долго", "Напишите ваш номер заказа на care@example.org.", False),
        ("Slow", "Please call us on +44 7911 123456.", False),
        ("Были на Тверской 12", "Ждём вас на Тверской, 12!", False),
        ("Был на Тверская 12", "Точка, Тверская 12 ждёт вас.", False),
    ],
)
def test_what_a_reply_tells_of_its_guest(
    store_world: StoreWorld, guest: str, reply: str, is_personal: bool
) -> None:
    Past(store_world).day(MONDAY - timedelta(days=4), stars=(2,), text=guest, reply_text=reply)
    facts = store_world.db.read_now(
        lambda session: past_audit(store_world.tx(session), ("tverskaya",))
    )
    assert facts.personal == int(is_personal)
    assert [each.said for each in facts.unwise] == [""] * is_personal


def test_blame_is_said_in_so_many_words() -> None:
    assert blames("Это ложь и клевета!")
    assert not blames("Мы сами виноваты, простите.")


def test_the_last_replies_to_look_at_are_the_newest_whatever_order_they_were_stored_in(
    store_world: StoreWorld,
) -> None:
    """A first reading stores a site's newest first: the oldest have the highest numbers."""
    story = Past(store_world)
    with story.together():
        for back in range(60):
            story.day(
                MONDAY - timedelta(days=back * 10 + 1),
                stars=(1,),
                reply_text="Вы сами виноваты, звоните.",
                reply_at=MONDAY - timedelta(days=back * 10),
                url=f"https://example.org/{back}",
            )
    facts = store_world.db.read_now(
        lambda session: past_audit(store_world.tx(session), ("tverskaya",))
    )
    assert [each.url for each in facts.unwise] == [f"https://example.org/{n}" for n in range(20)]
