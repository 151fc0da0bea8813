"""Digests word for word: a busy day, an empty one, a week against the week before."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.core.calendar import digest_days as core
from reviewbot.core.calendar.digest_days import (
    CompetitorNews,
    DigestFacts,
    Period,
    PeriodFigures,
    PlaceCount,
    RuleWord,
    TopicCount,
    Unseen,
)
from reviewbot.core.facts import DraftFacts
from reviewbot.core.model import Role, Tone
from reviewbot.core.trends.overview import MeasureNamed, Overview, PlaceStars, ReplyTimes
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.words.cards.bulk_approval import ready_done, ready_page
from reviewbot.words.digest import digest
from reviewbot.words.html import CAPTION_LIMIT, length, units
from reviewbot.words.language import words_in
from reviewbot.words.trends.lines import ratings
from reviewbot.words.trends.lines import replies as reply_line
from reviewbot.words.trends.pictures import places_panel
from reviewbot.words.trends.samples import sample_figures
from reviewbot.words.trends.stats import stats
from tests.words.facts_for_words import SITES, ZONE, complaint, moscow
from tests.words.message_text import assert_telegram_takes, keys_of, text_of
from tests.words.test_limits import any_text

TUESDAY = date(2026, 3, 3)
MINUTES = timedelta(minutes=1)


def day(language: str = "ru", **changes: Any) -> DigestFacts:
    """The digest of the samples."""
    russian = language == "ru"
    tverskaya, nevsky = ("Тверская 12", "Невский 40") if russian else ("Tverskaya 12", "Nevsky 40")
    facts = DigestFacts(
        period=Period.DAILY,
        days=core.days_of(Period.DAILY, TUESDAY, ZONE),
        zone=ZONE,
        at=moscow(9, 15),
        locations=40,
        figures=PeriodFigures(
            new=28,
            complaints=4,
            in_time=5,
            late=1,
            usual=38 * MINUTES,
            topics=(TopicCount("waiting", 3), TopicCount("staff", 1, tverskaya)),
            praise=TopicCount("staff", 2),
        ),
        open=3,
        overdue=(PlaceCount(nevsky, 1),),
        ready=21,
        unseen=(Unseen(SITES, moscow(2), moscow(7, 30), 330 * MINUTES, places=40, of=40),),
    )
    return replace(facts, **changes)


def quiet(**changes: Any) -> DigestFacts:
    """Nothing happened, nothing is owed."""
    nothing = day(figures=PeriodFigures(), open=0, overdue=(), ready=0, unseen=())
    return replace(nothing, **changes)


def test_a_day() -> None:
    message = digest(day(), "ru")
    assert text_of(message) == (
        "☀️ Вторник, 3 марта · 40 точек\n"
        "За вчера: 28 новых, жалоб 4\n"
        "В срок 5 из 6, обычно за 38 мин\n"
        "Открыто 3, просрочен 1: Невский 40\n"
        "Чаще всего: ожидание 3, персонал 1 (Тверская 12)\n"
        "Хвалят: персонал 2\n"
        "🙈 Яндекс не видели с 02:00 до 07:30"
    )
    assert keys_of(message) == "[📋 Разобрать 3][🙂 Хорошие: 21] / [📈 За месяц]"
    assert_telegram_takes(message)
    english = digest(day("en"), "en")
    assert text_of(english) == (
        "☀️ Tuesday, 3 March · 40 locations\n"
        "Yesterday: 28 new, 4 complaints\n"
        "On time 5 of 6, usually 38 min\n"
        "Open 3, overdue 1: Nevsky 40\n"
        "Most often: waiting 3, staff 1 (Tverskaya 12)\n"
        "Praised: staff 2\n"
        "🙈 Yandex not seen 02:00–07:30"
    )
    assert keys_of(english) == "[📋 Work through 3][🙂 Good: 21] / [📈 Month]"


def test_an_empty_day() -> None:
    message = digest(quiet(), "ru")
    assert text_of(message) == (
        "☀️ Вторник, 3 марта. Новых отзывов нет, открытых тоже, все площадки видны."
    )
    assert message.buttons == ()
    assert text_of(digest(quiet(), "en")) == (
        "☀️ Tuesday, 3 March. No new reviews, nothing owed, all sites in sight."
    )


def test_a_day_of_which_nothing_is_known_is_no_empty_day() -> None:
    blind = Unseen(SITES, moscow(12, day=2), None, timedelta(hours=21), places=1, of=1)
    message = digest(quiet(locations=1, name="Тверская 12", unseen=(blind,)), "ru")
    assert text_of(message) == (
        "☀️ Вторник, 3 марта · Тверская 12\n"
        "За вчера: новых отзывов нет\n"
        "Открытых нет\n"
        "🙈 Яндекс не видим с пн 12:00\n"
        "Новые отзывы оттуда не приходят. Это не значит, что их нет."
    )
    for facts in (
        quiet(all_in_sight=False),
        quiet(watched_since=moscow(15, day=2)),
        quiet(unread=3),
        quiet(ready=1),
    ):
        assert "все площадки видны" not in text_of(digest(facts, "ru"))


def test_pages_nobody_looked_at_are_told() -> None:
    assert "🙈 2 страницы ещё не прочитаны: отзывов может быть больше" in text_of(
        digest(quiet(unread=2), "ru")
    )
    assert "🙈 1 page not read yet: there may be more reviews" in text_of(
        digest(quiet(unread=1), "en")
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "Открыт 1, просрочен 1: Невский 40"),
        (2, "Открыто 2, просрочено 2: Невский 40 (2)"),
        (21, "Открыт 21, просрочен 21: Невский 40 (21)"),
    ],
)
def test_what_is_open_has_its_plurals(count: int, said: str) -> None:
    facts = day(open=count, overdue=(PlaceCount("Невский 40", count),))
    assert said in text_of(digest(facts, "ru"))


def test_two_thousand_overdue_places_are_counted_and_a_few_are_named() -> None:
    places = tuple(PlaceCount(f"Точка {n}", 1) for n in range(2000))
    told = text_of(digest(day(open=2000, overdue=places, overdue_unseen=2), "ru"))
    assert (
        "Открыто 2000, просрочено 2000: Точка 0, Точка 1, Точка 2 и ещё 1997; "
        "не видим 2, там могли ответить"
    ) in told


def test_what_is_read_alone_follows_the_sites_that_are_told() -> None:
    """«Оттуда» is a site, no page."""
    blind = Unseen(SITES, moscow(2), None, 60 * MINUTES)
    told = text_of(digest(day(unseen=(blind,), unread=21), "ru")).splitlines()
    assert told[-3:] == [
        "🙈 Яндекс не видим с 02:00",
        "Новые отзывы оттуда не приходят. Это не значит, что их нет.",
        "🙈 21 страница ещё не прочитана: отзывов может быть больше",
    ]


@pytest.mark.parametrize(("language", "said"), [("ru", "жалоб нет"), ("en", "no complaints")])
def test_good_news_is_said_in_words(language: str, said: str) -> None:
    facts = day(figures=PeriodFigures(new=14))
    assert f": 14 {'новых' if language == 'ru' else 'new'}, {said}\n" in text_of(
        digest(facts, language)
    )
    was = week(figures=PeriodFigures(new=14), before=PeriodFigures(new=14, complaints=5))
    assert f"{said} ↓ (" in text_of(digest(was, language))


def test_marked_and_unknown_are_told_apart() -> None:
    figures = PeriodFigures(new=1, in_time=5, marked=2, late=1, undecided=1)
    assert "В срок 5 из 6 (2 по отметке), про 1 не знаем" in text_of(
        digest(day(figures=figures), "ru")
    )
    unknown = PeriodFigures(new=1, undecided=2)
    assert "В срок: про 2 не знаем" in text_of(digest(day(figures=unknown), "ru"))


def test_bare_stars_that_nobody_got_a_ticket_for_are_a_line() -> None:
    figures = PeriodFigures(new=3, wordless=(PlaceCount("Невский 40", 2), PlaceCount("Арбат", 1)))
    assert "Без слов, 1–2★: 3 (Невский 40 (2), Арбат)" in text_of(
        digest(day(figures=figures), "ru")
    )
    assert "Без слов, 1–2★: 3\n" in text_of(digest(day(figures=figures, name="Арбат"), "ru"))


def test_days_without_a_digest_are_told_with_the_next_one() -> None:
    days = core.days_of(Period.DAILY, TUESDAY, ZONE, date(2026, 2, 28))
    assert "С 28 февр: 28 новых, жалоб 4" in text_of(digest(day(days=days), "ru"))
    assert "Since 28 Feb: 28 new, 4 complaints" in text_of(digest(day("en", days=days), "en"))


def week(**changes: Any) -> DigestFacts:
    facts = day(
        period=Period.WEEKLY,
        days=core.days_of(Period.WEEKLY, date(2026, 3, 2), ZONE),
        at=moscow(9, 30, day=2),
        figures=PeriodFigures(
            new=180,
            complaints=12,
            gone=2,
            in_time=20,
            late=3,
            usual=41 * MINUTES,
            topics=(TopicCount("waiting", 7),),
            worst=(PlaceCount("Невский 40", 5, 20),),
            calm=(PlaceCount("Арбат 7", 0, 21),),
        ),
        before=PeriodFigures(
            new=164, complaints=15, in_time=18, late=4, usual=timedelta(minutes=55)
        ),
        unseen=(),
    )
    return replace(facts, **changes)


def test_the_operators_topics_stand_in_a_digest_by_their_titles() -> None:
    facts = week(own_topics={"waiting": {"ru": "очередь", "en": "the line"}})
    assert "Чаще всего: очередь 7" in text_of(digest(facts, "ru"))
    assert "Most often: the line 7" in text_of(digest(facts, "en"))


def test_a_week_against_the_week_before() -> None:
    message = digest(week(), "ru")
    assert text_of(message) == (
        "🗓 Неделя 23 февр – 1 мар · 40 точек\n"
        "180 новых (было 164), жалоб 12 ↓ (было 15), с площадок пропало 2\n"
        "В срок 20 из 23, обычно за 41 мин (было 18 из 22, 55 мин)\n"
        "Открыто 3, просрочен 1: Невский 40\n"
        "Чаще всего: ожидание 7\n"
        "Больше всего жалоб: Невский 40 (5 из 20)\n"
        "Без жалоб: Арбат 7 (21 отзыв)"
    )
    assert keys_of(message) == "[📋 Разобрать 3][🙂 Хорошие: 21] / [📈 За месяц]"


def test_a_week_that_was_not_seen_is_not_compared() -> None:
    said = "С прошлым периодом не сравниваю: слишком долго не всё было видно."
    unsure = text_of(digest(week(before=None, uncompared=True), "ru"))
    assert said in unsure
    assert "(было" not in unsure
    assert said not in text_of(digest(week(before=None), "ru"))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (28, 27, "28 new (was 27)"),
        (28, 12, "28 new ↑ (was 12)"),
        (1, 2, "1 new (was 2)"),
        (0, 5, "No new reviews ↓ (was 5)"),
    ],
)
def test_an_arrow_stands_only_where_there_is_a_difference(
    now: int, before: int, said: str
) -> None:
    facts = week(figures=PeriodFigures(new=now), before=PeriodFigures(new=before))
    assert text_of(digest(facts, "en")).splitlines()[1].startswith(said)


def test_a_month_names_the_rules_that_were_wrong() -> None:
    facts = week(
        period=Period.MONTHLY,
        days=core.days_of(Period.MONTHLY, date(2026, 3, 1), ZONE),
        rules=(RuleWord("ru.staff.nagl", 3, 8),),
    )
    message = digest(facts, "ru")
    told = text_of(message)
    assert told.startswith("🗓 Февраль 2026 · 40 точек\n")
    assert told.endswith("\nЧаще других ошибались правила:\nru.staff.nagl: верно 3 из 8")
    assert keys_of(message) == "[📋 Разобрать 3][🙂 Хорошие: 21]"
    english = text_of(digest(facts, "en"))
    assert english.startswith("🗓 February 2026")
    assert english.endswith("Rules that were wrong most often:\nru.staff.nagl: right 3 of 8")


def test_a_month_that_begins_on_another_day_says_which_days_it_has() -> None:
    days = core.days_of(Period.MONTHLY, date(2026, 3, 15), ZONE)
    told = text_of(digest(week(period=Period.MONTHLY, days=days), "ru"))
    assert told.startswith("🗓 28 дней, 15 февр – 14 мар")


def test_the_last_thirty_days_when_somebody_asks() -> None:
    days = core.days_of(Period.RECENT, TUESDAY, ZONE)
    message = digest(week(period=Period.RECENT, days=days), "ru")
    assert text_of(message).startswith("📈 30 дней, 1 февр – 2 мар · 40 точек\n")
    assert keys_of(message) == "[📋 Разобрать 3][🙂 Хорошие: 21]"


@pytest.mark.parametrize(
    ("gap", "russian", "english"),
    [
        (
            Unseen(SITES, moscow(23, day=2), moscow(7), 8 * 60 * MINUTES, places=3, of=40),
            "🙈 Яндекс не видели с пн 23:00 до 07:00, 3 из 40 точек",
            "🙈 Yandex not seen Mon 23:00–07:00, 3 locations of 40",
        ),
        (
            Unseen(SITES, moscow(10, day=9, month=2), moscow(12, day=9, month=2), MINUTES),
            "🙈 Яндекс не видели с 9 февр, 10:00 до 12:00",
            "🙈 Yandex not seen 9 Feb, 10:00–12:00",
        ),
        (
            Unseen(SITES, moscow(1), moscow(8), 65 * MINUTES, 5, 1, 40, "Арбат 7"),
            "🙈 Яндекс не видели 5 раз, всего 1 ч 5 мин, Арбат 7",
            "🙈 Yandex not seen 5 times, 1 h 5 min in all, Арбат 7",
        ),
        (
            Unseen(SITES, moscow(1), moscow(8), 90 * MINUTES, 37, 40, 40, None, 40 * MINUTES),
            "🙈 Яндекс не видели 37 раз, каждую точку не дольше 40 мин",
            "🙈 Yandex not seen 37 times, no location longer than 40 min",
        ),
        (
            Unseen(SITES, moscow(1), None, 65 * MINUTES, 1, 2, 40),
            "🙈 Яндекс не видим с 01:00, 2 из 40 точек",
            "🙈 Yandex not seen since 01:00, 2 locations of 40",
        ),
    ],
)
def test_time_out_of_sight_is_told(gap: Unseen, russian: str, english: str) -> None:
    assert russian in text_of(digest(day(unseen=(gap,)), "ru")).splitlines()
    assert english in text_of(digest(day(unseen=(gap,)), "en")).splitlines()


def test_a_viewer_gets_no_work() -> None:
    assert keys_of(digest(day(), "ru", role=Role.VIEWER)) == "[📈 За месяц]"


def praise(number: int, **changes: Any) -> Any:
    return complaint(
        number=number,
        rating=5,
        tone=Tone.POSITIVE,
        text="Отличный кофе, спасибо бариста Оле!",
        draft=DraftFacts(1, "Анна, спасибо! Передадим Оле."),
        **changes,
    )


def test_good_reviews_in_fives() -> None:
    cards = [praise(number) for number in (12, 13)]
    message = ready_page(cards, "ru", offset=5, total=21, step=5, group=True)
    assert text_of(message) == (
        "🙂 21 хороший отзыв с готовым ответом · 6–7 из 21\n"
        "\n"
        "№ 12 · 5★ Анна К. · Яндекс · Тверская 12\n"
        "«Отличный кофе, спасибо бариста Оле!»\n"
        "Анна, спасибо! Передадим Оле.\n"
        "\n"
        "№ 13 · 5★ Анна К. · Яндекс · Тверская 12\n"
        "«Отличный кофе, спасибо бариста Оле!»\n"
        "Анна, спасибо! Передадим Оле.\n"
        "\n"
        "Кнопка с 🔴: если отзыв на самом деле жалоба."
    )
    assert keys_of(message) == (
        "[№ 12][№ 13] / [🔴 № 12][🔴 № 13] / [✅ Утвердить все 2] / [⬅️ Назад][➡️ Дальше]"
    )
    assert_telegram_takes(message)
    empty = ready_page((), "en", offset=0, total=0, step=5, group=True)
    assert text_of(empty) == "🙂 No good review waits with a ready reply."


def test_what_came_of_a_page() -> None:
    message = ready_done(
        [praise(12, publish_at=moscow(14, 30)), praise(13)],
        [],
        [(14, "already", {"state": "approved", "who": "Анна", "at": None})],
        "ru",
        zone=ZONE,
        who="Марина",
        left=16,
        open_=5,
    )
    assert text_of(message) == (
        "✅ Утверждено: 2 · Марина\n"
        "На площадку отправлю сам: 1.\n"
        "Разместить вручную: 1.\n"
        "№ 14: Уже утверждено: Анна. Карточка обновлена."
    )
    assert keys_of(message) == "[№ 12][№ 13] / [📋 Разобрать 5][🙂 Хорошие: 16]"
    both = ready_done([praise(12)], [praise(13)], [], "ru", zone=ZONE, who="Б", left=0, open_=0)
    assert text_of(both).startswith("✅ Утверждено: 1. Предложено: 1, утвердит менеджер · Б")
    proposed = ready_done([], [praise(12)], [], "en", zone=ZONE, who="Ivan", left=0, open_=0)
    assert text_of(proposed) == "✅ Proposed: 1, a manager approves · Ivan"


counts = st.integers(0, 10**7)


@settings(max_examples=60, deadline=None)
@given(
    name=any_text,
    site=any_text,
    count=counts,
    many=st.integers(0, 60),
    period=st.sampled_from(list(Period)),
    language=st.sampled_from(["ru", "en"]),
    single=st.booleans(),
)
def test_a_digest_of_anything_is_taken(
    name: str, site: str, count: int, many: int, period: Period, language: str, single: bool
) -> None:
    places = (PlaceCount(name, count, count),) * many
    topics = (TopicCount(name, count, name),) * min(many, 3)
    figures = PeriodFigures(
        new=count,
        complaints=count,
        gone=count,
        wordless=places,
        in_time=count,
        marked=count,
        late=count,
        undecided=count,
        usual=count * MINUTES,
        topics=topics,
        praise=topics[0] if topics else None,
        worst=places[:3],
        calm=places[:3],
    )
    gap = Unseen({"en": site, "ru": site}, moscow(1), None, count * MINUTES, many, many, 61, name)
    facts = day(
        period=period,
        days=core.days_of(period, TUESDAY, ZONE),
        name=name if single else None,
        figures=figures,
        before=figures,
        uncompared=True,
        open=count,
        overdue=places,
        overdue_unseen=count,
        ready=count,
        unseen=(gap,) * many,
        unread=count,
        watched_since=moscow(1),
        rules=(RuleWord(name or "x", count, count),) * min(many, 3),
    )
    assert_telegram_takes(digest(facts, language))


@settings(max_examples=30, deadline=None)
@given(text=any_text, name=any_text, draft=st.text(max_size=480))
def test_a_page_of_anything_is_taken(text: str, name: str, draft: str) -> None:
    cards = [
        complaint(
            text=text,
            author=name,
            location_name=name,
            location_short="",
            draft=DraftFacts(1, draft),
        )
    ] * 5
    assert_telegram_takes(ready_page(cards, "ru", offset=5, total=99, step=5, group=True))
    refused = [(number, "reply_forbidden", {"word": text}) for number in range(5)]
    done = ready_done(cards[:3], cards[3:], refused, "en", zone=ZONE, who=name, left=9, open_=9)
    assert_telegram_takes(done)


def test_a_place_seen_in_part_is_told_as_such_beside_the_others() -> None:
    overview = sample_figures("en").overview
    assert overview is not None
    hidden = tuple(replace(place, is_unseen=True) for place in overview.places)
    panel = places_panel(replace(overview, places=hidden), words_in("en"))
    assert panel.notes == [
        "3.9 · 74 · partly seen",
        "4.6 · 68 · partly seen",
        "only 6 · partly seen",
    ]
    assert panel.means == [None] * 3, "it is not set beside others"
    blind = tuple(replace(place, stars=StarFigures()) for place in hidden)
    panel = places_panel(replace(overview, places=blind), words_in("en"))
    assert panel.notes == ["out of sight"] * 3


@pytest.mark.parametrize(
    ("most", "ranked", "few"), [(6, 25, 5), (12, 25, 5), (6, 7, 0), (6, 3, 9)]
)
def test_the_worst_places_are_in_the_picture_however_many_there_are(
    most: int, ranked: int, few: int
) -> None:
    """Those without enough reviews were added below, then the middle cut: the worst were in it."""
    stars = [
        PlaceStars(f"k{n}", f"Place {n}", StarFigures.of([5] * (100 - n) + [1] * n), 100, n)
        for n in range(ranked)
    ]
    some = [PlaceStars(f"f{n}", f"Few {n}", StarFigures.of([1]), 1, 1) for n in range(few)]
    panel = places_panel(Overview(places=(*some, *stars)), words_in("en"), most)
    assert len(panel.names) <= most
    assert panel.names[0] == "Place 0", "the best"
    marked = [name for name, mean in zip(panel.names, panel.means, strict=True) if mean]
    assert marked[-1] == f"Place {ranked - 1}", "the worst"
    gap = [name for name in panel.names if name.startswith("…")]
    hidden = ranked - len(marked)
    assert gap == ([f"… {hidden} more …"] if hidden else [])
    assert (panel.names[-1] == f"Not ranked: {few}") is bool(few)


def test_few_reviews_carry_their_interval_and_few_replies_their_number() -> None:
    def said(stars: list[int], replies: ReplyTimes) -> tuple[str, str]:
        told = Overview(stars=StarFigures.of(stars), replies=replies)
        return ratings(told, words_in("ru")), reply_line(told, words_in("ru"))

    hours = timedelta(hours=3)
    few, many = [5, 4, 1, 5, 5, 4], [5, 4, 5, 5] * 10
    assert said(few, ReplyTimes(2, hours, hours, Share(2, 6))) == (
        "⭐ За эти дни 4,0★ [2,8–5,0], но отзывов только 6",
        "С ответом на сайте 33\u00a0% из 6 [10\u00a0%–70\u00a0%], обычно за 3 ч (только 2)",
    )
    assert said(many, ReplyTimes(30, hours, hours, Share(30, 40))) == (
        "⭐ За эти дни 4,8★ (40)",
        "С ответом на сайте 75\u00a0% из 40, обычно за 3 ч, 9 из 10 за 3 ч",
    )


def week_of_thirty(language: str, name: str) -> DigestFacts:
    """A full week of thirty places, each of this name, with everything there is to tell."""
    facts = sample_figures(language)
    overview, figures = facts.overview, facts.figures
    assert overview is not None
    problem = replace(
        overview.problems[0],
        quote="Ждали горячее сорок минут, никто не подошёл, а когда принесли, оно было холодным, "
        "и нам ещё пришлось просить.",
        number=12345,
        places=((name, 40), (name, 30)),
        measures=(
            MeasureNamed(date(2026, 3, 2), name, "вторая касса и обучение персонала вечером"),
            MeasureNamed(date(2026, 3, 1), name, "новое меню"),
        ),
        more_measures=4,
        count=90,
        before=70,
    )
    counts = (PlaceCount(name, 9, 20),) * 30
    gap = Unseen(SITES, moscow(1), None, 600 * MINUTES, places=1, of=40, place=name)
    ranked = StarFigures.of([5, 4] * 20)
    return replace(
        facts,
        period=Period.WEEKLY,
        days=core.days_of(Period.WEEKLY, TUESDAY, ZONE),
        locations=30,
        name=None,
        figures=replace(figures, wordless=counts, worst=counts[:3], calm=counts[:3]),
        before=figures,
        uncompared=True,
        open=250,
        overdue=counts,
        overdue_unseen=40,
        unseen=(gap,) * 6,
        unread=12,
        watched_since=moscow(1),
        competitors=(CompetitorNews(name, 100, 20),) * 4,
        rules=(RuleWord("ru.waiting.hour", 3, 10),) * 3,
        overview=replace(
            overview,
            problems=(problem,) * 3,
            places=tuple(
                PlaceStars(f"p{n}", name, replace(ranked, total=ranked.total - n), 40, 9)
                for n in range(30)
            ),
        ),
    )


@pytest.mark.parametrize(
    ("language", "quoted"), [("ru", "«Сказали „подождите“»"), ("en", "“Сказали «подождите»”")]
)
def test_quotation_marks_of_a_guest_stay_within_ours(language: str, quoted: str) -> None:
    facts = sample_figures(language)
    assert facts.overview is not None
    problem = replace(facts.overview.problems[0], quote="Сказали «подождите»")
    told = replace(facts, overview=replace(facts.overview, problems=(problem,)))
    assert quoted in text_of(digest(told, language))


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    "name", ["Невский 40", "Кофейня «Длинное имя» на Большой Никитской 12/3", "🍰" * 40]
)
def test_a_week_of_thirty_places_fits_under_its_picture(language: str, name: str) -> None:
    """Of thirty places it had 1,035 letters, and the picture came apart from its text."""
    facts = week_of_thirty(language, name)
    html = digest(facts, language).html
    assert length(html) <= CAPTION_LIMIT
    told = text_of(digest(facts, language)).splitlines()
    left = re.fullmatch(
        r"… (?:ещё )?(\d+) (?:строк\w* не поместил\w+|more lines? did not fit)", told[-1]
    )
    assert left
    # What asks for a hand is there, whatever goes; and nothing went for nothing.
    assert any(line.startswith(("Открыто 250", "Open 250")) for line in told)
    assert length(html) > CAPTION_LIMIT - 120
    few = replace(facts, unseen=(), rules=(), competitors=(), overdue=(), watched_since=None)
    plain = text_of(digest(few, language))
    assert units(plain) <= CAPTION_LIMIT


@pytest.mark.parametrize("language", ["ru", "en"])
def test_quotes_are_cut_before_a_line_goes(language: str) -> None:
    facts = week_of_thirty(language, "Невский 40")
    overview = facts.overview
    assert overview is not None
    problem = replace(overview.problems[0], measures=(), more_measures=0)
    facts = replace(
        facts,
        unseen=(),
        rules=(),
        competitors=(),
        uncompared=False,
        overview=replace(overview, problems=(problem,) * 3, praised=()),
        figures=replace(facts.figures, worst=(), calm=(), wordless=()),
        watched_since=None,
    )
    text = text_of(digest(facts, language))
    assert units(text) <= CAPTION_LIMIT
    assert text.count("Ждали горячее") == 3


def test_arrows_of_months_go_by_the_day() -> None:
    """March has 31 days, February 28: as many a day are more in all."""
    days = core.days_of(Period.MONTHLY, date(2026, 4, 1), ZONE)

    def told(now: int, before: int) -> str:
        figures = {"figures": PeriodFigures(new=now), "before": PeriodFigures(new=before)}
        return text_of(digest(week(period=Period.MONTHLY, days=days, **figures), "ru"))

    assert "310 новых (было 280)" in told(310, 280)
    assert "310 новых (было 275)" in told(310, 275)
    assert "310 новых ↑ (было 240)" in told(310, 240)
    assert "280 новых ↓ (было 290)" in told(280, 290)


def test_figures_of_days_before_watching_began_say_since_when() -> None:
    told = text_of(stats(week(watched_since=moscow(9, day=26, month=2)), "ru"))
    assert "с 26 февр, 09:00" in told
