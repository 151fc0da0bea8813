"""Reminders, lists, notices and answers to commands, word for word where people depend on it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.core.beside_reply.said import MeasureNoted
from reviewbot.core.facts import (
    Addressee,
    BlindFacts,
    HealthFacts,
    HistoryLine,
    ListPage,
    ListTotals,
    QueueLine,
    ReminderFacts,
)
from reviewbot.core.model import (
    Alerts,
    Approval,
    Health,
    Reason,
    ReminderKind,
    Role,
    Severity,
    TicketState,
)
from reviewbot.core.ticket import Action
from reviewbot.words import answers, people
from reviewbot.words.cards import beside_reply, review_lists
from reviewbot.words.cards.history import ACTIONS, explain, history
from reviewbot.words.cards.reminders import bundle, reminder
from reviewbot.words.notices import notice
from reviewbot.words.vocabulary import Scope
from tests.words.facts_for_words import SITES, ZONE, approved, blind, complaint, moscow
from tests.words.message_text import assert_telegram_takes, keys_of, text_of

NOW = moscow(14, day=4)


def overdue(language: str = "ru", **changes: Any) -> ReminderFacts:
    russian = language == "ru"
    card = complaint(
        language,
        **{
            "holder": "Иван" if russian else "Ivan",
            "held_at": moscow(14, 10),
            "last_look_at": moscow(15, 1),
            "at": moscow(15, 2),
            **changes,
        },
    )
    marina, sergey = ("Марина", "Сергей Петрович") if russian else ("Marina", "Sergey")
    return ReminderFacts(
        card, ReminderKind.BREACH, moscow(15, 2), marina, moscow(10, 2, day=4), sergey
    )


def test_an_escalation() -> None:
    message = reminder([overdue()], "ru")
    assert text_of(message) == (
        "⏰ Срок прошёл в 15:02 · № 1284\n"
        "Тверская 12 · Яндекс · 1★ «Ждали капучино сорок минут…»\n"
        "В работе: Иван с 14:10. Черновик не утверждён. На сайте смотрел в 15:01.\n"
        "Марина, решите, пожалуйста. Дальше напишу: Сергей Петрович, 4 мар в 10:02."
    )
    keys = "[👀 Черновик][✋ Беру] / [💤 Отложить…][☑️ Уже ответили]"
    assert keys_of(message) == keys
    english = reminder([overdue("en")], "en")
    assert text_of(english) == (
        "⏰ Due time passed at 15:02 · #1284\n"
        "Tverskaya 12 · Yandex · 1★ “Waited forty minutes for a…”\n"
        "With Ivan since 14:10. Draft not approved. Site last checked 15:01.\n"
        "Marina, please decide. Next I will tell Sergey on 4 Mar at 10:02."
    )
    assert keys_of(english) == "[👀 Draft][✋ Take] / [💤 Snooze…][☑️ Already answered]"


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (ReminderKind.WARNING, "⏳ Ответить до 15:02"),
        (ReminderKind.BREACH, "⏰ Срок прошёл в 15:02"),
        (ReminderKind.ESCALATION, "⏰ Срок прошёл в 15:02"),
        (ReminderKind.SEEN, "⏳ Взять до 14:17"),
        (ReminderKind.SEEN_BREACH, "⏰ Никто не взял до 14:17"),
    ],
)
def test_each_step_says_what_is_due(kind: ReminderKind, first: str) -> None:
    facts = complaint(seen_deadline=moscow(14, 17))
    message = reminder([ReminderFacts(facts, kind, moscow(15, 2))], "ru")
    assert text_of(message).startswith(f"{first} · № 1284")
    assert "Отзыв никто не брал." in text_of(message)


def test_a_critical_breach_looks_different() -> None:
    message = reminder([overdue(severity=Severity.CRITICAL)], "ru")
    assert text_of(message).startswith("🚨")


def test_a_reminder_on_a_blind_site_says_it_may_be_answered() -> None:
    assert "возможно, уже ответили" in text_of(
        reminder([overdue(blind_since=moscow(9, 40))], "ru")
    )


def test_an_approved_review_is_reminded_to_be_posted() -> None:
    facts = approved(at=moscow(15, 2))
    message = reminder([ReminderFacts(facts, ReminderKind.BREACH, moscow(15, 2))], "ru")
    assert "Утверждено, но не размещено." in text_of(message)
    assert keys_of(message).startswith("[👀 Текст][📤 Размещено]")


def test_many_reminders_are_one_message() -> None:
    items = [overdue(number=number) for number in (1, 2, 3)]
    message = reminder(items, "ru")
    assert text_of(message).startswith("⏰ 3 отзыва ждут решения\nМарина, посмотрите, пожалуйста.")
    assert [key.ticket for key in message.buttons[0]] == [1, 2, 3]
    assert {key.action for key in message.buttons[0]} == {"open"}
    assert keys_of(message).endswith("[📋 Разобрать 3]")


def test_many_alerts_are_one_numbered_list() -> None:
    cards = [complaint(number=number) for number in range(1, 8)]
    message = bundle(cards, "ru")
    text = text_of(message)
    assert text.startswith(
        "🔴 7 новых жалоб\n1. 🔴 № 1 · Яндекс · Тверская 12 · до 15:02\n1★ «Ждали"
    )
    assert "\n7. 🔴 № 7 ·" in text
    assert keys_of(message).endswith("[📋 Разобрать 7]")
    assert text_of(bundle(cards, "en")).startswith("🔴 7 new complaints")


def test_a_list_too_long_says_how_many_are_left() -> None:
    message = bundle([complaint(number=number) for number in range(1, 101)], "ru")
    shown = sum(key.action == "open" for row in message.buttons for key in row)
    assert f"\n…и ещё {100 - shown}: № {shown + 1}, " in text_of(message)
    assert text_of(message).endswith("№ 100")
    assert keys_of(message).endswith("[📋 Разобрать 100]")


def test_a_blind_site_for_staff() -> None:
    message = notice("blind", blind().to_json(), "ru", now=NOW)
    assert text_of(message) == (
        "🙈 Не видим Яндекс с вт 09:40, все 40 точек\n"
        "Новые отзывы оттуда не приходят. Это не значит, что их нет.\n"
        "У 6 открытых отзывов срок идёт: возможно, на них уже ответили.\n"
        "Срочное смотрите в кабинете. Попробую в 15:40, Олег знает.\n"
        "Или сохраните страницу в браузере и пришлите файл сюда, прочту."
    )
    assert keys_of(message) == ("[↗️ Кабинет][☑️ Уже отвечены] / [📎 Прислать страницу]")
    english = notice("blind", blind("en").to_json(), "en", now=NOW)
    assert text_of(english) == (
        "🙈 Yandex out of sight since Tue 09:40, all 40 locations\n"
        "No new reviews arrive from there. That does not mean there are none.\n"
        "6 open reviews are still on the clock; some may be answered already.\n"
        "For anything urgent look in the cabinet. Next try 15:40, Oleg knows.\n"
        "Or save the page in a browser and send me the file here: I will read it."
    )
    down = text_of(notice("blind", blind(health=Health.UNREACHABLE).to_json(), "en", now=NOW))
    assert "send me the file" not in down
    assert "Send a page" not in keys_of(
        notice("blind", blind("en", health=Health.UNREACHABLE).to_json(), "en", now=NOW)
    )


def test_the_operators_copy_adds_cause_attempts_and_the_command() -> None:
    facts = blind(
        cause="page with a captcha",
        attempts=3,
        locations=1,
        all_locations=True,
        location_name="Тверская 12",
        open_tickets=1,
    )
    text = text_of(notice("blind", replace(facts, operator_copy=True).to_json(), "ru", now=NOW))
    assert text.startswith("🙈 Не видим Яндекс с вт 09:40, Тверская 12\n")
    assert "У 1 открытого отзыва срок идёт: возможно, на него уже ответили." in text
    assert "Причина: капча или запрет (page with a captcha).\n3 попытки." in text
    assert text.endswith("Подробнее: reviewbot doctor")
    staff = text_of(notice("blind", facts.to_json(), "ru", now=NOW))
    assert "captcha" not in staff


def test_where_the_count_is_odd_the_operator_is_told_how_to_accept_it() -> None:
    facts = blind(health=Health.SUSPICIOUS, accept="tverskaya/yandex_maps")
    text = text_of(notice("blind", replace(facts, operator_copy=True).to_json(), "ru", now=NOW))
    assert "верное: reviewbot doctor --accept tverskaya/yandex_maps\n" in text
    assert "--accept" not in text_of(notice("blind", facts.to_json(), "ru", now=NOW))
    other = blind(health=Health.SUSPICIOUS)
    other_text = text_of(
        notice("blind", replace(other, operator_copy=True).to_json(), "en", now=NOW)
    )
    assert "--accept" not in other_text


def test_a_site_back_in_sight_says_for_how_long_it_was_not() -> None:
    facts = blind(until=moscow(7, 30, day=4))
    text = text_of(notice("sighted", facts.to_json(), "ru", now=NOW))
    assert text.startswith(
        "👀 Яндекс: снова видим, все 40 точек\nНе было видно с вт 09:40 до 07:30."
    )


FIRST_DAY: dict[str, Any] = {
    "locations": 3,
    "pages": 8,
    "reviews": 312,
    "backlog": 7,
    "days": 30,
    "minutes_least": 20,
    "minutes_most": 60,
    "quiet": True,
    "critical_to": "Марина",
    "operator": "Олег",
    "unseen": [
        {
            "source_title": {"ru": "Отзовик", "en": "Otzovik"},
            "location_name": "Тверская 12",
            "health": "blocked",
        }
    ],
}


def test_the_first_day() -> None:
    message = notice("first_contact", FIRST_DAY, "ru", bot_name="tochka_bot")
    assert text_of(message) == (
        "👋 Слежу за отзывами: 3 точки, 8 страниц\n"
        "Прочитано 312 отзывов. Старое в чат не пойдёт.\n"
        "За 30 дней без ответа 7 жалоб. Сроков у них нет, разберите, когда удобно.\n"
        "Новая жалоба придёт сюда, обычно через 20–60 минут."
        " Ночью без звука; критичное лично: Марина.\n"
        "Пока не видно: Отзовик, Тверская 12 (капча или запрет). Олег знает.\n"
        "Нажмите «Я здесь», чтобы я мог писать вам лично."
    )
    assert (
        keys_of(message) == "[✋ Я здесь][🎓 Пробная карточка] / [📋 Показать 7][🗂 Как отвечали]"
    )
    assert message.buttons[0][0].url == "https://t.me/tochka_bot?start=here"
    assert text_of(notice("first_contact", FIRST_DAY, "en", bot_name="b")).startswith(
        "👋 Watching reviews: 3 locations, 8 pages\n"
        "Read 312 reviews. Old ones stay out of this chat.\n"
        "7 complaints of the last 30 days are unanswered."
        " They have no deadline; take them when it suits.\n"
        "A new complaint comes here, usually within 20–60 minutes."
    )


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param({"unseen": FIRST_DAY["unseen"] * 5, "unseen_count": 12}, id="of now"),
        pytest.param({"unseen": FIRST_DAY["unseen"] * 12}, id="of earlier versions: every page"),
    ],
)
def test_the_first_day_with_many_pages_out_of_sight(kept: dict[str, Any]) -> None:
    text = text_of(notice("first_contact", {**FIRST_DAY, **kept}, "en"))
    assert text.count("Тверская 12") == 5
    assert "; 7 more. " in text


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("unconfirmed", {"source_title": SITES, "location_name": "<b>", "url": "https://x.y"}),
        ("dead_chat", {"chat": "<support>", "reason": "Forbidden: kicked", "instead": "managers"}),
        ("dead_chat", {"chat": "Анна", "person": True, "reason": "Forbidden", "instead": None}),
        ("topic_closed", {"chat": "support", "thread": 12}),
        ("cannot_pin", {"chat": "<managers>", "reason": "not enough rights <b>"}),
        ("telegram_parked", {"ticket": 12, "error": "Bad Request: <b>"}),
        ("telegram_conflict", {}),
        ("guests_bot", {"state": "refused"}),
        ("guests_bot", {"state": "gone", "surveys": 2}),
        ("person_unreachable", {"name": "Марина"}),
        ("config_reloaded", {"changes": ["locations.a"]}),
        ("config_refused", {"problems": ["locations.a: <bad>"]}),
        ("review_edited", {"at": moscow(14, 31).isoformat()}),
        ("review_edited", {"at": moscow(14, 31).isoformat(), "worse": False}),
        ("file_followed", dict.fromkeys(("later", "earlier", "stopped"), 2)),
        ("file_followed", dict.fromkeys(("resumed", "closed", "back"), 1)),
        ("publish_failed", {"failure": "outcome_unknown"}),
        ("publish_failed", {"failure": "<no>"}),
        ("thanks_refused", {"titles": SITES, "number": 7, "failure": "<no>", "days": 7}),
        ("no_such_code", {"anything": [1, {}]}),
    ],
)
def test_every_notice_is_taken_with_its_facts_and_without(
    code: str, params: dict[str, Any], language: str
) -> None:
    assert_telegram_takes(notice(code, params, language, ZONE, now=NOW, bot_name="tochka_bot"))
    assert_telegram_takes(notice(code, {}, language))


def test_notices_without_any_facts_still_say_something() -> None:
    for code in ("blind", "sighted", "first_contact"):
        assert_telegram_takes(notice(code, {}, "ru"))


def test_the_edit_prompt_asks_for_a_reply_with_the_draft_to_copy() -> None:
    facts = complaint(approval=Approval.MANAGER)
    message = answers.edit_prompt(facts, "ru", name="Иван <i>", user_id=504)
    assert message.html.startswith('<a href="tg://user?id=504">Иван &lt;i&gt;</a>: Ответьте')
    assert message.force_reply
    assert "<code>Анна, здравствуйте! Спасибо, что написали…</code>" in message.html
    assert "Ответьте на это сообщение: напишите ответ на отзыв № 1284." in message.html
    assert message.html.endswith("Потом его утвердит менеджер.")
    assert_telegram_takes(message)


def test_a_comment_under_a_card_is_asked_about() -> None:
    message = answers.ask_meaning(complaint(), "ru", "скажите ему <b>")
    assert text_of(message).startswith("Это к отзыву № 1284? Пока ничего не изменилось.")
    assert [key.action for row in message.buttons for key in row] == [
        "text_new",
        "text_note",
        "text_nothing",
    ]


def test_the_queue_page() -> None:
    line = QueueLine(
        1284, TicketState.PROPOSED, SITES, "Тверская 12", 1, "Ждали", moscow(15, 2), True, "Иван"
    )
    page = ListPage(
        entries=(line,) * 8,
        matching=12,
        totals=ListTotals(total=12, overdue=3, complaints=5, mine=1),
        zone=ZONE,
        at=moscow(16),
    )
    message = review_lists.queue(page, "ru")
    assert text_of(message).startswith(
        "📋 12 отзывов ждут ответа · просрочено 3 · жалоб: 5 · у меня: 1 · 1–8 из 12\n"
        "1. № 1284 · 1★ · Яндекс · Тверская 12 · срок прошёл в 15:02\n"
        "«Ждали» В работе: Иван. Ждёт утверждения.\n2. "
    )
    assert "[➡️ Дальше]" in keys_of(message)
    assert message.buttons[-2][0].action == "list:o8"
    assert message.buttons[-1][0].action == "queue:0"
    empty = review_lists.queue(
        ListPage(entries=(), matching=0, totals=ListTotals(), zone=ZONE, at=moscow(16)), "ru"
    )
    assert text_of(empty) == "🎉 Отзывов, которые ждут ответа, сейчас нет."


def test_the_queue_goes_ticket_by_ticket() -> None:
    message = review_lists.queue_card(complaint(), "ru", offset=1, total=3, group=False)
    assert keys_of(message).endswith("[⬅️ Назад][➡️ Дальше]")
    assert [key.action for key in message.buttons[-1]] == ["queue:0", "queue:2"]
    only = review_lists.queue_card(complaint(), "ru", offset=0, total=1, group=False)
    assert "Дальше" not in keys_of(only)


def test_health_says_what_is_wrong_first() -> None:
    facts = HealthFacts(
        at=moscow(16),
        zone=ZONE,
        targets=12,
        states={"ok": 10, "blocked": 2},
        blind=(blind(),),
        outbox_waiting=3,
        outbox_oldest=moscow(15, 30),
        outbox_parked=1,
        telegram="401 Unauthorized",
        open_tickets=5,
        overdue=1,
        last_reading_at=moscow(15, 50),
    )
    assert text_of(answers.health(facts, "ru")) == (
        "⚠️ Кое-что требует внимания\n"
        "🙈 Не видим Яндекс с 09:40, капча или запрет, попробую 4 мар в 15:40\n"
        "📵 Telegram: 401 Unauthorized\n"
        "📭 Отложено 1 недоставленное сообщение\n"
        "12 страниц, последнее чтение в 15:50\n"
        "капча или запрет: 2, читаются: 10\n"
        "открыто 5 отзывов, просрочен 1\n"
        "3 сообщения ждут с 15:30\n"
        "Подробнее: reviewbot doctor"
    )
    shares = (
        ({"ru": "Яндекс Карты", "en": "Yandex"}, 0.124),
        ({"ru": "2ГИС", "en": "2GIS"}, 0.001),
    )
    was_blind = HealthFacts(moscow(16), ZONE, 12, {"ok": 12}, unseen=shares)
    assert (
        "не видели за последние 7 дней: Яндекс Карты 12 %\n"
        in f"{text_of(answers.health(was_blind, 'ru'))}\n"
    )
    given_up = HealthFacts(moscow(16), ZONE, 12, {"ok": 12}, deliveries_given_up=2)
    assert text_of(answers.health(given_up, "ru")).startswith(
        "⚠️ Кое-что требует внимания\n🔌 не доставлено другим системам: 2 события\n"
    )
    well = HealthFacts(moscow(16), ZONE, 12, {"ok": 12})
    assert text_of(answers.health(well, "en")).startswith("💚 All is well\n12 pages")
    late = text_of(answers.health(replace(well, overdue=4), "en"))
    assert late.startswith("⚠️ I see every page, but replies are overdue")
    assert "All is well" not in late


@pytest.mark.parametrize(
    ("state", "ru", "en"),
    [
        ("unreachable", "нет связи", "no connection"),
        ("refused", "токен бота не принят", "the bot's token is not accepted"),
        (
            "conflict",
            "сообщения этого бота забирает другая программа",
            "another program takes this bot's messages",
        ),
        (
            "store",
            "пришедшее не удаётся сохранить: посмотрите на диск",
            "what comes cannot be saved: look at the disk",
        ),
    ],
)
def test_health_says_how_we_and_telegram_get_on(state: str, ru: str, en: str) -> None:
    facts = HealthFacts(moscow(16), ZONE, 1, telegram=state, telegram_since=moscow(15, 30))
    assert f"📵 Telegram: {ru}, с 15:30\n" in text_of(answers.health(facts, "ru"))
    assert f"📵 Telegram: {en}, since 15:30\n" in text_of(answers.health(facts, "en"))


def test_a_second_copy_is_told_with_its_remedy() -> None:
    told = text_of(notice("telegram_conflict", {}, "en"))
    assert told.startswith("📵 Another program takes this bot's messages\nPresses may get lost")
    assert "delete the webhook" in told


def test_a_reviews_history_reads_like_a_list() -> None:
    entries = [
        HistoryLine(moscow(14, 2), "site", "opened"),
        HistoryLine(moscow(14, 20), "Марина", "approve"),
        HistoryLine(moscow(14, 25), "Иван", "note", {"note": "звонили <гостю>"}),
        HistoryLine(moscow(14, 26), "Иван", "skip", {"reason": "spam"}),
        HistoryLine(moscow(14, 28), "bot", "publish_refused", {"round": 1, "reason": "нельзя"}),
        HistoryLine(moscow(14, 29), "site", "opened", {"round": 2, "reason": "edited_worse"}),
        HistoryLine(moscow(14, 30), "Иван", "something_new"),
    ]
    message = history(complaint(), entries, "ru")
    assert text_of(message).endswith(
        "3 мар, 14:02 · отзыв найден\n"
        "3 мар, 14:20 · Марина · утверждено\n"
        "3 мар, 14:25 · Иван · заметка: звонили <гостю>\n"
        "3 мар, 14:26 · Иван · решено не отвечать: спам или реклама\n"
        "3 мар, 14:28 · площадка не приняла ответ: нельзя\n"
        "3 мар, 14:29 · отзыв найден: отзыв изменили, стало хуже\n"
        "3 мар, 14:30 · Иван · something new"
    )


def test_every_act_of_the_desk_has_a_name_in_the_history() -> None:
    assert {action.value for action in Action} <= set(ACTIONS)


def test_why_explains_the_verdict_and_the_arithmetic() -> None:
    why = (
        ("started", {"at": moscow(19, 20).isoformat()}),
        ("outside_hours", {"at": moscow(19).isoformat(), "opens": moscow(10, day=4).isoformat()}),
        ("days", {"days": 3, "to": moscow(10, day=4).isoformat()}),
        (
            "interval",
            {
                "from": moscow(10, day=4).isoformat(),
                "to": moscow(11, day=4).isoformat(),
                "minutes": 60,
            },
        ),
        (
            "clock",
            {
                "from": moscow(10, day=4).isoformat(),
                "to": moscow(11, 30, day=4).isoformat(),
                "minutes": 90,
            },
        ),
        (
            "paused",
            {
                "from": moscow(0).isoformat(),
                "to": moscow(0, day=20).isoformat(),
                "reason": "ремонт",
            },
        ),
        ("due", {"at": moscow(11, day=4).isoformat(), "span": "1h work", "rule": "negative"}),
        ("a_code_of_tomorrow", {"x": 1}),
    )
    facts = complaint(
        deadline_why=why,
        deadline_rule="negative",
        draft_why="template=waiting-1 shelf=own/1",
        route="petrov",
    )
    text = text_of(explain(facts, "ru"))
    for line in (
        "Вывод: жалоба",
        "• 1★ +5,0: оценка самого гостя",
        "• «нахамила» (персонал) +2,0: говорит за жалобу",
        "Срок: 3 мар, 15:02, по правилу «negative»",
        "• отсчёт с минуты, когда увидели: 3 мар, 19:20",
        "• вне рабочих часов: считаем с 4 мар, 10:00",
        "• 3 рабочих дня: в то же время, 4 мар, 10:00",
        "• с 4 мар, 10:00 до 11:00: 1 ч рабочего времени",
        "• с 4 мар, 10:00 до 11:30: 1 ч 30 мин подряд",
        "• пауза с 3 мар, 00:00 до 20 мар, 00:00 (ремонт)",
        "• время на ответ: 1 ч",
        "Черновик: ваш шаблон «waiting-1»",
        "Чат: по маршруту «petrov»",
    ):
        assert line in text.split("\n")
    assert "Срок: нет" in text_of(explain(complaint(reply_deadline=None), "ru"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ru",
            (
                "• 1★ +5,0: оценка самого гостя",
                "«вежливый» (персонал) -1,2: говорит против жалобы",
                "«отравились»: говорит об опасности",
                "Чат: обычный",
                "готовая формулировка",
            ),
        ),
        (
            "en",
            (
                "• 1★ +5.0: the guest's own stars",
                "“вежливый” (staff) -1.2: speaks against a com",
                "“отравились”: tells of a danger",
                "Chat: the usual one",
                "a ready wording that",
            ),
        ),
    ],
)
def test_why_names_no_rule_by_its_id(language: str, told: Sequence[str]) -> None:
    reasons = (
        Reason("stars", "1", points=5.0),
        Reason("ru.staff-good.vezhlivyy", "вежливый", points=-1.2, topic="staff"),
        Reason("ru.danger.poisoning", "отравились", severity=Severity.CRITICAL),
        Reason("ru.word.хуже", "хуже", points=0.4),
    )
    facts = complaint(
        language,
        reasons=reasons,
        severity=Severity.CRITICAL,
        deadline_rule="reply_time",
        draft_why="template=critical.3 shelf=critical/general language=ru wording=1/4",
        route="default",
    )
    text = text_of(explain(facts, language)).replace("−", "-")
    for line in told:
        assert line in text
    for name in ("ru.", "+5,0 stars", "shelf", "critical/", "reply_time", "default"):
        assert name not in text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everything_a_command_answers_is_taken(language: str) -> None:
    facts = complaint(language)
    to, asks = Addressee("<И>" * 99, 5), beside_reply.Question("<И>", "<Т>" * 9999, moscow(12, 0))
    measure = MeasureNoted(3, "<Т>" * 9999, "<И>", moscow(18, 0))
    for message in (
        answers.start(language, name="<Марина>", role=Role.MANAGER),
        answers.start(language),
        answers.stranger(language, telegram_id=5),
        answers.help_text(language, role=Role.ADMIN),
        answers.help_text(language, group=True),
        answers.whoami(language, telegram_id=5),
        answers.whoami(
            language,
            telegram_id=5,
            name="<И>",
            role=Role.STAFF,
            only=["<Т>"],
            chat_id=-100,
            thread_id=12,
        ),
        answers.note_prompt(facts, language, name="<И>"),
        answers.draft_saved(facts, language),
        answers.note_saved(facts, language),
        answers.text_only(language, "voice"),
        answers.text_only(language, "photo"),
        answers.text_only(language),
        answers.unknown_review(language),
        beside_reply.site_complaint(facts, language),
        beside_reply.site_complaint(facts, language, ground="abuse"),
        beside_reply.measure_yours(facts, measure, to, language),
        beside_reply.measure_due(facts, measure, to, language),
        beside_reply.place_question(facts, asks, language),
        beside_reply.place_said(facts, to, "<И>" * 99, "<Т>" * 9999, language),
        beside_reply.second_sentence(
            replace(facts, state=TicketState.ANSWERED),
            beside_reply.SecondSentence("fault", "<Т>", "<Т>" * 2000),
            language,
        ),
        answers.practice(language),
        people.settings(language, chosen=Alerts.MINE, own=["<Т>"] * 40, seen=41),
        people.settings(language, chosen=Alerts.ALL, own=[], seen=0),
        people.members(
            language,
            [people.Member(5, "<И>" * 99, Role.STAFF, ("<Т>" * 99,) * 99, True)] * 12,
            total=99,
            offset=12,
            step=12,
        ),
        people.taken_back(language),
        notice("joined", {"name": "<И>" * 99, "role": "viewer", "telegram_id": 5}, language),
    ):
        assert_telegram_takes(message)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "🔗 Приглашение на одного человека\nhttps://t.me/bot?start=AbC-_\n"),
        ("en", "🔗 An invitation for one person\nhttps://t.me/bot?start=AbC-_\n"),
    ],
)
def test_an_invitation_holds_the_link_and_its_end(language: str, text: str) -> None:
    message = people.invitation(
        language,
        bot_name="@bot",
        code="AbC-_",
        expires_at=moscow(14, 20, day=4),
        zone=ZONE,
        now=moscow(14, 20),
    )
    assert_telegram_takes(message)
    assert text_of(message).startswith(text)
    assert "14:20" in text_of(message)


def test_a_notice_that_version_0_1_0_left_in_the_outbox_is_told() -> None:
    """The keys of a blind notice lie in databases: one that is renamed fails here."""
    stored = {
        "host": "yandex.ru",
        "source": "yandex_maps",
        "source_title": {"ru": "Яндекс", "en": "Yandex"},
        "health": "suspicious",
        "since": "2026-03-03T06:40:00+00:00",
        "zone": "Europe/Moscow",
        "locations": 1,
        "all_locations": False,
        "open_tickets": 6,
        "next_try_at": "2026-03-04T12:40:00+00:00",
        "until": "2026-03-04T10:40:00+00:00",
        "cause": "3 listed, 40 before",
        "attempts": 2,
        "operator": "Олег",
        "cabinet_url": "https://yandex.example/cabinet",
        "url": "https://yandex.example/reviews/1",
        "location_name": "Тверская 12",
        "accept": "tverskaya/yandex_maps",
        "operator_copy": True,
    }
    told = text_of(notice("blind", stored, "ru", now=NOW))
    for part in (
        "Яндекс",
        "с вт 09:40",
        "Тверская 12",
        "6 открытых отзывов",
        "15:40",
        "Олег",
        "3 listed, 40 before",
        "2 попытки",
        "--accept tverskaya/yandex_maps",
    ):
        assert part in told
    assert "13:40" in text_of(notice("sighted", stored, "ru", now=NOW))
    assert stored["url"] in text_of(notice("unconfirmed", stored, "ru", now=NOW))
    assert BlindFacts.from_json(stored).to_json() == stored


def test_command_menus_keep_telegrams_limits() -> None:
    for scope in Scope:
        russian, english = answers.command_menu(scope, "ru"), answers.command_menu(scope, "en")
        assert [name for name, _ in russian] == [name for name, _ in english]
        assert {"queue", "review", "health", "whoami", "help"} <= {name for name, _ in russian}
        assert all(3 <= len(told) <= 256 for _, told in russian + english)
        assert all(one != other for (_, one), (_, other) in zip(russian, english, strict=True))
