"""Figures above one review: means and shares of few, goals, names, drops and bursts."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from random import Random  # noqa: TID251 - a story, seeded

import pytest

from reliability.watching import falls, lived, steady, triples, within
from reviewbot.core.trends.concern import DayPart, Sign, day_part
from reviewbot.core.trends.goal import Forecast, SiteBorder, Window, forecast, site_border
from reviewbot.core.trends.names_in_texts import ReviewWords, dishes_of, heard, names_of
from reviewbot.core.trends.overview import Named
from reviewbot.core.trends.stars import (
    Share,
    StarFigures,
    difference,
    quantile,
    share_difference,
)
from reviewbot.core.trends.watching import tail


def names_in(
    texts: Iterable[str], staff: Collection[str], own: Collection[str]
) -> tuple[Named, ...]:
    return names_of(heard(map(ReviewWords, texts), staff, {}), staff, own)


FIVES, MIXED = StarFigures.of([5] * 20), StarFigures.of([5, 1] * 10)


def test_a_mean_carries_its_interval_and_ten_fives_do_not_prove_the_next() -> None:
    assert StarFigures().interval is None
    assert StarFigures.of([4]).interval == (pytest.approx(2.04), 5.0)
    low, high = StarFigures.of([5] * 10).interval or (0, 0)
    assert low < 4.8
    assert high == 5.0
    assert StarFigures.of([5] * 9).is_few
    assert (FIVES + MIXED).n == 40


def test_what_is_too_few_is_compared_with_nothing() -> None:
    assert difference(FIVES, StarFigures.of([1] * 9)) is None
    change, low, high = difference(FIVES, MIXED) or (0, 0, 0)
    assert change == -2
    assert low < -2 < high < 0
    assert share_difference(Share(1, 9), Share(9, 20)) is None
    change, low, high = share_difference(Share(1, 20), Share(15, 20)) or (0, 0, 0)
    assert change == pytest.approx(0.7)
    assert 0 < low < change < high < 1


@pytest.mark.parametrize(("k", "n", "low", "high"), [(0, 10, 0.0, 0.28), (8, 10, 0.49, 0.94)])
def test_wilsons_interval(k: int, n: int, low: float, high: float) -> None:
    assert Share(k, n).interval == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_nine_of_ten() -> None:
    hours = [timedelta(hours=n) for n in range(1, 11)]
    assert quantile(hours, 0.9) == timedelta(hours=9)
    assert quantile(hours[:1], 0.9) == timedelta(hours=1)
    assert quantile([], 0.9) is None


def one_site(
    goal: float,
    rating: float,
    count: int | None,
    monthly: tuple[int, float] | None,
    bad: tuple[int, float] = (0, 0.0),
    *,
    step: float | None = None,
    window: Window | None = None,
    grown: int = 0,
) -> SiteBorder:
    title = {"en": "Yandex", "ru": "Яндекс"}
    shown = rating, count
    return site_border("Tverskaya", title, goal, shown, step, monthly, bad, window, grown)


def of_place(*sites: SiteBorder, goal: float = 4.8) -> Forecast:
    return forecast(goal, 4.6, [(each, each.count) for each in sites])


def test_the_way_to_a_goal() -> None:
    told = one_site(4.8, 4.6, 100, monthly=(20, 4.9), bad=(2, 1.0))
    assert (told.least, told.most) == (100, 100)
    assert told.months == pytest.approx(10)
    assert told.cost == pytest.approx((460 - 2) / 98 - 4.6)
    assert one_site(4.5, 4.6, 100, (0, 0)).is_reached
    few = one_site(4.8, 4.6, 100, (9, 5.0))
    assert (few.most, few.months, few.is_never) == (100, None, False), "chance is no pace"
    assert one_site(5.0, 4.6, 100, (20, 4.9)).most is None
    assert one_site(4.8, 4.6, 100, (20, 4.7)).is_never


def test_a_place_is_where_its_slowest_site_is() -> None:
    """It took the mean of its sites to the goal itself, each of them aims at its own border."""
    yandex = one_site(4.8, 4.7, 100, (20, 4.9), (2, 1.0), step=0.1)
    google = one_site(4.8, 4.5, 50, (10, 5.0))
    reached = one_site(4.8, 4.9, 50, (0, 0.0))
    place = of_place(yandex, google, reached)
    assert (yandex.least, yandex.most, google.most) == (1, 40, 75)
    assert (place.least, place.most, place.missing) == (76, 115, (yandex, google))
    assert yandex.months == pytest.approx(100 * 0.05 / (20 * 0.15))
    assert google.months == pytest.approx(7.5)
    assert place.slowest == google
    assert place.cost == pytest.approx((yandex.cost or 0) * 100 / 200)
    assert of_place(reached).missing == ()
    never = of_place(one_site(4.8, 4.5, 50, (10, 4.0)), yandex)
    assert (never.most, never.slowest.rating, never.slowest.is_never) == (115, 4.5, True)
    untold = of_place(yandex, one_site(4.8, 4.5, None, (20, 5.0)))
    assert (untold.uncounted, untold.most, untold.cost) == (untold.sites[1], None, None)
    hidden = of_place(yandex, one_site(4.8, 4.5, 50, None))
    assert (hidden.most, hidden.slowest.pace_of, hidden.slowest.is_never) == (115, None, False)
    assert forecast(4.8, None, []).cost is None


def test_stars_without_words_bring_a_goal_nearer_too() -> None:
    """Its count grew by a hundred, ten of them are reviews we hold."""
    assert one_site(4.8, 4.6, 900, (10, 4.9)).months is None, "more than five years"
    assert one_site(4.8, 4.6, 900, (10, 4.9), grown=100).months == pytest.approx(18)
    assert one_site(4.8, 4.6, 900, (9, 4.9), grown=100).months is None, "nine tell no mean"


def test_what_leaves_the_days_a_site_weighs_brings_it_nearer() -> None:
    """Of 30 reviews in ninety days the ten oldest have one star: they are gone in a month, and a
    five-star review in the place of each of them is all that is needed."""
    stars = [1] * 10 + [5] * 20
    window = Window(90, [(89.5 - 3 * n, given) for n, given in enumerate(stars)])
    told = one_site(4.8, 11 / 3, 1000, (10, 5.0), window=window)
    assert (told.days, told.count, told.least, told.most) == (90, 30, 9, 9)
    # Nine of the ten have left on the 25th day, or all have come to less than a twentieth.
    assert told.months == pytest.approx(25 / 30)
    worse = Window(90, [(89.5 - 3 * n, given) for n, given in enumerate(reversed(stars))])
    told = one_site(4.8, 11 / 3, 1000, (10, 5.0), window=worse)
    # The one-star reviews are the newest: nine have left on the 85th day.
    assert told.most == 29
    assert told.months == pytest.approx(85 / 30)
    assert one_site(4.8, 11 / 3, 1000, (10, 4.0), window=worse).is_never
    assert one_site(5.0, 11 / 3, 1000, (10, 5.0), window=worse).most == 30, "all of them"
    unseen = one_site(4.8, 11 / 3, 1000, (10, 5.0), window=Window(90, None))
    assert (unseen.count, unseen.most, unseen.months, unseen.is_unseen) == (None, None, None, True)
    empty = one_site(4.8, 11 / 3, 1000, (0, 0.0), window=Window(90, []))
    assert (empty.count, empty.most, empty.is_counted, empty.is_unseen) == (0, None, False, False)
    # It shows 4.6 where we hold 3.9: what comes is raised like what is there, once the one star
    # of the oldest is gone.
    held = Window(90, [(89.5 - 3 * n, 4 if n else 1) for n in range(30)])
    assert one_site(4.7, 4.6, 1000, (10, 4.0), window=held).months == pytest.approx(1 / 30)
    # It shows less than what we hold of it: it weighs stars without words too.
    rounded = one_site(4.8, 4.7, 1000, (10, 5.0), step=0.1, window=Window(90, [(1.0, 5)] * 20))
    assert (rounded.least, rounded.most) == (1, 6)


def test_names_are_those_of_the_staff_or_recur_never_any_capital() -> None:
    texts = ["Спасибо Оле за кофе!", "Кофе от Оли чудесен.", "Были в Париже и у вас."]
    texts += [f"Лучший здесь Бамбл, {n} раз брали, и Оля" for n in range(3)]
    texts += ["Нам помогла Марина."]
    found = {each.name: each.count for each in names_in(texts, ["Марина П."], ["Точка"])}
    assert found == {"Оля": 5, "Марина": 1}


@pytest.mark.parametrize(
    "text",
    [
        "Тут Яндекс привёз холодное",
        "Были у вас во Владимире",
        "Ждали в Пятницу вечером",
        "ждём - Пришли через час",
        "Как в Магните очередь",
        "Рядом с кафе Марина было грязно",
        "Заказ «Елена» не принесли",
        "На ул. Мира, у проспекта Мира грязно",
        "Были 8 Марта, всё плохо",
        "Приехала наша Лада в сервис",
        "И ОЛЬГА ТАМ БЫЛА",
        "Вот. Надежда умерла последней",
        "Всё плохо! Кости в рыбе",
        "Жене не понравилось",
        "Our Roman holiday was bad",
        "We waited in Victoria station, on Monday",
    ],
)
def test_a_capital_makes_no_name(text: str) -> None:
    staff = ["Иван"]
    told = names_in([f"{text} {n}" for n in range(5)], staff, ["Точка"])
    assert told == ()


@pytest.mark.parametrize(
    "text",
    [
        "Ольга лучшая!",
        "Спасибо. Ольга, вы чудо.",
        "Спасибо Оле!",
        "Оля помогла.",
        "С Ольгой легко.",
    ],
)
def test_a_name_of_the_staff_counts_where_a_sentence_begins_and_in_short(text: str) -> None:
    assert names_in([text], ["Ольга", "Вера", "Мария"], []) == (Named("Ольга", 1),)


@pytest.mark.parametrize("text", ["Верно!", "Верю вам.", "Марина помогла.", "Вера была. Без веры"])
def test_a_word_like_a_name_is_none(text: str) -> None:
    texts = [text, "Тут есть вера в лучшее."]
    assert names_in(texts, ["Ольга", "Вера", "Мария"], []) == ()


@pytest.mark.parametrize(
    ("staff", "text"),
    [
        ("Иванова Мария", "Нам помогла Мария."),
        ("Иванова Мария", "Там Маше всё равно"),
        ("Иванова Мария", "Врач Иванова нагрубила"),
        ("Иванова Мария", "Попали к Ивановой"),
        ("Мария Ивановна Петренко", "Были у Петренко"),
        ("Алёна", "Спасибо Алене"),
        ("Алена", "Спасибо Алёне"),
        ("Артем", "Хамит ваш Артёмом названный, Артём"),
        ("Павел", "Довольны Павлом"),
        ("Павел", "у вас Паша грубит"),
        ("Лев", "Хвалим Льва"),
        ("Лев", "Спасибо Льву"),
        ("Любовь", "Спасибо Любови"),
        ("Пётр Сергеевич", "Всё из-за Петра"),
        ("Илья", "С Ильёй ругались"),
        ("Саша", "С Сашей ругались"),
        ("Оля", "Администратор Ольга молчала"),
        ("Оля", "Олечка лучшая"),
        ("Юлия", "our waitress Yulia was rude"),
        ("Юлия", "Julia was rude"),
        ("Дмитрий", "barista Dmitry yelled, Dmitrii did"),
        ("Сергей", "ask Sergei"),
        ("Ксения", "ask Xenia"),
        ("Евгений", "ask Yevgeny"),
        ("Olga", "Спасибо Ольге"),
        ("Alexander", "Спасибо Александру"),
        ("Ольга", "НАМ НАХАМИЛА ОЛЬГА"),
        ("Ольга", "ОЛЬГЕ НЕ МЕСТО ЗДЕСЬ"),
        ("James", "our waiter James was rude"),
        ("Гульжихан", "Спасибо, Гульжихан!"),
        ("Вера", "С вами Вера была груба"),
        ("Марина", "в салоне Марина работает"),
    ],
)
def test_who_is_listed_is_known_however_written(staff: str, text: str) -> None:
    [named] = names_in([text], [staff, "Зинаида"], [])
    assert named.count == 1
    assert named.name in staff


@pytest.mark.parametrize(
    ("staff", "text"),
    [
        ("Марина", "Кафе «Марина» закрыто"),
        ("Ленин", "Живу на ул. Ленина"),
        ("Вера", "ВЕРЫ ВАМ НЕТ"),
        ("Константин", "Кости в рыбе"),
        ("Евгений", "Жене не понравилось"),
        ("Шеф", "Шеф хам. Просто шеф"),
        ("Админ Ольга", "Админ хам"),
        ("Александр", "Вас ждала Александра"),
        ("Иванов Александр", "Нахамила Иванова"),
        ("Владимир", "Ездили во Владимир"),
        ("Roman", "Roman style pizza"),
        ("А.", "А потом"),
    ],
)
def test_another_or_a_word_is_nobody_of_the_list(staff: str, text: str) -> None:
    assert names_in([text], [staff], []) == ()


def test_one_form_of_two_of_the_list_counts_for_neither() -> None:
    staff = ["Иванова Мария", "Иванова Ольга", "Евгений", "Евгения"]
    assert names_in(["Там Ивановой нет. Спасибо Евгению"], staff, []) == ()
    assert names_in(["Там был Евгений"], staff, []) == (Named("Евгений", 1),)


def test_a_name_that_recurs_is_one_in_all_its_forms() -> None:
    texts = ["Нахамила Ольга", "Грубость от Оли", "Ольге всё равно", "Руслан и Руслана"]
    assert names_in(texts, [], []) == (Named("Ольга", 3),)


def test_a_short_name_of_two_people_counts_for_neither() -> None:
    staff = ["Александр Б.", "Александра В.", "Мария"]
    assert names_in(["Саша и Маша лучшие. Александре спасибо."], staff, []) == (
        Named("Александра", 1),
        Named("Мария", 1),
    )


def test_dishes_are_counted_however_they_are_written_once_a_review() -> None:
    texts = ["Капучино! Капучино", "брали сырники", "Сырников мало", "за сырниками", "супер суп"]
    texts += ["капучино", "лучший КАПУЧИНО", "три супа", "cappuccino", "Супер"]
    stems = {"капучино": ("капучино",), "сырники": ("сырник",), "суп": ("суп",)}
    assert dishes_of(heard(map(ReviewWords, texts), (), stems), stems) == (
        Named("капучино", 3),
        Named("сырники", 3),
    )


def test_the_part_of_a_day_and_a_sign_in_the_rows() -> None:
    assert day_part([19, 20, 21, 9]) is DayPart.EVENING
    assert day_part([9, 14, 20]) is None
    assert day_part([20, 20]) is None
    sign = Sign(days=7, since=date(2026, 3, 2), part=DayPart.EVENING, tickets=(1, 2))
    assert Sign.from_json(sign.to_json()) == sign


def test_the_chance_of_so_many() -> None:
    assert tail(0, 10, 0.5) == 1.0
    assert tail(10, 10, 0.5) == pytest.approx(0.5**10)
    assert tail(1, 10, 0.1) == pytest.approx(1 - 0.9**10)
    assert tail(11, 10, 0.5) == 0.0


def test_a_fall_and_a_tripled_topic_are_told_and_a_steady_place_is_left_alone() -> None:
    """A sample; the figures are reliability.watching's."""
    assert within(lived(Random(1), 3.0, falls, 62).drops, 40, 20)
    waits = [on for on, topic in lived(Random(1), 30.0, triples, 48).bursts if topic == "waiting"]
    assert within(waits, 40, 7)
    calm = lived(Random(2), 3.0, steady, 60)
    assert len(calm.drops) + len(calm.bursts) <= 1
